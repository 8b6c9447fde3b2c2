"""Accounts of the practice portal: their credentials, and the rights of each role."""

from __future__ import annotations

import hmac
import secrets
import string
from dataclasses import dataclass, field

OWNER_RIGHTS = (
    "read", "write", "add", "delete", "grant", "add_column", "remove_column", "update_column",
    "update_view", "delete_view",
)  # fmt: skip
# The rights of an editor on assets of others are not documented; without "delete", the case "may
# append but not replace" can be practiced.
EDITOR_RIGHTS = ("read", "write", "add")
READ_ONLY = ("read",)

EDITING = ("create_datasets", "view_domain", "create_pages", "view_goals", "view_dashboards")
PUBLISHING = (
    *EDITING, "edit_others_datasets", "view_others_datasets", "edit_nominations",
    "approve_nominations", "moderate_comments", "manage_stories", "feature_items",
    "change_configurations", "edit_pages",
)  # fmt: skip
OWNING = (*PUBLISHING, "manage_users", "chown_datasets", "edit_site_theme", "manage_approval")

ROLE_NAMES = {
    "owner": "administrator",
    "publisher": "publisher",
    "editor": "editor",
    "viewer": "viewer",
    "sso": "publisher",
}
DOMAIN_RIGHTS = {
    "owner": OWNING,
    "publisher": PUBLISHING,
    "editor": EDITING,
    "viewer": ("view_domain",),
    "sso": PUBLISHING,
}

_ALPHABET = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class Account:
    """A user with one API key; `role` is owner, publisher, editor, viewer or sso.

    The sso user is a publisher whose password is refused (portal-api.md F); only the key works.
    """

    user_id: str
    role: str
    email: str
    name: str
    key_id: str
    key_secret: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def role_name(self) -> str:
        """The role in the words of the portal's API."""
        return ROLE_NAMES[self.role]

    @property
    def domain_rights(self) -> tuple[str, ...]:
        """The user's rights on the domain."""
        return DOMAIN_RIGHTS[self.role]


_USERS = (
    ("prac-ownr", "owner"),
    ("prac-publ", "publisher"),
    ("prac-edit", "editor"),
    ("prac-view", "viewer"),
    ("prac-sson", "sso"),
)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_accounts() -> tuple[Account, ...]:
    """Return one account of each role, with fresh random secrets."""
    return tuple(
        Account(
            user_id=user_id,
            role=role,
            email=f"{role}@example.org",
            name=f"Practice {role.upper() if role == 'sso' else role.title()}",
            key_id=_random(25),
            key_secret=_random(50),
            password=_random(16),
        )
        for user_id, role in _USERS
    )


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def sign_in(accounts: tuple[Account, ...], name: str, secret: str) -> Account | None:
    """Return the account of Basic credentials: key id and secret, or e-mail and password."""
    for account in accounts:
        if _same(name, account.key_id) and _same(secret, account.key_secret):
            return account
        by_password = _same(name, account.email) and _same(secret, account.password)
        if by_password and account.role != "sso":
            return account
    return None
