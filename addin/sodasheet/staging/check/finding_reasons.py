"""Reasons for findings: severity, message, and remedy.

The slugs are stable: programs and documentation name them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason.

    For a reason about cells, `says` is what a sentence says of one cell ("is not a number") and
    `many` of several ("are not numbers"); for one about the mapping or a whole column, `says` is
    the sentence itself, with names in braces, and `many` is empty. `short` is the sentence for a
    table that shows row, column and value next to it, if `says` alone does not make it.
    """

    slug: str
    severity: Severity
    says: str
    many: str
    remedy: str
    short: str = ""


def _cell(
    slug: str,
    says: str,
    many: str,
    remedy: str,
    severity: Severity = Severity.REJECT,
    *,
    short: str = "",
) -> Reason:
    return Reason(slug, severity, says, many, remedy, short)


def _note(slug: str, says: str, many: str, remedy: str) -> Reason:
    return Reason(slug, Severity.NOTE, says, many, remedy)


def _stop(slug: str, says: str, remedy: str) -> Reason:
    return Reason(slug, Severity.STOP, says, "", remedy)


def _remark(slug: str, says: str, remedy: str, short: str = "") -> Reason:
    return Reason(slug, Severity.NOTE, says, "", remedy, short)


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
        "is not true or false",
        "are not true or false",
        "Correct the cells, or set the column's true/false words, such as Yes/No.",
    ),
    _cell(
        "ambiguous-number",
        "could have a decimal comma or a comma between thousands",
        "could have a decimal comma or a comma between thousands",
        "Write all numbers of the column the same way, and declare only that way.",
    ),
    _cell(
        "not-a-date",
        "is not a date",
        "are not dates",
        "Correct the cells, or declare the column's date format, such as M/D/YYYY.",
    ),
    _cell(
        "no-such-date",
        "is a date that does not exist",
        "are dates that do not exist",
        "Correct the cells: look for a day, month or hour that is too high.",
    ),
    _cell(
        "ambiguous-date",
        "is a date without a declared order of day and month",
        "are dates without a declared order of day and month",
        "Declare the column's date format, such as M/D/YYYY or D/M/YYYY.",
    ),
    _cell(
        "other-date-order",
        "is a date only if day and month are exchanged",
        "are dates only if day and month are exchanged",
        "Write all dates of the column in the same order; if all have the other order, declare it.",
    ),
    _cell(
        "other-date-format",
        "is not written in the declared date format",
        "are not written in the declared date format",
        "Write the dates in that format, or declare the other format too, such as YYYY-MM-DD.",
    ),
    _cell(
        "zone-in-calendar-date",
        "has a time zone, which a calendar date cannot have",
        "have a time zone, which a calendar date cannot have",
        "Remove the Z or the offset, or use a dataset column of the type date.",
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
        "Write name@example.com without spaces.",
    ),
    _cell(
        "not-a-flag",
        "is not a flag color",
        "are not flag colors",
        "Use Red, Blue, Green, Yellow, Orange or Purple.",
    ),
    _cell(
        "not-stars",
        "is not a star rating from 1 to 5",
        "are not star ratings from 1 to 5",
        "Use 1, 2, 3, 4 or 5.",
    ),
    _cell(
        "not-json",
        "is not JSON",
        "are not JSON",
        "Correct the JSON: names and text in double quotes, no comma before a closing bracket.",
    ),
    _cell(
        "address-not-found",
        "is an address that the portal cannot find",
        "are addresses that the portal cannot find",
        "Correct the address. Put street, city, state and ZIP code in separate columns.",
    ),
    _cell(
        "half-a-place",
        "has only a latitude or only a longitude",
        "have only a latitude or only a longitude",
        "Fill in both, or clear both.",
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
        "is outside latitude -90 to 90 or longitude -180 to 180",
        "are outside latitude -90 to 90 or longitude -180 to 180",
        "Check for swapped latitude and longitude, or another projection.",
        short="Outside latitude -90 to 90 or longitude -180 to 180.",
    ),
    _cell(
        "ring-not-closed",
        "has a ring that is not closed",
        "have a ring that is not closed",
        "Repeat the first position of each ring as its last.",
    ),
    _cell(
        "blank-refused",
        "is blank, which the mapping does not allow",
        "are blank, which the mapping does not allow",
        "Fill the cells, or choose what an empty cell does: clear or leave the old value.",
    ),
    _cell(
        "blank-identifier",
        "is blank; every row needs its identifier",
        "are blank; every row needs its identifier",
        "Enter an identifier in every row; the portal rejects a whole batch if a single row has "
        "none.",
        short="Row identifier is missing.",
    ),
    _cell(
        "duplicate-identifier",
        "is an identifier that occurs more than once",
        "are identifiers that occur more than once",
        "Keep one row for each identifier; the portal would silently keep the last.",
        short="The identifier occurs more than once.",
    ),
    _cell(
        "identifier-blanks",
        "is an identifier with spaces around it",
        "are identifiers with spaces around them",
        "Trim the column, or remove the spaces: the portal treats them as different identifiers.",
    ),
    _cell(
        "long-number-identifier",
        "is an identifier of more than 15 digits, which the spreadsheet has rounded",
        "are identifiers of more than 15 digits, which the spreadsheet has rounded",
        "Format the column as text in the source and enter these identifiers again.",
        short="More than 15 digits: the spreadsheet has rounded this identifier.",
    ),
    _cell(
        "identifier-exists",
        "is already in the dataset, and an append would overwrite that row",
        "are already in the dataset, and an append would overwrite those rows",
        "Use the method upsert to update these rows.",
    ),
    _cell(
        "identifier-unknown",
        "is not in the dataset, so there is no row to delete",
        "are not in the dataset, so there is no row to delete",
        "Check the identifiers: capitals, leading zeros and spaces matter.",
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
        "has no time zone; UTC is assumed",
        "have no time zone; UTC is assumed",
        "Choose the column's time zone, such as America/New_York, or UTC if UTC is right.",
    ),
    _note(
        "seconds-cut",
        "has more than three digits after the seconds; the others are not sent",
        "have more than three digits after the seconds; the others are not sent",
        "Nothing needs to be done, unless the dataset has to distinguish such times.",
    ),
    _note(
        "json-doubled-key",
        "is JSON with a repeated key, of which the portal stores only the last",
        "are JSON with a repeated key, of which the portal stores only the last",
        "Remove one of the keys, or give it another name.",
    ),
    _note(
        "json-huge-number",
        "is JSON with a number that may be too large for the portal",
        "are JSON with numbers that may be too large for the portal",
        "Write the number as text, in quotes.",
    ),
    _note(
        "skipped-time",
        "is a time that does not exist, because clocks went forward",
        "are times that do not exist, because clocks went forward",
        "The same time after the change is sent; to be unambiguous, add a UTC offset.",
    ),
    _note(
        "repeated-time",
        "is a time that occurs twice, because clocks went back",
        "are times that occur twice, because clocks went back",
        "The second of the two is sent; to be unambiguous, add a UTC offset.",
    ),
    _note(
        "long-text",
        "is longer than 4 kB",
        "are longer than 4 kB",
        "The portal may truncate or reject the text; shorten it to be safe.",
    ),
    _note(
        "cut-text",
        "has exactly 32,767 characters, where a spreadsheet truncates text",
        "have exactly 32,767 characters, where a spreadsheet truncates text",
        "Compare the end of the text with the original.",
    ),
    _note(
        "control-characters",
        "contains invisible control characters",
        "contain invisible control characters",
        "Remove them in the source; otherwise they are published too.",
    ),
    _note(
        "digits-lost",
        "is a number that a spreadsheet has shortened; its other digits are lost",
        "are numbers that a spreadsheet has shortened; their other digits are lost",
        "Export the column again as text, or with a number format that shows all digits.",
    ),
    _note(
        "null-word",
        "will be published as text, not as a blank",
        "will be published as text, not as blanks",
        'Clear the cells if these mean "no value".',
    ),
    _note(
        "identifier-trimmed",
        "had spaces around it, which were removed",
        "had spaces around them, which were removed",
        "Remove them in the source, or rows sent by other tools will not match.",
    ),
)

_COLUMNS = (
    _remark(
        "numbers-in-text",
        "{count} {cells} in {column} {are} stored as {numbers}, the first in row {row}, "
        "and the dataset column {field} is text: leading zeros may be missing.",
        "Format the column as text in the source if it contains codes.",
        "Stored as a number; leading zeros may be missing.",
    ),
    _remark(
        "percent-numbers",
        "{count} {cells} in {column} {are} stored as {numbers}, the first in row {row}, "
        "and the dataset column {field} counts in percent: a cell shown as 35 % contains 0.35.",
        "Declare the column's format as fraction if the source shows percentages.",
        "Stored as a number: a cell shown as 35 % contains 0.35.",
    ),
    _remark(
        "long-numbers",
        "{count} {cells} in {column} {are} stored as {numbers} of more than 15 digits, "
        "the first in row {row}: a spreadsheet keeps only 15, so the rest may be lost.",
        "Format the column as text in the source and enter these numbers again.",
        "Stored as a number of more than 15 digits; the rest may be lost.",
    ),
    _remark(
        "invisible-blank",
        "{values} in {column} {have} nothing but invisible characters, such as non-breaking "
        "spaces, and {count_as}; the first is in row {row}.",
        "Clear the cells in the source, unless blanks are intended.",
        "Only invisible characters, which count as a blank cell.",
    ),
    _remark(
        "blanks-trimmed",
        "{values} in {column} {have} spaces around {them}, which are removed; the first is in row "
        "{row}.",
        "Nothing needs to be done; the source keeps its spaces.",
        "Spaces around the value are removed.",
    ),
    _remark(
        "unknown-type",
        "The dataset column {field} has the unknown type {type}; its values are sent as text.",
        "Check the dataset after the first push.",
    ),
    _remark(
        "replace-empties-columns",
        "A replace empties the dataset columns that the mapping does not fill: {fields}.",
        "Map these columns, or use upsert to leave their values.",
    ),
    _remark(
        "delete-ignores-columns",
        "A delete uses only the row identifier; {fields} will be ignored.",
        "Nothing needs to be done.",
    ),
    _remark(
        "source-used-twice",
        "The source column {column} fills more than one dataset column: {fields}.",
        "Check that this is intended.",
    ),
)

_STOPS = (
    _stop("no-rows", "The source has no rows.", "Check that the right file, sheet and header row "
          "are chosen; an empty source is never sent."),
    _stop("nothing-mapped", "No source column fills a dataset column.", "Map at least one column."),
    _stop("unknown-header", "The mapping names the source column {column}, which the source does "
          "not have.", "{hint}"),
    _stop("header-row-moved", "The headers of the source are in row {row} now.",
          "Choose row {row} as the header row, or delete the rows above the headers."),
    _stop("unknown-field", "The mapping names the dataset column {field}, which the dataset does "
          "not have.", "{hint}"),
    _stop("not-fillable", "The portal fills the dataset column {field} itself.",
          "Ignore the source column {column}."),
    _stop("unwritable-type", "The dataset column {field} has the type {type}, which cannot be "
          "filled from a cell.", "Ignore the source column {column}."),
    _stop("column-filled-twice", "The dataset column {field} is filled more than once: by "
          "{sources}.", "Keep one of them and ignore the others."),
    _stop("contradictory-rules", "The mapping both ignores and uses the source column {column}.",
          "Remove one of the two rules."),
    _stop("not-a-place-column", "The dataset column {field} has the type {type} and cannot be "
          "filled from a latitude and a longitude.", "Use a point or location column."),
    _stop("address-not-looked-up", "The dataset column {field} is a point, which an address alone "
          "cannot fill.", "Let the portal look up the addresses, or use a latitude and a "
          "longitude."),
    _stop("coordinates-not-looked-up", "The addresses of {field} would be looked up, but a "
          "latitude and a longitude are mapped to it too.",
          "Use the coordinates alone, or remove them and let the portal look up the addresses."),
    _stop("nothing-to-look-up", "The addresses of {field} would be looked up, but only the "
          "country is mapped.", "Map the columns with street, city, state or ZIP code."),
    _stop("country-not-looked-up", "A country is mapped to {field}, but a location has no country.",
          "Remove the country, or let the portal look up the addresses."),
    _stop("bad-constant", "The constant {value} does not fit the dataset column {field}: it "
          "{says}.", "{hint}"),
    _stop("constant-identifier", "The row identifier {field} is filled with a constant, so every "
          "row would be the same row.", "Fill it from a source column."),
    _stop("no-row-identifier", "The dataset has no row identifier, so the method {method} cannot "
          "match rows.", "Set a row identifier on the portal, or use append or "
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
