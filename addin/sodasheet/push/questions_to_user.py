"""Questions of a push to the user, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview
from sodasheet.wording import all_rows, counted_rows, listed

#: Shown if a portal announces an approval.
WAITS = "The portal may hold the rows until someone there approves them."


@dataclass(frozen=True, slots=True)
class PastPush:
    """A push that would be undone: its start, and its outcome in a sentence."""

    started: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A push about to start, in numbers, for the user to confirm.

    `present` is the number of rows in the dataset now; `findings` are all findings of the check.
    `base` says what the rows were compared with if only changes are sent, `removing` how many rows
    of the dataset are also deleted, None if that is still unknown. `cannot_restore` are the
    columns whose values no undo could restore exactly; `way_back` is the sentence of an undo,
    `past` the run that it undoes. `preview` counts the changes, None if they were not computed.
    `others` is the number of rows in which an undo overwrites later edits, `left` that of rows it
    leaves to others. `may_try` is True if a trial with the first rows is possible, `trial` is the
    id of one that has landed and whose remaining rows could be sent. `part` is the part of the
    dataset that a replace is limited to, in words; `can_draft` tells if the rows can be left as a
    draft (a scan of all rows), `draft` if that is what is about to happen; `may_wait` asks the
    portal if a change waits for an approval.
    """

    method: Method
    dataset: Dataset
    sending: int
    rejected: int
    present: int
    _: KW_ONLY
    findings: tuple[FindingGroup, ...] = ()
    cannot_restore: tuple[str, ...] = ()
    way_back: str = ""
    base: str = ""
    removing: int | None = 0
    past: PastPush | None = None
    preview: Preview | None = None
    others: int = 0
    left: int = 0
    may_try: bool = False
    trial: str = ""
    part: str = ""
    can_draft: Callable[[], bool] = lambda: False
    draft: bool = False
    may_wait: Callable[[], bool] = lambda: False

    @property
    def sentence(self) -> str:
        """The proposal in one sentence, with the columns that an undo could not restore."""
        if self.draft:
            text = self._sentence
            return (
                "Leave a draft on the portal, which changes nothing until someone applies it."
                f" Then it would {text[0].lower()}{text[1:]}"
            )
        text = self._sentence
        if self.cannot_restore:
            text += f" An undo could not restore the values of {listed(self.cannot_restore)}."
        return f"{text} {WAITS}" if self.may_wait() else text

    @property
    def _sentence(self) -> str:
        if self.way_back:
            return self.way_back
        if self.base:
            removing = f" and delete {self.removing:,}" if self.removing else ""
            return (
                f"Write {counted_rows(self.sending)} of the {self.present:,} in"
                f" {self.dataset.name}, leave the others unchanged{removing}. {self.base}"
            )
        rows, name = counted_rows(self.sending), self.dataset.name
        text = {
            Method.REPLACE: self._replace,
            Method.APPEND: f"Append {rows} to the {self.present:,} of {name}",
            Method.UPSERT: f"Update or add {rows} in {name} (it has {self.present:,})",
            Method.DELETE: f"Delete {rows} of the {self.present:,} in {name}",
        }[self.method]
        left_out = (
            f"; {counted_rows(self.rejected)} with findings will be skipped"
            if self.rejected
            else ""
        )
        return f"{text}{left_out}."

    @property
    def _replace(self) -> str:
        name, rows = self.dataset.name, counted_rows(self.sending)
        if self.part:
            removed = "rows of the part" if self.removing is None else counted_rows(self.removing)
            return (
                f"Replace the part {self.part} of {name} with {rows}, which deletes {removed} "
                "missing from the source"
            )
        return f"Replace {all_rows(self.present)} of {name} with {rows}"


@dataclass(frozen=True, slots=True)
class Question:
    """An obstacle to a push, and the question of ignoring the obstacle.

    `reason` is the guard's slug, `text` its sentence.
    """

    reason: str
    text: str


class Ask(Protocol):
    """Interface for asking the user; an unattended run answers no to everything."""

    def go_ahead(self, proposal: Proposal) -> bool:
        """Return True if the user agrees to the proposal."""


@runtime_checkable
class AskMore(Ask, Protocol):
    """Interface for a user who can also be asked to ignore an obstacle."""

    def anyway(self, question: Question) -> bool:
        """Return True if the user wants to continue despite the obstacle."""


def anyway(ask: Ask, question: Question) -> bool:
    """Return the answer to a question; False if there is no way to ask."""
    return isinstance(ask, AskMore) and ask.anyway(question)


class Agreed:
    """A user who has agreed in advance."""

    def go_ahead(self, proposal: Proposal) -> bool:  # noqa: ARG002
        """Return True."""
        return True
