"""Changes on the Map page: the typed values, and the action of the pressed button."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import request

from sodasheet.desk.drafts.draft import Draft
from sodasheet.desk.drafts.start_draft_task import start_for
from sodasheet.desk.drafts.suggestions import open_suggestions
from sodasheet.desk.map.job_settings import (
    with_settings,
)
from sodasheet.desk.map.mapping_page import page
from sodasheet.desk.map.mapping_table import (
    confirmed,
    mapping_of,
)
from sodasheet.desk.map.rule_fields import with_rules
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs import write_job
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.suggestion import SuggestedChange
from sodasheet.push.replaced_part import require_replace
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.mapping_sql import require_formats


def change(draft: Draft, workers: Workers) -> Any:
    """Store the typed values, then run the action of the pressed button."""
    if draft.shape is None:
        return _begin(draft, workers)
    form, before = request.form, draft.job
    how = form.get("how", "")
    try:
        job = _decided(draft, _changed(draft, before), how)
        if how == "confirm":
            job = replace(job, mapping=confirmed(job.mapping))
        draft.save(job)
        if how == "save":
            _save_as(draft, form.get("file", ""))
    except SodaSheetError as error:
        return page(draft, error), 422
    again = job.method != before.method or job.source != before.source
    if again or how == "match":
        return _begin(draft, workers)
    if how == "check":
        return local(f"/task/{start_for(draft, TaskKind.CHECK, workers).id}")
    return local(f"/draft/{draft.id}/map{'#saved' if how == 'save' else ''}")


def _changed(draft: Draft, before: Job) -> Job:
    """The job that the fields describe. Raises UsageProblem for an invalid value."""
    shape = draft.shape
    assert shape is not None  # noqa: S101 - asked before
    form = request.form
    job = replace(before, mapping=mapping_of(form, before, shape))
    job = with_settings(job, form, form.getlist("leave-out"))
    job = with_rules(job, form, before, shape.dataset)
    method = Method(form.get("method", before.method.value))
    if method in (Method.UPSERT, Method.DELETE) and shape.dataset.row_identifier is None:
        raise UsageProblem(
            f"{shape.dataset.name} has no row identifier, so rows can’t be told apart.",
            "Add rows at the end, or replace all rows.",
        )
    if job.within is not None:
        require_replace(method)
    require_formats(CheckPlan(shape.dataset, job.mapping, method), shape.headers)
    return replace(job, method=method)


def _decided(draft: Draft, job: Job, how: str) -> Job:
    """Return the job with the suggestions that the pressed button accepts or declines."""
    from sodasheet.staging.suggest.accept_or_decline import accept, decline

    verb, _, rest = how.partition(":")
    key, _, choice = rest.partition("=")
    found = open_suggestions(draft, job)
    chosen = [one for one in found if one.key == key]
    if how == "accept-all":
        verb, chosen = "accept", [one for one in found if not one.is_question]
    if verb == "accept":
        answered = [
            replace(one, change=SuggestedChange(formats=(choice,)))
            if choice in one.choices
            else one
            for one in chosen
        ]
        mapping, source = accept(job.mapping, job.source, answered)
        return replace(job, mapping=mapping, source=source)
    if verb == "decline":
        return replace(job, mapping=decline(job.mapping, chosen))
    return job


def _begin(draft: Draft, workers: Workers) -> Any:
    return local(f"/task/{start_for(draft, TaskKind.MAP, workers).id}")


def _exists(path: Path) -> bool:
    """True if the file exists. Raises UsageProblem for an invalid path."""
    try:
        return path.exists()
    except OSError as error:
        raise UsageProblem(
            f"The job file can’t be saved there: {error.strerror or error}.",
            "Choose a shorter name or another folder.",
        ) from error


def _save_as(draft: Draft, text: str) -> None:
    """Save the job as a separate file. Raises UsageProblem."""
    plain = text.strip().strip('"')
    path = Path(plain).expanduser()
    if not plain or not path.is_absolute() or path.suffix.lower() != ".json":
        raise UsageProblem(
            f'"{plain}" can’t be the path of a job file.',
            "Type the whole path, ending in .json, such as C:\\Data\\permits.json.",
        )
    if str(path) != draft.about.saved_as and _exists(path):
        raise UsageProblem(f"{path} already exists.", "Choose another name.")
    write_job(draft.job, path)
    draft.describe(replace(draft.about, saved_as=str(path)), draft.shape)
