"""Guesses of the practice portal about real portals, each with the requests of its test."""

from __future__ import annotations

from sodasheet.doctor.examined_dataset import NO_SUCH, Ask, Subject
from sodasheet.doctor.plain_requests import Probe, body_of
from sodasheet.portal.http.reply import Answer


def _rows(probe: Probe, subject: Subject) -> Answer | None:
    if not subject.view.get("columns"):
        return None
    answer = probe.get(f"/resource/{subject.dataset}.json", {"$limit": 1})
    return answer if answer.status == 200 else None


def _unknown_dataset(probe: Probe, _: Subject) -> str | None:
    answer = probe.get(f"/api/views/{NO_SUCH}.json")
    if answer.status != 404:
        return f"status {answer.status}"
    return "with headers" if answer.headers.get("X-Error-Code") else "2015 sentence"


def _etag(probe: Probe, subject: Subject) -> str | None:
    answer = _rows(probe, subject)
    tag = "" if answer is None else answer.headers.get("ETag", "")
    if not tag:
        return None
    return "weak" if tag.startswith("W/") else "strong"


def _content_type(probe: Probe, subject: Subject) -> str | None:
    answer = _rows(probe, subject)
    kind = "" if answer is None else answer.headers.get("Content-Type", "")
    if not kind:
        return None
    return "spaced" if "; " in kind else "compact"


def _replication(probe: Probe, subject: Subject) -> str | None:
    if subject.dataset is None:
        return None
    answer = probe.get(f"/api/views/{subject.dataset}/replication.json")
    body = body_of(answer)
    if answer.status != 200 or not isinstance(body, dict):
        return "absent"
    return "flag" if "read_replication_up_to_date" in body else "versions"


def _out_of_date(probe: Probe, subject: Subject) -> str | None:
    answer = _rows(probe, subject)
    if answer is None:
        return None
    return "sent" if "X-SODA2-Data-Out-Of-Date" in answer.headers else "absent"


def _soda3(probe: Probe, subject: Subject) -> str | None:
    if not subject.view.get("columns"):
        return None
    body = {"query": "SELECT *", "page": {"pageNumber": 1, "pageSize": 1}}
    answer = probe.send("POST", f"/api/v3/views/{subject.dataset}/query.json", body)
    if answer.status in (401, 403) and not probe.session.signed:
        return None
    return "offered" if answer.status == 200 else "absent"


def _older_reads(probe: Probe, subject: Subject) -> str | None:
    if not subject.view.get("columns"):
        return None
    answer = probe.get(f"/resource/{subject.dataset}.json", {"$limit": 1})
    return {200: "answered", 404: "ended", 405: "ended", 410: "ended"}.get(answer.status)


def _notice(probe: Probe, subject: Subject) -> str | None:
    answer = _rows(probe, subject)
    if answer is None:
        return None
    marks = ("Deprecation", "Sunset")
    return "announced" if any(answer.headers.get(mark) for mark in marks) else "none"


def _anonymous_private(probe: Probe, subject: Subject) -> str | None:
    if subject.dataset is None:
        return None
    answer = probe.get(f"/api/views/{subject.dataset}.json", anonymous=True)
    return None if answer.status == 200 else str(answer.status)


def _anonymous_user(probe: Probe, _: Subject) -> str | None:
    answer = probe.get("/api/users/current.json", anonymous=True)
    return str(answer.status)


def _back_end(_: Probe, subject: Subject) -> str | None:
    if "newBackend" not in subject.view:
        return None
    if subject.view.get("newBackend"):
        return "new"
    return "third" if subject.view.get("diciBackend") else "old"


def _permissions(_: Probe, subject: Subject) -> str | None:
    if subject.dataset is None:
        return None
    scope = subject.view.get("permissions")
    return "present" if isinstance(scope, dict) and "scope" in scope else "absent"


GUESS_CHECKS: dict[str, Ask] = {
    "unknown_dataset": _unknown_dataset,
    "etag": _etag,
    "json_content_type": _content_type,
    "replication": _replication,
    "out_of_date": _out_of_date,
    "soda3": _soda3,
    "soda2_reads": _older_reads,
    "soda2_notice": _notice,
    "anonymous_private": _anonymous_private,
    "anonymous_user": _anonymous_user,
    "back_end_flags": _back_end,
    "view_permissions": _permissions,
}
