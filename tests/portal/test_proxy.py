"""Requests through a proxy whose user name and password are in the credential store."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sodasheet.credentials.keychain import forget, save, use_proxy_sign_in
from sodasheet.credentials.redaction import secret_spellings
from sodasheet.errors import CredentialError, PortalError, SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.model.next_step import Action

from .conftest import Tunnel

PATH = "/api/views/abcd-1234.json"
USER = Credentials("office\\jöran", "päss wörd: 7/%")
WIRE = base64.b64encode(f"{USER.key_id}:{USER.secret}".encode()).decode()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """An empty and secure credential store."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "credentials"))
    import odd_stores

    odd_stores.Memory.kept.clear()
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "odd_stores.Memory")
    return odd_stores.Memory


@pytest.fixture
def proxy(
    safe_portal: Any, store: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Tunnel]]:
    """A proxy that wants a sign-in, before a portal called data.example.gov with two answers."""
    portal = safe_portal("data.example.gov", proxied=False)
    portal.answer([1]).answer([2])
    tunnel = Tunnel(portal.port, wanted=f"Basic {WIRE}")
    monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
    yield tunnel
    tunnel.stop()


def named(proxy: Tunnel, port: bool = True) -> str:
    return proxy.url.removeprefix("http://") if port else "127.0.0.1"


@pytest.mark.parametrize("port", [True, False])
def test_what_is_kept_for_the_proxy_gets_through_it(
    proxy: Tunnel, open_session: Any, port: bool
) -> None:
    save(named(proxy, port), USER, "proxy")
    session = open_session("https://data.example.gov")

    assert [session.get_json(PATH), session.get_json(PATH)] == [[1], [2]]
    assert all(WIRE in head for head in proxy.asked)


def test_what_this_process_alone_holds_for_the_proxy_comes_before_what_is_kept(
    proxy: Tunnel, open_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.credentials.keychain._held_for_proxies", {})
    save(named(proxy), Credentials("someone", "else"), "proxy")
    use_proxy_sign_in(named(proxy), USER)

    assert open_session("https://data.example.gov").get_json(PATH) == [1]
    assert WIRE in proxy.asked[0]


def test_the_host_with_its_port_comes_before_the_host_alone(
    proxy: Tunnel, open_session: Any
) -> None:
    save(named(proxy), USER, "proxy")
    save(named(proxy, port=False), Credentials("someone", "else"), "proxy")

    assert open_session("https://data.example.gov").get_json(PATH) == [1]


def test_an_address_that_holds_its_own_sign_in_is_left_as_it_is(
    proxy: Tunnel, open_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(named(proxy), USER, "proxy")
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//other:word@"))

    with pytest.raises(PortalError, match="proxy requires a sign-in"):
        open_session("https://data.example.gov").get_json(PATH)

    assert base64.b64encode(b"other:word").decode() in proxy.asked[0]


def test_without_a_sign_in_the_command_for_it_is_named(proxy: Tunnel, open_session: Any) -> None:
    with pytest.raises(PortalError) as caught:
        open_session("https://data.example.gov").get_json(PATH)

    assert [step.action for step in caught.value.steps] == [Action.SIGN_IN_PROXY]
    assert "Proxy-Authorization" not in proxy.asked[0]


def test_a_password_that_the_proxy_refuses_shows_nowhere(
    proxy: Tunnel, open_session: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = Credentials("me", "planted-proxy-secret")
    save(named(proxy), wrong, "proxy")

    with pytest.raises(PortalError, match="proxy requires a sign-in") as caught:
        open_session("https://data.example.gov").get_json(PATH)

    told = f"{caught.value}{caught.value.__cause__!r}{caplog.text}"
    assert not any(spelling in told for spelling in secret_spellings(wrong))


def test_the_portal_never_hears_of_the_password_of_the_proxy(
    safe_portal: Any, store: Any, open_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = safe_portal("data.example.gov")
    portal.answer([1])
    save("127.0.0.1", USER, "proxy")

    assert open_session("https://data.example.gov").get_json(PATH) == [1]
    assert not any("proxy" in name.lower() for name in portal.asked[0].headers)


def test_a_store_that_lost_the_password_is_said_before_anything_is_sent(
    proxy: Tunnel, store: Any, open_session: Any
) -> None:
    save(named(proxy), USER, "proxy")
    store.kept.clear()

    with pytest.raises(CredentialError) as caught:
        open_session("https://data.example.gov").get_json(PATH)

    (step,) = caught.value.steps
    assert (step.action, step.host) == (Action.SIGN_IN_PROXY, named(proxy))
    assert proxy.asked == []
    forget(named(proxy), kind="proxy")
    with pytest.raises(SodaSheetError, match="proxy requires a sign-in"):
        open_session("https://data.example.gov").get_json(PATH)
