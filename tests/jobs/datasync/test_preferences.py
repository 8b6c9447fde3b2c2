"""Preferences from everywhere that DataSync keeps them, and passwords masked by DataSync."""

from __future__ import annotations

import json
import plistlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.errors import CredentialError, SodaSheetError, UsageProblem
from sodasheet.jobs.datasync import remembered_portal
from sodasheet.jobs.datasync.import_preferences import load, login
from sodasheet.jobs.datasync.java_preferences import from_java
from sodasheet.jobs.datasync.password_masking import masked, unmasked
from sodasheet.jobs.datasync.preferences import Preferences, read_preferences
from sodasheet.model.credentials import Credentials

#: A key and a password masked with it, as javax.crypto wrote them.
JUNK = "yM/W3eTr8vkABw4VHCMqMQ=="
MASKED = "Ew8DEgEUAQ8CBhUTCmRnam1wc3Z5fH-ChYiLjpGUy2wlNlgc-JhqKcv32yja"
CLEAR = "paßwort € 1"

XML = f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE map SYSTEM "http://java.sun.com/dtd/preferences.dtd">
<map MAP_XML_VERSION="1.0">
  <entry key="domain" value="https://data.example.gov"/>
  <entry key="junk" value="{JUNK}"/>
  <entry key="password" value="{MASKED}"/>
  <entry key="username" value="Zoë &amp; Co"/>
</map>"""

REG = rf"""Windows Registry Editor Version 5.00

[HKEY_CURRENT_USER\Software\JavaSoft\Prefs\Other]
"domain"="wrong"

[HKEY_CURRENT_USER\Software\JavaSoft\Prefs\/Socrata/Integration/Prefs]
"domain"="https:\\\\data.example.gov"
"junk"="y/M\\/W3e/Tr8vk/A/Bw4/V/H/C/Mq/M/Q=="
"password"="{"".join(f"/{sign}" if sign.isupper() else sign for sign in MASKED)}"
"username"="/Zo/u00eb & /Co"
""".replace("\n", "\r\n")

PLIST = plistlib.dumps(
    {
        "/": {
            "SocrataIntegrationPrefs/": {
                "domain": "https://data.example.gov",
                "junk": JUNK,
                "password": MASKED,
                "username": "Zoë & Co",
            }
        }
    },
    fmt=plistlib.FMT_BINARY,
)

CONFIG = json.dumps(
    {"domain": "https://data.example.gov", "username": "Zoë & Co", "password": CLEAR, "unknown": 1}
)


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    "content",
    [XML.encode(), REG.encode("utf-16"), REG.encode(), PLIST, CONFIG.encode("utf-8-sig")],
    ids=["prefs.xml", "registry", "registry as text", "property list", "config.json"],
)
def test_every_place_says_the_same(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Einstellungen é"
    path.write_bytes(content)

    found = read_preferences(path)

    assert found.portal == "https://data.example.gov"
    assert login(found) == Credentials("Zoë & Co", CLEAR)
    assert CLEAR not in repr(found)
    assert MASKED not in repr(found)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("/Socrata/Integration/Prefs", "SocrataIntegrationPrefs"),
        (r"https:\\d", "https://d"),
        ("a//b", "a\\b"),
        ("/ud83d/ude00", "\U0001f600"),
        ("/ud83d", "\ufffd"),
    ],
)
def test_names_of_the_registry_are_read_as_the_jdk_wrote_them(written: str, plain: str) -> None:
    assert from_java(written) == plain


@pytest.mark.parametrize(
    ("password", "junk", "clear"),
    [
        (MASKED, JUNK, CLEAR),
        ("plain", "", "plain"),
        ("", JUNK, ""),
        (MASKED, "", None),
        (MASKED, JUNK[::-1], None),
        (MASKED[:-4], JUNK, None),
        (MASKED[:18], JUNK, None),
    ],
)
def test_a_masked_password_is_unmasked_with_its_own_key_only(
    password: str, junk: str, clear: str | None
) -> None:
    assert unmasked(password, junk) == clear


def test_a_password_that_looks_like_base64_is_not_masked() -> None:
    assert not masked("Ew8DEgEU")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<a/>", "it is not the prefs.xml of SocrataIntegrationPrefs"),
        ("<a", "it is not an XML file"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "it declares entities"),
        ("REGEDIT4\r\n", "it is not an export of the registry key"),
        ("bplist00", "it is not a property list"),
        ("{", "it is not JSON"),
        ('{"domain": {}}', "domain is not text"),
    ],
)
def test_what_holds_no_preferences_is_refused(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "prefs.xml"
    path.write_text(content)

    with pytest.raises(UsageProblem, match=words) as caught:
        read_preferences(path)

    assert "prefs.xml" in caught.value.what


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(whole=st.sampled_from([XML.encode(), REG.encode("utf-16"), PLIST]), data=st.data())
def test_mutilated_preferences_are_read_or_refused(
    whole: bytes, data: st.DataObject, tmp_path: Path
) -> None:
    at = data.draw(st.integers(0, len(whole)))
    path = tmp_path / "prefs"
    path.write_bytes(whole[:at] + data.draw(st.binary(max_size=4)) + whole[at + 3 :])

    assert refused(path) is None or "DataSync's preferences in prefs: " in str(refused(path))


def refused(path: Path) -> str | None:
    """Return the reason for refusing preferences, None if accepted; other errors fail the test."""
    try:
        read_preferences(path)
    except SodaSheetError as error:
        return error.what
    return None


Kept = list[tuple[str, str, str]]


@pytest.fixture
def saved() -> Kept:
    return []


@pytest.fixture
def save(saved: Kept) -> Callable[[str, Credentials, str], None]:
    return lambda place, key, kind: saved.append((place, f"{key.key_id}:{key.secret}", kind))


def test_preferences_are_taken_over_on_request(
    tmp_path: Path, saved: Kept, save: Callable[[str, Credentials, str], None]
) -> None:
    (tmp_path / "prefs.xml").write_text(XML, encoding="utf-8")

    said = " ".join(load(read_preferences(tmp_path / "prefs.xml"), save))

    assert saved == [("https://data.example.gov", f"Zoë & Co:{CLEAR}", "portal")]
    assert CLEAR not in said
    told = (tmp_path / "home" / remembered_portal.NAME).read_text(encoding="utf-8")
    assert json.loads(told) == {"domain": "https://data.example.gov", "username": "Zoë & Co"}
    assert remembered_portal.found().portal == "https://data.example.gov"


def test_without_a_store_for_secrets_the_rest_is_kept_all_the_same() -> None:
    def refuse(*_: object) -> None:
        raise CredentialError("There is no credential store.", "Use the environment.", "none")

    values = {"domain": "data.example.gov", "username": "me", "password": "w0rd-1"}
    with pytest.raises(CredentialError):
        list(load(Preferences(values, "config.json"), refuse))

    assert remembered_portal.found().portal == "data.example.gov"


def test_an_app_token_is_no_more_kept_in_a_file_than_a_password(
    tmp_path: Path, save: Callable[[str, Credentials, str], None]
) -> None:
    config = {"domain": "data.example.gov", "appToken": "t0ken-1", "password": "w0rd-1",
              "portDestinationDomainAppToken": "t0ken-2"}  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))

    list(load(read_preferences(tmp_path / "config.json"), save))

    told = (tmp_path / "home" / remembered_portal.NAME).read_text(encoding="utf-8")
    assert json.loads(told) == {"domain": "data.example.gov"}


def test_the_mail_server_comes_along(
    tmp_path: Path, saved: Kept, save: Callable[[str, Credentials, str], None]
) -> None:
    from sodasheet.settings import read_settings

    values = {
        "domain": "data.example.gov", "outgoingMailServer": "smtp.example.org", "sslPort": "465",
        "smtpUsername": "me@example.org", "smtpPassword": "secret-1", "adminEmail": "a@example.org",
        "proxyHost": "proxy.example.org", "numRowsPerChunk": "10",
    }  # fmt: skip
    said = " ".join(load(Preferences(values, "config.json"), save))

    server = read_settings().mail
    assert server is not None
    assert (server.host, server.port, server.security) == ("smtp.example.org", 465, "tls")
    assert (server.user, server.to) == ("me@example.org", "a@example.org")
    assert saved == [("smtp.example.org", "me@example.org:secret-1", "mail")]
    assert "The proxy is not carried over" in said
    assert "Not carried over: numRowsPerChunk." in said


def test_what_cannot_be_unmasked_is_said_and_not_saved(
    saved: Kept, save: Callable[[str, Credentials, str], None]
) -> None:
    values = {"domain": "data.example.gov", "username": "me", "password": MASKED}

    said = " ".join(load(Preferences(values, "config.json"), save))

    assert saved == []
    assert "its key is not here" in said


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows keeps the key in its registry (tests/windows)."
)
def test_a_masked_config_is_read_with_the_key_on_this_computer(tmp_path: Path) -> None:
    preferences = Preferences({"username": "me", "password": MASKED}, "config.json")
    with pytest.raises(UsageProblem, match="its key is not on this computer"):
        login(preferences)

    folder = tmp_path / ".java/.userPrefs/SocrataIntegrationPrefs"
    folder.mkdir(parents=True)
    (folder / "prefs.xml").write_text(XML, encoding="utf-8")

    assert login(preferences) == Credentials("me", CLEAR)
    assert remembered_portal.found().portal == "https://data.example.gov"
    assert remembered_portal.found().values.get("password") is None


def test_the_one_account_says_which_portal_it_is(tmp_path: Path) -> None:
    accounts = [{"host": "data.example.gov", "key_id": "me", "store": "x", "kind": "portal"}]
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "accounts.json").write_text(json.dumps({"accounts": accounts}))

    assert (
        remembered_portal.portal_of(remembered_portal.found(), "a.sij")
        == "https://data.example.gov"
    )
