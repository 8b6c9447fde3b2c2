"""The built add-in contains the macros from vba/, in a form that Excel compiles."""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files

import olefile
import pytest
from pyvbaanalysis import analyze_office_file

from sodasheet.office.xlam import MODULES, NO_CACHE, Module, assemble, modules

VBA = files("sodasheet.vba")
OWN = (*(f"{name}.bas" for name in MODULES), "ThisWorkbook.cls")
#: Those of scheduled-push.xlsm (test_scheduled).
OTHERS = ("PushBook.cls", "PushStart.bas")
SOURCES = (*OWN, *OTHERS, "ribbon.xml")


def lines_of(text):
    return [line.rstrip() for line in text.splitlines() if not line.startswith("Attribute ")]


def findings(content, tmp_path):
    path = tmp_path / "analyzed.xlam"
    path.write_bytes(content)
    return [(name, one) for name, every in analyze_office_file(path).items() for one in every]


def test_a_reader_finds_in_the_built_add_in_what_stands_in_vba(macros):
    expected = {one.name: lines_of(one.text) for one in modules() if one.name != "Dictionary"}
    read = {name: lines_of(code) for name, code in macros.items()}

    assert {name: read.get(name) for name in expected} == expected
    assert set(read) == {*expected, "Dictionary", "Sheet1"}


def test_the_module_that_a_mac_needs_is_there(macros):
    assert "Public Property Get Count()" in macros["Dictionary"]


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_ascii_with_crlf_line_ends_and_a_name_for_every_source(name):
    content = VBA.joinpath(name).read_bytes()

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") > 10
    there = {one.name for one in VBA.iterdir() if one.name.endswith((".bas", ".cls", ".xml"))}
    assert there == set(SOURCES)


@pytest.mark.parametrize("name", [*OWN, *OTHERS])
def test_a_module_says_what_it_is_for_and_is_thin(name):
    lines = VBA.joinpath(name).read_text(encoding="ascii").splitlines()
    lines = [line for line in lines if not line.startswith("Attribute ")]
    stem = name.partition(".")[0]
    bodies = re.findall(
        r"^(?:Public |Private )?(?:Sub|Function) (\w+)(.*?)^End (?:Sub|Function)",
        "\n".join(lines),
        re.MULTILINE | re.DOTALL,
    )

    assert lines[0].startswith(f"'{stem}: ")
    assert bodies
    assert {called: body.count("\n") for called, body in bodies if body.count("\n") > 18} == {}
    callbacks = [body for called, body in bodies if called.startswith(("On_", "Enabled_"))]
    assert all(body.count("\n") <= 15 for body in callbacks)


def test_no_module_of_the_add_in_declares_a_function_of_a_dll(macros):
    declaring = [
        name for name, code in macros.items() if re.search(r"(?m)^\s*[^'\n]*\bDeclare\b", code)
    ]

    assert declaring == []


def test_every_module_with_code_demands_declared_variables(macros):
    lax = [
        name
        for name, code in macros.items()
        if name != "Sheet1" and not re.search(r"(?m)^Option Explicit\s*$", code)
    ]

    assert lax == []


def test_the_compiler_would_have_nothing_to_say_about_our_modules(addin_bytes, tmp_path):
    found = findings(addin_bytes, tmp_path)
    shipped = ("xlwings", "Dictionary")
    accepted = {"missing-return-assignment", "unused-variable", "unused-procedure"}

    assert [one for name, one in found if name not in shipped] == []
    # In xlwings' module: code for the Mac only, and unused variables.
    assert {one.code for name, one in found if name in shipped} <= accepted


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Failure.Tell reason", "Failure.Tel reason", "member-not-found"),
        ("    Dim reason As String\r\n", "", "undeclared-variable"),
        ("RunPython ", "RunPyton ", "unknown-call"),
    ],
)
def test_the_analyser_finds_a_planted_mistake(old, new, code, tmp_path):
    changed = [
        Module(one.name, one.text.replace(old, new), one.is_class) if one.name == "Ribbon" else one
        for one in modules()
    ]
    found = findings(assemble(changed), tmp_path)

    assert code in {one.code for name, one in found if name == "Ribbon"}


def test_the_package_says_that_it_is_an_add_in_with_a_ribbon(addin_bytes):
    with zipfile.ZipFile(io.BytesIO(addin_bytes)) as package:
        types = package.read("[Content_Types].xml").decode()
        links = package.read("_rels/.rels").decode()
        ribbon = package.read("customUI/customUI.xml")
        book = package.read("xl/workbook.xml").decode()

    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.' in types
    assert re.search(r'Target="customUI/customUI.xml"[^>]*2006/relationships/ui/extensib', links)
    assert ribbon == VBA.joinpath("ribbon.xml").read_bytes()
    assert re.findall(r'<sheet name="([^"]+)"', book) == ["sodasheet.conf"]


@pytest.mark.parametrize("name", ["SodaSheet.xlam", "scheduled-push.xlsm"])
def test_the_project_promises_no_compiled_code(name):
    content = files("sodasheet.templates").joinpath(name).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        project = olefile.OleFileIO(package.read("xl/vbaProject.bin"))

    stream = project.openstream("VBA/_VBA_PROJECT").read()

    assert stream == NO_CACHE
    assert stream[2:4] == b"\xff\xff", "Excel must compile the text, whatever its own version"
    assert not [path for path in project.listdir() if path[-1].startswith("__SRP_")]
