"""Task Scheduler of Windows: a task as XML, registered with schtasks.

Elements, their order and their values are those of the Task Scheduler schema (Microsoft,
"Task Scheduler Schema" and MS-TSCH 2.5); tests/schedules has them as a table.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

from sodasheet.schedules.backends.scheduler_programs import call, demand
from sodasheet.schedules.schedule import Schedule, Start, start_of

NAME = "Task Scheduler"
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

_FOLDER = "SodaSheet"

#: Minutes after the time limit of a run, and after its watchdog, when Windows ends it.
_MARGIN = 30

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: The task runs as the user, in the login session: only there can it use the
#: credential store. S4U ("do not store password") could not read it (docs/explanation/security.md).
_PRINCIPAL = {"LogonType": "InteractiveToken", "RunLevel": "LeastPrivilege"}

#: A missed run is made up, a second run does not start, and battery power stops nothing.
_SETTINGS = {
    "AllowStartOnDemand": "true",
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "AllowHardTerminate": "true",
    "StartWhenAvailable": "true",
    "RunOnlyIfNetworkAvailable": "false",
    "WakeToRun": "true",
    "Enabled": "true",
    "Hidden": "false",
}


def shown(schedule: Schedule) -> str:
    """Return the task for Windows."""
    return _text(schedule, start_of(schedule.slug), _user(), datetime.now())


def create(schedule: Schedule) -> None:
    """Create or replace the task. Raises SodaSheetError if Windows refuses."""
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as folder:
        path = Path(folder) / "task.xml"
        path.write_bytes(shown(schedule).encode("utf-16"))
        demand(["schtasks", "/Create", "/TN", _task(schedule.slug), "/XML", str(path), "/F"])


def remove(schedule: Schedule) -> None:
    """Delete the task if present. Raises SodaSheetError."""
    if present(schedule):
        delete_task(schedule.slug)


def delete_task(slug: str) -> None:
    """Delete the task of a slug. Raises SodaSheetError."""
    demand(["schtasks", "/Delete", "/TN", _task(slug), "/F"])


def task_folder() -> Path:
    """Return the folder where Windows stores our tasks for all users as XML files."""
    return Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "Tasks", _FOLDER)


def present(schedule: Schedule) -> bool:
    """True if Windows has the task."""
    return call(["schtasks", "/Query", "/TN", _task(schedule.slug)]).returncode == 0


def run_now(schedule: Schedule) -> None:
    """Start the task through Windows. Raises SodaSheetError."""
    demand(["schtasks", "/Run", "/TN", _task(schedule.slug)])


def task_xml(schedule: Schedule, start: Start, user: str, now: datetime) -> Xml.Element:
    """Return the task; `user` is DOMAIN\\name or empty, `now` the local time."""
    root = Xml.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    about = Xml.SubElement(root, "RegistrationInfo")
    _add(about, "Description", f"SodaSheet pushes {schedule.job} ({schedule.when}).")
    trigger = Xml.SubElement(Xml.SubElement(root, "Triggers"), "CalendarTrigger")
    _add(trigger, "Enabled", "true")
    _add(trigger, "StartBoundary", f"{schedule.when.after(now):%Y-%m-%dT%H:%M:%S}")
    if schedule.when.hourly:
        again = Xml.SubElement(trigger, "Repetition")
        _add(again, "Interval", "PT1H")
        _add(again, "Duration", "P1D")
    _days(trigger, schedule)
    principal = Xml.SubElement(Xml.SubElement(root, "Principals"), "Principal", {"id": "Author"})
    if user:
        _add(principal, "UserId", user)
    for name, text in _PRINCIPAL.items():
        _add(principal, name, text)
    settings = Xml.SubElement(root, "Settings")
    # An hourly job should not wake the computer every time.
    own = {"WakeToRun": "false"} if schedule.when.hourly else {}
    for name, text in (_SETTINGS | own).items():
        _add(settings, name, text)
    _add(settings, "ExecutionTimeLimit", f"PT{int(schedule.minutes) + _MARGIN}M")
    _add(settings, "Priority", "7")
    actions = Xml.SubElement(root, "Actions", {"Context": "Author"})
    action = Xml.SubElement(actions, "Exec")
    _add(action, "Command", start.program)
    _add(action, "Arguments", subprocess.list2cmdline(start.arguments))
    _add(action, "WorkingDirectory", start.folder)
    return root


def _days(trigger: Xml.Element, schedule: Schedule) -> None:
    if schedule.when.daily or schedule.when.hourly:
        _add(Xml.SubElement(trigger, "ScheduleByDay"), "DaysInterval", "1")
        return
    week = Xml.SubElement(trigger, "ScheduleByWeek")
    _add(week, "WeeksInterval", "1")
    days = Xml.SubElement(week, "DaysOfWeek")
    for day in schedule.when.days:
        Xml.SubElement(days, _DAYS[day])


def _text(schedule: Schedule, start: Start, user: str, now: datetime) -> str:
    # ASCII, because redirected output uses the computer's code page.
    root = task_xml(schedule, start, user, now)
    Xml.indent(root)
    body = Xml.tostring(root, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0"?>\n{body}\n'


def _add(parent: Xml.Element, name: str, text: str) -> None:
    """Add an element with text; characters invalid in XML become blanks."""
    Xml.SubElement(parent, name).text = "".join(s if s.isprintable() else " " for s in text)


def _task(slug: str) -> str:
    return f"\\{_FOLDER}\\{slug}"


def _user() -> str:
    """Return the user who is logged on, as Windows names users; empty if Windows does not say."""
    domain, name = os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", "")
    return f"{domain}\\{name}" if domain and name else name
