"""Number formats that change how a number is displayed.

A cell formatted `00000` shows the number 6101 as 06101, and one formatted `0%` shows 0.45 as 45%.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne

from sodasheet.sources.workbook.date_system_1904 import archive_counts_from_1904
from sodasheet.sources.zip_package import elements, typed_relations, workbook_part

#: A format of zeros and fixed signs: `00000`, `00000-0000`, `000\-00\-0000`, `"A-"000`.
_ZEROS = re.compile(r'(?:0|\\.|"[^"]*"|[-() ])*0(?:0|\\.|"[^"]*"|[-() ])*')
#: Whole numbers that a spreadsheet stores exactly have at most this many digits.
_MOST = 15


#: Literal parts of a format: in quotes, behind a backslash, an underscore or a star, and
#: conditions and colors in brackets.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')

#: A place of a digit in a section; the limits of sections; and a condition such as `[<1]`.
_DIGIT = re.compile(r"[0#?]|General", re.IGNORECASE)
_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\]")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
    "<>": ne,
}

#: Formats of percentages and dates that a workbook uses without declaring them (ECMA-376 part 1,
#: 18.8.30).
_BUILT_IN = {"9": "0%", "10": "0.00%"} | {
    **dict.fromkeys(("14", "15", "16"), "d-mmm"),
    **dict.fromkeys(("17", "22"), "yyyy"),
}

#: Stands for every number format that shows 0.45 as 45%.
PERCENT = "%"


def cell_formats(archive: zipfile.ZipFile) -> dict[int, str]:
    """Return, by cell style, the number formats of zeros, and PERCENT for percentages.

    A format with some sections of percentages is returned as a whole. Empty for an unusual package.
    """
    return {
        style: form
        for style, code in enumerate(_codes(archive))
        if (form := cell_format(code)) is not None
    }


def date_styles(archive: zipfile.ZipFile) -> set[int]:
    """Return the cell styles that show a number as a date; none if days are counted from 1904."""
    if archive_counts_from_1904(archive):
        return set()
    return {style for style, code in enumerate(_codes(archive)) if is_date(code)}


def _codes(archive: zipfile.ZipFile) -> list[str]:
    """Return the number format of each cell style; none for an unusual package."""
    try:
        book = workbook_part(archive)
        related = typed_relations(archive, book).values()
        part = next(path for kind, path in related if kind == "styles")
        found = list(elements(archive, part))
    except (KeyError, StopIteration):
        return []
    codes = _BUILT_IN | {of["numFmtId"]: of["formatCode"] for name, of in found if name == "numFmt"}
    return [codes.get(form, "") for form in _cell_styles(found)]


def is_date(code: str) -> bool:
    """True if a number format shows a date, not only a time."""
    letters = _LITERAL.sub("", code.partition(";")[0]).lower()
    return "y" in letters or "d" in letters


def cell_format(code: str) -> str | None:
    """Return PERCENT for a percentage format, zeros for a padding format, else None.

    A format that shows only some numbers as percentages is returned unchanged.
    """
    if not has_percent(code):
        return digit_format(code)
    return PERCENT if is_percent(code) else code


def has_percent(code: str) -> bool:
    """True if a number format shows any numbers as percentages."""
    return "%" in _LITERAL.sub("", code)


def is_percent(code: str) -> bool:
    """True if a number format shows every number as a percentage, such as 0.35 as 35%.

    A section without a digit shows no number at all, and is not asked.
    """
    plain = [_LITERAL.sub("", section) for section in _sections(code)]
    counting = [section for section in plain if _DIGIT.search(section)]
    return bool(counting) and all("%" in section for section in counting)


def shows_percent(code: str, value: float) -> bool:
    """True if a number format of several sections shows this number as a percentage."""
    if code == PERCENT or is_percent(code):
        return True
    section = _section_of(_sections(code)[:3], value)
    return has_percent(section) or (has_percent(code) and not value)


def _sections(code: str) -> list[str]:
    return _SECTIONS.split(code)


def _section_of(sections: list[str], value: float) -> str:
    """Return the section that applies to a number (ECMA-376 part 1, 18.8.31)."""
    conditions = [_CONDITION.search(section) for section in sections[:2]]
    if not any(conditions):
        at = 1 if value < 0 else 2 if not value else 0
        return sections[at] if at < len(sections) else sections[0]
    for section, condition in zip(sections, conditions, strict=False):
        if condition and _COMPARE[condition[1]](value, float(condition[2])):
            return section
    return sections[-1] if all(conditions) else sections[min(1, len(sections) - 1)]


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
    section = _sections(code)[0]
    section = re.sub(r"\[\$?[^\]]*\]|_.|\*.", "", section)
    zeros = section.count("0")
    return section if 1 < zeros <= _MOST and _ZEROS.fullmatch(section) else None
