"""The outcome of a write whose reply was lost, determined from the dataset itself.

One SODA2 request is one transaction (portal-api.md B.4), so either all of its rows are there or
none. Rows count as landed if they are there with the values that were sent, and were written after
the request was announced.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sodasheet.model.dataset import GEOMETRY_TYPES, Column, Dataset
from sodasheet.model.method import Method
from sodasheet.portal.http.request import query_string
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.portal.soda2.soql_queries import LONGEST_QUERY, canonical, field_name, literal
from sodasheet.push.send.last_look_and_own_write import AnnouncedWrite
from sodasheet.push.send.transport import Verdict
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.rows_to_send import BatchLimits, batches, identifiers, removal_values

#: Identifiers asked for at a time.
_ASKED = 1000

#: The portal's field for when a row was written last.
UPDATED_AT = ":updated_at"

Values = Mapping[str, Any]


def resolve(
    checked: CheckResult, rows: RowsClient, sent: AnnouncedWrite, state: RowState
) -> Verdict:
    """Return the outcome so far of a request with the sendable rows of `checked`.

    `state` is the dataset's now. Raises PortalError if the portal cannot be asked.
    """
    if not _same_rows(checked, sent):
        return Verdict.UNKNOWN
    if not sent.same_as(state):
        return _compared(checked, rows, sent, state)
    if not sent.answered:
        return Verdict.NOT_LANDED
    # A portal may skip rows that already have these values.
    found = _compared(checked, rows, sent, state)
    return found if found is Verdict.LANDED else Verdict.NOT_LANDED


def _compared(
    checked: CheckResult, rows: RowsClient, sent: AnnouncedWrite, state: RowState
) -> Verdict:
    """Return the verdict by the rows themselves."""
    method, dataset = checked.plan.method, checked.plan.dataset
    if checked.removals:
        removed = _gone(checked, rows, sent, removal_values(checked, _ASKED), checked.removed_by)
        if removed is not Verdict.LANDED or not sent.rows:
            return removed
    if method is Method.DELETE:
        names = _sent_identifiers(checked, sent.limit)
        return _gone(checked, rows, sent, names, dataset.row_identifier or "")
    if method is Method.REPLACE:
        return _replaced(checked, rows, sent, state)
    if dataset.identifier is None:
        return _added(checked, rows, sent)
    return _updated(checked, rows, sent)


def _same_rows(checked: CheckResult, sent: AnnouncedWrite) -> bool:
    """True if these are the rows of the request: the dataset's columns may have changed since."""
    if checked.stopped or checked.removals != sent.removals:
        return False
    return _sent(checked, sent.limit) == sent.rows


def _added(checked: CheckResult, rows: RowsClient, sent: AnnouncedWrite) -> Verdict:
    """Look for appended rows without an identifier among the rows that are new since.

    A count proves nothing: rows of others may be among them. Where the portal does not say when
    rows were added, nobody can tell.
    """
    if sent.changed is None and sent.before:
        return Verdict.UNKNOWN
    fields = _filled_fields(checked)
    wanted = Counter(_key(row, checked.plan.dataset, fields) for row in _objects(checked, sent))
    where = f":created_at > {literal(sent.changed, 'text')}" if sent.changed else ""
    found = Counter(
        _key(row, checked.plan.dataset, fields) for row in rows.rows(_select(fields), where=where)
    )
    # Others may have changed or deleted some of them since.
    return Verdict.PENDING if wanted - found else Verdict.LANDED


def _sent(checked: CheckResult, limit: int | None) -> int:
    return checked.sendable if limit is None else min(limit, checked.sendable)


def _sent_identifiers(checked: CheckResult, limit: int | None) -> Iterator[list[str]]:
    """Yield the identifiers of the sent rows in lists."""
    left = _sent(checked, limit)
    for chunk in identifiers(checked, _ASKED):
        names = [value for _, value in chunk[:left]]
        left -= len(names)
        if not names:
            return
        yield names


def _gone(
    checked: CheckResult,
    rows: RowsClient,
    sent: AnnouncedWrite,
    names: Iterable[Sequence[str]],
    field: str,
) -> Verdict:
    """Look for rows that should be deleted; a row that was entered again proves nothing."""
    column = checked.plan.dataset.column(field)
    kind = column.type if column is not None else "text"
    asked = (UPDATED_AT,) if sent.changed else ()
    again = False
    for some in names:
        for row in rows.find(field, some, kind, asked):
            if not _written_since(row, sent):
                return Verdict.NOT_LANDED
            again = True
    return Verdict.OVERWRITTEN if again else Verdict.LANDED


def _replaced(
    checked: CheckResult, rows: RowsClient, sent: AnnouncedWrite, state: RowState
) -> Verdict:
    """Compare all rows with the rows sent; an older row proves that the sent rows are missing."""
    dataset = checked.plan.dataset
    wanted = Counter(_key(row, dataset, row) for row in _objects(checked, sent))
    # A replace also clears the columns that it does not fill.
    fields = tuple(one.field for one in dataset.columns if not (one.system or one.computed))
    shown: Counter[tuple[tuple[str, str], ...]] = Counter()
    for row in rows.rows(_select(fields, sent)):
        if not _written_since(row, sent):
            return Verdict.NOT_LANDED
        shown[_key(row, dataset, fields)] += 1
    if wanted == shown and state.rows == _sent(checked, sent.limit):
        return Verdict.LANDED
    return Verdict.OVERWRITTEN if shown else Verdict.PENDING


def _updated(checked: CheckResult, rows: RowsClient, sent: AnnouncedWrite) -> Verdict:
    """Compare the sent rows; an existing older row proves that the sent rows are missing."""
    dataset = checked.plan.dataset
    identifier = dataset.identifier
    assert identifier is not None  # noqa: S101 - an upsert has one
    objects, verdict = _objects(checked, sent), Verdict.LANDED
    while chunk := list(islice(objects, _ASKED)):
        wanted = {canonical(row[identifier.field], identifier.type): row for row in chunk}
        names = [str(row[identifier.field]) for row in chunk]
        fields = list(dict.fromkeys(name for row in chunk for name in row))
        asked_for = [*fields, UPDATED_AT] if sent.changed else fields
        for row in rows.find(identifier.field, names, identifier.type, asked_for):
            asked = wanted.pop(canonical(row.get(identifier.field), identifier.type), None)
            if not _written_since(row, sent):
                return Verdict.NOT_LANDED
            if asked and _key(asked, dataset, asked) != _key(row, dataset, asked):
                verdict = Verdict.OVERWRITTEN
        if wanted and verdict is Verdict.LANDED:
            verdict = Verdict.PENDING
    return verdict


def _written_since(row: Values, sent: AnnouncedWrite) -> bool:
    """True unless the portal certainly wrote the row before the request was announced."""
    if sent.answered or not sent.changed:
        return True
    written = row.get(UPDATED_AT)
    return not isinstance(written, str) or written > sent.changed


def _filled_fields(checked: CheckResult) -> tuple[str, ...]:
    return tuple(one.filled.column.field for one in checked.projected)


def _select(fields: Iterable[str], sent: AnnouncedWrite | None = None) -> str:
    """Return the columns to read, with the time of the last change if known."""
    more = [UPDATED_AT] if sent is not None and sent.changed else []
    names = ",".join(map(field_name, [*fields, *more]))
    whole = ",".join(["*", *more])
    return names if len(query_string({"": names})) < LONGEST_QUERY // 2 else whole


def _objects(checked: CheckResult, sent: AnnouncedWrite) -> Iterator[dict[str, Any]]:
    for batch in batches(checked, BatchLimits(limit=sent.limit)):
        # The deleted rows come after the others.
        yield from json.loads(batch.body)[: len(batch.rows)]


def _key(row: Values, dataset: Dataset, fields: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The row's values, without blanks, in canonical form."""
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
    """The coordinates in order, from WKT or GeoJSON."""
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
