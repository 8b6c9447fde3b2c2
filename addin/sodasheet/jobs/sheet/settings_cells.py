"""Settings of a push: the cells of a mapping sheet, in words instead of a job's keys."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import replace
from decimal import Decimal

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.schema import shown
from sodasheet.model.job import Guards, Job

SEND, KEEP = "Send", "Keep a way back"
SHRINK, REJECTED = "May lose at most", "Rows that may stay behind"

#: Words of the drop-downs -> values of docs/reference/job-file.md; the first is the default.
SENDS = {"all rows": "all", "only what changed": "changes"}
KEEPS = {"always": "require", "where possible": "try", "never": "off"}

_PERCENTAGE = re.compile(r"([0-9]+(?:\.[0-9]+|,[0-9]{1,2})?)\s*%")

#: No dataset has more rows than that, and a spreadsheet's number holds each of its digits.
_WHOLE = re.compile("[0-9]{1,15}")


def manner_of(job: Job) -> dict[str, str]:
    """The values beside the labels, as `in_manner` reads them."""
    return {
        SEND: _word_for(SENDS, job.send),
        KEEP: _word_for(KEEPS, job.snapshot),
        SHRINK: percentage(job.guards.max_shrink),
        REJECTED: str(job.guards.max_rejected),
    }


def in_manner(job: Job, values: Map[str, str]) -> Job:
    """The job as the cells say it: a blank one means what is usual, a missing one is the job's own.

    Raises UsageProblem naming the label, what stands beside it and what may.
    """
    usual, guards = Guards(), job.guards
    if SHRINK in values:
        words = values[SHRINK]
        guards = replace(guards, max_shrink=_share(words) if words else usual.max_shrink)
    if REJECTED in values:
        words = values[REJECTED]
        guards = replace(guards, max_rejected=_whole(words) if words else usual.max_rejected)
    return replace(
        job,
        guards=guards,
        send=_chosen(values, SEND, SENDS) or job.send,
        snapshot=_chosen(values, KEEP, KEEPS) or job.snapshot,
    )


def percentage(share: float) -> str:
    """A share, 0 to 1, as a percentage with each of its digits, such as `12.5 %`."""
    hundredths = abs(Decimal(repr(float(share)))) * 100
    return f"{hundredths.normalize():f} %"


def share_words(value: object) -> str | None:
    """Return the text of a number cell that shows a percentage; None for other cells.

    The number 1 may be 1 % or 100 %, so it is none: nobody can tell from the cell's value alone.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1:
        return percentage(value)
    return None


def _chosen(values: Map[str, str], label: str, choices: Map[str, str]) -> str | None:
    """The job file's word; None where the sheet has no such label."""
    if label not in values:
        return None
    words = values[label] or next(iter(choices))
    found = choices.get(" ".join(words.casefold().split()))
    if found is None:
        *most, last = (f'"{choice}"' for choice in choices)
        raise _none(label, words, "none of its choices", f"Choose {', '.join(most)} or {last}.")
    return found


def _share(words: str) -> float:
    found = _PERCENTAGE.fullmatch(words)
    share = Decimal(found[1].replace(",", ".")) / 100 if found else Decimal(-1)
    if not 0 <= share <= 1:
        raise _none(
            SHRINK, words, "no percentage from 0 % to 100 %",
            "Write it as text with its sign, such as 20 %.",
        )  # fmt: skip
    return float(share)


def _whole(words: str) -> int:
    if not _WHOLE.fullmatch(words):
        raise _none(
            REJECTED, words, "no whole number of rows",
            "Write digits only, such as 25; 0 lets no row stay behind.",
        )  # fmt: skip
    return int(words)


def _none(label: str, words: str, what: str, remedy: str) -> UsageProblem:
    return UsageProblem(f'{shown(words)} beside "{label}" is {what}.', remedy)


def _word_for(choices: Map[str, str], key: str) -> str:
    return next(words for words, known in choices.items() if known == key)
