"""A preview predicts the push, row by row and cell by cell."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from socrata_practice import PracticePortal
from sodasheet.errors import Cancelled, Refused
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.preview import ChangeKind, Preview
from sodasheet.model.progress import Silent
from sodasheet.portal.soda2 import download as room
from sodasheet.portal.soda2 import rows_client
from sodasheet.push.guards import GUARDS
from sodasheet.push.preview.preview import preview

from ..conftest import Bench

Row = dict[str, Any]

TYPES = {
    "id": "text",
    "name": "text",
    "amount": "number",
    "day": "calendar_date",
    "seen": "date",
    "ok": "checkbox",
    "link": "url",
    "spot": "point",
    "notes": "text",
}

#: What a cell of the source may say, and what the dataset may hold: often the same, spelt another
#: way, or nothing; "n/a" is a finding that keeps its row back.
CELLS = {
    "name": ["", "Ä", "=1+1", "b"],
    "amount": ["", "1", "1.50", "n/a"],
    "day": ["", "2024-01-02", "2024-01-02T00:00"],
    "seen": ["", "2024-01-02T00:00:00Z", "2024-01-02T01:00:00+01:00", "2024-02-01T00:00:00Z"],
    "ok": ["", "true", "FALSE"],
    "link": ["", "https://a.org", "A (https://a.org)"],
    "spot": ["", "(41.70, -72)", "POINT (-72 41.7)", "POINT (1 2)"],
}
HELD: dict[str, list[Any]] = {
    "name": [None, "Ä", "=1+1", "c"],
    "amount": [None, "1.0", "1.5", "2"],
    "day": [None, "2024-01-02", "2024-01-03"],
    "seen": [None, "2024-01-02T00:00:00Z"],
    "ok": [None, True, False],
    "link": [None, {"url": "https://a.org"}, {"url": "https://a.org", "description": "A"}],
    "spot": [None, {"type": "Point", "coordinates": [-72, 41.7]}],
    "notes": [None, "kept?"],
}
TEXT_KEYS = [f"k{n}" for n in range(6)]
NUMBER_KEYS = [("1", "1.0"), ("2", "2"), ("03", "3.00"), ("4.5", "4.50")]


@dataclass(frozen=True)
class Case:
    """One dataset, one source and one way to push."""

    method: str
    held: list[Row]
    source: list[Row]
    columns: list[str]
    keep: bool


def rows_of(pools: dict[str, list[Any]], keys: list[str]) -> st.SearchStrategy[list[Row]]:
    row = st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in pools.items()})
    chosen = st.lists(st.sampled_from(keys), unique=True, max_size=len(keys))
    many = st.lists(row, min_size=len(keys), max_size=len(keys))
    return st.tuples(chosen, many).map(
        lambda both: [{"id": key} | one for key, one in zip(*both, strict=False)]
    )


@st.composite
def cases(draw: st.DrawFn, methods: tuple[str, ...], numbers: bool) -> Case:
    mine = [one for one, _ in NUMBER_KEYS] if numbers else TEXT_KEYS
    theirs = [other for _, other in NUMBER_KEYS] if numbers else TEXT_KEYS
    columns = draw(st.lists(st.sampled_from(list(CELLS)), unique=True, min_size=1))
    return Case(
        draw(st.sampled_from(methods)),
        draw(rows_of(HELD, theirs)),
        draw(rows_of(CELLS, mine)),
        columns,
        draw(st.booleans()),
    )


@dataclass
class Field:
    """A dataset with one column of each kind, filled again for every example."""

    bench: Bench
    identifier: bool

    @staticmethod
    def make(practice: PracticePortal, folder: Path, identifier: bool, kind: str) -> Field:
        bench = Bench(practice, folder)
        columns = [
            {"name": name.title(), "fieldName": name,
             "dataTypeName": kind if name == "id" else one}
            for name, one in TYPES.items()
        ]  # fmt: skip
        body = {"name": "Things", "columns": columns,
                "metadata": {"rowIdentifier": "id"} if identifier else {}}  # fmt: skip
        bench.dataset = bench._call("POST", "/api/views.json", json=body)["id"]
        bench._call("POST", f"/api/views/{bench.dataset}/publication.json")
        return Field(bench, identifier)

    def job(self, case: Case) -> Job:
        names = ["id"] if case.method == "delete" else ["id", *case.columns]
        blank = Blank.KEEP if case.keep else Blank.CLEAR
        rules = [
            ColumnRule(name, name, blank=Blank.CLEAR if name == "id" else blank, match="confirmed")
            for name in names
        ]
        ignored = [ColumnRule(name, ignore=True) for name in CELLS if name not in names]
        return Job(
            self.bench.portal.url, self.bench.dataset, Method(case.method),
            SourceSpec(path="things.csv"), Mapping((*rules, *ignored)),
            Guards(max_shrink=1.0, max_rejected=99), snapshot="off",
        )  # fmt: skip

    def fill(self, case: Case) -> None:
        held = [{k: v for k, v in row.items() if v is not None} for row in case.held]
        self.bench._call("PUT", f"/resource/{self.bench.dataset}.json", json=held)
        text = io.StringIO()
        writer = csv.DictWriter(text, ["id", *CELLS])
        writer.writeheader()
        writer.writerows(case.source)
        (self.bench.folder / "things.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    def rows(self) -> list[Row]:
        path = f"/resource/{self.bench.dataset}.json"
        params = {"$select": ":id,*", "$order": ":id", "$limit": 50_000}
        found: list[Row] = self.bench._call("GET", path, params=params)
        return found

    def preview(self, job: Job, limit: int | None = None) -> Preview:
        return preview(job, self.bench.folder, self.bench.session(), Silent(), limit)


def text(value: Any) -> str | None:
    """A value in a preview's wording, computed independently."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and "coordinates" in value:
        longitude, latitude = map(float, value["coordinates"])
        return f"POINT ({longitude} {latitude})"
    if isinstance(value, dict):
        name = value.get("description")
        return f"{name} ({value['url']})" if name else str(value["url"])
    return None if value is None else str(value)


def plain(row: Row) -> dict[str, str | None]:
    """A row without the portal's own values; numbers without their last zeros."""
    told = {name: text(row.get(name)) for name in TYPES}
    told["amount"] = told["amount"] and format(Decimal(told["amount"]).normalize(), "f")
    if str(row.get("id")).replace(".", "").isdecimal():
        told["id"] = format(Decimal(str(row["id"])).normalize(), "f")
    return told


def one_text(row: dict[str, str | None]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in row.items() if value is not None)


def _told(field: Field, job: Job) -> Preview | None:
    try:
        return field.preview(job)
    except Refused:
        return None


def hold_to_it(field: Field, case: Case) -> None:
    """Preview, push, and compare the preview with the effect on the dataset."""
    field.fill(case)
    job = field.job(case)
    before = [plain(row) for row in field.rows()]
    told = _told(field, job)
    assume(told is not None)
    assert told is not None
    report = field.bench.push(job, skipped_guards=frozenset(GUARDS), allow_duplicate_append=True)
    assume(report.outcome.value in ("done", "done with rejects"))
    after = [plain(row) for row in field.rows()]

    assert (told.before, told.after) == (len(before), len(after))
    assert (told.more, told.stale) == (0, None)
    (_by_identifier if field.identifier else _by_row)(told, before, after)
    _emptied(told, case, before, after)


def _by_identifier(
    told: Preview, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    old, new = ({row["id"]: row for row in rows} for rows in (before, after))
    by_kind = {
        kind: [change for change in told.changes if change.kind is kind] for kind in ChangeKind
    }
    cells = {
        (one.identifier, one.column): (one.old, one.new) for one in by_kind[ChangeKind.CHANGED]
    }
    assert cells == {
        (key, name): (old[key][name], new[key][name])
        for key in old.keys() & new.keys()
        for name in TYPES
        if old[key][name] != new[key][name]
    }
    assert told.changed == len({key for key, _ in cells})
    assert {one.identifier: one.new for one in by_kind[ChangeKind.NEW]} == {
        key: one_text(new[key]) for key in new.keys() - old.keys()
    }
    assert {one.identifier for one in by_kind[ChangeKind.DELETED]} == old.keys() - new.keys()
    assert (told.new, told.deleted) == (
        len(new.keys() - old.keys()), len(old.keys() - new.keys()),
    )  # fmt: skip


def _by_row(told: Preview, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    old, new = (Counter(map(one_text, rows)) for rows in (before, after))
    appeared = Counter(one.new for one in told.changes if one.kind is ChangeKind.NEW)
    vanished = Counter(one.old for one in told.changes if one.kind is ChangeKind.DELETED)

    assert (appeared, vanished, told.changed) == (new - old, old - new, 0)


def _emptied(
    told: Preview, case: Case, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    if case.method == "replace":
        assert set(told.emptied) == {
            name
            for name in TYPES
            if any(row[name] for row in before) and not any(row[name] for row in after)
        }


@pytest.fixture(scope="module")
def fields(practice: PracticePortal, tmp_path_factory: pytest.TempPathFactory) -> Any:
    kinds = {"text": (True, "text"), "number": (True, "number"), "none": (False, "text")}
    return {
        name: Field.make(practice, tmp_path_factory.mktemp(name), *kind)
        for name, kind in kinds.items()
    }


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path_factory.mktemp("home")))


METHODS = ("replace", "append", "upsert", "delete")
few = settings(
    max_examples=6, deadline=None, database=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
)  # fmt: skip


@few
@given(case=cases(METHODS, numbers=False))
def test_by_a_text_identifier_the_push_does_what_the_preview_says(fields: Any, case: Case) -> None:
    hold_to_it(fields["text"], case)


@few
@given(case=cases(METHODS, numbers=True))
def test_by_a_number_identifier_the_push_does_what_the_preview_says(
    fields: Any, case: Case
) -> None:
    hold_to_it(fields["number"], case)


@few
@given(case=cases(("replace", "append"), numbers=False))
def test_without_an_identifier_the_push_does_what_the_preview_says(fields: Any, case: Case) -> None:
    hold_to_it(fields["none"], case)


def small(field: Field, method: str, keys: str) -> Job:
    """Three rows in the dataset, and a source with one row for each key."""
    held = [{"id": f"k{n}", "amount": str(n)} for n in range(3)]
    source = [{"id": key, "amount": "1"} for key in keys.split()]
    case = Case(method, held, source, ["amount"], keep=False)
    field.fill(case)
    return field.job(case)


@pytest.mark.parametrize("few", [20, -1])
def test_looking_rows_up_and_downloading_all_foretell_the_same(
    fields: Any, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(rows_client, "_FEW", few)
    monkeypatch.setattr(rows_client, "_PER_REQUEST", 1)
    told = fields["text"].preview(small(fields["text"], "upsert", "k0 k1 k9"))

    assert (told.new, told.changed, told.unchanged, told.before, told.after) == (1, 1, 1, 3, 4)
    assert [(one.identifier, one.old, one.new) for one in told.changes] == [
        ("k0", "0", "1"),
        ("k9", None, "id: k9, amount: 1"),
    ]


def test_more_changes_than_are_shown_are_counted(
    fields: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.push.preview.preview.SHOWN", 3)
    told = fields["text"].preview(small(fields["text"], "replace", "k0 k8 k9"))

    assert [one.kind.value for one in told.changes] == ["changed", "deleted", "new"]
    assert told.more == 2


def test_only_the_rows_of_a_trial_are_foretold(fields: Any) -> None:
    told = fields["text"].preview(small(fields["text"], "upsert", "k8 k9 k0"), limit=1)

    assert (told.new, told.changed, told.after) == (1, 0, 4)


def test_readers_that_lag_behind_are_said(fields: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for where in ("portal.soda2.download", "push.preview.preview"):
        monkeypatch.setattr(f"sodasheet.{where}.settled_state", lambda *_: None)
    for method in ("replace", "append"):
        told = fields["none"].preview(small(fields["none"], method, "k0"))

        assert (told.stale or "").startswith("127.0.0.1 does not yet show all writes")


def test_a_change_during_the_download_is_said(fields: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    field = fields["text"]
    job = small(field, "replace", "k0")
    waited = room._Work._all

    def meanwhile(self: Any, expected: int) -> None:
        waited(self, expected)
        path = f"/resource/{field.bench.dataset}.json"
        field.bench._call("POST", path, json=[{"id": "someone's"}])

    monkeypatch.setattr(room._Work, "_all", meanwhile)
    told = field.preview(job)

    assert told.stale == (
        "Someone changed Things while its rows were read, so this preview may mix old and new"
        " rows: preview it again."
    )


def test_a_stop_while_rows_are_read_ends_it(fields: Any) -> None:
    field = fields["text"]

    class Stopping(Silent):
        stop = False

        def begin(self, stage: str, total: int | None = None) -> None:
            self.stop = stage == "downloading the dataset"

    with pytest.raises(Cancelled, match="Stopped while the rows of the dataset"):
        preview(
            small(field, "replace", "k0"), field.bench.folder, field.bench.session(), Stopping()
        )
