"""Invalid input results in a message, never in a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from sodasheet.desk.drafts.draft import Draft
from sodasheet.desk.map.live_examples import readings
from sodasheet.desk.typed_number import typed_number

from ..jobs import wide_draft
from ..site import Site

LONG = "9" * 5000


def fields_of(draft: Draft) -> dict[str, str]:
    """The fields of the *Map* page as sent by a browser."""
    form = {}
    for place, rule in enumerate(draft.job.mapping.columns):
        form |= {f"field-{place}": rule.field or "", f"blank-{place}": "clear"}
        form |= {f"{name}-{place}": "" for name in ("format", "missing", "recode", "pad")}
    return form


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), (" 1,234 ", 1234), ("0", 0), ("", None), ("-1", None), ("1.5", None), (LONG, None)],
)
def test_a_typed_number(text: str, number: int | None) -> None:
    assert typed_number(text) == number


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/schedule/edit?path=/{'a' * 300}", 409),
        ("/schedule/edit?path=/a%00b", 409),
        ("/schedule/edit?path=%ED%A0%80", 409),
        ("/schedule/edit", 409),
        (f"/history?page={LONG}", 200),
        (f"/history?dataset={'x' * 5000}", 200),
        (f"/history/{'x' * 300}", 404),
        (f"/file?path=/{'a' * 5000}", 422),
        (f"/task/{'a' * 300}", 200),
        (f"/draft/{'a' * 300}/map", 404),
    ],
)
def test_an_address_that_cannot_be_meant(site: Site, path: str, expected: int) -> None:
    status, page = site.get(path)

    assert status == expected
    assert "Unexpected error" not in page


def test_a_form_that_cannot_be_meant(site: Site) -> None:
    schedule = site.post("/schedule/make", path=f"/{'a' * 300}", often="daily", time="06:00")
    press = site.post("/workbooks/press", button="push", pid=LONG, book="x", name="x")
    remove = site.post("/schedule/remove", name="x" * 300)

    assert schedule[0] == 409
    assert "isn’t a file in a folder of this computer" in schedule[1]
    assert press[0] == 409
    assert "There’s no such button." in press[1]
    assert remove[0] == 409


@pytest.mark.parametrize(
    ("name", "value"),
    [("pad-0", LONG), ("header", LONG), ("rejected", LONG), ("shrink", "nan"), ("shrink", LONG)],
)
def test_a_number_on_the_map_that_cannot_be_meant(
    site: Site, tmp_path: Path, name: str, value: str
) -> None:
    draft = wide_draft(tmp_path, 1)
    form = {**fields_of(draft), "shrink": "20", "rejected": "0", "header": "1", name: value}

    status, page = site.post(f"/draft/{draft.id}/map", how="keep", **form)

    assert status == 422
    assert "can’t be the" in page


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../../x", "_.._.._x.json"),
        ("a/b\\c", "a_b_c.json"),
        ("x" * 300, f"{'x' * 180}.json"),
        ("nul", "nul_.json"),
        ("...", "abcd-1234.json"),
    ],
)
def test_the_name_of_a_dataset_is_no_path(site: Site, tmp_path: Path, name: str, file: str) -> None:
    folder = tmp_path / "rows"
    folder.mkdir()
    draft = wide_draft(folder, 1, name)

    assert f'value="{folder / file}"' in site.get(f"/draft/{draft.id}/map")[1]
    form = fields_of(draft)
    saved = site.post(f"/draft/{draft.id}/map", how="save", file=str(folder / file), **form)
    assert saved == (303, f"/draft/{draft.id}/map#saved")
    assert [path.name for path in folder.iterdir()] == [file]


@pytest.mark.parametrize("name", ["x" * 300 + ".json", "gone/x.json", "x.txt", ""])
def test_a_job_file_that_cannot_be_saved_keeps_what_was_typed(
    site: Site, tmp_path: Path, name: str
) -> None:
    draft = wide_draft(tmp_path, 1)
    path = str(tmp_path / name) if name else ""

    status, page = site.post(
        f"/draft/{draft.id}/map", how="save", file=path, **{**fields_of(draft), "format-0": "1.5"}
    )

    assert status == 422
    assert 'role="alert"' in page
    assert not path or f'value="{path}"' in page
    assert not draft.about.saved_as


def test_a_thousand_columns_are_saved(site: Site, tmp_path: Path) -> None:
    draft = wide_draft(tmp_path, 1000)
    form = {**fields_of(draft), "missing-999": "n/a", "field-0": "-"}

    assert site.post(f"/draft/{draft.id}/map", how="keep", **form)[0] == 303
    rules = draft.job.mapping.columns
    assert (rules[0].ignore, rules[999].missing) == (True, ("n/a",))


def test_the_page_of_a_thousand_columns_stays_small(site: Site, tmp_path: Path) -> None:
    draft = wide_draft(tmp_path, 1000)

    status, page = site.get(f"/draft/{draft.id}/map")

    assert status == 200
    assert page.count("<option") < 20_000
    assert page.count('<small id="read-') == 1000
    assert page.count('class="read') == 2000


def test_columns_with_the_same_rule_are_read_together(tmp_path: Path, site: Site) -> None:
    draft = wide_draft(tmp_path, 3)
    shape, mapping = draft.shape, draft.job.mapping
    assert shape is not None
    first, second, third = mapping.columns
    samples = {"Column 0": ["1", "x"], "Column 1": ["2"], "Column 2": ["3", "4"]}
    rules = (first, replace(second, formats=("nonsense",)), third)

    found = readings(rules, mapping, shape.dataset, samples)

    assert [one.value for one in found["Column 0"].examples] == ["1", None]
    assert [one.value for one in found["Column 2"].examples] == ["3", "4"]
    assert "nonsense" in found["Column 1"].problem


def test_an_example_needs_the_fields_of_its_row_alone(site: Site, tmp_path: Path) -> None:
    draft = wide_draft(tmp_path, 300)
    form = {name: text for name, text in fields_of(draft).items() if name.endswith("-299")}

    status, shown = site.post(
        f"/draft/{draft.id}/map/example", place="299", **{**form, "format-299": "1.234,5"}
    )

    assert status == 200
    assert "1.5" in shown


def test_paths_in_addresses_are_quoted(site: Site, tmp_path: Path) -> None:
    odd = tmp_path / "a&b #1 100%.csv"
    odd.write_text("No\n1\n", encoding="utf-8")

    status, page = site.get(f"/file?path={quote(str(odd))}")

    assert status == 200
    assert "a&amp;b #1 100%.csv" in page


@pytest.mark.parametrize(
    ("query", "came_from", "back"),
    [
        ("", "/draft/x/map?a=1", "/draft/x/map?a=1"),
        ("", "", ""),
        ("", "/enter", ""),
        ("", "/sign-in?portal=x", ""),
        ("", "https://evil.example/x", ""),
        ("?back=/settings", "/sign-in", "/settings"),
        ("?back=//evil.example", "/sign-in", ""),
        ("?back=/%5Cevil.example", "/sign-in", ""),
        ("?back=https://evil.example", "/sign-in", ""),
        ("?back=/a%0D%0AX:1", "/sign-in", ""),
        ("?task=20260101-000000-00000000", "/", "/task/20260101-000000-00000000"),
        ("?task=../x", "/history", "/history"),
    ],
)
def test_a_sign_in_leads_back_to_the_page_that_asked_for_it(
    site: Site, query: str, came_from: str, back: str
) -> None:
    referer = f"{site.base}{came_from}" if came_from.startswith("/") else came_from

    status, page = site.get(f"/sign-in{query}", Referer=referer)

    assert status == 200
    assert ('name="back"' in page) is bool(back)
    assert f'href="{back or "/done"}"' in page
