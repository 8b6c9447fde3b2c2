"""Settings of a mapping in the terminal: cleanup, places, limits, messages, suggestions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sodasheet.commands.terminal.assignments import Assignments
from sodasheet.commands.terminal.command_line import RenamedOption
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.model.job import MOST_HEADER_ROWS
from sodasheet.model.mapping import CONFIRMED, Blank, ColumnRule, PlaceRule, place_of
from sodasheet.wording import listed

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Guards, Job
    from sodasheet.model.mapping import Mapping
    from sodasheet.model.suggestion import Suggestion

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Parts of an address that `--place` names.
_PARTS = ("address", "city", "state", "zip", "latitude", "longitude", "country")

_CHOICES = Assignments("--map", "HEADER=FIELD", blank=True)
_FORMATS = Assignments("--format", "HEADER=FORMAT")
_CONSTANTS = Assignments("--constant", "FIELD=VALUE", blank=True)
_RECODE = Assignments("--recode", "HEADER=OLD=NEW", blank=True)
_PAD = Assignments("--pad", "HEADER=DIGITS")
_BLANK = Assignments("--blank", "HEADER=clear|keep|refuse")
_TEMPLATE = Assignments("--template", "FIELD=TEMPLATE")
_PLACE = Assignments("--place", "FIELD.PART=HEADER")


leave_out_option = click.option(
    "--leave-out",
    "leave_out",
    multiple=True,
    metavar="KIND",
    help="Leave out totals, notes, headers or units. May be repeated.",
)
rows_option = click.option(
    "--rows",
    type=click.Choice(["all", "visible"]),
    help="Rows of a sheet: all, or without hidden and filtered rows.",
)


@dataclass(frozen=True, slots=True)
class MappingTexts:
    """Strings of the options that change a mapping, such as `HEADER=FIELD`."""

    choices: tuple[str, ...]
    formats: tuple[str, ...]
    constants: tuple[str, ...]
    confirm: bool
    missing: tuple[str, ...]
    recode: tuple[str, ...]
    pad: tuple[str, ...]
    templates: tuple[str, ...]
    blanks: tuple[str, ...]
    places: tuple[str, ...]
    looked_up: tuple[str, ...]
    timezone: str


def choice_options(function: _Command) -> _Command:
    """Add the options for matches, formats and constants."""
    return _with(
        function,
        click.option(
            "--map",
            "choices",
            cls=RenamedOption,
            old=["--set"],
            multiple=True,
            metavar=_CHOICES.form,
            help="Fill FIELD from HEADER; nothing after the = ignores the column. May be repeated.",
        ),
        _many(
            "--format",
            "formats",
            _FORMATS.form,
            "Format of HEADER, e.g. 'Opened=M/D/YYYY' or 'Fee=$1,234.50'.",
        ),
        _many(
            "--constant",
            "constants",
            _CONSTANTS.form,
            "Fill FIELD with the same VALUE in every row.",
        ),
        click.option("--confirm", is_flag=True, help="Mark every match as confirmed by you."),
    )


def cleanup_options(function: _Command) -> _Command:
    """Add the options for cleanup and computed columns."""
    return _with(
        function,
        _many("--missing", "missing", "[HEADER=]VALUE", "Read VALUE as an empty cell."),
        _many("--recode", "recode", _RECODE.form, "Replace the value OLD with NEW."),
        _many("--pad", "pad", _PAD.form, "Add leading zeros to whole numbers."),
        _many("--template", "templates", _TEMPLATE.form, "Compute FIELD, e.g. '{First} {Last}'."),
    )


def suggestion_options(function: _Command) -> _Command:
    """Add the options for accepting and declining suggestions."""
    return _with(
        function,
        _many("--accept", "accepted", "KEY", "Accept a suggestion by its key, or all."),
        _many(
            "--decline", "declined", "KEY", "Decline a suggestion, so that it is not made again."
        ),
    )


def number_of_digits(text: str, digits: str, least: int = 1) -> int:
    """Return the digits of `--pad`. Raises UsageProblem if `digits` is not a number of digits."""
    if not digits.isdecimal() or not least <= int(digits) <= 30:
        raise UsageProblem(f'--pad "{text}" has no number of digits.', "Write HEADER=5.")
    return int(digits)


def row_options(function: _Command) -> _Command:
    """Add the options for header rows and rows to leave out."""
    return _with(
        function,
        click.option(
            "--header-rows",
            type=click.IntRange(1, MOST_HEADER_ROWS),
            default=1,
            help="Number of rows that form the headers.",
        ),
        leave_out_option,
    )


def reading_options(function: _Command) -> _Command:
    """Add the options for quotes and hidden rows."""
    return _with(
        function,
        click.option("--quote", default='"', help="Quote character around cells, or none."),
        rows_option,
    )


def quote_sign(text: str) -> str:
    """Return the quote that an option names. Raises UsageProblem if longer than a character."""
    if text.casefold() == "none":
        return ""
    if len(text) != 1:
        raise UsageProblem(f'--quote "{text}" is not one character.', "Write one, or none.")
    return text


def row_kinds(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of rows to leave out. Raises UsageProblem for an unknown kind."""
    from sodasheet.model.job import ROW_KINDS, STARTING_WITH

    for kind in kinds:
        if kind not in ROW_KINDS and not kind.startswith(STARTING_WITH):
            raise UsageProblem(
                f'--leave-out "{kind}" is unknown.',
                f"Write {', '.join(ROW_KINDS)}, or {STARTING_WITH}TEXT.",
            )
    return kinds


def setting_options(function: _Command) -> _Command:
    """Add the options for time zone, empty cells, places, limits and messages."""
    return _with(
        function,
        _many("--blank", "blanks", _BLANK.form, "How empty cells are treated."),
        _many("--place", "places", _PLACE.form, "Fill part of a location, e.g. city."),
        _many("--geocode", "looked_up", "FIELD", "Let the portal look up the addresses of FIELD."),
        click.option("--timezone", default="", help="Time zone of date columns; by default, UTC."),
        click.option(
            "--max-shrink", type=click.FloatRange(0, 100), help="Maximum shrinkage, in percent."
        ),
        click.option(
            "--max-rejected", type=click.IntRange(0), help="Maximum number of rejected rows."
        ),
        click.option(
            "--notify", default="", help="Email addresses to notify, separated by commas."
        ),
        click.option("--log-dataset", default="", help="Dataset that logs every run."),
    )


def with_choices(
    mapping: Mapping, texts: MappingTexts, headers: Sequence[str], target: Dataset
) -> Mapping:
    """Return the mapping with all settings from the options.

    Raises UsageProblem for an unknown header, field or time zone, or an unusable value.
    """
    from sodasheet.matching.apply_choices import Choices, choose

    formats: dict[str, tuple[str, ...]] = {}
    for header, text in _FORMATS.pairs(texts.formats):
        formats[header] = (*formats.get(header, ()), text)
    choices = Choices(
        fields=dict(_CHOICES.pairs(texts.choices)),
        constants=dict(_CONSTANTS.pairs(texts.constants)),
        formats=formats,
        confirm=texts.confirm,
    )
    mapping = _with_angles(choose(mapping, choices, headers, target), formats)
    if texts.timezone:
        mapping = replace(mapping, timezone=_zone(texts.timezone))
    names = ("missing", "recode", "pad", "blanks", "templates")
    mapping = with_cleanup(mapping, {name: getattr(texts, name) for name in names})
    return with_places(mapping, texts.places, texts.looked_up, headers)


def _with_angles(mapping: Mapping, formats: Map[str, tuple[str, ...]]) -> Mapping:
    """Return the mapping with degrees, minutes and seconds for points of two such columns."""
    from sodasheet.staging.types.degrees import DEGREES

    angles = {header for header, forms in formats.items() if DEGREES in forms}
    points = tuple(
        replace(point, formats=(DEGREES,)) if {point.latitude, point.longitude} & angles else point
        for point in mapping.points
    )
    return replace(mapping, points=points)


def _zone(name: str) -> str:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageProblem(
            f'There is no time zone named "{name}".', "Use a name such as America/New_York, or UTC."
        ) from None
    return name


def with_cleanup(mapping: Mapping, settings: Map[str, tuple[str, ...]]) -> Mapping:
    """Return the mapping with the cleanup options; `settings` are the options' strings by name.

    Raises UsageProblem for an unknown header or an unusable value.
    """
    for text in settings["missing"]:
        header, equals, marker = text.partition("=")
        if equals and _has(mapping, header):
            mapping = _changed(mapping, header, "--missing", missing=(marker,))
        else:
            mapping = replace(mapping, missing=(*mapping.missing, text))
    for text in settings["recode"]:
        header, old, new = _RECODE.split(text)
        mapping = _changed(mapping, header, "--recode", recode=((old, new),))
    for text in settings["pad"]:
        header, digits = _PAD.split(text)
        mapping = _changed(mapping, header, "--pad", pad=number_of_digits(text, digits))
    for text in settings["blanks"]:
        header, word = _BLANK.split(text)
        if word not in tuple(Blank):
            raise UsageProblem(f'--blank "{text}" is unknown.', "Write clear, keep or refuse.")
        mapping = _changed(mapping, header, "--blank", blank=Blank(word))
    return _with_templates(mapping, settings["templates"])


def _with_templates(mapping: Mapping, texts: Iterable[str]) -> Mapping:
    from sodasheet.staging.check.computed_column_template import parse_template

    for text in texts:
        field, template = _TEMPLATE.split(text)
        parse_template(template)
        others = tuple(
            _freed(rule, field) for rule in mapping.columns if rule.source or rule.field != field
        )
        rule = ColumnRule(None, field, template=template, match=CONFIRMED, confidence=1.0)
        mapping = replace(mapping, columns=(*others, rule))
    return mapping


def with_places(
    mapping: Mapping, texts: Iterable[str], looked_up: Iterable[str], headers: Sequence[str]
) -> Mapping:
    """Return the mapping with locations from `FIELD.PART=HEADER` strings.

    The portal looks up the addresses of the fields `looked_up`.
    """
    places = {place.field: place for place in mapping.places}
    for text in texts:
        name, header = _PLACE.split(text)
        field, _, part = name.rpartition(".")
        if part not in _PARTS or not field:
            raise UsageProblem(
                f'--place "{text}" names no part of a location.',
                f"Write FIELD.PART=HEADER; the parts are {', '.join(_PARTS)}.",
            )
        if header not in headers:
            raise UsageProblem(f'There is no source column named "{header}".', "Check --place.")
        known = places.get(field, PlaceRule(field))
        places[field] = place_of(field, {**known.parts, part: header}, geocode=known.geocode)
    for field in looked_up:
        if field not in places:
            raise UsageProblem(
                f"--geocode {field} has no address.", f"Add --place {field}.address=HEADER."
            )
        places[field] = replace(places[field], geocode=True)
    points = tuple(point for point in mapping.points if point.field not in places)
    columns = tuple(rule for rule in mapping.columns if rule.source or rule.field not in places)
    return replace(mapping, columns=columns, points=points, places=tuple(places.values()))


def with_limits(job: Job, shrink: float | None, rejected: int | None, mail: str, log: str) -> Job:
    """Return the job with its limits and notifications."""
    from sodasheet.model.mail_addresses import ALLOWED, addresses

    guards: Guards = job.guards
    if shrink is not None:
        guards = replace(guards, max_shrink=shrink / 100)
    if rejected is not None:
        guards = replace(guards, max_rejected=rejected)
    try:
        addresses(mail)
    except ValueError:
        raise UsageProblem(f'--notify "{mail}" is not valid.', f"Write {ALLOWED}.") from None
    notify = {key: text for key, text in (("email", mail), ("log_dataset", log)) if text}
    return replace(job, guards=guards, notify={**job.notify, **notify})


def split_accepted(
    suggestions: Sequence[Suggestion], accepted: Sequence[str], declined: Sequence[str]
) -> tuple[list[Suggestion], list[Suggestion], list[Suggestion]]:
    """Return the accepted, the declined and the open suggestions.

    Raises UsageProblem for a key of no suggestion.
    """
    known = {one.key for one in suggestions}
    for key in (*accepted, *declined):
        if key != "all" and key not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise UsageProblem(
                f'There is no suggestion "{key}".', f"The suggestions are: {listed}."
            )
    yes = [
        one
        for one in suggestions
        if one.key not in declined
        and (one.key in accepted or ("all" in accepted and not one.is_question))
    ]
    no = [one for one in suggestions if one.key in declined]
    return yes, no, [one for one in suggestions if one not in yes and one not in no]


def print_accepted(suggestions: Sequence[Suggestion]) -> None:
    """Print every accepted suggestion, so that nothing is cleared or changed unnoticed."""
    _print_each("Accepted", suggestions)


def print_suggestions(suggestions: Sequence[Suggestion]) -> None:
    """Print every open suggestion with its key and three examples."""
    _print_each("Suggestion", suggestions)
    if any(not one.is_question for one in suggestions):
        say("Add --accept KEY or --accept all to use suggestions, --decline KEY to decline one.")


def _print_each(word: str, suggestions: Sequence[Suggestion]) -> None:
    for one in suggestions:
        where = f"{one.column}: " if one.column else ""
        say(f"{word} {one.key}: {where}{one.message}")
        for name, found in (("such as", one.examples), ("but not", one.outliers)):
            if found:
                shown = ", ".join(
                    f"{example.value or 'blank'} (row {example.row})" for example in found
                )
                say(f"  {name} {shown}")


def suggestion_json(one: Suggestion) -> dict[str, Any]:
    """Return an open suggestion as JSON; a question has `choices` and cannot be accepted."""
    return {
        "key": one.key,
        "column": one.column,
        "field": one.field,
        "message": one.message,
        "question": one.is_question,
        "fits": one.fits,
        "count": one.count,
        "examples": [{"row": each.row, "value": each.value} for each in one.examples],
        "outliers": [{"row": each.row, "value": each.value} for each in one.outliers],
        "choices": list(one.choices),
    }


def _with(function: _Command, *options: Callable[[_Command], _Command]) -> _Command:
    for option in reversed(options):
        function = option(function)
    return function


def _many(flag: str, name: str, metavar: str, text: str) -> Callable[[_Command], _Command]:
    return click.option(flag, name, multiple=True, metavar=metavar, help=f"{text} May be repeated.")


def _has(mapping: Mapping, header: str) -> bool:
    return any(rule.source == header.strip() for rule in mapping.columns)


def _changed(mapping: Mapping, header: str, option: str, **changes: Any) -> Mapping:
    """Return the mapping with changes of one header's rules; tuples are added."""
    if not _has(mapping, header):
        known = listed(rule.source for rule in mapping.columns if rule.source)
        raise UsageProblem(
            f'{option}: there is no source column named "{header}".',
            f"The source has {known}." if known else "The source has no columns.",
        )
    rules = []
    for rule in mapping.columns:
        if rule.source == header:
            added: dict[str, Any] = {
                name: (*getattr(rule, name), *value) if isinstance(value, tuple) else value
                for name, value in changes.items()
            }
            rules.append(replace(rule, **added))
        else:
            rules.append(rule)
    return replace(mapping, columns=tuple(rules))


def _freed(rule: ColumnRule, field: str) -> ColumnRule:
    return replace(rule, field=None, ignore=True) if rule.field == field and rule.source else rule
