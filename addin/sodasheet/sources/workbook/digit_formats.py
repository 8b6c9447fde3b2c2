"""Number formats that add digits: a cell formatted `00000` shows the number 6101 as 06101."""

from __future__ import annotations

import re
import zipfile

from sodasheet.sources.zip_package import elements, typed_relations, workbook_part

#: A format of zeros and fixed signs: `00000`, `00000-0000`, `000\-00\-0000`, `"A-"000`.
_ZEROS = re.compile(r'(?:0|\\.|"[^"]*"|[-() ])*0(?:0|\\.|"[^"]*"|[-() ])*')
#: Whole numbers that a spreadsheet stores exactly have at most so many digits.
_MOST = 15


def digit_formats(archive: zipfile.ZipFile) -> dict[int, str]:
    """Return, by cell style, the number formats of zeros; empty for an unusual package."""
    try:
        book = workbook_part(archive)
        related = typed_relations(archive, book).values()
        part = next(path for kind, path in related if kind == "styles")
        found = list(elements(archive, part))
    except (KeyError, StopIteration):
        return {}
    codes = {of["numFmtId"]: of["formatCode"] for name, of in found if name == "numFmt"}
    return {
        style: code
        for style, form in enumerate(_cell_styles(found))
        if (code := digit_format(codes.get(form, ""))) is not None
    }


def _cell_styles(found: list[tuple[str, dict[str, str]]]) -> list[str]:
    """Return the number format id of each cell style: the `xf` elements after `cellXfs`."""
    forms: list[str] = []
    inside = False
    for name, of in found:
        if name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            forms.append(of.get("numFmtId", "0"))
    return forms


def digit_format(code: str) -> str | None:
    """Return the first section of a format code if padding with zeros, else None."""
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    section = re.sub(r"\[\$?[^\]]*\]|_.|\*.", "", section)
    zeros = section.count("0")
    return section if 1 < zeros <= _MOST and _ZEROS.fullmatch(section) else None
