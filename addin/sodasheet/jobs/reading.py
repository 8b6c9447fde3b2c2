"""From the JSON of a job file to a job, refusing what cannot be meant."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from sodasheet.errors import UsageProblem
from sodasheet.jobs.extras import collect
from sodasheet.jobs.shape import Part, shown
from sodasheet.model.addresses import ALLOWED, addresses
from sodasheet.model.job import Fingerprint, Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.model.method import Method

VERSION = 1
_KINDS = ("file", "workbook", "active")

#: The kind of a source in a run log, which nobody writes by hand.
_SPOOL = "spool"
_ROWS = ("all", "visible", "")
_WHEN = ("failure", "always")
_SNAPSHOTS = ("require", "try", "off")
_SEND = ("all", "changes")
_DATASET = re.compile("[a-z0-9]{4}-[a-z0-9]{4}")


def job_from_json(data: Any) -> Job:
    """The job that parsed JSON describes (docs/job-file.md); unknown keys go to `Job.extra`.

    Raises UsageProblem naming the key, its value and what is allowed.
    """
    if not isinstance(data, dict) or "sodasheet" not in data:
        raise UsageProblem(
            'There is no "sodasheet" key: this is not a job.',
            "Choose a job file, or make one with sodasheet map.",
        )
    part = Part(data)
    _check_version(data["sodasheet"])
    return Job(
        portal=_portal(part),
        dataset=_dataset(part),
        method=Method(_word(part, "method", tuple(Method))),
        source=_source(_required(part, "source")),
        mapping=_mapping(part),
        guards=_guards(part.part("guards")),
        notify=_notify(part.part("notify")),
        fingerprint=_fingerprint(part.part("fingerprint")),
        snapshot=_word(part, "snapshot", _SNAPSHOTS, "require"),
        send=_word(part, "send", _SEND, "all"),
        extra=collect(data),
    )


def _check_version(version: Any) -> None:
    if version is True or version != VERSION:
        raise UsageProblem(
            f"sodasheet is {shown(version)}: the job is written in a form that this version does "
            "not know.",
            "Write 1 there, or update SodaSheet if the job came from a newer one.",
        )


def _portal(part: Part) -> str:
    allowed = "the portal's web address, such as https://data.example.gov,"
    text = part.text("portal", allowed=allowed)
    try:
        split = urlsplit(text)
        host, secret = split.hostname, split.username is not None
    except ValueError:
        raise part.problem("portal", allowed) from None
    if secret:
        raise UsageProblem(
            "portal holds a user name or a password.",
            "Take it out: a job never holds a secret, and whoever reads the file reads it too.",
        )
    if split.scheme not in ("http", "https") or not host:
        raise part.problem("portal", allowed)
    return text.rstrip("/")


def _dataset(part: Part) -> str:
    allowed = "a dataset id such as abcd-1234"
    if not _DATASET.fullmatch(part.text("dataset", allowed=allowed)):
        raise part.problem("dataset", allowed)
    return part.text("dataset")


def _word(part: Part, name: str, words: tuple[str, ...], default: str | None = None) -> str:
    allowed = f"{', '.join(words[:-1])} or {words[-1]}"
    word = part.text(name, default, allowed)
    if word not in words:
        raise part.problem(name, allowed)
    return word


def _required(part: Part, name: str) -> Part:
    if name not in part.values:
        raise part.problem(name, "an object in { }")
    return part.part(name)


def _source(part: Part) -> SourceSpec:
    own = part.values.get("kind") == _SPOOL
    kind = _SPOOL if own else _word(part, "kind", _KINDS, "file")
    path = part.text("path", "")
    if kind != "active" and not path:
        raise part.problem("path", "the path of the file, relative to the job file,")
    plain = SourceSpec()
    return SourceSpec(
        kind=kind,
        path=path,
        header_row=part.whole("header_row", plain.header_row),
        rows=_word(part, "rows", _ROWS, plain.rows),
        skip=_skip(part, kind),
        **{name: part.text(name, getattr(plain, name)) for name in ("sheet", "table", "range")},
        **{name: part.text(name, getattr(plain, name)) for name in ("encoding", "separator")},
        **{name: _sign(part, name, getattr(plain, name)) for name in ("quote", "escape")},
    )


def _skip(part: Part, kind: str) -> int:
    """Records to pass over: of a delimited file only, and instead of a later header row."""
    skip = part.whole("skip", 0)
    if skip and (kind != "file" or part.whole("header_row", 1) > 1):
        raise part.problem("skip", "0, or a header_row of 1 or 0 and a delimited file, ")
    return skip


def _sign(part: Part, name: str, default: str) -> str:
    allowed = 'one character, or "" for none,'
    sign = part.text(name, default, allowed)
    if len(sign) > 1:
        raise part.problem(name, allowed)
    return sign


def _mapping(part: Part) -> Mapping:
    if "columns" not in part.values:
        raise part.problem("columns", "a list with one object for each source column")
    plain = Mapping()
    return Mapping(
        columns=tuple(_rule(rule) for rule in part.parts("columns")),
        points=tuple(_point(point) for point in part.parts("points")),
        trim=part.flag("trim", plain.trim),
        empty_is_null=part.flag("empty_is_null", plain.empty_is_null),
        timezone=_zone(part, part.text("timezone", plain.timezone)),
        places=tuple(_place(place) for place in part.parts("places")),
        by_field_name=part.flag("by_field_name", plain.by_field_name),
        blank=Blank(_word(part, "blank", tuple(Blank), Blank.CLEAR)),
        formats=_formats(part.part("formats")),
    )


def _rule(part: Part) -> ColumnRule:
    rule = ColumnRule(
        source=part.some_text("source"),
        field=part.some_text("field"),
        constant=None if part.values.get("constant") is None else part.text("constant"),
        ignore=part.flag("ignore", False),
        formats=part.texts("formats"),
        timezone=_zone(part, zone) if (zone := part.some_text("timezone")) else None,
        blank=Blank(_word(part, "blank", tuple(Blank), Blank.CLEAR)),
        match=part.text("match", ""),
        confidence=part.share("confidence", 0.0),
        trim=_some_flag(part, "trim"),
        empty_is_null=_some_flag(part, "empty_is_null"),
    )
    _check_rule(rule, part)
    return rule


def _some_flag(part: Part, name: str) -> bool | None:
    return None if part.values.get(name) is None else part.flag(name, False)


def _formats(part: Part) -> dict[str, tuple[str, ...]]:
    """Formats by data type."""
    return {name: part.texts(name) for name in part.values}


def _place(part: Part) -> PlaceRule:
    names = [name for name in PlaceRule.__slots__ if name != "field"]
    place = PlaceRule(
        part.text("field", allowed="the field name of a location column"),
        **{name: part.text(name, "", "the header of a source column") for name in names},
    )
    if not place.parts:
        raise part.problem("address", "the header of a source column, or of another part,")
    return place


def _check_rule(rule: ColumnRule, part: Part) -> None:
    """Refuse a rule that says two things at once, or nothing."""
    problems = {
        "has neither a source nor a constant": rule.source is None and rule.constant is None,
        "has both a source and a constant": rule.source is not None and rule.constant is not None,
        "is ignored and also has a constant": rule.ignore and rule.constant is not None,
        "is ignored and also fills a field": rule.ignore and rule.field is not None,
        "has a constant but no field": rule.constant is not None and rule.field is None,
    }
    for what, so in problems.items():
        if so:
            raise UsageProblem(
                f"{part.path} {what}: {shown(dict(part.values))}.",
                "Write source and field, or constant and field, or source and ignore there.",
            )


def _zone(part: Part, name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise part.problem("timezone", "a time zone such as UTC or America/New_York") from None
    return name


def _point(part: Part) -> PointRule:
    header = "the header of a source column"
    return PointRule(
        field=part.text("field", allowed="the field name of a point column"),
        latitude=part.text("latitude", allowed=header),
        longitude=part.text("longitude", allowed=header),
        match=part.text("match", ""),
    )


def _guards(part: Part) -> Guards:
    plain = Guards()
    return Guards(
        max_shrink=part.share("max_shrink", plain.max_shrink),
        max_rejected=part.whole("max_rejected", plain.max_rejected),
    )


def _notify(part: Part) -> dict[str, str]:
    told = {key: part.text(key) for key in ("email", "when", "log_dataset") if key in part.values}
    _word(part, "when", _WHEN, _WHEN[0])
    try:
        addresses(told.get("email", ""))
    except ValueError:
        raise part.problem("email", ALLOWED) from None
    if told.get("log_dataset") and not _DATASET.fullmatch(told["log_dataset"]):
        raise part.problem("log_dataset", "a dataset id such as abcd-1234")
    return told


def _fingerprint(part: Part) -> Fingerprint:
    return Fingerprint(
        headers=part.texts("headers"),
        columns=tuple(
            (_column_id(column), column.text("field"), column.text("type"))
            for column in part.parts("columns")
        ),
        identifier=part.text("identifier", ""),
    )


def _column_id(part: Part) -> int:
    if "id" not in part.values:
        raise part.problem("id", "the number of a dataset column")
    return part.whole("id", 0)
