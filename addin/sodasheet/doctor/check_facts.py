"""Facts that SodaSheet relies on, each with the requests of its check."""

from __future__ import annotations

from typing import Any

from sodasheet.doctor.examined_dataset import Ask, Subject
from sodasheet.doctor.plain_requests import Probe, body_of
from sodasheet.portal.http.request import Params
from sodasheet.portal.soda3.soda3_rows import soql

_CATALOG = "/api/catalog/v1"
_TYPES = frozenset(
    {"text", "number", "checkbox", "calendar_date", "date", "url", "location", "point", "line",
     "polygon", "multipoint", "multiline", "multipolygon", "document", "photo", "blob", "json",
     "money", "percent", "stars", "email", "phone", "html", "flag", "drop_down_list",
     "nested_table", "dataset_link", "meta_data"}
)  # fmt: skip


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
    """Return rows over SODA2, or over SODA3 if SODA2 is no longer available."""
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
    "signed_in": ("The saved key can sign in.", _signed_in),
    "catalog": ("The catalog can be searched.", _catalog),
    "metadata": ("Metadata has the fields that SodaSheet reads.", _metadata),
    "columns": ("Columns have ids, names, field names, types and positions.", _columns),
    "types": ("Every data type is known.", _types),
    "count": ("Rows can be counted.", _counted),
    "pages": ("Rows come in pages ordered by :id.", _paged),
    "missing_path": ("An unknown path is answered with 404.", _missing_path),
}
