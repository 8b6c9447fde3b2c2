"""Download of a dataset's rows to disk: a folder of the portal's own pages.

A folder is a complete download once its `dataset.json` is there: it is written last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Cancelled, PortalError, SodaSheetError
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.progress import Progress
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.request import Params, query_string
from sodasheet.portal.soda2.rows_client import RowsClient, RowState, settled_state
from sodasheet.portal.soda2.saved_rows_page import HEADERS, RowsPage, exact_rows, keep, unwritable
from sodasheet.portal.soda2.soql_queries import (
    LARGEST_PAGE,
    LONGEST_QUERY,
    after,
    field_name,
    lookups,
)
from sodasheet.portal.soda3.soda3_rows import RowsReader

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: The file that describes the content of the folder.
FACTS = "dataset.json"
_VERSION = 1
_PAGE = ("name", "rows", "bytes")

#: Pieces of a page (some 16 MB) after which the watcher of the download is called.
_LOOK = 256


@dataclass(frozen=True, slots=True)
class State:
    """State of the dataset at one time: the number of rows, and when they last changed.

    `updated` is the metadata's time in whole seconds, `changed` that of the row written last, as
    the portal spells it.
    """

    rows: int
    updated: datetime | None
    changed: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A complete download. `columns` are all columns of the dataset, `fields` the selected fields.

    `whole` says that all rows were asked for; `settled` that readers saw every finished write
    when it began, and no gateway gave stored replies; `taken` is when it ended, in UTC.
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
        """Number of downloaded rows."""
        return sum(page.rows for page in self.pages)

    @property
    def bytes(self) -> int:
        """Size of the pages on disk, in bytes."""
        return sum(page.bytes for page in self.pages)

    @property
    def changed(self) -> bool:
        """True if the dataset visibly changed while being read."""
        return self.before != self.after or (self.whole and self.rows != self.after.rows)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its pages, in the portal's order."""
        return tuple(self.folder / page.name for page in self.pages)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows to download: `:id` and `fields` of all rows, or of the rows with the identifiers.

    `identifiers` come in lists of any size, as `staging.batches.identifiers` gives them without
    their row numbers; the dataset must then have a row identifier, which is selected as well.
    `state` is that of the rows, if readers are known to see it; otherwise it is asked for first.
    Pages that are to be kept are `packed`; unpacked they are faster to read, and take more room.
    `in_csv` is asked, with the number of the dataset's rows, if all rows are to come as CSV, which
    is never packed; `sample` shows if the portal's CSV will do.
    """

    fields: Sequence[str]
    identifiers: Iterable[Sequence[str]] | None = None
    state: RowState | None = None
    packed: bool = True
    in_csv: Callable[[int], bool] | None = None


def content_fields(dataset: Dataset) -> tuple[str, ...]:
    """The columns with users' values: all except the portal's own and computed columns."""
    return tuple(one.field for one in dataset.columns if not (one.system or one.computed))


def download(
    session: PortalSession,
    dataset: Dataset,
    selection: Selection,
    folder: Path,
    progress: Progress,
) -> Download:
    """Download the rows into the new `folder`, in bounded memory.

    Raises PortalError if the portal does not give them, SodaSheetError if the folder cannot
    be written, Cancelled if the user stops it. Nothing of it is left behind then.
    """
    work = _Work(session, dataset, selection, folder, progress)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (folder / FACTS).unlink()
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        found = work.done()
        write_facts(found)
    except BaseException:
        _clear(folder)
        raise
    return found


class _Work:
    """One running download."""

    def __init__(
        self,
        session: PortalSession,
        dataset: Dataset,
        selection: Selection,
        folder: Path,
        progress: Progress,
    ) -> None:
        self._session, self._dataset, self._progress = session, dataset, progress
        self._rows = RowsClient(session, dataset)
        self._reader = RowsReader(session, dataset)
        self._identifiers, self._folder = selection.identifiers, folder
        self._known = selection.state
        self._in_csv = selection.in_csv
        self._form, self._suffix = "json", ".json.gz" if selection.packed else ".json"
        self._fields = tuple(dict.fromkeys((*_identifier(dataset), *selection.fields)))
        self._pages: list[RowsPage] = []
        self._pieces = 0

    def done(self) -> Download:
        state = self._known or settled_state(self._rows, self._progress)
        stored = self._session.stored_replies
        dataset = self._dataset
        before = State(self._rows.count(), None) if state is None else self._state(state)
        whole = self._identifiers is None
        self._progress.begin("downloading the dataset", before.rows if whole else None)
        if whole:
            if self._in_csv is not None and self._in_csv(before.rows):
                self._form, self._suffix = "csv", ".csv"
            self._all(before.rows)
        else:
            self._named(self._identifiers or ())
        after = self._state_after(before)
        return Download(
            folder=self._folder,
            portal=dataset.portal,
            dataset=dataset.id,
            name=dataset.name,
            columns=dataset.columns,
            row_identifier=dataset.row_identifier,
            fields=self._fields,
            whole=whole,
            settled=state is not None and self._session.stored_replies == stored,
            pages=tuple(self._pages),
            before=before,
            after=after,
            taken=datetime.now(UTC),
        )

    def _state(self, state: RowState) -> State:
        """Return the state, with the metadata's time only if the rows have none."""
        updated = self._dataset.updated
        if state.changed is None:
            updated = read_dataset(self._session, self._dataset.id).updated
        return State(state.rows, updated, state.changed)

    def _state_after(self, before: State) -> State:
        state = self._rows.state()
        if state is None:
            # Someone wrote while the rows were read: readers were up to date before.
            return State(self._rows.count(), None, None)
        found = self._state(state)
        # The rows are the same as before if the time of their last change is the same.
        return (
            before
            if (found.rows, found.changed) == (before.rows, before.changed)
            and (found.changed is not None)
            else found
        )

    def _all(self, expected: int) -> None:
        """Download every row, each page starting after the last row of the previous page.

        Rows that others delete meanwhile so move no other row out of sight.
        """
        taken, where, offset = 0, "", 0
        ends = set[str | int]()
        while taken < expected:
            params: dict[str, str | int] = {
                "$select": self._select, "$order": ":id", "$limit": LARGEST_PAGE,
            }  # fmt: skip
            params |= {"$where": where} if where else {"$offset": offset}
            # A portal may return less than requested, so only an empty page is the end.
            rows = self._page(params, min(LARGEST_PAGE, expected - taken), whole=True)
            if not rows:
                return
            taken += rows
            if (end := self._pages[-1].last) is not None:
                self._require_new(end, ends)
            last = after(end)
            where, offset = (last, 0) if last else ("", taken)

    def _require_new(self, end: str | int, ends: set[str | int]) -> None:
        """Raise PortalError if an earlier page ends with this row: others are then missing."""
        if end in ends:
            raise PortalError(
                f"{self._session.host} returned the same rows of {self._dataset.name} twice, so "
                "some of its rows may be missing.",
                "Try again in a few minutes.",
                None,
                "no-data",
            )
        ends.add(end)

    def _named(self, identifiers: Iterable[Sequence[str]]) -> None:
        identifier = self._dataset.identifier
        if identifier is None:
            raise SodaSheetError(
                f"{self._dataset.name} has no row identifier, so rows cannot be looked up by "
                "identifier.",
                "Choose one on the portal, or download all rows.",
            )
        for chunk in identifiers:
            for params in lookups(identifier.field, chunk, identifier.type, self._select):
                self._page(params, int(params["$limit"]), whole=False)

    def _page(self, params: Params, expected: int, *, whole: bool) -> int:
        """Save another page and return the number of its rows; an empty page is not saved."""
        if self._progress.stop:
            raise Cancelled(
                "Stopped while the rows of the dataset were being downloaded.", "Nothing was sent."
            )
        path = self._folder / f"rows-{len(self._pages) + 1:06}{self._suffix}"
        taken = keep(path, self._halted)
        page = self._reader.read(params, HEADERS, taken, self._form)
        surprising = page.rows != expected if whole else not 0 < page.rows <= expected
        rows = exact_rows(path) if surprising else page.rows
        if rows:
            self._pages.append(replace(page, rows=rows))
        else:
            path.unlink()
        self._progress.advance(rows)
        return rows

    def _halted(self) -> bool:
        """Called for every piece of a page; an endless page must not fill the disk unnoticed."""
        self._pieces += 1
        if self._pieces % _LOOK == 0:
            self._progress.advance(0)
        return self._progress.stop or self._session.stopped

    @property
    def _select(self) -> str:
        return _names(self._fields)


@dataclass(frozen=True, slots=True)
class Sample:
    """The first `size` rows, or the first rows that `where` (SoQL) selects."""

    size: int
    where: str = ""


def sample(
    session: PortalSession, dataset: Dataset, fields: Sequence[str], folder: Path, rows: Sample
) -> tuple[Path, Path]:
    """Save some rows in both forms and return the paths: JSON, CSV.

    They tell if the portal's CSV says all that its JSON says. Raises PortalError, also if the
    portal gives no CSV with the `:id` of its rows, and SodaSheetError as `download`.
    """
    reader = RowsReader(session, dataset)
    chosen = tuple(dict.fromkeys((*_identifier(dataset), *fields)))
    params: dict[str, str | int] = {"$select": _names(chosen)}
    params |= {"$where": rows.where} if rows.where else {}
    params |= {"$order": ":id", "$limit": rows.size}
    paths = folder / "sample.json", folder / "sample.csv"
    for path in paths:
        taken = keep(path, lambda: session.stopped)
        reader.read(params, HEADERS, taken, path.suffix.removeprefix("."))
    return paths


def _names(fields: Sequence[str]) -> str:
    """Return `:id` and the fields for a select."""
    names = ",".join((":id", *map(field_name, fields)))
    # A select that is too long for an address: all columns, of which the portal knows the names.
    return names if len(query_string({"": names})) < LONGEST_QUERY // 2 else "*,:id"


def _identifier(dataset: Dataset) -> Iterator[str]:
    if dataset.identifier is not None:
        yield dataset.identifier.field


def _clear(folder: Path) -> None:
    for path in folder.glob("rows-*.*"):
        with suppress(OSError):
            path.unlink()


def opened(folder: Path) -> Download:
    """The complete download in `folder`; raises SodaSheetError if there is none."""
    try:
        said = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        found = _read(said, folder)
        missing = [path.name for path in found.paths if not path.is_file()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SodaSheetError(
            f"{folder} has no complete download of a dataset.",
            "It is incomplete or was changed, so it cannot be used.",
        ) from error
    if missing:
        raise SodaSheetError(
            f"{missing[0]} is missing from {folder}, so the rows there are not complete.",
            "Restore the file from a backup.",
        )
    return found


def write_facts(found: Download) -> None:
    """Mark a download as complete in its folder; raises SodaSheetError."""
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
        raise ValueError("a page is in another folder")
    return page


def _state(said: Mapping[str, Any]) -> State:
    updated = said["updated"]
    moment = datetime.fromisoformat(updated) if updated else None
    return State(said["rows"], moment, said.get("changed"))
