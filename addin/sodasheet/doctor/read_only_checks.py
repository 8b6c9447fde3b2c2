"""Read-only examination of a portal: everything that SodaSheet relies on and can ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from socrata_contract import GUESSES
from sodasheet.doctor.plain_requests import Probe, body_of
from sodasheet.doctor.result_line import Line, guess_line
from sodasheet.errors import PortalError
from sodasheet.portal.catalog_search import search
from sodasheet.portal.http.reply import Answer
from sodasheet.portal.http.request import Params
from sodasheet.portal.soda3.soda3_rows import soql

#: An id that no dataset has: digits and letters that generated ids do not use.
NO_SUCH = "zzzz-0000"
_CATALOG = "/api/catalog/v1"
_TYPES = frozenset(
    {"text", "number", "checkbox", "calendar_date", "date", "url", "location", "point", "line",
     "polygon", "multipoint", "multiline", "multipolygon", "document", "photo", "blob", "json",
     "money", "percent", "stars", "email", "phone", "html", "flag", "drop_down_list",
     "nested_table", "dataset_link", "meta_data"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """The dataset that is examined, with its metadata; None if there is none to examine."""

    dataset: str | None
    view: dict[str, Any]
    private: str | None = None


Ask = Callable[[Probe, Subject], str | None]


def examine(probe: Probe, dataset: str | None = None) -> list[Line]:
    """Examine a portal, and a dataset of that portal, by reading only."""
    subject = _subject(probe, dataset)
    lines = [_fact(name, probe, subject) for name in FACTS]
    lines += [
        guess_line(GUESSES[name], *_asked(check, probe, subject))
        for name, check in GUESS_CHECKS.items()
    ]
    return lines


def _asked(check: Ask, probe: Probe, subject: Subject) -> tuple[str | None, str]:
    try:
        found = check(probe, subject)
    except PortalError as error:
        return None, str(error.what)
    return found, "" if found is not None else "could not be examined here"


def _subject(probe: Probe, dataset: str | None) -> Subject:
    if dataset is None:
        dataset = _any_dataset(probe)
    view = body_of(probe.get(f"/api/views/{dataset}.json")) if dataset else None
    return Subject(dataset, view if isinstance(view, dict) else {})


def _any_dataset(probe: Probe) -> str | None:
    """Return a dataset of the portal that can be read, or None."""
    try:
        found = search(probe.session, "", 1)
    except PortalError:
        return None
    return found[0].id if found else None


# --- facts ---------------------------------------------------------------------------------------


def _fact(name: str, probe: Probe, subject: Subject) -> Line:
    about, check = FACTS[name]
    found, note = _asked(check, probe, subject)
    return Line(name, about, "yes", found, note)


def _yes(test: object) -> str:
    return "yes" if test else "no"


def _signed_in(probe: Probe, _: Subject) -> str | None:
    if not probe.session.signed:
        return None
    answer = probe.get("/api/users/current.json")
    body = body_of(answer)
    return _yes(answer.status == 200 and isinstance(body, dict) and body.get("id"))


def _catalog(probe: Probe, _: Subject) -> str:
    body = body_of(probe.get(_CATALOG, {"limit": 1}))
    return _yes(isinstance(body, dict) and "resultSetSize" in body and "results" in body)


def _metadata(_: Probe, subject: Subject) -> str | None:
    if subject.dataset is None:
        return None
    wanted = {"id", "name", "columns", "rights"}
    return _yes(wanted <= set(subject.view))


def _columns(_: Probe, subject: Subject) -> str | None:
    columns = subject.view.get("columns")
    if not columns:
        return None
    wanted = {"id", "name", "fieldName", "dataTypeName", "position"}
    return _yes(all(wanted <= set(column) for column in columns))


def _types(_: Probe, subject: Subject) -> str | None:
    columns = subject.view.get("columns")
    if not columns:
        return None
    return _yes({column.get("dataTypeName") for column in columns} <= _TYPES)


def _query(probe: Probe, subject: Subject, params: Params) -> Any:
    """Return rows over SODA2, or over SODA3 if SODA2 reads have ended."""
    answer = probe.get(f"/resource/{subject.dataset}.json", params)
    if answer.status in (404, 405, 410):
        body = {"query": soql(params), "page": {"pageNumber": 1, "pageSize": 2}}
        answer = probe.send("POST", f"/api/v3/views/{subject.dataset}/query.json", body)
    return body_of(answer)


def _counted(probe: Probe, subject: Subject) -> str | None:
    if not subject.view.get("columns"):
        return None
    rows = _query(probe, subject, {"$select": "count(*)"})
    return _yes(isinstance(rows, list) and rows and str(next(iter(rows[0].values()))).isdigit())


def _paged(probe: Probe, subject: Subject) -> str | None:
    if not subject.view.get("columns"):
        return None
    pages = [
        _query(probe, subject, {"$select": ":id", "$order": ":id", "$limit": 2, "$offset": offset})
        for offset in (0, 1)
    ]
    if not all(isinstance(page, list) for page in pages):
        return "no"
    return _yes(len(pages[0]) < 2 or pages[0][1] == pages[1][0])


def _missing_path(probe: Probe, _: Subject) -> str:
    answer = probe.get("/api/sodasheet-no-such-service")
    return _yes(answer.status == 404)


#: Name -> what is examined, and how; expected is always "yes".
FACTS: dict[str, tuple[str, Ask]] = {
    "signed_in": ("The saved key signs in.", _signed_in),
    "catalog": ("The catalog can be searched.", _catalog),
    "metadata": ("Metadata has the fields that SodaSheet reads.", _metadata),
    "columns": ("Columns have ids, names, field names, types and positions.", _columns),
    "types": ("Every data type is known.", _types),
    "count": ("Rows can be counted.", _counted),
    "pages": ("Rows come in pages ordered by :id.", _paged),
    "missing_path": ("An unknown path is answered with 404.", _missing_path),
}


# --- guesses -------------------------------------------------------------------------------------


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
