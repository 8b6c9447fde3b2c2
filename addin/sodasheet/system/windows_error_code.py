"""Windows error code of a failed file access.

Python's own open() goes through the C runtime, which turns a sharing violation, a missing right
and a lost share into the same errno.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

#: Sharing violation and lock violation (Microsoft, "System Error Codes").
LOCKED = frozenset({32, 33})

#: Errno values to which the C runtime maps codes with different meanings.
_VAGUE = {errno.EACCES, errno.EINVAL, errno.EIO, errno.ENOENT}


def windows_error(path: Path, error: OSError) -> int | None:
    """Return the Windows code of an error about `path`; None if unknown or on other systems.

    If the error does not contain the code, the file is opened once more to get it.
    """
    code = getattr(error, "winerror", None)
    if code is None and os.name == "nt" and error.errno in _VAGUE:
        return _code_of_reading(path)
    return code


def _code_of_reading(path: Path) -> int | None:
    """Return the code of opening a file and reading a byte, which a locked range refuses."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        read, shared, existing, folders_too = 0x80000000, 0x7, 3, 0x02000000
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = wintypes.HANDLE
        kernel.CreateFileW.argtypes = [
            wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID,
            wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE,
        ]  # fmt: skip
        kernel.ReadFile.argtypes = [
            wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, wintypes.LPDWORD, wintypes.LPVOID,
        ]  # fmt: skip
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        handle = kernel.CreateFileW(str(path), read, shared, None, existing, folders_too, None)
        if handle == wintypes.HANDLE(-1).value:
            return ctypes.get_last_error()
        byte, count = ctypes.create_string_buffer(1), wintypes.DWORD()
        done = kernel.ReadFile(handle, byte, 1, ctypes.byref(count), None)
        code = None if done else ctypes.get_last_error()
        kernel.CloseHandle(handle)
        return code
    return None
