"""DataSync's flags, and its command lines run against the practice portal."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sodasheet.commands.datasync.compatible_command import through_proxy
from sodasheet.commands.datasync.flags_to_job import FLAGS, job_type, sij_of
from sodasheet.commands.terminal.command_line import run
from sodasheet.credentials.keychain import proxy_sign_in
from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.jobs.datasync.sij_file import SijFile
from sodasheet.model.credentials import Credentials
from sodasheet.model.method import Method
from sodasheet.push.runs.journal import locks_folder
from sodasheet.push.runs.push_lock import job_lock

from .conftest import Said, Task

BASE = {"datasetID": "abcd-1234", "fileToPublish": "x.csv"}
PLAIN = BASE | {"publishMethod": "upsert", "fileToPublishHasHeaderRow": "false"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (PLAIN, SijFile("abcd-1234", "x.csv", Method.UPSERT, header=False)),
        (PLAIN | {"publishMethod": "Replace", "fileToPublishHasHeaderRow": "TRUE"},
         SijFile("abcd-1234", "x.csv", Method.REPLACE)),
        (BASE | {"publishViaHttp": "true", "pathToControlFile": "c", "pathToFTPControlFile": "d"},
         SijFile("abcd-1234", "x.csv", control_path="c", http=True)),
        (BASE | {"publishViaFTP": "true", "pathToFTPControlFile": "d"},
         SijFile("abcd-1234", "x.csv", control_path="d", ftp=True)),
    ],
)  # fmt: skip
def test_flags_make_a_job(given: dict[str, str], expected: SijFile) -> None:
    assert sij_of(given) == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fileToPublish": "x"}, "Missing required argument: -i,--datasetID."),
        ({"datasetID": "x"}, "Missing required argument: -f,--fileToPublish."),
        (BASE, "Missing required argument: -m,--publishMethod."),
        (BASE | {"publishMethod": "upsert"}, "argument: -h,--fileToPublishHasHeaderRow."),
        (PLAIN | {"publishMethod": "purge"}, '-m,--publishMethod is "purge".'),
        (PLAIN | {"fileToPublishHasHeaderRow": "yes"}, 'HasHeaderRow is "yes".'),
        (PLAIN | {"publishViaHttp": "true"}, "-ph true needs a control file."),
        (PLAIN | {"pathToControlFile": "c"}, "only used with -ph true or -pf true."),
        (PLAIN | {"publishViaHttp": "true", "publishViaFTP": "true"}, "cannot both be true"),
        (PLAIN | {"proxyUsername": "me"}, "-pun and -ppw must be used together."),
    ],
)
def test_flags_that_cannot_be_are_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        sij_of(given)

    assert words in caught.value.what


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("PortJob", "Run its .spj file with sodasheet copy"),
        ("integrationjob", "with the same capital letters"),
    ],
)
def test_a_type_of_job_that_is_not_done_here_gets_a_sentence(kind: str, words: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        job_type({"jobType": kind})

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-v"], 0, "for the command lines of DataSync 1.9.9"),
        (["--version"], 0, "SodaSheet version"),
        (["-?"], 0, "Example: sodasheet datasync permits.sij"),
        (["--help"], 0, "--fileToPublishHasHeaderRow"),
        ([], 1, "No job file or flags"),
        (["-h"], 1, "requires an argument"),
        (["--no-such"], 1, "No such option"),
        (["nicht da.sij"], 1, "The DataSync job nicht da.sij: it cannot be read"),
        (["a.spj"], 1, "a.spj is a Port job"),
        (["-t", "LoadPreferences"], 1, "Missing required argument: -c,--config."),
        (["-c", "no.json", "-i", "a", "-f", "b", "-m", "upsert", "-h", "true"], 1, "no.json"),
    ],
)
def test_every_end_is_0_or_1(arguments: list[str], code: int, words: str, task: Task) -> None:
    said = task(*arguments)

    assert said.code == code
    assert words in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_long_flags_and_values_that_cling_mean_the_same(task: Task) -> None:
    task.make()
    (task.folder / "x.csv").write_text("ID,name\n1,Ash\n")

    said = task(
        "--config=config.json", "--datasetID", task.dataset, "--fileToPublish", "x.csv",
        "-mupsert", "--fileToPublishHasHeaderRow", "true", "leftover",
    )  # fmt: skip

    assert said.code == 0, said.err
    assert task.rows() == [{"id": "1", "name": "Ash"}]
    assert "Ignored with other flags, as in DataSync: leftover" in said.err


@pytest.mark.parametrize(
    ("method", "key", "names"),
    [("append", "id", ["New"]), ("upsert", None, ["Old", "New"])],
)
def test_append_and_upsert_are_one_and_the_same(
    method: str, key: str | None, names: list[str], task: Task
) -> None:
    task.make(rows=[{"id": "1", "name": "Old", "another_name": "Stays"}], key=key)
    (task.folder / "x.csv").write_text("id,name,another_name\n1,New,\n")

    said = task.push("x.csv", method)

    assert said.code == 0, said.err
    assert [row["name"] for row in task.rows()] == names
    assert task.rows()[0]["another_name"] == "Stays", "an empty cell is left out"
    assert f"so DataSync's {method} is an" in said.out


def test_a_replace_that_leaves_columns_out_is_refused_without_a_row_identifier(task: Task) -> None:
    task.make(rows=[{"id": "1", "name": "Old"}], key=None)
    (task.folder / "x.csv").write_text("id,name\n1,New\n")

    said = task.by_control("x.csv", task.control(columns=["id", "name"]))

    assert said.code == 1
    assert "does not fill another_name, date, and a replace of DataSync" in said.err
    assert [row["name"] for row in task.rows()] == ["Old"]


def test_without_a_header_columns_are_the_datasets_in_order(task: Task) -> None:
    task.make()
    (task.folder / "x.csv").write_text('7,"a ""b"" \\"c\\"",,2024-01-31\n')

    assert task.push("x.csv", "replace", header="false").code == 0
    assert task.rows() == [{"id": "7", "name": 'a "b" "c"', "date": "2024-01-31T00:00:00.000"}]


def test_guards_hold_and_the_way_out_is_said(task: Task) -> None:
    task.make(rows=[{"id": str(number)} for number in range(20)])
    (task.folder / "x.csv").write_text("id\n1\n")

    said = task.push("x.csv", "replace")

    assert said.code == 1
    assert "would shrink from 20 rows to 1" in said.err
    assert "make a job with sodasheet job import" in said.err
    assert len(task.rows()) == 20


def test_a_location_is_put_together_from_its_columns(task: Task) -> None:
    task.make({"id": "number", "place": "location", "spot": "point", "seen": "date"})
    (task.folder / "x.csv").write_text(
        "id,street,town,lat,lon,seen\n1,1 Elm St,Hartford,41.7,-72.6,01/31/2024\n2,,,,,\n"
    )
    names = ["id", "street", "town", "lat", "lon", "seen"]
    parts = {"address": "street", "city": "town", "latitude": "lat", "longitude": "lon"}
    control = task.control(
        columns=names, ignoreColumns=names[1:5], timezone="America/New_York",
        syntheticLocations={"place": parts},
        syntheticPoints={"spot": {"type": "point", "latitude": "lat", "longitude": "lon"}},
    )  # fmt: skip

    said = task.by_control("x.csv", control)

    assert said.code == 0, said.err
    first, second = task.rows()
    assert second == {"id": "2"}
    assert (first["place"]["latitude"], first["place"]["longitude"]) == ("41.7", "-72.6")
    human = json.loads(first["place"]["human_address"])
    assert (human["address"], human["city"]) == ("1 Elm St", "Hartford")
    assert first["spot"]["coordinates"] == [-72.6, 41.7]
    assert first["seen"].startswith("2024-01-31T05:00:00")


def test_points_from_addresses_are_looked_up_replaced_and_undone(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {"type": "Point", "coordinates": [-72.5, 41.5]}
    task.make({"id": "text", "street": "text", "spot": "point"}, [{"id": "z", "spot": old}])
    parts = {"type": "geocoded", "address": "street", "city": "town"}
    control = task.control(
        columns=["id", "street", "town"], ignoreColumns=["town"], syntheticPoints={"spot": parts}
    )
    good = "id,street,town\na,1 Main St,Practice City\nb,,\n"
    (task.folder / "stalls.csv").write_text(good + "c,1 Main St,Atlantis\n")

    refused = task.by_control("stalls.csv", control)
    untouched = task.rows()
    (task.folder / "stalls.csv").write_text(good)
    said = task.by_control("stalls.csv", control)
    after = task.rows()
    account = task.portal.account("publisher")
    monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
    monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)
    undone = run(["undo", "--yes"])

    assert (refused.code, "does not find" in refused.out + refused.err) == (1, True), refused
    assert untouched == [{"id": "z", "spot": old}]
    assert said.code == 0, said.err
    spots = {row["id"]: row.get("spot", {}).get("coordinates") for row in after}
    assert spots == {"a": [-72.7, 41.76], "b": None}
    assert undone == 0
    assert task.rows() == [{"id": "z", "spot": old}]


def test_a_column_keeps_its_blanks_where_its_overrides_say_so(task: Task) -> None:
    task.make()
    (task.folder / "x.csv").write_text("h1;h2;h3\n 1; a ; b \n", encoding="utf-16")
    control = task.control(
        columns=["id", "name", "another_name"], separator=";", encoding="UTF-16",
        overrides={"another_name": {"trimWhitespace": False}},
    )  # fmt: skip

    assert task.by_control("x.csv", control).code == 0
    assert task.rows() == [{"id": "1", "name": "a", "another_name": " b "}]


def test_a_saved_job_runs_with_the_keys_that_are_kept_here(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    task.make()
    folder = task.folder / "Grüße vom Amt"
    folder.mkdir()
    (folder / "zwei Zeilen.csv").write_text("id,name\n1,é\n", encoding="utf-8")
    job = {"datasetID": task.dataset, "fileToPublish": "Grüße vom Amt/zwei Zeilen.csv",
           "publishMethod": "replace"}  # fmt: skip
    (folder / "mein Job.sij").write_text(json.dumps(job))
    (task.folder / "domain.json").write_text(json.dumps({"domain": task.portal.url}))
    assert task("-t", "LoadPreferences", "-c", "domain.json").code == 0

    stranger = task("Grüße vom Amt/mein Job.sij")
    account = task.portal.account("publisher")
    monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
    monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)
    said = task("Grüße vom Amt/mein Job.sij")

    assert (stranger.code, said.code) == (1, 0), said.err
    assert "You are not signed in" in stranger.err
    assert task.rows() == [{"id": "1", "name": "é"}]


def test_no_line_shows_the_password(task: Task) -> None:
    task.make()
    (task.folder / "x.csv").write_text("id\nx\n")
    secret = json.loads(task.config.read_text())["password"]

    def shown(said: Said) -> bool:
        return secret in said.out + said.err

    assert not shown(task.push("x.csv", "upsert"))
    assert not shown(task.push("nowhere.csv", "upsert"))
    assert not shown(task.by_control("x.csv", "nowhere.json"))
    files = [
        path
        for path in task.folder.rglob("*")
        if path.is_file() and path != task.folder / task.config
    ]
    assert [path for path in files if secret.encode() in path.read_bytes()] == []


def test_flags_are_told_apart() -> None:
    assert len({short for short, *_ in FLAGS}) == len({long for _, long, *_ in FLAGS}) == 21


@pytest.mark.parametrize(
    ("values", "flags", "proxy", "signed"),
    [
        ({"proxyHost": "https://proxy.example.org", "proxyPort": "8080"}, {},
         "http://proxy.example.org:8080", None),
        ({"proxyHost": "Proxy.example.org:81", "proxyUsername": "a", "proxyPassword": "word"}, {},
         "http://Proxy.example.org:81", Credentials("a", "word")),
        ({"proxyHost": "p.example.org"}, {"proxyUsername": "b@c", "proxyPassword": "x/y:z"},
         "http://p.example.org", Credentials("b@c", "x/y:z")),
        ({}, {"proxyUsername": "a", "proxyPassword": "word"}, "http://before.invalid", None),
    ],
)  # fmt: skip
def test_the_proxy_of_a_config_file_is_used_for_the_run_and_its_password_stays_in_memory(
    values: dict[str, str],
    flags: dict[str, str],
    proxy: str,
    signed: Credentials | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    monkeypatch.setattr("sodasheet.credentials.keychain._held_for_proxies", {})
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://before.invalid")

    through_proxy(Preferences(values, "config.json"), flags)

    # Child processes, such as those of notifications, inherit the environment.
    assert {os.environ["HTTPS_PROXY"], os.environ["https_proxy"]} == {proxy}
    assert proxy_sign_in(proxy) == signed


def test_a_task_that_runs_already_is_not_run_twice(task: Task) -> None:
    task.make()
    (task.folder / "x.csv").write_text("id\n1\n")

    with job_lock(locks_folder(), Path("x.csv"), "20260101-000000-0000"):
        said = task.push("x.csv", "upsert")

    assert said.code == 1
    assert "20260101-000000-0000" in said.err
    assert task.rows() == []
