"""The process of a push, a preview or a window: `python -m sodasheet.excel.worker.main FOLDER`."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.excel.tasks.launch import CHOOSE, PREVIEW, PUSH, SCHEDULE, SIGN_IN, UNDO, forget
from sodasheet.push.runs.background_task import BackgroundTask


def main(arguments: list[str]) -> int:
    """Do what the order in a folder says."""
    errand = BackgroundTask(Path(arguments[0]))
    kind = errand.order.get("kind", PUSH)
    if kind in (PUSH, UNDO):
        from sodasheet.excel.worker.push import push

        push(errand)
        return 0
    order = errand.order
    try:
        _show(kind, errand)
    except SodaSheetError as error:
        _tell(order, str(error))
    except Exception:
        from sodasheet.excel.press import keep_trace

        _tell(order, f"SodaSheet met an error that it did not expect. {keep_trace()}")
    finally:
        if kind != PREVIEW:
            forget(errand)
    return 0


def _show(kind: str, errand: BackgroundTask) -> None:
    if kind == CHOOSE:
        from sodasheet.excel.worker.choose_dataset import choose

        choose(errand)
    elif kind == SIGN_IN:
        from sodasheet.desktop.sign_in_window import sign_in

        sign_in(errand.order["portal"])
    elif kind == SCHEDULE:
        from sodasheet.excel.worker.schedule import schedule

        schedule(errand)
    elif kind == PREVIEW:
        from sodasheet.excel.worker.preview import preview

        preview(errand)


def _tell(order: dict[str, Any], text: str) -> None:
    """Say in the program itself what came to nothing and no window has said."""
    from sodasheet.excel.dialogs import AppDialogs
    from sodasheet.excel.tasks.deliver import book_of

    with suppress(Exception):
        book = book_of(order)
        if book is not None:
            AppDialogs(book.app).tell(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
