"""Rules in words, accepted findings and levels of findings as fields of the Map page."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from sodasheet.errors import UsageProblem
from sodasheet.jobs.finding_choice_words import FindingWords
from sodasheet.jobs.rule_cell import cell_words, parse_cell
from sodasheet.jobs.rule_sentences import parse_rules
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.model.quality_settings import QualityRule, QualitySettings


@dataclass(frozen=True, slots=True)
class RuleFields:
    """The text of the fields: rules by field name of the filled columns, and `others`.

    `accepted` and `levels` have a line for each finding.
    """

    by_field: Map[str, str]
    others: str
    accepted: str
    levels: str

    @classmethod
    def of(cls, job: Job, dataset: Dataset) -> RuleFields:
        """Return the field text of a job."""
        quality, names = job.quality, Labels(dataset.fillable).by_name
        filled = {rule.field for rule in job.mapping.columns if rule.source and rule.fills}
        words = FindingWords(names)
        return cls(
            {field: cell_words(_about(quality.rules, field), names) for field in filled if field},
            "\n".join(rule.words for rule in quality.rules if rule.field not in filled),
            "\n".join(words.accepted(quality)),
            "\n".join(words.levels(quality)),
        )


def with_rules(job: Job, form: Map[str, str], before: Job, dataset: Dataset) -> Job:
    """Return the job with the rules and findings from the fields of the page.

    `before` is the job that the page has shown. Raises UsageProblem.
    """
    quality, words = job.quality, FindingWords(Labels(dataset.fillable).by_name)
    if "accepted-findings" in form:
        quality = words.with_accepted(quality, _lines(form["accepted-findings"]))
    if "finding-levels" in form:
        quality = words.with_levels(quality, _lines(form["finding-levels"]))
    rules = tuple(_rules(quality, form, before, dataset))
    return replace(job, quality=replace(quality, rules=rules))


def rules_at(form: Map[str, str], place: int, header: str, dataset: Dataset) -> list[QualityRule]:
    """Return the typed rules of a source column. Raises UsageProblem."""
    field = form.get(f"field-{place}", "")
    if f"rules-{place}" not in form or dataset.column(field) is None:
        return []
    names = Labels(dataset.fillable).by_name
    try:
        return list(parse_cell(form[f"rules-{place}"], field, names))
    except UsageProblem as problem:
        raise problem.about(f"Rules of {header}") from problem


def _rules(
    quality: QualitySettings, form: Map[str, str], before: Job, dataset: Dataset
) -> Iterable[QualityRule]:
    """Return the rules of all fields in their earlier order, then the new rules."""
    found: list[QualityRule] = []
    shown: set[str | None] = set()
    for place, rule in enumerate(before.mapping.columns):
        if rule.source is not None and f"rules-{place}" in form:
            shown |= {rule.field, form.get(f"field-{place}", "")}
            found += rules_at(form, place, rule.source, dataset)
    if "rules-others" in form:
        names = Labels(dataset.fillable).by_name
        filled = {one.field for one in before.mapping.columns if one.source and one.fills}
        shown |= {one.field for one in quality.rules if one.field not in filled}
        found += parse_rules(form["rules-others"], names)
    found += [rule for rule in quality.rules if rule.field not in shown]
    kept = [rule for rule in quality.rules if rule in found]
    return dict.fromkeys([*kept, *found])


def _about(rules: Iterable[QualityRule], field: str) -> list[QualityRule]:
    return [rule for rule in rules if rule.field == field]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
