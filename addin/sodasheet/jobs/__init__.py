"""Jobs as files."""

from __future__ import annotations

from sodasheet.jobs.extras import unknown_keys
from sodasheet.jobs.jobfile import base_folder, read_job, unconfirmed, write_job
from sodasheet.jobs.reading import job_from_json
from sodasheet.jobs.writing import job_to_json

__all__ = [
    "base_folder",
    "job_from_json",
    "job_to_json",
    "read_job",
    "unconfirmed",
    "unknown_keys",
    "write_job",
]
