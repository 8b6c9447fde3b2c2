"""SQLite functions that SoQL needs: exact decimals, and letter case beyond ASCII."""

from __future__ import annotations

import decimal
import sqlite3
from decimal import Decimal
from typing import Any

from socrata_practice.types.scalars import number_key, plain

_EXACT = decimal.Context(prec=60, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
_RATIO = decimal.Context(prec=20)


def compare(left: Any, right: Any) -> int | None:
    """Compare two numbers stored as text: -1, 0, 1, or None if either is missing."""
    if left is None or right is None:
        return None
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other)


def _collate(left: str, right: str) -> int:
    return compare(left, right) or 0


def _upper(text: str | None) -> str | None:
    return text if text is None else text.upper()


def _lower(text: str | None) -> str | None:
    return text if text is None else text.lower()


def _key(value: Any) -> str | None:
    return None if value is None else number_key(value)


class _Sum:
    """The exact sum of the values that are not null."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.count = 0

    def step(self, value: Any) -> None:
        """Add one value."""
        if value is not None:
            self.total = _EXACT.add(self.total, Decimal(value))
            self.count += 1

    def finalize(self) -> str | None:
        """Return the sum, or None if there were no values."""
        return plain(self.total) if self.count else None


class _Average(_Sum):
    """The mean, to 20 digits."""

    def finalize(self) -> str | None:
        """Return the mean, or None if there were no values."""
        return plain(_RATIO.divide(self.total, Decimal(self.count))) if self.count else None


class _Largest:
    """The largest number."""

    sign = 1

    def __init__(self) -> None:
        self.best: Any = None

    def step(self, value: Any) -> None:
        """Add one value."""
        if value is not None and (
            self.best is None or (compare(value, self.best) or 0) * self.sign > 0
        ):
            self.best = value

    def finalize(self) -> str | None:
        """Return the number as stored."""
        return None if self.best is None else str(self.best)


class _Smallest(_Largest):
    """The smallest number."""

    sign = -1


def install(connection: sqlite3.Connection) -> None:
    """Register the functions with one connection."""
    connection.create_function("decimal_compare", 2, compare, deterministic=True)
    connection.create_function("decimal_key", 1, _key, deterministic=True)
    connection.create_function("unicode_upper", 1, _upper, deterministic=True)
    connection.create_function("unicode_lower", 1, _lower, deterministic=True)
    connection.create_collation("decimal", _collate)
    for name, aggregate in (
        ("decimal_sum", _Sum),
        ("decimal_avg", _Average),
        ("decimal_max", _Largest),
        ("decimal_min", _Smallest),
    ):
        connection.create_aggregate(name, 1, aggregate)  # type: ignore[arg-type]
