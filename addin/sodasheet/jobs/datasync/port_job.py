"""`.spj` files: DataSync's Port jobs, which copy one dataset to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.sij_file import content_of, json_object, text_of
from sodasheet.model.method import Method
from sodasheet.portal.dataset_address import is_dataset_id, parse_portal

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
    body = json_object(content, "a Port job")
    if "sourceSetID" not in body:
        raise UsageProblem("it is not a Port job.", "Choose a .spj file.")
    kind = text_of(body, "portMethod", "copy_all")
    if kind not in _KINDS:
        raise UsageProblem(f"portMethod is {kind[:40]}.", f"Write {', '.join(_KINDS)}.")
    creates = kind != "copy_data"
    for name in ("sourceSetID",) if creates else ("sourceSetID", "sinkSetID"):
        if not is_dataset_id(text_of(body, name)):
            raise UsageProblem(
                f'{name} "{text_of(body, name)[:40]}" is not a dataset id.',
                "Correct it; an id looks like abcd-1234.",
            )
    method = text_of(body, "publishMethod", "upsert")
    if method not in ("upsert", "replace"):
        raise UsageProblem(f"publishMethod is {method[:40]}.", "Write upsert or replace.")
    sink = text_of(body, "sinkSiteDomain")
    return PortJob(
        parse_portal(text_of(body, "sourceSiteDomain")),
        text_of(body, "sourceSetID"),
        parse_portal(sink) if sink.rstrip("/") not in ("", "https:") else "",
        "" if creates else text_of(body, "sinkSetID"),
        Method(method),
        text_of(body, "destinationDatasetTitle") if creates else "",
        kind != "copy_schema",
    )
