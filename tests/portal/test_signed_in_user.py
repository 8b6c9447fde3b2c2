"""The signed-in user, according to the portal."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.errors import PortalError, SignInError
from sodasheet.portal.connect import User, current_user


def test_a_user_is_read_with_role_and_rights(portal: Any, session: Any) -> None:
    portal.answer(
        {
            "id": "cdqe-xcn5",
            "displayName": "Ana Öz",
            "roleName": "publisher",
            "rights": ["create_datasets", "view_domain"],
        }
    )

    assert current_user(session) == User(
        "cdqe-xcn5", "Ana Öz", "publisher", frozenset({"create_datasets", "view_domain"})
    )
    assert portal.last.path == "/api/users/current.json"


def test_a_user_without_a_role_on_the_portal_has_none(portal: Any, session: Any) -> None:
    portal.answer({"id": "cdqe-xcn5", "email": "ana@example.gov"})

    assert current_user(session) == User("cdqe-xcn5", "ana@example.gov")


@pytest.mark.parametrize("status", [401, 403, 404])
def test_without_a_key_nobody_is_signed_in(portal: Any, open_session: Any, status: int) -> None:
    portal.answer({"code": "authentication_required", "error": True}, status)

    assert current_user(open_session(portal.url, None)) is None


@pytest.mark.parametrize("body", [None, {}, [], "null"])
def test_an_answer_that_names_nobody_is_nobody(portal: Any, session: Any, body: Any) -> None:
    portal.answer(body)

    assert current_user(session) is None


@pytest.mark.parametrize("name", ["", " ", "\u202e\0"])
def test_an_answer_without_an_id_says_that_much(portal: Any, session: Any, name: str) -> None:
    portal.answer({"id": name, "displayName": name})

    with pytest.raises(PortalError, match=r"does not say who this key belongs to"):
        current_user(session)


def test_a_user_without_a_name_is_called_by_the_id(portal: Any, session: Any) -> None:
    portal.answer({"id": "cdqe-xcn5", "displayName": "", "screenName": "\u200b", "roleName": " "})

    assert current_user(session) == User("cdqe-xcn5", "cdqe-xcn5")


def test_a_refused_key_is_not_mistaken_for_none(portal: Any, session: Any) -> None:
    portal.answer({"code": "authentication_required", "error": True}, 403)

    with pytest.raises(SignInError, match=r"does not accept your key"):
        current_user(session)


def test_a_portal_that_is_down_does_not_count_as_nobody(portal: Any, session: Any) -> None:
    portal.answer("", 503)

    with pytest.raises(PortalError, match=r"is temporarily unavailable"):
        current_user(session)
