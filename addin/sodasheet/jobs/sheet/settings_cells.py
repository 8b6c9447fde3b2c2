"""Settings of a push as text in the cells of a mapping sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from dataclasses import replace
from decimal import Decimal

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.json_keys import shown
from sodasheet.jobs.sheet.cleanup_cell import list_of, list_words
from sodasheet.jobs.sheet.replaced_part_cell import part_of, part_words
from sodasheet.model.job import ROW_KINDS, STARTING_WITH, Guards, Job, Within
from sodasheet.model.sheet_labels import (
    ALLOW_UNDO,
    LEFT_OUT,
    MARKERS,
    REJECTED_ROWS,
    SEND,
    SENDS,
    SHRINK,
    UNDOS,
    WITHIN,
)
from sodasheet.wording import listed

#: Words of earlier versions -> today's.
_EARLIER = {"only what changed": "Only changes", "where possible": "If possible"}

#: Prefix of a kind of rows that are data, and of the key of its suggestion in the job.
_KEEP, _ROWS = "keep ", "rows:"

_PERCENTAGE = re.compile(r"([0-9]+(?:\.[0-9]+|,[0-9]{1,2})?)\s*%")

#: More rows than any dataset has, and still exact as a number in a spreadsheet.
_WHOLE = re.compile("[0-9]{1,15}")


def settings_values(job: Job) -> dict[str, str]:
    """Return the values next to the labels, as `with_settings` reads them."""
    return {
        SEND: _word_for(SENDS, job.send),
        ALLOW_UNDO: _word_for(UNDOS, job.snapshot),
        SHRINK: percentage(job.guards.max_shrink),
        REJECTED_ROWS: str(job.guards.max_rejected),
        LEFT_OUT: list_words((*job.source.leave_out, *kept_kinds(job))),
        MARKERS: list_words(job.mapping.missing),
        WITHIN: part_words(job.within),
    }


def with_settings(job: Job, values: Map[str, str]) -> Job:
    """Return the job with the settings of the cells.

    A blank cell means the default; a missing label leaves the job's own setting. Raises
    UsageProblem with the label, the cell's value, and the values that are allowed.
    """
    default, guards = Guards(), job.guards
    if SHRINK in values:
        words = values[SHRINK]
        guards = replace(guards, max_shrink=_share(words) if words else default.max_shrink)
    if REJECTED_ROWS in values:
        words = values[REJECTED_ROWS]
        guards = replace(guards, max_rejected=_whole(words) if words else default.max_rejected)
    source, mapping = job.source, job.mapping
    if LEFT_OUT in values:
        kinds = _kinds(values[LEFT_OUT])
        kept = tuple(_ROWS + kind.removeprefix(_KEEP) for kind in kinds if kind.startswith(_KEEP))
        others = tuple(key for key in mapping.declined if not key.startswith(_ROWS))
        source = replace(source, leave_out=tuple(one for one in kinds if not one.startswith(_KEEP)))
        mapping = replace(mapping, declined=(*others, *kept))
    if MARKERS in values:
        mapping = replace(mapping, missing=list_of(values[MARKERS]))
    within = job.within
    if WITHIN in values:
        within = _part(values[WITHIN])
    return replace(
        job,
        source=source,
        mapping=mapping,
        guards=guards,
        send=_chosen(values, SEND, SENDS) or job.send,
        snapshot=_chosen(values, ALLOW_UNDO, UNDOS) or job.snapshot,
        within=within,
    )


def _part(words: str) -> Within | None:
    try:
        return part_of(words)
    except UsageProblem as problem:
        raise problem.about(f'The cell next to "{WITHIN}"') from None


def percentage(share: float) -> str:
    """Return a share from 0 to 1 as a percentage with all its digits, such as `12.5%`."""
    hundredths = abs(Decimal(repr(float(share)))) * 100
    return f"{hundredths.normalize():f}%"


def share_words(value: object) -> str | None:
    """Return a cell's number, shown there as a percentage, in words; None for other cells.

    The number 1 may be 1% or 100%, and the value alone does not tell, so the result is None.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1:
        return percentage(value)
    return None


def _chosen(values: Map[str, str], label: str, choices: Map[str, str]) -> str | None:
    """Return the job file's word; None if the sheet has no such label."""
    if label not in values:
        return None
    words = values[label] or next(iter(choices))
    plain = " ".join(words.casefold().split())
    plain = _EARLIER.get(plain, plain).casefold()
    found = next((key for choice, key in choices.items() if choice.casefold() == plain), None)
    if found is None:
        known = listed((f'"{choice}"' for choice in choices), "or")
        raise _invalid(label, words, "not one of its choices", f"Choose {known}.")
    return found


def _share(words: str) -> float:
    found = _PERCENTAGE.fullmatch(words)
    share = Decimal(found[1].replace(",", ".")) / 100 if found else Decimal(-1)
    if not 0 <= share <= 1:
        raise _invalid(
            SHRINK, words, "not a percentage from 0% to 100%",
            "Enter a percentage with its sign, such as 20%.",
        )  # fmt: skip
    return float(share)


def kept_kinds(job: Job) -> tuple[str, ...]:
    """Return words for the kinds of rows that the user declared as data: `keep totals`."""
    keys = [_ROWS + kind for kind in ROW_KINDS]
    return tuple(_KEEP + key.removeprefix(_ROWS) for key in keys if key in job.mapping.declined)


def _kinds(words: str) -> tuple[str, ...]:
    """Return the kinds of rows to leave out or to keep; commas are also read as separators."""
    parts = list_of(words)
    if not any(part.casefold().startswith(STARTING_WITH) for part in parts):
        parts = tuple(kind.strip() for part in parts for kind in part.split(",") if kind.strip())
    found = []
    for part in parts:
        kind = part.casefold()
        own = kind.startswith(STARTING_WITH) and kind != STARTING_WITH.strip()
        if kind.removeprefix(_KEEP) not in ROW_KINDS and not own:
            raise _invalid(
                LEFT_OUT, part, "not a kind of row",
                f"Write {', '.join(ROW_KINDS)}, or {STARTING_WITH}…, separated by |; keep totals "
                "if such rows are data.",
            )  # fmt: skip
        found.append(STARTING_WITH + part[len(STARTING_WITH) :] if own else kind)
    return tuple(found)


def _whole(words: str) -> int:
    if not _WHOLE.fullmatch(words):
        raise _invalid(
            REJECTED_ROWS, words, "not a whole number of rows",
            "Enter digits only, such as 25; 0 allows no rejected rows.",
        )  # fmt: skip
    return int(words)


def _invalid(label: str, words: str, what: str, remedy: str) -> UsageProblem:
    return UsageProblem(f'{shown(words)} next to "{label}" is {what}.', remedy)


def _word_for(choices: Map[str, str], key: str) -> str:
    return next(words for words, known in choices.items() if known == key)
