"""Only the system's own programs are started, and they receive no secrets."""

from __future__ import annotations

import ast
import platform
import sys
from pathlib import Path

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.schedules.backends.scheduler_programs import call, demand
from sodasheet.system import system_programs


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_on_windows_a_program_in_the_working_folder_is_not_taken_for_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    planted = program(tmp_path / "schtasks.exe", "true")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("SYSTEMROOT", r"D:\Win")
    # As it is there: a bare name is looked for in the working folder first.
    monkeypatch.setattr(
        system_programs.shutil, "which", lambda name: asked.append(name) or str(planted)
    )

    system_programs.system_program("schtasks")

    assert asked == [r"D:\Win\System32\schtasks.exe"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no sh.")
def test_a_scheduler_is_handed_no_variable_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "crontab", 'echo "$SODASHEET_KEY_SECRET/$PLAIN"')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("SODASHEET_KEY_SECRET", "planted-secret")
    monkeypatch.setenv("PLAIN", "as it is")

    assert demand(["crontab", "-l"]) == b"/as it is\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has schtasks.")
def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(SodaSheetError, match="scheduler schtasks cannot be used"):
        call(["schtasks", "/Query"])


def test_platform_has_the_function_that_is_replaced_on_windows() -> None:
    """Otherwise libraries would run `cmd /c ver` again (sodasheet/__init__.py)."""
    assert platform._syscmd_ver("a", "b", "c") == ("a", "b", "c")  # type: ignore[attr-defined]


def test_no_module_asks_platform_which_starts_a_program_on_windows() -> None:
    """`platform` runs `cmd /c ver` there, which inherits the secrets of the environment."""
    root = Path(system_programs.__file__).parents[1]
    asked = {
        (path.relative_to(root).as_posix(), node.attr)
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "platform"
    }

    replaced = {("__init__.py", "_syscmd_ver")}
    assert {name for _, name in asked - replaced} <= {"python_version"}, asked
