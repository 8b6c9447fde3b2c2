"""The sockets of all connections, so that a wait for a reply can be broken off."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Lock
from weakref import WeakSet

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_open: WeakSet[socket.socket] = WeakSet()
_lock = Lock()


def break_connections() -> None:
    """End every connection of this process, from any thread; what waits on one gets an error."""
    with _lock:
        sockets = list(_open)
    for connected in sockets:
        with suppress(OSError):  # closed already
            if os.name == "nt":
                # Only closing wakes what waits there. The object gives its handle up first, so
                # that its own close() later does not hit a handle that is another one's by then.
                socket.close(connected.detach())
            else:
                socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _note(connected: socket.socket) -> socket.socket:
    with _lock:
        _open.add(connected)
    return connected


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _note(self.sock)


class _Safe(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _note(self.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


#: The pools by scheme, as urllib3's managers take them.
POOLS = {"http": _PlainPool, "https": _SafePool}
