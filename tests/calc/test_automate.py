"""Schedule and Run history, pressed in Calc."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sodasheet.excel.sheets.history import HistorySheet
from sodasheet.model.report import RowCounts
from sodasheet.push.runs.history import Freshness, PastRun
from sodasheet.schedules import schedule_store as schedules

from .conftest import Steward

ROWS = [["Id", "Amount"], ["'=1+1", 1.5], ["'002", 2]]

#: A crontab(1) for this test, so that no real one is changed.
_CRONTAB = """#!/bin/sh
case "$1" in
  -l) cat "{file}" 2>/dev/null || {{ echo no crontab >&2; exit 1; }} ;;
  -r) rm -f "{file}" ;;
  *) cat > "{file}" ;;
esac
"""


@pytest.fixture
def crontab(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Path of the lines of the stand-in crontab; systemd is not found."""
    folder = steward.folder / "bin"
    folder.mkdir()
    program, table = folder / "crontab", steward.folder / "table"
    program.write_text(_CRONTAB.format(file=table))
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}:/bin")
    monkeypatch.setattr("sodasheet.schedules.backends.systemd.usable", lambda: False)
    return table


@pytest.fixture
def mapped(steward: Steward) -> Steward:
    """A saved workbook with a mapping sheet."""
    address = steward.dataset({"id": "text", "amount": "number"}, "id", name="=Fees")
    steward.workbook(ROWS, "fees 100 %.xlsx")
    steward.press("choose_dataset", address)
    return steward


def test_a_workbook_is_scheduled_changed_and_let_go(mapped: Steward, crontab: Path) -> None:
    told = mapped.press("schedule", "06:00", True)

    assert "fees 100 % runs daily at 06:00, next on " in told[0]
    assert "Without Excel: the workbook is read as last saved" in told[0]
    assert "a schedule cannot use" in told[0]
    assert "0 6 * * *" in crontab.read_text()
    assert "In Excel" not in "".join(mapped.dialogs.asked), "an .xlsx has no macros"

    mapped.press("schedule", "MON,thu@18:30", True)
    (one,) = schedules.schedules()
    assert (str(one.when), one.in_excel) == ("weekly on MON and THU at 18:30", False)
    assert "30 18 * * 1,4" in crontab.read_text()
    assert crontab.read_text().count("SodaSheet schedule") == 1

    told = mapped.press("schedule", "never")
    assert told == ["fees 100 % is no longer scheduled."]
    assert mapped.dialogs.asked[0].startswith("Current schedule: weekly on MON and THU at 18:30.")
    assert schedules.schedules() == []
    assert "SodaSheet" not in (crontab.read_text() if crontab.exists() else "")


def test_a_workbook_with_macros_offers_both_ways(mapped: Steward, crontab: Path) -> None:
    mapped.book.save(str(mapped.folder / "fees.xlsm"))

    told = mapped.press("schedule", "6:05", True, True)

    asked = mapped.dialogs.asked[1]
    assert "Yes: In Excel: Excel opens the workbook and its macro pushes" in asked
    assert "No: Without Excel" in asked
    assert [one.in_excel for one in schedules.schedules()] == [True]
    assert "Without Excel" not in told[0]


def test_what_makes_no_schedule_makes_none(mapped: Steward, crontab: Path) -> None:
    for answers, sentence in (
        (["25:00"], '"25:00" is not a time of day. Write it as 06:00 or 18:30.'),
        ([":75"], '":75" is not a minute of the hour. Write 0 to 59, such as 15.'),
        (["MO@06:00"], '"MO@06:00" is not a list of days with a time.'),
        (["06:00", False], ""),
        ([None], ""),
        (["never"], "This workbook is not scheduled."),
    ):
        assert "\n".join(mapped.press("schedule", *answers)).startswith(sentence)

    assert schedules.schedules() == []
    assert not crontab.exists()


def test_the_history_lists_every_push_with_its_links(mapped: Steward) -> None:
    assert mapped.press("run_history") == []
    sheet = mapped.sheet("Run history")
    assert _table(sheet, "When") == []
    mapped.press("push", True)
    mapped.wait()
    mapped.sheet("Data").range("A3").value = "'003"
    mapped.press("push", True)
    mapped.wait()

    mapped.press("run_history")

    words = _texts(sheet)
    assert [one.name for one in mapped.book.sheets].count("Run history") == 1
    assert mapped.book.sheets.active.name == "Run history"
    assert words.startswith("SodaSheet run history\nAs of\n")
    (fresh,) = _table(sheet, "Last pushed")
    assert (fresh["Age"], fresh["State"]) == ("just now", "Up to date")
    table = _table(sheet, "When")
    assert [(row["Outcome"], row["Sent"]) for row in table] == [("Done", 2), ("Done", 2)]
    assert table[0]["Method"] == "Upsert"
    assert (table[0]["Created"], table[0]["Updated"]) == (1, 1)
    row = next(at for at, text in enumerate(_columns(sheet, 4), 1) if text == "Done")
    link = sheet.range((row, 2))
    assert link.hyperlink.startswith(mapped.portal.url)
    assert link.value == "'=Fees", "a link is shown as it is given, and might compute"
    report = Path(sheet.range((row, 12)).hyperlink.removeprefix("file://"))
    assert json.loads(report.read_text(encoding="utf-8"))["outcome"] == "done"


def test_the_lower_table_of_the_history_moves_with_the_upper_one(mapped: Steward) -> None:
    mapped.press("run_history")
    sheet = HistorySheet(mapped.sheet("Run history"))
    run = PastRun(
        "r", "2024-12-02T09:00:00+00:00", None, 2.0, "", "Data", "https://data.example.gov",
        "abcd-1234", "Fees", "upsert", "done", "", None, RowCounts(sent=1), None, None, None, None,
    )  # fmt: skip
    now = datetime(2024, 12, 5, 9, tzinfo=UTC)
    for datasets in (3, 60, 1, 0):
        sheet.write([Freshness(run, run, now)] * datasets, [run])

        assert [row["Age"] for row in _table(sheet.sheet, "Last pushed")] == ["3 days"] * datasets
        assert [row["Method"] for row in _table(sheet.sheet, "When")] == ["Upsert"]


def _cells(sheet: object) -> list[list[object]]:
    return sheet.used_range.options(ndim=2).value  # type: ignore[attr-defined,no-any-return]


def _texts(sheet: object) -> str:
    return "\n".join(str(value) for row in _cells(sheet) for value in row if value is not None)


def _columns(sheet: object, number: int) -> list[object]:
    return [row[number - 1] for row in _cells(sheet)]


def _table(sheet: object, first: str) -> list[dict[str, object]]:
    """Return the rows of the table with this first header, down to the next blank row."""
    rows = _cells(sheet)
    top = next(at for at, row in enumerate(rows) if row[0] == first)
    found = []
    for row in rows[top + 1 :]:
        if not row[1]:
            break
        found.append(dict(zip(rows[top], row, strict=True)))
    return found


@pytest.mark.parametrize(
    ("button", "name", "sheet", "cell"),
    [
        ("quality", "Quality of =Fees.xlsx", "Quality", "SodaSheet quality"),
        ("make_template", "=Fees template.xlsx", "Data", "Id"),
    ],
)
def test_a_new_workbook_is_saved_beside_this_one_and_opened(
    mapped: Steward, button: str, name: str, sheet: str, cell: str
) -> None:
    app, before = mapped.book.app, [book.name for book in mapped.book.app.books]
    (mapped.folder / name).write_bytes(b"mine")

    assert mapped.press(button) == []

    made = next(book for book in app.books if book.name not in before)
    assert made.name == name.replace(".xlsx", " (2).xlsx")
    assert made.sheets[sheet].range("A1").value == cell
    assert (mapped.folder / name).read_bytes() == b"mine"
    made.close()
