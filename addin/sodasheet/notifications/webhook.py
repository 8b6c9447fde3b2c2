"""Report a run to a webhook of Slack, Teams, or a custom program."""

from __future__ import annotations

import os
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import Report
from sodasheet.portal.http.webhook import post_webhook, webhook_host

ADDRESS = "SODASHEET_WEBHOOK"

#: Hosts of Teams: connectors, and workflows of Power Automate.
_TEAMS = ("webhook.office.com", "logic.azure.com", "powerplatform.com")

_LONGEST = 2000


def send_webhook(place: str, report: Report, subject: str) -> None:
    """Send outcome and counts of a run to the webhook saved for the host `place`.

    Raises SodaSheetError if the message is not accepted; the sentence contains no secret.
    """
    url = _address(place)
    post_webhook(url, message(place, report, subject))


def message(place: str, report: Report, subject: str) -> dict[str, Any]:
    """Return the body in the form that the service of this host reads."""
    host = place.partition(":")[0]
    lines = [subject, report.summary[:_LONGEST]]
    if report.target.dataset:
        lines.append(f"{report.target.portal}/d/{report.target.dataset}")
    if report.run:
        lines.append(f"Run {report.run}")
    if host == "hooks.slack.com":
        return {"text": _slack("\n".join(lines))}
    if any(host == one or host.endswith(f".{one}") for one in _TEAMS):
        return _card(lines)
    return {
        "event": "run",
        "subject": subject,
        "outcome": report.outcome.value,
        "summary": report.summary[:_LONGEST],
        "portal": report.target.portal,
        "dataset": report.target.dataset,
        "dataset_name": report.target.name,
        "run": report.run,
        "started": report.started,
        "rows": {
            name: getattr(report.rows, name)
            for name in ("sent", "created", "updated", "deleted", "rejected")
        },
        "rows_after": report.totals.after,
    }


def _address(place: str) -> str:
    """Return the address from the environment, else from the credential store."""
    from sodasheet.credentials.keychain import load, register_secret

    given = os.environ.get(ADDRESS, "").strip()
    if given and webhook_host(given) == place:
        found: Credentials | None = Credentials("webhook", given, origin="the environment")
    else:
        found = load(place, kind="webhook")
    if found is None:
        raise SodaSheetError(
            f"No webhook is saved for {place}.",
            f"Save its address on this computer. Without a desktop, set {ADDRESS} instead.",
            (NextStep(Action.SIGN_IN_WEBHOOK, host=place),),
        )
    register_secret(found)
    # Requests write the address without its host.
    path = found.secret.partition("://")[2].partition("/")[2]
    register_secret(Credentials("webhook", path))
    if webhook_host(found.secret) != place:
        raise SodaSheetError(
            f"The address saved for the webhook on {place} belongs to another host.",
            "Save the address again.",
            (NextStep(Action.SIGN_IN_WEBHOOK, host=place),),
        )
    return found.secret


def _slack(text: str) -> str:
    """Return the text escaped so that Slack finds no links or mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _card(lines: list[str]) -> dict[str, Any]:
    """Return an adaptive card; its text runs are never read as Markdown."""
    blocks = [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]} for line in lines
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [content]}
