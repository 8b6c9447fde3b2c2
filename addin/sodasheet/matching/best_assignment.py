"""Assignment: choose the pairs with the greatest total weight."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

# No library: scipy and lapx need numpy, far larger than this whole package, for these few lines.


def assign(weights: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """Pair each row with at most one column, each column used once, for the greatest total.

    `weights[row][column]` is a weight above zero; missing pairs are impossible. Exact,
    by shortest augmenting paths with potentials (Jonker and Volgenant, 1987), which visits only
    pairs that exist. Returns the column by row.
    """
    solver = _Solver(weights)
    for row in range(len(weights)):
        solver.place(row)
    return {row: column for column, row in solver.owner.items() if column >= 0}


class _Solver:
    """State of the assignment: costs are negated weights; column `-1 - row` leaves a row alone."""

    def __init__(self, weights: Sequence[Mapping[int, int]]) -> None:
        self.costs = [
            {column: -weight for column, weight in row.items()} | {-1 - number: 0}
            for number, row in enumerate(weights)
        ]
        self.row_price = [min(row.values()) for row in self.costs]
        self.column_price: dict[int, int] = {}
        self.owner: dict[int, int] = {}

    def place(self, row: int) -> None:
        """Find the cheapest column for `row`, moving other rows if that pays."""
        reached: dict[int, int] = {}
        settled: dict[int, int] = {}
        came_from: dict[int, int] = {}
        heap: list[tuple[int, int]] = []
        current, length = row, 0
        while True:
            base = length - self.row_price[current]
            for column, cost in self.costs[current].items():
                total = base + cost - self.column_price.get(column, 0)
                if column not in settled and total < reached.get(column, total + 1):
                    reached[column], came_from[column] = total, current
                    heapq.heappush(heap, (total, column))
            length, column = self._nearest(heap, settled)
            settled[column] = length
            if column not in self.owner:
                break
            current = self.owner[column]
        self._reprice(row, settled, length)
        self._flip(row, column, came_from)

    @staticmethod
    def _nearest(heap: list[tuple[int, int]], settled: Mapping[int, int]) -> tuple[int, int]:
        while True:
            length, column = heapq.heappop(heap)
            if column not in settled:
                return length, column

    def _reprice(self, row: int, settled: Mapping[int, int], length: int) -> None:
        self.row_price[row] += length
        for column, distance in settled.items():
            gain = length - distance
            self.column_price[column] = self.column_price.get(column, 0) - gain
            if column in self.owner:
                self.row_price[self.owner[column]] += gain

    def _flip(self, row: int, column: int, came_from: Mapping[int, int]) -> None:
        held = {owner: taken for taken, owner in self.owner.items()}
        while True:
            previous = came_from[column]
            self.owner[column] = previous
            if previous == row:
                return
            column = held[previous]
