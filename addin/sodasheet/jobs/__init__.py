"""Jobs: files, mapping sheets, DataSync jobs, and their execution.

The names are imported when they are asked for: a mapping sheet needs no job file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

#: Modules of names that are not in `job_file`.
_OTHER = {
    "job_from_json": "job_from_json",
    "job_to_json": "job_to_json",
    "unknown_keys": "json_keys",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.file.{_OTHER.get(name, 'job_file')}"), name)
