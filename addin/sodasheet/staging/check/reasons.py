"""Every reason a check can give: how grave it is, its words, and what to do about it.

The slugs are stable: programs and documentation name them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    For a reason about cells, `says` is what a sentence says of one cell ("is not a number") and
    `many` of several ("are not numbers"); for one about the mapping or a whole column, `says` is
    the sentence itself, with names in braces, and `many` is empty.
    """

    slug: str
    severity: Severity
    says: str
    many: str
    remedy: str


def _cell(
    slug: str, says: str, many: str, remedy: str, severity: Severity = Severity.REJECT
) -> Reason:
    return Reason(slug, severity, says, many, remedy)


def _note(slug: str, says: str, many: str, remedy: str) -> Reason:
    return Reason(slug, Severity.NOTE, says, many, remedy)


def _stop(slug: str, says: str, remedy: str) -> Reason:
    return Reason(slug, Severity.STOP, says, "", remedy)


def _remark(slug: str, says: str, remedy: str) -> Reason:
    return Reason(slug, Severity.NOTE, says, "", remedy)


_SHAPE_REMEDY = "Write it as WKT or GeoJSON, longitude before latitude, for example {example}."

_CELLS = (
    _cell(
        "not-a-number",
        "is not a number",
        "are not numbers",
        "Correct the cells, or declare how the column writes its numbers, such as 1,234.5 or "
        "$1,234.50 or 45%.",
    ),
    _cell(
        "not-a-checkbox",
        "is neither true nor false",
        "are neither true nor false",
        "Correct the cells, or declare the column's words, such as yes/no.",
    ),
    _cell(
        "not-a-date",
        "is not a date",
        "are not dates",
        "Correct the cells, or declare the column's date format, such as %m/%d/%Y.",
    ),
    _cell(
        "no-such-date",
        "is a date that does not exist",
        "are dates that do not exist",
        "Correct the cells: look for a day, month or hour that is too high.",
    ),
    _cell(
        "ambiguous-date",
        "does not say which number is the day and which the month",
        "do not say which number is the day and which the month",
        "Declare the column's date format, such as %m/%d/%Y or %d/%m/%Y.",
    ),
    _cell(
        "zone-in-calendar-date",
        "names a time zone, which a calendar date cannot have",
        "name a time zone, which a calendar date cannot have",
        "Take the Z or the offset away, or use a dataset column of the type date.",
    ),
    _cell(
        "not-a-link",
        "is not a web address",
        "are not web addresses",
        "Write https://… or Name (https://…).",
    ),
    _cell(
        "not-an-email",
        "is not an email address",
        "are not email addresses",
        "Write name@place without blanks.",
    ),
    _cell(
        "not-a-flag",
        "is not the colour of a flag",
        "are not the colour of a flag",
        "Use Red, Blue, Green, Yellow, Orange or Purple.",
    ),
    _cell(
        "not-stars",
        "is not a number of stars from 1 to 5",
        "are not a number of stars from 1 to 5",
        "Use 1, 2, 3, 4 or 5.",
    ),
    _cell(
        "not-json",
        "is not JSON",
        "are not JSON",
        "Correct the JSON: names and texts in double quotes, no comma before a closing bracket.",
    ),
    _cell(
        "not-a-point",
        "is not a point",
        "are not points",
        "Write (latitude, longitude), POINT (longitude latitude), or a GeoJSON point.",
    ),
    _cell(
        "not-a-location",
        "is not a location",
        "are not locations",
        "Write (latitude, longitude), with the address on lines above it if there is one.",
    ),
    _cell(
        "not-a-line",
        "is not a line",
        "are not lines",
        _SHAPE_REMEDY.format(example="LINESTRING (-72.6 41.7, -72.7 41.8)"),
    ),
    _cell(
        "not-a-polygon",
        "is not a polygon",
        "are not polygons",
        _SHAPE_REMEDY.format(example="POLYGON ((-72 41, -73 41, -73 42, -72 41))"),
    ),
    _cell(
        "not-a-multipoint",
        "is not a set of points",
        "are not sets of points",
        _SHAPE_REMEDY.format(example="MULTIPOINT (-72.6 41.7, -72.7 41.8)"),
    ),
    _cell(
        "not-a-multiline",
        "is not a set of lines",
        "are not sets of lines",
        _SHAPE_REMEDY.format(example="MULTILINESTRING ((-72.6 41.7, -72.7 41.8))"),
    ),
    _cell(
        "not-a-multipolygon",
        "is not a set of polygons",
        "are not sets of polygons",
        _SHAPE_REMEDY.format(example="MULTIPOLYGON (((-72 41, -73 41, -73 42, -72 41)))"),
    ),
    _cell(
        "off-the-earth",
        "lies outside latitude -90 to 90 or longitude -180 to 180",
        "lie outside latitude -90 to 90 or longitude -180 to 180",
        "Check whether latitude and longitude are swapped, or are in another projection.",
    ),
    _cell(
        "ring-not-closed",
        "has a ring that does not end where it began",
        "have a ring that does not end where it began",
        "Repeat the first position of each ring as its last.",
    ),
    _cell(
        "blank-refused",
        "is blank, which the mapping does not allow",
        "are blank, which the mapping does not allow",
        "Fill the cells, or let the mapping clear or keep on blank.",
    ),
    _cell(
        "blank-identifier",
        "is blank, and the row identifier may not be",
        "are blank, and the row identifier may not be",
        "Give every row an identifier; the portal refuses a whole batch for one without.",
    ),
    _cell(
        "duplicate-identifier",
        "is an identifier that occurs more than once",
        "are identifiers that occur more than once",
        "Keep one row for each identifier; the portal would keep the last without a word.",
    ),
    _cell(
        "identifier-blanks",
        "is an identifier with blanks around it",
        "are identifiers with blanks around them",
        "Let the mapping trim, or remove the blanks: to the portal they make another row.",
    ),
    _cell(
        "long-number-identifier",
        "is an identifier of more than 15 digits, which the spreadsheet has rounded",
        "are identifiers of more than 15 digits, which the spreadsheet has rounded",
        "Format the column as text in the source and enter these identifiers again.",
    ),
    _cell(
        "identifier-exists",
        "is already in the dataset, and an append would overwrite that row",
        "are already in the dataset, and an append would overwrite those rows",
        "Use the method upsert if these rows are to be updated.",
    ),
    _cell(
        "identifier-unknown",
        "is not in the dataset, so there is no row to delete",
        "are not in the dataset, so there is no row to delete",
        "Check the identifiers: capitals, leading zeros and blanks count.",
    ),
)

_CELL_NOTES = (
    _note(
        "unlikely-year",
        "has an unlikely year",
        "have an unlikely year",
        "Check the years; two-digit years mean 1969 to 2068.",
    ),
    _note(
        "zone-assumed",
        "names no time zone, nor does the mapping: it is taken as UTC",
        "name no time zone, nor does the mapping: they are taken as UTC",
        'Set "timezone" in the job, such as America/New_York, or in the column\'s rule, where UTC '
        "says that it is meant (on a mapping sheet: zone America/New_York under Format or "
        "constant).",
    ),
    _note(
        "skipped-time",
        "is a time that a change of the clocks skips",
        "are times that a change of the clocks skips",
        "It is sent as the same time after the change; add an offset to be exact.",
    ),
    _note(
        "repeated-time",
        "is a time that a change of the clocks repeats",
        "are times that a change of the clocks repeats",
        "The second of the two is sent; add an offset to be exact.",
    ),
    _note(
        "long-text",
        "is longer than 4 kB",
        "are longer than 4 kB",
        "The portal may cut or refuse them; shorten them to be safe.",
    ),
    _note(
        "cut-text",
        "has exactly 32,767 characters, where a spreadsheet cuts a text",
        "have exactly 32,767 characters, where a spreadsheet cuts a text",
        "Compare the end of the text with where it came from.",
    ),
    _note(
        "control-characters",
        "holds control characters that nobody can see",
        "hold control characters that nobody can see",
        "Remove them in the source; they are sent as they are.",
    ),
    _note(
        "null-word",
        "is sent as a word, not as a blank",
        "are sent as words, not as blanks",
        "Empty the cells if nothing is meant.",
    ),
    _note(
        "identifier-trimmed",
        "had blanks around it, which were cut off",
        "had blanks around them, which were cut off",
        "Remove them in the source, or rows sent another way will not match.",
    ),
)

_COLUMNS = (
    _remark(
        "numbers-in-text",
        "{count} {cells} of column {column} {are} numbers in the source, "
        "the first in row {row}, and the dataset column {field} is text: leading zeros are "
        "lost if there were any.",
        "Format the column as text in the source if it holds codes.",
    ),
    _remark(
        "percent-numbers",
        "{count} {cells} of column {column} {are} numbers in the source, the first in row {row}, "
        "and the dataset column {field} counts in percent: a cell shown as 35 % holds 0.35.",
        "Declare the column's format as fraction if the source shows percentages.",
    ),
    _remark(
        "long-numbers",
        "{count} {cells} of column {column} {are} numbers of more than 15 "
        "digits in the source, the first in row {row}: the spreadsheet has rounded them.",
        "Format the column as text in the source and enter these numbers again.",
    ),
    _remark(
        "unknown-type",
        "The dataset column {field} is of the type {type}, which is not known "
        "here; its values are sent as text.",
        "Look at the result after the first push.",
    ),
    _remark(
        "replace-empties-columns",
        "A replace empties the dataset columns that the mapping does not fill: {fields}.",
        "Map them, or push by upsert to keep what they hold.",
    ),
    _remark(
        "delete-ignores-columns",
        "A delete uses the row identifier only; {fields} will not be looked at.",
        "Nothing needs to be done.",
    ),
    _remark(
        "source-used-twice",
        "The source column {column} fills more than one dataset column: {fields}.",
        "Make sure that this is meant.",
    ),
)

_STOPS = (
    _stop("no-rows", "The source has no rows.", "Check that the right file, sheet and header row "
          "are chosen; an empty source is never sent."),
    _stop("nothing-mapped", "No source column fills a dataset column.", "Map at least one column."),
    _stop("unknown-header", "The mapping names the source column {column}, which the source does "
          "not have.", "{hint}"),
    _stop("unknown-field", "The mapping names the dataset column {field}, which the dataset does "
          "not have.", "{hint}"),
    _stop("not-fillable", "The portal fills the dataset column {field} itself.",
          "Ignore the source column {column}."),
    _stop("unwritable-type", "The dataset column {field} is of the type {type}, which cannot be "
          "filled from a cell.", "Ignore the source column {column}."),
    _stop("column-filled-twice", "The dataset column {field} is filled more than once: by "
          "{sources}.", "Keep one of them and ignore the others."),
    _stop("contradictory-rules", "The mapping both ignores and uses the source column {column}.",
          "Remove one of the two rules."),
    _stop("not-a-place-column", "The dataset column {field} is of the type {type} and cannot be "
          "filled from a latitude and a longitude.", "Use a point or location column."),
    _stop("bad-constant", "The constant {value} does not fit the dataset column {field}: it "
          "{says}.", "{hint}"),
    _stop("constant-identifier", "The row identifier {field} is filled with a constant, so every "
          "row would be the same row.", "Fill it from a source column."),
    _stop("no-row-identifier", "The dataset has no row identifier, so rows cannot be told apart "
          "for the method {method}.", "Set a row identifier on the portal, or use append or "
          "replace."),
    _stop("identifier-not-mapped", "The row identifier {field} is not filled by any source "
          "column, and the method {method} needs it.", "Map a source column to it."),
    _stop("replace-empties-identifier", "The row identifier {field} is not filled by any source "
          "column, and a replace would leave every row without one.",
          "Map a source column to it."),
)  # fmt: skip

REASONS: dict[str, Reason] = {
    reason.slug: reason for reason in (*_CELLS, *_CELL_NOTES, *_COLUMNS, *_STOPS)
}
