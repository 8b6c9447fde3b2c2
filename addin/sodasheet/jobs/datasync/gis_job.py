"""`.gij` files: DataSync's GIS jobs, which replace the layers of a map with layers of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync import remembered_portal
from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.jobs.datasync.sij_file import content_of, json_object, text_of
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.portal.dataset_address import is_dataset_id
from sodasheet.sources.source_file import GEOGRAPHIC

NOTE = (
    "The names of the layer's properties must be field names of the dataset; its shapes fill the"
    " column the_geom."
)


@dataclass(frozen=True, slots=True)
class LayerJob:
    """The replace of a layer; `name` is the name of the layer, empty for a file with one layer."""

    name: str
    job: Job


def read_gis_job(path: Path, preferences: Preferences | None = None) -> list[LayerJob]:
    """Return the job of each layer in a `.gij`, for the portal in `preferences`.

    Raises UsageProblem, naming the file, if it is no such job.
    """
    try:
        return _read(content_of(path), preferences, path.name)
    except UsageProblem as problem:
        raise problem.about(f"The DataSync job {path.name}") from None


def layer_job(
    target: object, file: str, preferences: Preferences | None, name: str, layer: str = ""
) -> LayerJob:
    """Return the job that replaces a dataset with a layer of a file.

    `name` is that of the job in sentences. Raises UsageProblem.
    """
    if Path(file).suffix.lower() not in GEOGRAPHIC:
        raise UsageProblem(
            f'its file to publish, "{PureWindowsPath(file).name[:80]}", is not a geographic file.',
            f"Choose one of {', '.join(GEOGRAPHIC)} in DataSync and save.",
        )
    if not isinstance(target, str) or not is_dataset_id(target):
        where = f" of the layer {layer[:60]}" if layer else ""
        raise UsageProblem(
            f'the dataset{where}, "{str(target)[:40]}", is not a dataset id.',
            "Correct it; an id looks like abcd-1234.",
        )
    chosen = remembered_portal.found() if preferences is None else preferences
    portal = remembered_portal.portal_of(chosen, name)
    source = SourceSpec(path=file, sheet=layer)
    return LayerJob(layer, Job(portal, target, Method.REPLACE, source, Mapping(by_field_name=True)))


def _read(content: bytes, preferences: Preferences | None, name: str) -> list[LayerJob]:
    body = json_object(content, "a GIS job")
    layers = body.get("layerMap")
    if "fileToPublish" not in body or not isinstance(layers, dict | None):
        raise UsageProblem("it is not a GIS job.", "Choose a .gij file.")
    file = text_of(body, "fileToPublish")
    # Without a map of layers the dataset itself is the layer.
    targets = dict(layers or {"": text_of(body, "datasetID")})
    return [
        layer_job(target, file, preferences, name, str(layer)) for layer, target in targets.items()
    ]
