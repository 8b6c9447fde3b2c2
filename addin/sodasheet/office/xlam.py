"""templates/SodaSheet.xlam: the ribbon add-in, built from the text in vba/.

The package starts from an add-in that Excel itself wrote (pyOpenVBA carries it); macros, the ribbon
and the settings sheet are put in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sodasheet.office.addin_settings_sheet import PROJECT, SHEET_PART, settings_sheet
from sodasheet.office.xlwings_vba_module import harden
from sodasheet.office.zip_package import packed, parts

NAME = "SodaSheet.xlam"
THIS_WORKBOOK = "ThisWorkbook"
MODULES = ("Ribbon", "Scheduled", "Guard", "Settings", "Launcher", "Failure")

#: The stream `_VBA_PROJECT` of a project that is to be compiled: the same bytes as xlwings' own.
NO_CACHE = bytes.fromhex("CC61FFFF000100")

MACROS_PART = "xl/vbaProject.bin"
_UI_PART = "customUI/customUI.xml"
_UI_RELATIONSHIP = (
    '<Relationship Id="rIdRibbon" Target="customUI/customUI.xml" Type='
    '"http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"/></Relationships>'
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the VBA project: its name, its text with CRLF line ends, and its kind."""

    name: str
    text: str
    is_class: bool = False


def addin_workbook() -> bytes:
    """Return the add-in. Raises HardeningError if the installed xlwings does not fit."""
    return assemble(modules())


def modules() -> tuple[Module, ...]:
    """Return the macros of the add-in: ours from vba/, and the two that xlwings ships."""
    shipped = files("xlwings")
    runner = shipped.joinpath("xlwings_custom_addin.bas").read_text(encoding="ascii")
    collection = shipped.joinpath("addin", "Dictionary.cls").read_text(encoding="ascii")
    return (
        Module(THIS_WORKBOOK, source("ThisWorkbook.cls"), is_class=True),
        *(Module(name, source(f"{name}.bas")) for name in MODULES),
        Module("xlwings", harden(runner)),
        Module("Dictionary", _crlf(collection), is_class=True),
    )


def assemble(macros: Iterable[Module]) -> bytes:
    """Return an add-in with these modules, the ribbon and the settings sheet."""
    content = parts(with_macros(macros, NAME))
    content[_UI_PART] = source("ribbon.xml").encode("ascii")
    content[SHEET_PART] = settings_sheet()
    content["docProps/core.xml"] = _core_properties()
    swaps = (
        ("_rels/.rels", "</Relationships>", _UI_RELATIONSHIP),
        ("xl/workbook.xml", 'name="Sheet1"', f'name="{PROJECT}.conf"'),
        ("docProps/app.xml", "<vt:lpstr>Sheet1<", f"<vt:lpstr>{PROJECT}.conf<"),
    )
    for part, old, new in swaps:
        content[part] = _swapped(content, part, old, new)
    return packed(content)


def with_macros(macros: Iterable[Module], name: str) -> bytes:
    """Return a workbook with these modules and one empty sheet, of the file type of `name`."""
    from pyopenvba.excel import ExcelFile
    from pyopenvba.vba import VBAModuleKind

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with ExcelFile.create_new(path) as book:
            project = book.vba_project()
            project.delete_module("Module1")
            for macro in macros:
                kind = VBAModuleKind.other if macro.is_class else VBAModuleKind.standard
                if macro.name == THIS_WORKBOOK:
                    book.set_module(macro.name, macro.text)
                else:
                    project.add_module(macro.name, macro.text, kind=kind)
            book.save()
        content = parts(path.read_bytes())
    content[MACROS_PART] = _without_cache(content[MACROS_PART])
    return packed(content)


def _without_cache(project: bytes) -> bytes:
    """Return a VBA project without compiled code, as required by [MS-OVBA] 2.3.4.1.

    The version 0xFFFF tells Excel to compile the text; any other version would promise a cache.
    """
    from pyopenvba.cfb import CFB

    file = CFB.from_bytes(project)
    file.write_stream_in_storage("VBA", "_VBA_PROJECT", NO_CACHE)
    content: bytes = file.to_bytes()
    return content


def source(name: str) -> str:
    """Return a source file in vba/ with CRLF line ends, whatever the checkout has; ASCII only."""
    return _crlf(files("sodasheet.vba").joinpath(name).read_text(encoding="ascii"))


def _crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"


def _swapped(content: Mapping[str, bytes], part: str, old: str, new: str) -> bytes:
    if content[part].count(old.encode()) != 1:
        raise LookupError(f"{part} of pyOpenVBA's template is not as expected: {old!r}")
    return content[part].replace(old.encode(), new.encode())


def _core_properties() -> bytes:
    return (
        f"{_XML}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>SodaSheet</dc:title>"
        "<dc:description>Push a sheet or a CSV to an open data portal.</dc:description>"
        "</cp:coreProperties>"
    ).encode()
