"""DCAT-US 3: a dataset as a record for data catalogs, checked against the published schema.

The schema is the text of DCAT-US 3.0.0 (dcat-us-3.0.0.json says where it is from). Three things of
it are set right when it is loaded: `$id` of properties, which would move what references are
relative to; references to definitions that it does not have, which stand for any object; and the
formats, which are checked, because a date must not be a moment as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from sodasheet.describe.description import FREQUENCY, description_of
from sodasheet.portal.update_frequency import parse_frequency

CONTEXT = "https://raw.githubusercontent.com/DOI-DO/dcat-us/main/context/dcat-us-3.0.jsonld"

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FREQUENCIES = "http://publications.europa.eu/resource/authority/frequency/"

#: Ids of licenses on portals -> the addresses of their texts; others are named by their id.
_LICENSES = {
    "PUBLIC_DOMAIN": "https://creativecommons.org/publicdomain/mark/1.0/",
    "CC0_10": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC_30_BY": "https://creativecommons.org/licenses/by/3.0/",
    "CC_30_BY_SA": "https://creativecommons.org/licenses/by-sa/3.0/",
    "CC_40_BY": "https://creativecommons.org/licenses/by/4.0/",
    "CC_40_BY_SA": "https://creativecommons.org/licenses/by-sa/4.0/",
    "ODBL": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC_BY": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL": "https://opendatacommons.org/licenses/pddl/1-0/",
}


def dcat_record(view: Mapping[str, Any], portal: str) -> dict[str, Any]:
    """Return the dataset as a DCAT-US 3 record (JSON-LD), without keys that have no value."""
    fields = description_of(view).fields
    page = f"{portal}/d/{view.get('id')}"
    theme = {"prefLabel": fields["category"], "inScheme": portal, "@type": "Concept"}
    record = {
        "@context": CONTEXT,
        "@id": page,
        "@type": "Dataset",
        "identifier": [page],
        "title": fields["title"],
        "description": fields["description"],
        "keyword": fields["tags"],
        "theme": [theme] if fields["category"] else [],
        "publisher": _publisher(fields["attribution"]),
        "contactPoint": _contact(fields),
        "accrualPeriodicity": _frequency(fields[FREQUENCY]),
        "issued": _day(view.get("publicationDate") or view.get("createdAt")),
        "modified": _day(view.get("rowsUpdatedAt") or view.get("viewLastModified")),
        "landingPage": {"@type": "Document", "@id": page, "title": fields["title"]},
        "distribution": [_distribution(view, portal, fields["license"])],
    }
    return {key: value for key, value in record.items() if value}


def _publisher(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name, "prefLabel": name} if name else {}


def _contact(fields: Mapping[str, str]) -> list[dict[str, str]]:
    email = fields["contact"]
    name = fields["attribution"] or email
    return [{"@type": "Kind", "fn": name, "hasEmail": f"mailto:{email}"}] if email else []


def _frequency(words: str) -> str:
    found = parse_frequency(words)
    if found is None or found.standard is None:
        return ""
    return f"{_FREQUENCIES}{found.standard.eu_name}"


def _distribution(view: Mapping[str, Any], portal: str, license_id: str) -> dict[str, Any]:
    address = f"{portal}/api/views/{view.get('id')}/rows.csv?accessType=DOWNLOAD"
    found: dict[str, Any] = {
        "@type": "Distribution",
        "title": "CSV",
        "mediaType": f"{_MEDIA_TYPES}text/csv",
        "downloadURL": address,
    }
    if license_id:
        text = {"@type": "LicenseDocument", "licenseText": license_id}
        found["license"] = _LICENSES.get(license_id, text)
    return found


def _day(seconds: Any) -> str:
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return ""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):  # not a valid time
        return ""


def record_problems(record: Mapping[str, Any]) -> list[str]:
    """Return the published schema's objections to a record, a sentence for each place."""
    found = sorted(_validator().iter_errors(record), key=lambda error: list(map(str, error.path)))
    return [f"{_place(error.path)}: {_short(error.message)}" for error in found]


def _place(path: Any) -> str:
    return " / ".join(map(str, path)) or "record"


def _short(message: str) -> str:
    return message if len(message) <= 120 else f"{message[:119]}…"


@cache
def _validator() -> Any:
    from jsonschema import Draft7Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name, right in (("date", _is_date), ("date-time", _is_moment), ("iri", _is_iri)):
        checker.checks(name, raises=ValueError)(right)
    return Draft7Validator(published_schema(), format_checker=checker)


def published_schema() -> dict[str, Any]:
    """Return the schema of a dataset, in a form that validators can follow."""
    text = files(__package__).joinpath("dcat-us-3.0.0.json").read_text("utf-8")
    body = json.loads(text)
    definitions = {name: _without_ids(one) for name, one in body["definitions"].items()}
    missing = set(re.findall(r"#/definitions/(\w+)", text)) - set(definitions)
    definitions |= {name: {"type": "object"} for name in missing}
    return {"$ref": "#/definitions/Dataset", "definitions": definitions}


def _without_ids(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_ids(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return dict(_kept(schema))


def _kept(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key != "$id" or not isinstance(value, str):
            yield key, _without_ids(value)


def _is_date(value: object) -> bool:
    if isinstance(value, str):
        date.fromisoformat(value)
    return not isinstance(value, str) or len(value) == len("2000-01-01")


def _is_moment(value: object) -> bool:
    if isinstance(value, str):
        datetime.fromisoformat(value)
    return not isinstance(value, str) or "T" in value.upper()


def _is_iri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme) and bool(parts.netloc or parts.path) and " " not in value
