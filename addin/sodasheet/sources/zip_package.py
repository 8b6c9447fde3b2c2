"""Finding a sheet's part inside the zip package of a workbook (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

_OFFICE = "/officeDocument"


def elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every element of a small XML part: its name without prefix, and its attributes likewise."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        # r:id beside an id of its own: the relation is the one that is asked for.
        plain.update({key: value for key, value in attributes.items() if ":" in key})
        found.append((name.rpartition(":")[2], plain))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(archive.read(part), True)
    return iter(found)


def workbook_part(archive: zipfile.ZipFile) -> str:
    """The path of the workbook part."""
    for name, attributes in elements(archive, "_rels/.rels"):
        if name == "Relationship" and attributes.get("Type", "").endswith(_OFFICE):
            return attributes["Target"].lstrip("/")
    return "xl/workbook.xml"


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Relation id -> path of the part it leads to."""
    return {key: path for key, (_, path) in typed_relations(archive, part).items()}


def typed_relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relation id -> the last word of its type (ECMA-376 part 1, 12.3), and the part's path."""
    folder, name = posixpath.split(part)
    return {
        attributes["Id"]: (
            attributes.get("Type", "").rpartition("/")[2],
            _resolve(folder, attributes["Target"]),
        )
        for element, attributes in elements(archive, f"{folder}/_rels/{name}.rels")
        if element == "Relationship" and attributes.get("TargetMode") != "External"
    }


def _resolve(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))
