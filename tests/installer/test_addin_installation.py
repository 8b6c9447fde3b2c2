"""Installing for a user, on simulated computers."""

from __future__ import annotations

import errno
import io
import json
import re
import stat
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.installer import addin_installation as installing
from sodasheet.installer import interpreter_setting
from sodasheet.installer.addin_installation import install, shipped_addin, uninstall
from sodasheet.installer.install_locations import Machine, places

PYTHON = r"C:\Users\jo\venv\Scripts\python.exe"


@pytest.fixture
def windows(tmp_path):
    environ = {
        "APPDATA": str(tmp_path / "Roaming"),
        "USERPROFILE": str(tmp_path),
        "LOCALAPPDATA": r"C:\Users\Łukasz\AppData\Local",
    }
    return Machine("Windows", environ, tmp_path, PYTHON, "cp1252")


@pytest.fixture
def mac(tmp_path):
    return Machine("Darwin", {}, tmp_path, "/Users/jo/venv/bin/python", "ascii")


def files_in(folder: Path):
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def test_on_windows_the_add_in_goes_where_excel_trusts_it(windows, tmp_path):
    said = install(windows)
    addin = tmp_path / "Roaming" / "Microsoft" / "Excel" / "XLSTART" / "SodaSheet.xlam"

    assert addin.read_bytes() == shipped_addin()
    assert (tmp_path / ".sodasheet" / "sodasheet.conf").read_bytes() == (
        f'"INTERPRETER_WIN","{PYTHON}"\r\n'.encode()
    )
    assert said[0].endswith(f"is now installed: {addin}")
    assert said[1] == f"Excel will start this Python: {PYTHON}"
    assert said[-1] == 'Start Excel; the tab is called "Open Data".'


def test_the_macros_look_where_the_installer_writes(windows, mac, macros):
    code = macros["xlwings"]
    path = r'Expanded("%USERPROFILE%") & "\." & PROJECT_NAME & "\" & PROJECT_NAME & ".conf"'

    assert path in macros["Launcher"]
    assert 'Public Const PROJECT_NAME As String = "sodasheet"' in code
    for machine in (windows, mac):
        assert f'InterpreterKey = "{places(machine).interpreter_key}"' in macros["Launcher"]


def test_on_a_mac_the_script_has_the_name_that_the_macros_call(mac, tmp_path, macros):
    install(mac)
    embedded = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', macros["xlwings"])[1]
    scripts = tmp_path / "Library" / "Application Scripts" / "com.microsoft.Excel"
    container = tmp_path / "Library" / "Containers" / "com.microsoft.Excel" / "Data"

    assert 'AppleScriptTask("xlwings-" & XLWINGS_VERSION & ".applescript"' in macros["xlwings"]
    assert [one.name for one in scripts.iterdir()] == [f"xlwings-{embedded}.applescript"]
    assert (container / "sodasheet.conf").read_text() == (
        '"INTERPRETER_MAC","/Users/jo/venv/bin/python"\n'
    )
    assert places(mac).addin.read_bytes() == shipped_addin()


@pytest.mark.parametrize("system", ["windows", "mac"])
def test_installing_again_changes_nothing(request, tmp_path, system):
    machine = request.getfixturevalue(system)
    install(machine)
    before = {
        one: one.stat().st_mtime_ns for one in [places(machine).addin, places(machine).settings]
    }
    said = install(machine)

    assert {one: one.stat().st_mtime_ns for one in before} == before
    assert any(line.startswith("This version of the add-in") for line in said)
    assert any(line.startswith("Already set in") for line in said)


@pytest.mark.parametrize("system", ["windows", "mac"])
def test_uninstalling_leaves_nothing_of_it_behind(request, tmp_path, system):
    machine = request.getfixturevalue(system)
    install(machine)
    said = uninstall(machine)

    assert files_in(tmp_path) == []
    assert not (tmp_path / ".sodasheet").exists()
    assert any(line.startswith("Removed ") and line.endswith("SodaSheet.xlam") for line in said)


def test_uninstalling_leaves_what_is_not_ours(windows, tmp_path):
    conf = places(windows).settings
    conf.parent.mkdir()
    conf.write_bytes(b'"CONDA PATH","C:\\conda"\r\n"interpreter_win","C:\\old\\python.exe"\r\n')
    other = places(windows).addin.with_name("PERSONAL.XLSB")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"mine")
    install(windows)

    assert b"old" not in conf.read_bytes()

    uninstall(windows)

    assert conf.read_bytes() == b'"CONDA PATH","C:\\conda"\r\n'
    assert files_in(tmp_path) == [
        ".sodasheet/sodasheet.conf",
        "Roaming/Microsoft/Excel/XLSTART/PERSONAL.XLSB",
    ]


def test_an_add_in_that_somebody_changed_stays_and_is_named(windows):
    install(windows)
    addin = places(windows).addin
    addin.write_bytes(b"signed by the IT department")
    said = uninstall(windows)

    assert said[0] == f"Left in place, because it has changed since it was installed: {addin}"
    assert addin.read_bytes() == b"signed by the IT department"


def test_an_add_in_that_was_put_there_by_hand_stays(windows):
    addin = places(windows).addin
    addin.parent.mkdir(parents=True)
    addin.write_bytes(b"by hand")

    assert uninstall(windows) == [f"Not installed by this command, so left in place: {addin}"]
    addin.unlink()
    assert uninstall(windows) == ["The add-in is not installed; nothing was removed."]


def earlier(windows, content=b"older"):
    """An add-in that was installed by an earlier version, according to its record."""
    addin = places(windows).addin
    addin.chmod(stat.S_IREAD | stat.S_IWRITE)
    addin.write_bytes(content)
    manifest = installing.Manifest.read(places(windows).manifest)
    manifest.files[str(addin)] = installing._digest(content)
    manifest.write(places(windows).manifest)


def test_a_newer_version_replaces_the_older_one(windows):
    install(windows)
    earlier(windows)
    install(windows)

    assert places(windows).addin.read_bytes() == shipped_addin()


def test_while_excel_has_the_file_open_it_says_so(windows, monkeypatch):
    install(windows)
    earlier(windows)

    def locked(source, target):
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(installing.shutil, "copyfile", locked)
    with pytest.raises(SodaSheetError) as raised:
        install(windows)

    assert raised.value.what == (
        f"{places(windows).addin} cannot be written: Excel is using it, or you do"
        " not have permission to write there."
    )
    assert raised.value.remedy == "Close all windows of Excel and run this again."


def test_a_folder_that_cannot_be_made_is_said(windows, tmp_path):
    (tmp_path / "Roaming").write_text("a file where a folder should be")
    with pytest.raises(SodaSheetError) as raised:
        install(windows)

    assert "cannot be written" in raised.value.what
    assert raised.value.remedy.startswith("Free some space on the disk")


def test_the_copy_carries_no_mark_of_where_its_source_came_from():
    """shutil.copyfile copies content; copy2 may copy streams such as the mark of the web."""
    source = Path(installing.__file__).read_text(encoding="utf-8")

    assert "shutil.copyfile(" in source
    assert "copy2" not in source


def test_a_system_without_excel_is_told_what_to_use_instead(windows):
    for action in (install, uninstall):
        with pytest.raises(SodaSheetError) as raised:
            action(replace(windows, system="Linux"))

        assert "needs Excel for Windows or for Mac" in raised.value.what
        assert "command line" in raised.value.remedy


def test_windows_without_a_place_for_programs_is_said(windows):
    with pytest.raises(SodaSheetError, match="APPDATA is not set"):
        install(replace(windows, environ={}))


@pytest.mark.parametrize("noted", ["", "{}", "[]", '{"files": 3, "setting": true}', "\x00"])
def test_a_note_that_cannot_be_read_is_said(windows, noted):
    manifest = places(windows).manifest
    manifest.parent.mkdir()
    manifest.write_text(noted)
    with pytest.raises(SodaSheetError) as raised:
        uninstall(windows)

    assert raised.value.what == f"The record of what was installed cannot be read: {manifest}."


def test_the_note_says_what_was_installed_and_nothing_else(windows):
    install(windows)
    noted = json.loads(places(windows).manifest.read_text())

    assert list(noted["files"]) == [str(places(windows).addin)]
    assert noted["setting"] is True


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        (PYTHON, PYTHON),
        (r"C:\Users\Müller\python.exe", r"C:\Users\Müller\python.exe"),
        (r"C:\Users\Łukasz\AppData\Local\venv\python.exe", r"%LOCALAPPDATA%\venv\python.exe"),
        (r"c:\users\łukasz\appdata\local\venv\python.exe", r"%LOCALAPPDATA%\venv\python.exe"),
    ],
)
def test_a_path_is_written_so_that_the_macros_can_read_it(windows, python, expected):
    machine = replace(windows, python=python)
    interpreter_setting.enter(
        places(machine).settings, "INTERPRETER_WIN", interpreter_setting.written(machine), machine
    )

    assert (
        places(machine).settings.read_bytes().decode("cp1252")
        == f'"INTERPRETER_WIN","{expected}"\r\n'
    )
    read = interpreter_setting.read(places(machine).settings, "interpreter_win", machine)
    assert read.lower() == python.lower()


@pytest.mark.parametrize(
    ("system", "python"),
    [
        ("windows", "D:\\北京\\python.exe"),
        ("mac", "/Users/Jo Doe/venv/bin/python"),
        ("mac", "/Users/$(open)/bin/python"),
        ("mac", "/Users/josé/bin/python"),
    ],
)
def test_a_path_that_excel_cannot_hand_on_is_refused(request, system, python):
    machine = replace(request.getfixturevalue(system), python=python)
    with pytest.raises(SodaSheetError) as raised:
        install(machine)

    assert raised.value.what.endswith(python)
    assert "plain letters" in raised.value.remedy
    assert not places(machine).addin.exists()


def test_the_script_of_the_installed_xlwings_takes_the_arguments_that_the_macros_send():
    (script,) = [one for one in files("xlwings").iterdir() if one.name.endswith(".applescript")]

    assert (
        "set {PYTHONPATH, PythonInterpreter, PythonCommand, WorkbookName, ApplicationFullName, "
        'LOG_FILE} to SplitString(ParameterString, "|")'
    ) in script.read_text(encoding="utf-8")


def test_a_python_of_the_microsoft_store_is_refused_before_anything_is_written(tmp_path):
    environ = {"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)}
    python = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.13_x\python.exe"
    machine = Machine("Windows", environ, tmp_path, python, "cp1252")
    with pytest.raises(SodaSheetError, match="Microsoft Store"):
        install(machine)

    assert list(tmp_path.iterdir()) == []


def signed(content: bytes) -> bytes:
    """The add-in with a signature of the office's own: an additional part."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("xl/vbaProjectSignature.bin", b"signed")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["signed", "foreign"])
def test_an_add_in_that_somebody_else_has_put_there_is_left_alone(windows, kind):
    addin = places(windows).addin
    addin.parent.mkdir(parents=True)
    theirs = signed(shipped_addin()) if kind == "signed" else b"PK of another add-in"
    addin.write_bytes(theirs)

    said = install(windows)
    uninstall(windows)

    assert said[0].startswith("Left in place, because ")
    assert ("own signature" in said[0]) == (kind == "signed")
    assert addin.read_bytes() == theirs


def test_it_is_overwritten_on_request(windows):
    addin = places(windows).addin
    addin.parent.mkdir(parents=True)
    addin.write_bytes(b"PK of another add-in")

    install(windows, force=True)

    assert addin.read_bytes() == shipped_addin()


def test_the_add_in_is_read_only_so_that_a_second_excel_asks_nothing(windows):
    install(windows)
    addin = places(windows).addin

    assert not addin.stat().st_mode & stat.S_IWRITE
    uninstall(windows)
    assert not addin.exists()


def test_the_settings_travel_with_a_roaming_profile(windows):
    home = r"C:\Users\Łukasz\AppData\Local"
    machine = replace(windows, python=rf"{home}\Programs\SodaSheet\python\python.exe")
    install(machine)
    text = places(machine).settings.read_bytes()

    assert (
        text == b'"INTERPRETER_WIN","%LOCALAPPDATA%\\Programs\\SodaSheet\\python\\python.exe"\r\n'
    )

    elsewhere = replace(machine, environ={**machine.environ, "LOCALAPPDATA": r"D:\Profiles\jo"})
    found = interpreter_setting.read(places(machine).settings, "INTERPRETER_WIN", elsewhere)
    assert found == r"D:\Profiles\jo\Programs\SodaSheet\python\python.exe"


def test_the_office_may_name_another_python(windows, tmp_path):
    python = tmp_path / "Python" / "pythonw.exe"
    machine = replace(windows, environ={**windows.environ, "USERPROFILE": str(tmp_path / "jo")})
    machine = replace(machine, office_python=str(python))
    with pytest.raises(SodaSheetError) as raised:
        install(machine)
    assert (
        raised.value.what
        == f"The Python that your office configured for Excel does not exist: {python}"
    )
    assert not places(machine).addin.exists()

    python.parent.mkdir()
    python.write_bytes(b"")
    assert f"Excel will start this Python: {python}" in install(machine)
