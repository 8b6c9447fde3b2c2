"""`sodasheet job`: show, check, export as sheets and import again, reuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sodasheet.jobs.workbook_jobs import jobs_of

from ..conftest import PERMITS, Terminal


def permits_job(terminal: Terminal, name: str = "job.json") -> dict[str, Any]:
    """A saved job for the sample permits."""
    terminal.sample("permits-new.csv")
    said = terminal("map", "permits-new.csv", terminal.permits, "--confirm", "-o", name, "--json")
    assert said.code == 0, said.err
    return dict(said.json)


def change(path: Path, **keys: Any) -> dict[str, Any]:
    body = json.loads(path.read_text(encoding="utf-8")) | keys
    path.write_text(json.dumps(body), encoding="utf-8")
    return dict(body)


def test_show_says_what_a_job_does(terminal: Terminal) -> None:
    permits_job(terminal)
    change(Path("job.json"), notify={"email": "a@example.gov"}, color="red")

    said = terminal("job", "show", "job.json")

    assert said.code == 0, said.err
    for words in (
        "Job job", f"/d/{PERMITS}", "upsert", "permits-new.csv", "email: a@example.gov",
        "shrink by more than 20%", "Lat + Lon", "job.json has a key that is unknown to this "
        "version: color",
    ):  # fmt: skip
        assert words in said.out
    assert terminal("job", "show", "job.json", "--json").json["jobs"][0]["name"] == "job"


def test_a_job_comes_back_whole_from_a_new_workbook(terminal: Terminal) -> None:
    job = permits_job(terminal)
    columns = [
        one | {"formats": ["%m/%d/%Y", "a|b\\c"], "timezone": "America/New_York", "blank": "keep"}
        if one.get("field") == "opened" else one
        for one in job["columns"]
    ]  # fmt: skip
    columns = [one for one in columns if one.get("field") != "notes"]
    columns.append({"constant": "=1+1", "field": "notes", "match": "confirmed"})
    columns.append({"source": "(constant)", "ignore": True, "match": "confirmed"})
    body = change(
        Path("job.json"), columns=columns, guards={"max_shrink": 0.5, "max_rejected": 7},
        notify={"email": "a@example.gov"}, trim=False, own={"kept": [1, {"deep": None}]},
    )  # fmt: skip

    said = terminal("job", "import", "job.json", "-o", "sub.xlsx", "--json")
    assert said.code == 0, said.err
    (sheet,) = jobs_of(Path("sub.xlsx"))
    back = terminal("job", "export", "sub.xlsx", "-o", "back.json")

    assert back.code == 0, back.err
    assert sheet.sheet == "Map Building Permits"
    assert (
        json.loads(Path("back.json").read_text(encoding="utf-8"))
        == (json.loads(terminal("job", "show", "job.json", "--json").out)["jobs"][0]["job"])
    )
    assert body["own"] == json.loads(Path("back.json").read_text(encoding="utf-8"))["own"]


def test_a_job_goes_to_datasync_and_comes_back(terminal: Terminal) -> None:
    permits_job(terminal)

    there = terminal("job", "export", "job.json", "-o", "out.sij", "--sij", "--json")
    assert there.code == 0, there.err
    back = terminal(
        "job", "import", "out.sij", "--portal", terminal.portal.url, "-o", "back.json", "--json"
    )
    assert back.code == 0, back.err

    body, was = (json.loads(Path(name).read_text("utf-8")) for name in ("back.json", "job.json"))
    for key in ("portal", "dataset", "method"):
        assert body[key] == was[key]
    fills = [[one.get("field") for one in job["columns"]] for job in (body, was)]
    assert fills[0] == fills[1]
    assert there.json["written"][0]["notes"], "what a .sij cannot hold is said"


def test_several_jobs_share_a_workbook_and_leave_it_one_by_one(terminal: Terminal) -> None:
    permits_job(terminal, "one.json")
    permits_job(terminal, "two.json")
    change(Path("two.json"), method="append")

    assert terminal("job", "import", "one.json", "two.json", "-o", "both.xlsx").code == 0
    again = terminal("job", "import", "one.json", "-o", "both.xlsx")
    named = terminal("job", "export", "both.xlsx", "-o", "x.json")
    out = terminal("job", "export", "both.xlsx", "-o", "jobs", "--json")

    assert again.code == 2
    assert "both.xlsx already exists.\nSpecify a new workbook, then copy its sheets" in again.err
    assert named.code == 2
    assert '"Map Building Permits" and "Map Building Permits (2)", and a job file contains' in (
        named.err
    )
    paths = [Path(one["path"]) for one in out.json["written"]]
    assert [path.name for path in paths] == [
        "Map Building Permits.json", "Map Building Permits (2).json",
    ]  # fmt: skip
    bodies = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    assert [body["method"] for body in bodies] == ["upsert", "append"]
    assert bodies[0]["source"]["path"] == (terminal.folder / "permits-new.csv").as_posix()


def test_a_job_of_an_unwatched_kind_says_all_that_is_wrong_with_it(terminal: Terminal) -> None:
    permits_job(terminal)
    assert terminal("job", "validate", "job.json", "--online").out == "job: no problem\n"
    change(
        Path("job.json"), method="upsrt", portal="data.example.gov", source={"kind": "file"},
        columns=[{"source": "Id", "ignore": True}, {"field": "x"}, {"source": "A", "blank": "?"}],
        guards={"max_shrink": 3}, blnk="keep",
    )  # fmt: skip

    said = terminal("job", "validate", "job.json", "--json")

    assert said.code == 4
    (job,) = said.json["jobs"]
    told = "\n".join(job["problems"])
    for words in ('portal is "data.example.gov".', 'method is "upsrt".', "path is missing.",
                  "columns[1] has neither a source nor a constant", 'columns[2].blank is "?".',
                  "max_shrink is 3.", "unknown to this version: blnk."):  # fmt: skip
        assert words in told
    assert len(job["problems"]) == 7


def test_what_nobody_decided_and_what_changed_since_is_said(terminal: Terminal) -> None:
    job = permits_job(terminal)
    columns = [dict(one) for one in job["columns"]]
    columns[0].pop("field")
    columns[1]["match"] = "similar 91 %"
    columns[2]["source"] = "Gone"
    columns.append({"constant": "x", "field": columns[3]["field"]})
    columns.append({"constant": "x", "field": "not_there"})
    prints = job["fingerprint"]
    prints["columns"][0]["type"] = "number"
    change(Path("job.json"), columns=columns, fingerprint=prints, source={"path": "nope.csv"})

    offline = terminal("job", "validate", "job.json").out
    change(Path("job.json"), source={"path": "permits-new.csv"})
    online = terminal("job", "validate", "job.json", "--online")

    assert "There is no file" in offline
    assert online.code == 4
    for words in (
        'The source column "Permit No" fills nothing and is not ignored',
        "by similarity only (similar 91 %)",
        "Gone",
        "not_there",
        "was Number and is now Text",
    ):
        assert words in online.out
    assert online.out.startswith("job: 7 problems")


def test_a_format_that_no_cell_can_be_read_by_is_a_problem_of_the_job(terminal: Terminal) -> None:
    job = permits_job(terminal)
    columns = [
        one | {"formats": ["nonsense"]} if one.get("field") == "opened" else one
        for one in job["columns"]
    ]
    change(Path("job.json"), columns=columns)

    said = terminal("job", "validate", "job.json")

    assert said.code == 4
    assert "Column Opened: 'n' in the date format 'nonsense' cannot be read." in said.out


def test_what_is_no_job_at_all_is_wrong_usage(terminal: Terminal) -> None:
    Path("a.csv").write_text("a,b\n1,2\n")

    assert terminal("job", "validate", "a.csv").code == 2
    assert "has no mapping sheet" in terminal("job", "show", terminal.sample("permits.xlsx")).err


def test_a_mapping_is_used_again_for_another_file(terminal: Terminal) -> None:
    permits_job(terminal)
    text = Path("permits-new.csv").read_text(encoding="utf-8")
    other = text.replace("Permit Type", "Kind of permit", 1).replace("Notes", "Extra", 1)
    Path("sub").mkdir()
    Path("sub/next.csv").write_text(other, encoding="utf-8")

    said = terminal("job", "reuse", "job.json", "--source", "sub/next.csv", "-o", "sub/n.json")

    assert said.code == 0, said.err
    body = json.loads(Path("sub/n.json").read_text(encoding="utf-8"))
    assert body["source"]["path"] == "next.csv"
    assert '"Notes" is not in the source.' in said.out
    assert "notes is no longer filled." in said.out
    confirmed = {one["source"]: one["match"] for one in body["columns"]}
    assert confirmed["Permit No"] == "confirmed"
    assert confirmed["Kind of permit"] != "confirmed"
    assert body["fingerprint"]["headers"][1] == "Kind of permit"


def test_a_mapping_is_used_again_for_another_dataset(terminal: Terminal) -> None:
    permits_job(terminal)

    same = terminal("job", "reuse", "job.json", "--portal", terminal.portal.url, "-o", "s.json")
    nothing = terminal("job", "reuse", "job.json", "-o", "s.json")
    absent = terminal(
        "job", "reuse", "job.json", "--dataset", f"{terminal.portal.url}/d/zzzz-0000", "-o", "t"
    )

    assert same.code == 0, same.err
    assert same.out == "Saved as s.json.\n"
    assert nothing.code == 2
    assert "Nothing to change." in nothing.err
    assert absent.code == 1
    assert not Path("t").exists()


@pytest.mark.parametrize("command", ["show", "validate", "export"])
def test_a_file_that_is_not_there_is_told_in_a_sentence(terminal: Terminal, command: str) -> None:
    said = terminal("job", command, "none.json")

    assert said.code == 2
    assert "none.json" in said.err
    assert "Traceback" not in said.err
