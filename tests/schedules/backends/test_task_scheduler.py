"""The generated Windows task conforms to the published schema of the Task Scheduler.

The rules are Microsoft's "Task Scheduler Schema" (taskschedulerschema-*) and MS-TSCH 2.5: which
elements there are, in which order where it is a sequence, and which values they may have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from sodasheet.schedules.backends.task_scheduler import NAMESPACE, shown, task_xml
from sodasheet.schedules.recurrence import daily, hourly, weekly

from ..conftest import HOSTILE, START, schedule

NOW = datetime(2024, 2, 28, 12, 0)
USER = "OFFICE\\Zoë"

BOOLEAN = "true|false"
DURATION = r"PT([0-9]+H)?([0-9]+M)?([0-9]+S)?"
DATE_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
TEXT = r"[^\x00-\x1f]+"
NONE = r"\s*"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Rule:
    """Allowed content of an element: text of a pattern, or elements, in order if `ordered`."""

    text: str = NONE
    holds: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    ordered: bool = False
    attributes: tuple[str, ...] = ()


SCHEMA = {
    "Task": Rule(
        holds=("RegistrationInfo", "Triggers", "Principals", "Settings", "Data", "Actions"),
        needs=("Actions",), attributes=("version",),
    ),
    "RegistrationInfo": Rule(holds=("URI", "SecurityDescriptor", "Source", "Date", "Author",
                                    "Version", "Description", "Documentation")),
    "Description": Rule(TEXT),
    "Triggers": Rule(holds=("CalendarTrigger",)),
    "CalendarTrigger": Rule(
        holds=("Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit",
               "RandomDelay", "ScheduleByDay", "ScheduleByWeek"),
        needs=("StartBoundary",), ordered=True, attributes=("id",),
    ),
    "Enabled": Rule(BOOLEAN),
    "StartBoundary": Rule(DATE_TIME),
    "Repetition": Rule(holds=("Interval", "Duration", "StopAtDurationEnd"), needs=("Interval",)),
    "Interval": Rule(DURATION),
    "Duration": Rule(r"P[0-9]+D|" + DURATION),
    "ScheduleByDay": Rule(holds=("DaysInterval",)),
    "DaysInterval": Rule("[1-9][0-9]{0,2}"),
    "ScheduleByWeek": Rule(holds=("WeeksInterval", "DaysOfWeek")),
    "WeeksInterval": Rule("[1-9][0-9]?"),
    "DaysOfWeek": Rule(holds=DAYS),
    **{day: Rule() for day in DAYS},
    "Principals": Rule(holds=("Principal",), needs=("Principal",)),
    "Principal": Rule(holds=("UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"),
                      attributes=("id",)),
    "UserId": Rule(TEXT),
    "LogonType": Rule("InteractiveToken"),  # the schema has others; none of them reaches the key
    "RunLevel": Rule("LeastPrivilege|HighestAvailable"),
    "Settings": Rule(
        holds=("AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy",
               "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate",
               "StartWhenAvailable", "NetworkProfileName", "RunOnlyIfNetworkAvailable",
               "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings",
               "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle"),
    ),
    "AllowStartOnDemand": Rule(BOOLEAN),
    "MultipleInstancesPolicy": Rule("Parallel|Queue|IgnoreNew|StopExisting"),
    "DisallowStartIfOnBatteries": Rule(BOOLEAN),
    "StopIfGoingOnBatteries": Rule(BOOLEAN),
    "AllowHardTerminate": Rule(BOOLEAN),
    "StartWhenAvailable": Rule(BOOLEAN),
    "RunOnlyIfNetworkAvailable": Rule(BOOLEAN),
    "WakeToRun": Rule(BOOLEAN),
    "Hidden": Rule(BOOLEAN),
    "ExecutionTimeLimit": Rule(DURATION),
    "Priority": Rule("[0-9]|10"),
    "Actions": Rule(holds=("Exec",), needs=("Exec",), attributes=("Context",)),
    "Exec": Rule(holds=("Command", "Arguments", "WorkingDirectory"), needs=("Command",),
                 attributes=("id",)),
    "Command": Rule(r"[^\x00-\x1f]{1,260}"),
    "Arguments": Rule(TEXT),
    "WorkingDirectory": Rule(TEXT),
}  # fmt: skip


def faults(element: Xml.Element) -> list[str]:
    """Return the path of an element that, itself or by its content, violates a rule."""
    name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    rule = SCHEMA.get(name)
    if rule is None:
        return [f"{name} is not known"]
    held = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element]
    found = [f"{name} may not hold {one}" for one in held if one not in rule.holds]
    found += [f"{name} needs {one}" for one in rule.needs if one not in held]
    found += [f"{name} holds {one} twice" for one in set(held) if held.count(one) > 1]
    found += [f"{name} has {one}" for one in element.attrib if one not in rule.attributes]
    if rule.ordered and held != sorted(held, key=rule.holds.index):
        found.append(f"{name} is not in order: {held}")
    if not re.fullmatch(rule.text, element.text or ""):
        found.append(f"{name} is {element.text!r}")
    return found + [fault for child in element for fault in faults(child)]


def read_back(name: str, when: object) -> Xml.Element:
    task = task_xml(schedule(name, when), START, USER, NOW)  # type: ignore[arg-type]
    return Xml.fromstring(Xml.tostring(task, encoding="unicode"))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("when", [daily("06:00"), weekly("SUN,MON@18:30"), hourly("5")], ids=str)
def test_the_task_breaks_no_rule_of_the_schema(name: str, when: object) -> None:
    assert faults(read_back(name, when)) == []


def test_the_rules_find_what_is_wrong() -> None:
    task = read_back("Permits", daily("06:00"))
    trigger = task[1][0]
    trigger[:] = [trigger[1], trigger[0], trigger[2]]
    task[2][0][1].text = "S4U"
    Xml.SubElement(task, "Reboot")

    assert faults(task) == [
        "Task may not hold Reboot",
        "CalendarTrigger is not in order: ['StartBoundary', 'Enabled', 'ScheduleByDay']",
        "LogonType is 'S4U'",
        "Reboot is not known",
    ]


def values(task: Xml.Element) -> dict[str, str]:
    return {one.tag.removeprefix(f"{{{NAMESPACE}}}"): one.text or "" for one in task.iter()}


def test_it_catches_up_starts_no_second_one_and_ends_after_the_runs_own_limit() -> None:
    found = values(read_back("Permits", weekly("MON,THU@06:00")))

    assert found["LogonType"] == "InteractiveToken"
    assert found["UserId"] == USER
    assert found["StartWhenAvailable"] == "true"
    assert found["MultipleInstancesPolicy"] == "IgnoreNew"
    assert found["WakeToRun"] == "true"
    assert found["DisallowStartIfOnBatteries"] == found["StopIfGoingOnBatteries"] == "false"
    assert found["ExecutionTimeLimit"] == "PT390M"
    assert found["StartBoundary"] == "2024-02-29T06:00:00"
    assert {"Monday", "Thursday"} == set(DAYS) & set(found)


def test_every_hour_is_a_day_repeated_that_wakes_nobody_up() -> None:
    found = values(read_back("Permits", hourly("5")))

    assert (found["Interval"], found["Duration"], found["DaysInterval"]) == ("PT1H", "P1D", "1")
    assert found["StartBoundary"] == "2024-02-28T12:05:00"
    assert found["WakeToRun"] == "false"


def argv(line: str) -> list[str]:
    """The arguments that Microsoft's C library passes to a program (its documented rules)."""
    found, now, quoted, started, at = [], "", False, False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        if slashes:
            quote = line[at + slashes : at + slashes + 1] == '"'
            now += "\\" * (slashes // 2 if quote else slashes)
            at, started = at + slashes, True
            if quote and slashes % 2:
                now, at = now + '"', at + 1
        elif line[at] == '"':
            quoted, started, at = not quoted, True, at + 1
        elif line[at] in " \t" and not quoted:
            found, now, started, at = found + [now] * started, "", False, at + 1
        else:
            now, started, at = now + line[at], True, at + 1
    return found + [now] * started


def test_the_program_is_given_its_arguments_as_they_are() -> None:
    found = values(read_back("Permits", daily("06:00")))

    assert argv(found["Arguments"]) == list(START.arguments)
    assert found["Command"] == START.program
    assert found["WorkingDirectory"] == START.folder


def test_the_text_is_ascii_which_every_code_page_of_a_redirection_keeps(own_home: object) -> None:
    text = shown(schedule("許可"))

    assert text.isascii()
    assert "encoding" not in text.splitlines()[0]
    for raw in (text.encode("utf-16"), text.encode("cp437")):
        root = Xml.fromstring(raw)
        assert faults(root) == []
        assert str(Path("/data/許可.json")) in "".join(root.itertext())
