"""Opens desk windows in Chromium, as requested by the desk itself."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from socrata_practice import PracticePortal
from sodasheet.desk.server.open_windows import open_page
from sodasheet.desk.tasks.task import Task, TaskKind, TaskOptions, TaskRecord, new_task
from sodasheet.jobs import write_job
from sodasheet.model.job import Job

HERE = Path(__file__).parent
PERMITS = "prmt-7x2d"

#: Seconds that a step may take before a test fails.
PATIENCE = 30.0


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Return the first true value; fails after a time limit."""
    until = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds:.0f} seconds in vain")
        time.sleep(0.02)
    return found


class Bench:
    """One user's desk and browser."""

    def __init__(self, browser: Browser, portal: PracticePortal, home: Path) -> None:
        self.home, self.portal, self._browser = home, portal, browser
        home.mkdir(exist_ok=True)
        self._windows = 0
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 860}, accept_downloads=True
        )
        self.context.set_default_timeout(15_000)
        self.trouble: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of every process of this user."""
        return {
            "SODASHEET_HOME": str(self.home),
            "SODASHEET_BROWSER": str(HERE / "browser.sh"),
            "SODASHEET_TEST_OPENED": str(self.home / "opened"),
            "DISPLAY": os.environ.get("DISPLAY", ":0"),
            "PYTHON_KEYRING_BACKEND": "file_store.FileStore",
            "FILE_STORE": str(self.home / "store.json"),
            "PYTHONPATH": str(HERE),
        }

    def open(self, page: str = "/", *, small: bool = False, **query: str) -> Page:
        """Open a page of the desk in a separate window."""
        open_page(page, small=small, **query)
        return self.next_window(small=small)

    def next_window(self, *, small: bool = False) -> Page:
        """Return the next window that the desk opens."""
        self._windows += 1
        lines = wait_for(self._asked_windows)
        window = self.context.new_page()
        if small:
            window.set_viewport_size({"width": 680, "height": 640})
        window.on("console", lambda said: self._hear(said.type, said.text))
        window.on("pageerror", lambda error: self.trouble.append(str(error)))
        window.goto(lines[self._windows - 1])
        window.wait_for_url(lambda url: url.startswith("http") and not url.endswith("/enter"))
        return window

    def _hear(self, kind: str, text: str) -> None:
        # A refused form has a separate HTTP status, which Chromium logs as an error.
        if kind == "error" and "Failed to load resource" not in text:
            self.trouble.append(text)

    def _asked_windows(self) -> list[str] | None:
        path = self.home / "opened"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return lines if len(lines) >= self._windows else None

    @property
    def state(self) -> dict[str, Any]:
        """The desk's reply to a second start."""
        return json.loads(wait_for(lambda: self._state_file() or None))

    def _state_file(self) -> str:
        path = self.home / "desk" / "desk.json"
        return path.read_text("utf-8") if path.exists() else ""

    def sign_in(self, role: str = "publisher") -> None:
        """Store a key of the practice portal, as the *Sign in* page does."""
        from sodasheet.credentials.keychain import save
        from sodasheet.model.credentials import Credentials

        account = self.portal.account(role)
        save(self.portal.url, Credentials(account.key_id, account.key_secret))

    def task(self, job: Job, kind: TaskKind = TaskKind.PUSH, **options: Any) -> Task:
        """Create the task of a push that no process has started yet."""
        task = new_task(
            TaskRecord(
                kind,
                source=Path(job.source.path).name,
                dataset="Building Permits",
                portal=job.portal,
                base=str(self.home),
                options=TaskOptions(**options),
            )
        )
        write_job(job, task.folder / "job.json")
        return task

    def close(self) -> None:
        """End the browser's windows and the desk."""
        self.context.close()
        if text := self._state_file():
            try:
                os.kill(json.loads(text)["pid"], signal.SIGTERM)
            except ProcessLookupError:
                return
            wait_for(lambda: not (self.home / "desk" / "desk.json").exists())
        assert self.trouble == []
