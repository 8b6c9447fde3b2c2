"""The Map page, and how the samples of a column are read."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import render_template, request

from sodasheet.desk.columns.routes import page_of
from sodasheet.desk.drafts.draft import Draft, Shape
from sodasheet.desk.drafts.find_draft_and_steps import step_links
from sodasheet.desk.drafts.suggestions import open_suggestions
from sodasheet.desk.map.field_texts import join_list
from sodasheet.desk.map.job_settings import (
    ENCODINGS,
    SEPARATORS,
    beginnings,
    row_kinds,
)
from sodasheet.desk.map.live_examples import ColumnReading, readings
from sodasheet.desk.map.mapping_table import (
    BLANKS,
    METHODS,
    choices,
    mapping_of,
    rows_of,
    shown_places,
    unfilled,
)
from sodasheet.desk.map.point_fields import FORMATS
from sodasheet.desk.map.rule_fields import RuleFields, rules_at
from sodasheet.desk.typed_number import typed_number
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.sheet.cell_words import zone_words
from sodasheet.jobs.sheet.replaced_part_cell import part_words
from sodasheet.model.job import Job
from sodasheet.system.file_names import file_name

#: Choices of all columns together that a page holds; the lists of a wider source are filled as they
#: are opened, because they grow with the square of the columns.
MOST_CHOICES = 20_000


def example(draft: Draft, place: str) -> str:
    """Return how the samples of the column at `place` are read with the typed settings."""
    shape, job = draft.shape, draft.job
    at = typed_number(place)
    if shape is None or at is None:
        return ""
    header = next((rule.source for rule in job.mapping.columns[at : at + 1]), None)
    if header is None:
        return ""
    try:
        mapping = mapping_of(request.form, job, shape)
    except SodaSheetError as error:
        return render_template("draft/example.html", reading=ColumnReading(problem=str(error)))
    rules = [rule for rule in mapping.columns if rule.source == header]
    reading = readings(rules, mapping, shape.dataset, shape.samples).get(header, ColumnReading())
    try:
        rules_at(request.form, at, header, shape.dataset)
    except UsageProblem as error:
        reading = replace(reading, problem=reading.problem or str(error))
    return render_template("draft/example.html", reading=reading)


def page(draft: Draft, error: SodaSheetError | None = None) -> Any:
    """Render the page; with an error, all typed values stay."""
    shape = draft.shape
    if shape is None:
        return render_template("draft/unread.html", draft=draft, about=draft.about)
    job = draft.job
    if error:
        # The examples use the typed values, if valid.
        with suppress(SodaSheetError):
            job = replace(job, mapping=mapping_of(request.form, job, shape))
    rows = rows_of(job, shape)
    listed = choices(shape.dataset, job.method)
    open_rows = [row for row in rows if not row.choice]
    return render_template(
        "draft/map.html",
        place="Home",
        draft=draft,
        about=draft.about,
        job=job,
        shape=shape,
        rows=rows,
        open_rows=open_rows,
        guesses=[row for row in rows if row.guess],
        sure=sum(1 for row in rows if row.status[0] == "good"),
        unfilled=unfilled(job, shape.dataset),
        addresses=shown_places(job.mapping, shape.dataset),
        choices=listed,
        wide=len(rows) * len(listed) > MOST_CHOICES,
        angles=FORMATS,
        blanks=[(one.value, words) for one, words in BLANKS],
        methods=[(one.value, words, told) for one, words, told in METHODS],
        links=step_links(draft),
        columns_page=_columns_page(draft, job),
        suggestions=open_suggestions(draft, job),
        kinds=row_kinds(
            replace(job.source, leave_out=tuple(request.form.getlist("leave-out")))
            if error
            else job.source
        ),
        starting=beginnings(job.source),
        within=part_words(job.within),
        zone=zone_words(job.mapping.timezone),
        missing=join_list(job.mapping.missing),
        rules=RuleFields.of(job, shape.dataset),
        encodings=ENCODINGS,
        separators=SEPARATORS,
        job_path=_job_path(draft, shape),
        error=error,
        kept=_kept if error else lambda _name, default: default,
    )


def _columns_page(draft: Draft, job: Job) -> str:
    """Return the page that adds the columns missing from the dataset."""
    source = job.source
    file = str(Path(draft.about.base) / source.path) if source.path else ""
    part = f"sheet:{source.sheet}" if source.sheet else ""
    part = f"table:{source.table}" if source.table else part
    return page_of(job.portal, job.dataset, file=file, part=part)


def _kept(name: str, default: Any) -> Any:
    """Return the typed text of a field, for a page with an error."""
    return request.form.get(name, "" if isinstance(default, bool) else default)


def _job_path(draft: Draft, shape: Shape) -> str:
    """Return the path of the last save, else a path next to the source, named after the dataset."""
    about = draft.about
    name = file_name(shape.dataset.name, shape.dataset.id)
    return about.saved_as or str(Path(about.base) / f"{name}.json")
