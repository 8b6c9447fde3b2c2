"""The *Map* page: its fields, live examples, suggestions and settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from werkzeug.datastructures import MultiDict

from sodasheet.desk.drafts.draft import About, Draft, Shape, new_draft
from sodasheet.desk.drafts.suggestions import open_suggestions, write_suggestions
from sodasheet.desk.map.field_texts import join_list, join_pairs, split_list, split_pairs
from sodasheet.desk.map.job_settings import beginnings, with_settings
from sodasheet.desk.map.live_examples import Example, readings
from sodasheet.desk.map.mapping_table import mapping_of, rows_of, unfilled
from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.finding import Finding
from sodasheet.model.job import Job, SourceSpec, Within
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.model.method import Method
from sodasheet.model.suggestion import SuggestedChange, Suggestion
from sodasheet.staging.suggest import accept

from .bench import PERMITS, Bench
from .jobs import wide_draft

_LINE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
_VALUE = st.text(_LINE, min_size=1, max_size=8).filter(lambda text: text.strip() == text)


def column(number: int, field: str, kind: str) -> Column:
    return Column(number, field.title(), field, kind, number)


DATASET = Dataset(
    "https://data.example.gov",
    "abcd-1234",
    "Permits",
    (
        column(1, "id", "text"),
        column(2, "opened", "calendar_date"),
        column(3, "fee", "number"),
        column(4, "city", "text"),
        column(5, "place", "location"),
        column(6, "spot", "point"),
    ),
    row_identifier="id",
)
SAMPLES = {
    "Id": ["1", "2"],
    "Opened": ["01/02/2024", "n/a"],
    "Fee": ["$1,200.50", "free"],
    "Lat": ["41.7"],
    "Lon": ["-72.6"],
    "Street": ["Main St"],
}
SHAPE = Shape(tuple(SAMPLES), SAMPLES, 2, DATASET)


def job(*rules: ColumnRule, **changes: object) -> Job:
    mapping = replace(Mapping(rules), **changes)
    return Job(DATASET.portal, DATASET.id, Method.UPSERT, SourceSpec(path="a.csv"), mapping)


def form_of(job: Job) -> MultiDict[str, str]:
    """The form that a job's page sends if nothing is changed."""
    form = MultiDict[str, str]()
    for row in rows_of(job, SHAPE):
        at = row.place
        form[f"field-{at}"], form[f"format-{at}"] = row.choice, row.formats
        form[f"blank-{at}"], form[f"missing-{at}"] = row.blank, row.cleanup.missing
        if row.angles is not None:
            form[f"angles-{at}"] = row.angles
        form[f"recode-{at}"], form[f"pad-{at}"] = row.cleanup.recode, row.cleanup.pad
        if row.cleanup.unwrap:
            form[f"unwrap-{at}"] = "1"
    for one in unfilled(job, DATASET):
        form[f"constant-{one.field}"] = one.value
    form["missing"] = join_list(job.mapping.missing)
    return form


@given(st.lists(_VALUE, unique=True))
def test_a_list_is_read_as_it_was_written(values: list[str]) -> None:
    assert split_list(join_list(values)) == tuple(values)


@given(st.lists(st.tuples(st.text(_LINE, min_size=1, max_size=6), st.text(_LINE, max_size=6))))
def test_replacements_are_read_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    assert split_pairs(join_pairs(pairs), "Kind") == tuple(pairs)


@pytest.mark.parametrize("text", ["Y", "= Yes", "Y : Yes", '"Y" Yes'])
def test_a_line_that_is_no_replacement_is_named(text: str) -> None:
    with pytest.raises(UsageProblem, match="can’t be a replacement in Kind"):
        split_pairs(f"N = No\n{text}", "Kind")


def test_a_page_that_is_sent_back_unchanged_changes_nothing() -> None:
    full = job(
        ColumnRule("Id", "id", match=CONFIRMED, confidence=1.0, pad=5, unwrap=True),
        ColumnRule("Opened", "opened", formats=("%B %d, %Y", "ISO8601"), missing=("n/a", "a, b")),
        ColumnRule("Fee", "fee", formats=("$1,234.50",), recode=(("free", "0"), ("a=b", "1"))),
        ColumnRule("Lat", ignore=True),
        ColumnRule("Lon", ignore=True),
        ColumnRule("Street", ignore=True),
        ColumnRule(None, "city", template="{Street}, {today}", match=CONFIRMED, confidence=1.0),
        points=(PointRule("spot", "Lat", "Lon", formats=("degrees minutes seconds",)),),
        places=(PlaceRule("place", address="Street"),),
        missing=("-", 'say "none"'),
        timezone="America/New_York",
    )

    assert mapping_of(form_of(full), full, SHAPE) == full.mapping


def test_a_point_is_chosen_from_two_columns() -> None:
    plain = job(ColumnRule("Id", "id"), ColumnRule("Lat", ignore=True), ColumnRule("Lon"))
    form = form_of(plain)
    form["field-1"], form["angles-1"], form["field-2"] = (
        "latitude:spot", "degrees minutes seconds", "longitude:spot",
    )  # fmt: skip

    mapping = mapping_of(form, plain, SHAPE)

    assert mapping.points == (
        PointRule("spot", "Lat", "Lon", CONFIRMED, ("degrees minutes seconds",)),
    )
    assert mapping.filled == ("id", "spot")
    shown = {row.header: row for row in rows_of(replace(plain, mapping=mapping), SHAPE)}
    assert (shown["Lat"].choice, shown["Lon"].choice) == ("latitude:spot", "longitude:spot")
    assert (shown["Lat"].angles, shown["Lon"].angles) == ("degrees minutes seconds", None)


def test_half_a_point_is_refused() -> None:
    plain = job(ColumnRule("Id", "id"), ColumnRule("Lat", ignore=True), ColumnRule("Lon"))
    form = form_of(plain)
    form["field-1"] = "latitude:spot"
    with pytest.raises(UsageProblem, match="spot has Lat and no longitude"):
        mapping_of(form, plain, SHAPE)

    form["field-2"] = "latitude:spot"
    with pytest.raises(UsageProblem, match="Lat and Lon are both the latitude of spot"):
        mapping_of(form, plain, SHAPE)


def test_a_constant_and_a_template_are_told_apart() -> None:
    before = job(ColumnRule("Id", "id"))
    form = form_of(before)
    form["constant-city"] = "Hartford"
    form["constant-fee"] = "{Fee|before ,}"

    rules = {rule.field: rule for rule in mapping_of(form, before, SHAPE).columns}

    assert (rules["city"].constant, rules["city"].template) == ("Hartford", None)
    assert (rules["fee"].constant, rules["fee"].template) == (None, "{Fee|before ,}")


def test_a_template_with_an_unknown_column_is_refused() -> None:
    before = job(ColumnRule("Id", "id"))
    form = form_of(before)
    form["constant-city"] = "{Town}"

    with pytest.raises(UsageProblem, match="There’s no column Town in the source"):
        mapping_of(form, before, SHAPE)


def test_examples_show_what_becomes_of_the_samples() -> None:
    rules = [
        ColumnRule("Id", "id"),
        ColumnRule("Opened", "opened", formats=("%m/%d/%Y",), missing=("n/a",)),
        ColumnRule("Fee", "fee", formats=("$1,234.50",)),
        ColumnRule("Street", "city", recode=(("Main St", "Main Street"),)),
    ]

    found = readings(rules, Mapping(tuple(rules)), DATASET, SAMPLES)

    assert "Id" not in found, "a text that arrives as it is needs no example"
    assert found["Opened"].examples == (
        Example("01/02/2024", "Jan 2, 2024"),
        Example("n/a", "empty"),
    )
    assert found["Fee"].examples == (Example("$1,200.50", "1,200.5"), Example("free", None))
    assert found["Street"].examples == (Example("Main St", "Main Street"),)


def test_a_format_that_is_none_is_said_beside_its_column() -> None:
    rules = [ColumnRule("Opened", "opened", formats=("%Y",))]

    found = readings(rules, Mapping(tuple(rules)), DATASET, SAMPLES)

    assert "%Y" in found["Opened"].problem
    assert found["Opened"].examples == ()


def test_a_format_from_outside_is_text_and_no_query() -> None:
    rules = [ColumnRule("Fee", "fee", formats=("'; DROP TABLE x; --",), missing=("'x", "\0"))]

    found = readings(rules, Mapping(tuple(rules)), DATASET, SAMPLES)

    assert found["Fee"].examples == ()
    assert found["Fee"].problem.startswith(
        'Column Fee: "\'; DROP TABLE x; --" is not a number format. Write one number'
    )


def test_settings_are_read_and_those_that_cannot_be_meant_are_named() -> None:
    plain = job()
    form = {
        "header": "3",
        "separator": ";",
        "encoding": "cp1252",
        "starting": "Subtotal, Source:",
        "timezone": "America/New_York",
        "shrink": "12.5",
        "rejected": "1,000",
        "changes": "1",
        "within": "city = Hartford | New Haven",
    }

    found = with_settings(plain, form, ["totals", "made-up"])

    assert found.within == Within("city", ("Hartford", "New Haven"))
    source = found.source
    assert (source.header_row, source.separator, source.encoding) == (3, ";", "cp1252")
    assert source.leave_out == (
        "totals", "rows starting with Subtotal", "rows starting with Source:",
    )  # fmt: skip
    assert beginnings(source) == "Subtotal, Source:"
    again = with_settings(plain, {**form, "starting": '"Total, all",Note'}, [])
    assert with_settings(plain, {**form, "starting": beginnings(again.source)}, []) == again
    assert found.mapping.timezone == "America/New_York"
    assert (found.guards.max_shrink, found.guards.max_rejected) == (0.125, 1000)
    assert found.send == "changes"
    for name, value, told in (
        ("header", "x", "header row"),
        ("timezone", "Mars", 'no time zone named "Mars"'),
        ("timezone", "../etc/passwd", "no time zone"),
        ("shrink", "120", "share of rows"),
        ("shrink", "nan", "share of rows"),
        ("rejected", "-1", "number of rows"),
    ):
        with pytest.raises(UsageProblem, match=told):
            with_settings(plain, {**form, name: value}, [])


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Draft:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    return new_draft(job(ColumnRule("Fee", "fee")), About("a.csv", "a.csv", str(tmp_path)))


def test_suggestions_are_open_until_they_are_used_or_refused(draft: Draft) -> None:
    found = (
        Suggestion("rows:totals", "1 row.", SuggestedChange(leave_out=("totals",)),
                   examples=(Finding(9, None, "Total"),)),
        Suggestion("formats:fee", "Written as $1,234.50.", SuggestedChange(formats=("$1,234.50",)),
                   "Fee", "fee", 1, 2, outliers=(Finding(3, "Fee", "free"),)),
        Suggestion("formats:opened", "Which?", column="Opened", field="opened",
                   choices=("%m/%d/%Y", "%d/%m/%Y")),
    )  # fmt: skip
    write_suggestions(draft, found)

    assert open_suggestions(draft, draft.job) == list(found)
    used = job(ColumnRule("Fee", "fee", formats=("$1,234.50",)))
    assert [one.key for one in open_suggestions(draft, used)] == ["rows:totals", "formats:opened"]
    refused = job(ColumnRule("Fee", "fee"), declined=("formats:fee", "formats:opened"))
    assert [one.key for one in open_suggestions(draft, refused)] == ["rows:totals"]


def test_suggestions_of_new_rules_come_back_whole(draft: Draft) -> None:
    rule = ColumnRule(None, "city", template="{Town}", recode=(("a", "b"),), match=CONFIRMED)
    found = [
        Suggestion("template:city", "Computed.", SuggestedChange(rules=(rule,)), field="city"),
        Suggestion(
            "place:place", "Parts.", SuggestedChange(places=(PlaceRule("place", "Street"),))
        ),
        Suggestion("header:1-2", "Joined.", SuggestedChange(header_row=1, header_rows=2)),
    ]
    write_suggestions(draft, found)

    assert open_suggestions(draft, draft.job) == found
    mapping, source = accept(draft.job.mapping, draft.job.source, found)
    assert open_suggestions(draft, replace(draft.job, mapping=mapping, source=source)) == []


MESSY = """Report of permits,,,,,
,,,,,
Permit No,Kind,Opened,Declared Value,Zip,Notes
BP-2024-0001,Mechanical,01/02/2024,"$34,153.45",6114,
BP-2024-0002,Plumbing,01/03/2024,"$58,991.15",06106,second look
BP-2024-0003,Electrical,01/14/2024,n/a,06120,
BP-2026-7777,Roofing,02/29/2024,$80.00,06120,
Total,,,"$93,224.60",,
"""


ANGLES = """Permit No,North,West
P-1,"41°45'36""N","72°41'02""W"
"""


def open_map(bench: Bench, folder: Path, text: str = MESSY) -> Page:
    bench.sign_in()
    path = folder / "messy.csv"
    path.write_text(text, encoding="utf-8")
    window = bench.open("/file", path=str(path))
    window.get_by_label("Name, or the dataset’s web address").fill(PERMITS)
    expect(window.get_by_role("heading", level=2)).to_have_text("Building Permits")
    window.get_by_role("button", name="Choose dataset").click()
    expect(window.get_by_role("heading", level=1)).to_contain_text("Map columns")
    return window


def test_a_messy_file_is_put_right_on_the_page(bench: Bench, tmp_path: Path) -> None:
    window = open_map(bench, tmp_path)

    expect(window.get_by_text("The headers seem to be in row 3")).to_be_visible()
    window.get_by_role("button", name="Use all 2").click()
    expect(window.get_by_role("rowheader", name="Declared Value")).to_be_visible()
    expect(window.get_by_text("leading zeros seem to be missing")).to_be_visible()
    window.get_by_role("button", name="Use all").click()
    expect(window.get_by_role("heading", name="suggestion")).to_have_count(0)
    expect(window.get_by_text("$34,153.45 → 34,153.45")).to_be_visible()
    expect(window.get_by_text("6114 → 06114")).to_be_visible()
    window.get_by_label("Dataset column for Kind").select_option("permit_type")
    window.get_by_role("button", name="Check data").click()

    expect(window.get_by_role("heading", level=1)).to_contain_text("1 finding needs your decision")


def test_a_point_of_two_columns_is_chosen_on_the_page(bench: Bench, tmp_path: Path) -> None:
    window = open_map(bench, tmp_path, ANGLES)
    window.get_by_label("Dataset column for North").select_option("latitude:location")
    window.get_by_role("button", name="Save changes").click()
    expect(window.get_by_text("location has North and no longitude.")).to_be_visible()

    window.get_by_label("Dataset column for West").select_option("longitude:location")
    window.get_by_role("button", name="Save changes").click()
    form = window.get_by_label("Format of the point that North is a part of")
    form.select_option("degrees minutes seconds")
    window.get_by_role("button", name="Save changes").click()

    expect(form).to_have_value("degrees minutes seconds")
    expect(window.get_by_label("Dataset column for West")).to_have_value("longitude:location")


def test_an_example_follows_what_is_typed(bench: Bench, tmp_path: Path) -> None:
    window = open_map(bench, tmp_path)
    window.get_by_role("button", name="Use all 2").click()
    value = window.get_by_label("Format of Declared Value")
    expect(window.get_by_text("$34,153.45 → can’t be read")).to_be_visible()

    value.fill("$1,234.50")
    expect(window.get_by_text("$34,153.45 → 34,153.45")).to_be_visible()
    window.get_by_label("Format of Opened").fill("%Y")
    expect(window.get_by_role("row", name="Opened")).to_contain_text(
        "is not a complete date format"
    )
    zip_code = window.get_by_role("row", name="Zip")
    zip_code.locator("summary", has_text="Cleanup").click()
    zip_code.get_by_label("Replace values").fill("6114 = 06106")

    expect(window.get_by_text("6114 → 06106")).to_be_visible()


def test_what_was_typed_stays_where_something_cannot_be_meant(bench: Bench, tmp_path: Path) -> None:
    window = open_map(bench, tmp_path)
    window.locator("summary", has_text="Reading the source").click()
    window.get_by_label("Header row").fill("third")
    window.get_by_label("Time zone").fill("America/New_York")
    window.get_by_label("Totals").check()
    window.get_by_role("button", name="Save settings").click()

    expect(window.get_by_role("alert")).to_contain_text('"third" can’t be the header row.')
    expect(window.get_by_label("Header row")).to_have_value("third")
    expect(window.get_by_label("Time zone")).to_have_value("America/New_York")
    expect(window.get_by_label("Totals")).to_be_checked()


def test_a_wide_source_has_its_lists_and_examples(bench: Bench, tmp_path: Path) -> None:
    draft = wide_draft(tmp_path, 170)
    window = bench.open(f"/draft/{draft.id}/map")
    chosen = window.get_by_label("Dataset column for Column 169", exact=True)

    expect(chosen.locator("option")).to_have_count(2)
    chosen.focus()
    expect(chosen.locator("option")).to_have_count(171)
    expect(chosen).to_have_value("column_169")
    chosen.select_option("column_3")
    window.get_by_label("Format of Column 168", exact=True).fill("1.234,5")
    row = window.get_by_role("row").filter(has=window.get_by_label("Format of Column 168"))
    expect(row.locator("[data-example]")).to_contain_text("1,5 → 1.5")
    window.get_by_role("button", name="Save changes").click()

    expect(window.get_by_role("heading", level=1)).to_have_text("Map columns to Wide")
    expect(chosen).to_have_value("column_3")
    assert draft.job.mapping.columns[169].field == "column_3"
    assert draft.job.mapping.columns[168].formats == ("1.234,5",)


def test_rules_are_typed_in_words_and_checked(bench: Bench, tmp_path: Path) -> None:
    window = open_map(bench, tmp_path)
    window.get_by_role("button", name="Use all 2").click()
    expect(window.get_by_text("leading zeros seem to be missing")).to_be_visible()
    window.get_by_role("button", name="Use all").click()
    expect(window.get_by_role("heading", name="suggestion")).to_have_count(0)
    window.get_by_label("Dataset column for Kind").select_option("permit_type")
    window.get_by_role("button", name="Save changes").click()
    kind = window.get_by_role("row", name="Kind")
    kind.locator("summary", has_text="Rules").click()
    rules = kind.get_by_label("Rules of Kind")

    rules.fill("one of Electrical or so; maybe")
    expect(kind).to_contain_text('Rules of Kind: "maybe" is not a rule. Write rules such as:')
    window.get_by_role("button", name="Save changes").click()
    expect(window.get_by_role("alert")).to_contain_text('"maybe" is not a rule.')
    rules = window.get_by_label("Rules of Kind")
    expect(rules).to_have_value("one of Electrical or so; maybe")
    rules.fill("one of: Electrical, Plumbing, Mechanical (ask)")
    window.get_by_role("button", name="Check data").click()

    says = '1 row breaks the rule "permit_type is one of Electrical, Plumbing, Mechanical (ask)".'
    broken = window.locator("details.find", has_text=says)
    expect(broken).to_be_visible()
    if broken.get_attribute("open") is None:
        broken.locator("summary").click()
    expect(broken.get_by_role("row", name="Roofing")).to_be_visible()
    broken.get_by_role("button", name="Only note").click()
    expect(window.get_by_role("heading", name="Worth a look")).to_be_visible()
    expect(window.locator("section", has_text="Worth a look")).to_contain_text(says)
    window.get_by_role("link", name="Back to mapping").click()
    window.locator("summary", has_text="Rules and findings").click()
    levels = window.get_by_label("Levels of findings")
    expect(levels).to_have_value("rule-broken in Permit Type = note")
    expect(window.get_by_label("Rules of Kind")).to_have_value(
        "one of: Electrical, Plumbing, Mechanical (ask)"
    )


def test_an_address_stays_whose_columns_fill_columns_of_their_own() -> None:
    place = PlaceRule("spot", address="Street", city="Kind", geocode=True)
    full = job(ColumnRule("Street", "street"), ColumnRule("Kind", "kind"), places=(place,))
    form = form_of(full)

    assert mapping_of(form, full, SHAPE).places == (place,)
    form["place-spot"] = "1"
    assert mapping_of(form, full, SHAPE).places == (replace(place, geocode=False),)
    form["geocode-spot"] = "1"
    assert mapping_of(form, full, SHAPE).places == (place,)


def test_an_address_goes_with_the_choice_of_its_column() -> None:
    place = PlaceRule("spot", address="Street", geocode=True)
    full = job(ColumnRule("Street", ignore=True), places=(place,))
    form = form_of(full)

    assert form["field-0"] == "part:spot"
    assert mapping_of(form, full, SHAPE).places == (place,)
    form["field-0"] = "-"
    assert mapping_of(form, full, SHAPE).places == ()
