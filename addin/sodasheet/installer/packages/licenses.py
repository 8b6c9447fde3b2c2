"""The licenses of all parts, as files in the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from sodasheet.installer.packages.installed_distributions import PackagePart, parts_in

_INDEX = (
    "Parts of SodaSheet and their licenses. The texts are in the folders next to this file.\n\n"
)


def write_licenses(folder: Path, site: Path, python: Path) -> None:
    """Write an index and the license files of Python and of every distribution in `site`."""
    folder.mkdir()
    lines = ["Python: Python Software Foundation License"]
    (folder / "python").mkdir()
    shutil.copyfile(python / "LICENSE.txt", folder / "python" / "LICENSE.txt")
    for part in parts_in(site):
        lines.append(f"{part.name} {part.version}: {part.license or 'see its files'}")
        _copy(part, folder / part.name)
    index = _INDEX + "".join(f"{line}\n" for line in lines)
    (folder / "index.txt").write_text(index, encoding="utf-8", newline="\r\n")


def _copy(part: PackagePart, folder: Path) -> None:
    folder.mkdir()
    for number, file in enumerate(part.files):
        name = file.name if not (folder / file.name).exists() else f"{number}-{file.name}"
        shutil.copyfile(file, folder / name)
    if not part.files:
        text = f"{part.name} {part.version} declares its license in its metadata:\n{part.license}\n"
        (folder / "LICENSE-DECLARED.txt").write_text(text, encoding="utf-8", newline="\r\n")
