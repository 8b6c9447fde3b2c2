"""Desk files damaged by a crash or another program are treated as missing."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from sodasheet.desk.drafts.draft import About, Draft, Shape, new_draft
from sodasheet.desk.home.page_content import DAMAGED
from sodasheet.desk.server.desk_still_needed import COMING, Presence
from sodasheet.desk.server.one_time_tickets import (
    LIFETIME,
    issue_ticket,
    tickets_waiting,
    write_door,
)
from sodasheet.desk.server.page_opening_files import Opening, desk_folder
from sodasheet.desk.tasks.progress import ProgressNote
from sodasheet.desk.tasks.question import Asked, YesNo
from sodasheet.desk.tasks.task import QUESTION, Task, TaskKind, TaskRecord, new_task, tasks_running
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method

from ..site import Site

DEEP = "[" * 100_000
SHAPE = Shape(
    ("No",),
    {"No": ["1", "2"]},
    2,
    Dataset("https://a.example", "abcd-1234", "Fees", (Column(1, "No", "no", "text", 1),)),
)


def a_draft() -> Draft:
    job = Job(
        "https://a.example",
        "abcd-1234",
        Method.APPEND,
        SourceSpec(path="fees.csv"),
        Mapping((ColumnRule("No", "no"),)),
        Guards(),
    )
    draft = new_draft(job, About("fees.csv", "/x/fees.csv", "/x"))
    draft.describe(draft.about, SHAPE)
    return draft


def a_task() -> Task:
    return new_task(TaskRecord(TaskKind.PUSH, source="fees.csv", dataset="Fees"))


def changed(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **fields}), "utf-8")


def test_a_draft_is_read_as_it_was_written(site: Site) -> None:
    draft = a_draft()

    assert draft.shape == SHAPE
    assert site.get(f"/draft/{draft.id}/map")[0] == 200
    assert "fees.csv" in site.get("/")[1]


@pytest.mark.parametrize("name", ["draft.json", "job.json"])
@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"about": []}', DEEP, None])
def test_a_damaged_draft_stops_no_page_and_can_be_removed(
    site: Site, name: str, text: str | None
) -> None:
    whole, damaged = a_draft(), a_draft()
    path = damaged.folder / name
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")

    status, home = site.get("/")

    assert status == 200
    assert f"/draft/{whole.id}/map" in home
    assert DAMAGED in home
    assert f"/draft/{damaged.id}/remove" in home
    assert site.get(f"/draft/{damaged.id}/map")[0] == 409
    assert site.post(f"/draft/{damaged.id}/remove") == (303, "/")
    assert not damaged.folder.exists()
    assert DAMAGED not in site.get("/")[1]


@pytest.mark.parametrize(
    "shape",
    [
        [],
        "x",
        {"headers": ["No"], "samples": {}, "rows": 1, "dataset": {}},
        {"headers": ["No"], "samples": {"No": "12"}, "rows": 1, "dataset": None},
    ],
)
def test_a_draft_whose_columns_are_damaged_is_matched_again(site: Site, shape: Any) -> None:
    draft = a_draft()
    changed(draft.folder / "draft.json", shape=shape)

    assert draft.shape is None
    status, page = site.get(f"/draft/{draft.id}/map")
    assert status == 200
    assert "Match columns" in page
    assert site.get("/")[0] == 200


def test_a_draft_with_an_invalid_time_is_ignored(site: Site) -> None:
    draft = a_draft()
    body = SHAPE.to_json()
    body["dataset"]["updated"] = "garbage"
    changed(draft.folder / "draft.json", shape=body)

    assert draft.shape is None
    assert site.get("/")[0] == 200


@pytest.mark.parametrize("name", ["task.json", "status.json", QUESTION])
@pytest.mark.parametrize(
    "text",
    [
        "",
        DEEP,
        "[]",
        "{}",
        '{"time": "soon"}',
        '{"time": null}',
        '{"time": 1e999}',
        '{"time": 1' + "0" * 400 + "}",
        '{"stage": [], "done": "1", "total": "2"}',
        '{"a": 1}',
        '{"kind": "none", "number": 1}',
        '{"kind": "yes-no", "number": "1", "text": 7}',
    ],
)
def test_a_damaged_task_stops_neither_a_page_nor_the_desk(site: Site, name: str, text: str) -> None:
    task = a_task()
    (task.folder / name).write_text(text, encoding="utf-8")

    assert site.get("/")[0] == 200
    assert site.get(f"/task/{task.id}")[0] == (409 if name == "task.json" else 200)
    assert tasks_running() is (name != "status.json")
    assert Presence(tasks_running, lambda: 0.0).needed


def test_a_sign_of_life_from_the_future_is_none(site: Site) -> None:
    task = a_task()
    changed(task.folder / "status.json", time=time.time() + 3600)

    assert not task.alive


def test_a_question_and_a_note_are_read_as_they_were_written() -> None:
    asked = Asked(3, YesNo("Sure?", "Yes", "No"))
    note = {"stage": "sending", "done": 7, "total": 9, "time": 1.5, "past": [["x"]]}
    past = [{"name": "reading", "done": 3, "seconds": 1}]

    assert Asked.from_json(json.loads(json.dumps(asked.to_json()))) == asked
    assert ProgressNote.from_json(note) == ProgressNote()
    assert ProgressNote.from_json({**note, "past": past}).past[0].seconds == 1.0


@pytest.mark.parametrize("text", ["", "[]", DEEP, '{"datasets": [1]}', '{"datasets": {"a": 1}}'])
def test_damaged_answers_of_portals_stop_no_page(site: Site, text: str) -> None:
    (desk_folder() / "freshness.json").write_text(text, encoding="utf-8")
    a_draft()

    assert site.get("/")[0] == 200


def test_a_window_that_never_comes_keeps_no_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    clock = 0.0
    presence = Presence(tickets_waiting, lambda: clock)
    door = write_door("http://127.0.0.1:1", issue_ticket(Opening("/")))
    clock = COMING + 1

    assert presence.needed
    later = time.time() + LIFETIME + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert not presence.needed
    assert list(door.parent.iterdir()) == []
