"""An xlwings engine that counts calls and rejects the n-th, as Excel does.

Every method and property of the engine's classes counts as one call. Reading cells, writing them,
changing a setting of the program: each may meet a user who is editing a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from xlcalc import cells, engine

#: Excel's busy errors by name: while a cell is edited, and while a dialog is open.
BUSY = {"rejected": -2147418111, "retry later": -2147417846, "ignored": -2146777998}

#: Members that do not call the program.
LOCAL = frozenset({"book", "sheet", "parent", "engine", "pid", "coords", "hwnd", "version", "name"})

_CLASSES = (
    engine.App, engine.Books, engine.Book, engine.Sheets, engine.Sheet, engine.Tables,
    engine.Table, cells.Range, cells.ConditionalFormats,
)  # fmt: skip


class Rejected(Exception):
    """A call that the program rejected."""

    def __init__(self, hresult: int) -> None:
        super().__init__(hresult, "Call was rejected by callee.")
        self.hresult, self.excepinfo = hresult, None


@dataclass
class Faults:
    """Calls counted so far; calls numbered in `rejects` are refused."""

    rejects: frozenset[int] = frozenset()
    hresult: int = BUSY["rejected"]
    calls: int = 0
    log: list[str] = field(default_factory=list)
    depth: int = 0

    def count(self, name: str) -> None:
        """Count a call from outside the engine, and reject the call if its number is due."""
        if self.depth:
            return
        self.calls += 1
        self.log.append(name)
        if self.calls in self.rejects:
            raise Rejected(self.hresult)


@contextmanager
def faulty(
    rejects: frozenset[int] = frozenset(), hresult: int = BUSY["rejected"]
) -> Iterator[Faults]:
    """Make the engine count calls and reject some, within the block."""
    faults = Faults(rejects, hresult)
    with mock.patch.multiple(engine.App, **_app(faults)):
        patches = [
            mock.patch.object(kind, name, _wrapped(member, f"{kind.__name__}.{name}", faults))
            for kind in _CLASSES
            for name, member in vars(kind).items()
            if not name.startswith("_") and name not in LOCAL
            if isinstance(member, property) or callable(member)
            if not isinstance(member, type | staticmethod | classmethod)
        ]
        for patch in patches:
            patch.start()
        try:
            yield faults
        finally:
            for patch in reversed(patches):
                patch.stop()


def _wrapped(member: Any, name: str, faults: Faults) -> Any:
    if isinstance(member, property):
        setter = member.fset
        return property(
            _counted(member.fget, name, faults) if member.fget else None,
            _counted(setter, f"{name} =", faults) if setter else None,
        )
    return _counted(member, name, faults)


def _counted(function: Callable[..., Any], name: str, faults: Faults) -> Callable[..., Any]:
    def call(*given: Any, **options: Any) -> Any:
        faults.count(name)
        faults.depth += 1
        try:
            return function(*given, **options)
        finally:
            faults.depth -= 1

    return call


def _app(faults: Faults) -> dict[str, Any]:
    """The program's settings are plain attributes: their changes count as calls, too."""
    set_plainly = engine.App.__setattr__
    settings = frozenset({"screen_updating", "display_alerts", "status_bar"})

    def change(app: engine.App, name: str, value: object) -> None:
        if name in settings:
            faults.count(f"App.{name} =")
        set_plainly(app, name, value)

    return {"__setattr__": change}
