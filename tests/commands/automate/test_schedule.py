"""`sodasheet schedule` with a real systemd user instance and a real crontab.

Both run in a mount namespace of their own, over folders of the test's: nothing of this system is
changed. Where the system does not allow that, the tests skip and say so.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sodasheet.schedules import schedule_store
from sodasheet.schedules.recurrence import When
from sodasheet.schedules.schedule import Schedule

from ..conftest import Terminal

SYSTEMD = Path("/lib/systemd/systemd")


MAPPED: dict[str, str] = {}


def saved(terminal: Terminal, name: str = "permits.json") -> Path:
    """A job with all matches confirmed; each portal is queried only once."""
    terminal.sample("permits-new.csv")
    path, portal = terminal.folder / name, terminal.portal.url
    if portal not in MAPPED:
        said = terminal("map", "permits-new.csv", terminal.permits, "--confirm", "-o", path)
        assert said.code == 0, said.err
        MAPPED[portal] = path.read_text(encoding="utf-8")
    path.write_text(MAPPED[portal], encoding="utf-8")
    return path


@dataclass
class Machine:
    """Programs that see `run` as /run and `spool` as /var/spool, put where commands find them."""

    folder: Path
    environment: dict[str, str]

    def within(self, *arguments: str) -> list[str]:
        mounted = (
            f'mount --bind "{self.folder}/run" /run'
            f' && mount --bind "{self.folder}/spool" /var/spool && exec "$@"'
        )
        return [str(shutil.which("unshare")), "--mount", "/bin/sh", "-c", mounted, "sh", *arguments]

    def install(self, program: str) -> None:
        """Put the real program, with the given folders, on the path of commands."""
        line = " ".join(shlex.quote(part) for part in self.within(str(shutil.which(program))))
        path = self.folder / "bin" / program
        path.write_text(f'#!/bin/sh\nPATH={self.environment["PATH"]}\nexec {line} "$@"\n')
        path.chmod(0o755)

    def says(self, program: str, *arguments: str, stdin: str = "") -> str:
        done = subprocess.run(
            [str(self.folder / "bin" / program), *arguments],
            env=self.environment, input=stdin, capture_output=True, text=True, timeout=30,
            check=False,
        )  # fmt: skip
        return done.stdout + done.stderr


@pytest.fixture
def machine(terminal: Terminal) -> Machine:
    folder = terminal.folder / "machine"
    for name in ("bin", "run/systemd/system", "run/user/me", "spool/cron/crontabs", "home"):
        (folder / name).mkdir(parents=True)
    (folder / "run/user/me").chmod(0o700)
    terminal.patch.setenv("HOME", str(folder / "home"))
    terminal.patch.setenv("XDG_CONFIG_HOME", str(folder / "home/.config"))
    terminal.patch.setenv("XDG_RUNTIME_DIR", "/run/user/me")
    names = ("HOME", "PATH", "SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET", "XDG_CONFIG_HOME",
             "XDG_RUNTIME_DIR")  # fmt: skip
    made = Machine(folder, {name: os.environ[name] for name in names})
    tried = shutil.which("unshare") and subprocess.run(made.within("/bin/true"), check=False)
    if not tried or tried.returncode:
        pytest.skip("This system allows no mount namespace (unshare --mount).")
    return made


def lacking(told: str) -> None:
    """In CI, everything that can be installed must be present."""
    must = os.environ.get("CI") and sys.platform != "win32"
    pytest.fail(told) if must else pytest.skip(told)


@pytest.fixture
def systemd(terminal: Terminal, machine: Machine) -> Iterator[Machine]:
    if not SYSTEMD.exists() or shutil.which("systemctl") is None:
        lacking("systemd is not installed here")
    process = subprocess.Popen(
        machine.within(str(SYSTEMD), "--user"), env=machine.environment, cwd=machine.folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    machine.install("systemctl")
    terminal.patch.setenv("PATH", str(machine.folder / "bin"))
    ready = machine.folder / "run/user/me/systemd/private"
    try:
        until(lambda: ready.exists() or process.poll() is not None)
        if process.poll() is not None:
            pytest.skip("A systemd of a user does not start here.")
        yield machine
    finally:
        process.terminate()
        process.wait(20)


def until(ready: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait until a condition becomes true."""
    end = time.monotonic() + seconds
    while not (found := ready()) and time.monotonic() < end:
        time.sleep(0.05)
    assert found, "it did not come to that in time"
    return found


def last(name: str, but: str = "") -> schedule_store.Last | None:
    """Return the outcome of the last run; None while running, or for the run of that id."""
    found = schedule_store.last(schedule_store.known(name))
    return found if found and found.outcome and found.run != but else None


def test_a_timer_of_systemd_is_made_listed_run_and_removed(
    terminal: Terminal, systemd: Machine
) -> None:
    job = saved(terminal, "it's 100 %.json")

    made = terminal("schedule", job, "--weekly", "MON,THU@06:00")
    timers = systemd.says("systemctl", "--user", "list-timers", "--all", "--no-pager")
    [before] = terminal("schedule", "--list", "--json").json
    started = terminal("schedule", "--run-now", "it's 100 %")
    ended = until(lambda: last("it's 100 %"))
    table = terminal("schedule", "--list")
    [timer] = re.findall("sodasheet-it-s-100-[0-9a-f]+.timer", timers)
    systemd.says("systemctl", "--user", "stop", timer)
    gone = terminal("schedule", "--list")
    removed = terminal("schedule", "--remove", "it's 100 %")

    assert (made.code, started.code, removed.code) == (0, 0, 0), made.err + started.err
    assert made.out.startswith("it's 100 % runs weekly on MON and THU at 06:00, next on ")
    assert "gone from systemd" in " ".join(gone.out.split())
    assert " 06:00:00 " in timers
    assert (before["last"], before["next"][-6:]) == (None, " 06:00")
    assert ended.outcome == "done", ended
    assert "done: Updated Building" in " ".join(table.out.split())
    assert terminal("schedule", "--list", "--json").json == []
    units = systemd.says("systemctl", "--user", "list-unit-files", "--no-pager")
    assert "sodasheet" not in units
    assert list((systemd.folder / "home/.config/systemd/user").glob("sodasheet*")) == []


def as_cron(machine: Machine, line: str) -> int:
    """Run a crontab line as cron does: with sh, hardly any environment, and its % rule."""
    command = line.split(" ", 5)[5].replace("\\%", "%")
    key = {name: machine.environment[name] for name in ("SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET")}
    bare = {"HOME": machine.environment["HOME"], "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
    return subprocess.run(
        ["/bin/sh", "-c", command], env=bare | key, cwd="/", timeout=60, check=False
    ).returncode


def test_a_line_of_a_crontab_is_made_listed_run_and_removed(
    terminal: Terminal, machine: Machine
) -> None:
    if shutil.which("crontab") is None:
        lacking("crontab is not installed here (Debian: cron)")
    machine.install("crontab")
    name, mine = "* * * * * reboot", "# mine\n0 1 * * * true 100\\%\n"
    # Not by a path, which crontab cuts off at 99 characters.
    assert machine.says("crontab", "-", stdin=mine) == ""
    assert machine.says("crontab", "-l") == mine
    terminal.patch.setenv("SODASHEET_HOME", str(terminal.folder / "100 % home"))
    terminal.patch.setenv("PATH", str(machine.folder / "bin"))
    job = saved(terminal)

    made = terminal("schedule", job, "--daily", "6:05", "--name", name)
    lines = machine.says("crontab", "-l").splitlines()
    code = as_cron(machine, lines[-1])
    [after] = terminal("schedule", "--list", "--json").json
    changed = terminal("schedule", job, "--daily", "7:00", "--name", name)
    again = machine.says("crontab", "-l").splitlines()
    started = terminal("schedule", "--run-now", name)
    ended = until(lambda: last(name, but=after["last"]["run"]))
    removed = terminal("schedule", "--remove", name)

    codes = [said.code for said in (made, changed, started, removed)]
    assert codes == [0] * 4, made.err + changed.err + started.err
    assert lines[:2] == mine.splitlines()
    assert lines[2].startswith("# SodaSheet schedule: reboot-")
    assert lines[3].startswith("5 6 * * * ")
    assert (len(lines), code) == (4, 0)
    assert (after["system"], after["last"]["outcome"], ended.outcome) == ("cron", "done", "done")
    assert (len(again), again[3][:10]) == (4, "0 7 * * * ")
    assert machine.says("crontab", "-l") == mine


@pytest.mark.not_on_windows("a crontab")
def test_a_crontab_that_cannot_be_read_is_not_written_over(
    terminal: Terminal, tmp_path: Path
) -> None:
    """A stand-in for a crontab that refuses, because the real program refuses no user here."""
    refusing = tmp_path / "bin" / "crontab"
    refusing.parent.mkdir()
    refusing.write_text('#!/bin/sh\necho "you are not allowed to use this program" >&2\nexit 1\n')
    refusing.chmod(0o755)
    terminal.patch.setenv("PATH", str(refusing.parent))

    said = terminal("schedule", saved(terminal), "--daily", "06:00")

    assert said.code == 1
    assert "The system's scheduler crontab refused the schedule: you are not allowed" in said.err
    assert schedule_store.schedules() == []


@pytest.mark.not_on_windows("a computer without a scheduler")
def test_where_there_is_no_scheduler_the_command_to_be_run_is_told(terminal: Terminal) -> None:
    terminal.patch.setenv("PATH", str(terminal.folder))

    said = terminal("schedule", saved(terminal), "--daily", "06:00")

    assert said.code == 1
    assert "neither a systemd user session nor a crontab" in said.err
    assert f"sodasheet run {terminal.folder}" in said.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Specify a job to schedule, or use --list, --remove or --run-now."),
        (
            ["permits.json", "--daily", "6:00", "--in-excel", "--print"],
            "permits.json has no macros",
        ),
        (["permits.json", "--list"], "Specify a job to schedule"),
        (["permits.json"], "Say when the job should run."),
        (["permits.json", "--daily", "6", "--weekly", "MON@6:00"], "Say when the job should run."),
        (["permits.json", "--daily", "six"], '"six" is not a time of day.'),
        (["permits.json", "--hourly", "6:15"], '"6:15" is not a minute of the hour.'),
        (["gone.json", "--daily", "06:00"], "The job file gone.json: there is no such file."),
        (["--remove", "Parks"], 'There is no schedule "Parks" on this computer.'),
        (["--run-now", "Parks"], 'There is no schedule "Parks" on this computer.'),
    ],
)
def test_what_cannot_be_scheduled_is_wrong_usage(
    terminal: Terminal, arguments: list[str], sentence: str
) -> None:
    (terminal.folder / "permits.json").write_text("{}")

    said = terminal("schedule", *arguments)

    assert said.code == 2
    assert sentence in said.err


def kept(terminal: Terminal, job: Path, name: str = "permits") -> None:
    schedule_store.keep(Schedule(name, job, When(6, 0), 360.0, system="cron"))


def test_a_name_belongs_to_one_file(terminal: Terminal) -> None:
    job = saved(terminal)
    kept(terminal, terminal.folder / "other.json", "PERMITS")

    said = terminal("schedule", job, "--daily", "06:00")

    assert said.code == 2
    assert 'A schedule named "PERMITS" already exists, for ' in said.err


def test_the_run_of_a_schedule_is_noted(terminal: Terminal) -> None:
    job = saved(terminal)
    kept(terminal, job)

    said = terminal("run", "--schedule", "Permits")

    noted = schedule_store.last(schedule_store.known("permits"))
    assert said.code == 0, said.err
    assert noted is not None
    assert noted.outcome == "done"
    assert noted.started <= str(noted.ended)
    assert "Updated Building Permits" in str(noted.summary)


def test_a_schedule_whose_job_is_gone_is_noted_and_in_the_run_log(terminal: Terminal) -> None:
    kept(terminal, terminal.folder / "gone.json")

    said = terminal("run", "--schedule", "permits", "--json")

    noted = schedule_store.last(schedule_store.known("permits"))
    assert said.code == 2
    assert noted is not None
    assert noted.outcome == "failed"
    assert noted.run == said.json["jobs"][0]["report"]["run"]
    assert terminal("history", str(noted.run)).json["outcome"] == "failed"


def test_a_schedule_that_was_removed_is_a_run_that_failed(terminal: Terminal) -> None:
    said = terminal("run", "--schedule", "permits", "--json")

    assert said.code == 2
    assert 'There is no schedule "permits"' in said.err
    assert said.json["jobs"][0]["report"]["outcome"] == "failed"


def test_what_would_keep_a_run_from_pushing_is_said_at_once(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "crontab").symlink_to("/bin/true")
    terminal.patch.setenv("PATH", str(tmp_path / "bin"))
    terminal.sample("permits-new.csv")
    terminal("map", "permits-new.csv", terminal.permits, "-o", "new.json")

    said = terminal("schedule", "new.json", "--daily", "06:00", "--json")

    assert said.code == 0, said.err
    notes = " ".join(said.json["notes"])
    assert "new: some matches are not confirmed" in notes
    assert "This computer has no saved key for 127.0.0.1" in notes


@pytest.mark.not_on_windows("a crontab")
def test_print_shows_what_the_scheduler_would_be_given_and_does_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "crontab").symlink_to("/bin/false")
    terminal.patch.setenv("PATH", str(tmp_path / "bin"))

    said = terminal("schedule", saved(terminal), "--daily", "06:00", "--print")

    assert said.code == 0, said.err
    assert said.out.startswith("# SodaSheet schedule: permits\n0 6 * * * ")
    body = terminal("schedule", "permits.json", "--daily", "06:00", "--print", "--json").json
    assert body == {"name": "permits", "system": "cron", "text": said.out.rstrip("\n")}
    assert schedule_store.schedules() == []


def test_a_list_of_nothing_says_how_to_begin(terminal: Terminal) -> None:
    said = terminal("schedule", "--list")

    assert said.code == 0
    assert "Nothing is scheduled." in said.out
    assert json.loads(terminal("schedule", "--list", "--json").out) == []
