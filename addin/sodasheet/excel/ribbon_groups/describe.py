"""The button Describe dataset, and other buttons while a description sheet is in front."""

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
from sodasheet.excel.sheets.description_rows import conflict_states, states_of, wanted_of
from sodasheet.excel.sheets.designed_sheet import on_description
from sodasheet.excel.sheets.open_mapping import target
from sodasheet.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sodasheet.describe.description_changes import DescriptionChange
    from sodasheet.describe.push_plan import DescriptionPlan
    from sodasheet.excel.button_press import Press
    from sodasheet.jobs.sheet.header_block import SheetTarget

#: Changes that a question lists, and the characters of each value there.
_LISTED, _LONGEST = 8, 40


def describe_dataset(press: Press) -> None:
    """Show the description of the dataset on a sheet; send what was edited there, if anything."""
    if on_description(press):
        send_description(press)
        return
    where = target(press)
    sheet = description_sheet(press.book, where)
    if sheet is None:
        _read(press, where, None)
        return
    activate(sheet.sheet)
    _send(press, sheet)


def check_description_sheet(press: Press) -> None:
    """Compare the sheet with the portal and write the state of every row; nothing is sent."""
    sheet = DescriptionSheet(press.sheet)
    plan = _planned(press, sheet)
    press.dialogs.tell(_told(plan) or "Nothing was edited on this sheet.")


def send_description(press: Press) -> None:
    """Compare the sheet in front with the portal, ask with old and new, and push the edits."""
    _send(press, DescriptionSheet(press.sheet))


def _send(press: Press, sheet: DescriptionSheet) -> None:
    from sodasheet.describe.push import push_description

    where = sheet.target
    if not _edited(sheet):
        _read(press, where, sheet)
        return
    plan = _planned(press, sheet)
    if plan.stopped or plan.empty:
        if plan.empty and not plan.stopped:
            _read(press, where, sheet, conflicts=plan.conflicts)
        press.dialogs.tell(_told(plan) or "The portal has all of it already: nothing was sent.")
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
    """Undo the last push of the description in front, once that was agreed to."""
    from sodasheet.describe.push import push_description
    from sodasheet.describe.push_plan import plan_undo, with_conflicts
    from sodasheet.describe.push_record import past_runs
    from sodasheet.errors import UsageProblem

    sheet = DescriptionSheet(press.sheet)
    where = sheet.target
    landed = [one for one in past_runs(where.portal, where.dataset) if one.outcome == "done"]
    if not landed:
        raise UsageProblem(
            "No description of this dataset was sent from this computer.", "Nothing can be undone."
        )
    press.status("Comparing the description with the portal")
    with open_session(where.portal, write=True) as session:
        plan = plan_undo(session, landed[0])
        if plan.conflicts:
            question = "Others have changed this since:\n\n" + _listed(plan.conflicts)
            if not press.dialogs.ask_yes_no(f"{question}\n\nUndo it anyway?"):
                return
            plan = with_conflicts(plan)
        if plan.empty:
            press.dialogs.tell("The description is as it was before: nothing was sent.")
            return
        question = f"Undo the last push of this description?\n\n{_listed(plan.changes)}"
        if not press.dialogs.ask_yes_no(question):
            return
        run = push_description(session, plan, f"undoes {landed[0].run}")
    _read(press, where, sheet, run=run.run, sent=run.outcome == "done")
    press.dialogs.tell(run.summary)


def _read(
    press: Press,
    where: SheetTarget,
    sheet: DescriptionSheet | None,
    run: str = "",
    *,
    sent: bool = False,
    conflicts: Sequence[DescriptionChange] = (),
) -> None:
    """Read the description from the portal onto its sheet, which is made if there is none.

    What the user wrote and others stood against stays on the sheet, to be looked at and sent next.
    """
    from sodasheet.describe.push_plan import read_description_of

    press.status(f"Asking {where.portal.partition('//')[2]} about the dataset")
    with open_session(where.portal) as session:
        view, description = read_description_of(session, where.dataset)
    made = sheet or new_description_sheet(press.book, str(view.get("name") or where.dataset))
    made.write(where, description, run, sent)
    if conflicts:
        made.write_over(with_values(description, conflicts), conflict_states(conflicts))
    activate(made.sheet)


def _edited(sheet: DescriptionSheet) -> bool:
    """True if a cell of the sheet says something else than what was read."""
    from sodasheet.describe.description_changes import changes

    base, _ = sheet.remembered
    return bool(changes(base, wanted_of(sheet.cells(), base, sheet.sheet.name)))


def _planned(press: Press, sheet: DescriptionSheet) -> DescriptionPlan:
    """Return the plan of what was edited, with the state of every row written on the sheet."""
    from sodasheet.describe.push_plan import plan_description

    where, (base, _) = sheet.target, sheet.remembered
    wanted = wanted_of(sheet.cells(), base, sheet.sheet.name)
    press.status("Comparing the description with the portal")
    with open_session(where.portal) as session:
        plan = plan_description(session, where.dataset, wanted, base=base)
    sheet.show_states(plan.now, states_of(plan), len(plan.changes))
    return plan


def _told(plan: DescriptionPlan) -> str:
    """Return the findings and the changes of a plan in words; empty if there is nothing."""
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
