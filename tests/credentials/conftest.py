"""Credential stores: faulty stores in memory, and the real store of a Linux desktop.

The real one is gnome-keyring on a D-Bus session of its own, with a home of its own, so that the
keyring of whoever runs the tests is never touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TOOLS = ("dbus-daemon", "gnome-keyring-daemon")
PASSWORD = "the password of the desktop"

#: A session bus that starts nothing by itself: what has been killed stays dead, and nobody is
#: there to show a question.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


class Desktop:
    """A session bus, and a keyring daemon that can be started, halted and killed."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.run = folder / "run"
        for path in (self.home, self.run):
            path.mkdir(mode=0o700)
        socket = self.run / "bus"
        settings = folder / "bus.conf"
        settings.write_text(BUS.format(path=socket))
        self.environment = {
            "HOME": str(self.home),
            "PATH": os.environ["PATH"],
            "XDG_RUNTIME_DIR": str(self.run),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={socket}",
            "SODASHEET_HOME": str(self.home / "sodasheet"),
        }
        self._daemon: subprocess.Popen[bytes] | None = None
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={settings}", "--nofork", "--nopidfile"],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        _until(socket.exists, "the session bus is up")

    def start(self, password: str | None = PASSWORD) -> None:
        """Start the keyring daemon, unlocked with this password, or locked without a password."""
        unlock = ["--unlock"] if password is not None else []
        self._daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets", *unlock],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        # Not a byte more: a line break would be part of the password.
        self._daemon.stdin.write((password or "").encode())
        self._daemon.stdin.close()
        _until(self._is_up, "the keyring is up")

    def kill(self) -> None:
        """Kill the keyring daemon."""
        if self._daemon is not None:
            self._daemon.send_signal(signal.SIGCONT)
            self._daemon.kill()
            self._daemon.wait(60)
            self._daemon = None

    def halt(self) -> None:
        """Halt the keyring daemon, which then does not answer."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        self.kill()
        self._bus.terminate()
        self._bus.wait(60)

    def python(self, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a program in this session."""
        return self._run(["-c", code], "", environment)

    def sodasheet(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in this session."""
        return self._run(["-m", "sodasheet", *arguments], stdin, environment)

    def _run(
        self, arguments: list[str], stdin: str, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            input=stdin,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _is_up(self) -> bool:
        from contextlib import closing

        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        try:
            bus = open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        except ConnectionRefusedError:
            return False  # the bus has bound its socket but does not listen yet
        with closing(bus):
            return bool(Proxy(message_bus, bus).NameHasOwner("org.freedesktop.secrets")[0])


def _until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def tools() -> None:
    if sys.platform == "win32":
        pytest.skip("not on Windows: the Secret Service")
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed, which CI must have: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (apt-get install gnome-keyring dbus)")


@pytest.fixture(scope="module")
def shared_desktop(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop with an unlocked keyring, for tests that do not lock the keyring."""
    # The path of a socket must be short.
    desktop = Desktop(tmp_path_factory.mktemp("d"))
    try:
        desktop.start()
        yield desktop
    finally:
        desktop.close()


@pytest.fixture
def desktop(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop for this test alone, with its keyring not started."""
    desktop = Desktop(tmp_path_factory.mktemp("d"))
    try:
        yield desktop
    finally:
        desktop.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without session bus, credentials or user settings."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "sodasheet"))
    for name in (
        "DBUS_SESSION_BUS_ADDRESS", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
        "PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_PERSIST", "SODASHEET_KEY_ID",
        "SODASHEET_KEY_SECRET", "SODASHEET_APP_TOKEN",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def use(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Select one of the faulty stores by name; returns its empty class."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def choose(name: str) -> Any:
        import odd_stores

        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"odd_stores.{name}")
        odd_stores.Memory.kept.clear()
        return getattr(odd_stores, name)

    return choose


@pytest.fixture
def real(shared_desktop: Desktop, home: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """This process uses the real keyring. The store is chosen by name, because what can be found is
    looked up once in a process, and other tests may have looked without a session bus."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, shared_desktop.environment[name])
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.SecretService.Keyring")
    return shared_desktop
