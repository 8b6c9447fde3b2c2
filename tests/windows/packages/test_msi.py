"""The MSI under Wine, as on a managed computer, and the portable folder."""

from __future__ import annotations

import shutil

HOME = "C:\\Program Files\\SodaSheet"
ACTIVE = "HKLM\\SOFTWARE\\Microsoft\\Active Setup\\Installed Components"


def test_quiet_installation_for_the_computer_and_removal(windows, built):
    windows.run("cmd", "/c", "ver")
    files = windows.files()
    windows.run("msiexec", "/i", f"Z:{built.msi}".replace("/", "\\"), "/qn")
    there = windows.drive / "Program Files" / "SodaSheet"
    assert (there / "sodasheet.exe").is_file()
    assert "version" in windows.run(f"{HOME}\\sodasheet.exe", "--version")
    setup = windows.run("reg", "query", ACTIVE, "/s")
    assert f'"{HOME}\\sodasheetw.exe" addin install' in setup
    machine = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
    assert HOME in windows.run("reg", "query", machine, "/v", "PATH")

    windows.run("msiexec", "/x", f"Z:{built.msi}".replace("/", "\\"), "/qn")
    windows.settled()
    # Compiled modules are the user's own, and Windows keeps a copy of the database that it used.
    of_users = ("windows/", f"users/{windows.user.name}/AppData/Local/SodaSheet/cache/")
    assert {name for name in windows.files() - files if not name.startswith(of_users)} == set()
    assert not there.exists()
    assert HOME not in windows.run("reg", "query", machine, "/v", "PATH")


def test_without_the_add_in_nothing_is_started_for_users(windows, built):
    windows.run("msiexec", "/i", f"Z:{built.msi}".replace("/", "\\"), "/qn", "ADDIN=0")

    assert "sodasheetw.exe" not in windows.run("reg", "query", ACTIVE, "/s", code=None)


def test_the_portable_folder_runs_from_anywhere(windows, built):
    there = windows.drive / "Stick ü"
    shutil.copytree(built.payload, there)

    assert "version" in windows.run("C:\\Stick ü\\sodasheet.exe", "--version")
