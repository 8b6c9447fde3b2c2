"""Drift: changes in the shape of source or dataset since the mapping was confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sodasheet.model.dataset import Column, Dataset, type_words
from sodasheet.model.job import Fingerprint
from sodasheet.wording import first_listed

_SHOWN = 10

_Seen = tuple[int, str, str]


def fingerprint(headers: Sequence[str], dataset: Dataset) -> Fingerprint:
    """Return the shape of the source and of the columns that a push may fill."""
    return Fingerprint(
        headers=tuple(headers),
        columns=dataset.shape,
        identifier=dataset.row_identifier or "",
    )


def drift(fingerprint: Fingerprint, headers: Sequence[str], dataset: Dataset) -> tuple[str, ...]:
    """Return one sentence for each change; none if nothing changed or no fingerprint was saved.

    The order of headers and columns is irrelevant. A dataset column is identified by its id, or by
    its field name if no column has that id anymore (republishing may assign a new id).
    """
    source = _headers(fingerprint.headers, headers) if fingerprint.headers else ()
    target = _columns(fingerprint.columns, dataset) if fingerprint.columns else ()
    return (*source, *target)


def retyped(fingerprint: Fingerprint, dataset: Dataset) -> tuple[str, ...]:
    """Return the sentences of `drift` about columns whose type changed."""
    now = _paired(fingerprint.columns, dataset.columns)
    return tuple(
        _other_type(kind, column) for (_, _, kind), column in now.items() if column.type != kind
    )


def _headers(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    new = [header for header in now if header not in set(before)]
    gone = [header for header in before if header not in set(now)]
    if new:
        yield f"{_source_columns(new)} new since the mapping was confirmed."
    if gone:
        yield f"{_source_columns(gone)} no longer there."


def _source_columns(headers: Sequence[str]) -> str:
    shown = first_listed((f'"{header}"' for header in headers), _SHOWN)
    return f"The source {f'column {shown} is' if len(headers) == 1 else f'columns {shown} are'}"


def _columns(before: Sequence[_Seen], dataset: Dataset) -> Iterator[str]:
    now = _paired(before, dataset.columns)
    for seen in before:
        yield from _change(seen, now.get(seen))
    known = {column.field for column in now.values()}
    for column in dataset.fillable:
        if column.field not in known:
            yield f"The dataset has a new column, {column.label}."


def _paired(before: Sequence[_Seen], columns: Sequence[Column]) -> dict[_Seen, Column]:
    """Return the current column for each former column: by id first, then by field name."""
    by_id = {column.id: column for column in columns}
    found = {seen: by_id[seen[0]] for seen in before if seen[0] in by_id}
    taken = {column.field for column in found.values()}
    by_field = {column.field: column for column in columns if column.field not in taken}
    rest = {seen: by_field[seen[1]] for seen in before if seen not in found and seen[1] in by_field}
    return found | rest


def _change(seen: _Seen, column: Column | None) -> Iterator[str]:
    _, field, kind = seen
    if column is None:
        yield f"The dataset column {field} no longer exists."
        return
    if column.field != field:
        yield f"The dataset column {field} is now called {column.field}."
    if column.type != kind:
        yield _other_type(kind, column)
    if not column.fillable:
        yield f"The dataset column {column.field} can no longer be filled."


def _other_type(before: str, column: Column) -> str:
    now = type_words(column.type)
    return f"The dataset column {column.field} was {type_words(before)} and is now {now}."
