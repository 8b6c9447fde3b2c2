"""The MSI under Wine, as on a managed computer, and the portable folder."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

from sodasheet.installer.packages.msi_package import UPGRADE_CODE, write_msi
from sodasheet.schedules.backends.task_scheduler import task_xml
from sodasheet.schedules.recurrence import When
from sodasheet.schedules.schedule import Schedule, Start

HOME = "C:\\Program Files\\SodaSheet"
ACTIVE = "HKLM\\SOFTWARE\\Microsoft\\Active Setup\\Installed Components"
SETTINGS = "HKLM\\SOFTWARE\\SodaSheet"
ENVIRONMENT = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"


def msiexec(windows, action, msi, *properties):
    windows.run("msiexec", action, f"Z:{msi}".replace("/", "\\"), "/qn", *properties)


def test_quiet_installation_for_the_computer_and_removal(windows, built):
    windows.run("cmd", "/c", "ver")
    files = windows.files()
    msiexec(windows, "/i", built.msi)
    there = windows.drive / "Program Files" / "SodaSheet"
    assert (there / "sodasheet.exe").is_file()
    assert "version" in windows.run(f"{HOME}\\sodasheet.exe", "--version")
    setup = windows.run("reg", "query", ACTIVE, "/s")
    stub = f'"{HOME}\\python\\pythonw.exe" -m sodasheet.installer.for_user install'
    assert stub in setup
    assert HOME in windows.run("reg", "query", ENVIRONMENT, "/v", "PATH")

    # What Windows does with the stub at the next sign-in of each user.
    windows.run(f"{HOME}\\python\\pythonw.exe", "-m", "sodasheet.installer.for_user", "install")
    assert list(windows.user.rglob("XLSTART/SodaSheet.xlam"))
    windows.run(f"{HOME}\\sodasheet.exe", "addin", "uninstall")

    ours = task(windows, "ours", f"{HOME}\\python\\pythonw.exe")
    other = task(windows, "other", "C:\\Users\\jo\\SodaSheet\\python\\pythonw.exe")
    msiexec(windows, "/x", built.msi)
    windows.settled()
    assert not ours.exists(), "a task must not start what is gone"
    assert other.exists()
    # Compiled modules are the user's own, and Windows keeps a copy of the database that it used.
    of_users = ("windows/", f"users/{windows.user.name}/AppData/Local/SodaSheet/cache/")
    assert {name for name in windows.files() - files if not name.startswith(of_users)} == set()
    assert not there.exists()
    assert HOME not in windows.run("reg", "query", ENVIRONMENT, "/v", "PATH")
    assert {line for line in windows.registry() if "sodasheet.installer" in line} == set()


def task(windows, name, program):
    """A task of some user, in the form stored by Windows."""
    folder = windows.drive / "windows" / "system32" / "tasks" / "SodaSheet"
    folder.mkdir(parents=True, exist_ok=True)
    schedule = Schedule(name, Path("/data/a.json"), When(6, 0), 360.0)
    start = Start(program, ("-m", "sodasheet"), "C:\\", "C:\\log")
    root = task_xml(schedule, start, "OFFICE\\jo", datetime(2026, 1, 1))
    (folder / name).write_bytes(Xml.tostring(root, encoding="utf-16"))
    return folder / name


def test_what_the_office_sets_is_kept_over_an_upgrade(windows, built, tmp_path):
    older = tmp_path / "older.msi"
    small = tmp_path / "small"
    (small / "python").mkdir(parents=True)
    (small / "guide").mkdir()
    for name in ("sodasheet.exe", "sodasheetw.exe", "guide/index.html", "python/pythonw.exe"):
        shutil.copyfile(built.payload / name, small / name)
    write_msi(small, older, "0.0.9", 1_700_000_000)
    address = "https://intranet.example.gov/sodasheet.json"
    properties = (
        "PORTAL=data.example.gov",
        f"UPDATES={address}",
        "ADDIN=0",
        "INTERPRETER=C:\\Python\\pythonw.exe",
    )
    msiexec(windows, "/i", older, *properties)
    assert "for_user" not in windows.run("reg", "query", ACTIVE, "/s", code=None)
    there = windows.drive / "Program Files" / "SodaSheet"
    assert not (there / "sbom.cdx.json").exists()

    msiexec(windows, "/i", built.msi, "PORTAL=data.new.example.gov")
    assert (there / "sbom.cdx.json").is_file()
    settings = windows.run("reg", "query", SETTINGS)
    assert "data.new.example.gov" in settings
    assert "C:\\Python\\pythonw.exe" in settings
    assert "for_user" not in windows.run("reg", "query", ACTIVE, "/s", code=None)
    assert address in windows.run(f"{HOME}\\sodasheet.exe", "settings")
    said = windows.run(f"{HOME}\\sodasheet.exe", "addin", "install", code=1)
    assert "The Python that your office configured for Excel does not exist" in said
    products = windows.run(
        "reg", "query", "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall", "/s"
    )
    assert products.count("DisplayName    REG_SZ    SodaSheet") == 1, products

    msiexec(windows, "/x", built.msi)
    assert "example.gov" not in windows.run("reg", "query", SETTINGS, code=None)


def test_it_departments_find_the_upgrade_code_in_the_guide(built):
    page = (built.payload / "guide" / "how-to" / "for-it-departments.html").read_text()

    assert f"{{{str(UPGRADE_CODE).upper()}}}" in page


def test_the_portable_folder_runs_from_anywhere(windows, built):
    there = windows.drive / "Stick ü"
    shutil.copytree(built.payload, there)

    assert "version" in windows.run("C:\\Stick ü\\sodasheet.exe", "--version")
