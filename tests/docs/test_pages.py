"""The pages that list findings and errors say what the program says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"


def render() -> Any:
    spec = importlib.util.spec_from_file_location("render", DOCS / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_findings_is_up_to_date() -> None:
    assert (DOCS / "findings.md").read_text(encoding="utf-8") == render().findings()


def test_the_page_of_guards_is_up_to_date() -> None:
    assert (DOCS / "guards.md").read_text(encoding="utf-8") == render().guards()


def test_the_page_of_errors_is_up_to_date() -> None:
    assert (DOCS / "errors.md").read_text(encoding="utf-8") == render().errors()


def test_every_page_that_the_readme_names_is_there() -> None:
    import re

    readme = DOCS.parent / "README.md"
    text = readme.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("http")]
    assert links
    assert [link for link in links if not (DOCS.parent / link).exists()] == []
    assert text.count("\n") < 150


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
