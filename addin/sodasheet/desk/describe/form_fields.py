"""Model of the Describe pages: the values of a form, and the wanted description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sodasheet.describe.column_description_fields import COLUMN_VALUES, NO, YES
from sodasheet.describe.custom_fields import custom_label
from sodasheet.describe.description import (
    FIELDS,
    ColumnDescription,
    Description,
    plain_lines,
    same_text,
)
from sodasheet.describe.description_before_edit import base_from
from sodasheet.describe.description_changes import identifier_of
from sodasheet.describe.description_grid import settled

#: Multiline fields.
_LONG = frozenset({"description"})

#: Values of a column that are typed; the others are chosen.
TYPED = ("name", "description", "position", "width", "format")


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form: its name, its label, its value, and its choices if any."""

    name: str
    label: str
    value: str
    long: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of the dataset in the form; `place` is its number in the field names."""

    place: int
    field: str
    type: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DescriptionForm:
    """All of the form."""

    fields: tuple[FormField, ...]
    custom: tuple[FormField, ...]
    columns: tuple[FormColumn, ...]
    identifier: str


def form_of(description: Description, typed: Mapping[str, str]) -> DescriptionForm:
    """Return the form of a description, with typed values instead of read values."""
    choices = {one.key: one.options for one in description.defined}
    fields = tuple(
        _field(f"field-{key}", one.label, description.fields.get(key, ""), typed, long=key in _LONG)
        for key, one in FIELDS.items()
    )
    custom = tuple(
        _field(f"custom-{at}", custom_label(key), text, typed, choices=choices.get(key, ()))
        for at, (key, text) in enumerate(description.custom.items())
    )
    columns = tuple(
        FormColumn(
            at, one.field, one.type,
            {key: typed.get(f"column-{at}-{key}", one.values.get(key, "")) for key in TYPED}
            | {"hidden": _hidden(typed, at, one)},
        )
        for at, one in enumerate(description.columns)
    )  # fmt: skip
    marked = [str(at) for at, one in enumerate(description.columns)
              if one.values.get("identifier") == YES]  # fmt: skip
    return DescriptionForm(
        fields, custom, columns, typed.get("identifier", marked[0] if marked else "")
    )


def _field(
    name: str,
    label: str,
    text: str,
    typed: Mapping[str, str],
    *,
    long: bool = False,
    choices: tuple[str, ...] = (),
) -> FormField:
    """Return a field; multiline text needs a text area, because a single line loses line breaks."""
    value = typed.get(name, text)
    return FormField(name, label, value, long or "\n" in plain_lines(f"{text}{value}"), choices)


def _hidden(typed: Mapping[str, str], at: int, column: ColumnDescription) -> str:
    if "identifier" not in typed:  # nothing was typed yet: an unchecked box sends nothing
        return column.values.get("hidden", NO)
    return YES if typed.get(f"column-{at}-hidden") else NO


@dataclass(frozen=True, slots=True)
class WantedForm:
    """The wanted description of a form, its base, and the emptied values.

    `emptied` are pairs of a field's name in the form and its words.
    """

    base: Description
    wanted: Description
    emptied: tuple[tuple[str, str], ...]


def wanted_from(typed: Mapping[str, str], erased: frozenset[str]) -> WantedForm:
    """Read a form. An emptied field is only erased if its name is among `erased`.

    Raises UsageProblem naming the column.
    """
    base, _ = base_from(typed.get("base", ""))
    identifier = identifier_of(base)
    emptied: list[tuple[str, str]] = []

    def said(name: str, label: str, old: str) -> str | None:
        text = plain_lines(typed.get(name, old)).strip()
        if same_text(text, old):
            return None
        if not text:
            emptied.append((name, label))
            return "" if name in erased else None
        return text

    fields = {
        key: text
        for key, one in FIELDS.items()
        if (text := said(f"field-{key}", one.label, base.fields.get(key, ""))) is not None
    }
    custom = {key: text for at, (key, old) in enumerate(base.custom.items())
              if (text := said(f"custom-{at}", custom_label(key), old)) is not None}  # fmt: skip
    columns = []
    for at, column in enumerate(base.columns):
        texts = {
            key: text
            for key in TYPED
            if (text := said(f"column-{at}-{key}", f"{column.field}: "
                             f"{COLUMN_VALUES[key].label.lower()}",
                             column.values.get(key, ""))) is not None
        }  # fmt: skip
        wanted = {key: "" for key, text in texts.items() if not text}
        wanted |= settled({key: text for key, text in texts.items() if text}, column.field)
        # Only differences: a column deleted meanwhile is ignored unless it was edited.
        hidden = YES if typed.get(f"column-{at}-hidden") else NO
        if hidden != column.values.get("hidden"):
            wanted["hidden"] = hidden
        marked = typed.get("identifier") == str(at)
        if marked != (column.field == identifier):
            wanted["identifier"] = YES if marked else NO
        columns.append(ColumnDescription(column.field, wanted))
    return WantedForm(base, Description(fields, custom, tuple(columns)), tuple(emptied))
