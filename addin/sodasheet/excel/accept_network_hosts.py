"""Sources on another computer: the user is asked before they are first opened.

Opening a network share sends the user's Windows credentials to that computer. A workbook that came
from elsewhere may name any computer, so its host has to be accepted once by this user.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.excel.book_path import host_of_path, is_network_path
from sodasheet.system.folders import home, make_private

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.model.job import SourceSpec


def require_accepted(press: Press, spec: SourceSpec) -> None:
    """Ask if a source on another computer may be opened. Raises UsageProblem if refused.

    The computer that the workbook itself was opened from needs no question.
    """
    if spec.kind not in ("file", "workbook") or not is_network_path(spec.path):
        return
    host, own = host_of_path(spec.path), press.path
    if (is_network_path(own) and host_of_path(own) == host) or host in accepted_hosts():
        return
    if not press.dialogs.ask_yes_no(
        f"The rows of this workbook come from another computer:\n\n{spec.path}\n\n"
        f"Opening the file sends your user name to {host}. Open it, now and in the future?"
    ):
        raise UsageProblem(
            f"The source is on {host}, and you have not accepted that computer.",
            "Press Check data and accept it, or choose another source.",
        )
    accept_host(host)


def accepted_hosts() -> frozenset[str]:
    """Return the computers that this user has accepted."""
    try:
        body = json.loads(_file().read_bytes())
    except (OSError, ValueError):
        return frozenset()
    hosts = body if isinstance(body, list) else []
    return frozenset(one for one in hosts if isinstance(one, str))


def accept_host(host: str) -> None:
    """Remember that this user accepts a computer; if that fails, the question is asked again."""
    with suppress(OSError):
        make_private(home())
        _file().write_text(json.dumps(sorted({*accepted_hosts(), host})), encoding="utf-8")


def _file() -> Path:
    return home() / "accepted-computers.json"
