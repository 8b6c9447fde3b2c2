"""xlwings' own VBA module, without the parts that let an opened workbook choose which code runs.

As xlwings ships it, the module reads settings (the Python to start, the folders on its path) from
the active workbook and from files next to it, puts the workbook's folder on Python's path, and runs
sheets named `*.py`. All of that is removed here; the rest starts the Python that the add-in's own
settings name (vba/Launcher.bas). Each patch fits one exact text: if another version of xlwings
differs there, the build stops and names the patch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sodasheet.office.addin_settings_sheet import PROJECT

_RUN_PYTHON = """\
Public Function RunPython(PythonCommand As String)
    RunPython = Launcher.Launch(PythonCommand)
End Function


"""

_GET_CONFIG = """\
Function GetConfig(configKey As String, Optional default As String = "") As Variant
    GetConfig = Launcher.Setting(configKey, default)
End Function

"""


class HardeningError(Exception):
    """A patch no longer fits the installed xlwings."""

    def __init__(self, patch: str, why: str) -> None:
        super().__init__(
            f"The patch '{patch}' of xlwings' VBA module no longer fits the installed xlwings: "
            f"{why}. Read what changed there, then fix sodasheet/office/xlwings_vba_module.py."
        )


@dataclass(frozen=True, slots=True)
class Swap:
    """Replace one exact string, which occurs once."""

    name: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """Return the text after the patch. Raises HardeningError if the patch does not fit."""
        found = text.count(self.old)
        if found != 1:
            raise HardeningError(self.name, f"its text occurs {found} times")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Cut:
    """Replace the text from `start` to just before `until`, or to the end.

    `sha256` is that of the old text, so that nothing is removed that was not reviewed.
    """

    name: str
    start: str
    until: str
    sha256: str
    new: str = ""

    def apply(self, text: str) -> str:
        """Return the text after the patch. Raises HardeningError if the patch does not fit."""
        if text.count(self.start) != 1:
            raise HardeningError(self.name, f"it begins {text.count(self.start)} times")
        begin = text.index(self.start)
        end = text.find(self.until, begin) if self.until else len(text)
        if end < 0:
            raise HardeningError(self.name, "its end is gone")
        digest = hashlib.sha256(text[begin:end].encode()).hexdigest()
        if digest != self.sha256:
            raise HardeningError(self.name, f"its text changed (SHA-256 {digest})")
        return text[:begin] + self.new + text[end:]


PATCHES: tuple[Swap | Cut, ...] = (
    Swap(
        "every variable is declared",
        '#Const App = "Microsoft Excel" \'Adjust when using outside of Excel\n',
        'Option Explicit\n#Const App = "Microsoft Excel" \'Adjust when using outside of Excel\n',
    ),
    Swap("the project has our name", '"myaddin"', f'"{PROJECT}"'),
    Cut(
        "no declarations of a DLL",
        "#If VBA7 Then",
        "Public Const XLWINGS_VERSION",
        "beb889d700e54bd61e4184f79c0c6c17b870d1b37a185a98dfe4f80a2f77e439",
    ),
    Cut(
        "nothing is run on a workbook's say",
        "Public Function RunPython(",
        "Sub ExecuteMac(",
        "3c01686947523c98f9535ff3d375d98fd952cbdab630700e5b258074c9f71aec",
        _RUN_PYTHON,
    ),
    Cut(
        "no command shell between Excel and Python",
        "Function ExecuteWindows(",
        "Public Function RunFrozenPython(",
        "df7ebfff654a4d2f5c0d3cbc20e10898ce9b1e6ab281327ee9e6f63dc1529b8d",
    ),
    Cut(
        "no frozen programs, no functions for cells",
        "Public Function RunFrozenPython(",
        "Private Sub CleanUp()",
        "5d73745d5cac871d145d64f97d28cb984aec2cade952a17e7617bb2ee9f18012",
    ),
    Cut(
        "no server for functions in cells",
        "Function XLPyCommand()",
        '\'Attribute VB_Name = "Config"',
        "7307deef3c18a8866a424844024c42ed5ef8c4cadc2489b6ec83a0d332642460",
    ),
    Cut(
        "no settings beside a workbook: where they would be",
        '#If App = "Microsoft Excel" Then\nFunction GetDirectoryPath(',
        "Function GetConfigFilePath()",
        "468e092fb9192c86952e60bf7b8fce10c6139e577f4966221237099b88bc5732",
    ),
    Cut(
        "no settings beside a workbook: how the file would be called",
        "Function GetDirectoryConfigFilePath()",
        '#If App = "Microsoft Excel" Then\nFunction GetConfigFromSheet(',
        "556b5d75aa41b12910ccc24f604ff7b0295907e3c8de8231032b2efd17a14e87",
    ),
    Cut(
        "settings come from the add-in and the user only",
        "Function GetConfig(configKey",
        "Function GetConfigFromFile(",
        "4b3f6bedfaecd5c5047086d46eb653eea49b777f6cdde4724593390b630b2562",
        _GET_CONFIG,
    ),
    Cut(
        "failures are told by Failure",
        "Sub ShowError(",
        "Function ExpandEnvironmentStrings(",
        "0b2c58886ceae4dac2539f21992eeab19cffc7c91f9dd360ca10b38498955dca",
    ),
    Cut(
        "unused: names and arrays",
        "Function GetBaseName(",
        "Public Function CreateGUID(",
        "d7410fb077e54339308bda00d5e99e638b19f5ef1a1b5cdc94669acccdc98366",
    ),
    Cut(
        "unused: where OneDrive keeps a workbook",
        '#If App = "Microsoft Excel" Then\nFunction GetFullName(',
        "",
        "873e1d2bb1b66fda4791ef43dbf841b1e5631c610b1643fd27bb385360649986",
    ),
    Swap(
        "a sheet's own cells, whatever is active",
        'Range(sht.Range("A1"), lastCell)',
        'sht.Range("A1", lastCell)',
    ),
    Swap(
        "a workbook may be missing (Mac)",
        'ParameterString + "|" + ActiveWorkbook.Name',
        'ParameterString + "|" + Launcher.CallerName()',
    ),
    Swap(
        "the remedy on a Mac is ours",
        "MsgBox \"To enable RunPython, please run 'xlwings runpython install' in a terminal once "
        'and try again.", vbCritical',
        'Failure.Tell "Excel may not start Python yet. Run this in a terminal, then press the '
        'button again: sodasheet addin install"',
    ),
)


def harden(module: str) -> str:
    """xlwings' module xlwings_custom_addin.bas after all patches, with CRLF line ends.

    Raises HardeningError, which names the patch, where one does not fit.
    """
    text = module.replace("\r\n", "\n")
    for patch in PATCHES:
        text = patch.apply(text)
    return text.replace("\n", "\r\n")
