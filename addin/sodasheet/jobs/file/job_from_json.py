"""Read a job from the JSON of a job file, and refuse invalid values."""

from __future__ import annotations

import re
import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.json_keys import Part, collect, shown
from sodasheet.jobs.file.quality_section import quality_from_json
from sodasheet.model.delivery_settings import SHORTEST_OVER, Delivery
from sodasheet.model.job import (
    MOST_HEADER_ROWS,
    ROW_KINDS,
    STARTING_WITH,
    Fingerprint,
    Guards,
    Job,
    SourceSpec,
    Within,
)
from sodasheet.model.mail_addresses import ALLOWED, addresses
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.portal.dataset_address import is_dataset_id
from sodasheet.staging.check.computed_column_template import parse_template
from sodasheet.staging.types.degrees import DEGREES
from sodasheet.wording import listed

VERSION = 1
_KINDS = ("file", "workbook", "active")

#: The kind of a source in a run log, never written by hand.
_SPOOL = "spool"
_ROWS = ("all", "visible", "")
_WHEN = ("failure", "always")
_SNAPSHOTS = ("require", "try", "off")
_EACH = ("year", "month", "day", "")
_SEND = ("all", "changes")
_GZIP = ("auto", "off")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?")


def job_from_json(data: Any) -> Job:
    """Return the job of parsed JSON (docs/reference/job-file.md); `extra` holds unknown keys.

    Raises UsageProblem naming the key, its value and the allowed values.
    """
    if not isinstance(data, dict) or "sodasheet" not in data:
        raise UsageProblem(
            'There is no "sodasheet" key: this is not a job.',
            "Choose a job file, or create one.",
            (NextStep(Action.CREATE_JOB),),
        )
    part = Part(data)
    _check_version(data["sodasheet"])
    return Job(
        portal=_portal(part),
        dataset=_dataset(part),
        method=Method(part.word("method", tuple(Method))),
        source=_source(_required(part, "source")),
        mapping=mapping_from_json(part),
        guards=_guards(part.part("guards")),
        notify=_notify(part.part("notify")),
        fingerprint=_fingerprint(part.part("fingerprint")),
        snapshot=part.word("snapshot", _SNAPSHOTS, "require"),
        send=part.word("send", _SEND, "all"),
        quality=_quality(part),
        delivery=_delivery(part.part("delivery")),
        within=_within(part),
        extra=collect(data),
    )


def _check_version(version: Any) -> None:
    if version is True or version != VERSION:
        raise UsageProblem(
            f'The key "sodasheet" has the value {shown(version)}, a job format that this version '
            "of SodaSheet cannot read.",
            "Change it to 1, or update SodaSheet if a newer version wrote the job.",
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
            "portal contains a user name or a password.",
            "Remove it: a job must not contain a secret, which every reader of the file would see.",
        )
    if split.scheme not in ("http", "https") or not host:
        raise part.problem("portal", allowed)
    return text.rstrip("/")


def _dataset(part: Part) -> str:
    allowed = "a dataset id such as abcd-1234"
    if not is_dataset_id(part.text("dataset", allowed=allowed)):
        raise part.problem("dataset", allowed)
    return part.text("dataset")


def _required(part: Part, name: str) -> Part:
    if name not in part.values:
        raise part.problem(name, "an object in { }")
    return part.part(name)


def _source(part: Part) -> SourceSpec:
    own = part.values.get("kind") == _SPOOL
    kind = _SPOOL if own else part.word("kind", _KINDS, "file")
    path = part.text("path", "")
    if kind != "active" and not path:
        raise part.problem("path", "the path of the file, relative to the job file,")
    plain = SourceSpec()
    return SourceSpec(
        kind=kind,
        path=path,
        header_row=part.whole("header_row", plain.header_row),
        header_rows=_header_rows(part),
        rows=part.word("rows", _ROWS, plain.rows),
        skip=_skip(part, kind),
        leave_out=_leave_out(part),
        **{name: part.text(name, getattr(plain, name)) for name in ("sheet", "table", "range")},
        **{name: part.text(name, getattr(plain, name)) for name in ("encoding", "separator")},
        **{name: _sign(part, name, getattr(plain, name)) for name in ("quote", "escape")},
    )


def _header_rows(part: Part) -> int:
    """Return the number of rows that form the headers."""
    rows = part.whole("header_rows", 1)
    if not 1 <= rows <= MOST_HEADER_ROWS:
        raise part.problem("header_rows", f"a number from 1 to {MOST_HEADER_ROWS}")
    return rows


def _skip(part: Part, kind: str) -> int:
    """Return the number of records to skip: only for delimited files, instead of a header row."""
    skip = part.whole("skip", 0)
    if skip and (kind != "file" or part.whole("header_row", 1) > 1):
        raise UsageProblem(
            f"{part.key('skip')} is {skip}.",
            "Use skip only for a delimited file with a header_row of 0 or 1; otherwise write 0.",
        )
    return skip


def _leave_out(part: Part) -> tuple[str, ...]:
    """Return the kinds of rows that are not data."""
    kinds = part.texts("leave_out")
    for kind in kinds:
        if kind not in ROW_KINDS and not kind.startswith(STARTING_WITH):
            allowed = f"a list of {listed(ROW_KINDS)}, or {STARTING_WITH}…"
            raise part.problem("leave_out", allowed)
    return kinds


def _sign(part: Part, name: str, default: str) -> str:
    allowed = 'one character, or "" for none,'
    sign = part.text(name, default, allowed)
    if len(sign) > 1:
        raise part.problem(name, allowed)
    return sign


def _within(part: Part) -> Within | None:
    if "within" not in part.values:
        return None
    if part.values.get("method") != Method.REPLACE.value:
        raise UsageProblem(
            "within works only with the replace method, and this job uses another method.",
            "Remove within, or write replace as the method.",
        )
    inner = part.part("within")
    found = Within(
        inner.text("field", allowed="the field name of a dataset column"),
        inner.texts("values"),
        inner.word("each", _EACH, ""),
    )
    if found.values and found.each:
        raise inner.problem("each", 'either values or each, not both: "year", "month", or "day"')
    return found


def _guards(part: Part) -> Guards:
    plain = Guards()
    return Guards(
        max_shrink=part.share("max_shrink", plain.max_shrink),
        max_rejected=part.whole("max_rejected", plain.max_rejected),
    )


def _quality(part: Part) -> QualitySettings:
    return (
        quality_from_json(part.part("quality")) if "quality" in part.values else QualitySettings()
    )


def _delivery(part: Part) -> Delivery:
    over = part.whole("over", 0) if "over" in part.values else None
    if over is not None and over < SHORTEST_OVER:
        raise part.problem("over", f"a whole number of seconds, {SHORTEST_OVER} or more,")
    return Delivery(
        gzip=part.word("gzip", _GZIP, _GZIP[0]) == _GZIP[0],
        wait=part.whole("wait", 0) if "wait" in part.values else None,
        over=over,
    )


def _notify(part: Part) -> dict[str, str]:
    keys = ("email", "when", "log_dataset", "webhook")
    told = {key: part.text(key) for key in keys if key in part.values}
    part.word("when", _WHEN, _WHEN[0])
    try:
        if "email" in told:
            addresses(told["email"])
    except ValueError:
        raise part.problem("email", ALLOWED) from None
    if told.get("log_dataset") and not is_dataset_id(told["log_dataset"]):
        raise part.problem("log_dataset", "a dataset id such as abcd-1234")
    if told.get("webhook") and not _HOST.fullmatch(told["webhook"]):
        # The value is not quoted: someone may have written the secret address.
        raise UsageProblem(
            f"{part.key('webhook')} is not the name of a host.",
            "Write a host such as hooks.slack.com there; the address is kept as a secret.",
        )
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


def mapping_from_json(part: Part) -> Mapping:
    """Return the mapping of a job.

    Raises UsageProblem with the key, its value and the allowed values.
    """
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
        blank=Blank(part.word("blank", tuple(Blank), Blank.CLEAR)),
        formats=_formats(part.part("formats")),
        missing=part.texts("missing"),
        declined=part.texts("declined"),
    )


def _rule(part: Part) -> ColumnRule:
    rule = ColumnRule(
        source=part.some_text("source"),
        field=part.some_text("field"),
        constant=None if part.values.get("constant") is None else part.text("constant"),
        ignore=part.flag("ignore", False),
        formats=part.texts("formats"),
        timezone=_zone(part, zone) if (zone := part.some_text("timezone")) else None,
        blank=Blank(part.word("blank", tuple(Blank), Blank.CLEAR)),
        match=part.text("match", ""),
        confidence=part.share("confidence", 0.0),
        trim=_some_flag(part, "trim"),
        empty_is_null=_some_flag(part, "empty_is_null"),
        missing=part.texts("missing"),
        recode=tuple(part.part("recode").all_texts().items()),
        pad=_pad(part),
        unwrap=part.flag("unwrap", False),
        template=_template(part),
    )
    _check_rule(rule, part)
    return rule


#: Maximum number of digits for padding with zeros.
_MOST_DIGITS = 30


def _pad(part: Part) -> int:
    pad = part.whole("pad", 0)
    if pad > _MOST_DIGITS:
        raise part.problem("pad", f"a whole number, at most {_MOST_DIGITS}")
    return pad


def _template(part: Part) -> str | None:
    template = part.some_text("template")
    if template is not None:
        parse_template(template)
    return template


def _some_flag(part: Part, name: str) -> bool | None:
    return None if part.values.get(name) is None else part.flag(name, False)


def _formats(part: Part) -> dict[str, tuple[str, ...]]:
    """Return the formats by data type."""
    return {name: part.texts(name) for name in part.values}


def _place(part: Part) -> PlaceRule:
    names = [name for name in PlaceRule.__slots__ if name not in ("field", "geocode")]
    place = PlaceRule(
        part.text("field", allowed="the field name of a location column"),
        **{name: part.text(name, "", "the header of a source column") for name in names},
        geocode=part.flag("geocode", False),
    )
    if not place.parts:
        raise part.problem("address", "the header of a source column, or of another part,")
    return place


def _check_rule(rule: ColumnRule, part: Part) -> None:
    """Refuse a rule that is ambiguous or empty."""
    problems = {
        "has neither a source nor a constant nor a template": (
            rule.source is None and rule.constant is None and rule.template is None
        ),
        "has both a template and a source or constant": (
            rule.template is not None and (rule.source is not None or rule.constant is not None)
        ),
        "has a template but no field": rule.template is not None and rule.field is None,
        "has both a source and a constant": rule.source is not None and rule.constant is not None,
        "is ignored and also has a constant": rule.ignore and rule.constant is not None,
        "is ignored and also fills a field": rule.ignore and rule.field is not None,
        "has a constant but no field": rule.constant is not None and rule.field is None,
    }
    for what, so in problems.items():
        if so:
            raise UsageProblem(
                f"{part.path} {what}: {shown(dict(part.values))}.",
                "Write field with a source, a constant or a template, or source and ignore there.",
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
        formats=_point_formats(part),
    )


def _point_formats(part: Part) -> tuple[str, ...]:
    formats = part.texts("formats")
    if formats not in ((), (DEGREES,)):
        raise part.problem("formats", f'["{DEGREES}"], or nothing for plain numbers')
    return formats
