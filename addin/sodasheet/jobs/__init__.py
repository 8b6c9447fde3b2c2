"""Jobs: files, mapping sheets, DataSync jobs, and their execution."""

from __future__ import annotations

from sodasheet.jobs.file.job_file import base_folder, read_job, unconfirmed, write_job
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.jobs.file.json_keys import unknown_keys

__all__ = [
    "base_folder",
    "job_from_json",
    "job_to_json",
    "read_job",
    "unconfirmed",
    "unknown_keys",
    "write_job",
]
