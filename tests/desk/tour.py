"""Opens every page of the desk in every state, for axe and for the pictures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from sodasheet.desk.open_desk_at_page import open_task
from sodasheet.desk.tasks.progress import EndedStage, ProgressNote
from sodasheet.desk.tasks.question import Asked, Question, Tell, TextQuestion, YesNo
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import Task, TaskKind, TaskOptions, TaskRecord, new_task
from sodasheet.model.method import Method
from sodasheet.push.runs.background_push_folder import repeated

from .bench import PERMITS, Bench
from .jobs import permits_job

#: Called with the name of a state and the window that shows it.
Visit = Callable[[str, Page], None]

PERMITS_CSV = """Permit No,Kind,Opened,Declared Value,Zip,Notes
BP-2024-0001,Mechanical,01/02/2024,"$34,153.45",06114,
BP-2024-0002,Plumbing,01/03/2024,"$58,991.15",06106,needs a second look
BP-2024-0003,Electrical,01/04/2024,n/a,06120,
BP-2024-0003,Electrical,01/04/2024,$12.00,06120,
BP-2026-7777,Roofing,02/29/2024,$80.00,06120,
,Roofing,02/29/2024,$80.00,06120,
"""

TREES_CSV = """Street trees of the city,,,,
Tree No,Kind,Planted,Height (m),ZIP
T-1,Maple,2024-01-02,4.5,06103
T-2,Linden,2024-02-03,,06105
"""

_ROWS = [("BP-2026-9001", "Plumbing", "1200.50"), ("BP-2026-9002", "Electrical", "80")]


def walk(bench: Bench, folder: Path, visit: Visit) -> None:
    """Go through the desk as a new user does."""
    for part in (_first_start, _signing_in, _file, _new_dataset, _pushing, _moments, _places):
        part(bench, folder, visit)


def heading(window: Page, text: str) -> None:
    expect(window.get_by_role("heading", level=1)).to_contain_text(text)


def _first_start(bench: Bench, folder: Path, visit: Visit) -> None:
    window = bench.open("/")
    visit("home-first", window)
    for page, name in (("History", "history-none"), ("Schedule", "schedule-none")):
        window.get_by_role("link", name=page, exact=True).click()
        visit(name, window)
    window.close()


def _signing_in(bench: Bench, folder: Path, visit: Visit) -> None:
    account = bench.portal.account("publisher")
    window = bench.open("/sign-in", small=True, portal=bench.portal.url)
    visit("sign-in", window)
    window.get_by_label("Key ID").fill(account.key_id)
    window.get_by_label("Secret", exact=True).fill("wrong")
    window.get_by_role("button", name="Sign in").click()
    expect(window.get_by_role("alert")).to_be_visible()
    visit("sign-in-refused", window)
    viewer = bench.portal.account("viewer")
    window.get_by_label("Key ID").fill(viewer.key_id)
    window.get_by_label("Secret", exact=True).fill(viewer.key_secret)
    window.get_by_role("button", name="Try again").click()
    heading(window, "Is this the right account?")
    visit("sign-in-doubtful", window)
    window.get_by_role("link", name="Use another key").click()
    heading(window, "Sign in to a portal")
    window.get_by_label("Key ID").fill(account.key_id)
    window.get_by_label("Secret", exact=True).fill(account.key_secret)
    window.get_by_role("button", name="Sign in").click()
    heading(window, "You’re signed in")
    visit("signed-in", window)
    window.close()


def _file(bench: Bench, folder: Path, visit: Visit) -> None:
    path = folder / "permits.csv"
    path.write_text(PERMITS_CSV, encoding="utf-8")
    window = bench.open("/file", path=str(folder))
    visit("file", window)
    window.get_by_label("Path of the file").fill(str(folder / "none.csv"))
    window.get_by_role("button", name="Open file").click()
    visit("file-error", window)
    window.get_by_label("Path of the file").fill(str(path))
    window.get_by_role("button", name="Open file").click()
    expect(window.get_by_role("radio").first).to_be_visible()
    window.set_viewport_size({"width": 680, "height": 640})
    visit("choose", window)
    words = window.get_by_label("Name, or the dataset’s web address")
    words.fill("bilding permts xyz")
    expect(window.get_by_role("heading", level=2)).to_contain_text("No dataset matches")
    visit("choose-none", window)
    words.fill("https://data.example.gov/")
    expect(window.get_by_role("alert")).to_be_visible()
    visit("choose-error", window)
    words.fill(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    window.get_by_role("button", name="Choose dataset").click()
    window.set_viewport_size({"width": 1280, "height": 860})
    heading(window, "Map columns to Building Permits")
    visit("map", window)
    window.locator("summary", has_text="Reading the source").click()
    window.locator("summary", has_text="Cleanup of Zip").click()
    visit("map-settings", window)
    window.get_by_label("Header row").fill("first")
    window.get_by_role("button", name="Save changes").click()
    expect(window.get_by_role("alert")).to_be_visible()
    visit("map-error", window)
    window.get_by_label("Header row").fill("1")
    window.get_by_label("Dataset column for Kind").select_option("permit_type")
    window.get_by_label("Dataset column for Notes").select_option("-")
    window.get_by_label("Format of Declared Value").fill("$1,234.50")
    window.get_by_role("button", name="Check data").click()
    heading(window, "can’t be sent")
    visit("check", window)
    window.get_by_role("button", name="Preview changes").click()
    heading(window, "An update would")
    visit("preview", window)
    window.get_by_role("searchbox").fill("nothing like it")
    window.get_by_role("button", name="Filter").click()
    visit("preview-filtered", window)
    window.get_by_role("link", name="Home", exact=True).first.click()
    visit("home-drafts", window)
    window.close()


def _new_dataset(bench: Bench, folder: Path, visit: Visit) -> None:
    path = folder / "street_trees.csv"
    path.write_text(TREES_CSV, encoding="utf-8")
    window = bench.open("/file", path=str(path))
    window.get_by_role("button", name="New dataset from this file").click()
    heading(window, "New dataset from street_trees.csv")
    visit("new-dataset", window)
    window.get_by_label("Field name of Kind").fill("Kind of tree")
    window.get_by_role("button", name="Create private dataset").click()
    expect(window.get_by_role("alert")).to_be_visible()
    visit("new-dataset-error", window)
    window.get_by_label("Field name of Kind").fill("kind")
    window.get_by_role("button", name="Create private dataset").click()
    expect(window.get_by_role("alert")).to_contain_text("already has a dataset named")
    window.get_by_role("button", name="Create private dataset").click()
    heading(window, "street trees was created")
    visit("new-dataset-created", window)
    window.get_by_role("link", name="Make public…").click()
    heading(window, "Make street trees public?")
    visit("new-dataset-public", window)
    window.close()


def _pushing(bench: Bench, folder: Path, visit: Visit) -> None:
    window = _start(bench, bench.task(permits_job(bench.portal, folder, _ROWS)))
    heading(window, "Building Permits?")
    visit("confirm", window)
    window.get_by_role("button", name="Push 2 rows").click()
    heading(window, "Building Permits is up to date")
    visit("summary-done", window)
    window.close()
    window = _start(bench, bench.task(permits_job(bench.portal, folder, _ROWS, Method.REPLACE)))
    heading(window, "Replace all")
    visit("confirm-replace", window)
    window.get_by_role("textbox").fill("Building")
    window.keyboard.press("Enter")
    visit("confirm-wrong-name", window)
    window.get_by_role("button", name="Cancel").click()
    heading(window, "Nothing was changed")
    visit("summary-canceled", window)
    window.close()
    rows = [("BP-2026-9003", "Plumbing", "n/a"), ("BP-2026-9004", "Plumbing", "12")]
    window = _start(bench, bench.task(permits_job(bench.portal, folder, rows)))
    heading(window, "Nothing was sent")
    visit("summary-stopped", window)
    window.get_by_role("button", name="Push the other rows without them").click()
    window.get_by_role("button", name="Push 1 row").click()
    heading(window, "1 row landed")
    visit("summary-left-out", window)
    window.get_by_role("link", name="See the run").click()
    visit("run", window)
    window.get_by_role("button", name="Undo this push…").click()
    heading(window, "Undo this push")
    visit("undo", window)
    window.get_by_role("button", name="Cancel").click()
    heading(window, "Nothing was changed")
    window.close()


def _moments(bench: Bench, folder: Path, visit: Visit) -> None:
    """States that are too short to observe, or that require a failure."""
    note = ProgressNote(
        "sending", 104_000, 250_000, time.time(), 1, 8.0, 20.0,
        (EndedStage("Reading permits.csv", 0, 2.0), EndedStage("keeping", 300, 3.0)),
    )  # fmt: skip
    with _shown(bench, note) as (task, window):
        visit("progress", window)
        (task.folder / "stop").touch()
        window.reload()
        visit("canceling", window)
    questions: list[tuple[str, Question]] = [
        ("question-tell", Tell("The preview is worked out.\n\nIt is in your workbook.")),
        ("question-yes-no", YesNo("12 rows of Permits are hidden.\n\nUse only the visible ones?")),
        ("question-line", TextQuestion("Where do the rows come from?", "Permits")),
    ]
    for name, question in questions:
        with _shown(bench, note, question) as (_, window):
            visit(name, window)
    unknown = {
        **_report("unknown"),
        "summary": "The connection broke after all rows were sent and before the portal answered.",
    }
    with _shown(bench, note, ended=("report.json", unknown)) as (_, window):
        visit("summary-unknown", window)
    shrunk = {
        **_report("refused"),
        "guard": "shrink",
        "summary": "It would have shrunk from 300 rows to 41, by 86 %. The limit is 20 %.",
    }
    with _shown(bench, note, ended=("report.json", shrunk)) as (_, window):
        visit("summary-guard", window)
    for name, kind in (
        ("failure", ""),
        ("failure-sign-in", "sign-in"),
        ("failure-press", "press"),
        ("died", ""),
    ):
        failure = {"what": "The portal can’t be reached.", "remedy": "Try again.", "kind": kind}
        late = ProgressNote(time=1.0)
        ended = ("failure.json", failure)
        shown = _shown(bench, late) if name == "died" else _shown(bench, note, ended=ended)
        with shown as (_, window):
            visit(name, window)
    conflict = {
        "what": "", "remedy": "", "kind": "changed-since", "changed": 3, "rest": 82,
        "shown": [["BP-2024-0017", "Declared Value 135.00 would be 110.50"], ["", "and 2 more"]],
    }  # fmt: skip
    with _shown(bench, note, ended=("failure.json", conflict)) as (_, window):
        visit("undo-conflicts", window)
    with _shown(bench, note) as (task, window):
        task.remove()
        expect(window.get_by_role("heading", level=1)).to_have_text("You can close this window")
        visit("closed", window)


def _places(bench: Bench, folder: Path, visit: Visit) -> None:
    window = bench.open("/")
    visit("home", window)
    for name in ("History", "Settings", "This computer"):
        window.get_by_role("link", name=name, exact=True).click()
        visit(name.lower().replace(" ", "-"), window)
    window.goto(f"{bench.state['address']}/history/quality/{PERMITS}")
    heading(window, "Quality of Building Permits")
    visit("quality", window)
    path = folder / "permits.json"
    from sodasheet.jobs import write_job

    write_job(permits_job(bench.portal, folder, _ROWS), path)
    window.close()
    window = bench.open("/schedule/edit", path=str(path))
    visit("schedule-edit", window)
    window.get_by_label("On certain days").check()
    for day in ("Mon", "Tue", "Wed", "Thu", "Fri"):
        window.get_by_label(day).uncheck()
    window.get_by_role("button", name="Schedule push").click()
    expect(window.get_by_role("alert")).to_be_visible()
    visit("schedule-error", window)
    start = window.url.partition("/schedule")[0]
    window.goto(start + "/nothing-here")
    visit("error", window)
    window.goto(start + "/workbooks")
    expect(window.get_by_role("heading", level=2)).to_have_text("No workbook is open")
    visit("workbooks-none", window)
    window.close()


def _start(bench: Bench, task: Task) -> Page:
    Workers().start(task)
    open_task(task)
    return bench.next_window(small=True)


@contextmanager
def _shown(
    bench: Bench,
    note: ProgressNote,
    question: Question | None = None,
    ended: tuple[str, dict[str, Any]] | None = None,
) -> Iterator[tuple[Task, Page]]:
    """The page of a task without a process: its files determine what is shown."""
    record = TaskRecord(
        TaskKind.PUSH,
        source="permits.csv",
        dataset="Building Permits",
        portal=bench.portal.url,
        options=TaskOptions(),
    )
    task = new_task(record)

    def sign_of_life() -> None:
        if task.folder.exists():
            task.write("status.json", asdict(replace(note, time=time.time())))

    task.write("status.json", asdict(note))
    if question is not None:
        task.write("question.json", Asked(1, question).to_json())
    if ended is not None:
        task.write(*ended)
    window = bench.context.new_page()
    window.set_viewport_size({"width": 680, "height": 640})
    lives = note.time > 1
    if lives:
        sign_of_life()
    with repeated(sign_of_life, 2.0) if lives else nullcontext():
        window.goto(f"{bench.state['address']}/task/{task.id}")
        yield task, window
        window.close()
    task.remove()


def _report(outcome: str) -> dict[str, Any]:
    body = {
        "run": "20261124-081502-4c1d", "outcome": outcome, "started": "2026-11-24T08:15:02+00:00",
        "portal": "https://data.example.gov", "dataset": PERMITS, "method": "replace",
        "dataset_name": "Building Permits", "rows": {"sent": None, "rejected": 0},
        "source": {"name": "permits.csv", "rows": 312, "sha256": "0"}, "transport": "publishing",
        "seconds": 14.0, "findings": [], "guard": None, "user": "Permits Office",
    }  # fmt: skip
    return json.loads(json.dumps(body))
