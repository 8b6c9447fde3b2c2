"""Pair headers with columns: exact names first, then the best of all other pairs."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from sodasheet.matching.best_assignment import assign
from sodasheet.matching.candidate_columns import EXACT, SIMILAR, Candidates, Match
from sodasheet.matching.name_similarity import THRESHOLD
from sodasheet.model.dataset import Column
from sodasheet.model.mapping import SAME_FIELD, SAME_NAME


def pair(headers: Sequence[str], columns: Sequence[Column]) -> dict[int, Match]:
    """Return the best match of each header by position; exact names come first.

    The headers are sorted by text, so their order in the sheet never matters; of duplicate headers,
    the first is used.
    """
    order = sorted(range(len(headers)), key=lambda at: (headers[at], at))
    found = _exact(headers, order, columns)
    taken = {match.column.field for match in found.values()}
    left = [at for at in order if at not in found]
    free = [column for column in columns if column.field not in taken]
    return found | _best([headers[at] for at in left], left, free)


def _exact(
    headers: Sequence[str], order: Sequence[int], columns: Sequence[Column]
) -> dict[int, Match]:
    """Return equal names: case-sensitive before case-insensitive, field before display name."""
    found: dict[int, Match] = {}
    taken: set[str] = set()
    for reason, name, fold in (
        (SAME_FIELD, "field", str.strip),
        (SAME_NAME, "name", str.strip),
        (SAME_FIELD, "field", _folded),
        (SAME_NAME, "name", _folded),
    ):
        by_name: dict[str, Column] = {}
        for column in reversed(columns):
            if column.field not in taken:
                by_name[fold(getattr(column, name))] = column
        for at in order:
            match = None if at in found else by_name.pop(fold(headers[at]), None)
            if match is not None:
                found[at] = Match(match, reason, 1.0, EXACT)
                taken.add(match.field)
    return found


def _folded(name: str) -> str:
    return name.strip().casefold()


def _best(names: list[str], positions: list[int], columns: list[Column]) -> dict[int, Match]:
    """Return the assignment with the most certain pairs; less certain pairs break ties."""
    offered = Candidates(columns)
    options = [offered.of(name) for name in names]
    # No number of pairs of a lower rank outweighs a pair of a higher rank.
    step = 2000 * (len(names) + 1)
    weights = [
        {at: step**match.rank * _weight(name, match) for at, match in row.items()}
        for name, row in zip(names, options, strict=True)
    ]
    return {positions[row]: options[row][at] for row, at in assign(weights).items()}


def _weight(name: str, match: Match) -> int:
    """Return the weight of a pair among pairs of its rank, below 2000.

    Two pairs outweigh a single pair; of equally certain pairs, the more similar weighs more. For
    similar names only the excess over the threshold counts, so one near-certain pair outweighs two
    doubtful pairs.
    """
    if match.rank == SIMILAR:
        return 1 + round(100 * match.confidence) - THRESHOLD
    shown = (match.column.name, match.column.field)
    closeness = max(fuzz.ratio(_folded(name), _folded(other)) for other in shown)
    return 1000 + round(9.99 * closeness)
