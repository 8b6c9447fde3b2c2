"""Each question is raised only for its own subject, and a clean source raises none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import ColumnSettings, QualitySettings, Release
from sodasheet.quality import comparison_context
from sodasheet.quality.comparison_findings import compare
from sodasheet.quality.comparison_questions import QUESTIONS
from sodasheet.quality.profile import Profile
from sodasheet.staging.check.check import CheckResult

from .conftest import Row, profile_of, rows

Check = Callable[..., CheckResult]


def change(at: int, **cells: str) -> Callable[[list[Row]], list[Row]]:
    """Change cells of one row."""

    def changed(source: list[Row]) -> list[Row]:
        return [{**row, **cells} if n == at else row for n, row in enumerate(source)]

    return changed


def everywhere(name: str, how: Callable[[str], str]) -> Callable[[list[Row]], list[Row]]:
    """Change one column of every row."""
    return lambda source: [{**row, name: how(row[name])} for row in source]


CASES = {
    "near-category": change(3, kind="Mechancial"),
    "case-variant": change(3, kind="ELECTRICAL"),
    "new-category": change(3, kind="Solar"),
    "lost-zeros": change(3, zip="6103", town="Canton"),
    "new-shape": change(3, zip="061O3"),
    "outlier": change(3, value="75000000"),
    "negative": change(3, value="-4"),
    "fraction": change(3, units="2.5"),
    "future-date": change(3, closed="2062-03-01T00:00:00.000"),
    "far-date": change(3, opened="1924-03-01T00:00:00.000"),
    "other-unit": everywhere("value", lambda text: f"{float(text) / 1000:.4f}"),
    "new-blanks": change(3, notes=""),
    "constant": everywhere("units", lambda _: "7"),
    "order": change(3, opened="2024-12-01T00:00:00.000", closed="2024-11-01T00:00:00.000"),
    "contradiction": change(3, zip="06100", town="Bristol"),
    "zero-point": change(3, place="POINT (0 0)"),
    "outside-area": change(3, place="POINT (41.75 -72.65)"),
    "damaged-text": change(3, notes="CafÃ© on the corner of the street, near the mill"),
    "total-row": change(3, notes="Total"),
    "swapped-columns": lambda source: [{**r, "kind": r["town"], "town": r["kind"]} for r in source],
    "repeated-rows": lambda source: [
        *source,
        *({**row, "permit": f"P-2024-9{n:03}"} for n, row in enumerate(source[:10])),
    ],
}


def findings(
    result: CheckResult, known: Profile | None, settings: QualitySettings | None = None
) -> dict[str, FindingGroup]:
    found = compare(result, known, settings or QualitySettings()).findings
    return {group.reason: group for group in found}


def test_a_clean_month_raises_nothing(checked: Check, known: Profile) -> None:
    for seed in range(5):
        assert findings(checked(rows(80, 601, seed)), known) == {}


def test_a_checkbox_is_its_value_however_it_is_written(checked: Check, known: Profile) -> None:
    source = [{**row, "final": row["final"].upper()} for row in rows(80, 601)]

    assert findings(checked(source), known) == {}


@pytest.mark.parametrize("slug", CASES)
def test_a_question_is_raised_by_what_it_is_about(
    slug: str, checked: Check, known: Profile
) -> None:
    found = findings(checked(CASES[slug](rows(80, 601))), known)

    assert slug in found
    if len(found[slug].examples) == 1:
        assert found[slug].examples[0].row in (5, 2)  # line 5, or the first of a constant
    if slug in ("near-category", "outlier", "new-blanks"):
        assert found[slug].short == QUESTIONS[slug].short != ""


def test_the_same_file_again_asks(checked: Check, known: Profile) -> None:
    assert "same-again" in findings(checked(rows(600)[-50:]), known)


def test_a_replace_with_fewer_rows_asks(checked: Check, known: Profile) -> None:
    found = findings(checked(rows(500), Method.REPLACE), known)

    assert found["truncated"].count == 100


def test_a_row_that_is_shifted_is_named_as_a_whole(checked: Check, known: Profile) -> None:
    source = rows(80, 601)
    names = list(source[3])
    values = list(source[3].values())
    source[3] = dict(zip(names, [*values[:1], "", *values[1:-1]], strict=True))

    found = findings(checked(source), known)

    assert {group.severity for group in found.values()} & {Severity.ASK, Severity.REJECT}


def test_rejected_rows_are_not_compared(checked: Check, known: Profile) -> None:
    found = findings(checked(change(3, value="abc", kind="Mechancial")(rows(80, 601))), known)

    assert set(found) == {"not-a-number"}


def test_a_released_finding_is_silent_in_its_column_only(checked: Check, known: Profile) -> None:
    source = change(3, value="75000000", units="4000")(rows(80, 601))
    settings = QualitySettings(released=(Release("outlier", "value"),))

    compared = compare(checked(source), known, settings)

    assert [(one.reason, one.column) for one in compared.findings] == [("outlier", "units")]


@pytest.mark.parametrize("field", ["opened", "closed"])
def test_a_finding_about_two_columns_is_silent_if_either_is_released(
    field: str, checked: Check, known: Profile
) -> None:
    source = CASES["order"](rows(80, 601))
    released = QualitySettings(released=(Release("order", field),))
    off = QualitySettings(columns=(ColumnSettings(field, levels={"order": "off"}),))
    elsewhere = QualitySettings(released=(Release("order", "value"),))

    assert "order" not in findings(checked(source), known, released)
    assert "order" not in findings(checked(source), known, off)
    assert "order" in findings(checked(source), known, elsewhere)


def test_a_level_can_be_moved_or_switched_off(checked: Check, known: Profile) -> None:
    source = change(3, value="75000000")(rows(80, 601))

    noted = findings(checked(source), known, QualitySettings(levels={"outlier": "note"}))
    silent = findings(checked(source), known, QualitySettings(levels={"outlier": "off"}))

    assert noted["outlier"].severity is Severity.NOTE
    assert silent == {}


def test_a_delete_and_an_empty_past_are_not_compared(checked: Check, known: Profile) -> None:
    source = change(3, kind="Mechancial")(rows(80, 601))

    assert findings(checked(source), None) == {}


def test_a_profile_survives_being_saved(known: Profile) -> None:
    assert Profile.from_json(known.to_json()) == known


def spared(source: list[Row], checked: Check, *, ignore: bool = False) -> CheckResult:
    """Check a source whose column for towns has another header and no rule."""
    renamed = [
        {**{k: v for k, v in row.items() if k != "town"}, "muni": row["town"]} for row in source
    ]
    rules = [ColumnRule(name, name) for name in renamed[0] if name != "muni"]
    rules += [ColumnRule("muni", None, ignore=True)] if ignore else []
    return checked(renamed, mapping=Mapping(tuple(rules)))


def test_a_left_out_column_of_an_old_meaning_asks(checked: Check, known: Profile) -> None:
    found = findings(spared(rows(80, 601), checked), known)

    assert found["unmapped-column"].severity is Severity.ASK
    assert found["unmapped-column"].column == "muni"
    assert "look like those of the dataset column Town" in found["unmapped-column"].message


def test_a_column_that_the_mapping_ignores_asks_nothing(checked: Check, known: Profile) -> None:
    assert findings(spared(rows(80, 601), checked, ignore=True), known) == {}


def test_a_left_out_column_of_another_meaning_asks_nothing(checked: Check, known: Profile) -> None:
    source = [{**row, "town": f"Clerk {n % 7}"} for n, row in enumerate(rows(80, 601))]

    assert findings(spared(source, checked), known) == {}


def test_levels_and_tolerance_are_moved_for_one_column(checked: Check, known: Profile) -> None:
    source = change(3, value="300000", units="90")(rows(80, 601))

    def asking(*columns: ColumnSettings) -> set[str | None]:
        settings = QualitySettings(columns=columns)
        groups = compare(checked(source), known, settings).findings
        return {one.column for one in groups if one.severity is Severity.ASK}

    assert asking() == {"value", "units"}
    assert asking(ColumnSettings("value", tolerance=5)) == {"units"}
    assert asking(ColumnSettings("units", {"outlier": "note"})) == {"value"}
    assert asking(ColumnSettings("units", {"negative": "note"})) == {"value", "units"}


def test_tolerance_is_moved_for_the_whole_job(checked: Check, known: Profile) -> None:
    source = change(3, value="300000")(rows(80, 601))

    assert "outlier" in findings(checked(source), known)
    assert findings(checked(source), known, QualitySettings(tolerance=5)) == {}


def at_its_own_moment(source: list[Row], first: int = 0) -> list[Row]:
    """Rows of few other differences, no two of which opened at the same time."""
    start = datetime(2024, 1, 1)
    return [
        {
            **row,
            "opened": f"{start + timedelta(hours=n + first):%Y-%m-%dT%H:%M:%S.000}",
            "closed": "",
            "value": "5",
            "place": "",
            "notes": "",
        }
        for n, row in enumerate(source)
    ]


def test_rows_of_different_dates_are_no_copies(checked: Check) -> None:
    known = profile_of(checked(at_its_own_moment(rows(600))))
    source = at_its_own_moment(rows(80, 601), 600)
    copies = [{**row, "permit": f"P-2024-8{n:03}"} for n, row in enumerate(source[:10])]
    later = [{**row, "opened": one["opened"]} for row, one in zip(
        copies, at_its_own_moment(copies, 680), strict=True
    )]  # fmt: skip

    assert "repeated-rows" not in findings(checked([*source, *later]), known)
    found = findings(checked([*source, *copies]), known)["repeated-rows"]
    assert (
        "10 rows match an earlier row of the source in every column except Permit." in found.message
    )


def test_one_cell_has_another_value_and_two_have_others(checked: Check, known: Profile) -> None:
    source = change(3, kind="Solar")(rows(80, 601))

    one = findings(checked(source), known)["new-category"].message
    two = findings(checked(change(5, kind="Tents")(source)), known)["new-category"].message

    assert '1 cell is not among the dataset\'s 4 values of Kind: "Solar".' in one
    assert "2 cells are not among the dataset's 4 values of Kind" in two


def measured(source: list[Row], results: tuple[str, ...]) -> list[Row]:
    """Rows whose notes are results of a laboratory, written as text."""
    return [{**row, "notes": results[n % len(results)]} for n, row in enumerate(source)]


def test_a_measured_number_written_as_text_may_have_other_digits(checked: Check) -> None:
    usual = tuple(f"{n / 100:.2f}" for n in range(100, 350)) + tuple(
        f"0.{n}" for n in range(300, 450)
    )
    known = profile_of(checked(measured(rows(600), (*usual, "<0.5"))))
    source = measured(rows(80, 601), ("0.0832", "12.31", "<0.05", "1.20"))

    assert findings(checked(source), known) == {}
    found = findings(checked(change(3, notes="1,20")(source)), known)
    assert found["new-shape"].examples[0].value == "1,20"


def test_a_sample_of_a_source_that_repeats_itself_shows_all_of_it(
    checked: Check, known: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison_context, "SAMPLED", 500)
    kinds = ("Electrical", "Plumbing", "Mechanical", "Building")
    source = [{**row, "kind": kinds[n % 4]} for n, row in enumerate(rows(2000, 601))]

    assert findings(checked(source), known) == {}
    assert "constant" in findings(checked(everywhere("kind", lambda _: kinds[0])(source)), known)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("Fre", "near-category"),
        ("Firee", "near-category"),
        ("Fir", "near-category"),
        ("Ice", "new-category"),
        ("Far", "new-category"),
    ],
)
def test_a_word_of_four_letters_may_have_lost_one(checked: Check, value: str, meant: str) -> None:
    kinds = ("Fire", "Park", "Library", "Police")
    known = profile_of(checked([{**row, "kind": kinds[n % 4]} for n, row in enumerate(rows(600))]))
    source = [{**row, "kind": kinds[n % 4]} for n, row in enumerate(rows(80, 601))]

    assert meant in findings(checked(change(3, kind=value)(source)), known)


def test_copies_under_new_numbers_behind_letters_are_found(checked: Check) -> None:
    def named(source: list[Row]) -> list[Row]:
        words = ("RN", "LPN", "DDS", "PERM")
        return [{**r, "permit": f"{words[n % 4]}.{r['permit'][-4:]}"} for n, r in enumerate(source)]

    known = profile_of(checked(named(rows(600))))
    source = named(rows(80, 601))
    copies = [{**row, "permit": f"PERM.9{n:03}"} for n, row in enumerate(source[:10])]

    assert findings(checked(source), known) == {}
    assert "repeated-rows" in findings(checked([*source, *copies]), known)


def test_a_single_blank_in_a_large_source_asks(
    checked: Check, known: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison_context, "SAMPLED", 500)
    source = rows(2000, 601)

    found = findings(checked(change(150, notes="")(source)), known)

    assert found["new-blanks"].examples[0].row == 152


def test_a_few_copies_in_a_replace_of_all_rows_are_found(checked: Check, known: Profile) -> None:
    past, month = rows(600), rows(20, 601)
    copies = [{**row, "permit": f"P-2024-9{n:03}"} for n, row in enumerate(month[:3])]

    assert "repeated-rows" not in findings(checked([*past, *month], Method.REPLACE), known)
    assert "repeated-rows" in findings(checked([*past, *month, *copies], Method.REPLACE), known)


def test_zero_is_ordinary_among_counts_with_a_long_tail(checked: Check, known: Profile) -> None:
    def counted(source: list[Row]) -> list[Row]:
        return [
            {**row, "units": str(1 + n % 5 + (n % 40 == 0) * 90)} for n, row in enumerate(source)
        ]

    of_counts = profile_of(checked(counted(rows(600))))

    assert "outlier" not in findings(
        checked(change(3, units="0")(counted(rows(80, 601)))), of_counts
    )
    assert "outlier" in findings(checked(change(3, units="0")(rows(80, 601))), known)


@pytest.mark.parametrize("method", [Method.UPSERT, Method.APPEND, Method.REPLACE])
def test_rows_like_a_dataset_sorted_by_value_do_not_have_a_long_tail(
    checked: Check, method: Method
) -> None:
    """A part of such a dataset has a narrow range, which says nothing about the next rows."""
    by_value = sorted(rows(300), key=lambda row: float(row["value"]))

    found = findings(checked(rows(60, first=301), method), profile_of(checked(by_value)))

    assert not {reason for reason, group in found.items() if group.column == "value"}


def test_the_median_of_a_part_is_not_called_the_median_of_the_dataset(checked: Check) -> None:
    def times(row: Row, factor: float) -> Row:
        return {**row, "value": f"{float(row['value']) * factor:.2f}"}

    growing = [times(row, 1 + at / 30) for at, row in enumerate(rows(300))]
    thousands = [times(row, 1000) for row in rows(60, 301)]

    found = findings(checked(thousands), profile_of(checked(growing)))

    assert re.match(
        r"The median Value is at most \d{3},\d{3} in any part of the dataset and [\d,]+ in the",
        found["other-unit"].message,
    )


def test_a_total_is_found_among_the_distinct_texts_of_a_column(
    checked: Check, known: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.staging.check.check.MOST_ROWS_CELL_BY_CELL", 0)
    source = [{**row, "notes": "The same note"} for row in rows(60)]
    result = checked(change(40, notes="Total")(source))
    (notes,) = [one for one in result.projected if one.filled.column.field == "notes"]
    assert notes.distinct is not None

    total = findings(result, known)["total-row"]

    assert (total.count, [example.row for example in total.examples]) == (1, [42])
