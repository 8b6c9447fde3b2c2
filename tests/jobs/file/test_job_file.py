"""Job files: what is preserved, what is refused, and with which message."""

from __future__ import annotations

import copy
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import UsageProblem
from sodasheet.jobs import (
    base_folder,
    job_from_json,
    job_to_json,
    read_job,
    unconfirmed,
    unknown_keys,
    write_job,
)
from sodasheet.jobs.file.json_keys import KNOWN
from sodasheet.model.delivery_settings import Delivery
from sodasheet.model.job import Fingerprint, Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PlaceRule, PointRule
from sodasheet.model.method import Method

#: Position of the error in JSON with an extra comma: Python 3.13 points at the comma.
COMMA = 16 if sys.version_info >= (3, 13) else 17

# Most of what docs/reference/job-file.md names.
EXAMPLE = {
    "sodasheet": 1,
    "portal": "https://data.ct.gov",
    "dataset": "abcd-1234",
    "method": "upsert",
    "source": {
        "kind": "file",
        "path": "permits.csv",
        "encoding": "auto",
        "separator": "auto",
        "quote": '"',
        "header_row": 1,
    },
    "columns": [
        {"source": "Permit No", "field": "permit_no", "blank": "clear", "match": "confirmed"},
        {"source": "Opened", "field": "opened", "formats": ["%m/%d/%Y"], "blank": "keep"},
        {"constant": "Hartford", "field": "city"},
        {"source": "Notes", "ignore": True},
    ],
    "points": [
        {
            "field": "location",
            "latitude": "Lat",
            "longitude": "Lon",
            "formats": ["degrees minutes seconds"],
        }
    ],
    "trim": True,
    "empty_is_null": True,
    "timezone": "UTC",
    "guards": {"max_shrink": 0.2, "max_rejected": 0},
    "notify": {"email": "", "log_dataset": ""},
    "fingerprint": {
        "headers": ["Permit No"],
        "columns": [{"id": 1, "field": "permit_no", "type": "text"}],
    },
}
SMALLEST = {key: EXAMPLE[key] for key in ("sodasheet", "portal", "dataset", "method", "columns")}
SMALLEST["source"] = {"path": "permits.csv"}


def changed(path, value):
    """The example with one value changed (or, for `...`, taken out) at a path such as `a.0.b`."""
    data = copy.deepcopy(EXAMPLE)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    part = data
    for step in way:
        part = part[step]
    if value is ...:
        del part[last]
    else:
        part[last] = value
    return data


def refusal(data):
    with pytest.raises(UsageProblem) as caught:
        job_from_json(data)
    return f"{caught.value.what} {caught.value.remedy}"


def test_the_example_of_the_design_reads_and_writes_back_unchanged():
    job = job_from_json(EXAMPLE)

    assert job_to_json(job) == EXAMPLE
    assert list(job_to_json(job)) == list(EXAMPLE)
    assert job.mapping.columns[1] == ColumnRule(
        "Opened", "opened", formats=("%m/%d/%Y",), blank=Blank.KEEP
    )
    assert job.mapping.filled == ("permit_no", "opened", "city", "location")


def test_what_is_left_out_has_its_usual_value():
    job = job_from_json(SMALLEST)

    assert job.source == SourceSpec(path="permits.csv")
    assert (job.guards, job.mapping.timezone, job.notify) == (Guards(), "UTC", {})


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("sodasheet", ..., 'There is no "sodasheet" key'),
        (
            "sodasheet",
            2,
            'The key "sodasheet" has the value 2, a job format that',
        ),
        ("sodasheet", True, 'The key "sodasheet" has the value true'),
        ("sodasheet", "1", 'The key "sodasheet" has the value "1"'),
        ("portal", ..., "The key portal is missing. Write the portal's web address"),
        ("portal", "data.ct.gov", 'portal is "data.ct.gov". Write the portal\'s web address'),
        ("portal", "ftp://data.ct.gov", 'portal is "ftp://data.ct.gov".'),
        ("portal", "http://[", 'portal is "http://[".'),
        ("dataset", "permits", 'dataset is "permits". Write a dataset id such as abcd-1234'),
        ("dataset", None, "dataset is null."),
        ("method", "Upsert", 'method is "Upsert". Write replace, append, upsert, or delete there.'),
        ("method", 1, "method is 1. Write replace, append, upsert, or delete there."),
        ("source", ..., "The key source is missing. Write an object in { } there."),
        ("source", "permits.csv", 'source is "permits.csv". Write an object in { } there.'),
        ("source.kind", "sheet", 'source.kind is "sheet". Write file, workbook, or active there.'),
        ("source.path", ..., "The key source.path is missing."),
        ("source.path", "", 'source.path is "". Write the path of the file'),
        ("source.header_row", "1", 'source.header_row is "1". Write a whole number, 0 or more'),
        ("source.header_row", -1, "source.header_row is -1."),
        ("source.header_row", True, "source.header_row is true."),
        ("source.header_row", 1.5, "source.header_row is 1.5."),
        ("source.quote", "''", 'source.quote is "\'\'". Write one character, or "" for none,'),
        ("source.separator", 5, "source.separator is 5. Write text there."),
        ("columns", ..., "The key columns is missing."),
        ("columns", {}, "columns is {}. Write a list of objects there."),
        ("columns.0", "Permit No", "Write a list of objects there."),
        ("columns.0.source", "", 'columns[0].source is "". Write text that is not empty there.'),
        ("columns.0.field", 7, "columns[0].field is 7."),
        ("columns.0.blank", "skip", 'columns[0].blank is "skip". Write clear, keep, or refuse'),
        (
            "columns.1.formats",
            "%Y",
            'columns[1].formats is "%Y". Write a list of text values there.',
        ),
        ("columns.1.formats", [1], "columns[1].formats is [1]."),
        ("columns.1.timezone", "Hartford", 'columns[1].timezone is "Hartford".'),
        ("columns.1.confidence", 2, "columns[1].confidence is 2. Write a number from 0 to 1"),
        ("columns.3.ignore", "yes", 'columns[3].ignore is "yes". Write true or false there.'),
        ("columns.3.field", "notes", "columns[3] is ignored and also fills a field"),
        ("columns.3.constant", "x", "columns[3] has both a source and a constant"),
        ("columns.2.field", ..., "columns[2] has a constant but no field"),
        ("columns.2.constant", ..., "columns[2] has neither a source nor a constant"),
        ("columns.2.ignore", True, "columns[2] is ignored and also has a constant"),
        ("columns.2.constant", 5, "columns[2].constant is 5. Write text there."),
        ("points", [1], "points is [1]. Write a list of objects there."),
        ("points.0.latitude", ..., "The key points[0].latitude is missing. Write the header"),
        ("trim", 1, "trim is 1. Write true or false there."),
        ("timezone", "../etc/passwd", 'timezone is "../etc/passwd". Write a time zone such as UTC'),
        ("timezone", "America", 'timezone is "America".'),
        ("guards.max_shrink", 20, "guards.max_shrink is 20. Write a number from 0 to 1 there."),
        ("snapshot", "never", 'snapshot is "never". Write require, try, or off there.'),
        ("guards.max_rejected", 0.5, "guards.max_rejected is 0.5."),
        ("notify.email", None, "notify.email is null."),
        ("notify.email", "ann", 'notify.email is "ann". Write email addresses separated by commas'),
        ("notify.email", "a@b.c\r\nBcc: x@y.z", "notify.email is "),
        ("notify.when", "never", 'notify.when is "never". Write failure or always there.'),
        ("notify.log_dataset", "../x", 'notify.log_dataset is "../x". Write a dataset id such as'),
        ("delivery", {"gzip": True}, "delivery.gzip is true. Write auto or off there."),
        ("delivery", {"wait": -1}, "delivery.wait is -1. Write a whole number, 0 or more"),
        ("delivery", {"over": 10}, "delivery.over is 10. Write a whole number of seconds, 600 or"),
        ("fingerprint.headers", [None], "fingerprint.headers is [null]."),
        ("fingerprint.columns.0.id", "1", 'fingerprint.columns[0].id is "1".'),
        ("fingerprint.columns.0.id", ..., "The key fingerprint.columns[0].id is missing."),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(path, value, sentence):
    assert sentence in refusal(changed(path, value))


@pytest.mark.parametrize("data", [None, [], "job", 1, {}])
def test_json_that_is_no_job_is_told(data):
    assert "this is not a job" in refusal(data)


def test_a_password_in_the_address_is_refused_and_not_repeated():
    sentence = refusal(changed("portal", "https://me:hunter2@data.ct.gov"))

    assert "a job must not contain a secret" in sentence
    assert "hunter2" not in sentence


def test_a_long_value_is_cut():
    assert len(refusal(changed("method", "x" * 10_000))) < 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The job file a.json: it is empty."),
        (b"rows", "it is not JSON: Expecting value in line 1, column 1."),
        (b"Permit,Opened\n", "it is not JSON"),
        (b'{"sodasheet": 1,}', f"in line 1, column {COMMA}."),
        (b'{"sodasheet": 1, "sodasheet": 1}', 'the key "sodasheet" occurs twice.'),
        (b'{"sodasheet": NaN}', "it contains NaN, which is not a JSON number."),
        (b"[" * 200_000, "it is not JSON that SodaSheet can read"),
        (b'{"a": ' + b"1" * 5000 + b"}", "a number is too long"),
        ('{"a": "é"}'.encode("latin-1"), "it is not UTF-8 text. Save it as UTF-8."),
        ('{"sodasheet": 1}'.encode("utf-16"), "it is not UTF-8 text. Save it as UTF-8."),
        (b" " * (16 * 1024 * 1024 + 1), "it is too large to be a job. Specify the job file here"),
    ],
)
def test_a_file_that_is_no_job_is_told_with_its_name(tmp_path, content, sentence):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        read_job(path)

    assert sentence in str(caught.value)
    assert str(caught.value).startswith("The job file a.json: ")


def test_a_job_that_is_not_there_or_is_a_folder_is_told(tmp_path):
    (tmp_path / "Permits.json").write_text("{}")
    with pytest.raises(UsageProblem, match=r"there is no such file\. Check the path .*missing"):
        read_job(tmp_path / "missing.json")
    with pytest.raises(UsageProblem, match=r"permit\.json; the folder has Permits\.json\.$"):
        read_job(tmp_path / "permit.json")
    with pytest.raises(UsageProblem, match=r"it is a folder\. Specify the job file inside"):
        read_job(tmp_path)


@pytest.mark.parametrize("name", ["fees.csv", "fees.TSV", "fees.txt"])
@pytest.mark.parametrize("content", [b"Id,Fee\n1,2\n", "Id,Größe\n".encode("latin-1")])
def test_rows_given_for_a_job_are_told_the_way_to_one(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UsageProblem) as caught:
        read_job(path)

    assert f"The job file {name}: it is a data file, not a job." in caught.value.what
    (step,) = caught.value.steps
    assert (step.action, step.file, step.job) == ("create-job", name, "fees.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_makes_no_difference(tmp_path, encoding):
    path = tmp_path / "job.json"
    path.write_text(json.dumps(EXAMPLE), encoding=encoding)

    assert read_job(path) == job_from_json(EXAMPLE)


def test_unknown_keys_at_every_level_stay_where_they_were_and_are_reported(tmp_path):
    data = copy.deepcopy(EXAMPLE)
    data["owner"] = {"team": "open data"}
    data["source"]["comment"] = "from the file share"
    data["columns"][1]["comment"] = "asked"
    data["columns"][2]["why"] = [1, None]
    data["columns"].append({"source": "Opened", "field": "other", "twice": 1})
    data["points"][0]["srid"] = 4326
    data["guards"]["later"] = True
    data["notify"]["chat"] = "#data"
    data["fingerprint"]["taken"] = "2026-01-01"
    data["fingerprint"]["columns"][0]["name"] = "Permit No"
    data["columns"][4]["blank"] = "clear"
    path = tmp_path / "job.json"
    job = job_from_json(data)
    write_job(job, path)

    assert json.loads(path.read_text("utf-8")) == data
    assert read_job(path) == job
    assert sorted(unknown_keys(job)) == [
        'columns["Opened"].comment',
        'columns["Opened"].twice',
        'columns["city"].why',
        'fingerprint.columns["1"].name',
        "fingerprint.taken",
        "guards.later",
        "notify.chat",
        "owner",
        'points["location"].srid',
        "source.comment",
    ]
    assert unknown_keys(job_from_json(EXAMPLE)) == ()


def test_an_unknown_key_follows_its_rule_and_goes_with_it():
    data = changed("columns.1.comment", "asked")
    job = job_from_json(data)
    first, second, *_ = job.mapping.columns
    turned = job_to_json(replaced(job, (second, first)))

    assert turned["columns"][0]["comment"] == "asked"
    assert "comment" not in json.dumps(job_to_json(replaced(job, (first,))))


def replaced(job, columns):
    from dataclasses import replace

    return replace(job, mapping=replace(job.mapping, columns=columns))


def test_writing_replaces_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "job.json"
    path.write_text("old")
    path.chmod(0o640)
    write_job(job_from_json(EXAMPLE), path)

    assert read_job(path) == job_from_json(EXAMPLE)
    assert [one.name for one in tmp_path.iterdir()] == ["job.json"]
    if sys.platform != "win32":  # which has no such file modes
        assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_bytes().endswith(b"}\n")


def test_a_job_that_could_not_be_read_back_is_not_written(tmp_path):
    path = tmp_path / "job.json"
    path.write_text("old")
    job = replaced(job_from_json(EXAMPLE), (ColumnRule("a", "b", constant="c"),))
    with pytest.raises(UsageProblem, match="both a source and a constant"):
        write_job(job, path)

    assert path.read_text() == "old"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(
        UsageProblem, match=r"cannot be written: there is no folder .* Create that folder"
    ):
        write_job(job_from_json(EXAMPLE), tmp_path / "missing" / "job.json")


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "job.json").mkdir()
    with pytest.raises(UsageProblem, match="cannot be written"):
        write_job(job_from_json(EXAMPLE), tmp_path / "job.json")

    assert [one.name for one in tmp_path.iterdir()] == ["job.json"]


def test_half_a_character_survives(tmp_path):
    job = job_from_json(changed("columns.0.source", "\ud83d"))
    write_job(job, tmp_path / "job.json")

    assert read_job(tmp_path / "job.json") == job


def test_source_paths_start_from_the_folder_of_the_job(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert base_folder(Path("jobs/permits.json")) == (tmp_path / "jobs").resolve()


def test_rules_on_a_likeness_are_unconfirmed_until_a_person_says_so():
    sure = [
        ColumnRule("a", "a", match="same field name"),
        ColumnRule("b", "b", match="same name"),
        ColumnRule("c", "c", match="confirmed"),
        ColumnRule("d", "d"),
        ColumnRule("e", ignore=True, match="no match"),
        ColumnRule("f", ignore=True, match="not used by delete"),
        ColumnRule("j", ignore=True, match="part of place"),
    ]
    unsure = [
        ColumnRule("g", "g", match="same words"),
        ColumnRule("h", "h", match="synonym"),
        ColumnRule("i", "i", match="similar 91%"),
    ]
    point = PointRule("place", "Lat", "Lon", "latitude and longitude")
    mapping = Mapping((*sure, *unsure), (PointRule("other", "x", "y"), point))
    job = Job("https://data.ct.gov", "abcd-1234", Method.APPEND, SourceSpec(), mapping)

    assert unconfirmed(job) == (*unsure, point)


NAME = st.text(min_size=1, max_size=20)
WORD = st.text(max_size=10)
SIGN = st.text(max_size=1)
ZONE = st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"])
SHARE = st.floats(0, 1)
FORMATS = st.lists(WORD, max_size=3).map(tuple)
RULES = st.one_of(
    st.builds(
        ColumnRule,
        source=NAME,
        field=st.none() | NAME,
        formats=FORMATS,
        timezone=st.none() | ZONE,
        blank=st.sampled_from(Blank),
        match=WORD,
        confidence=SHARE,
        trim=st.none() | st.booleans(),
        empty_is_null=st.none() | st.booleans(),
    ),
    st.builds(ColumnRule, source=NAME, ignore=st.just(True), match=WORD, confidence=SHARE),
    st.builds(ColumnRule, field=NAME, constant=WORD, formats=FORMATS, blank=st.sampled_from(Blank)),
)
JOBS = st.builds(
    Job,
    portal=st.sampled_from(["https://data.ct.gov", "http://127.0.0.1:8080"]),
    dataset=st.from_regex("[a-z0-9]{4}-[a-z0-9]{4}", fullmatch=True),
    method=st.sampled_from(Method),
    source=st.builds(
        SourceSpec,
        kind=st.sampled_from(["file", "workbook", "active"]),
        path=NAME,
        encoding=WORD,
        separator=WORD,
        quote=SIGN,
        escape=SIGN,
        header_row=st.integers(0, 100),
        sheet=WORD,
        table=WORD,
        range=WORD,
    ),
    mapping=st.builds(
        Mapping,
        columns=st.lists(RULES, max_size=5).map(tuple),
        points=st.lists(st.builds(PointRule, NAME, NAME, NAME, WORD), max_size=2).map(tuple),
        trim=st.booleans(),
        empty_is_null=st.booleans(),
        timezone=ZONE,
        places=st.lists(st.builds(PlaceRule, NAME, NAME, WORD), max_size=2).map(tuple),
        by_field_name=st.booleans(),
        blank=st.sampled_from(Blank),
        formats=st.dictionaries(NAME, FORMATS, max_size=2),
    ),
    guards=st.builds(Guards, SHARE, st.integers(0, 10**9)),
    notify=st.fixed_dictionaries(
        {},
        optional={
            "email": st.sampled_from(["", "ann@example.org", "a@b.c, b@exämple.org;c@d.e"]),
            "when": st.sampled_from(["failure", "always"]),
            "log_dataset": st.sampled_from(["", "abcd-1234"]),
        },
    ),
    fingerprint=st.builds(
        Fingerprint,
        headers=st.lists(WORD, max_size=3).map(tuple),
        columns=st.lists(st.tuples(st.integers(0, 10**12), NAME, NAME), max_size=3).map(tuple),
        identifier=WORD,
    ),
    snapshot=st.sampled_from(["require", "try", "off"]),
    delivery=st.builds(
        Delivery,
        st.booleans(),
        st.none() | st.integers(0, 10_000),
        st.none() | st.integers(600, 100_000),
    ),
    extra=st.dictionaries(
        st.sampled_from(["owner", "x", "später"]), st.lists(st.integers() | WORD), max_size=2
    ),
)


@given(JOBS)
def test_every_job_survives_being_written_and_read(job):
    assert job_from_json(json.loads(json.dumps(job_to_json(job)))) == job


def test_every_key_of_a_job_file_is_explained_in_the_manual():
    manual = (Path(__file__).parents[3] / "docs" / "reference" / "job-file.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", manual, re.MULTILINE))

    assert explained == set().union(*KNOWN.values())
