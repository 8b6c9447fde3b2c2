"""What the user asked for: the job, and how far this one push may go."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import FindingGroup
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview


@dataclass(frozen=True, slots=True)
class PreviewSnapshot:
    """The dataset as a preview saw it: how many rows, and when (UTC) they had last changed.

    `preview` is what it foresaw of the source with the hash `sha256`, None where nobody knows.
    """

    rows: int
    updated: datetime | None = None
    sha256: str = ""
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class PushRequest:
    """One push of one job.

    `base` is the folder that relative source paths start from. `limit` sends only the first so
    many good rows (a trial run). `allow_rejected` is how many rows may be left out, over the
    job's own limit where it is larger. `transport` is the name of one, or None for the one that
    fits. `again` permits an append of rows that have been appended before. `memo` is the order as
    JSON, from which whoever made it can make it again (jobs/saved_request.py).

    `overrides` names guards that the user has set aside (push/guards/registry.py). In an
    `unattended` push nobody is asked and no guard is set aside. `seen` is what the
    preview showed that the user agreed to. `rest_of` is the trial whose rows are not to
    be sent again, `undoes` the run that
    this one takes back; both are run ids. `forced` takes it back over what others have changed
    since, which is `others` rows.
    """

    job: Job
    base: Path
    limit: int | None = None
    allow_rejected: int = 0
    transport: str | None = None
    again: bool = False
    memo: Map[str, Any] = field(default_factory=dict)
    overrides: frozenset[str] = frozenset()
    unattended: bool = False
    seen: PreviewSnapshot | None = None
    rest_of: str | None = None
    undoes: str | None = None
    forced: bool = False
    others: int = 0

    @property
    def partial(self) -> bool:
        """Whether this push is of some rows only, or of others than the source's."""
        return bool(self.limit or self.rest_of or self.undoes)

    @property
    def may_reject(self) -> int:
        """How many rows with findings may stay behind without stopping the push."""
        return max(self.allow_rejected, self.job.guards.max_rejected)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is about to happen, in numbers, for the user to agree to.

    `present` is how many rows the dataset holds now; `findings` are all that the check had to say.
    `base` says what the rows were compared with where only changes go, `removing` how many rows of
    the dataset are deleted besides. `cannot_restore` are the columns whose values no undo could put
    back exactly; `way_back` is the sentence of an undo, `past` tells of the run that it takes back.
    `preview` says what would become of the rows, None where that was not worked out. `others` is in
    how many rows an undo goes over what others have changed since. `may_try` says that a trial with
    the first rows is possible, `trial` is one that has landed and whose rest could be sent.
    """

    method: Method
    dataset: Dataset
    sending: int
    rejected: int
    present: int
    findings: tuple[FindingGroup, ...] = ()
    cannot_restore: tuple[str, ...] = ()
    way_back: str = ""
    base: str = ""
    removing: int = 0
    past: str = ""
    preview: Preview | None = None
    others: int = 0
    may_try: bool = False
    trial: str = ""

    @property
    def sentence(self) -> str:
        """The proposal in one sentence with the method's verb, and what no undo could mend."""
        if not self.cannot_restore:
            return self._sentence
        columns = ", ".join(self.cannot_restore)
        return f"{self._sentence} An undo could not put back the values of {columns}."

    @property
    def _sentence(self) -> str:
        if self.way_back:
            return self.way_back
        if self.base:
            removing = f" and delete {self.removing:,}" if self.removing else ""
            return (
                f"Write {self.sending:,} and leave the others of the {self.present:,} rows of"
                f" {self.dataset.name} as they are{removing}. {self.base}"
            )
        rows, name = f"{self.sending:,} row{'s' if self.sending != 1 else ''}", self.dataset.name
        text = {
            Method.REPLACE: f"Replace all {self.present:,} rows of {name} with {rows}",
            Method.APPEND: f"Append {rows} to the {self.present:,} of {name}",
            Method.UPSERT: f"Update or add {rows} in {name} (it has {self.present:,})",
            Method.DELETE: f"Delete {rows} of the {self.present:,} in {name}",
        }[self.method]
        left_out = f"; {self.rejected:,} with findings stay behind" if self.rejected else ""
        return f"{text}{left_out}."


@dataclass(frozen=True, slots=True)
class Question:
    """Something that stands against a push, and whether to go on all the same.

    `reason` is the guard's slug, `text` its sentence.
    """

    reason: str
    text: str


class Ask(Protocol):
    """How the user is asked; an unattended run answers no to everything."""

    def go_ahead(self, proposal: Proposal) -> bool:
        """Whether to do what the proposal says."""


@runtime_checkable
class AskMore(Ask, Protocol):
    """Somebody who can also be asked whether to go on in spite of something."""

    def anyway(self, question: Question) -> bool:
        """Whether to go on in spite of it."""


def anyway(ask: Ask, question: Question) -> bool:
    """The answer to a question; no where it cannot be asked."""
    return isinstance(ask, AskMore) and ask.anyway(question)


class Agreed:
    """The user has said yes beforehand (`--yes`)."""

    def go_ahead(self, proposal: Proposal) -> bool:  # noqa: ARG002
        """Yes."""
        return True
