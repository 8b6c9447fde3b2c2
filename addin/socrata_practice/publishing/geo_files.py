"""Reading GeoJSON, KML and zipped shapefiles as records: properties, then the geometry as WKT."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from socrata_practice.types.geometry import DEPTHS, wkt

GEOJSON = ("application/vnd.geo+json", "application/geo+json")
KML = "application/vnd.google-earth.kml+xml"
ZIP = "application/zip"
TYPES = (*GEOJSON, KML, ZIP)
#: The name of a shapefile's geometry; that of other files is named after its type.
GEOMETRY = "the_geom"

Feature = tuple[dict[str, Any], dict[str, Any] | None]


class NotGeographicError(Exception):
    """The file has no features that can be read; the text says why."""


def geo_records(path: Path, content_type: str) -> Iterator[list[str]]:
    """Yield a header and a record for each feature. Raises NotGeographicError."""
    try:
        if content_type in GEOJSON:
            features = list(_geojson(path))
        else:
            features = list(_kml(path) if content_type == KML else _shapefile(path))
    except NotGeographicError:
        raise
    except Exception as error:
        raise NotGeographicError(f"The file is not {content_type}: {error}") from error
    names = list(dict.fromkeys(name for properties, _ in features for name in properties))
    kind = geometry_type(_wkt(geometry) for _, geometry in features if geometry)
    yield [*names, GEOMETRY if content_type == ZIP or kind is None else kind]
    for properties, geometry in features:
        yield [*(_text(properties.get(name)) for name in names), _wkt(geometry)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _wkt(geometry: dict[str, Any] | None) -> str:
    if not geometry:
        return ""
    if geometry.get("type") not in DEPTHS:
        raise NotGeographicError(f"Geometry of type {geometry.get('type')} cannot be read")
    return wkt(geometry)


def _geojson(path: Path) -> Iterator[Feature]:
    found = json.loads(path.read_text("utf-8-sig"))
    features = found.get("features") if found.get("type") == "FeatureCollection" else [found]
    for feature in features:
        if feature.get("type") != "Feature":
            raise NotGeographicError("The file has something else than features")
        yield feature.get("properties") or {}, feature.get("geometry")


# --- KML -----------------------------------------------------------------------------------------


def _kml(path: Path) -> Iterator[Feature]:
    data = path.read_bytes()
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # entities could expand without limit
        raise NotGeographicError("A KML file may not have a document type")
    for placemark in ElementTree.fromstring(data).iter():  # noqa: S314
        if _tag(placemark) == "Placemark":
            yield _kml_properties(placemark), _kml_geometry(placemark)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in element.iter() if _tag(one) == name]


def _kml_properties(placemark: ElementTree.Element) -> dict[str, Any]:
    found: dict[str, Any] = {
        _tag(one): one.text for one in placemark if _tag(one) in ("name", "description")
    }
    for data in _children(placemark, "Data"):
        value = next(iter(_children(data, "value")), None)
        found[data.get("name", "")] = None if value is None else value.text
    for data in _children(placemark, "SimpleData"):
        found[data.get("name", "")] = data.text
    return found


def _kml_geometry(placemark: ElementTree.Element) -> dict[str, Any] | None:
    for element in placemark.iter():
        kind = _tag(element)
        if kind == "Polygon":
            rings = [_pairs(one) for one in _children(element, "coordinates")]
            return {"type": "Polygon", "coordinates": rings}
        if kind in ("Point", "LineString"):
            pairs = _pairs(_children(element, "coordinates")[0])
            return {"type": kind, "coordinates": pairs[0] if kind == "Point" else pairs}
    return None


def _pairs(coordinates: ElementTree.Element) -> list[list[float]]:
    texts = (coordinates.text or "").split()
    return [[float(part) for part in text.split(",")[:2]] for text in texts]


# --- shapefiles ----------------------------------------------------------------------------------


def _shapefile(path: Path) -> Iterator[Feature]:
    import shapefile

    with zipfile.ZipFile(path) as archive:
        parts = {Path(name).suffix.lower(): name for name in archive.namelist()}
        if not {".shp", ".dbf"} <= set(parts):
            raise NotGeographicError("The archive has no .shp and .dbf")
        files = {
            key: io.BytesIO(archive.read(parts[f".{key}"]))
            for key in ("shp", "dbf", "shx")
            if f".{key}" in parts
        }
    with shapefile.Reader(**files) as reader:
        # A record that is marked as deleted is None; the library's iterator of both leaves it out
        # and gives its shape to the next record.
        for number, shape in enumerate(reader.iterShapes()):
            record = reader.record(number)
            if record is not None:
                yield record.as_dict(), _plain(shape.__geo_interface__)


def _plain(geometry: Any) -> dict[str, Any] | None:
    """Return a geometry with lists instead of tuples; None for a null shape."""
    found: dict[str, Any] = json.loads(json.dumps(geometry))
    return found if found.get("coordinates") else None


def geometry_type(cells: Iterable[str]) -> str | None:
    """Return the data type of a column of WKT; None if the cells are of several types."""
    kinds = {cell.partition("(")[0].strip().upper() for cell in cells}
    names = {"LINESTRING": "line", "MULTILINESTRING": "multiline"}
    known = {kind.upper() for kind in DEPTHS}
    if len(kinds) != 1 or not kinds <= known:
        return None
    kind = kinds.pop()
    return names.get(kind, kind.lower())
