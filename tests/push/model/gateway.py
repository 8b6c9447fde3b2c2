"""A gateway to the model portal: replies are lost, late or false; writes are late or never.

It stands in for the network: `Gateway` is mounted in a session instead of its connections.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from .portal import BASE, DATASET, Portal, Reply


class Killed(BaseException):
    """The process is killed at this moment."""


@dataclass(frozen=True)
class Fault:
    """Fate of one write.

    `work` says when the portal does it: now, never, or after so many seconds. `answer` is what is
    answered instead, None to drop the connection; without `lies` the portal's own answer is given.
    A `forged` answer is a success whose counts add up.
    """

    work: float | None = 0.0
    lies: bool = False
    answer: Reply | None = None
    dies: bool = False
    forged: bool = False


HONEST = Fault()

#: Instead of a request's number: the write itself.
AT_WRITE = 0


@dataclass
class Gateway(HTTPAdapter):
    """The network between a session and the portal.

    `fault` strikes the next write of rows (or the applying of a revision). `meanwhile` is called
    before the numbered request of a push, that of the write too; `crossed` tells if it was.
    `dies_at` is the request at which the process dies.
    """

    portal: Portal
    fault: Fault = HONEST
    meanwhile: dict[int, Callable[[], None]] = field(default_factory=dict)
    dies_at: int | None = None
    requests: int = 0
    struck: int = 0
    crossed: bool = False
    lost: list[tuple[str, str, bytes]] = field(default_factory=list)
    writer: str = ""
    late: list[tuple[float, str, str, str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def sleep(self, seconds: float) -> None:
        """Let time pass, and the portal do what is due."""
        until = self.portal.now + seconds
        while self.late and min(self.late)[0] <= until:
            due = min(self.late)
            self.late.remove(due)
            self.portal.now = max(self.portal.now, due[0])
            self.portal.writer = due[1]
            self.portal.answer(*due[2:])
        self.portal.now = until

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> Any:
        self.requests += 1
        if self.requests == self.dies_at:
            raise Killed
        write = self._is_write(str(request.method), str(request.url))
        act = self.meanwhile.pop(self.requests, None)
        act = self.meanwhile.pop(AT_WRITE, None) if write and act is None else act
        if act is not None:
            act()
            # A write that is done late or never is asked about, and then compared again.
            self.crossed = write and self.fault.work == 0
        sent: Any = request.body or b""
        body = sent if isinstance(sent, bytes) else b"".join(sent)
        method, url = str(request.method), str(request.url)
        self.portal.writer = self.writer
        if not self._is_write(method, url):
            return self._replied(request, self.portal.answer(method, url, body))
        fault, self.fault = self.fault, HONEST
        self.struck += fault is not HONEST
        reply = None
        if fault.work == 0:
            reply = self.portal.answer(method, url, body)
        elif fault.work is not None:
            self.late.append((self.portal.now + fault.work, self.writer, method, url, body))
        else:
            self.lost.append((method, url, body))
        if fault.dies:
            raise Killed
        answer = fault.answer if fault.lies else reply
        if fault.forged:
            answer = self.portal.success(method, url, body)
        if answer is None:
            raise requests.ConnectionError(ProtocolError("Connection aborted."))
        return self._replied(request, answer)

    @staticmethod
    def _is_write(method: str, url: str) -> bool:
        rows = f"/resource/{DATASET}" in url and method in ("POST", "PUT")
        return rows or (url.endswith("/apply") and BASE in url and method == "PUT")

    def _replied(self, request: requests.PreparedRequest, reply: Reply) -> requests.Response:
        html = isinstance(reply.body, str)
        content = reply.body.encode() if html else json.dumps(reply.body).encode()
        kind = "text/html" if html else "application/json"
        raw = HTTPResponse(
            io.BytesIO(content),
            headers={"Content-Type": kind, **reply.headers},
            status=reply.status,
            preload_content=False,
        )
        return self.build_response(request, raw)
