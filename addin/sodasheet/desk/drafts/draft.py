"""A draft: one source, one dataset, and the mapping between them, at any stage of the work.

Its folder holds `draft.json` (what is known of source and dataset), `job.json`, and what the last
check and preview found. The rows themselves stay where they are.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sodasheet.desk.unwritable_folder import unwritable
from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.system.atomic_files import read_json
from sodasheet.system.dataclass_from_json import read_if_whole
from sodasheet.system.folders import home, make_private, write_whole

_ID = re.compile("[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")

#: How many drafts Home lists.
LISTED = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of source and dataset when they were matched."""

    headers: tuple[str, ...]
    samples: Mapping[str, list[str]]
    rows: int
    dataset: Dataset

    def to_json(self) -> dict[str, Any]:
        """Return the shape as one JSON object."""
        dataset = asdict(self.dataset)
        dataset["rights"] = sorted(self.dataset.rights)
        updated = self.dataset.updated
        dataset["updated"] = updated.isoformat() if updated else None
        return {
            "headers": list(self.headers),
            "samples": dict(self.samples),
            "rows": self.rows,
            "dataset": dataset,
        }


@dataclass(frozen=True, slots=True)
class About:
    """The source in words, its file, and the job file of the last save."""

    source: str
    path: str
    base: str
    saved_as: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The folder of one draft."""

    folder: Path

    @property
    def id(self) -> str:
        """The name of the folder, which addresses of pages hold."""
        return self.folder.name

    @property
    def last_used(self) -> float:
        """The time when the job was last stored; 0 if unknown."""
        try:
            return (self.folder / "job.json").stat().st_mtime
        except OSError:
            return 0.0

    @property
    def job(self) -> Job:
        """The current job. Raises UsageProblem if unreadable."""
        from sodasheet.jobs import read_job

        return read_job(self.folder / "job.json")

    @property
    def about(self) -> About:
        """The draft's names for people. Raises SodaSheetError if the folder was removed or is
        damaged.
        """
        about = read_if_whole(About, self._body().get("about"))
        if about is None:
            raise SodaSheetError(
                "This draft can’t be opened: its files are damaged.",
                "Remove it from Home, then choose the file again.",
            )
        return about

    @property
    def shape(self) -> Shape | None:
        """The columns of source and dataset; None until the columns have been matched."""
        return read_if_whole(Shape, self._body().get("shape"))

    @property
    def name(self) -> str:
        """The name of the dataset, its id if that is all that is known."""
        shape = self.shape
        return shape.dataset.name if shape else self.job.dataset

    def save(self, job: Job) -> None:
        """Store the job. Raises SodaSheetError."""
        from sodasheet.jobs import write_job

        write_job(job, self.folder / "job.json")

    def describe(self, about: About, shape: Shape | None) -> None:
        """Store the known facts about source and dataset. Raises SodaSheetError."""
        body = {"about": asdict(about), "shape": shape.to_json() if shape else None}
        self.write("draft.json", body)

    def result(self, name: str) -> dict[str, Any] | None:
        """Return the result of a check or preview; None if the job has changed since."""
        from sodasheet.jobs.last_preview import key_of

        body = self.read(name)
        return body if body is not None and body.get("key") == key_of(self.job) else None

    def write(self, name: str, body: Mapping[str, Any]) -> None:
        """Write a file of the folder atomically. Raises SodaSheetError."""
        try:
            write_whole(self.folder / name, json.dumps(body, ensure_ascii=False))
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def read(self, name: str) -> dict[str, Any] | None:
        """Return a file of the folder; None if there is none."""
        return read_json(self.folder / name)

    def remove(self) -> None:
        """Remove the draft, but not the source or a saved job."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _body(self) -> dict[str, Any]:
        body = self.read("draft.json")
        if body is None:
            raise SodaSheetError("This draft no longer exists.", "Choose the file again.")
        return body


def new_draft(job: Job, about: About) -> Draft:
    """Create a draft for a job whose columns are still to be matched. Raises SodaSheetError."""
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    draft = Draft(_folder() / name)
    try:
        make_private(draft.folder)
    except OSError as error:
        raise unwritable(draft.folder, error) from error
    draft.save(job)
    draft.describe(about, None)
    return draft


def find_draft(name: str) -> Draft | None:
    """Return the draft with this id, or None."""
    draft = Draft(_folder() / name)
    return draft if _ID.fullmatch(name) and draft.folder.is_dir() else None


def all_drafts() -> Iterator[Draft]:
    """Yield the drafts of this computer, the last used draft first; some may be damaged."""
    found = [Draft(path) for path in _folder().glob("*") if _ID.fullmatch(path.name)]
    yield from sorted(found, key=lambda one: one.last_used, reverse=True)


def _folder() -> Path:
    return home() / "drafts"
