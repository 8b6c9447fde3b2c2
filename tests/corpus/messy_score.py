"""Evaluate the corpus: is each file published correctly, and after how many answers?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from messy_cases import Case

from sodasheet.matching import suggest
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.model.suggestion import Suggestion
from sodasheet.sources import open_source, source_spec
from sodasheet.sources.header_row import suggest_header_row
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.rows_without_values import without_emptied_rows
from sodasheet.staging.output.rows_to_send import BatchLimits, batches
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.suggest import accept, suggest_changes, with_formats


class Verdict(StrEnum):
    """The outcome for one file."""

    AT_ONCE = "right at once"
    ACCEPTED = "right after one acceptance"
    REFUSED = "refused with the right sentence"
    WRONG = "wrong"


@dataclass(frozen=True)
class Judged:
    """The verdict about a case; `why` says what differs if wrong."""

    case: Case
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True)
class Trial:
    """The outcome of one check: rows that would be sent, reasons of findings, suggestions."""

    stopped: bool
    reasons: frozenset[str]
    rows: list[dict[str, Any]]
    suggestions: tuple[Suggestion, ...]


def trials(case: Case) -> tuple[Trial, Trial]:
    """Check the file unchanged, and again with every suggestion accepted."""
    columns = tuple(
        Column(at, field, field, kind, at, {})
        for at, (field, kind) in enumerate(case.columns.items(), 1)
    )
    dataset = Dataset("https://data.example.gov", "abcd-1234", "Messy", columns)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / case.file).write_bytes(case.data)
        spec = source_spec(case.file)
        first = _try(folder, spec, dataset, None, ())
        return first, _accepted(folder, spec, dataset, case, first)


def judge(case: Case) -> Judged:
    """Compare the result for a file with what a careful person would publish."""
    first, second = trials(case)
    if first.rows == case.rows and not first.stopped and not case.refused:
        return Judged(case, Verdict.AT_ONCE)
    if case.refused:
        good = second.stopped and case.refused in second.reasons
        return Judged(case, Verdict.REFUSED if good else Verdict.WRONG, f"{second}")
    asked = first.stopped or first.suggestions or first.reasons
    if asked and not second.stopped and second.rows == case.rows:
        return Judged(case, Verdict.ACCEPTED)
    return Judged(
        case, Verdict.WRONG, f"{second.rows} {sorted(second.reasons)} {first.suggestions}"
    )


def score(cases: Iterable[Case]) -> dict[Verdict, list[Judged]]:
    """Evaluate all cases."""
    found: dict[Verdict, list[Judged]] = {verdict: [] for verdict in Verdict}
    for case in cases:
        judged = judge(case)
        found[judged.verdict].append(judged)
    return found


def _accepted(folder: Path, spec: SourceSpec, dataset: Dataset, case: Case, first: Trial) -> Trial:
    """Try again with all suggestions, and with the user's answers to the questions."""
    suggestions = first.suggestions
    row = suggest_header_row(folder / spec.path, spec)
    if row is not None:
        _, spec = accept(Mapping(), spec, [row])
        suggestions = _try(folder, spec, dataset, None, ()).suggestions
    suggestions = tuple(_answered(one, case) for one in suggestions)
    found = _try(folder, spec, dataset, case, suggestions)
    return replace(found, suggestions=((row,) if row is not None else ()) + suggestions)


def _answered(one: Suggestion, case: Case) -> Suggestion:
    answer = case.answers.get(one.key)
    return replace(one, change=replace(one.change, **answer)) if answer else one


def _try(
    folder: Path,
    spec: SourceSpec,
    dataset: Dataset,
    case: Case | None,
    suggestions: tuple[Suggestion, ...],
) -> Trial:
    _, spec = accept(Mapping(), spec, suggestions)
    with (
        TemporaryDirectory() as room,
        Stage.open(open_source(spec, folder), Path(room), Silent()) as stage,
    ):
        mapping = with_formats(suggest(stage.headers, dataset, Method.APPEND), stage, dataset)
        mapping, _ = accept(mapping, spec, suggestions)
        found = suggest_changes(stage, mapping, dataset)
        plan = CheckPlan(dataset, mapping, Method.APPEND)
        result = check(without_emptied_rows(stage, plan), plan)
        stopped = result.stopped or result.rejected > 0
        missing = {*dataset_fields(dataset)} - {*mapping.filled}
        reasons = frozenset(group.reason for group in result.findings)
        return Trial(
            stopped or bool(missing), reasons, [] if result.stopped else _sent(result), found
        )


def dataset_fields(dataset: Dataset) -> tuple[str, ...]:
    return tuple(column.field for column in dataset.columns)


def _sent(result: CheckResult) -> list[dict[str, Any]]:
    found = []
    for batch in batches(result, BatchLimits()):
        found += json.loads(batch.body, parse_float=str, parse_int=str)
    return found
