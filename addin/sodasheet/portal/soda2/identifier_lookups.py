"""Queries for rows with given identifiers, each short enough for an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sodasheet.errors import UsageProblem
from sodasheet.portal.http.request import Params, query_string
from sodasheet.portal.soda2.soql_literals import field_name, literal

#: Addresses longer than 8 kB are refused by portals (portal-api.md G.27); some room is left for
#: what a proxy adds.
LONGEST_QUERY = 7_000

#: Rows of one reply where nobody says otherwise; every portal allows as many.
PAGE = 1_000


def lookups(field: str, identifiers: Sequence[str], kind: str, select: str) -> Iterator[Params]:
    """Queries that give `select` of the rows whose `field` is among the identifiers.

    `field` is the row identifier's field name and `kind` its type. Raises UsageProblem for an
    identifier that no address has room for.
    """
    name = field_name(field)
    room = LONGEST_QUERY - len(query_string({"": select}))
    batch: list[str] = []
    size = 0
    for value in filter(None, (literal(identifier, kind) for identifier in identifiers)):
        cost = len(query_string({"": value}))
        if cost > room:
            raise UsageProblem(
                f'The row identifier "{value[1:41]}…" is too long to look up on the portal.',
                "Shorten it in the source, or choose another row identifier.",
            )
        if batch and (size + cost > room or len(batch) == PAGE):
            yield _lookup(select, name, batch)
            batch, size = [], 0
        batch.append(value)
        size += cost
    if batch:
        yield _lookup(select, name, batch)


def _lookup(select: str, name: str, values: Sequence[str]) -> Params:
    listed = ",".join(values)
    return {"$select": select, "$where": f"{name} in({listed})", "$limit": len(values)}
