"""Number formats that change how a number reads.

A cell formatted `00000` shows the number 6101 as 06101, and one formatted `0%` shows 0.45 as 45%.
"""

from __future__ import annotations

import re
import zipfile

from sodasheet.sources.zip_package import elements, typed_relations, workbook_part

#: A format of zeros and fixed signs: `00000`, `00000-0000`, `000\-00\-0000`, `"A-"000`.
_ZEROS = re.compile(r'(?:0|\\.|"[^"]*"|[-() ])*0(?:0|\\.|"[^"]*"|[-() ])*')
#: Whole numbers that a spreadsheet stores exactly have at most so many digits.
_MOST = 15


#: Literal parts of a format: in quotes, behind a backslash, an underscore or a star, and
#: conditions and colors in brackets.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')

#: Formats of percentages that a workbook uses without declaring them (ECMA-376 part 1, 18.8.30).
_BUILT_IN = {"9": "0%", "10": "0.00%"}

#: Stands for every number format that shows 0.45 as 45%.
PERCENT = "%"


def cell_formats(archive: zipfile.ZipFile) -> dict[int, str]:
    """Return, by cell style, the number formats of zeros, and PERCENT for percentages.

    Empty for an unusual package.
    """
    try:
        book = workbook_part(archive)
        related = typed_relations(archive, book).values()
        part = next(path for kind, path in related if kind == "styles")
        found = list(elements(archive, part))
    except (KeyError, StopIteration):
        return {}
    codes = _BUILT_IN | {of["numFmtId"]: of["formatCode"] for name, of in found if name == "numFmt"}
    return {
        style: code
        for style, form in enumerate(_cell_styles(found))
        if (code := cell_format(codes.get(form, ""))) is not None
    }


def cell_format(code: str) -> str | None:
    """Return PERCENT for the format of percentages, zeros for one that pads, else None."""
    return PERCENT if is_percent(code) else digit_format(code)


def is_percent(code: str) -> bool:
    """True if a number format shows 0.35 as 35%."""
    return "%" in _LITERAL.sub("", code)


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
