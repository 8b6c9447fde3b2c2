"""Rights of the roles (portal-api.md A.3, A.4, F)."""

from __future__ import annotations

import base64
import json

import pytest

from socrata_practice import PracticePortal

PERMITS, PRIVATE = "prmt-7x2d", "priv-6n2y"


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("owner", 10),
        ("publisher", 10),
        ("sso", 10),
        ("editor", ["read", "write", "add"]),
        ("viewer", ["read"]),
        (None, ["read"]),
    ],
)
def test_the_view_tells_each_caller_what_it_may_do(as_role, role, rights):
    shown = as_role(role).get(f"/api/views/{PERMITS}.json").json()["rights"]

    assert (len(shown) if isinstance(rights, int) else shown) == rights


@pytest.mark.parametrize("path", ["/api/views/{}.json", "/resource/{}.json", "/resource/{}/I-001"])
def test_nobody_sees_what_is_private(nobody, shared_fixtures, path):
    reply = nobody.get(path.format(PRIVATE))

    recorded = json.loads((shared_fixtures / "sodapy" / "403_response_json.txt").read_text())
    assert (reply.status_code, reply.json()) == (403, recorded)


def test_a_viewer_does_not_see_what_is_private(as_role):
    reply = as_role("viewer").get(f"/resource/{PRIVATE}.json")

    assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")


def test_what_is_open_to_the_site_is_open_to_users_only(as_role, client, permits, guess):
    guess("site_scope", "allowed")
    client("POST", f"/api/views/{permits}/publication.json")
    client("PUT", f"/api/views/{permits}/permissions", json={"scope": "site"})

    assert as_role("viewer").get(f"/resource/{permits}").status_code == 200
    assert as_role(None).get(f"/resource/{permits}").status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_nobody_writes(nobody, method):
    reply = nobody(method, f"/resource/{PERMITS}", json=[])

    assert (reply.status_code, reply.json()["code"]) == (403, "authentication_required")


def test_a_viewer_may_not_write_and_is_told_which_view(as_role):
    reply = as_role("viewer").upsert(PERMITS, [])

    assert reply.status_code == 403
    assert reply.json() == {
        "code": "permission_denied",
        "error": True,
        "message": f"You do not have appropriate access to upsert into this view {PERMITS}",
    }


def test_an_editor_adds_but_neither_deletes_nor_replaces(as_role):
    editor = as_role("editor")

    assert editor.upsert("rqst-5m8p", [{"request_id": 1}]).status_code == 200
    assert editor.upsert("rqst-5m8p", [{"request_id": 1, ":deleted": True}]).status_code == 403
    assert editor.replace("rqst-5m8p", []).status_code == 403
    assert editor("DELETE", "/resource/rqst-5m8p/1").status_code == 403
    assert editor.rows("rqst-5m8p") == [{"request_id": "1"}]


def test_an_editor_may_do_all_with_what_is_its_own(as_role):
    editor = as_role("editor")
    dataset = editor.make({"a": "text"})

    assert editor.replace(dataset, []).status_code == 200
    assert editor("DELETE", f"/api/views/{dataset}").status_code == 200


@pytest.mark.parametrize("role", ["viewer", None])
def test_not_everyone_makes_datasets(as_role, role):
    reply = as_role(role)("POST", "/api/views.json", json={"name": "x"})

    expected = "permission_denied" if role else "authentication_required"
    assert (reply.status_code, reply.json()["code"]) == (403, expected)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/api/views/{}"), ("DELETE", "/api/views/{}"), ("POST", "/api/views/{}/columns"),
        ("POST", "/api/views/{}/publication"), ("PUT", "/api/views/{}/permissions"),
    ],
)  # fmt: skip
def test_an_editor_does_not_change_the_assets_of_others(as_role, method, path):
    reply = as_role("editor")(method, path.format(PERMITS), json={"name": "x"})

    assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")


def test_the_current_user_is_told_who_it_is(as_role, portal):
    shown = as_role("publisher").get("/api/users/current.json").json()

    assert shown["roleName"] == "publisher"
    assert shown["email"] == portal.account("publisher").email
    assert "create_datasets" in shown["rights"]
    assert as_role(None).get("/api/users/current.json").status_code == 403


def test_a_password_signs_in_except_for_the_sso_user(nobody, portal):
    def status(role):
        account = portal.account(role)
        auth = (account.email, account.password)
        return nobody.get("/api/users/current.json", auth=auth).status_code

    assert status("publisher") == 200
    assert status("sso") == 401


@pytest.mark.parametrize(
    "header",
    [
        "Basic !!!",
        "Basic " + base64.b64encode(b"nobody:nothing").decode(),
        "Bearer x",
        "Basic",
        "OAuth t",
    ],
)
def test_bad_credentials_are_refused_even_where_none_are_needed(nobody, header):
    reply = nobody.get(f"/api/views/{PERMITS}", headers={"Authorization": header})

    assert (reply.status_code, reply.json()["code"]) == (401, "authentication_required")


def test_a_right_key_with_a_wrong_secret_is_refused(nobody, portal):
    key_id = portal.account("owner").key_id

    for secret in ("", "x", "ü" * 50):
        auth = (key_id.encode(), secret.encode())
        assert nobody.get("/api/users/current.json", auth=auth).status_code == 401


def test_secrets_are_new_each_time_and_never_shown():
    one, other = PracticePortal(), PracticePortal()
    secrets = {account.key_secret for portal in (one, other) for account in portal.accounts}

    assert len(secrets) == len(one.accounts) * 2
    assert not any(account.key_secret in repr(account) for account in one.accounts)
    assert not any(account.password in repr(account) for account in one.accounts)
