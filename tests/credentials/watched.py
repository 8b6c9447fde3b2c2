"""Runs commands one after another in one process and records what leaves no other trace.

Usage: python watched.py RECORD < PROGRAM, where PROGRAM is JSON: `lines`, each with the
`arguments` of a command and what it reads from `stdin`; `debug` for every log line there is;
`fault` for an error that nobody foresees, which tells all it knows. RECORD receives the
arguments and the environment of every child, and the content of every file before it is removed.
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

RECORD = Path(sys.argv[1])
CHILDREN = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork")


def note(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook that receives every event of the interpreter."""
    if event in CHILDREN:
        # A child process without a specified environment inherits ours.
        _append(f"{event} {arguments!r} {dict(os.environ) if None in arguments else {}}\n".encode())
    elif event in ("os.remove", "shutil.rmtree"):
        path = Path(arguments[0])
        for file in (path, *path.rglob("*")):
            if file.is_file():
                _append(f"removed {file}\n".encode() + file.read_bytes())


def _append(content: bytes) -> None:
    with RECORD.open("ab") as file:
        file.write(content)


def break_requests() -> None:
    """Make every request fail with everything received in the error message."""
    import requests

    def send(self: object, request: Any, **settings: Any) -> None:
        raise RuntimeError(f"cannot send {dict(request.headers)!r} {vars(self)!r}")

    requests.Session.send = send  # type: ignore[method-assign,assignment]


def main() -> None:
    program = json.load(sys.stdin)
    sys.addaudithook(note)
    if program.get("debug"):
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
    if program.get("fault"):
        break_requests()
    from sodasheet.commands.terminal.command_line import run

    for line in program["lines"]:
        sys.stdin = io.TextIOWrapper(io.BytesIO(line.get("stdin", "").encode()))
        code = run(line["arguments"])
        sys.stdout.write(f"== {code} {' '.join(line['arguments'])}\n")
        sys.stdout.flush()


main()
