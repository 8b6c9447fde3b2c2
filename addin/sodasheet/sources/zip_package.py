"""Find and read the parts of a workbook's zip package (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

_OFFICE = "/officeDocument"
_BLOCK = 1024 * 1024


def elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Return every element of a small XML part: name and attributes, without prefixes."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        # An element may have both `id` and `r:id`; the relation is the prefixed name.
        plain.update({key: value for key, value in attributes.items() if ":" in key})
        found.append((name.rpartition(":")[2], plain))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(archive.read(part), True)
    return iter(found)


def texts(
    archive: zipfile.ZipFile, part: str, element: str
) -> Iterator[tuple[dict[str, str], str]]:
    """Yield attributes and text of every element with this name in a small XML part."""
    found: list[tuple[dict[str, str], list[str]]] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = name.rpartition(":")[2] == element
        if inside:
            found.append((attributes, []))

    def end(_name: str) -> None:
        nonlocal inside
        inside = False

    def text(data: str) -> None:
        if inside:
            found[-1][1].append(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(archive.read(part), True)
    return ((attributes, "".join(parts)) for attributes, parts in found)


def workbook_part(archive: zipfile.ZipFile) -> str:
    """Return the path of the workbook part."""
    for name, attributes in elements(archive, "_rels/.rels"):
        if name == "Relationship" and attributes.get("Type", "").endswith(_OFFICE):
            return attributes["Target"].lstrip("/")
    return "xl/workbook.xml"


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the path of the related part by relation id."""
    return {key: path for key, (_, path) in typed_relations(archive, part).items()}


def typed_relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return, by relation id, the last word of the type (ECMA-376 part 1, 12.3) and the path."""
    folder, name = posixpath.split(part)
    return {
        attributes["Id"]: (
            attributes.get("Type", "").rpartition("/")[2],
            _resolve(folder, attributes["Target"]),
        )
        for element, attributes in elements(archive, f"{folder}/_rels/{name}.rels")
        if element == "Relationship" and attributes.get("TargetMode") != "External"
    }


def external_targets(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the addresses outside the package by relation id; empty without relations."""
    folder, name = posixpath.split(part)
    relations_part = f"{folder}/_rels/{name}.rels"
    if relations_part not in archive.NameToInfo:
        return {}
    return {
        attributes["Id"]: attributes["Target"]
        for element, attributes in elements(archive, relations_part)
        if element == "Relationship" and attributes.get("TargetMode") == "External"
    }


def _resolve(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(folder, target))


def blocks(archive: zipfile.ZipFile, part: str, size: int = _BLOCK) -> Iterator[bytes]:
    """Yield the uncompressed bytes of a part, at most `size` at a time."""
    with archive.open(part) as stream:
        while block := stream.read(size):
            yield block
