"""Reading GeoJSON (RFC 7946): features one by one, however large the file is."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sodasheet.errors import SourceError
from sodasheet.model.progress import Progress
from sodasheet.sources.geographic.feature import Feature, property_text, shape_text
from sodasheet.sources.source_file import BLOCK, Metered

#: Bytes at both ends of a file that are searched for the coordinate system.
_LOOKED_AT = 8192

#: The older way to name a coordinate system; RFC 7946 allows only WGS 84.
_SYSTEM = re.compile(rb'"crs"\s*:\s*\{.{0,200}?"name"\s*:\s*"([^"]*)"', re.DOTALL)
_DEGREES = re.compile(rb"CRS84|EPSG::?4326|EPSG::?4269", re.IGNORECASE)


def geojson_features(path: Path, progress: Progress) -> Iterator[Feature]:
    """Yield the features of a file. Raises SourceError, Cancelled."""
    import ijson

    _require_degrees(path)
    found = False
    with io.BufferedReader(Metered(path, progress), BLOCK) as file:
        if file.peek(3)[:3] == b"\xef\xbb\xbf":
            file.read(3)
        try:
            for feature in ijson.items(file, "features.item"):
                found = True
                yield _feature(path, feature)
        except (ijson.JSONError, RecursionError) as error:
            raise SourceError(
                f"{path.name} is not valid JSON: {error}.", "Export the layer as GeoJSON again."
            ) from error
    if not found:
        raise SourceError(
            f"{path.name} has no features.", "Choose a GeoJSON file with a FeatureCollection."
        )


def _feature(path: Path, feature: Any) -> Feature:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise SourceError(
            f"{path.name} has entries in its list of features that are not features.",
            "Export the layer as GeoJSON again.",
        )
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise SourceError(
            f"{path.name} has a feature whose properties are not name-value pairs.",
            "Export the layer as GeoJSON again.",
        )
    texts = {str(name): property_text(value) for name, value in properties.items()}
    return Feature(texts, shape_text(feature.get("geometry")))


def _require_degrees(path: Path) -> None:
    """Raise SourceError if the file names another coordinate system than longitude, latitude."""
    with path.open("rb") as file:
        ends = file.read(_LOOKED_AT)
        file.seek(max(0, path.stat().st_size - _LOOKED_AT))
        ends += file.read()
    system = _SYSTEM.search(ends)
    if system is not None and not _DEGREES.search(system[1]):
        name = system[1].decode("utf-8", "replace")[:80]
        raise SourceError(
            f"The coordinates of {path.name} are in {name}, not in longitude and latitude.",
            "Export the layer in WGS 84 (EPSG:4326).",
        )
