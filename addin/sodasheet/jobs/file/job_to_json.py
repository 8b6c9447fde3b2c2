"""Write a job as the JSON of a job file."""

from __future__ import annotations

import copy
from typing import Any

from sodasheet.jobs.file.job_from_json import VERSION
from sodasheet.jobs.file.json_keys import merge
from sodasheet.jobs.file.quality_section import quality_to_json
from sodasheet.model.delivery_settings import Delivery
from sodasheet.model.job import Job, SourceSpec, Within
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.model.quality_settings import QualitySettings

_PLAIN = SourceSpec()

#: Keys that are written even if they have their defaults, so that users see them.
_ALWAYS = {
    "file": ("kind", "path", "encoding", "separator", "quote", "header_row"),
    "workbook": ("kind", "path", "sheet", "header_row"),
    "active": ("kind", "header_row"),
}


def job_to_json(job: Job) -> dict[str, Any]:
    """Return the job as one JSON object (docs/reference/job-file.md), with `Job.extra`."""
    mapping = job.mapping
    known = {
        "sodasheet": VERSION,
        "portal": job.portal,
        "dataset": job.dataset,
        "method": job.method.value,
        "source": _source(job.source),
        "columns": [_rule(rule) for rule in mapping.columns],
        "points": [_point(point) for point in mapping.points],
        "trim": mapping.trim,
        "empty_is_null": mapping.empty_is_null,
        "timezone": mapping.timezone,
        **_rarer(mapping),
        "guards": {
            "max_shrink": job.guards.max_shrink,
            "max_rejected": job.guards.max_rejected,
        },
        "notify": dict(job.notify),
        "fingerprint": {
            "headers": list(job.fingerprint.headers),
            "columns": [
                dict(zip(("id", "field", "type"), column, strict=True))
                for column in job.fingerprint.columns
            ],
            **({"identifier": identifier} if (identifier := job.fingerprint.identifier) else {}),
        },
    }
    if job.snapshot != "require":
        known["snapshot"] = job.snapshot
    if job.send != "all":
        known["send"] = job.send
    if job.within is not None:
        known["within"] = _within(job.within)
    if job.quality != QualitySettings():
        known["quality"] = quality_to_json(job.quality)
    if job.delivery != Delivery():
        known["delivery"] = _delivery(job.delivery)
    return merge(known, copy.deepcopy(dict(job.extra)))


def _delivery(delivery: Delivery) -> dict[str, Any]:
    written = {
        "gzip": None if delivery.gzip else "off",
        "wait": delivery.wait,
        "over": delivery.over,
    }
    return {name: value for name, value in written.items() if value is not None}


def _within(within: Within) -> dict[str, Any]:
    written = {"field": within.field, "values": list(within.values), "each": within.each}
    return {key: value for key, value in written.items() if value}


def _source(spec: SourceSpec) -> dict[str, Any]:
    return {
        name: _plain(getattr(spec, name))
        for name in SourceSpec.__slots__
        if name in _ALWAYS.get(spec.kind, ()) or getattr(spec, name) != getattr(_PLAIN, name)
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _rarer(mapping: Mapping) -> dict[str, Any]:
    """Return the keys that are written only if they differ from their defaults."""
    written = {
        "places": [_place(place) for place in mapping.places],
        "by_field_name": mapping.by_field_name,
        "blank": "" if mapping.blank is Blank.CLEAR else mapping.blank.value,
        "formats": {kind: list(formats) for kind, formats in mapping.formats.items()},
        "missing": list(mapping.missing),
        "declined": list(mapping.declined),
    }
    return {key: value for key, value in written.items() if value}


def _place(place: PlaceRule) -> dict[str, Any]:
    geocode = {"geocode": True} if place.geocode else {}
    return {"field": place.field, **place.parts, **geocode}


def _rule(rule: ColumnRule) -> dict[str, Any]:
    written: dict[str, Any] = {
        "source": rule.source,
        "field": rule.field,
        "constant": rule.constant,
        "ignore": rule.ignore or None,
        "formats": list(rule.formats) or None,
        "timezone": rule.timezone,
        "blank": rule.blank.value if _blank_matters(rule) else None,
        "match": rule.match or None,
        "confidence": rule.confidence or None,
        "trim": rule.trim,
        "empty_is_null": rule.empty_is_null,
        "missing": list(rule.missing) or None,
        "recode": dict(rule.recode) or None,
        "pad": rule.pad or None,
        "unwrap": rule.unwrap or None,
        "template": rule.template,
    }
    return {key: value for key, value in written.items() if value is not None}


def _blank_matters(rule: ColumnRule) -> bool:
    return rule.blank is not Blank.CLEAR or (rule.fills and rule.source is not None)


def _point(point: PointRule) -> dict[str, Any]:
    written = {name: _plain(getattr(point, name)) for name in PointRule.__slots__}
    optional = ("match", "formats")
    return {name: value for name, value in written.items() if name not in optional or value}
