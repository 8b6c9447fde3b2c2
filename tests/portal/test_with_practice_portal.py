"""The portal client against the practice portal."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from socrata_practice import PracticePortal
from sodasheet.errors import PortalError, Refused, SignInError
from sodasheet.model.credentials import Credentials
from sodasheet.model.method import Method
from sodasheet.portal.catalog_search import search
from sodasheet.portal.connect import current_user
from sodasheet.portal.dataset import read_dataset, require_rights
from sodasheet.portal.dataset_address import Address
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.write_result import Reply

PERMITS = "prmt-7x2d"
TYPES = "type-4c9k"
TREES = "tree-6h3n"
REQUESTS = "rqst-5m8p"
PRIVATE = "priv-6n2y"


@pytest.fixture
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


def sign_in(practice: PracticePortal, role: str = "owner") -> PortalSession:
    account = practice.account(role)
    return PortalSession(practice.url, Credentials(account.key_id, account.key_secret))


def client(session: PortalSession, dataset: str) -> RowsClient:
    return RowsClient(session, read_dataset(session, dataset))


def body(*rows: dict[str, Any]) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def test_the_whole_cycle_of_writing_and_reading(practice: PracticePortal) -> None:
    rows = client(sign_in(practice), REQUESTS)

    assert rows.count() == 0
    made = [{"request_id": str(number), "category": f"Ö{number}☂"} for number in range(1, 8)]
    assert replace(rows.send(body(*made)), version=None) == Reply(7, 0, 0, 0)
    assert rows.existing("request_id", ["1", "7.0", "8"], "number") == {"1", "7.0"}

    changed = {"request_id": "2", "category": None, "status": "it's"}
    sent = rows.send(body(changed, {"request_id": "9"}))
    assert replace(sent, version=None) == Reply(1, 1, 0, 0)
    assert rows.page(where="`status` = 'it''s'") == [{"request_id": "2", "status": "it's"}]

    reply = rows.send(body(*({"request_id": key, ":deleted": True} for key in ("1", "404"))))
    assert (reply.deleted, reply.errors) == (1, 1)
    assert [error.identifier for error in reply.row_errors] == ["404"]
    assert rows.count() == 7

    assert rows.replace(iter([b"[", body({"request_id": "5"})[1:-1], b"]"])).created == 1
    assert [row["request_id"] for row in rows.rows()] == ["5"]
    assert rows.replace([b"[]"]).created == 0
    assert rows.count() == 0


def test_all_rows_are_read_in_pages_each_of_them_once(practice: PracticePortal) -> None:
    rows = client(sign_in(practice), PERMITS)

    read = [row["permit_no"] for row in rows.rows(select="permit_no", size=70)]

    assert len(read) == len(set(read)) == rows.count() == 300
    assert rows.existing("permit_no", [*read, "none"], "text") == set(read)


def test_a_dataset_of_every_type_is_described(practice: PracticePortal) -> None:
    dataset = read_dataset(sign_in(practice), TYPES)

    kinds = {column.type for column in dataset.fillable}
    assert dataset.row_identifier == "record_id"
    assert {"text", "number", "checkbox", "calendar_date", "point", "location", "url"} <= kinds
    assert not kinds & {"photo", "document", "nested_table", "dataset_link"}


def test_computed_columns_are_not_offered(practice: PracticePortal) -> None:
    dataset = read_dataset(sign_in(practice), PERMITS)

    assert dataset.columns[-1].computed
    assert dataset.columns[-1] not in dataset.fillable
    assert dataset.updated is not None


def test_an_unknown_field_is_named_and_nothing_is_written(practice: PracticePortal) -> None:
    rows = client(sign_in(practice), REQUESTS)

    with pytest.raises(PortalError, match=r'has no column "switch_comm"') as caught:
        rows.send(body({"request_id": "1"}, {"request_id": "2", "switch_comm": "x"}))

    assert "map the columns again" in caught.value.remedy
    assert rows.count() == 0


def test_a_value_of_the_wrong_type_is_named_and_nothing_is_written(
    practice: PracticePortal,
) -> None:
    rows = client(sign_in(practice), REQUESTS)

    with pytest.raises(PortalError) as caught:
        rows.send(body({"request_id": "1"}, {"request_id": "n/a"}))

    assert "request_id" in caught.value.what
    assert caught.value.status == 400
    assert rows.count() == 0


def test_a_blank_row_identifier_is_told_and_nothing_is_written(practice: PracticePortal) -> None:
    rows = client(sign_in(practice), REQUESTS)

    with pytest.raises(PortalError, match=r"row identifier") as caught:
        rows.send(body({"request_id": "1"}, {"request_id": None}))

    assert caught.value.status == 400
    assert rows.count() == 0


@pytest.mark.parametrize(
    ("role", "name", "allowed"),
    [
        ("owner", "administrator", set(Method)),
        ("publisher", "publisher", set(Method)),
        ("editor", "editor", {Method.APPEND, Method.UPSERT}),
        ("viewer", "viewer", set()),
        ("sso", "publisher", set(Method)),
    ],
)
def test_what_a_role_may_do_is_known_before_anything_is_sent(
    practice: PracticePortal, role: str, name: str, allowed: set[Method]
) -> None:
    session = sign_in(practice, role)
    user, dataset = current_user(session), read_dataset(session, PERMITS)

    assert user is not None
    assert user.role == name
    for method in Method:
        if method in allowed:
            require_rights(dataset, method)
        else:
            with pytest.raises(Refused, match="your account lacks the right"):
                require_rights(dataset, method)


def test_the_portal_itself_refuses_a_viewer_too(practice: PracticePortal) -> None:
    rows = client(sign_in(practice, "viewer"), PERMITS)

    with pytest.raises(
        PortalError, match=r"does not have permission to do this to dataset prmt-7x2d"
    ):
        rows.send(body({"permit_no": "x"}))


def test_nobody_signed_in_may_read_what_is_public_only(practice: PracticePortal) -> None:
    session = PortalSession(practice.url)

    assert current_user(session) is None
    assert read_dataset(session, PERMITS).rights == {"read"}
    with pytest.raises(SignInError, match=r"shows this only to people who have signed in"):
        read_dataset(session, PRIVATE)
    with pytest.raises(SignInError, match=r"shows this only to people who have signed in"):
        client(session, PERMITS).send(body({"permit_no": "x"}))


def test_a_private_dataset_is_shown_to_its_owner(practice: PracticePortal) -> None:
    assert read_dataset(sign_in(practice), PRIVATE).name == "Inspection Drafts"


def test_a_wrong_key_is_tried_once_and_told(practice: PracticePortal) -> None:
    session = PortalSession(practice.url, Credentials("wrong", "key"))

    with pytest.raises(SignInError, match=r"does not accept your key"):
        current_user(session)

    assert session.traffic.requests == 1


@pytest.mark.parametrize(
    ("dataset", "refusal"),
    [
        ("view-2j7f", "is a filtered view of another dataset"),
        ("mapp-9d4s", "is a map"),
        ("link-3w6t", "is a link to data elsewhere"),
        ("file-8v5r", "is a file"),
    ],
)
def test_what_is_no_plain_dataset_is_refused(
    practice: PracticePortal, dataset: str, refusal: str
) -> None:
    with pytest.raises(Refused, match=refusal):
        require_rights(read_dataset(sign_in(practice), dataset), Method.APPEND)


def test_an_unknown_dataset_is_told_as_such(practice: PracticePortal) -> None:
    with pytest.raises(PortalError, match=r"has no dataset none-0000"):
        read_dataset(sign_in(practice), "none-0000")


def test_a_dataset_is_found_by_words_and_its_address_leads_to_it(practice: PracticePortal) -> None:
    session = sign_in(practice)
    (entry,) = search(session, "trees")

    address = Address.parse(entry.url)

    assert address == Address(practice.url, TREES)
    assert read_dataset(session, address.dataset).name == entry.name == "Street Trees"


@pytest.fixture
def safe_practice(authority: trustme.CA) -> Iterator[PracticePortal]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with PracticePortal(ssl_context=context) as portal:
        yield portal


def test_a_safe_portal_is_used_once_its_authority_is_trusted(
    safe_practice: PracticePortal,
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with pytest.raises(PortalError, match=r"does not trust the certificate of 127\.0\.0\.1"):
        client(sign_in(safe_practice), REQUESTS)

    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    assert client(sign_in(safe_practice), REQUESTS).send(body({"request_id": "1"})).created == 1


def test_the_key_of_one_portal_does_not_follow_a_redirect_to_another(
    practice: PracticePortal, portal: Any
) -> None:
    portal.answer("", 302, Location=f"{practice.url}/api/users/current.json")
    account = practice.account("owner")
    session = PortalSession(portal.url, Credentials(account.key_id, account.key_secret))

    # The key would be valid there, so an anonymous request shows that it was not sent.
    with pytest.raises(PortalError) as caught:
        session.get_json("/api/users/current.json")

    assert caught.value.status in (401, 403, 404)
    assert portal.last.headers["Authorization"].startswith("Basic ")


def test_packed_bodies_are_understood(practice: PracticePortal) -> None:
    session = sign_in(practice)
    rows = RowsClient(session, read_dataset(session, REQUESTS))
    many = [{"request_id": str(number), "category": "Ü" * 9} for number in range(1000)]

    before = session.traffic.bytes_sent
    assert rows.send(body(*many)).created == 1000
    assert rows.replace([body(*many)]).created == 1000
    assert session.traffic.bytes_sent - before < 2 * len(body(*many)) / 4
