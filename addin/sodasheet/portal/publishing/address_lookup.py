"""Look up addresses with the portal's transform `geocode` (portal-api.md C.5).

The addresses travel in a revision that is discarded and never applied, so that nothing of the
dataset changes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Cancelled, PortalError
from sodasheet.model.dataset import Dataset
from sodasheet.model.progress import Progress
from sodasheet.portal.publishing.resource import ask_list, whole
from sodasheet.portal.publishing.revision import Revisions
from sodasheet.portal.publishing.schemas import OutputSchema, parsed
from sodasheet.portal.publishing.target_columns import Target, transform
from sodasheet.portal.publishing.upload_file import create_source
from sodasheet.portal.soda2.soql_queries import field_name

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Street, city, state, ZIP code and country, each perhaps empty.
Address = Sequence[str]

#: Latitude and longitude, as spelled by the portal.
Place = tuple[str, str]

_NUMBER, _PLACE = "sodasheet_row", "sodasheet_place"
_PARTS = ("address", "city", "state", "zip", "country")

#: Rows per page; a portal may return fewer.
_PAGE = 5000

#: Rows of a piece of the upload.
_PIECE = 10_000

_WKT = re.compile(r"\s*POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\s*", re.IGNORECASE)


def look_up(
    session: PortalSession, dataset: Dataset, addresses: Sequence[Address], progress: Progress
) -> list[Place | None]:
    """Return the place of each address; None if the portal cannot find the address.

    Raises PortalError if the portal does not look up addresses, Cancelled if the user stops it.
    """
    if not addresses:
        return []
    progress.begin("finding addresses on the portal", len(addresses))
    revision = Revisions(session, dataset.id).create("update")
    try:
        source = create_source(revision, "addresses.csv")
        source.upload(_pieces(addresses))
        read = parsed(source)
        # Only blank parts can be left out, so the country is included only if an address has one.
        target = Target(dataset, "update", _NUMBER, _PARTS)
        names = read.names(target)
        country = any(one[4] for one in addresses)
        columns = [
            _column(_NUMBER, 1, transform("text", names[_NUMBER])),
            _column(_PLACE, 2, _geocode(names, country=country)),
        ]
        output = read.converted(target, columns).finished()
        return _places(output, len(addresses), progress)
    finally:
        with suppress(PortalError, Cancelled):
            revision.discard()


def _column(name: str, position: int, expression: str) -> dict[str, Any]:
    return {
        "field_name": name,
        "display_name": name,
        "description": None,
        "is_primary_key": False,
        "position": position,
        "transform": {"transform_expr": expression},
    }


def _geocode(names: Mapping[str, str], *, country: bool) -> str:
    """Return the expression; the function's treatment of null parts is undocumented."""
    parts = _PARTS if country else _PARTS[:4]
    texts = (f"coalesce({field_name(names[part])}, '')" for part in parts)
    return f"geocode({', '.join(texts)})"


def _pieces(addresses: Sequence[Address]) -> Iterator[bytes]:
    for start in range(0, len(addresses), _PIECE):
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_ALL)
        if not start:
            writer.writerow((_NUMBER, *_PARTS))
        some = addresses[start : start + _PIECE]
        writer.writerows((number, *address) for number, address in enumerate(some, start))
        yield text.getvalue().encode("utf-8", "replace")


def _places(output: OutputSchema, count: int, progress: Progress) -> list[Place | None]:
    """Read the places, page by page. Raises PortalError unless each address has an answer."""
    session, path = output.input.session, output.path("rows", "/rows")
    found: list[Place | None] = [None] * count
    answered: set[int] = set()
    offset = 0
    number_at, place_at = (output.names.index(name) for name in (_NUMBER, _PLACE))
    while offset < count:
        page = ask_list(session, path, {"limit": _PAGE, "offset": offset})
        rows = [one["row"] for one in page if isinstance(one, dict) and _is_row(one.get("row"))]
        for row in rows:
            number = whole(_ok(row[number_at]))
            if number is None or not 0 <= number < count:
                raise _unclear(session)
            answered.add(number)
            found[number] = _place(_ok(row[place_at]))
        if not rows:
            break
        offset += len(rows)
        progress.advance(len(rows))
    if len(answered) != count:
        raise _unclear(session)
    return found


def _is_row(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _ok(cell: Any) -> Any:
    return cell.get("ok") if isinstance(cell, dict) else None


def _place(value: Any) -> Place | None:
    """Return latitude and longitude of a point as GeoJSON or WKT; None for anything else."""
    if isinstance(value, str):
        match = _WKT.fullmatch(value)
        if match:
            return _numbers(match[2], match[1])
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict) and isinstance(value.get("coordinates"), list):
        pair = value["coordinates"]
        return _numbers(pair[1], pair[0]) if len(pair) > 1 else None
    return None


def _numbers(latitude: Any, longitude: Any) -> Place | None:
    try:
        values = float(latitude), float(longitude)
    except (TypeError, ValueError):
        return None
    on_earth = abs(values[0]) <= 90 and abs(values[1]) <= 180
    return (_plain(values[0]), _plain(values[1])) if on_earth else None


def _plain(value: float) -> str:
    """Return the shortest decimal of a number, never with an exponent."""
    text = repr(value)
    return format(value, ".12f").rstrip("0").rstrip(".") if "e" in text else text


def _unclear(session: PortalSession) -> PortalError:
    return PortalError(
        f"{session.host} did not return a result for every address.",
        "Nothing was changed; try again later.",
        None,
        "not-read",
    )
