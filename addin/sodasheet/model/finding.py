"""Findings of a check: row, column, value, and reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sodasheet.model.next_step import NextStep


class Severity(StrEnum):
    """Effect of a finding on the push.

    STOP: nothing can be sent. REJECT: the row is not sent. ASK: sent after a confirmation.
    NOTE: sent, but worth a look.
    """

    STOP = "stop"
    REJECT = "reject"
    ASK = "ask"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in one cell, row or column.

    `row` is the number of the row in the source, `column` the source header, `value` the text in
    the source, cut to a readable length.
    """

    row: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings with one reason in one column: their count and the first few.

    `reason` is a stable word for programs (`not-a-number`); `message` is the sentence for people,
    `remedy` the advice. `count` counts every occurrence, `examples` are the first ones.
    `steps` are next steps for front ends that can offer them. `fields` are the field names of the
    dataset's columns if the finding is about several. `short` is a sentence about one of the cells
    for tables that show row, column and value next to it ("Not a number."); blank if the message
    is short enough itself.
    """

    reason: str
    severity: Severity
    message: str
    remedy: str
    count: int = 1
    column: str | None = None
    examples: tuple[Finding, ...] = ()
    steps: tuple[NextStep, ...] = ()
    fields: tuple[str, ...] = ()
    short: str = ""
