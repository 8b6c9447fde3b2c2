"""The distributions in a folder of packages, as their metadata describe them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from sodasheet.installer.packages.write_lock_files import canonical

#: Beginnings of the names of files that hold a license, in British spelling too.
_LICENSES = ("licen", "copying", "notice", "authors")


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One distribution: its name, its version, its license, and the license files."""

    name: str
    version: str
    license: str
    files: tuple[Path, ...]


def parts_in(site: Path) -> list[PackagePart]:
    """Return the parts in a site-packages folder, by name."""
    found = [_part(one) for one in distributions(path=[str(site)])]
    return sorted(found, key=lambda part: part.name)


def _part(distribution: Distribution) -> PackagePart:
    meta = distribution.metadata
    return PackagePart(
        canonical(str(meta["Name"])),
        str(distribution.version),
        _words(distribution),
        tuple(_files(distribution)),
    )


def _words(distribution: Distribution) -> str:
    meta = distribution.metadata
    if expression := meta["License-Expression"]:
        return str(expression)
    classifiers = meta.get_all("Classifier") or []
    named = [text.split(" :: ")[-1] for text in classifiers if text.startswith("License :: ")]
    told = str(meta["License"] or "").strip()
    return told if told and "\n" not in told and len(told) < 60 else ", ".join(named)


def _files(distribution: Distribution) -> Iterator[Path]:
    for file in distribution.files or []:
        path = PurePosixPath(str(file))
        inside = path.parts[0].endswith(".dist-info") or len(path.parts) <= 2
        if inside and path.name.lower().startswith(_LICENSES) and path.suffix != ".py":
            where = Path(str(distribution.locate_file(file)))
            if where.is_file():
                yield where
