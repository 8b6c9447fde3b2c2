"""`.spj` files: DataSync's Port jobs, which copy one dataset to another."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.sij_file import content_of
from sodasheet.model.method import Method
from sodasheet.portal.address import parse_portal

_ID = re.compile("[a-z0-9]{4}-[a-z0-9]{4}")

_KINDS = ("copy_data", "copy_schema", "copy_all")


@dataclass(frozen=True, slots=True)
class PortJob:
    """A Port job. `target_portal` is empty if the file does not name a portal.

    `target` is empty if the job creates a dataset, which is then called `name` (the source's name
    if that is empty); without `rows` only its columns are copied.
    """

    portal: str
    source: str
    target_portal: str
    target: str
    method: Method
    name: str = ""
    rows: bool = True


def read_port_job(path: Path) -> PortJob:
    """Return the copy that a `.spj` describes.

    Raises UsageProblem, naming the file, if it is no such job.
    """
    try:
        return _read(content_of(path))
    except UsageProblem as problem:
        raise problem.about(f"The DataSync job {path.name}") from None


def _read(content: bytes) -> PortJob:
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UsageProblem("It is not JSON.", "Save the job in DataSync again.") from None
    if not isinstance(body, dict) or "sourceSetID" not in body:
        raise UsageProblem("It is not a Port job.", "Choose a .spj file.")
    kind = _text(body, "portMethod", "copy_all")
    if kind not in _KINDS:
        raise UsageProblem(f"portMethod is {kind[:40]}.", f"Write {', '.join(_KINDS)}.")
    creates = kind != "copy_data"
    for name in ("sourceSetID",) if creates else ("sourceSetID", "sinkSetID"):
        if not _ID.fullmatch(_text(body, name)):
            raise UsageProblem(
                f'{name} "{_text(body, name)[:40]}" is not a dataset id.',
                "Correct it; an id looks like abcd-1234.",
            )
    method = _text(body, "publishMethod", "upsert")
    if method not in ("upsert", "replace"):
        raise UsageProblem(f"publishMethod is {method[:40]}.", "Write upsert or replace.")
    sink = _text(body, "sinkSiteDomain")
    return PortJob(
        parse_portal(_text(body, "sourceSiteDomain")),
        _text(body, "sourceSetID"),
        parse_portal(sink) if sink.rstrip("/") not in ("", "https:") else "",
        "" if creates else _text(body, "sinkSetID"),
        Method(method),
        _text(body, "destinationDatasetTitle") if creates else "",
        kind != "copy_schema",
    )


def _text(body: dict[str, object], name: str, default: str = "") -> str:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, str):
        raise UsageProblem(f"{name} is not a text.", "Save the job in DataSync again.")
    return value.strip()
