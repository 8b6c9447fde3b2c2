"""Every fact about portals that the code relies on is on the page that the code cites."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "portal-api.md").read_text(encoding="utf-8")

_CITED = re.compile(r"\b[A-G]\.[0-9]+\b(?:, points? [0-9]+(?: and [0-9]+)?)?")
_WHOLE = re.compile(r"portal-api\.md,? (?:section )?([A-G])\b(?!\.[0-9])")


@cache
def cited() -> tuple[tuple[str, str], ...]:
    """Every citation, `B.3` or `B.2, point 8` or a whole letter, and its file.

    Within the package the short form is used, too; elsewhere only beside the page's name.
    """
    found: list[tuple[str, str]] = []
    for folder in ("addin", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            # A comment may be cut anywhere.
            text = re.sub(r"\n\s*(?:#:? )?", " ", path.read_text(encoding="utf-8"))
            if folder == "addin" or ("portal-api.md" in text and path != Path(__file__)):
                name = path.relative_to(ROOT).as_posix()
                found += [(one, name) for one in (*_CITED.findall(text), *_WHOLE.findall(text))]
    return tuple(found)


def sections() -> set[str]:
    """Everything that can be cited: headings, the points of B.2, and the entries of G."""
    found = re.findall(r"^#+ ([A-G](?:\.[0-9]+)?)\b|^\* \*\*(G\.[0-9]+)\*\*", PAGE, re.MULTILINE)
    rows = PAGE.partition("\n### B.2 ")[2].partition("\n### ")[0]
    points = re.findall(r"^([0-9]+)\. ", rows, re.MULTILINE)
    return {heading or entry for heading, entry in found} | {f"B.2, point {one}" for one in points}


@pytest.mark.parametrize("section", sorted({section for section, _ in cited()}))
def test_every_section_that_is_cited_is_on_the_page(section: str) -> None:
    name, _, numbers = section.partition(", point")
    wanted = {name} | {f"{name}, point {one}" for one in re.findall("[0-9]+", numbers)}

    assert wanted <= sections(), [path for one, path in cited() if one == section]


def test_every_section_says_how_it_is_known() -> None:
    known = re.compile(
        r"documented|recorded|source|clients|reported|guess|habit|usual|socrata-py", re.IGNORECASE
    )
    bodies = re.split(r"^#+ (?=[A-G]\.[0-9])", PAGE, flags=re.MULTILINE)[1:]
    # Statements about C apply to all of its sections.
    assert [body[:40] for body in bodies if body[0] != "C" and not known.search(body)] == []
    assert len({section for section, _ in cited()}) > 30


def test_a_section_that_is_not_there_would_be_noticed() -> None:
    assert "B.6" not in sections()
    assert {"A.1", "B.2, point 8", "C", "G", "G.31"} <= sections()


def test_every_page_that_is_cited_is_there() -> None:
    pages = {page.name for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    lost = {
        f"{path.relative_to(ROOT)}: {page}"
        for path in (ROOT / "addin").rglob("*.py")
        for page in re.findall(r"[\w-]+\.md\b", path.read_text(encoding="utf-8"))
        if page not in pages
    }
    assert lost == set()
