"""The button Describe dataset, and other buttons while a description sheet is active."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.describe.description_changes import with_values
from sodasheet.excel.button_press import activate
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.sheets.description import (
    DescriptionSheet,
    description_sheet,
    new_description_sheet,
)
from sodasheet.excel.sheets.description_sheet_cells import conflict_states, states_of, wanted_of
from sodasheet.excel.sheets.open_mapping import target
from sodasheet.excel.tasks.background_press import handed_over
from sodasheet.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sodasheet.describe.description_changes import DescriptionChange
    from sodasheet.describe.description_push_plan import DescriptionPlan
    from sodasheet.describe.push_record import DescriptionRun
    from sodasheet.excel.button_press import Press
    from sodasheet.jobs.sheet.labeled_settings_block import SheetTarget
    from sodasheet.portal.http.session import PortalSession

_ALREADY = "Nothing to send: the portal is already up to date."

#: How many changes a question lists, and how many characters of each value.
_LISTED, _LONGEST = 8, 40


def describe_dataset(press: Press) -> bool:
    """Show the description of the dataset on a sheet; send the edits made there, if any.

    True if a separate process goes on with it.
    """
    if handed_over(press, "describe_dataset", "comparing the description with the portal"):
        return True
    where = target(press)
    sheet = description_sheet(press.book, where)
    if sheet is None:
        _read(press, where, None)
        return False
    activate(sheet.sheet)
    _send(press, sheet)
    return False


def check_description_sheet(press: Press) -> None:
    """Compare the sheet with the portal and write the state of every row; nothing is sent."""
    sheet = DescriptionSheet(press.sheet)
    edited = _edited(sheet)
    plan = _planned(press, sheet)
    nothing = _ALREADY if edited else "Nothing was edited on this sheet."
    press.clear_status()
    press.dialogs.tell(_told(plan) or nothing)


def send_description(press: Press) -> None:
    """Compare the active sheet with the portal, ask with old and new values, and push the edits."""
    _send(press, DescriptionSheet(press.sheet))


def _send(press: Press, sheet: DescriptionSheet) -> None:
    from sodasheet.describe.push_description import push_description

    where = sheet.target
    if not _edited(sheet):
        _read(press, where, sheet)
        return
    plan = _planned(press, sheet)
    if plan.stopped or plan.empty:
        if plan.empty and not plan.stopped:
            _read(press, where, sheet, conflicts=plan.conflicts)
        press.dialogs.tell(_told(plan) or _ALREADY)
        return
    if not press.dialogs.ask_yes_no(f"{_told(plan)}\n\nSend the changes?"):
        return
    press.status(f"Describing {plan.name}")
    with open_session(where.portal, write=True) as session:
        run = push_description(session, plan, "")
    sent = run.outcome == "done"
    _read(press, where, sheet, run=run.run, sent=sent, conflicts=plan.conflicts)
    press.dialogs.tell(run.summary)


def undo_description(press: Press) -> None:
    """Undo the last push of the active description, after a confirmation."""
    from sodasheet.describe.description_push_plan import with_conflicts
    from sodasheet.describe.push_description import push_description

    sheet = DescriptionSheet(press.sheet)
    where = sheet.target
    press.status("Comparing the description with the portal")
    with open_session(where.portal, write=True) as session:
        run, plan = _last(session, where)
        if plan.conflicts:
            question = "Others have changed this since:\n\n" + _listed(plan.conflicts)
            if not press.dialogs.ask_yes_no(f"{question}\n\nUndo it anyway?"):
                return
            plan = with_conflicts(plan)
        if plan.empty:
            press.dialogs.tell("The description is unchanged: nothing was sent.")
            return
        last = "the last push of this description"
        if run.is_undo:
            last += ", which undid an earlier push"
        if not press.dialogs.ask_yes_no(f"Undo {last}?\n\n{_listed(plan.changes)}"):
            return
        done = push_description(session, plan, f"undoes {run.run}")
    _read(press, where, sheet, run=done.run, sent=done.outcome == "done")
    press.dialogs.tell(done.summary)


def _last(session: PortalSession, where: SheetTarget) -> tuple[DescriptionRun, DescriptionPlan]:
    """Return the last push of a description that the portal shows, and a plan to undo that push.

    A push whose end is not known may have changed nothing; the push before is the last then.
    Raises UsageProblem if there is none.
    """
    from sodasheet.describe.description_push_plan import plan_undo
    from sodasheet.describe.push_record import past_runs
    from sodasheet.errors import UsageProblem

    runs = [one for one in past_runs(where.portal, where.dataset) if one.undoable]
    if not runs:
        raise UsageProblem(
            "No description of this dataset was sent from this computer.", "Nothing can be undone."
        )
    for run in runs:
        plan = plan_undo(session, run)
        if run.outcome == "done" or not plan.empty or plan.conflicts:
            break
    return run, plan


def _read(
    press: Press,
    where: SheetTarget,
    sheet: DescriptionSheet | None,
    run: str = "",
    *,
    sent: bool = False,
    conflicts: Sequence[DescriptionChange] = (),
) -> None:
    """Read the description from the portal to its sheet, which is created if missing.

    What the user wrote and others stood against stays on the sheet, to be looked at and sent next.
    """
    from sodasheet.describe.description_push_plan import read_description_of

    press.status(f"Asking {where.portal.partition('//')[2]} about the dataset")
    with open_session(where.portal) as session:
        view, description = read_description_of(session, where.dataset)
    made = sheet or new_description_sheet(press.book, str(view.get("name") or where.dataset))
    made.write(where, description, run, sent)
    if conflicts:
        made.write_over(with_values(description, conflicts), conflict_states(conflicts))
    activate(made.sheet)


def _edited(sheet: DescriptionSheet) -> bool:
    """True if a cell of the sheet differs from the value that was read."""
    from sodasheet.describe.description_changes import changes

    base, _ = sheet.remembered
    wanted = wanted_of(sheet.cells(), base, sheet.sheet.name)
    return bool(changes(base, wanted) or sheet.dictionary)


def _planned(press: Press, sheet: DescriptionSheet) -> DescriptionPlan:
    """Return the plan for the edits, and write the state of every row on the sheet."""
    from sodasheet.describe.description_push_plan import plan_description

    where, (base, _) = sheet.target, sheet.remembered
    wanted = wanted_of(sheet.cells(), base, sheet.sheet.name)
    press.status("Comparing the description with the portal")
    with open_session(where.portal) as session:
        plan = plan_description(session, where.dataset, wanted, base=base, attach=sheet.dictionary)
    count = len(plan.changes) + (plan.new_file is not None)
    sheet.show_states(plan.now, states_of(plan, wanted), count)
    return plan


def _told(plan: DescriptionPlan) -> str:
    """Return the findings and the changes in a plan in words; empty if there are none."""
    parts = [
        f"{group.message} {group.remedy}"
        for group in sorted(plan.findings, key=lambda one: one.severity is not Severity.STOP)
    ]
    if plan.conflicts:
        parts.append(
            "Not sent now, because it was changed on the portal too. Your values stay on the sheet;"
            f" press again to send them:\n{_listed(plan.conflicts)}"
        )
    if plan.changes and not plan.stopped:
        parts.append(_listed(plan.changes))
    if plan.new_file is not None and not plan.stopped:
        there = plan.new_file.name in plan.now.attached
        instead = ", replacing the one that is attached now" if there else ""
        parts.append(f"Attached as a file: {plan.new_file.name}{instead}")
    return "\n\n".join(parts)


def _listed(found: Sequence[DescriptionChange]) -> str:
    lines = [
        f"{one.label}: {_short(one.old_words)} \u2192 {_short(one.new_words)}"
        for one in found[:_LISTED]
    ]
    more = len(found) - _LISTED
    return "\n".join(lines + ([f"and {more:,} more"] if more > 0 else []))


def _short(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        return "(blank)"
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}\u2026"
