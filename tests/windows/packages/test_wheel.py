"""SodaSheet for people who have a Python: from a folder of wheels, without a package index."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .conftest import CHECKOUT, made_once


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The wheel, and the folder of wheels that the guide's command makes."""

    def make(folder):
        pip(["wheel", "--no-deps", "--wheel-dir", str(folder), str(CHECKOUT)])
        (wheel,) = folder.glob("sodasheet-*.whl")
        pip(["download", "--dest", str(folder), str(wheel)])

    (wheel,) = made_once(tmp_path_factory, "wheels", make).glob("sodasheet-*.whl")
    return wheel


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    """A Python with uv and pipx alone."""

    def make(folder):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv", "pipx"]
        subprocess.run(python, check=True)

    return made_once(tmp_path_factory, "tools", make) / "bin"


def pip(arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, cwd=CHECKOUT)


@pytest.mark.parametrize("tool", ["uv", "pipx"])
def test_a_tool_installs_it_offline_and_it_works(wheels, tools, tool, tmp_path):
    programs = tmp_path / "bin"
    environ = {
        "PATH": f"{tools}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "UV_TOOL_DIR": str(tmp_path / "uv"),
        "UV_TOOL_BIN_DIR": str(programs),
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(programs),
        "LC_ALL": "C.UTF-8",
    }
    command = {
        "uv": ["uv", "tool", "install", "--offline", "--no-index", "--find-links",
               str(wheels.parent), "sodasheet"],
        "pipx": ["pipx", "install", f"--pip-args=--no-index --find-links={wheels.parent}",
                 str(wheels)],
    }[tool]  # fmt: skip
    subprocess.run([str(tools / command[0]), *command[1:]], check=True, env=environ)
    program = str(programs / "sodasheet")
    done = subprocess.run([program, "demo"], check=False, env=environ, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
    assert "All four methods worked." in done.stdout.decode()
    assert os.path.realpath(program).startswith(str(tmp_path))
