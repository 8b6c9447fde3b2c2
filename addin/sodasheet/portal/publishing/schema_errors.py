"""The individual cells and records that the portal cannot use (portal-api.md C.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodasheet.portal.http.reply import readable
from sodasheet.portal.publishing.resource import ask_list, whole

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Rows per page: as many as the vendor's own clients request.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell or record that the portal cannot use: source row, dataset field, value and reason.

    `row` is None if the portal does not give back what we wrote, `field` for a whole record.
    """

    row: int | None
    field: str | None
    value: str | None
    reason: str


def cell_errors(
    session: PortalSession, path: str, names: Sequence[str], row: str
) -> Iterator[CellError]:
    """The errors of an output schema with the fields `names`; `row` contains row numbers."""
    for item in _pages(session, path):
        cells = item.get("row")
        if not isinstance(cells, list):
            continue
        found = dict(zip(names, cells, strict=False))
        number = whole(_part(found.get(row), "ok"))
        for name, cell in found.items():
            if (error := _part(cell, "error")) is not None:
                yield CellError(number, name, _value(error), _reason(error))


def record_errors(session: PortalSession, path: str) -> Iterator[CellError]:
    """The errors of an input schema whose first column contains row numbers."""
    for item in _pages(session, path):
        error = item.get("error")
        if not isinstance(error, dict):
            continue
        contents = error.get("contents")
        first = contents[0] if isinstance(contents, list) and contents else None
        words = f"the portal read {error.get('got')} cells instead of {error.get('wanted')}"
        yield CellError(whole(first), None, None, words)


def _pages(session: PortalSession, path: str) -> Iterator[Mapping[str, Any]]:
    """Everything in the list at `path` except its header."""
    offset, before = 0, None
    while True:
        page = ask_list(session, path, {"limit": _PAGE, "offset": offset})
        found = [item for item in page if isinstance(item, dict) and item.keys() & {"row", "error"}]
        # A page may be short for many reasons, and a portal without paging returns the same page
        # forever.
        if not found or found == before:
            return
        yield from found
        offset, before = offset + len(found), found


def _part(cell: Any, name: str) -> Any:
    return cell.get(name) if isinstance(cell, dict) else None


def _value(error: Any) -> str | None:
    value = _part(_part(error, "data"), "value")
    if value is None:
        # Older portals return the unconverted cells instead.
        inputs = _part(error, "inputs")
        cells = inputs.values() if isinstance(inputs, dict) else ()
        value = next((_part(cell, "ok") for cell in cells), None)
    return None if value is None else str(value)


def _reason(error: Any) -> str:
    said = _part(error, "english") or _part(error, "message") or _part(error, "type") or error
    return readable(str(said))
