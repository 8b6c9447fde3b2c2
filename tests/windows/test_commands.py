"""From the first mapping to the undo, as entered on Windows."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest


@pytest.mark.parametrize(
    ("sample", "method", "field"),
    [
        ("permits-new.csv", "append", "created"),
        ("permits-changes.csv", "upsert", "updated"),
        ("permits-withdrawn.csv", "delete", "deleted"),
        ("permits-clean.csv", "replace", "created"),
    ],
)
def test_a_push_of_each_method_is_previewed_pushed_and_undone(own_console, sample, method, field):
    own_console.sign_in()
    job = own_console.job(sample, method)
    looked = own_console("preview", job, "--json")
    assert looked.returncode == 0, looked.stdout + looked.stderr
    pushed = own_console("push", job, "--yes", "--json")
    report = json.loads(pushed.stdout)
    assert (pushed.returncode, report["outcome"], report["method"]) == (0, "done", method)
    assert report["rows"][field] > 0
    undone = own_console("undo", report["run"], "--yes")
    assert undone.returncode == 0, undone.stderr
    history = own_console("history", "--json")
    assert report["run"] in history.stdout.decode("utf-8")


def test_a_run_that_nobody_watches(own_console):
    own_console.sign_in()
    job = own_console.job("permits-new.csv", "append")
    ran = own_console("run", job)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_push_that_was_killed_is_settled_and_resumed(own_console):
    own_console.sign_in()
    job = own_console.job("permits-new.csv", "append")
    # The rows have landed, and the reply that says so never arrives.
    fault = own_console.portal.inject("slow", method="POST", seconds=280.0, when="after")
    process = subprocess.Popen(
        own_console.command("push", job, "--yes"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=own_console.folder,
        env=own_console.env(),
    )
    end = time.monotonic() + 240
    while not fault.fired and time.monotonic() < end:
        time.sleep(0.1)
    assert fault.fired
    second = own_console("push", job, "--yes")
    assert second.returncode == 4, "one push per dataset at a time: " + second.stderr.decode()
    process.kill()  # TerminateProcess: no handler runs
    process.wait(30)
    own_console.portal.clear_faults()
    (run,) = [path.name for path in (own_console.home / "runs").iterdir() if path.is_dir()]
    resumed = own_console("push", "--resume", run, "--json")
    report = json.loads(resumed.stdout)

    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert (report["outcome"], report["rows"]["created"]) == ("done", 20)
    again = own_console("push", job, "--yes", "--json")
    assert again.returncode == 4, "the same rows are not appended twice: " + again.stderr.decode()


def test_a_key_is_kept_by_the_credential_manager_and_used_from_there(own_console):
    account = own_console.portal.account("publisher")
    url = own_console.portal.url
    given = account.key_secret.encode() + b"\r\n"
    signed = own_console("sign-in", url, "--key-id", account.key_id, "--stdin", given=given)
    assert signed.returncode == 0, signed.stderr
    try:
        assert account.key_id in own_console("accounts").stdout.decode("utf-8", "replace")
        job = own_console.job("permits-new.csv", "append")
        assert own_console("push", job, "--yes").returncode == 0
        stored = subprocess.run(
            [sys.executable, "-c", "import win32cred; print(len(win32cred.CredEnumerate()))"],
            check=True,
            capture_output=True,
        )
        assert int(stored.stdout) >= 1
    finally:
        assert own_console("sign-out", url).returncode == 0
    assert account.key_id not in own_console("accounts").stdout.decode("utf-8", "replace")


def test_a_schedule_is_made_listed_and_removed(own_console):
    own_console.sign_in()
    job = own_console.job("permits-new.csv", "append")
    account = own_console.portal.account("publisher")
    given = account.key_secret.encode()
    own_console(
        "sign-in", own_console.portal.url, "--key-id", account.key_id, "--stdin", given=given
    )
    made = own_console("schedule", job, "--daily", "06:00", "--name", "Permits Łódź")
    assert made.returncode == 0, made.stderr
    listed = own_console("schedule", "--list", "--json").stdout.decode("utf-8")
    assert "Permits Łódź" in listed
    removed = own_console("schedule", "--remove", "Permits Łódź")
    assert removed.returncode == 0, removed.stderr
    assert "Permits Łódź" not in own_console("schedule", "--list", "--json").stdout.decode("utf-8")


@pytest.mark.parametrize("name", ["NUL", "con.json", "aux", "COM1.json"])
def test_a_job_is_not_saved_under_a_name_that_windows_keeps_for_devices(console, name):
    console.sign_in()
    source = console.sample("permits-new.csv")
    said = console("map", source, console.permits, "--method", "append", "-o", name)

    assert said.returncode == 2, said.stdout
    assert name.encode() in said.stderr


def test_a_pattern_of_files_is_filled_in_where_the_shell_does_not(console):
    console.sign_in()
    console.job("permits-new.csv", "append")
    console.job("permits-changes.csv", "upsert")
    said = console("job", "validate", "permits-*.json")

    assert said.returncode == 0, said.stderr
    assert said.stdout.count(b"no problem") == 2
