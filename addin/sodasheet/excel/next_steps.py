"""Next steps in Excel: the button or cell for each step."""

from __future__ import annotations

from collections.abc import Iterable

from sodasheet.model.next_step import Action, NextStep

#: Action -> sentence. Steps that a workbook cannot take are left out.
_SENTENCES = {
    Action.SIGN_IN: "Press Sign in.",
    Action.CREATE_JOB: "Press Choose dataset, then Map columns.",
    Action.MAP_AGAIN: "Press Match again.",
    Action.CONFIRM_MATCHES: "Check the matches on the mapping sheet, then press Match again.",
    Action.ALLOW_REJECTED: "To skip those rows, press Push again and agree.",
    Action.PREVIEW: "Press Preview changes.",
    Action.PUSH: "Press Push.",
    Action.PUSH_ALL_ROWS: "Press Push.",
    Action.SEND_REMAINING: "Press Push again; its window offers to send the remaining rows.",
    Action.SKIP_GUARD: "If this is intended, press Push again, and Push anyway in its window.",
    Action.ALLOW_DUPLICATE_APPEND: (
        "If this is intended, press Push again, and Push anyway in its window."
    ),
    Action.SHOW_HISTORY: "Press Run history.",
    Action.SHOW_RUN: "Press Run history and choose run {run}.",
    Action.RESUME_RUN: "Press Push again: run {run} is resolved first.",
    Action.MARK_RESOLVED: "",
    Action.UNDO_RUN: "Press Undo last push.",
    Action.OVERWRITE_CONFLICTS: "Press Undo last push and agree to overwrite the later edits.",
    Action.LIST_SCHEDULES: "Press Schedule.",
    Action.NAME_SCHEDULE: "Click Schedule and enter another name for the schedule.",
    Action.REMOVE_SCHEDULE: "Press Schedule and remove the schedule there.",
}


def step_sentences(steps: Iterable[NextStep]) -> list[str]:
    """Return one sentence for each step with a button or cell, each only once."""
    sentences = (_SENTENCES.get(step.action, "").format(run=step.run) for step in steps)
    return list(dict.fromkeys(filter(None, sentences)))


def with_steps(text: str, steps: Iterable[NextStep]) -> str:
    """Return the text followed by the sentences of its steps."""
    return " ".join([text, *step_sentences(steps)]).strip()
