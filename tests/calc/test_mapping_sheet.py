"""The mapping sheet is an ordinary sheet that can be read after any manual edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from xlcalc.engine import properties
from xlcalc.soffice import load_uno

from sodasheet.excel.button_press import Press
from sodasheet.excel.sheets.mapping import MappingSheet
from sodasheet.excel.sheets.open_mapping import open_mapping
from sodasheet.jobs import job_from_json, job_to_json
from sodasheet.jobs.rule_sentences import parse_rules
from sodasheet.jobs.sheet.labeled_settings_block import remembered
from sodasheet.model.job import Guards, Job
from sodasheet.model.quality_settings import QualitySettings, Release

from .conftest import Steward

COLUMNS = {"id": "text", "name": "text", "amount": "number", "spot": "point"}
HEADERS = ["Id", "Name", "Amount", "Lat", "Lon", "Remarks"]
ROWS = [HEADERS, ["'001", "Ann", 1.5, 41.7, -72.7, "x"], ["'002", "Bob", 2, 41.8, -72.6, None]]


@pytest.fixture
def mapped(steward: Steward) -> Steward:
    """A workbook with a mapping sheet, as left by Choose dataset."""
    address = steward.dataset(COLUMNS, "id")
    steward.workbook(ROWS)
    steward.press("choose_dataset", address)
    return steward


def area(steward: Steward) -> Any:
    """The cells of the table below its headers."""
    mapping = MappingSheet(steward.sheet("Map"))
    numbers = mapping.read().numbers
    columns = [spot.column for spot in mapping.heads.values()]
    return mapping.sheet.range((numbers[0], min(columns)), (numbers[-1], max(columns)))


def test_it_holds_all_that_the_job_needs(mapped: Steward) -> None:
    found = mapped.job()

    assert job_from_json(job_to_json(found)) == found
    assert found.method.value == "upsert"
    assert [rule.source for rule in found.mapping.columns] == HEADERS
    assert found.mapping.filled == ("id", "name", "amount", "spot")
    assert found.fingerprint.headers == tuple(HEADERS)
    cells = mapped.mapping()
    assert cells["Name"]["Sample"] == "Ann, Bob"
    assert (cells["Amount"]["Type"], cells["Amount"]["Empty cells"]) == ("Number", "Clear")
    assert cells["Lat"]["Format or constant"] == "latitude"


def test_the_user_stays_on_their_sheet_and_it_is_not_touched(mapped: Steward) -> None:
    data = mapped.book.sheets[0].used_range.options(ndim=2).value

    assert data[1] == ["001", "Ann", 1.5, 41.7, -72.7, "x"]
    assert mapped.book.sheets.active.name == "Map Fees"
    assert [sheet.name for sheet in mapped.book.sheets] == ["Data", "Map Fees"]
    assert mapped.app.screen_updating is True
    assert mapped.app.status_bar is False
    assert mapped.app.calculation == "automatic"


def test_sorting_and_filtering_change_nothing(mapped: Steward) -> None:
    before = mapped.job()
    uno = load_uno()
    field = uno.createUnoStruct("com.sun.star.table.TableSortField")
    field.Field, field.IsAscending = 0, False
    fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
    uno.invoke(area(mapped).api, "sort", (properties(SortFields=fields, ContainsHeader=False),))
    area(mapped)[1:3, :].rows.hidden = True

    after = mapped.job()

    assert [rule.source for rule in after.mapping.columns] == sorted(HEADERS, reverse=True)
    assert set(after.mapping.columns) == set(before.mapping.columns)
    assert after.mapping.points == before.mapping.points


def test_inserted_rows_and_columns_and_a_new_name_change_nothing(mapped: Steward) -> None:
    before = mapped.job()
    sheet = mapped.sheet("Map")
    sheet.range("A22:H23").insert("down")
    sheet.api.Columns.insertByIndex(1, 1)
    sheet.api.Rows.insertByIndex(0, 3)
    sheet.name = "Zuordnung"

    press = Press(mapped.app, mapped.book, mapped.book.sheets[0], mapped.dialogs)
    assert open_mapping(press).job == before


def test_a_copy_in_another_workbook_knows_everything(mapped: Steward) -> None:
    before = mapped.job()
    sheet = mapped.sheet("Map")
    mapped.workbook(ROWS)
    sheet.copy(after=mapped.book.sheets[-1])

    assert mapped.job() == before


def test_it_is_still_there_after_saving_and_opening(mapped: Steward) -> None:
    before = mapped.job()
    path = mapped.folder / "saved.xlsx"
    mapped.book.save(str(path))
    mapped.book.close()
    mapped.open(path)

    assert mapped.job() == before


def test_what_is_chosen_by_hand_is_kept_when_matching_again(mapped: Steward) -> None:
    mapped.choose("Remarks", "Dataset column", "Name · name")
    mapped.choose("Name", "Dataset column", "(ignore)")
    mapped.choose("Amount", "Empty cells", "leave")

    told = mapped.press("match_again")

    cells = mapped.mapping()
    assert cells["Remarks"]["Dataset column"] == "Name · name"
    assert cells["Remarks"]["Match"] == cells["Name"]["Match"] == "Confirmed"
    assert cells["Name"]["Dataset column"] == "(ignore)"
    assert cells["Amount"]["Empty cells"] == "Leave"
    assert cells["Amount"]["Match"] == "Same name"
    assert "Your own choices were kept." in told[0]


def test_notes_beside_the_table_stay_beside_their_rows(mapped: Steward) -> None:
    sheet = mapped.sheet("Map")
    data = mapped.book.sheets[0]
    sheet.range("A12:H12").api.IsTextWrapped = False
    first = sheet.range("A11").value
    data.range("A1:A3").insert("right")
    data.range("A1:A3").value = [["New"], ["n"], ["m"]]

    mapped.press("match_again")

    assert sheet.range("A11").value == first
    assert list(mapped.mapping()) == [*HEADERS, "New"]


def test_a_header_that_is_gone_is_said_and_ignored(mapped: Steward) -> None:
    mapped.book.sheets[0].range("F1").value = "Notes"

    (told,) = mapped.press("match_again")

    cells = mapped.mapping()
    assert cells["Remarks"]["Match"] == "Gone from the source"
    assert cells["Remarks"]["Dataset column"] == "(ignore)"
    assert 'The source column "Notes" is new since the mapping was confirmed.' in told
    assert 'The source column "Remarks" is no longer there.' in told


def test_a_renamed_dataset_column_is_followed(mapped: Steward) -> None:
    now = mapped.job()
    old = "Fee · fee_before"
    prints = [(one, "fee_before" if field == "amount" else field, kind)
              for one, field, kind in now.fingerprint.columns]  # fmt: skip
    rules = [replace(rule, field="fee_before") if rule.field == "amount" else rule
             for rule in now.mapping.columns]  # fmt: skip
    before = replace(
        now,
        mapping=replace(now.mapping, columns=tuple(rules)),
        fingerprint=replace(now.fingerprint, columns=tuple(prints)),
    )
    mapped.choose("Amount", "Dataset column", old)
    mapped.choose("Amount", "Match", "Confirmed")
    MappingSheet(mapped.sheet("Map")).remember(remembered(before))

    (told,) = mapped.press("match_again")

    cells = mapped.mapping()["Amount"]
    assert (cells["Dataset column"], cells["Match"]) == ("Amount · amount", "Confirmed")
    assert "The dataset column fee_before is now called amount; the mapping follows it." in told


def test_pasted_rubbish_is_said_in_its_row_and_stops_the_push(mapped: Steward) -> None:
    mapped.choose("Amount", "Empty cells", "perhaps")
    mapped.choose("Remarks", "Dataset column", "=cmd|' /C calc'!A0")

    mapped.press("check_data")
    cells = mapped.mapping()
    told = mapped.press("push")

    assert cells["Amount"]["Check"] == "Stop"
    assert cells["Amount"]["Findings"] == (
        '"perhaps" under Empty cells is unknown. Choose Clear, Leave or Reject.'
    )
    assert "=cmd" in cells["Remarks"]["Dataset column"]
    assert len(told) == 1
    assert 'Row 13 of Map Fees: "perhaps" under Empty cells' in told[0]


def test_the_settings_are_in_plain_words_and_read_at_every_press(mapped: Steward) -> None:
    labels = ("Send", "Allow undo", "Maximum shrinkage", "Allowed rejected rows")
    fresh = [mapped.beside(label).value for label in labels]
    mapped.beside("Send").value = "Only what changed"
    mapped.beside("Allow undo").value = "where possible"
    mapped.beside("Maximum shrinkage").number_format = "0%"
    mapped.beside("Maximum shrinkage").value = 0.35
    mapped.beside("Allowed rejected rows").value = 25

    mapped.press("match_again")
    found = mapped.job()
    written = [mapped.beside(label).value for label in labels]
    mapped.beside("Allow undo").value = "perhaps"
    told = mapped.press("check_data")

    assert fresh == ["All rows", "Always", "20%", 0]
    assert (found.send, found.snapshot, found.guards) == ("changes", "try", Guards(0.35, 25))
    assert written == ["Only changes", "If possible", "35%", 25]
    assert told[-1].startswith('"perhaps" next to "Allow undo" is not one of its choices.')


def test_rules_are_written_beside_their_columns_and_read_at_every_press(mapped: Steward) -> None:
    mapped.choose("Id", "Rules", "required; like 001")
    mapped.choose("Amount", "Rules", "from 0 to 1.75 (ask)")
    mapped.beside("Accepted findings").value = "outlier in Amount"
    mapped.beside("Finding levels").value = "far-date = note"

    mapped.press("check_data")
    first = mapped.mapping()
    mapped.press("match_again")
    found, shown = mapped.job().quality, mapped.mapping()
    mapped.choose("Amount", "Rules", "about 2")
    mapped.press("check_data")
    told = mapped.mapping()["Amount"]

    assert [rule.words for rule in found.rules] == [
        "id is never blank",
        "id is written like 001",
        "amount is at least 0 (ask)",
        "amount is at most 1.75 (ask)",
    ]
    assert found.released == (Release("outlier", "amount"),)
    assert found.levels == {"far-date": "note"}
    assert (first["Id"]["Check"], first["Amount"]["Check"]) == ("OK", "Ask")
    assert '1 row breaks the rule "amount is at most 1.75 (ask)"' in first["Amount"]["Findings"]
    assert shown["Amount"]["Rules"] == "from 0 to 1.75 (ask)"
    assert (told["Check"], '"about 2" is not a rule.' in told["Findings"]) == ("Stop", True)


def test_allowed_values_are_those_of_the_open_workbook(mapped: Steward) -> None:
    lists = mapped.book.sheets.add("Lists", after=mapped.book.sheets[-1])
    lists.range("A1").value = [["Name"], ["Ann"], ["Eve"]]
    mapped.book.sheets["Data"].activate()
    mapped.choose("Name", "Rules", "one of: Lists!A2:A40")

    mapped.press("check_data")
    strange = mapped.mapping()["Name"]
    lists.range("A4").value = "Bob"
    mapped.press("check_data")
    known = mapped.mapping()["Name"]
    lists.range("A2:A4").clear_contents()
    empty = mapped.press("check_data")
    mapped.choose("Name", "Rules", "one of: Gone!A2:A40")
    gone = mapped.press("push")

    assert (strange["Check"], known["Check"]) == ("Stop", "OK")
    assert '1 row breaks the rule "name is one of Lists!A2:A40"' in strange["Findings"]
    assert "the range Lists!A2:A40 of" in empty[-1]
    assert "is empty." in empty[-1]
    assert "has no range Gone!A2:A40." in gone[-1]


def test_a_memory_that_is_gone_costs_nothing_but_the_memory(mapped: Steward) -> None:
    sheet = mapped.sheet("Map")
    spot = MappingSheet(sheet).seen.find("SodaSheet job")
    sheet.range((spot.row, spot.column), (spot.row, spot.column + 3)).clear_contents()

    found = mapped.job()

    assert found.mapping.filled == ("id", "name", "amount", "spot")
    assert found.fingerprint.headers == ()


def test_the_drop_down_offers_every_column_and_what_is_not_filled_is_listed(
    steward: Steward,
) -> None:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook([["Name", "Other"], ["a", "b"]])
    steward.press("choose_dataset", address)
    seen = MappingSheet(steward.sheet("Map")).seen

    choices = seen.find("Choices")
    below = [seen.text(choices.row + at, choices.column) for at in range(1, 7)]
    headers = seen.find("Headers")
    offered = [seen.text(headers.row + at, headers.column) for at in range(1, 7)]
    heads = MappingSheet(steward.sheet("Map")).heads
    lines = [
        [
            seen.text(13 + at, heads[head].column)
            for head in ("Sheet column", "Dataset column", "Match")
        ]
        for at in range(4)
    ]

    assert below == ["(ignore)", "Id · id", "Name · name", "Amount · amount", "Spot · spot", ""]
    assert offered == ["(constant)", "(computed)", "(not filled)", "Name", "Other", ""]
    assert lines == [
        ["(not filled)", "Id · id", "Required"],
        ["(not filled)", "Amount · amount", "Optional"],
        ["(not filled)", "Spot · spot", "Optional"],
        ["", "", ""],
    ]
    assert steward.beside("Next step").value == "Choose what fills Id."
    assert steward.beside("Not filled").value == (
        "3 dataset columns: Id (required), Amount, and Spot. They are at the end of the table."
    )


def test_a_column_that_nothing_filled_is_filled_in_its_row(steward: Steward) -> None:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook([["Name", "Other"], ["a", "'1"]])
    steward.press("choose_dataset", address)
    mapping = MappingSheet(steward.sheet("Map"))
    columns = {head: spot.column for head, spot in mapping.heads.items()}
    mapping.sheet.range((13, columns["Sheet column"])).value = "Other"
    mapping.sheet.range((12, columns["Dataset column"])).value = "(ignore)"
    mapping.sheet.range((14, columns["Sheet column"])).value = "(constant)"
    mapping.sheet.range((14, columns["Format or constant"])).value = 7

    found = steward.job().mapping

    filled = {rule.field: (rule.source, rule.constant) for rule in found.columns if rule.fills}
    assert filled["id"] == ("Other", None)
    assert filled["amount"] == (None, "7")
    steward.press("match_again")
    again = MappingSheet(steward.sheet("Map"))
    rows = [again.seen.text(row, columns["Dataset column"]) for row in range(11, 17)]
    assert rows.count("Spot · spot") == 1, "unfilled columns are listed once, at the end"


def test_hidden_rows_are_asked_about_once_and_written_down(steward: Steward) -> None:
    address = steward.dataset({"id": "text"}, "id")
    sheet = steward.workbook([["Id"], ["'a"], ["'b"], ["'c"]])
    sheet.range("A3").rows.hidden = True

    steward.press("choose_dataset", address, True)
    asked = list(steward.dialogs.asked)
    steward.press("check_data")
    steward.press("push", True)
    steward.wait()

    assert asked[1].startswith("1 row in Data is hidden or filtered out.")
    source = MappingSheet(steward.sheet("Map")).read().values["Source"]
    assert source == "Sheet: Data, visible rows only"
    assert [row["id"] for row in steward.rows(address)] == ["a", "c"]


def test_choosing_a_dataset_again_shows_the_sheet_that_is_there(mapped: Steward) -> None:
    address = mapped.job()
    mapped.book.sheets[0].activate()

    told = mapped.press("choose_dataset", f"{address.portal}/d/{address.dataset}")

    assert "has a mapping sheet already: Map Fees" in told[0]
    assert mapped.book.sheets.active.name == "Map Fees"


def test_our_own_sheets_are_no_data(mapped: Steward) -> None:
    for name in ("Map Fees", "Run history"):
        assert mapped.press("choose_dataset") == [
            f"{name} was created by SodaSheet. "
            "Go to the sheet with your data, then press Choose dataset again."
        ]
        mapped.press("run_history")


def test_another_source_is_chosen_and_matched(mapped: Steward) -> None:
    (mapped.folder / "other.csv").write_text("Id;Name\n9;Eve\n", encoding="utf-8")

    mapped.press("choose_source", "other.csv")
    found = mapped.job()
    mapped.press("push", True)
    mapped.wait()

    assert mapped.results()["Outcome"] == "Done", mapped.result_lines()
    assert (found.source.kind, found.source.path) == ("file", "other.csv")
    assert mapped.rows(f"{found.portal}/d/{found.dataset}") == [{"id": "9", "name": "Eve"}]


def test_a_file_below_titles_is_chosen_with_its_headers(mapped: Steward) -> None:
    text = "Fees of 2024,,\nId,Name,Fee\n9,Eve,1\n8,Joe,2\n"
    (mapped.folder / "titled.csv").write_text(text, encoding="utf-8")

    told = mapped.press("choose_source", "titled.csv")

    assert told[0].startswith("The headers were found in row 2: Id, Name, Fee.")
    assert mapped.job().source.header_row == 2


def test_the_header_row_is_found_said_and_changed(steward: Steward) -> None:
    steward.workbook([["List of 2024", None, None], ["Id", "Name", "Fee"], ["'a", "Ann", 1],
                      ["'b", "Ben", 2]])  # fmt: skip

    told = steward.press("choose_dataset", steward.dataset({"id": "text", "name": "text"}, "id"))
    found = steward.job()

    assert told[0].startswith("The headers were found in row 2: Id, Name, Fee.")
    assert (found.source.header_row, found.mapping.filled) == (2, ("id", "name"))

    steward.beside("Header row").value = 3
    steward.press("match_again")
    assert steward.job().fingerprint.headers == ("a", "Ann", "1")


def test_two_mapping_sheets_are_told_apart_by_the_sheet_they_read(steward: Steward) -> None:
    first = steward.dataset({"id": "text"}, "id", name="First")
    second = steward.dataset({"id": "text"}, "id", name="Second")
    steward.workbook([["Id"], ["'a"]])
    steward.press("choose_dataset", first)
    other = steward.book.sheets.add("More", after=steward.book.sheets[-1])
    other.range("A1").value = [["Id"], ["'z"]]
    other.activate()
    steward.press("choose_dataset", second)

    other.activate()
    steward.press("push", True)
    steward.wait()
    steward.book.sheets.add("Neither").activate()
    told = steward.press("push")

    assert (steward.rows(first), steward.rows(second)) == ([], [{"id": "z"}])
    assert "There are several mapping sheets: Map First, Map Second." in told[0]


EARLIER = Path(__file__).with_name("earlier-sheets.xlsx")


@pytest.fixture
def older(mapped: Steward, monkeypatch: pytest.MonkeyPatch) -> Job:
    """The job of a mapping sheet that was written by an earlier version, with its wording."""
    known = replace(mapped.job(), send="changes", guards=Guards(0.5, 3))
    mapped.sheet("Map").delete()
    design = mapped.app.books.open(str(EARLIER))
    sheet = design.sheets["Mapping"].copy(after=mapped.book.sheets[-1], name="Map Fees")
    design.close()
    rows = [
        ["Id", "001", "Id · id", "text", "same name", "clear", None, "OK"],
        ["Name", "Ann", "Name · name", "text", "confirmed", "keep", None, None],
        ["Amount", "1", "Amount · amount", "number", "similar 91 %", "refuse", None, None],
        ["Lat", "1", "Spot · spot", "point", "latitude and longitude", None, "latitude", None],
        ["Lon", "2", "Spot · spot", "point", "latitude and longitude", None, "longitude", None],
        ["Remarks", "x", "(ignore)", None, "no match", None, None, None],
    ]
    values = [
        known.portal, "Fees", known.dataset, f"{known.portal}/d/{known.dataset}", "id", "upsert",
        "Sheet: Data", 1, None, None, "only what changed", "always", "50 %", 3,
    ]  # fmt: skip
    for row, value in enumerate(values, 2):
        sheet.range((row, 2)).value = f"'{value}" if isinstance(value, str) else value
    sheet.range("A20:H25").value = [
        [f"'{cell}" if cell is not None else None for cell in row] for row in rows
    ]
    sheet.range("P2").value = [
        [f"'{one}"]
        for one in ("(ignore)", "Id · id", "Name · name", "Amount · amount", "Spot · spot")
    ]
    return known


def test_a_sheet_of_an_earlier_version_is_read_and_brought_up_to_date(
    mapped: Steward, older: Job
) -> None:
    before = mapped.job()
    sheet = mapped.sheet("Map")
    sheet.range("C5").value = "a note of mine"

    mapped.press("match_again")

    labels = sheet.range("A2:A15").value
    assert before.method.value == "upsert"
    assert (before.send, before.guards) == ("changes", Guards(0.5, 3))
    blanks = {rule.source: rule.blank.value for rule in before.mapping.columns}
    assert (blanks["Name"], blanks["Amount"]) == ("keep", "refuse")
    assert before.mapping.points[0].field == "spot"
    matches = {rule.source: rule.match for rule in before.mapping.columns}
    assert (matches["Name"], matches["Amount"]) == ("confirmed", "similar 91 %")
    assert labels[2] == "Dataset ID"
    assert labels[11:] == ["Allow undo", "Maximum shrinkage", "Allowed rejected rows"]
    assert sheet.range("B7").value == "Upsert: update or add"
    assert sheet.range("B13:B15").value == ["Always", "50%", 3]
    assert sheet.range("F19").value == "Empty cells"
    assert sheet.range("F21:F22").value == ["Leave", "Reject"]
    assert sheet.range("E23").value == "Review: coordinates"
    assert sheet.range("C5").value == "a note of mine"
    after = mapped.job()
    assert (after.mapping.points, after.guards) == (before.mapping.points, before.guards)


def test_a_check_of_an_earlier_sheet_has_its_sentence_beside_the_level(
    mapped: Steward, older: Job
) -> None:
    mapped.book.sheets["Data"].range("C2").value = "n/a"

    mapped.press("check_data", False, False)

    assert mapped.sheet("Map").range("H22").value == "Ask: Row 2: not a number."


def test_an_older_sheet_gets_the_newer_settings_where_nothing_stands(
    mapped: Steward, older: Job
) -> None:
    sheet = mapped.sheet("Map")
    sheet.api.Rows.removeByIndex(11, 4)  # as written by the first version
    rules = parse_rules("amount is at least 1 (ask); name is required")
    ruled = replace(older, quality=QualitySettings(rules=rules))
    MappingSheet(sheet).remember(remembered(ruled))
    sheet.range("B9").value = 1
    sheet.range("C11").value = "a note of mine"
    sheet.range("D10:E10").merge()
    mapped.choose("Name", "Dataset column", "(ignore)")

    (shown,) = choose_again(mapped, older)
    added = sheet.range("C6:D9").value
    sheet.range("D7").value = "never"
    (told,) = mapped.press("match_again")

    new = (
        "Send, Allow undo, Maximum shrinkage, Allowed rejected rows, Rows left out, "
        "Treat as empty, Replace within, Accepted findings, Finding levels"
    )
    assert shown.endswith(
        f"\nNew settings are above the table, with their current values: {new}."
        "\nThe table has a new column at its end: Rules."
    )
    assert added == [["Send", "Only changes"], ["Allow undo", "Always"],
                     ["Maximum shrinkage", "50%"], ["Allowed rejected rows", 3]]  # fmt: skip
    assert (sheet.range("C11").value, "New settings" in told) == ("a note of mine", False)
    assert sheet.range("D6").api.CellStyle == "SodaSheet input"
    assert sheet.range("D7").api.Validation.getFormula1() == '"Always";"If possible";"Never"'
    assert mapped.job().snapshot == "off"
    assert [row["Rules"] for row in mapped.mapping().values()][1:3] == ["", "at least 1 (ask)"]
    assert mapped.job().quality.rules == rules
    assert [one.name for one in mapped.book.sheets] == ["Data", "Map Fees"]


def choose_again(steward: Steward, known: Job) -> list[str]:
    """Choose the dataset that has a mapping sheet."""
    steward.book.sheets[0].activate()
    return steward.press("choose_dataset", f"{known.portal}/d/{known.dataset}")


def test_a_sheet_without_room_for_newer_settings_is_told_how_to_add_them(
    mapped: Steward, older: Job
) -> None:
    sheet = mapped.sheet("Map")
    sheet.api.Rows.removeByIndex(11, 4)
    sheet.range("H2:H11").value = [["note"]] * 10

    (told,) = choose_again(mapped, older)

    assert "There is no free space above the table for newer settings: Send, Allow" in told
    assert sheet.range("H2:H11").value == ["note"] * 10
