"""Saving, loading and deleting keys; several accounts on one portal; keys that are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.credentials import account_list, keychain
from sodasheet.credentials.store_entry import Entry, require_storable
from sodasheet.errors import CredentialError, SodaSheetError, UsageProblem
from sodasheet.model.credentials import Credentials

HOST = "data.example.gov"

Use = Callable[[str], Any]


@pytest.mark.parametrize(
    ("place", "kind", "service"),
    [
        ("https://Data.Example.gov", "portal", "sodasheet:data.example.gov"),
        (" DATA.example.gov ", "portal", "sodasheet:data.example.gov"),
        ("http://127.0.0.1:8080", "portal", "sodasheet:127.0.0.1:8080"),
        ("http://[::1]:8080", "portal", "sodasheet:[::1]:8080"),
        ("smtp.example.gov", "mail", "sodasheet:mail:smtp.example.gov"),
        ("proxy.example.gov:3128", "proxy", "sodasheet:proxy:proxy.example.gov:3128"),
    ],
)
def test_an_entry_is_named_after_its_host_in_lower_case(
    place: str, kind: Any, service: str
) -> None:
    assert Entry.of(place, kind).service == service


@pytest.mark.parametrize("place", ["", " ", "a/b", "user@host", "a b", "a\nb", "https://"])
def test_an_entry_needs_the_name_of_a_host(place: str) -> None:
    with pytest.raises(UsageProblem, match=r"only be saved for a host name\. Enter only"):
        Entry.of(place)


@pytest.mark.parametrize(
    ("key_id", "secret", "said"),
    [
        ("", "s", "The key id is empty or contains an invisible character."),
        (" ", "s", "The key id is empty or contains an invisible character."),
        ("a\nb", "s", "The key id is empty or contains an invisible character."),
        ("id", "", "The secret is empty or contains an invisible character, such as a line break."),
        (
            "id",
            "  ",
            "The secret is empty or contains an invisible character, such as a line break.",
        ),
        ("id", "a\r\nb", "The secret is empty or contains an invisible character, such as a line"),
        ("id", "a\x00b", "The secret is empty or contains an invisible character, such as a line"),
        ("id", "a\ud800", "The secret is empty or contains an invisible character, such as a line"),
        (
            "id",
            "x" * 1281,
            "The secret is 1,281 characters long (some characters count twice), and",
        ),
        (
            "id",
            "\U0001f511" * 641,
            "The secret is 1,282 characters long (some characters count twice)",
        ),
    ],
)
def test_what_no_store_gives_back_as_it_was_is_refused_before(
    use: Use, key_id: str, secret: str, said: str
) -> None:
    store = use("Memory")

    with pytest.raises(SodaSheetError) as caught:
        keychain.save(HOST, Credentials(key_id, secret))

    assert caught.value.what.startswith(said)
    assert store.kept == {}


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=640))
def test_any_visible_text_that_fits_may_be_a_secret(secret: str) -> None:
    require_storable(Credentials("id", secret))


@pytest.mark.parametrize("secret", ["x" * 1280, "\U0001f511" * 640])
def test_the_longest_secret_is_kept(use: Use, secret: str) -> None:
    use("Memory")
    keychain.save(HOST, Credentials("id", secret))

    assert keychain.load(HOST) == Credentials("id", secret)


def test_the_last_account_that_signed_in_is_used_until_another_is_chosen(use: Use) -> None:
    use("Memory")
    keychain.save(HOST, Credentials("first", "one"))
    keychain.save(HOST, Credentials("second", "two"))
    keychain.save("other.example.gov", Credentials("third", "three"))

    assert keychain.load(HOST) == Credentials("second", "two")
    assert keychain.load(HOST, "first") == Credentials("first", "one")

    assert keychain.choose(HOST, "first").default
    assert keychain.load(HOST) == Credentials("first", "one")
    assert keychain.load("other.example.gov") == Credentials("third", "three")
    assert [one.key_id for one in account_list.list_accounts() if one.default] == ["first", "third"]


def test_an_account_that_never_signed_in_cannot_be_chosen(use: Use) -> None:
    use("Memory")
    keychain.save(HOST, Credentials("first", "one"))

    with pytest.raises(UsageProblem) as caught:
        keychain.choose(HOST, "other")

    assert str(caught.value) == (
        "There is no account other for data.example.gov; accounts there: first. Sign in first."
    )


def test_forgetting_one_account_leaves_the_other_in_use(use: Use) -> None:
    store = use("Memory")
    keychain.save(HOST, Credentials("first", "one"))
    keychain.save(HOST, Credentials("second", "two"))

    assert keychain.forget(HOST, "second") == ("second",)
    assert keychain.load(HOST) == Credentials("first", "one")
    assert list(store.kept) == [("sodasheet:data.example.gov", "first")]


def test_forgetting_a_host_forgets_every_account_there(use: Use) -> None:
    store = use("Memory")
    keychain.save(HOST, Credentials("first", "one"))
    keychain.save(HOST, Credentials("second", "two"))

    assert set(keychain.forget(HOST)) == {"first", "second"}
    assert store.kept == {}
    assert account_list.list_accounts() == ()
    assert keychain.load(HOST) is None


def test_forgetting_what_is_not_there_does_no_harm(use: Use) -> None:
    store = use("Memory")
    keychain.save(HOST, Credentials("first", "one"))
    store.kept.clear()

    assert keychain.forget(HOST) == ("first",)
    assert keychain.forget(HOST) == ()
    assert keychain.forget(HOST, "first") == ()


def test_a_secret_on_no_list_is_forgotten_by_its_key_id(use: Use) -> None:
    store = use("Memory")
    store.kept["sodasheet:data.example.gov", "stray"] = "one"

    assert keychain.forget(HOST, "stray") == ()
    assert store.kept == {}


def test_a_store_that_does_not_let_go_is_an_error_and_the_account_stays(use: Use) -> None:
    use("Clinging")
    keychain.save(HOST, Credentials("first", "one"))

    with pytest.raises(CredentialError, match=r"did not delete the secret\. Delete it in"):
        keychain.forget(HOST)

    assert [one.key_id for one in account_list.list_accounts()] == ["first"]


def test_without_an_account_the_store_is_not_even_asked(use: Use) -> None:
    use("Asking")

    assert keychain.load(HOST) is None


def test_a_secret_that_left_the_store_is_told_with_the_way_to_sign_in_again(use: Use) -> None:
    use("Memory").kept.clear()
    keychain.save(HOST, Credentials("first", "one"))
    use("Memory")

    with pytest.raises(CredentialError) as caught:
        keychain.load(HOST)

    assert str(caught.value) == (
        "odd stores Memory no longer contains the secret of first for data.example.gov. Sign in"
        " again."
    )


def test_a_store_that_was_replaced_is_named_with_the_one_before(use: Use) -> None:
    use("Memory")
    keychain.save(HOST, Credentials("first", "one"))
    use("Roaming")

    with pytest.raises(CredentialError, match=r"odd stores Roaming has replaced odd"):
        keychain.load(HOST)


def test_a_secret_whose_account_cannot_be_listed_is_not_left_behind(use: Use, home: Path) -> None:
    store = use("Memory")
    (home / "sodasheet").write_text("a file where the folder should be")

    with pytest.raises(CredentialError, match=r"cannot be (read|written)"):
        keychain.save(HOST, Credentials("first", "one"))

    assert store.kept == {}


def test_the_environment_comes_before_the_store(
    use: Use, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use("Memory")
    keychain.save(HOST, Credentials("kept", "one"))
    monkeypatch.setenv("SODASHEET_APP_TOKEN", "token")
    caplog.set_level("INFO", "sodasheet.credentials")

    found = keychain.find(f"https://{HOST}")
    assert found == Credentials("kept", "one", "token")

    monkeypatch.setenv("SODASHEET_KEY_ID", "named")
    monkeypatch.setenv("SODASHEET_KEY_SECRET", "two-two")
    use("Asking")
    found = keychain.find(f"https://{HOST}")
    assert found == Credentials("named", "two-two", "token")
    told = [message for message in caplog.messages if message.startswith("credentials")]
    assert told == ["credentials from odd stores Memory", "credentials from the environment"]


def test_with_neither_there_are_no_credentials(home: Path) -> None:
    assert keychain.find(f"https://{HOST}") is None
