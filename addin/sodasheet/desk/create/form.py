"""The form New dataset: a proposal as fields, and the user's decisions read from the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodasheet.desk.tasks.question import ProposeDataset
from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import type_words
from sodasheet.portal.dataset_address import parse_portal
from sodasheet.wording import capitalized

if TYPE_CHECKING:
    from sodasheet.create.proposal import NewDataset, Wishes

#: Parts of a field's name on the form, before the column's place.
_FIELD, _TYPE, _LEFT_OUT = "field-", "type-", "leave-out-"

#: Data types that the form offers: the types that current portals store (portal-api.md A.2).
OFFERED = ("text", "number", "checkbox", "calendar_date", "date", "url", "point", "location",
           "line", "polygon", "multipoint", "multiline", "multipolygon")  # fmt: skip

#: Maximum characters of a dataset's name in the form.
_NAME = 200


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The user's decisions about a new dataset: portal, name, and the wishes for its columns."""

    portal: str
    name: str
    wishes: Wishes


def question_of(
    proposal: NewDataset,
    samples: Mapping[str, Sequence[str]],
    portal: str,
    notes: Sequence[str] = (),
    problem: str = "",
    typed: Mapping[str, Any] | None = None,
) -> ProposeDataset:
    """Return the form for a proposal; `typed` has an earlier form's values, with its `problem`."""
    columns = tuple(
        (
            column.source,
            ", ".join(list(samples.get(column.source, ()))[:2]),
            column.type,
            column.field,
            capitalized(column.evidence),
            "yes" if column.unique else "",
        )
        for column in proposal.columns
    )
    source = next((one.source for one in proposal.columns if one.field == proposal.identifier), "")
    return ProposeDataset(
        portal=portal.rpartition("//")[2],
        name=proposal.name,
        columns=columns,
        identifier=source,
        identifier_why=capitalized(proposal.identifier_evidence),
        types=tuple((kind, type_words(kind)) for kind in OFFERED),
        notes=tuple(notes),
        problem=problem,
        typed=typed,
    )


def read_form(typed: Mapping[str, Any], headers: Sequence[str]) -> FilledForm:
    """Return the decisions of a form about the columns `headers`. Raises UsageProblem."""
    from sodasheet.create.proposal import Wishes

    portal = _text(typed, "portal")
    if not portal:
        raise UsageProblem("The portal is missing.", "Type its address, such as data.example.gov.")
    left_out = {
        header for place, header in enumerate(headers) if _text(typed, f"{_LEFT_OUT}{place}")
    }
    kept = [(place, header) for place, header in enumerate(headers) if header not in left_out]
    wishes = Wishes(
        types={header: _text(typed, f"{_TYPE}{place}") for place, header in kept},
        fields={
            header: field for place, header in kept if (field := _text(typed, f"{_FIELD}{place}"))
        },
        ignored=frozenset(left_out),
        identifier=_identifier(_text(typed, "identifier"), headers, left_out),
    )
    return FilledForm(parse_portal(portal), _text(typed, "name")[:_NAME], wishes)


def last_value(typed: Mapping[str, Any], name: str) -> str:
    """Return the last value of a form field; empty if there is none."""
    found = typed.get(name) or ()
    return str(found if isinstance(found, str) else next(reversed([*found]), ""))


def _identifier(place: str, headers: Sequence[str], left_out: set[str]) -> str:
    """Return the header of the column that is chosen as row identifier; empty for none."""
    if not place.isdecimal() or int(place) >= len(headers):
        return ""
    header = headers[int(place)]
    if header in left_out:
        raise UsageProblem(
            f'"{header}" is left out, so it cannot be the row identifier.',
            "Choose another column, or keep it.",
        )
    return header


def _text(typed: Mapping[str, Any], name: str) -> str:
    return last_value(typed, name).strip()
