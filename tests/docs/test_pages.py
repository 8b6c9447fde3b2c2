"""The pages that list findings and errors match the program's messages."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.report import Outcome, Report, RunTarget, finding_json

DOCS = Path(__file__).resolve().parents[2] / "docs"
README = DOCS.parent / "README.md"


def render() -> Any:
    spec = importlib.util.spec_from_file_location("render", DOCS / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_findings_is_up_to_date() -> None:
    assert (DOCS / "reference" / "findings.md").read_text(encoding="utf-8") == render().findings()


def test_the_page_of_guards_is_up_to_date() -> None:
    assert (DOCS / "reference" / "guards.md").read_text(encoding="utf-8") == render().guards()


def test_the_page_of_errors_is_up_to_date() -> None:
    assert (DOCS / "reference" / "errors.md").read_text(encoding="utf-8") == render().errors()


def links(page: Path) -> set[Path]:
    """The files that a page leads to."""
    text = page.read_text(encoding="utf-8")
    named = (link for link in re.findall(r"\]\(([^)#]+)", text) if not link.startswith("http"))
    return {(page.parent / link).resolve() for link in named}


@pytest.mark.parametrize("page", [README, *sorted(DOCS.rglob("*.md"))], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert [link for link in links(page) if not link.exists()] == []


def test_the_readme_is_short_and_leads_to_the_docs() -> None:
    assert DOCS / "index.md" in links(README)
    assert README.read_text(encoding="utf-8").count("\n") < 120


def test_every_page_is_on_the_site() -> None:
    site = (DOCS.parent / "mkdocs.yml").read_text("utf-8")
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}

    assert {page for page in pages if page not in site} == set()


def test_every_key_of_a_report_is_explained() -> None:
    text = (DOCS / "reference" / "report.md").read_text(encoding="utf-8")
    report = Report("id", Outcome.DONE, "", "", RunTarget("", "", "", None))
    keys = report.to_json()
    keys |= keys["rows"] | finding_json(FindingGroup("", Severity.NOTE, "", ""))

    assert [key for key in keys if f"`{key}`" not in text] == []


def test_the_packages_that_are_installed_are_the_folders_there_are() -> None:
    import tomllib

    root = DOCS.parent
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    found = {
        ".".join(path.parent.relative_to(root / "addin").parts)
        for path in (root / "addin").rglob("__init__.py")
    }
    assert listed == found | {"sodasheet.templates", "sodasheet.vba"}


def test_everything_that_the_architecture_names_exists() -> None:
    root = DOCS.parent
    text = (DOCS / "explanation" / "architecture.md").read_text(encoding="utf-8")
    quoted = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    tracked = [
        f"/{path.relative_to(root)}{'/' if path.is_dir() else ''}"
        for folder in ("addin", "docs", "templates", "tests", "vba")
        for path in (root / folder).rglob("*")
    ]
    sources = "\n".join(path.read_text("utf-8") for path in (root / "addin").rglob("*.py"))
    defined = set(re.findall(r"^\s*(?:def|class) (\w+)", sources, flags=re.MULTILINE))
    paths = {name for name in quoted if re.fullmatch(r"[\w/]+(\.py|/)", name)}
    names = {
        found[0]
        for name in quoted
        if (found := re.match(r"(?:\w+\.)*?(\w+)(?=\()|[A-Z][a-z]+[A-Z]\w*$", name))
    }

    assert len(paths) > 60
    assert {path for path in paths if not any(one.endswith(f"/{path}") for one in tracked)} == set()
    assert {name.rpartition(".")[2] for name in names} - defined == set()


GENERATED = {"findings.md", "guards.md", "errors.md"}
SENTENCE_END = re.compile(r"(?<![A-Z]|[egi])[.!?][\")*_]* (?=[A-Z][a-z])")


def sentences_beside_each_other(text: str) -> list[str]:
    """Return the lines of running text that contain two sentences."""
    prose = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = (re.sub(r"^\s*([-*]|\d+\.)?\s*", "", line) for line in prose.splitlines())
    return [
        line
        for line in lines
        if not line.startswith(("|", "<", "#"))
        and SENTENCE_END.search(re.sub(r"`[^`]*`|\([^)]*\)|\*[^*]*\*", "x", line))
    ]


def test_pages_have_one_sentence_a_line() -> None:
    root = DOCS.parent
    pages = [*DOCS.rglob("*.md"), *root.glob("*.md")]
    found = {
        f"{page.relative_to(root)}: {line}"
        for page in pages
        if page.name not in GENERATED
        for line in sentences_beside_each_other(page.read_text("utf-8"))
    }

    assert len(found) <= 5, sorted(found)
