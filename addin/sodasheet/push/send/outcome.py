"""Whether rows whose answer was lost have landed: only the dataset itself can say.

One SODA2 request is one transaction (portal-api.md B.4), so either all of its rows are there or
none. Rows that look different count as not landed: sending them once more does no harm where there
is an identifier. Where there is none, only the count can say that they have.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sodasheet.model.column import GEOMETRY_TYPES, Column
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.portal.soda2.rows import RowsClient
from sodasheet.portal.soda2.soql import canonical
from sodasheet.push.send.transport import Verdict
from sodasheet.staging.check.result import CheckResult
from sodasheet.staging.output.json_batches import BatchLimits, batches, identifiers
from sodasheet.staging.output.selected_rows import removal_values

#: Identifiers asked for at a time.
_ASKED = 1000

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnnouncedWrite:
    """The announced request: rows in the dataset before it, rows in it, and the trial's limit.

    `over` says that it is so long ago that the portal cannot be at work on it any more;
    `removals` is how many rows of the dataset it was to delete besides.
    """

    before: int
    rows: int
    limit: int | None
    over: bool
    removals: int = 0


def resolve(checked: CheckResult, rows: RowsClient, sent: AnnouncedWrite) -> Verdict:
    """What became of one request with the sendable rows of `checked`.

    Raises PortalError where the portal cannot be asked.
    """
    method, dataset = checked.plan.method, checked.plan.dataset
    if not _same_rows(checked, sent):
        return Verdict.UNKNOWN
    if checked.removals and _remains(checked, rows):
        return Verdict.NOT_LANDED
    if checked.removals and not sent.rows:
        return Verdict.LANDED
    if method is Method.DELETE:
        return _said(not any(_present(checked, rows, sent.limit)))
    if method is Method.REPLACE:
        return _replaced(checked, rows, sent.limit)
    if dataset.identifier is None:
        return _counted(sent, rows.count())
    if method is Method.APPEND:
        return _said(all(_present(checked, rows, sent.limit)))
    return _said(_updated(checked, rows, sent.limit))


def _same_rows(checked: CheckResult, sent: AnnouncedWrite) -> bool:
    """Whether these are the rows of the request, as far as can be seen.

    The dataset's columns may have changed since. What an append or a delete left out because of
    what the dataset held then is not known any more, so a trial's rows may be others now.
    """
    if checked.stopped or checked.removals != sent.removals:
        return False
    by_presence = checked.plan.method in (Method.APPEND, Method.DELETE)
    if by_presence and checked.plan.dataset.identifier is not None:
        return sent.limit is None and checked.sendable >= sent.rows
    return _sent(checked, sent.limit) == sent.rows


def _counted(sent: AnnouncedWrite, after: int) -> Verdict:
    """An append of rows that nothing tells apart: only the count can speak for it.

    A count that has not moved proves nothing while the request may still be at work.
    """
    if after == sent.before + sent.rows - sent.removals:
        return Verdict.LANDED
    return Verdict.NOT_LANDED if after == sent.before and sent.over else Verdict.UNKNOWN


def _said(landed: bool) -> Verdict:
    return Verdict.LANDED if landed else Verdict.NOT_LANDED


def _sent(checked: CheckResult, limit: int | None) -> int:
    return checked.sendable if limit is None else min(limit, checked.sendable)


def _present(checked: CheckResult, rows: RowsClient, limit: int | None) -> Iterator[bool]:
    """For each identifier that was sent, whether the dataset has it."""
    column = checked.plan.dataset.identifier
    assert column is not None  # noqa: S101 - only methods with an identifier come here
    left = _sent(checked, limit)
    for chunk in identifiers(checked, _ASKED):
        names = [value for _, value in chunk[:left]]
        left -= len(names)
        if not names:
            return
        found = rows.existing(column.field, names, column.type)
        yield from (name in found for name in names)


def _remains(checked: CheckResult, rows: RowsClient) -> bool:
    """Whether the dataset still has one of the rows that were to go."""
    field = checked.removed_by
    column = checked.plan.dataset.column(field)
    kind = column.type if column is not None else "text"
    return any(rows.existing(field, names, kind) for names in removal_values(checked, _ASKED))


def _replaced(checked: CheckResult, rows: RowsClient, limit: int | None) -> Verdict:
    sent = _sent(checked, limit)
    if rows.count() != sent:
        return Verdict.NOT_LANDED
    wanted = Counter(_key(row, checked.plan.dataset, row) for row in _objects(checked, limit))
    fields = tuple(one.filled.column.field for one in checked.projected)
    shown = Counter(_key(row, checked.plan.dataset, fields) for row in rows.rows())
    return _said(wanted == shown)


def _updated(checked: CheckResult, rows: RowsClient, limit: int | None) -> bool:
    dataset = checked.plan.dataset
    identifier = dataset.identifier
    assert identifier is not None  # noqa: S101 - an upsert has one
    sent = _objects(checked, limit)
    while chunk := list(islice(sent, _ASKED)):
        wanted = {canonical(row[identifier.field], identifier.type): row for row in chunk}
        names = [str(row[identifier.field]) for row in chunk]
        fields = list(dict.fromkeys(name for row in chunk for name in row))
        for row in rows.find(identifier.field, names, identifier.type, fields):
            asked = wanted.pop(canonical(row.get(identifier.field), identifier.type), None)
            if asked and _key(asked, dataset, asked) != _key(row, dataset, asked):
                return False
        if wanted:
            return False
    return True


def _objects(checked: CheckResult, limit: int | None) -> Iterator[dict[str, Any]]:
    for batch in batches(checked, BatchLimits(limit=limit)):
        # Behind the rows come those that are deleted.
        yield from json.loads(batch.body)[: len(batch.rows)]


def _key(row: Values, dataset: Dataset, fields: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The row's values, blank ones left out, in a form that is equal where the values are."""
    columns = ((name, dataset.column(name)) for name in sorted(fields))
    values = ((name, _plain(row.get(name), column)) for name, column in columns if column)
    return tuple((name, value) for name, value in values if value)


def _plain(value: Any, column: Column) -> str:
    if value is None:
        return ""
    if column.type in GEOMETRY_TYPES:
        return _places(value)
    if isinstance(value, dict):
        return json.dumps(_without_blanks(value), sort_keys=True)
    return canonical(value, column.type)


_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?")


def _places(value: Any) -> str:
    """The coordinates in their order, whether they came as WKT or as GeoJSON."""
    text = json.dumps(value["coordinates"]) if isinstance(value, dict) else str(value)
    return " ".join(repr(float(number)) for number in _NUMBER.findall(text))


def _without_blanks(value: Any) -> Any:
    """Numbers as numbers and no empty keys: portals write 41.70 as 41.7, and add "" to links."""
    if isinstance(value, dict):
        return {
            key: _without_blanks(inner) for key, inner in value.items() if inner not in ("", None)
        }
    if isinstance(value, list):
        return [_without_blanks(inner) for inner in value]
    return float(value) if isinstance(value, int | float) else value
