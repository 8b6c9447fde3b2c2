"""The newest release of SodaSheet, announced at an office's own address."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.portal.dataset_address import is_loopback
from sodasheet.portal.http.connection import Connection, SignIn

#: Seconds for connecting, and between the pieces of the reply.
PATIENCE = 10.0

#: Maximum bytes of a reply: far more than needed.
_LARGEST = 16_384

_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")

_ASK = "Ask your IT department to check that address."


@dataclass(frozen=True, slots=True)
class NewestRelease:
    """A version, and the page about that version; `page` is empty if there is none."""

    version: str
    page: str = ""

    def is_newer_than(self, version: str) -> bool:
        """True if this release is newer than a version."""
        return _numbers(self.version) > _numbers(version)


def checked_address(text: str) -> str:
    """Return an address that is safe to ask. Raises UsageProblem unless https.

    Plain http is accepted for this computer only.
    """
    address = text.strip()
    if not _safe(address):
        raise UsageProblem(
            "The address for newer versions is not an https address.",
            "Use an address such as https://intranet.example.gov/sodasheet.json.",
        )
    return address


def newest_release(address: str, patience: float = PATIENCE) -> NewestRelease:
    """Ask an address for the newest release, once; redirects are not followed.

    The answer is a JSON object with `version` and, if wanted, `page`. Nothing is sent along and
    nothing else is fetched. Raises SodaSheetError.
    """
    host = urlsplit(checked_address(address)).hostname
    try:
        with (
            Connection(SignIn("", None), {"Accept": "application/json"}) as connection,
            connection.get(address, timeout=patience, allow_redirects=False, stream=True) as answer,
        ):
            status, content = answer.status_code, answer.raw.read(_LARGEST + 1, decode_content=True)
    except (requests.RequestException, HTTPError, OSError) as error:
        raise SodaSheetError(f"Could not ask {host} for a newer version.", _ASK) from error
    if status != 200:
        raise SodaSheetError(
            f"{host} replied with status {status} when asked for a newer version.", _ASK
        )
    return _read(content, str(host))


def _read(content: bytes, host: str) -> NewestRelease:
    try:
        body: Any = json.loads(content.decode("utf-8-sig")) if len(content) <= _LARGEST else None
        version, page = str(body["version"]), str(body.get("page") or "")
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        version, page = "", ""
    if not _VERSION.fullmatch(version):
        raise SodaSheetError(f"The reply from {host} does not name a version.", _ASK)
    return NewestRelease(version, page if _safe(page) else "")


def _safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and not set(address) & set(" \\\"'<>")
    scheme = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(address))
    return bool(scheme and plain and parts.hostname and parts.username is None)


def _numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in re.findall(r"\d+", version)[:4]]
    return tuple([*found, 0, 0, 0, 0][:4])
