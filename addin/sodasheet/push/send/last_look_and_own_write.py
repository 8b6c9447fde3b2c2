"""The last look at a dataset before a push writes, and later writes by others."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Dataset
from sodasheet.model.progress import Progress
from sodasheet.portal.learned_facts import counts_writes, has_shown, note_shown
from sodasheet.portal.soda2.rows_client import RowsClient, RowState, settled_state
from sodasheet.push.runs.run_recorder import Landed
from sodasheet.push.send.transport import DatasetChanged, unseen


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of the rows, and the number of the dataset's last write; None if unknown."""

    state: RowState | None
    version: int | None


@dataclass(frozen=True, slots=True)
class AnnouncedWrite:
    """A write recorded before sending: the dataset's row count, the rows, and the trial limit.

    `at` is when it was announced (seconds since 1970), `removals` how many rows of the dataset it
    also deletes. `changed` is when the dataset's last row had been written until then, as the
    portal spells it, `version` the number of the last write; None if unknown. `answered` says that
    the answer was a success which the dataset did not show.
    """

    before: int
    rows: int
    limit: int | None
    at: float
    removals: int = 0
    changed: str | None = None
    version: int | None = None
    answered: bool = False

    def over(self, seconds: float) -> bool:
        """True if sent so long ago that the portal cannot be working on the request anymore."""
        return time.time() - self.at > seconds

    def same_as(self, state: RowState) -> bool:
        """True if the dataset is certainly unchanged: no row has been written or deleted since."""
        return state.unchanged_since(self.state)

    @property
    def state(self) -> RowState:
        """The dataset's state before."""
        return RowState(self.before, self.changed)

    def to_json(self) -> dict[str, Any]:
        """Return the values for the journal."""
        return asdict(self)

    @classmethod
    def from_json(cls, detail: Mapping[str, Any]) -> AnnouncedWrite:
        """Return the write of a journal's step; earlier versions wrote less."""
        return cls(
            detail["before"],
            detail["rows"],
            detail["limit"],
            detail["at"],
            detail.get("removals", 0),
            detail.get("changed"),
            detail.get("version"),
            detail.get("answered", False),
        )


@dataclass(frozen=True, slots=True)
class LastLook:
    """A look at the dataset; a push was compared with its state `compared`, if known.

    With `watched`, also read the portal's version number. It shows if others write between the
    look and the push's own write, which nothing else can show. It is not documented that a push
    raises it by exactly one, so a higher number counts only on portals where that has been
    observed.
    """

    rows: RowsClient
    dataset: Dataset
    progress: Progress
    compared: RowState | None
    watched: bool

    def take(self) -> Seen:
        """Return the current state. Raises DatasetChanged if others have changed the rows."""
        # Read the version first: a write that comes after it changes the row state read next.
        version = self.rows.version() if self.watched else None
        state = settled_state(self.rows, self.progress)
        if self.compared is not None and state != self.compared:
            raise DatasetChanged(self.dataset)
        return Seen(state, version)

    def require_change(self, seen: Seen, sent: int, told: int | None = None) -> RowState | None:
        """Return the state of the rows after a reply that reports `sent` rows as written.

        None if readers do not see every write yet, or the portal does not answer. `told` is the
        write's number by the answer. Raises UnknownOutcome if the dataset is still as it was
        `seen`, on a portal that tells if readers lag: old rows prove nothing on any other.
        """
        try:
            after = self.rows.state()
        except PortalError:
            return None
        if after is None:
            as_it_was = self._same_number(seen.version, told)
        else:
            before = seen.state if self.rows.tells_lag else None
            as_it_was = before is not None and after.unchanged_since(before)
        if as_it_was:
            raise unseen(sent)
        return after

    def _same_number(self, before: int | None, told: int | None) -> bool:
        """True if the portal has counted no write since the number `before`."""
        if before is None:
            return False
        now = told if told is not None else self.rows.version()
        return now is not None and now <= before

    def number(
        self, landed: Landed, kind: str, before: int | None, told: int | None = None
    ) -> None:
        """Record the number of the landed write, and whether others wrote since `before`.

        `kind` is the write's in the words of `counts_writes`. The number is `told` by the portal's
        reply or asked for; if asked for, later writes of others count too.
        """
        own = told if told is not None or not self.watched else self.rows.version()
        if own is None:
            return
        trait, portal = counts_writes(kind), self.dataset.portal
        if before is not None and own == before + 1:
            note_shown(portal, trait)
        elif not has_shown(portal, trait):
            return
        landed.version = own
        landed.crossed = before is not None and own > before + 1
