"""The project's own files agree: dependencies, versions, workflows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import sodasheet

ROOT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
REQUIREMENTS = [
    *PYPROJECT["project"]["dependencies"],
    *(r for group in EXTRAS.values() for r in group),
]


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def constraints() -> dict[str, str]:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("line", [r for r in REQUIREMENTS if not r.startswith("sodasheet")])
def test_the_locked_version_of_a_dependency_is_in_its_range(line: str) -> None:
    wanted = Requirement(line)

    assert wanted.specifier.contains(constraints()[normalized(wanted.name)])


@pytest.mark.parametrize("line", REQUIREMENTS)
def test_every_range_has_a_lower_end_to_test(line: str) -> None:
    wanted = Requirement(line)

    assert wanted.name == "sodasheet" or {s.operator for s in wanted.specifier} & {">=", "=="}


def test_the_version_stands_in_one_place() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert f"## {sodasheet.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_ci_runs_what_the_readme_names_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]

    assert commands[-1] == "bash tests/run"
    assert "bash tests/run" in (ROOT / "README.md").read_text("utf-8")
