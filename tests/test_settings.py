"""The settings file is written atomically and validated on reading; unknown keys are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.settings import (
    Keep,
    MailServer,
    Settings,
    mail_server,
    read_settings,
    settings_file,
    write_settings,
)

MAIL = MailServer("smtp.example.org", 587, "starttls", "ann@example.org", "", "b@x.org")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def written(body: Any) -> None:
    settings_file().parent.mkdir(exist_ok=True)
    text = body if isinstance(body, str) else json.dumps(body)
    settings_file().write_text(text, encoding="utf-8")


def test_without_a_file_the_usual_settings_hold() -> None:
    assert read_settings() == Settings(None, Keep(90, 2000))


def test_what_is_written_is_read_and_no_draft_stays(home: Path) -> None:
    settings = Settings(MAIL, Keep(30, 100))

    write_settings(settings)

    assert read_settings() == settings
    assert [path.name for path in home.iterdir()] == ["settings.json"]


def test_keys_of_another_version_stay_where_they_are() -> None:
    written({"sodasheet": 1, "new": [1], "mail": {"reply_to": "x"}, "keep": {"hours": 3}})

    write_settings(Settings(MAIL))

    body = json.loads(settings_file().read_text())
    assert (body["new"], body["mail"]["reply_to"], body["keep"]["hours"]) == ([1], "x", 3)
    assert body["mail"]["server"] == "smtp.example.org"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{", "is damaged: not JSON."),
        ("[" * 100_000, "is damaged: not JSON."),
        ("[]", "is not a JSON object."),
        ({"mail": []}, "In the settings mail is []."),
        ({"mail": {}}, 'In the settings mail.server is "".'),
        ({"mail": {"server": "a b"}}, 'mail.server is "a b".'),
        ({"mail": {"server": "smtp", "port": 0}}, "mail.port is 0."),
        ({"mail": {"server": "smtp", "port": "25"}}, 'mail.port is "25".'),
        ({"mail": {"server": "smtp", "security": "ssl"}}, 'mail.security is "ssl".'),
        ({"mail": {"server": "smtp", "user": 5}}, "mail.user is 5."),
        ({"mail": {"server": "smtp", "from": "a@b.c\r\nBcc: x"}}, "mail.from is"),
        ({"mail": {"server": "smtp", "from": "a@b.c", "to": "b"}}, 'mail.to is "b".'),
        ({"mail": {"server": "smtp"}}, "The From address for email is missing."),
        (
            {"mail": {"server": "smtp", "from": "a@b.c", "security": "none"}},
            "Mail to smtp would be sent without encryption",
        ),
        ({"keep": {"days": True}}, "keep.days is true."),
        ({"keep": {"megabytes": 0}}, "keep.megabytes is 0."),
    ],
)
def test_a_broken_file_is_one_sentence(body: Any, sentence: str) -> None:
    written(body)

    with pytest.raises(UsageProblem) as caught:
        read_settings()

    assert sentence in caught.value.what
    assert caught.value.remedy


def test_a_broken_file_is_not_written_over() -> None:
    written("{")

    with pytest.raises(UsageProblem, match="damaged"):
        write_settings(Settings())

    assert settings_file().read_text() == "{"


def test_a_file_that_cannot_be_written_says_where(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "file" / "home"))

    with pytest.raises(SodaSheetError, match="cannot be"):
        write_settings(Settings())


@pytest.mark.parametrize(
    ("place", "security", "host", "port"),
    [
        ("smtp.example.org", "starttls", "smtp.example.org", 587),
        ("SMTP.example.org", "tls", "smtp.example.org", 465),
        ("smtp.example.org:2525", "tls", "smtp.example.org", 2525),
        ("[::1]:25", "none", "::1", 25),
        ("localhost", "none", "localhost", 25),
    ],
)
def test_a_mail_server_is_named_by_host_and_port(
    place: str, security: str, host: str, port: int
) -> None:
    server = mail_server(place, security, sender="a@b.c")

    assert (server.host, server.port, server.security) == (host, port, security)


@pytest.mark.parametrize("place", ["", ":25", "smtp:99999", "smtp/x", "a b", "http://smtp"])
def test_what_names_no_mail_server_is_refused(place: str) -> None:
    with pytest.raises(UsageProblem, match="server is"):
        mail_server(place, sender="a@b.c")
