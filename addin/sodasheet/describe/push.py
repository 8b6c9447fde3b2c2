"""Push a description: checked, compared again, written, verified, and recorded for an undo.

The dataset's own fields go in one revision, which the portal applies as a whole. Columns have no
such thing without rows: each is changed by itself, and if one of them fails the others are
changed back before the error is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sodasheet.describe.changes import ChangedPart, DescriptionChange, changes, value_in
from sodasheet.describe.check import check_description
from sodasheet.describe.description import FIELDS, Description, description_of
from sodasheet.describe.push_record import DescriptionRun, begin_run
from sodasheet.errors import Refused, SodaSheetError, UnknownOutcome
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.portal.descriptions import (
    apply_metadata,
    change_column,
    read_view,
    validate_metadata,
)
from sodasheet.portal.http.session import PortalSession

#: Rights that a portal names, and what each of them is needed for.
_RIGHTS = {
    ChangedPart.FIELD: "update_view",
    ChangedPart.CUSTOM: "update_view",
    ChangedPart.COLUMN: "update_column",
}


@dataclass(frozen=True, slots=True)
class DescriptionPlan:
    """The effects of pushing a description.

    `now` is the description that was compared; `checked` is True if the portal has checked the
    values, False if it offers no check.
    """

    dataset: str
    name: str
    now: Description
    changes: tuple[DescriptionChange, ...]
    findings: tuple[FindingGroup, ...]
    checked: bool = False

    @property
    def stopped(self) -> bool:
        """True if a finding keeps the description from being pushed."""
        return any(group.severity is Severity.STOP for group in self.findings)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as one JSON object."""
        from sodasheet.model.report import finding_json

        return {
            "dataset": self.dataset,
            "dataset_name": self.name,
            "changes": [change.to_json() for change in self.changes],
            "findings": [finding_json(group) for group in self.findings],
            "checked_by_portal": self.checked,
        }


def plan_description(
    session: PortalSession, dataset: str, wanted: Description | Sequence[DescriptionChange]
) -> DescriptionPlan:
    """Compare a wanted description, or wanted changes, with the portal's; nothing is changed.

    Raises PortalError if the portal cannot be asked or refuses a value.
    """
    view = read_view(session, dataset)
    now = description_of(view)
    findings: tuple[FindingGroup, ...] = ()
    if isinstance(wanted, Description):
        findings = check_description(now, wanted)
        found = changes(now, wanted)
    else:
        found = tuple(
            DescriptionChange(one.place, one.key, value_in(now, one), one.new, one.owner)
            for one in wanted
            if value_in(now, one) != one.new
        )
    _require_rights(view, found)
    plan = DescriptionPlan(dataset, str(view.get("name") or dataset), now, found, findings)
    if plan.stopped or not found:
        return plan
    values = _api_values(view, found)
    checked = bool(values) and validate_metadata(session, dataset, values)
    return DescriptionPlan(dataset, plan.name, now, found, findings, checked)


def push_description(session: PortalSession, plan: DescriptionPlan, note: str) -> DescriptionRun:
    """Write the changes of a plan, verify them, and return the record of the run.

    Raises Refused if the description has changed since the plan was made, PortalError if the
    portal refuses (the columns are as before then), UnknownOutcome if that is not known.
    """
    view = read_view(session, plan.dataset)
    now = description_of(view)
    moved = [one for one in plan.changes if value_in(now, one) != one.old]
    if moved:
        raise Refused(
            f"{moved[0].label} of {plan.name} was changed on the portal since it was compared.",
            "Compare the description again, and push it if it is still right.",
        )
    run = begin_run(session.portal, plan.dataset, plan.name, plan.changes, note)
    try:
        _write(session, plan.dataset, view, plan.changes)
    except UnknownOutcome as error:
        run.end("unknown", error.what)
        raise
    except SodaSheetError as error:
        run.end("failed", error.what)
        raise
    return _verified(session, plan, run)


def _verified(session: PortalSession, plan: DescriptionPlan, run: DescriptionRun) -> DescriptionRun:
    after = description_of(read_view(session, plan.dataset))
    wrong = [one for one in plan.changes if value_in(after, one) != one.new]
    if wrong:
        first = wrong[0]
        said = (
            f"The portal accepted the description but shows {first.label} as"
            f' "{value_in(after, first)}" instead of "{first.new}".'
        )
        return run.end("unknown", said)
    many = "1 change" if len(plan.changes) == 1 else f"{len(plan.changes)} changes"
    return run.end("done", f"Described {plan.name}: {many}.")


def _write(
    session: PortalSession, dataset: str, view: dict[str, Any], found: Iterable[DescriptionChange]
) -> None:
    found = list(found)
    ids = {column.field: column.id for column in description_of(view).columns}
    of_columns: dict[str, list[DescriptionChange]] = {}
    for change in found:
        if change.place is ChangedPart.COLUMN:
            of_columns.setdefault(change.owner, []).append(change)
    done: list[tuple[int, list[DescriptionChange]]] = []
    try:
        for field, group in of_columns.items():
            change_column(session, dataset, ids[field], _column_values(group))
            done.append((ids[field], group))
        metadata = _view_values(view, found)
        if metadata:
            task = apply_metadata(session, dataset, metadata)
            task.require_success(session.host)
    except UnknownOutcome:
        raise
    except SodaSheetError:
        for column, group in done:
            with suppress(SodaSheetError):  # the first error is the one to report
                change_column(
                    session, dataset, column, _column_values([one.inverse for one in group])
                )
        raise


def _column_values(group: Iterable[DescriptionChange]) -> dict[str, Any]:
    return {one.key: int(one.new) if one.key == "width" else one.new for one in group if one.new
            or one.key != "width"}  # fmt: skip


def _view_values(view: dict[str, Any], found: Iterable[DescriptionChange]) -> dict[str, Any]:
    """Return the changes as keys of a view; groups of custom fields go as a whole."""
    keys = {"title": "name", "license": "licenseId", "link": "attributionLink"}
    values: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    custom = _custom(view)
    for change in found:
        if change.place is ChangedPart.FIELD and change.key == "row_label":
            metadata["rowLabel"] = change.new
        elif change.place is ChangedPart.FIELD and change.key == "contact":
            private = view.get("privateMetadata")
            kept = private if isinstance(private, dict) else {}
            values["privateMetadata"] = {**kept, "contactEmail": change.new}
        elif change.place is ChangedPart.FIELD:
            values[keys.get(change.key, change.key)] = _typed(change)
        elif change.place is ChangedPart.CUSTOM:
            custom.setdefault(change.owner, {})[change.key] = change.new
            metadata["custom_fields"] = custom
    return values | ({"metadata": metadata} if metadata else {})


def _api_values(view: dict[str, Any], found: Iterable[DescriptionChange]) -> dict[str, Any]:
    """Return the changes that the metadata API knows, in its own names."""
    values: dict[str, Any] = {}
    custom = _custom(view)
    for change in found:
        if change.place is ChangedPart.FIELD and FIELDS[change.key].api:
            values[FIELDS[change.key].api] = _typed(change)
        elif change.place is ChangedPart.CUSTOM:
            custom.setdefault(change.owner, {})[change.key] = change.new
            values["customFields"] = custom
    return values


def _custom(view: dict[str, Any]) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for (group, name), text in description_of(view).custom.items():
        groups.setdefault(group, {})[name] = text
    return groups


def _typed(change: DescriptionChange) -> Any:
    if change.key == "tags":
        return [tag.strip() for tag in change.new.split(",") if tag.strip()]
    return change.new


def _require_rights(view: dict[str, Any], found: Iterable[DescriptionChange]) -> None:
    """Raise Refused if the caller may not make the changes; a silent portal decides itself."""
    rights = view.get("rights")
    if not isinstance(rights, list) or not rights:
        return
    for change in found:
        if _RIGHTS[change.place] not in rights:
            raise Refused(
                f'Your account may not change the description of "{view.get("name")}": it lacks'
                f' the right "{_RIGHTS[change.place]}".',
                "Sign in with an account that may edit the dataset, or ask its owner.",
            )
