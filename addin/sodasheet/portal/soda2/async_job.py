"""Asynchronous work of a portal on accepted rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from sodasheet.errors import Cancelled, PortalError, UnknownOutcome
from sodasheet.portal.http.reply import Answer, json_of, unknown_outcome
from sodasheet.portal.http.request import Params

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


def finished(session: PortalSession, asked: str, answer: Answer) -> Answer:
    """Poll the work behind a 202 until done (portal-api.md B.3).

    `asked` is the path that gave the answer. Raises UnknownOutcome: whatever goes wrong here
    leaves open what the portal did.
    """
    patience = session.patience
    path, params = _ticket(session, asked, answer)
    try:
        for _ in range(patience.polls):
            session.wait(_told(answer, patience.poll, patience.longest_pause))
            answer = session.get(path, params)
            if answer.status != 202:
                return answer
    except (PortalError, Cancelled) as error:
        raise unknown_outcome(session.host, error.what) from error
    raise UnknownOutcome(
        f"{session.host} accepted the rows but had not finished processing them when SodaSheet "
        "stopped waiting.",
        "Check the dataset on the portal later, before you push again.",
        202,
        "unknown",
    )


def _ticket(session: PortalSession, asked: str, answer: Answer) -> tuple[str, Params]:
    """Return the address to ask: the address from the portal, or its ticket at the same place."""
    location = answer.headers.get("Location", "")
    if location:
        parts = urlsplit(session.url(location))
        return parts._replace(query="").geturl(), dict(parse_qsl(parts.query))
    ticket = _ticket_in(answer)
    return asked, {"ticket": ticket} if ticket else {}


def _ticket_in(answer: Answer) -> str:
    try:
        value = json_of(answer.content)
    except (ValueError, RecursionError):
        return ""
    return str(value.get("ticket") or "") if isinstance(value, dict) else ""


def _told(answer: Answer, otherwise: float, most: float) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), most) if told.isascii() and told.isdigit() else otherwise
