"""Recipients of each notification, and the messages about failed notifications."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.model.report import Outcome, Rejects, Report, RowCounts, RunTarget
from sodasheet.notifications.mail_text import body, subject
from sodasheet.notifications.notify import tell
from sodasheet.settings import Settings, settings_file, write_settings

from .conftest import PASSWORD, TARGET, Mailbox, job, report

DONE = report(Outcome.DONE, findings=(), rejects=Rejects(), rows=RowCounts(5, 5))


@pytest.mark.parametrize(
    ("made", "notify", "letters"),
    [
        (DONE, {"email": "ann@example.org"}, []),
        (DONE, {"email": "ann@example.org", "when": "failure"}, []),
        (DONE, {"email": "ann@example.org", "when": "always"}, ["ann@example.org"]),
        (DONE, {}, []),
        (replace(DONE, warnings=("3 were expected.",)), {"email": "a@x.org"}, ["a@x.org"]),
        *(
            (report(outcome), {"email": "a@x.org; b@x.org"}, ["a@x.org, b@x.org"])
            for outcome in Outcome
            if outcome is not Outcome.DONE
        ),
        (report(), {"email": " "}, ["boss@example.org"]),
        (report(), {}, ["boss@example.org"]),
    ],
)
def test_who_gets_mail_of_what(
    mailbox: Mailbox, made: Report, notify: dict[str, str], letters: list[str]
) -> None:
    assert tell(made, job(**notify), "permits.json") == []

    assert [letter["To"] for letter in mailbox.letters] == letters


def test_a_job_that_could_not_be_read_is_told_to_whom_the_settings_name(mailbox: Mailbox) -> None:
    made = report(
        Outcome.FAILED, target=RunTarget("", "", "", None), source=None, run="",
        summary="The job file permits.json: it is not JSON.", findings=(),
        rejects=Rejects(), rows=RowCounts(),
    )  # fmt: skip

    assert tell(made, None, "/data/permits.json") == []

    (letter,) = mailbox.letters
    assert letter["To"] == "boss@example.org"
    assert letter["Subject"] == "SodaSheet: failed: /data/permits.json"
    text = letter.get_content()
    assert text.startswith("The job file permits.json: it is not JSON.")
    assert "Address:" not in text
    assert "Full report" not in text


def test_the_mail_says_what_happened_and_what_to_do(mailbox: Mailbox, home: Path) -> None:
    assert tell(report(), job(email="ann@example.org"), "permits.json") == []

    (letter,) = mailbox.letters
    assert letter["Subject"] == (
        "SodaSheet: done, but some rows were rejected: Building Permits – Straße (permits.json)"
    )
    text = letter.get_content()
    for line in (
        "Updated Permits: 20 rows sent, 3 created, 17 updated, 12 left out.",
        "Dataset:  Building Permits – Straße",
        "Address:  https://data.example.gov/d/abcd-1234",
        "Source:   permits.csv, 32 rows",
        "Rows:     20 sent, 3 created, 17 updated, 12 rejected; 322 in the dataset now",
        "Started:  2024-04-13 21:21:54 UTC, 12.3 seconds",
        "  12 values of Amount are not numbers.",
        "The first 10 rejected rows:",
        '  row 2 (P-2), Amount, "n/a Bcc: x@example.org": not a number',
        "  Fix the rejected rows in the source, and push it again.",
        f"Full report: {home / 'runs' / '20240413-212154-ab12' / 'report.json'}",
        "All findings: /logs/findings.csv",
    ):
        assert line in text.replace("\r\n", "\n").splitlines()
    assert "row 12 (P-12)" not in text
    assert PASSWORD not in text


def test_an_unknown_outcome_says_not_to_push_again() -> None:
    text = body(report(Outcome.UNKNOWN), None, "x")

    assert "sodasheet push --resume 20240413-212154-ab12" in text
    assert "Do not push the same rows again" in text


def test_rows_that_have_landed_with_a_warning_need_a_look() -> None:
    made = replace(DONE, warnings=("3 were expected.",))

    assert subject(made, "").startswith("SodaSheet: done, but needs review: ")
    assert "Nothing: all rows have landed" not in body(made, None, "x")
    assert "Nothing: all rows have landed" in body(DONE, None, "x")


def test_a_very_long_name_does_not_make_a_very_long_subject() -> None:
    assert len(subject(report(target=replace(TARGET, name="x" * 5000)), "y" * 5000)) == 200


@pytest.mark.parametrize(
    ("arrange", "sentence"),
    [
        ("no server", "The message to ann@example.org was not sent: no SMTP server is set."),
        ("broken settings", "is damaged: not JSON."),
        ("wrong password", "does not accept the password of steward@example.org"),
        ("no address", '"ann" is not an email address.'),
    ],
)
def test_what_could_not_be_told_is_a_sentence(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, arrange: str, sentence: str
) -> None:
    if arrange == "no server":
        write_settings(Settings())
    elif arrange == "broken settings":
        settings_file().write_text("{")
    elif arrange == "wrong password":
        monkeypatch.setenv("SODASHEET_MAIL_PASSWORD", "wrong one")
    to = "ann" if arrange == "no address" else "ann@example.org"

    (told,) = tell(report(), job(email=to), "permits.json")

    assert told.startswith("No email was sent: ")
    assert sentence in told
    assert "wrong one" not in told


def test_a_log_that_failed_is_in_the_mail_and_changes_nothing_else(mailbox: Mailbox) -> None:
    def refusing(portal: str) -> None:
        raise RuntimeError(f"nobody foresaw this, and it holds {PASSWORD}")

    notify = {"email": "ann@example.org", "log_dataset": "logs-0001"}

    (told,) = tell(report(), job(**notify), "permits.json", refusing)  # type: ignore[arg-type]

    assert "Unexpected error in SodaSheet." in told
    (letter,) = mailbox.letters
    assert f"Note: {told}" in letter.get_content().replace("\r\n", "\n")


def test_nobody_to_tell_is_no_trouble(home: Path) -> None:
    write_settings(Settings())

    assert tell(report(), job(), "permits.json") == []
    assert json.loads(settings_file().read_text())["keep"]["days"] == 90
