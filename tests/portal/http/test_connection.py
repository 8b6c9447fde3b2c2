"""Secrets are only sent to their own host."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
import requests
import truststore

from sodasheet.model.credentials import Credentials
from sodasheet.portal.http.certificates import trust
from sodasheet.portal.http.connection import Connection, SignIn
from sodasheet.portal.http.request import RequestBody


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://data.ct.gov/a", "https://DATA.ct.gov:443/b?c", True),
        ("http://localhost/a", "https://localhost/a", False),
        ("https://localhost/a", "http://localhost/a", False),
        ("https://localhost:1/a", "https://localhost:2/a", False),
        ("https://data.ct.gov/a", "https://data.ct.gov.evil.org/a", False),
        ("https://data.ct.gov/a", "https://evil.org/?https://data.ct.gov/a", False),
        ("https://data.ct.gov/a", "https://data.ct.gov@evil.org/a", False),
    ],
)
def test_a_key_stays_with_its_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    sign_in = SignIn(one, Credentials("id", "secret", "token"))
    request = sign_in(requests.Request("GET", other).prepare())

    assert ("Authorization" in request.headers) == same
    assert ("X-App-Token" in request.headers) == same
    assert Connection(sign_in, {}).should_strip_auth(one, other) != same


def test_certificates_are_checked_against_the_computers_own_store_unless_told_otherwise(
    authority: Any, tmp_path: Any
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    told = trust({"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem"), "SSL_CERT_FILE": "/nowhere"})
    own = trust({})

    assert isinstance(own, truststore.SSLContext)
    assert len(told.get_ca_certs()) == 1
    for context in (own, told):
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_folder_of_certificates_can_be_named(tmp_path: Any) -> None:
    assert trust({"REQUESTS_CA_BUNDLE": str(tmp_path)}).get_ca_certs() == []


def test_a_body_knows_whether_any_of_it_has_left() -> None:
    body = RequestBody([b"", b"x" * 100_000], 100_000)

    assert not body.started
    assert max(len(piece) for piece in body) == 65_536
    assert (body.started, body.sent) == (True, 100_000)
