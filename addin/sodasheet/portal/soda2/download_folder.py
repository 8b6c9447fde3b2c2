"""A dataset's rows on this computer's disk: a folder of the portal's own JSON pages.

A folder is a complete download once its `dataset.json` is there: it is written last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Column
from sodasheet.portal.soda2.saved_rows_page import RowsPage, unwritable

FACTS = "dataset.json"
_VERSION = 1
_PAGE = ("name", "rows", "bytes")


@dataclass(frozen=True, slots=True)
class State:
    """State of the dataset at one moment: number of rows, and when they last changed.

    `updated` is the metadata's time in whole seconds, `changed` that of the row written last, as
    the portal spells it.
    """

    rows: int
    updated: datetime | None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A complete download. `columns` are all of the dataset's, `fields` the selected fields.

    `whole` says that all rows were asked for; `settled` that readers saw every finished write
    when it began; `taken` is when it ended, in UTC.
    """

    folder: Path
    portal: str
    dataset: str
    name: str
    columns: tuple[Column, ...]
    row_identifier: str | None
    fields: tuple[str, ...]
    whole: bool
    settled: bool
    pages: tuple[RowsPage, ...]
    before: State
    after: State
    taken: datetime

    @property
    def rows(self) -> int:
        """Number of rows were downloaded."""
        return sum(page.rows for page in self.pages)

    @property
    def bytes(self) -> int:
        """Bytes that the pages take on the disk."""
        return sum(page.bytes for page in self.pages)

    @property
    def changed(self) -> bool:
        """True if the dataset was changed while being read, as far as can be seen."""
        return self.before != self.after or (self.whole and self.rows != self.after.rows)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its pages, in the portal's order."""
        return tuple(self.folder / page.name for page in self.pages)


def opened(folder: Path) -> Download:
    """The complete download that lies in `folder`; raises SodaSheetError where there is none."""
    try:
        said = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        found = _read(said, folder)
        missing = [path.name for path in found.paths if not path.is_file()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SodaSheetError(
            f"{folder} holds no complete download of a dataset.",
            "It is incomplete or was changed, so it cannot be used.",
        ) from error
    if missing:
        raise SodaSheetError(
            f"{missing[0]} is missing in {folder}, so the rows there are not complete.",
            "Put the file back from a backup.",
        )
    return found


def write_facts(found: Download) -> None:
    """Say in its folder that a download is complete; raises SodaSheetError."""
    body: dict[str, Any] = {"sodasheet": _VERSION} | {
        name: getattr(found, name)
        for name in ("portal", "dataset", "name", "row_identifier", "fields", "whole", "settled")
    }
    body |= {
        "rows": found.rows,
        "columns": [asdict(column) for column in found.columns],
        "pages": [{name: getattr(page, name) for name in _PAGE} for page in found.pages],
        "before": _state_json(found.before),
        "after": _state_json(found.after),
        "taken": found.taken.isoformat(),
    }
    path = found.folder / FACTS
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise unwritable(found.folder, error) from error


def _state_json(state: State) -> dict[str, Any]:
    updated = state.updated and state.updated.isoformat()
    return {"rows": state.rows, "updated": updated, "changed": state.changed}


def _read(said: Mapping[str, Any], folder: Path) -> Download:
    if said["sodasheet"] != _VERSION:
        raise ValueError("another version wrote it")
    return Download(
        folder=folder,
        portal=said["portal"],
        dataset=said["dataset"],
        name=said["name"],
        columns=tuple(Column(**column) for column in said["columns"]),
        row_identifier=said["row_identifier"],
        fields=tuple(said["fields"]),
        whole=said["whole"],
        settled=said["settled"],
        pages=tuple(_named_page(page) for page in said["pages"]),
        before=_state(said["before"]),
        after=_state(said["after"]),
        taken=datetime.fromisoformat(said["taken"]),
    )


def _named_page(said: Mapping[str, Any]) -> RowsPage:
    page = RowsPage(said["name"], said["rows"], said["bytes"])
    if Path(page.name).name != page.name:
        raise ValueError("a page lies in another folder")
    return page


def _state(said: Mapping[str, Any]) -> State:
    updated = said["updated"]
    moment = datetime.fromisoformat(updated) if updated else None
    return State(said["rows"], moment, said.get("changed"))
