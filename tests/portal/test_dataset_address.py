"""Addresses as users paste them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sodasheet.errors import UsageProblem
from sodasheet.portal.dataset_address import Address, display_host, parse_portal


@pytest.mark.parametrize(
    "text",
    [
        "https://data.ct.gov/Health-and-Human-Services/Building-Permits/abcd-1234/data?x=y",
        "https://data.ct.gov/Category/Name/abcd-1234/about_data",
        "https://data.ct.gov/Category/Name/abcd-1234/about_data#column-menu",
        "https://data.ct.gov/Education/2019-2020/abcd-1234",
        "https://data.ct.gov/dataset/Permits/abcd-1234",
        "https://data.ct.gov/dataset/x/abcd-1234/revisions/3",
        "https://data.ct.gov/d/abcd-1234",
        "https://data.ct.gov/d/abcd-1234/",
        "https://data.ct.gov/abcd-1234",
        "https://data.ct.gov/resource/abcd-1234.json",
        "https://data.ct.gov/resource/abcd-1234.csv?$limit=5&$where=a%20=%20'b'",
        "https://data.ct.gov/api/views/abcd-1234",
        "https://data.ct.gov/api/views/abcd-1234.json",
        "https://data.ct.gov/api/views/abcd-1234/rows.csv?accessType=DOWNLOAD",
        "https://data.ct.gov/api/v3/views/abcd-1234/query.json",
        "https://data.ct.gov/api/id/abcd-1234.json",
        "https://data.ct.gov/Category/Name/wxyz-9876/abcd-1234",
        "https://data.ct.gov/Cat%C3%A9gory/N%C3%A4me/abcd%2D1234",
        "data.ct.gov/d/abcd-1234",
        "data.ct.gov/abcd-1234",
        "//data.ct.gov/d/abcd-1234",
        "HTTPS://DATA.CT.GOV/D/ABCD-1234",
        "https://data.ct.gov:443/d/abcd-1234",
        "https://data.ct.gov./d/abcd-1234",
        "  https://data.ct.gov/d/abcd-1234\r\n",
        "\u00a0https://data.ct.gov/d/abcd-1234\u200b",
        "<https://data.ct.gov/d/abcd-1234>",
        '"https://data.ct.gov/d/abcd-1234"',
        "'https://data.ct.gov/d/abcd-1234'",
        "\u201chttps://data.ct.gov/d/abcd-1234\u201d.",
        "(see https://data.ct.gov/d/abcd-1234)".removeprefix("(see "),
    ],
)
def test_every_form_that_people_paste_is_understood(text: str) -> None:
    assert Address.parse(text) == Address("https://data.ct.gov", "abcd-1234")


@pytest.mark.parametrize(
    ("text", "portal", "expected"),
    [
        ("abcd-1234", "https://data.ct.gov/", Address("https://data.ct.gov", "abcd-1234")),
        (" ABCD-1234 ", "data.ct.gov", Address("https://data.ct.gov", "abcd-1234")),
        (
            "https://data.wa.gov/d/wxyz-9876",
            "https://data.ct.gov",
            Address("https://data.wa.gov", "wxyz-9876"),
        ),
        ("abcd-1234", "localhost:8080", Address("http://localhost:8080", "abcd-1234")),
    ],
)
def test_a_bare_id_needs_a_portal_and_a_whole_address_overrules_it(
    text: str, portal: str, expected: Address
) -> None:
    assert Address.parse(text, portal) == expected


@pytest.mark.parametrize(
    ("text", "portal"),
    [
        ("http://127.0.0.1:8080/d/abcd-1234", "http://127.0.0.1:8080"),
        ("http://localhost/d/abcd-1234", "http://localhost"),
        ("localhost:9000/abcd-1234", "http://localhost:9000"),
        ("https://localhost:9443/d/abcd-1234", "https://localhost:9443"),
        ("http://[::1]:8080/d/abcd-1234", "http://[::1]:8080"),
        ("[::1]:8080/d/abcd-1234", "http://[::1]:8080"),
    ],
)
def test_plain_http_and_ports_are_for_loopback_only(text: str, portal: str) -> None:
    assert Address.parse(text).portal == portal


@pytest.mark.parametrize(
    ("text", "portal"),
    [
        ("https://données.québec.ca/d/abcd-1234", "https://xn--donnes-eva.xn--qubec-csa.ca"),
        ("https://DATEN.KÖLN.DE/d/abcd-1234", "https://daten.xn--kln-sna.de"),
        ("https://xn--kln-sna.de/d/abcd-1234", "https://xn--kln-sna.de"),
    ],
)
def test_hosts_beyond_ascii_become_what_the_network_calls_them(text: str, portal: str) -> None:
    assert Address.parse(text).portal == portal


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "No dataset address was specified."),
        (" \t ", "No dataset address was specified."),
        ("abcd-1234", '"abcd-1234" is a dataset id without its portal.'),
        ("http://data.ct.gov/d/abcd-1234", "http://data.ct.gov would send your key"),
        ("http://127.0.0.2/d/abcd-1234", "http://127.0.0.2 would send your key"),
        ("http://localhost.evil.gov/d/abcd-1234", "would send your key"),
        ("https://data.ct.gov:8443/d/abcd-1234", "The address names a port (8443)"),
        ("https://data.ct.gov:99999/d/abcd-1234", "is not a web address"),
        ("https://data.ct.gov:x/d/abcd-1234", "is not a web address"),
        ("ftp://data.ct.gov/d/abcd-1234", 'begins "ftp:" is not a portal'),
        ("file:///C:/abcd-1234", 'begins "file:" is not a portal'),
        ("https://data.ct.gov/", "There is no dataset id (like abcd-1234)"),
        ("https://data.ct.gov/browse?id=abcd-1234", "There is no dataset id"),
        ("https://data.ct.gov/d/abcd-12345", "There is no dataset id"),
        ("https:///d/abcd-1234", "does not name a portal"),
        ("permits/abcd-1234", "does not name a portal"),
        ("https://-bad-.gov/abcd-1234", "does not name a portal"),
        ("https://data..gov/abcd-1234", "does not name a portal"),
        ("https://[::1/d/abcd-1234", "is not a web address"),
        ("https://data.ct.gov\\@evil.gov/d/abcd-1234", "contains a user name"),
        ("https://data.ct.gov/d\\abcd-1234", "characters that are not allowed in a web address"),
        ("https://data.ct.gov/\x00/abcd-1234", "characters that are not allowed in a web address"),
        ("https://\u2028.gov/abcd-1234", "characters that are not allowed in a web address"),
        (
            "https://a\u00adb\uffff.gov/abcd-1234",
            "characters that are not allowed in a web address",
        ),
        ("https://\u0639a\u0031.gov/abcd-1234", "is not the name of a host"),
    ],
)
def test_what_cannot_be_an_address_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        Address.parse(text)

    assert sentence in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "https://steward:hunter2@data.ct.gov/d/abcd-1234",
        "ftp://steward:hunter2@data.ct.gov/d/abcd-1234",
        "steward:hunter2@data.ct.gov/d/abcd-1234",
        "https://steward:hunter2@data.ct.gov:99999/d/abcd-1234",
    ],
)
def test_a_password_in_an_address_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        Address.parse(text)

    assert "user name or password" in caught.value.what
    assert "hunter2" not in str(caught.value)


def test_the_query_is_never_repeated_for_it_may_hold_a_token() -> None:
    with pytest.raises(UsageProblem) as caught:
        Address.parse("https://data.ct.gov/browse?$$app_token=hunter2")

    assert "hunter2" not in str(caught.value)


def test_a_very_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(UsageProblem) as caught:
        Address.parse("https://data.ct.gov/" + "x" * 5000)

    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "portal"),
    [
        ("data.ct.gov", "https://data.ct.gov"),
        ("https://Data.CT.gov/browse?q=x", "https://data.ct.gov"),
        ("localhost:8080", "http://localhost:8080"),
    ],
)
def test_a_portal_is_normalised(text: str, portal: str) -> None:
    assert parse_portal(text) == portal


def test_the_short_address_leads_back() -> None:
    address = Address("https://data.ct.gov", "abcd-1234")

    assert Address.parse(address.url) == address


@given(st.text())
@example("https://[")
@example("https://%zz.gov/abcd-1234")
@example("@")
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    try:
        address = Address.parse(text)
    except UsageProblem as problem:
        assert problem.what  # noqa: PT017 - either outcome is right
        assert problem.remedy  # noqa: PT017
    else:
        assert Address.parse(address.url) == address


@pytest.mark.parametrize(
    ("portal", "shown"),
    [
        ("https://data.ct.gov", "data.ct.gov"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("https://localhost", "https://localhost"),
    ],
)
def test_what_is_told_to_be_typed_leads_to_the_same_portal(portal: str, shown: str) -> None:
    assert display_host(portal) == shown
    assert parse_portal(shown) == portal
