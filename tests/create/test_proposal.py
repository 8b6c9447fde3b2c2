"""Proposals of new datasets: types with evidence, field names, row identifiers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from sodasheet.commands.terminal.output import TerminalProgress
from sodasheet.create.proposal import NewDataset, Wishes, field_name, propose
from sodasheet.errors import SourceError, UsageProblem
from sodasheet.sources import open_source, source_spec
from sodasheet.staging.staged_table import Stage

Proposed = Callable[..., NewDataset]


@pytest.fixture
def proposed(tmp_path: Path) -> Proposed:
    def made(text: str, wishes: Wishes | None = None) -> NewDataset:
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        source = open_source(source_spec(str(path)), tmp_path)
        (tmp_path / "stage").mkdir(exist_ok=True)
        with Stage.open(source, tmp_path / "stage", TerminalProgress()) as stage:
            return propose(stage, "Rows", wishes or Wishes())

    return made


def test_declared_formats_and_markers_decide_the_types(proposed: Proposed) -> None:
    wishes = Wishes(
        formats={"Opened": ("D/M/YYYY",), "Fee": ("1.234,5",)}, missing=("n/a",), types={}
    )

    found = proposed("Opened;Fee;Units\n01/02/2024;1.234;5\nN/A;2,5;n/a\n", wishes)

    assert [(one.type, one.formats) for one in found.columns] == [
        ("calendar_date", ("D/M/YYYY",)),
        ("number", ("1.234,5",)),
        ("number", ()),
    ]
    assert found.missing == ("n/a",)
    assert found.columns[0].evidence == "your choice of format"


def test_percentages_say_that_they_become_fractions(proposed: Proposed) -> None:
    (column,) = proposed("Spent\n45.5%\n30%\n").columns

    assert column.evidence.endswith("; 45.5% is published as a fraction, as 45% is 0.45")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2.5", ""], "number"),
        (["1,234.50", "7"], "number"),
        (["$1.00", "$12.50"], "number"),
        (["06103", "6103"], "text"),
        (["yes", "no"], "checkbox"),
        (["true", "FALSE"], "checkbox"),
        (["1", "0"], "number"),
        (["2024-01-02", "2024-12-31"], "calendar_date"),
        (["12/31/2024", "01/15/2024"], "calendar_date"),
        (["2024-01-23T16:20:00Z"], "date"),
        (["01/02/2024", "03/04/2024"], "text"),
        (["https://a.example/x", "http://b.example"], "url"),
        (["POINT (-72 41)"], "point"),
        (["POLYGON ((0 0, 1 0, 1 1, 0 0))"], "polygon"),
        (["n/a", "3"], "text"),
        (["", ""], "text"),
        (["NaN", "1"], "text"),
    ],
)
def test_the_type_is_the_first_that_every_value_fits(
    proposed: Proposed, values: list[str], kind: str
) -> None:
    found = proposed("a,b\n" + "".join(f'"{value}",x\n' for value in values))

    assert (found.columns[0].type, bool(found.columns[0].evidence)) == (kind, True)


@pytest.mark.parametrize("header", ["Zip", "ZIP Code", "zip_code", "Phone", "FIPS code", "geoid"])
def test_codes_stay_text(proposed: Proposed, header: str) -> None:
    found = proposed(f"{header},b\n6103,1\n")

    assert found.columns[0].type == "text"
    assert "code" in found.columns[0].evidence


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Date & Time Column", "date_time_column"),
        ("Größe (m²)", "grosse_m2"),
        ("2024 total", "_2024_total"),
        ("日本", "column"),
        ("x" * 200, "x" * 60),
        ("taken", "taken_2"),
    ],
)
def test_field_names_are_what_portals_take(header: str, name: str) -> None:
    assert field_name(header, {"taken"}) == name


def test_the_row_identifier_is_unique_and_named_like_one(proposed: Proposed) -> None:
    found = proposed("Amount,Permit No,Note\n1,A-1,x\n2,A-2,y\n")
    repeated = proposed("Permit No,Note\nA-1,x\nA-1,y\n")
    blank = proposed("Permit No,Note\nA-1,x\n,y\n")

    assert found.identifier == "permit_no"
    assert repeated.identifier == blank.identifier == ""
    assert (
        proposed("A,B\nx,\nx,y\n").identifier_evidence
        == "no column has a different value in every row"
    )


def test_columns_that_could_be_the_row_identifier_are_named(proposed: Proposed) -> None:
    found = proposed("Unit,Town\nA,x\nB,x\n")

    assert found.identifier == ""
    assert found.identifier_evidence == (
        "no header suggests an identifier; different in every row: Unit"
    )


def test_wishes_come_first(proposed: Proposed) -> None:
    wishes = Wishes({"a": "text"}, {"a": "first"}, frozenset({"c"}), "b")

    found = proposed("a,b,c\n1,2,3\n", wishes)

    assert [(one.source, one.field, one.type) for one in found.columns] == [
        ("a", "first", "text"),
        ("b", "b", "number"),
    ]
    assert found.identifier == "b"


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        (Wishes({"z": "text"}), 'The source has no column "z".'),
        (Wishes({"a": "txt"}), 'There is no data type "txt".'),
        (Wishes({}, {"a": "A B"}), '"A B" cannot be a field name.'),
        (Wishes({}, {"a": "x", "b": "x"}), 'Two columns have the field name "x".'),
        (Wishes(identifier="z"), 'There is no column "z".'),
        (Wishes(identifier="b"), '"b" cannot be the row identifier: it has blanks or repeated'),
        (Wishes(ignored=frozenset({"a", "b"})), "No column is left to create."),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(
    proposed: Proposed, wishes: Wishes, sentence: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        proposed("a,b\n1,2\n2,2\n", wishes)

    assert caught.value.what.startswith(sentence)


@pytest.mark.parametrize(
    ("values", "evidence"),
    [
        (["1", "2", "n/a"], "2 are numbers, but n/a in row 4 is not"),
        (
            ["1/31/2024", "31/1/2024", "2/28/2024"],
            "2 are dates written as M/D/YYYY, but 31/1/2024 in row 3 is not",
        ),
        (
            ['"$1,010"', "n/a", "$950"],
            "2 are numbers written as $1,234.50, but n/a in row 3 is not",
        ),
        (
            ["1", "2", "closed until the county services report again"],
            "2 are numbers, but closed until the county services report… in row 4 is not",
        ),
        (["Y", "N", "maybe"], "2 are yes/no values written as Y/N, but maybe in row 4 is not"),
    ],
)
def test_the_value_that_spoils_a_type_is_named(
    proposed: Proposed, values: list[str], evidence: str
) -> None:
    found = proposed("\n".join(["a", *values]) + "\n")

    assert found.columns[0].evidence == f"no other type fits all 3 values: {evidence}"


@pytest.mark.parametrize(
    ("values", "evidence"),
    [
        (['"1,200"', "980"], "1,200 in row 2 could mean 1200 or 1.200"),
        (["980", '"-2,500"'], "-2,500 in row 3 could mean -2500 or -2.500"),
        (["03/04/2024"], "03/04/2024 in row 2 could mean 2024-03-04 or 2024-04-03"),
    ],
)
def test_values_of_two_readings_stay_text_and_say_why(
    proposed: Proposed, values: list[str], evidence: str
) -> None:
    (column,) = proposed("\n".join(["Fee", *values])).columns

    assert (column.type, column.evidence, column.unclear) == ("text", evidence, True)


def test_a_choice_ends_the_doubt(proposed: Proposed) -> None:
    text = 'Fee\n"1,200"\n980\n'

    named = proposed(text, Wishes(formats={"Fee": ("1,234.5",)})).columns[0]
    typed = proposed(text, Wishes(types={"Fee": "text"})).columns[0]

    assert (named.type, named.unclear) == ("number", False)
    assert (typed.type, typed.unclear) == ("text", False)


def test_a_date_that_decides_for_all_others_is_named(proposed: Proposed) -> None:
    dates = [f"{month:02}/02/2024" for month in range(3, 9)]
    found = proposed("a,b\n" + "".join(f"{text},x\n" for text in [*dates, "13/07/2024"]))

    assert (
        "Only one date, 13/07/2024 in row 8, shows that the day comes first"
        in found.columns[0].evidence
    )


def test_points_beside_decimal_commas_are_not_guessed(proposed: Proposed) -> None:
    rows = "Kode;Wert;Menge\nA;1,234;1.234\nB;2,500;2.500\nC;0,125;10.000\n"

    mixed = proposed(rows)
    alone = proposed("Kode;Menge\nA;1.234\nB;2.500\n")
    chosen = proposed(rows, Wishes(types={"Menge": "number"}))

    assert [one.type for one in mixed.columns] == ["text", "text", "text"]
    assert mixed.columns[2].evidence.startswith("1.234 could be a fraction or have a point")
    assert alone.columns[1].type == "number"
    assert chosen.columns[2].type == "number"


def test_zip_codes_without_their_zeros_are_named(proposed: Proposed) -> None:
    rows = "Site,ZIP,Postal code\na,6101,K1A 0B1\nb,10001,6101\n"

    _, zips, postal = proposed(rows).columns
    padded = proposed(rows, Wishes(pads={"ZIP": 5})).columns[1]
    kept = proposed(rows, Wishes(pads={"ZIP": 0})).columns[1]

    assert (zips.type, zips.digits) == ("text", 5)
    assert zips.evidence == (
        "the header suggests a code; 1 value has fewer than 5 digits: leading zeros seem to be "
        "missing"
    )
    assert (postal.type, postal.digits) == ("text", 0)
    assert [(one.digits, one.pad) for one in (padded, kept)] == [(0, 5), (0, 0)]


def test_one_damaged_geometry_does_not_make_a_column_text(proposed: Proposed) -> None:
    ring = "POLYGON ((0 0, 0 1, 1 1{}))"
    rows = f'Park,Area\na,"{ring.format(", 0 0")}"\nb,"{ring.format("")}"\n'

    column = proposed(rows).columns[1]

    assert (column.type, column.formats) == ("polygon", ())
    assert column.evidence == (
        "all 2 values are written as POLYGON, but 1 of them does not fit, first in row 3"
    )


def test_formulas_that_no_program_has_computed_are_not_taken_for_blanks(tmp_path: Path) -> None:
    """Libraries such as openpyxl write formulas without their results."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Id", "Fee", "Total"], [1, 2.5, "=B2*2"], [2, 3.5, "=B3*2"]):
        book.active.append(row)
    path = tmp_path / "library.xlsx"
    book.save(path)
    source = open_source(source_spec(str(path)), tmp_path)
    (tmp_path / "stage").mkdir()

    with Stage.open(source, tmp_path / "stage", TerminalProgress()) as stage:
        with pytest.raises(SourceError) as error:
            propose(stage, "Rows", Wishes())
        others = propose(stage, "Rows", Wishes(ignored=frozenset({"Total"})))

    assert error.value.what == (
        "library.xlsx: 2 cells have formulas whose result is not stored in the file, in Total."
        " The first is in row 2, column Total: =B2*2"
    )
    assert "save it" in error.value.remedy
    assert [column.type for column in others.columns] == ["number", "number"]
