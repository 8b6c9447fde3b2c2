"""A job as a `.sij`, and back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync import read_sij, write_sij
from sodasheet.jobs.datasync.java_names import to_joda
from sodasheet.model.job import Fingerprint, Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method

from .conftest import PREFERENCES
from .test_importer import block, sij

JOB = Job(
    "https://data.example.gov",
    "abcd-1234",
    Method.UPSERT,
    SourceSpec(path="permits.csv"),
    Mapping(
        (
            ColumnRule("Permit No", "permit_no", match="confirmed"),
            ColumnRule("Opened", "opened", formats=("%m/%d/%Y",), blank=Blank.KEEP),
            ColumnRule("Notes", ignore=True),
            ColumnRule(constant="Hartford", field="city"),
        ),
        (PointRule("place", "Lat", "Lon"),),
    ),
    Guards(max_rejected=3),
    fingerprint=Fingerprint(
        ("Permit No", "Opened", "Notes", "Lat", "Lon"), ((1, "place", "point"),)
    ),
)

FULL = block(
    columns=["id", "opened", "note", "street", "lat", "lon"],
    ignoreColumns=["note", "street", "lat", "lon"],
    separator="|", quote="'", escape="\\", encoding="iso-8859-1", skip=3, trimWhitespace=False,
    emptyTextIsNull=False, floatingTimestampFormat=[
        "ISO8601", "dd-MMM-yyyy", "MM/dd/yyyy hh:mm:ss a Z", "yyyyMMdd",
    ],
    fixedTimestampFormat=["MM/dd/yyyy hh:mm:ss a Z"], timezone="America/New_York",
    overrides={"opened": {"timestampFormat": ["yyyyMMdd"], "timezone": "Asia/Tokyo"}},
    syntheticLocations={"place": {"address": "street", "latitude": "lat", "longitude": "lon"}},
    syntheticPoints={"spot": {"type": "point", "latitude": "lat", "longitude": "lon"}},
    setAsideErrors=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("control", "job"),
    [
        (FULL, {}),
        (block(floatingTimestampFormat="ISO8601", fixedTimestampFormat="ISO8601"), {}),
        (
            {"csv": {"ignoreColumns": ["note"], "floatingTimestampFormat": "ISO8601",
                     "fixedTimestampFormat": "ISO8601"}},
            {"publishMethod": "append"},
        ),
        (None, {"publishMethod": "upsert"}),
        (None, {"publishMethod": "delete", "fileToPublishHasHeaderRow": False}),
        (None, {"publishMethod": "replace", "fileToPublish": "//server/daten/b ü.tsv"}),
    ],
)  # fmt: skip
def test_a_job_of_datasync_comes_back_as_it_was(
    control: Any, job: dict[str, Any], tmp_path: Path
) -> None:
    there = {"fileToPublish": str(Path("/data/permits.csv").resolve())}
    first = read_sij(sij(tmp_path, control, **there | job), PREFERENCES).job

    lost = write_sij(first, tmp_path / "again.sij")

    assert read_sij(tmp_path / "again.sij", PREFERENCES).job == first
    assert lost[0] == "Set the domain in DataSync's preferences: https://data.example.gov."
    assert [told.split()[0] for told in lost[1:]] == ["Append"] * (first.method is Method.APPEND)


def test_the_window_of_datasync_loses_nothing_of_an_exported_job(tmp_path: Path) -> None:
    """A larger `skip`, dates of both kinds, Java's names of encodings, all columns."""
    (tmp_path / "permits.csv").write_text("a title\nand more\n1,x,y,z\n", encoding="cp1252")
    source = SourceSpec(path="permits.csv", encoding="cp1252", header_row=0, skip=2)
    rules = (ColumnRule("Column 1", "permit_no", match="confirmed"),)
    mapping = Mapping(rules, formats={"date": ("MM/dd/yyyy Z",)})
    job = replace(JOB, source=source, mapping=mapping, fingerprint=Fingerprint())
    path = tmp_path / "job.sij"

    write_sij(job, path, tmp_path)

    body = json.loads(path.read_text(encoding="utf-8"))
    told = json.loads(body["controlFileContent"])["csv"]
    assert (body["fileToPublishHasHeaderRow"], told["skip"]) == (False, 2)
    assert told["columns"] == ["permit_no", "column_1", "column_2", "column_3"]
    assert told["floatingTimestampFormat"] == ["ISO8601", "MM/dd/yyyy Z"]
    assert told["encoding"] == "windows-1252"


def test_a_job_of_ours_is_written_as_datasync_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "büro job.sij"

    lost = " ".join(write_sij(JOB, path, tmp_path))

    body = json.loads(path.read_text(encoding="utf-8"))
    control = json.loads(body["controlFileContent"])
    assert body["ftpControlFileContent"] == body["controlFileContent"]
    assert body["fileToPublish"] == str(tmp_path / "permits.csv")
    assert (body["publishViaDi2Http"], body["isPostNbeification"]) == (True, True)
    assert control["action"] == "Upsert"
    told = control["csv"]
    assert told["columns"] == ["permit_no", "opened", "column_2", "column_3", "column_4"]
    assert told["ignoreColumns"] == ["column_2", "column_3", "column_4"]
    assert (told["skip"], told["encoding"], told["separator"]) == (1, "UTF-8", ",")
    assert told["overrides"] == {"opened": {"timestampFormat": ["MM/dd/yyyy"]}}
    assert told["syntheticPoints"]["place"] == {
        "type": "point", "latitude": "column_3", "longitude": "column_4",
    }  # fmt: skip
    for word in ("Set the domain", "constant for city", 'opened: "keep"', "encoding", "separator",
                 "any number of rows"):  # fmt: skip
        assert word in lost, word


def test_every_key_that_the_windows_of_datasync_take_for_granted_is_there(tmp_path: Path) -> None:
    write_sij(JOB, tmp_path / "job.sij", tmp_path)

    body = json.loads((tmp_path / "job.sij").read_text(encoding="utf-8"))
    assert {
        "columns", "ignoreColumns", "skip", "encoding", "separator", "quote", "trimWhitespace",
        "setAsideErrors", "useSocrataGeocoding", "emptyTextIsNull", "floatingTimestampFormat",
        "fixedTimestampFormat", "timezone", "overrides",
    } <= set(json.loads(body["controlFileContent"])["csv"])  # fmt: skip


def test_headers_that_nobody_wrote_down_are_read_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "permits.csv").write_text("Notes,Opened,Permit No,Lat,Lon\na,1,2,3,4\n")

    write_sij(replace(JOB, fingerprint=Fingerprint()), tmp_path / "job.sij", tmp_path)

    body = json.loads((tmp_path / "job.sij").read_text(encoding="utf-8"))
    columns = json.loads(body["controlFileContent"])["csv"]["columns"]
    assert columns == ["column_0", "opened", "permit_no", "column_3", "column_4"]


@pytest.mark.parametrize("spec", [SourceSpec("workbook", "a.xlsx"), SourceSpec("file", "a.txt")])
def test_what_datasync_cannot_read_is_refused(spec: SourceSpec, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match=r"publishes \.csv and \.tsv files only"):
        write_sij(replace(JOB, source=spec), tmp_path / "job.sij")


@pytest.mark.parametrize(
    ("ours", "joda"),
    [
        ("%m/%d/%Y %I:%M %p", "MM/dd/yyyy hh:mm a"),
        ("%d de %B %Y", "dd 'de' MMMM yyyy"),
        ("%Y-%m-%dT%H:%M:%S%z", "yyyy-MM-dd'T'HH:mm:ssZ"),
        ("ISO8601", "ISO8601"),
        ("dd-MMM-yyyy", "dd-MMM-yyyy"),
        ("$1,234.50", None),
        ("yes/no", None),
    ],
)
def test_a_date_format_is_written_in_jodas_letters(ours: str, joda: str | None) -> None:
    assert to_joda(ours) == joda
