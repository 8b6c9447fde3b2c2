"""A key in the environment is not sent to whatever portal a workbook specifies."""

from __future__ import annotations

import pytest

from sodasheet.errors import SignInError, UsageProblem
from sodasheet.excel.portal_session import open_session


@pytest.fixture(autouse=True)
def key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_KEY_ID", "someone")
    monkeypatch.setenv("SODASHEET_KEY_SECRET", "swordfish")
    monkeypatch.delenv("SODASHEET_PORTAL", raising=False)


def test_a_portal_that_only_the_workbook_names_does_not_get_the_key() -> None:
    with pytest.raises(SignInError) as refused:
        open_session("https://evil.example.com")

    assert "This workbook names the portal evil.example.com" in str(refused.value)
    assert "swordfish" not in str(refused.value)


@pytest.mark.parametrize(
    "named", ["data.example.gov", "https://DATA.example.gov/", "a.example.org, data.example.gov"]
)
def test_the_portal_that_the_environment_names_gets_it(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("SODASHEET_PORTAL", named)

    assert open_session("https://data.example.gov").signed
    with pytest.raises(SignInError):
        open_session("https://data.example.gov.evil.example.com")


def test_a_variable_that_names_no_portal_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_PORTAL", "yes")

    with pytest.raises(UsageProblem, match='SODASHEET_PORTAL is not a portal: "yes"') as said:
        open_session("https://data.example.gov")

    assert "Set SODASHEET_PORTAL to the host of the portal" in said.value.remedy


def test_a_portal_on_this_computer_gets_it() -> None:
    assert open_session("http://127.0.0.1:8080").signed


def test_a_key_for_another_portal_does_not_go_to_this_computer_in_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SODASHEET_PORTAL", "data.example.gov")

    with pytest.raises(SignInError, match="may not be for that portal"):
        open_session("http://127.0.0.1:8080")

    monkeypatch.setenv("SODASHEET_PORTAL", "data.example.gov http://127.0.0.1:8080")
    assert open_session("http://127.0.0.1:8080").signed
    with pytest.raises(SignInError):
        open_session("http://127.0.0.1:8081")
