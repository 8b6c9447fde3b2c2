"""Runs one window and keeps writing down what it shows: `python harness.py NAME STATE < SETTINGS`.

The window is the real one and is driven by real keys from outside; this only reads its widgets.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from watching import run_watched

from sodasheet.desktop.shell import Shell
from sodasheet.errors import SodaSheetError

STATE = Path(sys.argv[2])


def sign_in(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.sign_in_window import sign_in

    account = sign_in(settings["portal"])
    return asdict(account) if account else None


def choose(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.dataset_window import choose_dataset

    dataset = choose_dataset(settings["portal"])
    return dataset.id if dataset else None


def confirm(settings: dict[str, Any]) -> Any:
    from proposals import proposal

    from sodasheet.desktop.confirm_page import confirm

    return confirm(proposal(**settings))


def undo(settings: dict[str, Any]) -> Any:
    from proposals import way_back

    from sodasheet.desktop.confirm_page import confirm

    return confirm(way_back(**settings))


def others(settings: dict[str, Any]) -> Any:
    from proposals import others

    from sodasheet.desktop.summary_model import changed_since
    from sodasheet.desktop.summary_page import SummaryPage, Ways

    with Shell("Undo - SodaSheet") as shell:
        ways = Ways(shell.close, dataset=shell.close, force=shell.close)
        shell.show(SummaryPage(shell, changed_since(others(**settings)), ways))
        shell.run()


def trial(settings: dict[str, Any]) -> Any:
    from proposals import proposal

    from sodasheet.desktop.confirm_model import confirmation
    from sodasheet.desktop.confirm_page import ConfirmPage
    from sodasheet.desktop.trial_offer import TrialWays

    chosen: list[Any] = []

    def choose(what: Any) -> None:
        chosen.append(what)
        shell.close()

    with Shell("Push - SodaSheet") as shell:
        asked = confirmation(proposal("upsert", **settings))
        ways = TrialWays(choose, lambda: choose("rest"))
        shell.show(ConfirmPage(shell, asked, choose, ways))
        shell.run()
    return chosen


def push(settings: dict[str, Any]) -> Any:
    from sodasheet.credentials.keychain import find
    from sodasheet.desktop.push_window import PushOptions, run_push, session_for
    from sodasheet.jobs.saved_request import request_from_memo
    from sodasheet.portal.http.retries import Patience
    from sodasheet.portal.http.session import PortalSession

    def hasty(portal: str, stop: Any) -> PortalSession:
        return PortalSession(portal, find(portal), Patience(tries=1, pause=0), stop)

    opener = hasty if settings.get("hasty") else session_for
    return run_push(request_from_memo(settings["order"]), PushOptions(opener)).to_json()


def progress(settings: dict[str, Any]) -> Any:
    from slow_push import show

    return show(**settings)


def schedule(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.schedule_window import schedule_workbook

    saved: list[str] = []
    schedule_workbook(Path(settings["path"]), lambda: saved.append("saved"))
    return saved


def question(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.questions import WindowDialogs

    return getattr(WindowDialogs(), settings.pop("kind"))(**settings)


def main() -> None:
    Shell.run = lambda shell: run_watched(shell, STATE)  # type: ignore[method-assign]
    settings = json.load(sys.stdin)
    try:
        came = globals()[sys.argv[1]](settings)
    except SodaSheetError as error:
        came = {"error": str(error)}
    sys.stdout.write(json.dumps(came))


main()
