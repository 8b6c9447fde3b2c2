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
        """Find the cheapest column for `row`, moving other rows if that pays.

        This is Dijkstra's algorithm over reduced costs, which are never negative: a column is
        reached from a row by a pair, and its owner from the column.
        """
        distances: dict[int, int] = {}
        visited: dict[int, int] = {}
        predecessor: dict[int, int] = {}
        heap: list[tuple[int, int]] = []
        current, distance = row, 0
        while True:
            to_current = distance - self.row_price[current]
            for column, cost in self.costs[current].items():
                through = to_current + cost - self.column_price.get(column, 0)
                if column not in visited and through < distances.get(column, through + 1):
                    distances[column], predecessor[column] = through, current
                    heapq.heappush(heap, (through, column))
            distance, column = self._nearest(heap, visited)
            visited[column] = distance
            if column not in self.owner:
                break
            current = self.owner[column]
        self._reprice(row, visited, distance)
        self._augment(row, column, predecessor)

    @staticmethod
    def _nearest(heap: list[tuple[int, int]], visited: Mapping[int, int]) -> tuple[int, int]:
        """Return the nearest column that was not visited, and its distance."""
        while True:
            distance, column = heapq.heappop(heap)
            if column not in visited:
                return distance, column

    def _reprice(self, row: int, visited: Mapping[int, int], shortest: int) -> None:
        """Adjust the prices so that the reduced costs of the new pairs are zero."""
        self.row_price[row] += shortest
        for column, distance in visited.items():
            gain = shortest - distance
            self.column_price[column] = self.column_price.get(column, 0) - gain
            if column in self.owner:
                self.row_price[self.owner[column]] += gain

    def _augment(self, row: int, column: int, predecessor: Mapping[int, int]) -> None:
        """Give every column on the path to the free `column` to the row before it."""
        column_of = {owner: taken for taken, owner in self.owner.items()}
        while True:
            new_owner = predecessor[column]
            self.owner[column] = new_owner
            if new_owner == row:
                return
            column = column_of[new_owner]
