"""Questions of a task and their answers, as files hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from sodasheet.system.dataclass_from_json import read_if_whole


@dataclass(frozen=True, slots=True)
class Tell:
    """A sentence to read."""

    KIND: ClassVar[str] = "tell"
    text: str


@dataclass(frozen=True, slots=True)
class YesNo:
    """A question with two buttons; `yes` and `no` are their labels."""

    KIND: ClassVar[str] = "yes-no"
    text: str
    yes: str = "Yes"
    no: str = "No"


@dataclass(frozen=True, slots=True)
class TextQuestion:
    """A question for one line of text, with the initial value of the field."""

    KIND: ClassVar[str] = "line"
    text: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class ChooseDataset:
    """The page Choose dataset, with a portal to begin with."""

    KIND: ClassVar[str] = "dataset"
    portal: str = ""


@dataclass(frozen=True, slots=True)
class ChooseTime:
    """The Schedule page for a workbook or job file, with the problem of the typed values."""

    KIND: ClassVar[str] = "schedule"
    path: str
    problem: str = ""
    typed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ProposeDataset:
    """The New dataset page: a proposal to edit and confirm.

    Each of `columns` is a header with samples, data type, field name, the reason for the type, and
    "yes" if its values can be a row identifier. `identifier` is the header of the row identifier,
    `types` are the data types to choose from with their words. `problem` is what was wrong with
    the form `typed`; `sign_in` is the portal to sign in to first, if that is what was wrong.
    """

    KIND: ClassVar[str] = "propose"
    portal: str
    name: str
    columns: tuple[tuple[str, ...], ...]
    identifier: str
    identifier_why: str
    types: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    sign_in: str = ""
    typed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A push or an undo in numbers and words, to confirm.

    `name` is what has to be typed before the user can agree, empty if nothing has to be. `most` is
    how many rows a trial may have, 0 if none is offered; `rest` tells of a trial whose rest can be
    sent. `may_draft` offers to leave the rows as a draft.
    """

    KIND: ClassVar[str] = "confirm"
    heading: str
    numbers: tuple[tuple[str, str], ...]
    warning: str
    losses: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    left_out: int
    findings: tuple[str, ...]
    verb: str
    harmful: bool
    name: str
    promise: str
    most: int = 0
    rest: str = ""
    may_draft: bool = False


Question = Tell | YesNo | TextQuestion | ChooseDataset | ChooseTime | ProposeDataset | Confirmation

_KINDS: dict[str, type[Question]] = {
    kind.KIND: kind
    for kind in (
        Tell,
        YesNo,
        TextQuestion,
        ChooseDataset,
        ChooseTime,
        ProposeDataset,
        Confirmation,
    )
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its number, so that answers to earlier questions are ignored."""

    number: int
    question: Question

    def to_json(self) -> dict[str, Any]:
        """Return the question as one JSON object."""
        return {"number": self.number, "kind": self.question.KIND, **asdict(self.question)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | None) -> Asked | None:
        """Read the question back; None if there is none or the object is damaged."""
        kind = _KINDS.get(str((body or {}).get("kind")))
        question = read_if_whole(kind, body) if kind else None
        numbered = read_if_whole(_Numbered, body)
        return cls(numbered.number, question) if question and numbered else None


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int


@dataclass(frozen=True, slots=True)
class UserAnswer:
    """The user's answer: `yes`, and the text or choice that belongs to the answer."""

    number: int
    yes: bool
    text: str = ""
    choice: Mapping[str, Any] | None = None
