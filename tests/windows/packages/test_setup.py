"""The setup program under Wine: silent, by its pages, over an older version, and away again."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import stat
import subprocess
import time
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from socrata_practice import PracticePortal
from sodasheet.desk.server.one_time_tickets import issue_ticket
from sodasheet.desk.server.page_opening_files import Opening
from sodasheet.installer.addin_installation import shipped_addin

#: Written by Windows itself while programs run, or gone at the next start of the computer.
OF_WINDOWS = ("users/root/Temp/~nsu", "ProgramData/Microsoft", "windows/")


class Window:
    """Plays a browser's window of the desk that runs in Wine: a ticket, a session, pages."""

    def __init__(self, address):
        self.host, self.cookie, self.csrf = urlsplit(address).netloc, "", ""
        self.ask("POST", "/enter", ticket=issue_ticket(Opening("/")))
        self.csrf = self.ask("GET", "/").partition('data-csrf="')[2].partition('"')[0]

    def ask(self, method, path, code=200, **fields):
        port = urlsplit(f"//{self.host}").port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        head = {"Host": self.host, "Cookie": self.cookie, "Origin": f"http://{self.host}"}
        head["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode({**fields, "csrf": self.csrf}), head)
        answer = connection.getresponse()
        text = answer.read().decode() + (answer.getheader("Location") or "")
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        self.cookie = cookie or self.cookie
        connection.close()
        assert answer.status == code, text
        return text


def place(windows):
    return windows.user / "AppData" / "Local" / "Programs" / "SodaSheet"


def records(windows):
    return windows.user / "AppData" / "Local" / "SodaSheet"


def program(windows, name="sodasheet.exe"):
    return windows.path(place(windows) / name)


@pytest.mark.smoke
def test_silent_setup_works_at_once_and_uninstall_leaves_nothing(windows, built, record_property):
    windows.run("cmd", "/c", "ver")
    windows.settled()
    files = windows.files()
    began = time.monotonic()
    windows.run(str(built.setup), "/S")
    record_property("seconds", round(time.monotonic() - began, 1))
    assert (place(windows) / "sodasheet.exe").is_file()
    assert "All four methods worked." in windows.run(program(windows), "demo")
    doctor = windows.run(program(windows), "addin", "doctor", code=1)
    told = {line[4:].split("  ")[0].strip(): line[:3] for line in doctor.splitlines() if line}
    assert {name for name, mark in told.items() if mark == "FIX"} == {"Excel"}, doctor
    (addin,) = windows.user.rglob("XLSTART/SodaSheet.xlam")
    assert addin.read_bytes() == shipped_addin()
    menu = windows.user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/SodaSheet"
    assert {path.name for path in menu.iterdir()} == {"SodaSheet desk.lnk", "SodaSheet guide.lnk"}
    path = windows.run("reg", "query", "HKCU\\Environment", "/v", "Path")
    assert "Programs\\SodaSheet" in path
    # Nothing that another user of the computer would meet.
    mine = f"users/{windows.user.name}/"
    new = {name for name in windows.files() - files if not name.startswith(OF_WINDOWS)}
    assert {name for name in new if not name.startswith(mine)} == set()
    lines = {line for line in windows.registry() if "SodaSheet" in line}
    assert lines
    assert {line for line in lines if not line.startswith("user.reg")} == set()

    windows.run(program(windows, "uninstall.exe"), "/S")
    wait_until(lambda: not place(windows).exists())
    left = {name for name in windows.files() - files if not name.startswith(OF_WINDOWS)}
    assert left == set()
    assert {line for line in windows.registry() if "SodaSheet" in line} == set()


def test_an_older_version_is_replaced_and_what_it_knew_is_kept(outdated, built, tmp_path):
    windows = outdated
    leftover = place(windows) / "python" / "Lib" / "site-packages" / "gone.py"
    leftover.write_text("raise SystemExit", "utf-8")
    mine = place(windows) / "mine.txt"
    mine.write_text("a user's own", "utf-8")
    schedule_daily(windows, tmp_path)
    with PracticePortal() as portal:
        account = portal.account("publisher")
        secret = account.key_secret.encode()
        words = ("sign-in", portal.url, "--key-id", account.key_id, "--stdin")
        windows.run(program(windows), *words, given=secret)
        kept = {path.name for path in records(windows).rglob("*")}
        windows.run(str(built.setup), "/S")
        assert not leftover.exists()
        assert mine.exists()
        assert kept <= {path.name for path in records(windows).rglob("*")}
        # The key still works: the account that it belongs to may see its own datasets.
        windows.run(program(windows), "datasets", portal.url, "--json")
    listed = json.loads(windows.run(program(windows), "schedule", "--list", "--json"))
    assert [one["name"] for one in listed] == ["Daily"]
    assert listed[0]["next"]
    shown = windows.run("reg", "query", UNINSTALL, "/v", "DisplayVersion")
    assert built.version in shown
    accounts = windows.run(program(windows), "accounts", "--json")
    assert account.key_id in accounts

    windows.run(program(windows, "uninstall.exe"), "/S")
    # The last file that goes; a setup that begins earlier would lose some of its own.
    wait_until(lambda: not (place(windows) / "uninstall.exe").exists())
    assert not (place(windows) / "python").exists()
    assert mine.exists()
    assert records(windows).is_dir(), "records stay unless they are to go"
    assert windows.tasks() == {}, "a task must not start what is gone"
    windows.run(str(built.setup), "/S")
    schedule_daily(windows, tmp_path)  # Wine takes every task for one that is there
    windows.run(program(windows, "uninstall.exe"), "/S", "/PURGE")
    wait_until(lambda: not records(windows).exists())
    assert not records(windows).exists()
    assert {line for line in windows.registry() if "sodasheet" in line.lower()} == set()


def test_a_version_in_another_folder_is_replaced_with_all_that_starts_it(outdated, built, tmp_path):
    windows = outdated
    schedule_daily(windows, tmp_path)
    (task,) = (windows.drive / "windows/system32/tasks/SodaSheet").iterdir()
    os.utime(task, (0, 0))  # the scheduler of Wine does not store which program a task starts
    # A folder with a blank must be the unquoted rest of the line, which only a shell can write.
    setup = f"Z:{built.setup}".replace("/", "\\")
    batch = f'start /wait "" {setup} /S /D=C:\\Daten\\Soda Sheet\r\nexit /b %errorlevel%\r\n'
    (windows.drive / "run.bat").write_text(batch, "ascii")
    windows.run("cmd", "/c", "C:\\run.bat")
    assert not place(windows).exists()
    assert (windows.drive / "Daten" / "Soda Sheet" / "sodasheet.exe").is_file()
    assert task.stat().st_mtime > 0, "the task was not written again"
    path = windows.run("reg", "query", "HKCU\\Environment", "/v", "Path")
    assert "Daten\\Soda Sheet" in path
    assert "Programs\\SodaSheet" not in path
    settings = (windows.user / ".sodasheet" / "sodasheet.conf").read_bytes()
    assert b"C:\\Daten\\Soda Sheet\\python\\" in settings


def test_a_program_that_runs_is_told_and_left_alone(installed, built):
    windows = installed
    held = windows.start(program(windows), "practice")
    try:
        assert b"practice portal" in held.stdout.readline()
        before = (place(windows) / "sodasheet.exe").stat().st_mtime_ns
        windows.run(str(built.setup), "/S", code=2)
        uninstall = (program(windows, "uninstall.exe"), "/S", f"_?={windows.path(place(windows))}")
        windows.run(*uninstall, code=2)
        assert held.poll() is None
        assert (place(windows) / "python" / "python.exe").exists()
        assert (place(windows) / "sodasheet.exe").stat().st_mtime_ns == before
    finally:
        held.kill()
        held.wait(30)


#: Holds a file as Excel holds an add-in: others may read it.
HOLD = """
import ctypes, sys, time
read, share_read, existing = 0x80000000, 1, 3
opened = ctypes.windll.kernel32.CreateFileW
opened.restype = ctypes.c_void_p
handle = opened(sys.argv[1], read, share_read, None, existing, 0, None)
print("held" if handle not in (None, ctypes.c_void_p(-1).value) else "failed", flush=True)
time.sleep(120)
"""


def test_an_add_in_that_excel_has_open_is_told_and_left_alone(installed, built):
    windows = installed
    (addin,) = windows.user.rglob("XLSTART/SodaSheet.xlam")
    assert not addin.stat().st_mode & stat.S_IWUSR, "read-only, so that a second Excel opens it"
    shutil.copytree(built.payload / "python", windows.drive / "Other")
    (windows.drive / "hold.py").write_text(HOLD, "utf-8")
    excel = windows.start("C:\\Other\\python.exe", "C:\\hold.py", windows.path(addin))
    try:
        assert excel.stdout.readline().strip() == b"held"
        windows.run(str(built.setup), "/S", code=2)
        assert excel.poll() is None
        assert addin.read_bytes() == shipped_addin()
        assert not addin.stat().st_mode & stat.S_IWUSR
        assert (place(windows) / "python" / "python.exe").exists()
    finally:
        excel.kill()
        excel.wait(30)
    windows.run(str(built.setup), "/S")


def test_a_folder_with_documents_of_the_user_is_refused(windows, built):
    guide = windows.drive / "Mine" / "guide"
    guide.mkdir(parents=True)
    (guide / "notes.txt").write_text("mine", "utf-8")
    windows.run(str(built.setup), "/S", "/D=C:\\Mine", code=2)

    assert (guide / "notes.txt").read_text("utf-8") == "mine"
    assert not (windows.drive / "Mine" / "python").exists()


def test_a_folder_with_umlauts_and_an_ampersand_and_no_add_in(windows, built):
    folder = "C:\\Meine-Programme\\Söda&Sheet"
    address = "https://intranet.example.gov/sodasheet.json"
    switches = ("/NOADDIN", "/PORTAL=data.example.gov", f"/UPDATES={address}")
    windows.run(str(built.setup), "/S", *switches, f"/D={folder}")
    there = windows.drive / "Meine-Programme" / "Söda&Sheet"
    assert (there / "sodasheet.exe").is_file()
    assert not list(windows.user.rglob("XLSTART/SodaSheet.xlam"))
    settings = windows.run("reg", "query", "HKCU\\Software\\SodaSheet")
    assert "data.example.gov" in settings
    assert address in windows.run(f"{folder}\\sodasheet.exe", "settings")
    windows.run(str(built.setup), "/S")  # an update, in the same folder, still without
    assert (there / "sodasheet.exe").is_file()
    assert not list(windows.user.rglob("XLSTART/SodaSheet.xlam"))
    windows.run(f"{folder}\\sodasheet.exe", "addin", "install")
    settings = (windows.user / ".sodasheet" / "sodasheet.conf").read_bytes()
    assert "Söda&Sheet".encode("cp1252") in settings
    windows.run(f"{folder}\\uninstall.exe", "/S")
    wait_until(lambda: not there.exists())
    assert not there.exists()


def test_the_first_page_greets_and_a_practice_portal_starts_from_it(installed, built, monkeypatch):
    windows = installed
    state = records(windows) / "desk" / "desk.json"
    windows.run(program(windows, "sodasheetw.exe"), "desk", SODASHEET_BROWSER="none")
    wait_until(state.exists, 120)
    monkeypatch.setenv("SODASHEET_HOME", str(records(windows)))
    window = Window(json.loads(state.read_text("utf-8"))["address"])
    page = window.ask("GET", "/")
    assert '<h1 tabindex="-1">Welcome to SodaSheet</h1>' in page
    assert "nothing leaves this computer" in page
    assert "/welcome" in window.ask("POST", "/welcome/practice", code=303)
    page = window.ask("GET", "/welcome")
    (url,) = set(re.findall(r"running at (http://127\.0\.0\.1:\d+),", page))
    with urlopen(url, timeout=30) as answer:
        assert answer.status == 200
    window.ask("POST", "/welcome/workbook", code=303)
    (copy,) = windows.user.rglob("SodaSheet tutorial/permits.xlsx")
    assert copy.stat().st_size > 5_000
    host = url.removeprefix("http://")
    assert host in windows.run(program(windows), "accounts", "--json")
    windows.run(str(built.setup), "/S", code=2)  # the portal is a program that runs
    window.ask("POST", "/welcome/stop", code=303)
    assert host not in windows.run(program(windows), "accounts", "--json")


@pytest.mark.skipif(
    not shutil.which("Xvfb") or not shutil.which("xdotool"), reason="Xvfb or xdotool is missing."
)
def test_the_pages_lead_to_an_installed_program(windows, built, tmp_path):
    numbers = os.pipe()  # Xvfb chooses a display that is free
    screen = ["Xvfb", "-displayfd", str(numbers[1]), "-screen", "0", "1024x768x24"]
    server = subprocess.Popen(screen, pass_fds=numbers[1:], stderr=subprocess.DEVNULL)
    display = f":{os.read(numbers[0], 9).decode().strip()}"
    pictures = os.environ.get("SODASHEET_PICTURES", str(tmp_path))
    environ = {**windows.environ(), "DISPLAY": display}
    try:
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


def schedule_daily(windows, folder):
    shutil.copyfile(CSV_JOB(folder), windows.drive / "job.json")
    words = ("schedule", "C:\\job.json", "--daily", "06:00", "--name", "Daily")
    windows.run(program(windows), *words)
    wait_until(lambda: "daily" in windows.tasks(), 20)


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
