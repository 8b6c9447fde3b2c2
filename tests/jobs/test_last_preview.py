"""The result of a preview is saved only for the push that follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sodasheet.jobs.last_preview import (
    key_of,
    remember,
    seen_by_preview,
    seen_from_json,
    seen_to_json,
)
from sodasheet.model.job import Fingerprint, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.push.request import PreviewSnapshot
from sodasheet.push.runs.journal import Journal, RunRecord, runs_folder

PORTAL, DATASET = "https://data.example.gov", "abcd-1234"
UPDATED = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
NUMBERS = Preview(1, 2, 3, 4, 10, 8, emptied=("notes",), identifier="id")
JOB = Job(
    PORTAL,
    DATASET,
    Method.UPSERT,
    SourceSpec(kind="active", sheet="Data"),
    Mapping((ColumnRule("Id", "id", match="same name"),)),
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))


def report(**changes: Any) -> dict[str, Any]:
    return {
        **NUMBERS.to_json(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "portal": PORTAL,
        "dataset": DATASET,
        "source": {"sha256": "5a"},
        "seen": {"rows": 10, "updated": UPDATED.isoformat()},
        **changes,
    }


def test_the_push_that_follows_knows_what_the_preview_saw() -> None:
    remember(key_of(JOB), report())

    seen = seen_by_preview(replace(JOB, fingerprint=Fingerprint(("Id",))))

    assert seen == PreviewSnapshot(10, UPDATED, "5a", NUMBERS)
    assert seen_from_json(json.loads(json.dumps(seen_to_json(seen)))) == seen
    assert seen_from_json({"rows": 1, "updated": None}) == PreviewSnapshot(1)


def test_a_preview_of_mixed_rows_is_known_to_the_push_without_its_counts() -> None:
    state = {"rows": 10, "updated": None, "changed": "2024-01-01", "mixed": True}
    remember(key_of(JOB), report(stale="Someone changed it.", seen=state))

    seen = seen_by_preview(JOB)

    assert seen == PreviewSnapshot(10, None, "5a", None, "2024-01-01", mixed=True)
    assert seen_from_json(json.loads(json.dumps(seen_to_json(seen)))) == replace(seen, sha256="5a")


@pytest.mark.parametrize(
    "job",
    [
        replace(JOB, method=Method.REPLACE),
        replace(JOB, source=SourceSpec(kind="active", sheet="Other")),
        replace(JOB, mapping=Mapping((ColumnRule("Id", "id2"),))),
        replace(JOB, dataset="wxyz-6789"),
        replace(JOB, portal="https://other.example.gov"),
    ],
)
def test_another_push_knows_nothing_of_it(job: Job) -> None:
    remember(key_of(JOB), report())

    assert seen_by_preview(job) is None


def old() -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    remember(key_of(JOB), report(started=long_ago.isoformat()))


def doubted() -> None:
    remember(key_of(JOB), report())
    remember(key_of(JOB), report(stale="Someone changed Fees while its rows were read."))


def broken() -> None:
    remember(key_of(JOB), report())
    (path,) = Path(runs_folder().parent, "previews").iterdir()
    path.write_text('{"job": 1')


def pushed_since() -> None:
    remember(key_of(JOB), report())
    journal = Journal(runs_folder())
    journal.begin(RunRecord("r1", datetime.now(UTC).isoformat(), PORTAL, DATASET, "upsert", {}))
    journal.write("r1", "landed")
    journal.end("r1", "done", "Updated Fees.")


@pytest.mark.parametrize("happened", [old, doubted, broken, pushed_since])
def test_a_preview_that_is_no_good_any_more_is_not_gone_by(happened: Callable[[], None]) -> None:
    happened()

    assert seen_by_preview(JOB) is None
