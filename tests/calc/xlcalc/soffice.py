"""A headless LibreOffice Calc for the tests: private profile, one pipe, ended by the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

#: Folder of Debian's python3-uno, which is not on the virtual environment's path.
DEBIAN = "/usr/lib/python3/dist-packages"

#: Exit code of a first start that only creates the profile and requires a restart.
RESTART = 81
SECONDS_TO_START = 60.0


def missing() -> str:
    """List the missing programs that are needed to drive Calc; empty if all are installed."""
    lacking = [name for name in ("soffice", "pdftoppm") if shutil.which(name) is None]
    try:
        load_uno()
    except ImportError:
        lacking.append(f"python3-uno for Python {sys.version_info.major}.{sys.version_info.minor}")
    return ", ".join(lacking)


def load_uno() -> Any:
    """The module `uno`; raises ImportError if Debian's Python differs from this Python."""
    if DEBIAN not in sys.path:
        sys.path.append(DEBIAN)
    import uno

    return uno


def connect(pipe: str) -> Any:
    """Return the desktop behind a pipe; raises UNO's NoConnectException without a listener."""
    uno = load_uno()
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


class Soffice:
    """One process of soffice.bin. `desktop` is its UNO desktop, `pipe` the name of its pipe."""

    def __init__(self, folder: Path) -> None:
        self.pipe = f"sodasheet-{os.getpid()}-{time.time_ns():x}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid

    def start(self, environment: dict[str, str] | None = None) -> Soffice:
        """Start and wait for an answer; a first start may require a restart."""
        self._launch(environment)
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            assert self._process is not None
            code = self._process.poll()
            if code == RESTART:
                self._launch(environment)
            elif code is not None:
                raise RuntimeError(f"soffice ended with code {code}: {self._log()}")
            try:
                self.desktop = connect(self.pipe)
            except Exception:
                time.sleep(0.1)
                continue
            return self
        raise RuntimeError(f"soffice did not answer within {SECONDS_TO_START:.0f} s: {self._log()}")

    def stop(self) -> None:
        """End the program, first without force."""
        if self._process is None:
            return
        try:
            self.desktop.terminate()
            self._process.wait(5)
        except Exception:
            self._process.kill()
            self._process.wait(60)
        self._process = None

    def _launch(self, environment: dict[str, str] | None) -> None:
        program = Path(shutil.which("soffice") or "soffice").resolve().with_name("soffice.bin")
        command = [
            str(program),
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nolockcheck",
            f"--accept=pipe,name={self.pipe};urp;",
            f"-env:UserInstallation={(self._folder / 'profile').as_uri()}",
        ]
        variables = {**os.environ, "SODASHEET_CALC_PIPE": self.pipe, **(environment or {})}
        with (self._folder / "soffice.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=variables)

    def _log(self) -> str:
        return (self._folder / "soffice.log").read_text(errors="replace")[-2000:]
