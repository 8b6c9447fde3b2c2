"""Reading shapefiles, in a zip archive or next to each other in a folder."""

from __future__ import annotations

import codecs
import math
import re
import shutil
import struct
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from sodasheet.errors import SourceError
from sodasheet.model.progress import Progress
from sodasheet.sources.geographic.damaged_archive import UNREADABLE, damaged_archive
from sodasheet.sources.geographic.feature import Feature, property_text, shape_text
from sodasheet.sources.source_file import BLOCK, raise_if_cancelled
from sodasheet.system.path_facts import is_file
from sodasheet.wording import counted

#: Files of a layer: shapes, attributes, index, coordinate system, encoding.
_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")

#: Maximum uncompressed bytes of a layer.
_MOST = 8 << 30

#: Meters from the middle of the map to its edge, in the projection of web maps.
_EDGE = 20037508.342789244

_DEGREES = re.compile(r"WGS[_ ]?(19)?84|NAD[_ ]?83|North_American_(Datum_)?1983|ETRS[_ ]?89", re.I)
# EPSG spells the last word with an s.
_WEB_MERCATOR = re.compile(r"Web_Mercator|Pseudo-Mercator|Popular.Visuali[sz]ation", re.I)


def shapefile_layers(path: Path) -> tuple[str, ...]:
    """Return the names of the layers of an archive or file. Raises SourceError."""
    if path.suffix.lower() == ".shp":
        return (path.stem,)
    with _archive(path) as archive:
        shapes = _shapes(archive)
    if not shapes:
        raise SourceError(
            f"{path.name} contains no shapefile.",
            "Choose the archive of a shapefile, or unpack the archive and choose the file inside.",
        )
    return tuple(shapes)


def shapefile_features(
    path: Path, layer: str, folder: Path, progress: Progress
) -> Iterator[Feature]:
    """Yield the features of a layer; an archive is unpacked into `folder`.

    Raises SourceError, Cancelled.
    """
    import shapefile

    parts = _unpacked(path, layer, folder)
    convert = _conversion(path, layer, parts)
    try:
        with warnings.catch_warnings():
            # The file size contradicts the header: the records are counted instead.
            warnings.simplefilter("ignore")
            reader = shapefile.Reader(str(parts[".shp"]), encoding=_encoding(parts))
        with reader:
            progress.begin(f"Reading {path.name}", len(reader))
            for number, (record, shape) in enumerate(_records(reader), start=1):
                if not number % 500:
                    progress.advance(500)
                    raise_if_cancelled(progress, path.name)
                texts = {name: property_text(value) for name, value in record.items()}
                yield Feature(texts, shape_text(convert(shape)))
    except _damages() as error:
        raise SourceError(
            f"The layer {layer} of {path.name} cannot be read: {error}.",
            "Export it as a shapefile again.",
        ) from error


def _records(reader: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the attributes and the geometry of every record that is not marked as deleted.

    Raises ValueError if the numbers of records and shapes differ. The library's own iterator of
    both would stop silently, and pair the records after a deleted one with the wrong shapes.
    """
    shapes, records = reader.iterShapes(), len(reader)
    for number in range(records):
        shape = next(shapes, None)
        if shape is None:
            has = counted(records, "record")
            raise ValueError(f"it has {has} but only {counted(number, 'shape')}")
        record = reader.record(number)
        if record is not None:
            yield record.as_dict(), shape.__geo_interface__
    if next(shapes, None) is not None:
        raise ValueError(f"it has more shapes than its {counted(records, 'record')}")


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except UNREADABLE as error:
        raise damaged_archive(path) from error


def _shapes(archive: zipfile.ZipFile) -> dict[str, PurePosixPath]:
    """Return the shapes by layer; layers with the same name get their folders' names added."""
    found = [PurePosixPath(one) for one in archive.namelist()]
    shapes = [one for one in found if one.suffix.lower() == ".shp" and "__MACOSX" not in one.parts]
    names = [one.stem for one in shapes]
    return {
        one.stem if names.count(one.stem) == 1 else str(one.with_suffix("")): one for one in shapes
    }


def _unpacked(path: Path, layer: str, folder: Path) -> dict[str, Path]:
    """Return the files of a layer by their extension. Raises SourceError if one is missing."""
    if path.suffix.lower() == ".shp":
        found = {one: path.with_suffix(one) for one in _PARTS if is_file(path.with_suffix(one))}
        return _complete(path, layer, {**found, ".shp": path})
    parts: dict[str, Path] = {}
    with _archive(path) as archive:
        shape = _shapes(archive)[layer].with_suffix("")
        for member in archive.infolist():
            name = PurePosixPath(member.filename)
            if name.with_suffix("") != shape or name.suffix.lower() not in _PARTS:
                continue
            if member.file_size > _MOST:
                raise SourceError(
                    f"{member.filename} in {path.name} unpacks to more than {_MOST >> 30} GB.",
                    "Split the layer.",
                )
            # The name is ours: a name from an archive may lead anywhere.
            place = folder / f"layer{name.suffix.lower()}"
            with archive.open(member) as packed, place.open("wb") as file:
                shutil.copyfileobj(packed, file)
            parts[name.suffix.lower()] = place
    return _complete(path, layer, parts)


def _complete(path: Path, layer: str, parts: dict[str, Path]) -> dict[str, Path]:
    missing = [one for one in (".shp", ".dbf") if one not in parts]
    if missing:
        raise SourceError(
            f"{layer}{missing[0]} is missing: a shapefile is several files with the same name.",
            f"Put {layer}.shp, {layer}.dbf and {layer}.prj together into {path.stem}.zip.",
        )
    return parts


def _encoding(parts: dict[str, Path]) -> str:
    """Return the encoding in a .cpg, else UTF-8 if the text is valid UTF-8, else Windows-1252."""
    named = parts[".cpg"].read_text("ascii", "ignore").strip() if ".cpg" in parts else ""
    if named:
        name = f"cp{named}" if named.isdecimal() else named
        try:
            "".encode(name)
        except LookupError:
            pass
        else:
            return name
    return "utf-8" if _is_utf8(parts[".dbf"]) else "cp1252"


def _is_utf8(attributes: Path) -> bool:
    """True if the records of a .dbf are UTF-8; its header has numbers of two bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with attributes.open("rb") as file:
        head = file.read(32)
        file.seek(int.from_bytes(head[8:10], "little"))
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError:
            return False
    return True


def _damages() -> tuple[type[Exception], ...]:
    """Return the errors that a damaged shapefile, or a shape of an unknown kind, causes."""
    import shapefile

    own = (shapefile.ShapefileException, shapefile.GeoJSON_Error, shapefile.RingSamplingError)
    return (*own, struct.error, EOFError, ValueError, LookupError, ArithmeticError)


def _conversion(path: Path, layer: str, parts: dict[str, Path]) -> Any:
    """Return a function that converts a geometry to longitude and latitude. Raises SourceError."""
    text = parts[".prj"].read_text("utf-8", "replace") if ".prj" in parts else ""
    if not text.strip():
        return _plain
    name = next(iter(re.findall(r'^\s*\w+\["([^"]*)"', text)), "an unknown system")
    if text.lstrip().upper().startswith(("PROJCS", "PROJCRS")):
        if _WEB_MERCATOR.search(text):
            return _from_web_mercator
    elif _DEGREES.search(text):
        return _plain
    raise SourceError(
        f"The coordinates of the layer {layer} in {path.name} are in {name}, not in longitude and"
        " latitude.",
        "Export the layer in WGS 84 (EPSG:4326).",
    )


def _plain(geometry: Any) -> Any:
    return geometry if geometry and geometry.get("coordinates") else None


def _from_web_mercator(geometry: Any) -> Any:
    if not geometry or not geometry.get("coordinates"):
        return None
    return {**geometry, "coordinates": _to_degrees(geometry["coordinates"])}


def _to_degrees(coordinates: Any) -> Any:
    if not isinstance(coordinates[0], int | float):
        return [_to_degrees(one) for one in coordinates]
    east, north = coordinates[0] / _EDGE, coordinates[1] / _EDGE
    latitude = math.degrees(2 * math.atan(math.exp(north * math.pi)) - math.pi / 2)
    return [round(east * 180, 9), round(latitude, 9)]
