"""Read the mapping of a job from JSON: rules of columns, points and places."""

from __future__ import annotations

import zoneinfo

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.typed_json import Part, shown
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.staging.check.column_template import parse_template


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
    names = [name for name in PlaceRule.__slots__ if name != "field"]
    place = PlaceRule(
        part.text("field", allowed="the field name of a location column"),
        **{name: part.text(name, "", "the header of a source column") for name in names},
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
    )
