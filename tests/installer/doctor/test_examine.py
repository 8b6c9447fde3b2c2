"""Findings of the doctor, each with its remedy."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version

import pytest

from sodasheet.errors import CredentialError
from sodasheet.installer.addin_installation import install, shipped_addin
from sodasheet.installer.doctor import examine as doctor
from sodasheet.installer.doctor.examine import examine
from sodasheet.installer.install_locations import Machine, places
from sodasheet.office.addin_settings_sheet import SHEET_PART
from sodasheet.office.zip_package import packed, parts

NAMES = [
    "Excel",
    "Add-in",
    "Download mark",
    "Python",
    "xlwings",
    "Undo in Excel",
    "Macros",
    "Trust",
    "Signature",
    "Disabled items",
    "Starting Python",
    "Allowed programs",
    "Command",
    "Keys",
    "Proxy",
]
EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
INSTALLED = {
    (doctor._EXCEL, ""): EXCEL,
    (doctor._CLICK_TO_RUN, "VersionToReport"): "16.0.17928.20114",
    (doctor._CLICK_TO_RUN, "Platform"): "x64",
}


class Planted:
    """A registry with these values and no others."""

    def __init__(self, values):
        self._values = values

    def value(self, key, name):
        return self._values.get((key, name))

    def values(self, key):
        return {name: text for (place, name), text in self._values.items() if place == key}


@pytest.fixture
def machine(tmp_path):
    python = tmp_path / "python.exe"
    python.write_bytes(b"")
    environ = {"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)}
    return Machine("Windows", environ, tmp_path, str(python), "cp1252")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    monkeypatch.setattr(doctor, "getproxies", dict)


def store():
    return "are kept by Windows Credential Manager"


def found(machine, registry=INSTALLED, keys=store):
    checks = examine(machine, Planted(registry), keys)
    return {check.name: check for check in checks}


def test_after_installing_everything_is_in_order(machine):
    install(machine)
    checks = found(machine)

    assert list(checks) == NAMES
    assert [check for check in checks.values() if not check.ok] == []
    assert checks["Excel"].text == f"found 16.0.17928.20114 x64: {EXCEL}"
    assert checks["Python"].text == machine.python
    assert checks["xlwings"].text == f"{version('xlwings')}, as the add-in expects"


def test_before_installing_it_says_how(machine):
    checks = found(machine)

    for name in ("Add-in", "Python", "xlwings"):
        assert (checks[name].ok, checks[name].remedy) == (False, "Run: sodasheet addin install")


def test_a_computer_without_excel(machine):
    check = found(machine, {})["Excel"]

    assert (check.ok, check.text) == (False, "was not found on this computer.")
    assert "desktop version" in check.remedy


def older():
    content = parts(shipped_addin())
    sheet = re.sub(rb"(SODASHEET VERSION</t>.*?<t>)[^<]+", rb"\g<1>0.0.9", content[SHEET_PART])
    return packed({**content, SHEET_PART: sheet})


@pytest.mark.parametrize(("content", "version_there"), [(older(), "0.0.9"), (b"x", "unknown")])
def test_an_add_in_of_another_version(machine, content, version_there):
    install(machine)
    places(machine).addin.write_bytes(content)
    check = found(machine)["Add-in"]

    assert not check.ok
    assert f"(its version: {version_there})" in check.text
    assert check.remedy == "Close Excel. Run: sodasheet addin install"


def test_a_folder_on_the_network(machine):
    roaming = {**machine.environ, "APPDATA": r"\\files\users\jo"}
    check = found(replace(machine, environ=roaming))["Trust"]

    assert not check.ok
    assert "on the network" in check.text


def test_an_add_in_that_came_from_the_web(machine):
    install(machine)
    mark = places(machine).addin.with_name("SodaSheet.xlam:Zone.Identifier")
    mark.write_text("[ZoneTransfer]\nZoneId=3\n")
    check = found(machine)["Download mark"]

    assert not check.ok
    assert check.remedy == "Run: sodasheet addin uninstall, then: sodasheet addin install"


def test_a_python_that_is_gone_or_another(machine, tmp_path):
    install(machine)
    other = tmp_path / "other.exe"
    other.write_bytes(b"")

    assert "a different Python" in found(replace(machine, python=str(other)))["Python"].text

    (tmp_path / "python.exe").unlink()

    assert found(machine)["Python"].text == f"is gone: {machine.python}"


def test_an_xlwings_that_the_add_in_does_not_know(machine, monkeypatch):
    install(machine)
    monkeypatch.setattr(doctor, "version", lambda _: "0.99.0")
    check = found(machine)["xlwings"]

    assert check.text == f"0.99.0 is installed, the add-in was built with {version('xlwings')}."
    assert check.remedy == f"Run: pip install xlwings=={version('xlwings')}"


def test_a_store_that_cannot_be_used_is_told_in_its_own_words(machine):
    def nothing():
        raise CredentialError("There is no credential store.", "Set the variables.", "no-store")

    check = found(machine, keys=nothing)["Keys"]

    assert (check.ok, check.text, check.remedy) == (
        False,
        "There is no credential store.",
        "Set the variables.",
    )


def test_of_a_proxy_only_the_host_is_shown(machine, monkeypatch):
    proxies = {"https": "http://jo:hush@proxy.example.gov:8080", "http": "proxy2:80", "no": "x"}
    monkeypatch.setattr(doctor, "getproxies", lambda: proxies)

    assert found(machine)["Proxy"].text == "http through proxy2, https through proxy.example.gov"


def test_elsewhere_it_says_what_can_be_used_instead(machine):
    checks = found(replace(machine, system="Linux"))

    assert list(checks) == ["Excel", "Keys", "Proxy"]
    assert "command line" in checks["Excel"].remedy


def test_on_a_mac_the_registry_is_not_asked(machine):
    class Untouched(Planted):
        def value(self, key, name):
            assert "Internet Settings" in key
            return super().value(key, name)

    mac = replace(machine, system="Darwin", encoding="ascii")
    names = [check.name for check in examine(mac, Untouched({}), store)]

    assert names == [name for name in NAMES if name not in NAMES[6:13]]


def test_a_python_of_the_store_is_no_python_for_excel(machine):
    install(machine)
    store_python = r"C:\Users\jo\AppData\Local\Microsoft\WindowsApps\python3.13.exe"
    check = found(replace(machine, python=store_python))["Python"]

    assert not check.ok
    assert "Microsoft Store" in check.text
    assert "setup program" in check.remedy


def test_a_proxy_that_a_script_chooses(machine):
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    script = {(key, "AutoConfigURL"): "http://user:secret@wpad.example.gov/proxy.pac"}
    check = found(machine, {**INSTALLED, **script})["Proxy"]

    assert not check.ok
    assert "wpad.example.gov" in check.text
    assert "secret" not in check.text
    assert "HTTPS_PROXY" in check.remedy
