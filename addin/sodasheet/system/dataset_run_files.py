"""Files of runs that changed a dataset's description or columns, so that they can be undone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sodasheet.errors import SodaSheetError
from sodasheet.system.folders import home, make_private, write_whole


@dataclass(frozen=True, slots=True)
class DatasetRun:
    """Record of a run on a dataset of a portal; `name` is the dataset's name."""

    run: str
    started: str
    portal: str
    dataset: str
    name: str


Run = TypeVar("Run", bound=DatasetRun)


def new_run() -> tuple[str, str]:
    """Return the id of a run that starts now, and the time."""
    now = datetime.now(UTC)
    return (
        f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        now.isoformat(timespec="microseconds"),
    )


class DatasetRunFiles(Generic[Run]):
    """Records of one kind of runs: a JSON file each, in a folder of the user's home.

    `read` makes a record of the JSON object that `to_json` makes of a record.
    """

    def __init__(
        self,
        folder: str,
        read: Callable[[dict[str, Any]], Run],
        to_json: Callable[[Run], dict[str, Any]],
    ) -> None:
        self._name, self._from_json, self._to_json = folder, read, to_json

    def save(self, run: Run) -> None:
        """Write a record. Raises SodaSheetError if that is not possible."""
        path = self._folder / f"{run.run}.json"
        try:
            make_private(path.parent)
            write_whole(path, json.dumps(self._to_json(run), ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise SodaSheetError(
                f"The record {path} cannot be written: {error.strerror or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
            ) from error

    def past(self, portal: str = "", dataset: str = "") -> list[Run]:
        """Return the runs of a dataset, or all, newest first; damaged records are left out."""
        found = [run for path in self._folder.glob("*.json") if (run := self._read(path))]
        wanted = [
            one
            for one in found
            if (not portal or one.portal == portal) and (not dataset or one.dataset == dataset)
        ]
        return sorted(wanted, key=lambda one: (one.started, one.run), reverse=True)

    def find(self, run: str) -> Run | None:
        """Return the run with this id; None if there is none."""
        return next((one for one in self.past() if one.run == run), None)

    @property
    def _folder(self) -> Path:
        return home() / self._name

    def _read(self, path: Path) -> Run | None:
        try:
            run = self._from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        known = (run.run, run.started, run.portal, run.dataset, run.name)
        return run if all(isinstance(one, str) for one in known) else None
