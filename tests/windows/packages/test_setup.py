"""The setup program under Wine: silent, by its pages, over an older version, and away again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time

import pytest

from sodasheet.installer.packages.setup_program import write_setup

#: Written by Windows itself while programs run, or gone at the next start of the computer.
OF_WINDOWS = ("users/root/Temp/~nsu", "ProgramData/Microsoft", "windows/")


def place(windows):
    return windows.user / "AppData" / "Local" / "Programs" / "SodaSheet"


def program(windows, name="sodasheet.exe"):
    return "C:\\" + str((place(windows) / name).relative_to(windows.drive)).replace("/", "\\")


def test_silent_setup_works_at_once_and_uninstall_leaves_nothing(windows, built, record_property):
    windows.run("cmd", "/c", "ver")
    files, registry = windows.files(), windows.registry()
    began = time.monotonic()
    windows.run(str(built.setup), "/S")
    record_property("seconds", round(time.monotonic() - began, 1))
    assert (place(windows) / "sodasheet.exe").is_file()
    assert "All four methods worked." in windows.run(program(windows), "demo")
    doctor = windows.run(program(windows), "addin", "doctor", code=1)
    told = {line[4:].split("  ")[0].strip(): line[:3] for line in doctor.splitlines() if line}
    assert {name for name, mark in told.items() if mark == "FIX"} == {"Excel"}, doctor
    assert list(windows.user.rglob("XLSTART/SodaSheet.xlam"))
    menu = windows.user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/SodaSheet"
    assert {path.name for path in menu.iterdir()} == {"SodaSheet desk.lnk", "SodaSheet guide.lnk"}
    path = windows.run("reg", "query", "HKCU\\Environment", "/v", "Path")
    assert "Programs\\SodaSheet" in path

    windows.run(program(windows, "uninstall.exe"), "/S")
    wait_until(lambda: not place(windows).exists())
    left = {name for name in windows.files() - files if not name.startswith(OF_WINDOWS)}
    assert left == set()
    new = {line for line in windows.registry() - registry if "SodaSheet" in line}
    assert new == set()


def test_an_older_version_is_replaced_and_what_it_knew_is_kept(windows, built, tmp_path):
    older = tmp_path / "older.exe"
    write_setup(built.payload, older, "0.0.9", int(time.time()), compressor="zlib")
    windows.run(str(older), "/S")
    leftover = place(windows) / "python" / "Lib" / "site-packages" / "gone.py"
    leftover.write_text("raise SystemExit", "utf-8")
    mine = place(windows) / "mine.txt"
    mine.write_text("a user's own", "utf-8")
    home = windows.user / "AppData" / "Local" / "SodaSheet"
    job = windows.drive / "job.json"
    shutil.copyfile(CSV_JOB(tmp_path), job)
    windows.run(program(windows), "schedule", "C:\\job.json", "--daily", "06:00", "--name", "Daily")
    assert home.is_dir()
    kept = {path.name for path in home.rglob("*")}
    windows.run(str(built.setup), "/S")
    assert not leftover.exists()
    assert mine.exists()
    assert kept <= {path.name for path in home.rglob("*")}
    listed = json.loads(windows.run(program(windows), "schedule", "--list", "--json"))
    assert [one["name"] for one in listed] == ["Daily"]
    assert listed[0]["next"]
    shown = windows.run("reg", "query", UNINSTALL, "/v", "DisplayVersion")
    assert built.version in shown

    windows.run(program(windows, "uninstall.exe"), "/S")
    wait_until(lambda: not (place(windows) / "python").exists())
    assert mine.exists()
    assert home.is_dir(), "records stay unless they are to go"
    windows.run(str(built.setup), "/S")
    windows.run(program(windows, "uninstall.exe"), "/S", "/PURGE")
    wait_until(lambda: not home.exists())
    assert not home.exists()


def test_a_program_that_runs_and_an_add_in_in_use_are_told_and_left_alone(windows, built):
    windows.run(str(built.setup), "/S")
    held = subprocess.Popen(
        ["/usr/lib/wine/wine64", program(windows), "practice"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=windows.environ(),
    )
    try:
        assert b"practice portal" in held.stdout.readline()
        before = (place(windows) / "sodasheet.exe").stat().st_mtime_ns
        windows.run(str(built.setup), "/S", code=2)
        assert held.poll() is None
        assert (place(windows) / "python" / "python.exe").exists()
        assert (place(windows) / "sodasheet.exe").stat().st_mtime_ns == before
    finally:
        held.kill()
        held.wait(30)


def test_a_folder_with_umlauts_and_an_ampersand_and_no_add_in(windows, built):
    windows.run(str(built.setup), "/S", "/NOADDIN", "/D=C:\\Meine-Programme\\Söda&Sheet")
    there = windows.drive / "Meine-Programme" / "Söda&Sheet"
    assert (there / "sodasheet.exe").is_file()
    assert not list(windows.user.rglob("XLSTART/SodaSheet.xlam"))
    program_there = "C:\\Meine-Programme\\Söda&Sheet\\sodasheet.exe"
    assert "version" in windows.run(program_there, "--version")
    windows.run(program_there, "addin", "install")
    settings = (windows.user / ".sodasheet" / "sodasheet.conf").read_bytes()
    assert "Söda&Sheet".encode("cp1252") in settings
    windows.run("C:\\Meine-Programme\\Söda&Sheet\\uninstall.exe", "/S")
    wait_until(lambda: not there.exists())
    assert not there.exists()


@pytest.mark.skipif(not shutil.which("Xvfb") or not shutil.which("xdotool"), reason="no display")
def test_the_pages_lead_to_an_installed_program(windows, built, tmp_path):
    display = ":98"
    server = subprocess.Popen(["Xvfb", display, "-screen", "0", "1024x768x24"])
    pictures = os.environ.get("SODASHEET_PICTURES", str(tmp_path))
    environ = {**windows.environ(), "DISPLAY": display}
    try:
        time.sleep(1)
        setup = subprocess.Popen(["/usr/lib/wine/wine64", str(built.setup)], env=environ)
        for page in range(1, 4):  # welcome, license, folder
            wait_until(lambda: titled(environ), 90)
            time.sleep(3)
            picture(environ, f"{pictures}/setup-{page}.png")
            subprocess.run(["xdotool", "key", "Return"], check=True, env=environ)
        wait_until(lambda: bool(list(windows.user.rglob(".sodasheet/installed.json"))), 150)
        time.sleep(5)  # the last page comes by itself
        picture(environ, f"{pictures}/setup-4.png")
        subprocess.run(["xdotool", "key", "Return"], check=True, env=environ)
        assert setup.wait(60) == 0
    finally:
        server.terminate()
        server.wait(30)
    assert (place(windows) / "sodasheet.exe").is_file()


UNINSTALL = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\SodaSheet"


def CSV_JOB(folder):
    job = folder / "job.json"
    body = {
        "sodasheet": 1,
        "portal": "https://data.example.gov",
        "dataset": "abcd-1234",
        "method": "append",
        "source": {"kind": "file", "path": "a.csv"},
        "columns": [{"source": "A", "field": "a"}],
        "fingerprint": {"headers": ["A"], "columns": [{"id": 1, "field": "a", "type": "text"}]},
    }
    job.write_text(json.dumps(body), "utf-8")
    return job


def picture(environ, file):
    subprocess.run(["import", "-window", "root", file], check=True, env=environ)


def titled(environ):
    found = subprocess.run(
        ["xdotool", "search", "--name", "SodaSheet"], check=False, capture_output=True, env=environ
    )
    return bool(found.stdout.strip())


def wait_until(done, seconds=60):
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.3)
