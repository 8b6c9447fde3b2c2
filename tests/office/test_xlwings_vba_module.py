"""xlwings' module after patching: no workbook determines which code is run."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from sodasheet.office.xlwings_vba_module import PATCHES, Cut, HardeningError, harden

SHIPPED = files("xlwings").joinpath("xlwings_custom_addin.bas").read_text(encoding="ascii")


def code_lines(text):
    """Lines without comments and blank lines."""
    lines = (line.strip() for line in text.splitlines())
    return [re.sub(r"\s+'.*", "", line) for line in lines if line and line[0] != "'"]


@pytest.fixture(scope="module")
def hardened():
    return harden(SHIPPED)


def test_as_shipped_the_module_does_obey_the_active_workbook():
    lines = code_lines(SHIPPED)

    assert any("GetConfigFromSheet(ActiveWorkbook)" in line for line in lines)
    assert any('= ".py"' in line for line in lines)
    assert any("GetDirectoryConfigFilePath()" in line for line in lines)
    assert any('"ADD_WORKBOOK_TO_PYTHONPATH", "true"' in line for line in lines)


@pytest.mark.parametrize(
    "gone",
    [
        "ActiveWorkbook",
        "Declare",
        '".py"',
        "ADD_WORKBOOK_TO_PYTHONPATH",
        'PYTHONPATH")',
        "GetDirectoryConfigFilePath",
        "LICENSE_KEY",
        "XLPy",
        "USE UDF SERVER",
        "cmd.exe",
        "ExecuteWindows",
        "myaddin",
        "SHOW_ERROR_POPUPS",
    ],
)
def test_after_the_patches_it_is_gone(hardened, gone):
    assert [line for line in code_lines(hardened) if gone in line] == []


def test_the_licence_of_xlwings_stays_in_the_module(hardened):
    assert "'xlwings is distributed under a BSD 3-clause license." in hardened
    assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in hardened


def test_settings_and_runs_lead_to_the_launcher(hardened):
    assert "    RunPython = Launcher.Launch(PythonCommand)" in hardened
    assert "    GetConfig = Launcher.Setting(configKey, default)" in hardened


def test_no_module_takes_settings_from_the_active_workbook(macros):
    """The active workbook is named to Python and looked at for buttons; nothing else."""
    allowed = {
        "If ActiveWorkbook Is Nothing Then",
        "CallerName = ActiveWorkbook.Name",
        "ElseIf ActiveWorkbook Is Nothing Then",
        "ElseIf need = NEEDS_MAPPING And Not HasMapping(ActiveWorkbook) Then",
    }
    using = {
        line for code in macros.values() for line in code_lines(code) if "ActiveWorkbook" in line
    }
    asking = re.compile(
        r"\bActive(Sheet|Cell)\b|\bThisWorkbook\.Path|\bCurDir|\bChDir|\bApplication\.Run\b"
    )

    assert using == allowed
    assert [
        line for code in macros.values() for line in code_lines(code) if asking.search(line)
    ] == []


def test_the_settings_sheet_that_is_read_is_the_add_ins_own(macros):
    reading = [
        line
        for code in macros.values()
        for line in code_lines(code)
        if re.search(r"(GetConfigFromSheet|SheetExists)\(", line) and "Function" not in line
    ]

    assert reading
    assert [line for line in reading if "(ThisWorkbook" not in line] == []


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_patch_that_no_longer_fits_stops_the_build_and_is_named(patch):
    text = SHIPPED.replace("\r\n", "\n")
    for earlier in PATCHES[: PATCHES.index(patch)]:
        text = earlier.apply(text)
    if isinstance(patch, Cut):
        begin = text.index(patch.start) + len(patch.start)
        changed = f"{text[:begin]} {text[begin:]}"
    else:
        changed = text.replace(patch.old, patch.old[:-2])

    with pytest.raises(HardeningError) as raised:
        patch.apply(changed)

    assert f"The patch '{patch.name}' of xlwings' VBA module no longer fits" in str(raised.value)
    assert "fix sodasheet/office/xlwings_vba_module.py" in str(raised.value)
