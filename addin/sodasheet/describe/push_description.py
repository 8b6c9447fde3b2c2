"""Push a description: compared again, written, verified, and recorded for an undo.

The dataset's own fields go in one revision, which the portal applies as a whole. Columns have no
such thing without rows: each is changed by itself, and if one of them fails the others are
changed back before the error is reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sodasheet.describe.changes_for_portal import column_bodies, metadata_change
from sodasheet.describe.description import FREQUENCY, Description, description_of, same_text
from sodasheet.describe.description_changes import ChangedPart, DescriptionChange, changes, value_in
from sodasheet.describe.description_push_plan import DescriptionPlan
from sodasheet.describe.push_record import DescriptionRun, begin_run
from sodasheet.errors import Refused, SodaSheetError, UnknownOutcome
from sodasheet.portal.descriptions import (
    AppliedMetadata,
    apply_metadata,
    change_column,
    read_view,
)
from sodasheet.portal.publishing.task_set_reply import TaskState
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Parts that are changed one column at a time.
_OF_COLUMNS = frozenset({ChangedPart.COLUMN, ChangedPart.ORDER})


def push_description(session: PortalSession, plan: DescriptionPlan, note: str) -> DescriptionRun:
    """Write the changes in a plan, verify them, and return the record of the run.

    Raises Refused if the description has changed since the plan was made, PortalError if the
    portal refuses (the columns are as before then), UnknownOutcome if that is not known.
    """
    view = read_view(session, plan.dataset)
    now = description_of(view, plan.now.defined)
    moved = [one for one in plan.changes if not same_text(value_in(now, one), one.old)]
    if moved:
        raise Refused(
            f"{moved[0].label} of {plan.name} was changed on the portal since it was compared.",
            "Compare the description again, and push it if it is still right.",
        )
    run = begin_run(session.portal, plan.dataset, plan.name, plan.changes, note)
    try:
        applied = _write(session, plan, view, note)
    except UnknownOutcome as error:
        return _looked_up(session, plan, run, error)
    except SodaSheetError as error:
        run.end("failed", error.what)
        raise
    return _ended(session, plan, _with_file(run, plan, now, applied), now, applied)


def _looked_up(
    session: PortalSession, plan: DescriptionPlan, run: DescriptionRun, error: UnknownOutcome
) -> DescriptionRun:
    """Return the run as done if the portal shows all of its changes although its reply was lost.

    Raises UnknownOutcome else: the portal may still be at work.
    """
    with suppress(SodaSheetError):
        after = description_of(read_view(session, plan.dataset), plan.now.defined)
        if plan.new_file is None and not _unlike(after, run.changes):
            return run.end("done", f"Described {plan.name}. The portal shows every change.")
    said = f"{session.host} did not say whether the description of {plan.name} was changed."
    run.end("unknown", said)
    raise UnknownOutcome(
        said,
        "Compare the description again in a few minutes; you can undo the changes that were made "
        "by then.",
        error.status,
        error.reason,
    ) from error


def _with_file(
    run: DescriptionRun, plan: DescriptionPlan, now: Description, applied: AppliedMetadata | None
) -> DescriptionRun:
    """Return the run with the attached file as a change."""
    if plan.new_file is None or applied is None:
        return run
    name = plan.new_file.name
    old = now.attached.get(name, "")
    change = DescriptionChange(ChangedPart.ATTACHMENT, name, old, applied.file_id)
    return replace(run, changes=(*run.changes, change))


def _ended(
    session: PortalSession,
    plan: DescriptionPlan,
    run: DescriptionRun,
    before: Description,
    applied: AppliedMetadata | None,
) -> DescriptionRun:
    """Return the run with its outcome, read from the portal."""
    many = counted(len(run.changes), "change")
    if applied is not None and applied.task.state is TaskState.APPROVAL:
        return run.end(
            "waiting", f"{many} of {plan.name}: someone has to approve them on the portal."
        )
    after = description_of(read_view(session, plan.dataset), plan.now.defined)
    wrong = _unlike(after, run.changes)
    if wrong:
        first = wrong[0]
        return run.end(
            "unknown",
            f"The portal accepted the description but shows {first.label} as"
            f' "{value_in(after, first)}" instead of "{first.new}".',
        )
    others = _others(before, after, run.changes)
    also = f" Also changed on the portal: {others[0].label}." if others else ""
    return run.end("done", f"Described {plan.name}: {many}.{also}")


def _unlike(after: Description, made: Iterable[DescriptionChange]) -> list[DescriptionChange]:
    """Return the changes whose new value is missing from a description."""
    return [one for one in made if not same_text(value_in(after, one), one.new)]


def _others(
    before: Description, after: Description, made: Iterable[DescriptionChange]
) -> list[DescriptionChange]:
    """Return all other differences: edits by others, or values that the portal dropped."""
    planned = {(one.place, one.owner, one.key) for one in made}
    fields = {key: text for key, text in after.fields.items() if key != FREQUENCY}
    gone = dict.fromkeys(before.attached, "") | dict(after.attached)
    found = changes(before, replace(after, fields=fields, attached=gone))
    return [one for one in found if (one.place, one.owner, one.key) not in planned]


def _write(
    session: PortalSession, plan: DescriptionPlan, view: dict[str, Any], note: str
) -> AppliedMetadata | None:
    now = description_of(view)
    wanted = replace(metadata_change(view, plan.changes), new_file=plan.new_file, note=note)
    own = any(one.place not in _OF_COLUMNS or one.is_column("identifier") for one in plan.changes)
    done: list[int] = []
    try:
        for column, body in column_bodies(view, now, plan.changes).items():
            change_column(session, plan.dataset, column, body)
            done.append(column)
        if not own and plan.new_file is None:
            return None
        applied = apply_metadata(session, plan.dataset, wanted)
        if applied.task.state is not TaskState.APPROVAL:
            applied.task.require_success(session.host)
        return applied
    except UnknownOutcome:
        raise
    except SodaSheetError:
        back = [one.inverse for one in plan.changes if one.place in _OF_COLUMNS]
        if done:
            _change_back(session, plan.dataset, back)
        raise


def _change_back(session: PortalSession, dataset: str, back: list[DescriptionChange]) -> None:
    """Restore the earlier values of columns; the first error is the one to report."""
    with suppress(SodaSheetError):
        view = read_view(session, dataset)
        now = description_of(view)
        missing = _unlike(now, back)
        for column, body in column_bodies(view, now, missing).items():
            with suppress(SodaSheetError):
                change_column(session, dataset, column, body)
