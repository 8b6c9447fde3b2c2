"""The project's files are consistent: dependencies, versions, workflows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import sodasheet
from thorough import THOROUGH, examples

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


@pytest.mark.slow
@pytest.mark.not_on_windows("Linux reads what only Windows runs")
def test_every_run_reads_the_tests_on_a_windows_python() -> None:
    """Windows tests run under Wine alone; a broken import must be seen without Wine."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-v"]
    environ = {name: value for name, value in os.environ.items() if name != "SODASHEET_WINDOWS"}
    done = subprocess.run(
        [*command, "tests/windows"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ,
    )
    texts = [file.read_text("utf-8") for file in (ROOT / "tests/windows").rglob("test_*.py")]
    # Without a registry the file that reads it is skipped before its tests are seen.
    read = [text for text in texts if 'importorskip("winreg"' not in text]
    left_out = re.search(r"\((\d+) deselected\)", done.stdout)

    assert left_out, done.stdout
    assert int(left_out[1]) >= sum(text.count("\ndef test_") for text in read) > 50


def test_the_weekly_run_draws_more_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8")
    monkeypatch.delenv(THOROUGH, raising=False)
    plain = examples(12, 60)
    monkeypatch.setenv(THOROUGH, "1")

    assert (plain, examples(12, 60)) == (12, 60)
    assert f"{THOROUGH}: ${{{{ github.event_name == 'schedule' && '1' || '' }}}}" in workflow


def test_every_file_beside_the_code_is_in_the_wheel() -> None:
    """An editable install finds what a wheel would lack: pages, styles, tables."""
    setup = PYPROJECT["tool"]["setuptools"]
    packages, data = set(setup["packages"]), setup["package-data"]
    addin = ROOT / "addin"
    build_only = addin / "sodasheet" / "installer" / "packages"

    folders = {path.parent for path in addin.rglob("*.py") if "__pycache__" not in path.parts}
    names = {".".join(folder.relative_to(addin).parts) for folder in folders} - {""}
    carried = {
        found
        for package in packages
        for pattern in (*data["*"], *data.get(package, ()))
        for found in addin.joinpath(*package.split(".")).glob(pattern)
    }
    beside = {
        path
        for path in addin.rglob("*")
        if path.is_file()
        and path.suffix not in (".py", ".pyc")
        and build_only not in path.parents
        and not any(part.endswith(".egg-info") for part in path.parts)
    }

    assert names <= packages
    assert sorted(beside - carried) == []
