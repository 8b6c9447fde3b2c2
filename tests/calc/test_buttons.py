"""Every button reports its effect, and leaves the workbook and the program as before."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

from sodasheet.credentials import account_list
from sodasheet.credentials.keychain import save
from sodasheet.excel import ribbon
from sodasheet.excel import xlwings_access as manners
from sodasheet.excel.ribbon_groups import support
from sodasheet.model.credentials import Credentials

from .conftest import Steward

ROWS = [["Id", "Amount"], ["'a", 1], ["'b", "n/a"]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def mapped(steward: Steward) -> Steward:
    address = steward.dataset({"id": "text", "amount": "number"}, "id")
    steward.workbook(ROWS)
    steward.press("choose_dataset", address)
    return steward


def rules(steward: Steward) -> int:
    return len(steward.book.sheets["Data"].api.ConditionalFormats.getConditionalFormats())


def test_a_title_above_the_headers_is_one_finding(mapped: Steward) -> None:
    rows = [["Amounts of 2024", None], *ROWS, ["'c", 3]]
    mapped.book.sheets["Data"].range("A1").value = rows

    mapped.press("check_data")

    words = [str(cell) for line in mapped.result_lines() for cell in line]
    assert any("The headers of the source are in row 2 now." in cell for cell in words), words
    assert not any("has no column" in cell for cell in words)


def test_check_says_what_is_wrong_beside_the_column_and_on_the_result_sheet(
    mapped: Steward,
) -> None:
    told = mapped.press("check_data", False, False)

    assert told == []
    assert mapped.dialogs.asked[1].startswith("1 of 2 rows of Data in book"), (
        "the question says it, so nothing else has to"
    )
    row = mapped.mapping()["Amount"]
    assert (row["Check"], row["Findings"]) == ("Ask", "Row 3: not a number.")
    assert mapped.mapping()["Id"]["Check"] == "OK"
    assert mapped.results()["Outcome"] == "Checked, 1 row needs an answer"
    assert mapped.beside("Next step").value == "Fix the row marked Ask, or let the push skip it."
    (line,) = mapped.result_lines()
    assert line[:3] + line[-1:] == ["Ask", 3, "Amount", "Row 3"]
    assert rules(mapped) == 0


def test_fixes_are_accepted_with_one_answer_and_stand_on_the_mapping_sheet(
    mapped: Steward,
) -> None:
    sheet = mapped.book.sheets["Data"]
    sheet.range("A4:B5").value = [["'c", "-"], ["Total", 1]]

    told = mapped.press("check_data", True)

    (question,) = mapped.dialogs.asked
    assert question.startswith(
        "Accept these 2 fixes?\n\n\u2022 1 row reads like a total and can be"
    )
    assert "Amount: 2 of 4 values stand for a missing value: - and n/a." in question
    assert told[-1].startswith("All 3 rows of Data in book")
    assert mapped.beside("Rows left out").value == "totals"
    assert mapped.mapping()["Amount"]["Cleanup"] == "- = (empty) | n/a = (empty)"
    mapped.press("push", True)
    mapped.wait()
    address = mapped.beside("Dataset ID").value
    sent = [(row["id"], row.get("amount")) for row in mapped.rows(address, order="id")]
    assert sent == [("a", "1"), ("b", None), ("c", None)]


def test_rows_that_read_like_totals_may_be_kept(mapped: Steward) -> None:
    sheet = mapped.book.sheets["Data"]
    sheet.range("A3:B3").value = ["'Total", 2]
    mapped.beside("Rows left out").value = "keep totals"

    told = mapped.press("check_data")

    assert told[-1].startswith("All 2 rows of Data in book")


def test_marks_are_asked_for_and_gone_at_the_next_check(mapped: Steward) -> None:
    data = mapped.book.sheets["Data"]
    data.range("B3").color = (1, 2, 3)

    mapped.press("check_data", False, True)
    marked = rules(mapped)
    data.range("B3").value = 2
    mapped.press("check_data")

    assert (marked, rules(mapped)) == (1, 0)
    assert data.range("B3").color == (1, 2, 3), "the user's own color was never touched"


def test_map_columns_shows_the_sheet_that_is_there(mapped: Steward) -> None:
    mapped.book.sheets["Data"].activate()

    mapped.press("map_columns")

    assert mapped.book.sheets.active.name == "Map Fees"


def test_map_columns_without_a_dataset_asks_for_one(steward: Steward) -> None:
    steward.workbook(ROWS)

    steward.press("map_columns", None)

    assert steward.dialogs.asked == ["The dataset's web address, as the browser shows it:"]
    assert [sheet.name for sheet in steward.book.sheets] == ["Data"]


def test_open_on_portal_opens_the_dataset(mapped: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)

    mapped.press("open_on_portal")

    assert re.fullmatch(rf"{mapped.portal.url}/d/\w{{4}}-\w{{4}}", opened[0])


def test_a_connection_is_tested_with_and_without_a_key(
    mapped: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = mapped.portal.url
    (signed_in,) = mapped.press("test_connection", portal)
    monkeypatch.delenv("SODASHEET_KEY_ID")
    monkeypatch.delenv("SODASHEET_KEY_SECRET")
    (nobody,) = mapped.press("test_connection", portal)

    assert signed_in.startswith("127.0.0.1 answers, and you are signed in as Practice Publisher.")
    assert "You may push to Fees." in signed_in
    assert nobody == "127.0.0.1 answers, but you are not signed in. Press Sign in."


def test_without_a_display_signing_in_names_the_command_line(steward: Steward) -> None:
    steward.workbook(ROWS)

    assert steward.press("sign_in") == [
        "There is no screen to open a window on. Use the command line instead."
    ]
    assert list(steward.home.glob("tasks/*")) == []


def test_a_key_is_taken_out_again(steward: Steward, monkeypatch: pytest.MonkeyPatch) -> None:
    account = steward.portal.account("publisher")
    store = steward.folder / "store.json"
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "desk"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "file_store.FileStore")
    monkeypatch.setenv("FILE_STORE", str(store))
    monkeypatch.delenv("SODASHEET_KEY_ID")
    monkeypatch.delenv("SODASHEET_KEY_SECRET")
    steward.workbook(ROWS)
    url = steward.portal.url
    save(url, Credentials(account.key_id, account.key_secret))

    (signed_in,) = steward.press("test_connection", url)
    (gone,) = steward.press("sign_out", url, True)

    assert signed_in == "127.0.0.1 answers, and you are signed in as Practice Publisher."
    assert gone == "Signed out of 127.0.0.1."
    assert account.key_secret not in store.read_text()


@pytest.mark.parametrize("mapped", [False, True])
def test_the_portal_of_the_mapping_sheet_is_offered_else_the_last_one_signed_in_to(
    steward: Steward, monkeypatch: pytest.MonkeyPatch, mapped: bool
) -> None:
    for host in ("data.example.gov", "a.example.gov"):
        account_list.add_account(account_list.Account(host, "key", "a store"))
    account_list.add_account(account_list.Account("mail.example.gov", "me", "a store", "mail"))
    steward.workbook(ROWS)
    if mapped:
        steward.press("choose_dataset", steward.dataset({"id": "text"}, "id"))
    given: list[str] = []
    monkeypatch.setattr(steward.dialogs, "ask_text", lambda _, offer: given.append(offer))

    steward.press("sign_out")

    assert given == [steward.portal.url if mapped else "a.example.gov"]


def test_what_needs_a_mapping_sheet_says_so(steward: Steward) -> None:
    steward.workbook(ROWS)

    for button in ("preview_changes", "undo_last_push"):
        assert steward.press(button) == [
            f"{steward.book.name} has no mapping sheet yet. Press Choose dataset first."
        ]


def test_the_log_is_shown_or_its_place_is_told(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    steward.workbook(ROWS)

    assert steward.press("open_log") == [f"The records of all runs are in {steward.home / 'runs'}"]


def test_help_opens_the_guide_which_explains_every_button(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    steward.workbook(ROWS)

    assert steward.press("help") == []

    guide = Path(unquote(urlparse(opened[0]).path)).read_text(encoding="utf-8")
    labels = re.findall(r' label="([^"]+)" size', (ROOT / "vba" / "ribbon.xml").read_text())
    assert len(labels) > 15
    assert [label for label in labels if f"<td>{label}</td>" not in guide] == []


@pytest.mark.parametrize(
    "button", ["check_data", "match_again", "push", "retry_failed_rows", "choose_source",
               "open_on_portal"]
)  # fmt: skip
def test_without_a_mapping_sheet_the_first_step_is_named(steward: Steward, button: str) -> None:
    steward.workbook(ROWS, "plain.xlsx")

    assert steward.press(button) == [
        "plain.xlsx has no mapping sheet yet. Press Choose dataset first."
    ]


def test_an_error_that_nobody_expected_is_one_sentence_and_a_file(
    mapped: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(press: Any) -> None:
        press.app.screen_updating = True
        raise ValueError("the inside of it")

    monkeypatch.setattr(support, "open_guide", broken)
    with pytest.raises(AssertionError, match="the inside of it"):
        mapped.press("help")

    (told,) = mapped.dialogs.told
    assert told.startswith("Unexpected error.")
    assert "the inside of it" not in told
    assert mapped.app.status_bar is False


class Busy(Exception):
    """The error that Excel raises while a cell is being edited."""

    hresult = -2147418111


def test_a_busy_program_is_asked_again_and_then_it_is_said(
    mapped: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manners, "PAUSE", 0)
    tries: list[int] = []

    def sometimes() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise Busy
        return "done"

    assert manners.when_free(sometimes, pause=0) == "done"
    tries.clear()

    def never(press: Any) -> None:
        raise Busy

    monkeypatch.setattr(support, "open_guide", never)
    ribbon.press("help", mapped.book, mapped.dialogs)

    assert mapped.dialogs.told[-1] == (
        "Excel is busy: a cell is being edited, or one of its dialogs is open. "
        "Finish that with Enter or Esc, then press the button again."
    )


def test_where_no_workbook_can_be_reached_the_sentence_goes_to_the_add_in(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> Any:
        raise Busy

    monkeypatch.setattr(manners, "caller", never)
    monkeypatch.setattr(manners.time, "sleep", lambda _: None)

    with pytest.raises(SystemExit, match="Excel is busy: a cell is being edited"):
        ribbon.press("push")


def test_the_program_is_put_back_whatever_happens(steward: Steward) -> None:
    steward.workbook(ROWS)
    app = steward.app
    seen: list[Any] = []

    def broken() -> None:
        with manners.program_waits(), manners.quiet(app):
            seen.extend((app.screen_updating, app.display_alerts, app.calculation))
            raise KeyError

    with pytest.raises(KeyError):
        broken()

    assert tuple(seen) == (False, False, "manual")
    assert (app.screen_updating, app.display_alerts, app.calculation) == (True, True, "automatic")


def test_every_button_of_the_ribbon_has_its_function() -> None:
    ids = re.findall(r'<button id="(\w+)"', (ROOT / "vba" / "ribbon.xml").read_text())

    assert sorted(ids) == sorted(ribbon.BUTTONS)
    for module, function in ribbon.BUTTONS.values():
        source = (
            ROOT / "addin" / "sodasheet" / "excel" / "ribbon_groups" / f"{module}.py"
        ).read_text()
        defined = {node.name for node in ast.parse(source).body if hasattr(node, "name")}
        assert function in defined
