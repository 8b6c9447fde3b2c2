"""The desk's pages without a browser and without a separate process."""

from __future__ import annotations

import re
from typing import Any

from sodasheet.desk.main import build
from sodasheet.desk.server.desk_still_needed import Presence
from sodasheet.desk.server.one_time_tickets import issue_ticket
from sodasheet.desk.server.page_opening_files import Opening
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import tasks_running

HOST = "desk-test.localhost"


class Site:
    """An authorized window that requests pages."""

    def __init__(self) -> None:
        app = build(HOST, Presence(tasks_running), Workers())
        self._client = app.test_client()
        self.base = f"http://{HOST}"
        ticket = {"ticket": issue_ticket(Opening("/"))}
        assert self._client.post("/enter", data=ticket, base_url=self.base).status_code == 200
        csrf = re.search('data-csrf="([^"]+)"', self.get("/settings")[1])
        assert csrf is not None
        self._csrf = csrf[1]

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return the status and the text of a page."""
        answer = self._client.get(path, base_url=self.base, headers=headers)
        return answer.status_code, answer.text

    def post(self, path: str, /, **fields: Any) -> tuple[int, str]:
        """Send a form; return the status, and the next page's address or the text."""
        data = {"csrf": self._csrf, **fields}
        answer = self._client.post(path, base_url=self.base, data=data)
        return answer.status_code, answer.headers.get("Location") or answer.text
