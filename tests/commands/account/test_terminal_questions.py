"""Questions of `sodasheet sign-in` on a terminal, typed into a pseudo terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ..conftest import Terminal

pty = pytest.importorskip("pty", reason="not on Windows: pseudo terminals")

STORES = Path(__file__).parents[2] / "credentials"
SECRET = "swordfish-77aa-secret"


@pytest.fixture
def desk(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal whose user has not signed in yet, with an empty and secure credential store."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "odd_stores.Memory")
    for name in ("SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET", "SODASHEET_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return terminal


def test_on_a_terminal_the_secret_is_asked_for_and_not_shown(desk: Terminal) -> None:
    account = desk.portal.account("publisher")

    shown, code = _typed(
        ["sign-in", desk.portal.url],
        {"Key id: ": account.email, "Key secret (not shown): ": account.password},
        os.environ | {"PYTHONPATH": str(STORES), "HOME": str(desk.folder)},
    )

    assert code == 0, shown
    assert f"Create an API key at {desk.portal.url}/profile/edit/developer_settings, then" in shown
    assert "A password works too, but an API key is safer" in shown
    assert "as Practice Publisher (role publisher)" in shown
    assert account.email in shown
    assert account.password not in shown


def test_the_password_of_a_mail_server_is_asked_for_and_not_shown(desk: Terminal) -> None:
    shown, code = _typed(
        ["sign-in", "smtp.example.gov", "--for", "mail"],
        {"User name: ": "reports", "Password (not shown): ": SECRET},
        os.environ | {"PYTHONPATH": str(STORES), "HOME": str(desk.folder)},
    )

    assert code == 0, shown
    assert "The password of reports for the mail server smtp.example.gov was saved" in shown
    assert SECRET not in shown


def test_ctrl_c_at_the_question_cancels(desk: Terminal) -> None:
    shown, code = _typed(
        ["sign-in", "data.example.gov"],
        {"Key id: ": "\x03"},
        os.environ | {"PYTHONPATH": str(STORES)},
    )

    assert code == 130
    assert "sodasheet: Cancelled." in shown


def test_a_secret_that_cannot_be_kept_is_not_asked_for(desk: Terminal) -> None:
    shown, code = _typed(["sign-in", "data.example.gov"], {}, dict(os.environ))

    assert code == 1
    assert "PYTHON_KEYRING_BACKEND selects the credential store odd_stores.Memory" in shown
    assert "Key id" not in shown


def _typed(
    arguments: list[str], answers: dict[str, str], environment: dict[str, str]
) -> tuple[str, int]:
    """Run a command on a separate terminal and type an answer to each question."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _ON_TERMINAL, *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, waiting, deadline = "", dict(answers), time.monotonic() + 30
    try:
        while time.monotonic() < deadline:
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                shown += os.read(ours, 4096).decode()
            except OSError:  # the program has ended and closed the terminal
                break
            question = next((text for text in waiting if shown.endswith(text)), None)
            if question is not None:
                time.sleep(0.1)  # until the program has disabled the echo
                os.write(ours, f"{waiting.pop(question)}\n".encode())
        return shown, process.wait(60)
    finally:
        process.kill()
        os.close(ours)


#: Makes its standard input the controlling terminal, then executes the command.
_ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "sodasheet", *sys.argv[1:]])
"""
