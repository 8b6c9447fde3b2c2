"""Reading KML and KMZ: placemarks one by one; each folder is a layer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sodasheet.errors import SourceError
from sodasheet.model.progress import Progress
from sodasheet.sources.geographic.damaged_archive import UNREADABLE, damaged_archive
from sodasheet.sources.geographic.feature import Feature, shape_text
from sodasheet.sources.source_file import BLOCK, Metered, raise_if_cancelled

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_GROUPS = ("Document", "Folder")

#: Maximum uncompressed bytes of the KML in a KMZ.
_MOST = 4 << 30


def kml_layers(path: Path, progress: Progress) -> tuple[str, ...]:
    """Return the names of the folders with placemarks, in order. Raises SourceError, Cancelled."""
    return tuple(dict.fromkeys(layer for layer, _ in _placemarks(path, progress)))


def kml_features(path: Path, layer: str | None, progress: Progress) -> Iterator[Feature]:
    """Yield the features of a layer, or of all layers. Raises SourceError, Cancelled."""
    for name, placemark in _placemarks(path, progress):
        if layer is None or name == layer:
            yield Feature(_properties(placemark), shape_text(_geometry(placemark)))


def _placemarks(path: Path, progress: Progress) -> Iterator[tuple[str, Element]]:
    """Yield every placemark with the name of its folder; memory is freed after each."""
    from defusedxml.ElementTree import iterparse

    names: list[str] = []
    stack: list[Element] = []
    try:
        with _opened(path, progress) as file:
            for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                tag = _tag(element)
                if event == "start":
                    stack.append(element)
                    names += [path.stem] if tag in _GROUPS and not names else []
                    if tag == "Folder":
                        names.append("")
                    continue
                stack.pop()
                parent = stack[-1] if stack else None
                if tag == "name" and parent is not None and _tag(parent) in _GROUPS:
                    names[-1] = (element.text or "").strip() or names[-1]
                if tag == "Placemark":
                    raise_if_cancelled(progress, path.name)
                    yield next((name for name in reversed(names) if name), path.stem), element
                if tag == "Folder":
                    names.pop()
                if tag in ("Placemark", "Folder", "Style", "StyleMap") and parent is not None:
                    parent.remove(element)
    except SourceError:
        raise
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("xml", "defusedxml"):
            raise
        raise SourceError(
            f"{path.name} cannot be read as KML: {error}.", "Export the layer as KML again."
        ) from error


@contextmanager
def _opened(path: Path, progress: Progress) -> Iterator[IO[bytes]]:
    if path.suffix.lower() != ".kmz":
        with io.BufferedReader(Metered(path, progress), BLOCK) as file:
            yield file
        return
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [one for one in archive.infolist() if one.filename.lower().endswith(".kml")]
            if not inside:
                raise SourceError(f"{path.name} contains no KML.", "Export the layer as KMZ again.")
            main = next((one for one in inside if one.filename == "doc.kml"), inside[0])
            if main.file_size > _MOST:
                raise SourceError(
                    f"The KML in {path.name} unpacks to more than {_MOST >> 30} GB.",
                    "Split the layer.",
                )
            with archive.open(main) as file:
                yield file
    except UNREADABLE as error:
        raise damaged_archive(path) from error


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _below(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if _tag(one) == name]


def _properties(placemark: Element) -> dict[str, str]:
    found = {
        _tag(one): (one.text or "").strip()
        for one in placemark
        if _tag(one) in ("name", "description")
    }
    for data in _below(placemark, "Data"):
        value = next(iter(_below(data, "value")), None)
        found[data.get("name", "")] = "" if value is None else (value.text or "").strip()
    for data in _below(placemark, "SimpleData"):
        found[data.get("name", "")] = (data.text or "").strip()
    found.pop("", None)
    return found


def _geometry(placemark: Element) -> dict[str, Any] | None:
    shapes = [found for one in placemark if (found := _shape(one)) is not None]
    return shapes[0] if shapes else None


def _shape(element: Element) -> dict[str, Any] | None:
    """Return an element as a GeoJSON geometry; None for any other element."""
    tag = _tag(element)
    if tag == "MultiGeometry":
        return _joined([found for one in element if (found := _shape(one)) is not None])
    if tag == "Polygon":
        outer = [ring for one in _below(element, "outerBoundaryIs") for ring in _rings(one)]
        inner = [ring for one in _below(element, "innerBoundaryIs") for ring in _rings(one)]
        return {"type": "Polygon", "coordinates": [*outer, *inner]}
    if tag in ("Point", "LineString", "LinearRing"):
        lists = _rings(element)
        positions = lists[0] if lists else []
        if tag == "Point":
            return {"type": "Point", "coordinates": positions[0] if positions else None}
        return {"type": "LineString", "coordinates": positions}
    return {"type": tag} if tag in ("Track", "MultiTrack", "Model") else None


def _joined(shapes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return several shapes of one type combined; different types do not fit in a cell."""
    kinds = {str(one["type"]) for one in shapes}
    if len(kinds) != 1 or next(iter(kinds)).startswith("Multi"):
        return {"type": "MultiGeometry of several types"}
    coordinates = [one.get("coordinates") for one in shapes]
    return {"type": f"Multi{kinds.pop()}", "coordinates": coordinates}


def _rings(element: Element) -> list[list[list[Any]]]:
    """Return the lists of positions in an element; text that is not a number stays text."""
    return [
        [[_number(part) for part in text.split(",")[:2]] for text in (one.text or "").split()]
        for one in _below(element, "coordinates")
    ]


def _number(text: str) -> Any:
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation:
        return text
