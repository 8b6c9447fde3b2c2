"""xlwings' module for Windows, loaded on any system with replacements for Windows parts.

Its code is the real one: the exit handler, the retries, the wrappers around COM objects. Below it
are modules of a few lines instead of pywin32, and a COM object that rejects calls as Excel does.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import xlwings

#: RPC_E_CALL_REJECTED: a cell is being edited, or a dialog is open.
REJECTED = -2147418111


class ComError(Exception):
    """`pywintypes.com_error`, with its fields."""

    def __init__(self, hresult: int, words: str = "", excepinfo: Any = None) -> None:
        super().__init__(hresult, words, excepinfo, None)
        self.hresult, self.excepinfo = hresult, excepinfo


def _module(name: str, **names: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    for key, value in names.items():
        setattr(module, key, value)
    return module


class CDispatch:
    """The base class of dynamic COM objects."""


def _stand_ins() -> dict[str, types.ModuleType]:
    client = _module(
        "win32com.client",
        CDispatch=CDispatch,
        CoClassBaseClass=type("CoClassBaseClass", (), {}),
        DispatchBaseClass=type("DispatchBaseClass", (), {}),
        Dispatch=mock.Mock(),
        DispatchEx=mock.Mock(),
    )
    com = _module(
        "pythoncom", ole_error=ComError, com_error=ComError, CoInitialize=mock.Mock(), __file__=""
    )
    return {
        "pywintypes": _module("pywintypes", com_error=ComError, TimeType=type("TimeType", (), {})),
        "pythoncom": com,
        "win32api": _module("win32api"),
        "win32con": _module("win32con"),
        "win32gui": _module("win32gui"),
        "win32process": _module("win32process"),
        "win32timezone": _module("win32timezone", TimeZoneInfo=mock.Mock()),
        "win32com": _module("win32com", client=client),
        "win32com.client": client,
        "xlwings._win32patch": _module("xlwings._win32patch", CoClassBaseClass=object),
    }


@contextmanager
def windows_xlwings() -> Iterator[Any]:
    """Load `xlwings._xlwindows` and pass for Windows as long as the block lasts.

    Its `exit_handlers` are those that would run when the process ends.
    """
    handlers: list[Any] = []

    def register(function: Any) -> Any:
        handlers.append(function)
        return function

    def unregister(function: Any) -> None:
        handlers[:] = [one for one in handlers if one is not function]

    path = Path(xlwings.__file__).with_name("_xlwindows.py")
    spec = importlib.util.spec_from_file_location("xlwings._xlwindows", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    dlls = {name: mock.MagicMock() for name in ("oledll", "windll", "PyDLL")}
    with (
        mock.patch.dict(sys.modules, {**_stand_ins(), "xlwings._xlwindows": module}),
        mock.patch.multiple(ctypes, create=True, **dlls),
        mock.patch.multiple(atexit, register=register, unregister=unregister),
    ):
        spec.loader.exec_module(module)
        module.exit_handlers = handlers  # type: ignore[attr-defined]
        with (
            mock.patch.object(xlwings, "_xlwindows", module, create=True),
            mock.patch.object(sys, "platform", "win32"),
        ):
            yield module
