"""What the windows say and decide, without a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sodasheet.credentials.accounts import Account, enter
from sodasheet.credentials.keychain import register_secret
from sodasheet.desktop.confirm_model import confirmation, finding_lines, first_rows
from sodasheet.desktop.dataset_model import Search, described, portals, wanted
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.desktop.sign_in_model import advice, known_key, settings_page
from sodasheet.desktop.summary_model import summary
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.column import Column
from sodasheet.model.credentials import Credentials
from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.method import Method
from sodasheet.model.report import Outcome, Report, RowCounts, SourceFacts
from sodasheet.portal.address import Address
from sodasheet.push.prompt import Proposal

PORTAL = "https://data.example.gov"
ALL = frozenset({"read", "write", "add", "delete"})
FEES = Dataset(PORTAL, "abcd-1234", "Fees", (Column(1, "Id", "id", "text", 1),), "id", ALL)


@pytest.mark.parametrize(
    ("text", "portal", "meant"),
    [
        ("", "", None),
        ("trees", "", None),
        ("", PORTAL, Search(PORTAL, "")),
        (" street trees ", "data.example.gov", Search(PORTAL, "street trees")),
        ("and/or", PORTAL, Search(PORTAL, "and/or")),
        ("v1.2 of it", PORTAL, Search(PORTAL, "v1.2 of it")),
        ("abcd-1234", PORTAL, Address(PORTAL, "abcd-1234")),
        (f"{PORTAL}/d/abcd-1234", "", Address(PORTAL, "abcd-1234")),
        ("data.example.gov/d/abcd-1234", "other.example.gov", Address(PORTAL, "abcd-1234")),
        ("", f"{PORTAL}/Health/Fees/abcd-1234/about_data", Address(PORTAL, "abcd-1234")),
        ("", f"{PORTAL}/browse", Search(PORTAL, "")),
        ("trees", f"{PORTAL}/d/abcd-1234", Search(PORTAL, "trees")),
    ],
)
def test_words_and_addresses_are_told_apart(
    text: str, portal: str, meant: Address | Search | None
) -> None:
    assert wanted(text, portal) == meant


@pytest.mark.parametrize(
    ("text", "portal", "words"),
    [
        (f"{PORTAL}/browse", "", "There is no dataset id"),
        ("data.example.gov/browse", "", "There is no dataset id"),
        ("trees", "http://data.example.gov", "unprotected"),
        ("trees", "data", "does not name a portal"),
    ],
)
def test_an_address_that_is_none_is_said(text: str, portal: str, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        wanted(text, portal)


@pytest.mark.parametrize(
    ("dataset", "signed", "may", "refusal", "notice"),
    [
        (FEES, True, "add, change, delete rows", "", ""),
        (replace(FEES, rights=frozenset()), True, "not told", "", ""),
        (replace(FEES, rights=frozenset({"read"})), False, "read, as everybody may", "",
         "You are not signed in to data.example.gov; sign in before you push."),
        (replace(FEES, rights=frozenset({"read"})), True, "only read",
         'You may not change rows in or add rows to "Fees"', "You may not"),
        (replace(FEES, rights=ALL - {"delete"}), True, "add, change rows", "",
         "Your rights do not allow: replace, delete."),
        (replace(FEES, row_identifier=None), True, "add, change, delete rows", "",
         "only append and replace are possible"),
        (replace(FEES, refusal='"Fees" is a map.'), False, "-", '"Fees" is a map.', "is a map"),
    ],
)  # fmt: skip
def test_a_dataset_is_described_with_what_may_be_done(
    dataset: Dataset, signed: bool, may: str, refusal: str, notice: str
) -> None:
    details = described(dataset, 12_345, signed=signed)

    facts = dict(details.facts)
    assert facts["You may"] == may
    assert facts["Rows"] == "12,345"
    assert refusal in details.refusal
    assert bool(refusal) == bool(details.refusal)
    assert notice in details.notice.text
    assert bool(notice) == bool(details.notice.text)


def test_what_a_portal_does_not_tell_is_not_made_up() -> None:
    facts = dict(described(replace(FEES, row_identifier=None), None, signed=True).facts)

    assert facts["Rows"] == "-"
    assert facts["Last update"] == "not told"
    assert facts["Row identifier"] == "none"
    assert (
        "20"
        in dict(described(replace(FEES, updated=datetime.now(UTC)), 1, signed=True).facts)[
            "Last update"
        ]
    )


@pytest.mark.parametrize(
    ("method", "verb", "name", "warning"),
    [
        (Method.REPLACE, "&Replace rows", "Fees", "The rows that are there now will be gone."),
        (Method.DELETE, "&Delete rows", "Fees", "The rows will be gone from the dataset."),
        (Method.APPEND, "&Append rows", "", ""),
        (Method.UPSERT, "&Update rows", "", ""),
    ],
)
def test_only_what_takes_rows_away_has_to_be_typed(
    method: Method, verb: str, name: str, warning: str
) -> None:
    asked = confirmation(Proposal(method, FEES, 3, 0, 10))

    assert (asked.verb, asked.name, asked.warning) == (verb, name, warning)
    assert asked.sentence == Proposal(method, FEES, 3, 0, 10).sentence
    assert asked.unlocked("") == (not name)
    assert asked.unlocked("Fees")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10", 10),
        (" 1,200 ", 1200),
        ("0", "“0” is no number of rows to try: write one from 1 to 1,200."),
        ("1201", "“1201” is no number of rows to try: write one from 1 to 1,200."),
        ("-3", "“-3” is no number of rows to try: write one from 1 to 1,200."),
        ("", "“” is no number of rows to try: write one from 1 to 1,200."),
    ],
)
def test_a_trial_has_at_least_one_row_and_fewer_than_all(typed: str, meant: int | str) -> None:
    assert first_rows(typed, 1200) == meant


@pytest.mark.parametrize(("may_try", "most"), [(True, 2), (False, 0)])
def test_a_trial_and_the_rest_of_one_are_offered_where_they_are_possible(
    may_try: bool, most: int
) -> None:
    asked = confirmation(Proposal(Method.UPSERT, FEES, 3, 0, 10, may_try=may_try))
    after = confirmation(Proposal(Method.UPSERT, FEES, 3, 0, 10, trial="run-1"))

    assert (asked.most, asked.rest) == (most, "")
    assert after.rest == "Run run-1 was a trial with the first of these rows."


@pytest.mark.parametrize(
    ("name", "typed", "unlocked"),
    [
        ("Fees", " Fees ", True),
        ("Fees  2024", "Fees 2024", True),
        ("Re\u0301gion", "R\u00e9gion", True),
        ("Fees", "fees", False),
        ("Fees", "Fee", False),
        ("Fees", "", False),
    ],
)
def test_a_name_counts_as_typed_however_its_letters_are_made(
    name: str, typed: str, unlocked: bool
) -> None:
    asked = confirmation(Proposal(Method.REPLACE, replace(FEES, name=name), 3, 0, 10))

    assert asked.unlocked(typed) is unlocked


def test_the_gravest_findings_are_named_and_the_rest_counted() -> None:
    groups = tuple(
        FindingGroup(f"r{n}", severity, f"{severity.value} {n}.", "", n)
        for severity in (Severity.NOTE, Severity.REJECT, Severity.STOP)
        for n in (1, 20)
    )

    assert finding_lines(groups, 3) == (
        "\u2022 stop 20.", "\u2022 stop 1.", "\u2022 reject 20.", "\u2022 And 22 more.",
    )  # fmt: skip
    assert finding_lines(()) == ()


REPORT = Report(
    "20260101-000000-abcd", Outcome.DONE, "Updated Fees.", "2026-01-01T00:00:00+00:00", PORTAL,
    "abcd-1234", "Fees", Method.UPSERT, source=SourceFacts("fees.csv", 10, "0" * 64),
    transport="soda2", rows=RowCounts(sent=10, created=None, updated=4, deleted=0, rejected=2),
    rows_after=44,
)  # fmt: skip


def test_counts_the_portal_did_not_give_are_not_zero() -> None:
    facts = dict(summary(REPORT).facts)

    assert facts["Rows sent"] == "10"
    assert facts["Rows added"] == "not told by the portal"
    assert "Rows deleted" not in facts
    assert facts["Rows there now"] == "44"


@pytest.mark.parametrize(
    ("outcome", "heading", "tone"),
    [
        (Outcome.DONE, "Done: all rows have landed", Tone.GOOD),
        (Outcome.REJECTS, "Done, but rows were left out", Tone.CARE),
        (Outcome.REFUSED, "Stopped before anything was sent", Tone.CARE),
        (Outcome.FAILED, "The push failed", Tone.BAD),
        (Outcome.UNKNOWN, "The outcome is not known yet", Tone.BAD),
        (Outcome.CANCELLED, "Cancelled", Tone.CARE),
    ],
)
def test_every_outcome_has_its_words(outcome: Outcome, heading: str, tone: Tone) -> None:
    told = summary(replace(REPORT, outcome=outcome))

    assert (told.heading, told.notice) == (heading, Notice("Updated Fees.", tone))


REFUSED = replace(REPORT, outcome=Outcome.REFUSED, transport=None)
STOP = FindingGroup("no-identifier", Severity.STOP, "No identifier.", "Map it.")


@pytest.mark.parametrize(
    ("report", "spare"),
    [
        (REFUSED, 2),
        (replace(REFUSED, findings=(STOP,)), 0),
        (replace(REFUSED, rows=RowCounts(sent=0, rejected=10)), 0),
        (replace(REFUSED, rows=RowCounts(sent=0, rejected=0)), 0),
        (replace(REFUSED, source=None), 0),
        (replace(REFUSED, transport="publishing"), 0),
        (replace(REFUSED, guard="too-many-rejected"), 2),
        (replace(REFUSED, guard="shrink"), 0),
        (REPORT, 0),
    ],
)
def test_leaving_rows_out_is_offered_only_where_it_would_help(report: Report, spare: int) -> None:
    assert summary(report).spare == spare


@pytest.mark.parametrize(
    ("guard", "aside"),
    [("shrink", "shrink"), ("row-too-large", ""), ("of a later version", ""), (None, "")],
)
def test_a_guard_is_set_aside_only_where_it_can_be(guard: str | None, aside: str) -> None:
    assert summary(replace(REFUSED, guard=guard)).aside == aside


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Push without them (on the command line: --allow-rejected; in the job: max_rejected).",
            "Push without them.",
        ),
        ("If so, push it with --override drift.", "If so, press Push anyway."),
        ("If so, push it with --again.", "If so, press Push anyway."),
    ],
)
def test_remedies_of_the_command_line_become_buttons(text: str, told: str) -> None:
    assert summary(replace(REFUSED, summary=text)).notice.text == told


def test_the_portal_that_was_signed_in_to_last_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    for host in ("b.example.gov", "c.example.gov", "a.example.gov", "b.example.gov"):
        enter(Account(host, "key", "a store"))
    enter(Account("proxy.example.gov", "me", "a store", "proxy"))

    assert portals() == ("b.example.gov", "a.example.gov", "c.example.gov")


def test_the_page_for_keys_follows_the_portal() -> None:
    assert settings_page("data.example.gov/d/abcd-1234") == (
        f"{PORTAL}/profile/edit/developer_settings"
    )
    assert settings_page("data.ex") != ""
    assert settings_page("") == settings_page("http://data.example.gov") == ""


def test_a_user_name_is_advised_to_use_a_key() -> None:
    assert "API key is safer" in advice("me@example.org")
    assert advice("4ajq9s").startswith("Use an API key")


def test_somebody_who_never_signed_in_has_no_portals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    assert portals() == ()
    assert known_key(PORTAL) == known_key("?") == ""

    (tmp_path / "accounts.json").write_text("damaged")
    assert portals() == ()
    assert known_key(PORTAL) == ""


def test_a_notice_holds_no_secret_even_where_an_error_quotes_one() -> None:
    register_secret(Credentials("id", "planted-window-secret"))

    told = Notice.of(SodaSheetError("It said planted-window-secret.", ""))

    assert told.text == "It said ***."
