"""A dataset read from the portal's metadata."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError, Refused
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.http.reply import label
from sodasheet.portal.update_frequency import is_frequency_field
from sodasheet.wording import listed

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: The rights that each method needs (portal-api.md A.1).
NEEDED_RIGHTS = {
    Method.APPEND: ("write", "add"),
    Method.UPSERT: ("write", "add"),
    Method.REPLACE: ("write", "add", "delete"),
    Method.DELETE: ("write", "delete"),
}

_RIGHT_WORDS = {"write": "change rows in", "add": "add rows to", "delete": "delete rows from"}

#: Names of assets without their own rows.
_ASSETS = {
    "filter": "a filtered view of another dataset",
    "filtered": "a filtered view of another dataset",
    "grouped": "a grouped view of another dataset",
    "map": "a map",
    "new_map": "a map",
    "geo": "a map",
    "chart": "a chart",
    "visualization": "a chart",
    "data_lens": "a data lens page",
    "calendar": "a calendar",
    "form": "a form",
    "story": "a story",
    "measure": "a measure",
    "href": "a link to data elsewhere",
    "federated_href": "a link to data elsewhere",
    "file": "a file",
    "blob": "a file",
    "blobby": "a file",
    "api": "the address of a program",
}

#: Ways to display a plain dataset, which reveal nothing about its kind.
_TABLES = frozenset({"", "dataset", "tabular", "table", "fatrow", "page", "default"})


def read_dataset(session: PortalSession, dataset: str) -> Dataset:
    """The dataset with this id and the caller's rights (portal-api.md A.1, A.2).

    Raises PortalError if there is none, it is not shown to the caller, or the host is no
    portal.
    """
    view = session.get_json(f"/api/views/{dataset}.json")
    if not (isinstance(view, dict) and view.keys() & {"columns", "viewType", "assetType"}):
        raise PortalError(
            f"{session.host} does not answer like a Socrata portal.",
            "Check the address: open the dataset in the browser and copy its web address.",
            None,
            "no-portal",
        )
    return dataset_from(view, session.portal, dataset)


def dataset_from(view: Mapping[str, Any], portal: str, dataset: str) -> Dataset:
    """The dataset that the metadata `view` describes; keys may be missing, others are ignored."""
    columns = _columns(view.get("columns"))
    identifier, problem = _row_identifier(view, columns)
    return Dataset(
        portal=portal,
        # Never from the portal: addresses, locks and file names are built from it.
        id=dataset,
        name=label(view.get("name")) or dataset,
        columns=columns,
        row_identifier=identifier,
        rights=frozenset(filter(None, map(_text, _list(view.get("rights"))))),
        refusal=_refusal(view) or problem,
        updated=_moment(view.get("rowsUpdatedAt")),
        frequency=declared_frequency(view),
    )


def declared_frequency(view: Mapping[str, Any]) -> str:
    """Return the frequency in a portal's metadata (`metadata.custom_fields`), empty if none."""
    metadata = view.get("metadata")
    groups = metadata.get("custom_fields") if isinstance(metadata, Mapping) else None
    for fields in groups.values() if isinstance(groups, Mapping) else ():
        for name, value in fields.items() if isinstance(fields, Mapping) else ():
            if is_frequency_field(str(name)) and isinstance(value, str) and value.strip():
                return " ".join(value.split())[:80]
    return ""


def require_writable(dataset: Dataset) -> None:
    """Refuse assets without their own rows, for any user. Raises Refused."""
    if dataset.refusal:
        raise Refused(
            dataset.refusal,
            "Choose a dataset with rows, such as the dataset that a view or a map shows.",
        )


def require_rights(dataset: Dataset, method: Method, *, signed: bool = True) -> None:
    """Raise Refused if the account seems to lack the rights for a method.

    Names the missing right and whom to ask, or how to sign in if the user is not `signed` in.
    If the portal does not list any rights, nothing is known to be missing.
    """
    require_pushable(dataset, method, signed=signed)
    if missing := missing_rights(dataset, method):
        raise Refused(
            missing,
            "Sign in with an account that can edit it, or ask its owner or the portal's"
            " administrator for the Editor or Publisher role.",
        )


def require_pushable(dataset: Dataset, method: Method, *, signed: bool = True) -> None:
    """Raise Refused if the asset cannot be pushed to, or only by users who are `signed` in.

    What a signed-in account may do is for the portal to decide: see `missing_rights`.
    """
    require_writable(dataset)
    missing = _missing(dataset, method)
    if missing and not signed:
        words = " or ".join(_RIGHT_WORDS[right] for right in missing)
        raise Refused(
            f'You do not have permission to {words} "{dataset.name}" ({dataset.id}): you are not '
            "signed in.",
            "Sign in first.",
            (NextStep(Action.SIGN_IN, portal=dataset.portal),),
        )


def missing_rights(dataset: Dataset, method: Method) -> str:
    """Return a sentence if the account seems to lack rights for a push, else an empty string.

    Which rights a push needs is not documented (portal-api.md A.1), so that a push only warns.
    """
    missing = _missing(dataset, method)
    if not missing:
        return ""
    names = listed(f'"{right}"' for right in missing)
    words = listed((_RIGHT_WORDS[right] for right in missing), "or")
    return (
        f'You do not have permission to {words} "{dataset.name}" ({dataset.id}): your account '
        "lacks the"
        f" {'right' if len(missing) == 1 else 'rights'} {names}."
    )


def _missing(dataset: Dataset, method: Method) -> list[str]:
    """Return the rights that are missing; none if the portal does not list any."""
    if not dataset.rights:
        return []
    return [right for right in NEEDED_RIGHTS[method] if right not in dataset.rights]


def _columns(listed: Any) -> tuple[Column, ...]:
    """The columns by position, which has gaps and may be missing (portal-api.md A.2)."""
    columns = [
        _column(entry, place)
        for place, entry in enumerate(_list(listed), start=1)
        if isinstance(entry, dict) and _text(entry.get("fieldName"))
    ]
    return tuple(sorted(columns, key=lambda column: column.position))


def _column(entry: Mapping[str, Any], place: int) -> Column:
    field = _text(entry.get("fieldName"))
    position = _number(entry.get("position"))
    return Column(
        id=_number(entry.get("id")) or 0,
        name=label(entry.get("name")) or field,
        field=field,
        type=_text(entry.get("dataTypeName")).lower() or "text",
        position=place if position is None else position,
        format=_format(entry.get("format")),
        computed=field.startswith(":@") or bool(entry.get("computationStrategy")),
        hidden="hidden" in _list(entry.get("flags")),
    )


def _format(hints: Any) -> dict[str, str]:
    if not isinstance(hints, dict):
        return {}
    return {
        str(key): value if isinstance(value, str) else json.dumps(value)
        for key, value in hints.items()
        if value is not None
    }


def _row_identifier(
    view: Mapping[str, Any], columns: Sequence[Column]
) -> tuple[str | None, str | None]:
    """Field name of the row identifier, and the reason why nothing can be sent if unknown.

    Only `rowIdentifierColumnId` is dependable; `metadata.rowIdentifier` may be a number, digits,
    "0" for none, or a field name (portal-api.md A.1).
    """
    fields = {column.id: column.field for column in columns}
    told = _number(view.get("rowIdentifierColumnId"))
    if told:
        if told in fields:
            return fields[told], None
        return None, (
            "The row identifier of this dataset is a column that your account cannot see, so no"
            " row could be matched."
        )
    metadata = view.get("metadata")
    guess = metadata.get("rowIdentifier") if isinstance(metadata, dict) else None
    by_id = fields.get(_number(guess) or 0)
    named = _text(guess)
    return by_id or (named if named in fields.values() else None), None


def _refusal(view: Mapping[str, Any]) -> str | None:
    """Return the reason why no push can write here, or None (portal-api.md A.1, G.28-G.30)."""
    kind = _kind(view)
    if kind is not None:
        return f"{_quoted(view)} is {kind} and has no rows that can be changed."
    if view.get("publicationStage") == "snapshotted":
        return f"{_quoted(view)} is an old published copy, which cannot be changed."
    return None


def _kind(view: Mapping[str, Any]) -> str | None:
    asset = _text(view.get("assetType")).lower()
    if view.get("blobId") and not view.get("columns"):
        return _ASSETS["file"]
    # A modern portal names the kind; on older portals, only the display type shows it.
    told = (asset,) if asset else (_text(view.get(key)) for key in ("viewType", "displayType"))
    for word in told:
        if word.lower() not in _TABLES:
            return _ASSETS.get(word.lower(), f'a "{word}" asset')
    if _derived(view):
        return "a view made from another dataset"
    return None


def _derived(view: Mapping[str, Any]) -> bool:
    query = view.get("query")
    filtered = isinstance(query, dict) and (query.get("filterCondition") or query.get("groupBys"))
    return bool(
        view.get("modifyingViewUid")
        or view.get("queryString")
        or view.get("viewFilters")
        or filtered
    )


def _quoted(view: Mapping[str, Any]) -> str:
    return f'"{label(view.get("name")) or label(view.get("id"))}"'


def _moment(seconds: Any) -> datetime | None:
    number = _number(seconds)
    try:
        return None if number is None else datetime.fromtimestamp(number, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _number(value: Any) -> int | None:
    """A whole number, even if written as a string."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value[:20])
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
