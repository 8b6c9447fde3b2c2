"""Plan for pushing a description: its changes and findings, compared with the portal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sodasheet.describe.changes_for_portal import api_values
from sodasheet.describe.check_description import check_description
from sodasheet.describe.column_description_fields import YES
from sodasheet.describe.custom_fields import (
    Key,
    custom_fields_from,
    custom_key,
    custom_label,
)
from sodasheet.describe.data_dictionary import DICTIONARY, KINDS, data_dictionary
from sodasheet.describe.description import Description, description_of, same_text
from sodasheet.describe.description_changes import (
    ChangedPart,
    DescriptionChange,
    changes,
    identifier_of,
    value_in,
    with_values,
)
from sodasheet.describe.push_record import DescriptionRun
from sodasheet.errors import PortalError, Refused
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.portal.approval_guidance import approval_needed
from sodasheet.portal.dataset import dataset_from
from sodasheet.portal.descriptions import (
    NewFile,
    check_metadata,
    read_configurations,
    read_view,
    repeated_value,
)

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Rights that a portal names, and the changes that need each right.
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
        """True if a finding stops the push of the description."""
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
    attach: str = "",
) -> DescriptionPlan:
    """Compare a wanted description with the portal's; nothing is changed.

    `base` is the description that was edited: only what was edited is pushed then, and what others
    have changed meanwhile is a conflict. `attach` is the kind of a data dictionary to attach, which
    shows the columns as they are after the push; empty for none. Raises PortalError if the portal
    cannot be asked or refuses a value, Refused if the account may not make the changes.
    """
    view, now = read_description_of(session, dataset)
    wanted = _named_as_known(wanted, now)
    findings = check_description(now, wanted)
    conflicts: tuple[DescriptionChange, ...] = ()
    if base is None:
        found = changes(now, wanted)
    else:
        basis = replace(base, defined=now.defined)
        found, conflicts = _still_wanted(now, changes(basis, wanted))
    plan = DescriptionPlan(
        dataset, str(view.get("name") or dataset), now, found, findings, conflicts,
        new_file=_dictionary(with_values(now, found), attach),
    )  # fmt: skip
    return _asked(session, view, plan)


def _dictionary(after: Description, kind: str) -> NewFile | None:
    if kind not in KINDS:
        return None
    return NewFile(f"{DICTIONARY}.{kind}", data_dictionary(after, f".{kind}"))


def _named_as_known(wanted: Description, now: Description) -> Description:
    """Return a description with custom fields split into group and name as on the portal."""

    def known(key: Key) -> Key:
        return custom_key(custom_label(key), now.custom)

    return replace(
        wanted,
        custom={known(key): text for key, text in wanted.custom.items()},
        frequencies={known(key): words for key, words in wanted.frequencies.items()},
    )


def plan_undo(session: PortalSession, run: DescriptionRun) -> DescriptionPlan:
    """Compare a run's changes with the portal; later changes by others are conflicts.

    Raises PortalError, Refused.
    """
    view, now = read_description_of(session, run.dataset)
    wanted = [change.inverse for change in run.changes]
    # Portals never remove a width, whether or not others have changed it since.
    kept = [one for one in wanted if one.is_column("width") and not one.new]
    found, conflicts = _still_wanted(now, [one for one in wanted if one not in kept])
    plan = DescriptionPlan(
        run.dataset, str(view.get("name") or run.dataset), now, found,
        tuple(_width_kept(one.owner, width) for one in kept if (width := value_in(now, one))),
        conflicts,
    )  # fmt: skip
    return _asked(session, view, plan)


def with_conflicts(plan: DescriptionPlan) -> DescriptionPlan:
    """Return a plan that overwrites changes by others."""
    over = [replace(one, old=value_in(plan.now, one)) for one in plan.conflicts]
    return replace(plan, changes=(*plan.changes, *over), conflicts=())


def _still_wanted(
    now: Description, wanted: Sequence[DescriptionChange]
) -> tuple[tuple[DescriptionChange, ...], tuple[DescriptionChange, ...]]:
    """Return the changes still to be made, and the changes in conflict with other users."""
    there = {one: value_in(now, one) for one in wanted}
    open_ = [one for one in wanted if not same_text(there[one], one.new)]
    against = [one for one in open_ if not same_text(there[one], one.old)]
    return tuple(one for one in open_ if one not in against), tuple(against)


def _asked(session: PortalSession, view: dict[str, Any], plan: DescriptionPlan) -> DescriptionPlan:
    """Return the plan with the portal's response to its changes."""
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
    "Someone has to approve the changes on the portal before readers see them.",
    "Ask whoever approves changes there.",
)


def _from_portal(sentence: str, severity: Severity) -> FindingGroup:
    remedy = "Fix the value." if severity is Severity.STOP else "Check the value again."
    return FindingGroup("portal-check", severity, f"The portal says: {sentence}", remedy)


def _width_kept(field: str, width: str) -> FindingGroup:
    return FindingGroup(
        "column-width-kept",
        Severity.NOTE,
        f'The width of "{field}" stays {width}: a width cannot be removed.',
        "There is nothing to do.",
        column=field,
    )


def _identifier_findings(
    session: PortalSession, view: dict[str, Any], plan: DescriptionPlan
) -> Iterator[FindingGroup]:
    """Yield reasons in the rows against a new row identifier."""
    marks = [one for one in plan.changes if one.is_column("identifier")]
    field = next((one.owner for one in marks if one.new == YES), "")
    if not field:
        if marks:
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
    """Raise Refused if the caller lacks the rights; unknown rights are left to the portal."""
    rights = view.get("rights")
    if not isinstance(rights, list) or not rights:
        return
    for right in _needed(plan.changes, attaches=plan.new_file is not None):
        if right not in rights:
            raise Refused(
                f'Your account may not change the description of "{view.get("name")}": it lacks'
                f' the right "{right}".',
                "Sign in with an account that can edit the dataset, or ask its owner.",
            )


def _needed(found: Iterable[DescriptionChange], *, attaches: bool) -> set[str]:
    needed = {_RIGHTS[one.place] for one in found}
    return needed | ({_RIGHTS[ChangedPart.ATTACHMENT]} if attaches else set())
