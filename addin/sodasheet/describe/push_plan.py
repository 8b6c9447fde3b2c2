"""Plan of a push of a description: its changes and findings, compared with the portal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sodasheet.describe.changes_for_portal import api_values
from sodasheet.describe.check import check_description
from sodasheet.describe.column_description_fields import YES
from sodasheet.describe.custom_fields import custom_fields_from
from sodasheet.describe.description import Description, description_of
from sodasheet.describe.description_changes import (
    ChangedPart,
    DescriptionChange,
    changes,
    identifier_of,
    value_in,
)
from sodasheet.describe.push_record import DescriptionRun
from sodasheet.errors import PortalError, Refused
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.portal.approvals import approval_needed
from sodasheet.portal.dataset import dataset_from
from sodasheet.portal.descriptions import (
    NewFile,
    check_metadata,
    read_configurations,
    read_view,
    repeated_value,
)
from sodasheet.portal.http.session import PortalSession

#: Rights that a portal names, and what each of them is needed for.
_RIGHTS = {
    ChangedPart.FIELD: "update_view",
    ChangedPart.CUSTOM: "update_view",
    ChangedPart.COLUMN: "update_column",
    ChangedPart.ORDER: "update_column",
    ChangedPart.ATTACHMENT: "update_view",
}


@dataclass(frozen=True, slots=True)
class DescriptionPlan:
    """The effects of pushing a description.

    `now` is the description that was compared; `conflicts` are changes of values that others have
    changed too, and that are not pushed. `checked` is True if the portal has checked the values,
    False if it offers no check. `new_file` is a file to attach.
    """

    dataset: str
    name: str
    now: Description
    changes: tuple[DescriptionChange, ...]
    findings: tuple[FindingGroup, ...] = ()
    conflicts: tuple[DescriptionChange, ...] = ()
    checked: bool = False
    new_file: NewFile | None = None

    @property
    def stopped(self) -> bool:
        """True if a finding keeps the description from being pushed."""
        return any(group.severity is Severity.STOP for group in self.findings)

    @property
    def empty(self) -> bool:
        """True if nothing would be changed."""
        return not self.changes and self.new_file is None

    def to_json(self) -> dict[str, Any]:
        """Return the plan as one JSON object."""
        from sodasheet.model.report import finding_json

        return {
            "dataset": self.dataset,
            "dataset_name": self.name,
            "changes": [change.to_json() for change in self.changes],
            "conflicts": [change.to_json() for change in self.conflicts],
            "findings": [finding_json(group) for group in self.findings],
            "checked_by_portal": self.checked,
            "attaches": self.new_file.name if self.new_file else None,
        }


def read_description_of(session: PortalSession, dataset: str) -> tuple[dict[str, Any], Description]:
    """Return a dataset's view and description, with the custom fields that its portal offers.

    Raises PortalError.
    """
    view = read_view(session, dataset)
    return view, description_of(view, custom_fields_from(read_configurations(session)))


def plan_description(
    session: PortalSession,
    dataset: str,
    wanted: Description,
    *,
    base: Description | None = None,
    new_file: NewFile | None = None,
) -> DescriptionPlan:
    """Compare a wanted description with the portal's; nothing is changed.

    `base` is the description that was edited: only what was edited is pushed then, and what others
    have changed meanwhile is a conflict. Raises PortalError if the portal cannot be asked or
    refuses a value, Refused if the account may not make the changes.
    """
    view, now = read_description_of(session, dataset)
    findings = check_description(now, wanted)
    conflicts: tuple[DescriptionChange, ...] = ()
    if base is None:
        found = changes(now, wanted)
    else:
        basis = replace(base, defined=now.defined)
        found, conflicts = _still_wanted(now, changes(basis, wanted))
    plan = DescriptionPlan(
        dataset, str(view.get("name") or dataset), now, found, findings, conflicts,
        new_file=new_file,
    )  # fmt: skip
    return _asked(session, view, plan)


def plan_undo(session: PortalSession, run: DescriptionRun) -> DescriptionPlan:
    """Compare what a run has changed with the portal; what others changed since is a conflict.

    Raises PortalError, Refused.
    """
    view, now = read_description_of(session, run.dataset)
    found, conflicts = _still_wanted(now, [change.inverse for change in run.changes])
    kept = [one for one in found if (one.key, one.new) == ("width", "")]
    plan = DescriptionPlan(
        run.dataset, str(view.get("name") or run.dataset), now,
        tuple(one for one in found if one not in kept),
        tuple(_width_kept(one) for one in kept), conflicts,
    )  # fmt: skip
    return _asked(session, view, plan)


def with_conflicts(plan: DescriptionPlan) -> DescriptionPlan:
    """Return a plan that goes over what others have changed."""
    over = [replace(one, old=value_in(plan.now, one)) for one in plan.conflicts]
    return replace(plan, changes=(*plan.changes, *over), conflicts=())


def _still_wanted(
    now: Description, wanted: Sequence[DescriptionChange]
) -> tuple[tuple[DescriptionChange, ...], tuple[DescriptionChange, ...]]:
    """Return the changes still to be made, and the changes in conflict with other users."""
    there = {one: value_in(now, one) for one in wanted}
    open_ = [one for one in wanted if there[one] != one.new]
    against = [one for one in open_ if there[one] != one.old]
    return tuple(one for one in open_ if one not in against), tuple(against)


def _asked(session: PortalSession, view: dict[str, Any], plan: DescriptionPlan) -> DescriptionPlan:
    """Return the plan with what the portal says about its changes."""
    _require_rights(view, plan)
    if plan.stopped or plan.empty:
        return plan
    findings = list(plan.findings) + list(_identifier_findings(session, view, plan))
    values = api_values(view, plan.changes)
    checked = False
    if values:
        check = check_metadata(session, plan.dataset, values)
        checked = check.offered
        findings += [_from_portal(one, Severity.STOP) for one in check.errors]
        findings += [_from_portal(one, Severity.NOTE) for one in check.warnings]
    if approval_needed(session, plan.dataset):
        findings.append(_APPROVAL)
    return replace(plan, findings=tuple(findings), checked=checked)


_APPROVAL = FindingGroup(
    "approval-needed",
    Severity.NOTE,
    "A person has to approve the changes on the portal before readers see them.",
    "Tell whoever approves changes there.",
)


def _from_portal(sentence: str, severity: Severity) -> FindingGroup:
    return FindingGroup("portal-check", severity, f"The portal says: {sentence}", "Fix the value.")


def _width_kept(change: DescriptionChange) -> FindingGroup:
    return FindingGroup(
        "column-width-kept",
        Severity.NOTE,
        f'The width of "{change.owner}" stays {change.old}: a width cannot be removed.',
        "Nothing has to be done.",
        column=change.owner,
    )


def _identifier_findings(
    session: PortalSession, view: dict[str, Any], plan: DescriptionPlan
) -> Iterator[FindingGroup]:
    """Yield what the rows say against a new row identifier."""
    field = next(
        (one.owner for one in plan.changes if (one.key, one.new) == ("identifier", YES)), ""
    )
    if not field:
        if any(one.key == "identifier" for one in plan.changes):
            yield FindingGroup(
                "identifier-removed",
                Severity.ASK,
                f'Without the row identifier "{identifier_of(plan.now)}" rows can no longer be'
                " updated or deleted one by one.",
                "Keep it unless the dataset is only replaced or appended to.",
            )
        return
    try:
        again = repeated_value(session, dataset_from(view, session.portal, plan.dataset), field)
    except PortalError:
        return  # the portal itself refuses a column that cannot identify rows
    if again is not None:
        said = "rows without a value" if not again else f'several rows with the value "{again}"'
        yield FindingGroup(
            "identifier-not-unique",
            Severity.STOP,
            f'"{field}" cannot be the row identifier: there are {said}.',
            "Correct the rows first, or choose another column.",
            column=field,
        )


def _require_rights(view: dict[str, Any], plan: DescriptionPlan) -> None:
    """Raise Refused if the caller may not make the changes; a silent portal decides itself."""
    rights = view.get("rights")
    if not isinstance(rights, list) or not rights:
        return
    for right in _needed(plan.changes, attaches=plan.new_file is not None):
        if right not in rights:
            raise Refused(
                f'Your account may not change the description of "{view.get("name")}": it lacks'
                f' the right "{right}".',
                "Sign in with an account that may edit the dataset, or ask its owner.",
            )


def _needed(found: Iterable[DescriptionChange], *, attaches: bool) -> set[str]:
    needed = {_RIGHTS[one.place] for one in found}
    return needed | ({_RIGHTS[ChangedPart.ATTACHMENT]} if attaches else set())
