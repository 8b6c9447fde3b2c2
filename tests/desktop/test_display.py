"""No window ever opens where nobody is there to see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sodasheet.desktop.display import no_windows, require_display
from sodasheet.errors import SodaSheetError

BARE = {
    name: value
    for name, value in os.environ.items()
    if name not in ("DISPLAY", "SODASHEET_UNATTENDED")
}


@pytest.mark.parametrize("platform", ["win32", "darwin", "linux"])
def test_an_unattended_run_opens_no_window(platform: str) -> None:
    with pytest.raises(SodaSheetError, match="about to open in an unattended run") as error:
        require_display({"SODASHEET_UNATTENDED": "1", "DISPLAY": ":0"}, platform)

    assert "sodasheet run" in error.value.remedy


def test_a_session_without_a_screen_is_said() -> None:
    with pytest.raises(SodaSheetError, match="There is no display to open a window on"):
        require_display({}, "linux")


@pytest.mark.parametrize(
    ("environ", "platform"), [({}, "win32"), ({}, "darwin"), ({"DISPLAY": ":1"}, "linux")]
)
def test_somebody_at_a_screen_may_see_windows(environ: dict[str, str], platform: str) -> None:
    require_display(environ, platform)


def test_what_keeps_windows_from_opening_is_known_before_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SODASHEET_UNATTENDED", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    assert no_windows() is None

    monkeypatch.setattr("sodasheet.desktop.display.find_spec", lambda _: None)
    assert "This Python has no tkinter" in str(no_windows())

    monkeypatch.setenv("SODASHEET_UNATTENDED", "1")
    assert "in an unattended run" in str(no_windows())


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "There is no display to open a window on."),
        ({"DISPLAY": ":8765"}, "There is no display to open a window on."),
        ({"DISPLAY": ":0", "SODASHEET_UNATTENDED": "1"}, "in an unattended run"),
    ],
)
@pytest.mark.parametrize("window", ["sign-in", "choose"])
def test_each_window_says_so_in_one_sentence(
    window: str, environ: dict[str, str], words: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sodasheet.desktop", window],
        env={**BARE, **environ, "SODASHEET_HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["paint"], "No window of that name. Name one of: sign-in [PORTAL], choose"),
        ([], "No window of that name."),
        (["push", "missing.json"], "The order missing.json cannot be read."),
        (["push", __file__], "cannot be read. Push again from the workbook."),
    ],
)
def test_a_wrong_call_is_explained(arguments: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sodasheet.desktop", *arguments],
        env=BARE, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert words in done.stderr


def test_nothing_but_a_window_brings_the_toolkit_in() -> None:
    code = (
        "import sys, sodasheet.cli, sodasheet.excel.ribbon, sodasheet.push.run\n"
        "import sodasheet.desktop.confirm_model, sodasheet.desktop.dataset_model\n"
        "import sodasheet.desktop.push_progress, sodasheet.desktop.sign_in_model\n"
        "import sodasheet.desktop.summary_model\n"
        "sys.exit('tkinter' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
