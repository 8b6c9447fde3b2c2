"""Address of a dataset: the portal's base address and the dataset's id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from sodasheet.errors import UsageProblem

_ID = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")
_ID_SEGMENT = re.compile(rf"({_ID.pattern})(?:\.[a-z0-9]+)?")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*")

#: Characters that cling to an address copied from a mail, a cell or a sentence.
_CLINGING = " \t\r\n\v\f\u00a0\u200b\u2060\ufeff\"'`<>()\u201c\u201d\u2018\u2019\u00ab\u00bb,;."

#: The only hosts that may be reached without TLS, and on any port (architecture.md).
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_EXAMPLE = (
    "Copy the dataset's web address from the browser, such as https://data.example.gov/d/abcd-1234."
)


@dataclass(frozen=True, slots=True)
class Address:
    """A dataset's place: `portal` (`https://host`, lower case, no slash at the end) and id."""

    portal: str
    dataset: str

    @classmethod
    def parse(cls, text: str, portal: str | None = None) -> Self:
        """Read an address in any form people paste (portal-api.md G.25).

        The last dataset id in the path wins; a bare id needs `portal`, which a whole address
        overrules. Raises UsageProblem.
        """
        cleaned = _clean(text)
        if _ID.fullmatch(cleaned.lower()):
            if portal is None:
                raise UsageProblem(
                    f'"{cleaned}" is a dataset id without its portal.',
                    f"Write it with the portal's host: data.example.gov/{cleaned.lower()}.",
                )
            return cls(parse_portal(portal), cleaned.lower())
        parts = _split(cleaned)
        return cls(_base(parts), _dataset(parts))

    @property
    def url(self) -> str:
        """The short web address of the dataset."""
        return f"{self.portal}/d/{self.dataset}"


def is_dataset_id(text: str) -> bool:
    """True for a dataset id in lower case, such as abcd-1234."""
    return _ID.fullmatch(text) is not None


def names_dataset(text: str) -> bool:
    """True if the address is that of a dataset, and not of a whole portal."""
    host, *path = re.split(r"[/?#]", _SCHEME.sub("", _clean(text)).lower())
    return bool(_ID.fullmatch(host)) or any(_ID_SEGMENT.fullmatch(part) for part in path)


def parse_portal(text: str) -> str:
    """The base address of the portal that `text` names: `https://host`, without a slash.

    Raises UsageProblem for user names in the address, plain http and ports off loopback.
    """
    return _base(_split(_clean(text)))


def host_of(url: str) -> str:
    """The host of a base address, in lower case; empty if there is none."""
    return "" if "\\" in url else (urlsplit(url).hostname or "").lower()


def display_host(url: str) -> str:
    """Return the portal's name as people type: the host alone, if enough.

    The practice portal's host alone would mean plain http, so its whole address is given.
    """
    portal = parse_portal(url)
    host = portal.partition("//")[2]
    return host if parse_portal(host) == portal else portal


def is_loopback(url: str) -> bool:
    """True for an address on this computer."""
    return host_of(url) in LOOPBACK


def _clean(text: str) -> str:
    stripped = text.strip(_CLINGING)
    if not stripped:
        raise UsageProblem("No dataset address was specified.", _EXAMPLE)
    return stripped


def _split(text: str) -> SplitResult:
    """Split the address; text that may contain a password is never repeated."""
    scheme = _SCHEME.match(text)
    rest = (text[scheme.end() :] if scheme else text).removeprefix("//")
    if "@" in re.split(r"[/?#]", rest, maxsplit=1)[0]:
        raise UsageProblem(
            "The address contains a user name or password, which does not belong there.",
            "Remove everything up to the @ and sign in instead.",
        )
    if "\\" in rest or any(not character.isprintable() for character in rest):
        raise UsageProblem(
            "The address contains characters that are not allowed in a web address.", _EXAMPLE
        )
    try:
        parts = urlsplit(f"{scheme[1].lower() if scheme else _scheme_for(rest)}://{rest}")
        _ = parts.port, parts.hostname
    except ValueError as error:
        raise UsageProblem(f'"{_shown(rest)}" is not a web address.', _EXAMPLE) from error
    return parts


def _scheme_for(rest: str) -> str:
    """The practice portal's address may be typed without a scheme; plain http is then meant."""
    return "http" if is_loopback(f"//{rest}") else "https"


def _base(parts: SplitResult) -> str:
    if parts.scheme not in ("http", "https"):
        raise UsageProblem(f'An address that begins "{parts.scheme}:" is not a portal.', _EXAMPLE)
    host = _host(parts)
    loopback = host in LOOPBACK
    if parts.scheme == "http" and not loopback:
        raise UsageProblem(
            f"http://{host} would send your key and your rows unprotected.",
            f"Use https://{host} instead; plain http is only for the practice portal.",
        )
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    if port and not loopback:
        raise UsageProblem(
            f"The address names a port ({port[1:]}), but portals do not use ports.",
            f"Use https://{host} instead; ports are only for the practice portal.",
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{port}"


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = _ascii_host(host)
    if host in LOOPBACK:
        return host
    if "." not in host or not _HOST.fullmatch(host):
        raise UsageProblem(
            f'"{_shown(parts.netloc + parts.path)}" does not name a portal.', _EXAMPLE
        )
    return host


def _ascii_host(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise UsageProblem(f'"{_shown(host)}" is not the name of a host.', _EXAMPLE) from error


def _dataset(parts: SplitResult) -> str:
    segments = [unquote(segment).strip().lower() for segment in parts.path.split("/")]
    found = [match[1] for match in map(_ID_SEGMENT.fullmatch, segments) if match]
    if not found:
        raise UsageProblem(
            f'There is no dataset id (like abcd-1234) in "{_shown(parts.netloc + parts.path)}".',
            _EXAMPLE,
        )
    return found[-1]


def _shown(text: str) -> str:
    """The text cut to a readable length, without the query, which may contain a token."""
    plain = re.split(r"[?#]", text, maxsplit=1)[0]
    return plain if len(plain) <= 80 else plain[:77] + "..."
