"""Each setting of a control file becomes a part of our mapping, or a note."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs import job_from_json, job_to_json
from sodasheet.jobs.datasync import Imported, read_sij
from sodasheet.jobs.datasync.importer import EVERY_ROW
from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.jobs.sheet.mapping_rows import mapping_of, rows_of
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.model.dataset import Column
from sodasheet.model.mapping import Blank, ColumnRule, PlaceRule, PointRule
from sodasheet.model.method import Method

from .conftest import PREFERENCES


def sij(folder: Path, control: Any = None, **job: Any) -> Path:
    body = {
        "datasetID": "abcd-1234",
        "fileToPublish": "/data/permits.csv",
        "publishMethod": "replace",
        "publishViaDi2Http": control is not None,
    }
    if control is not None:
        text = control if isinstance(control, str) else json.dumps(control)
        body["controlFileContent"] = text
    path = folder / "permits.sij"
    path.write_text(json.dumps(body | job), encoding="utf-8")
    return path


def read(folder: Path, control: Any = None, **job: Any) -> Imported:
    found = read_sij(sij(folder, control, **job), PREFERENCES)
    # Every import must result in a job that can be saved.
    assert job_from_json(job_to_json(found.job)) == found.job
    return found


def block(**keys: Any) -> dict[str, Any]:
    return {"action": "Replace", "csv": {"columns": ["id", "opened", "note"], **keys}}


def test_columns_go_by_position_and_count_as_confirmed(tmp_path: Path) -> None:
    found = read(tmp_path, block(ignoreColumns=["note"], skip=1))

    assert [(one.source, one.field, one.match) for one in found.job.mapping.columns] == [
        ("Column 1", "id", "confirmed"),
        ("Column 2", "opened", "confirmed"),
        ("Column 3", None, "confirmed"),
    ]
    assert (found.job.source.header_row, found.job.source.skip) == (0, 1)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"separator": ";"}, ("separator", ";")),
        ({"separator": "\t"}, ("separator", "\t")),
        ({"quote": "'"}, ("quote", "'")),
        ({"quote": "\0"}, ("quote", "")),
        ({"escape": "\\"}, ("escape", "\\")),
        ({"escape": None}, ("escape", "")),
        ({"encoding": "windows-1252"}, ("encoding", "windows-1252")),
        ({"encoding": "x-MacRoman"}, ("encoding", "macroman")),
        ({"encoding": "Cp1252"}, ("encoding", "cp1252")),
        ({"skip": "2"}, ("skip", 2)),
    ],
)
def test_how_the_file_is_written_comes_along(
    keys: dict[str, Any], expected: tuple[str, Any], tmp_path: Path
) -> None:
    name, value = expected

    assert getattr(read(tmp_path, block(**keys)).job.source, name) == value


def test_formats_belong_to_types_and_overrides_to_columns(tmp_path: Path) -> None:
    override = {"timestampFormat": "dd.MM.yyyy", "timezone": "EDT", "emptyTextIsNull": False,
                "trimWhitespace": False}  # fmt: skip
    mapping = read(
        tmp_path,
        block(
            floatingTimestampFormat=["ISO8601", "MM/dd/yyyy"],
            fixedTimestampFormat="MM/dd/yyyy hh:mm:ss a Z",
            timezone="-0500",
            trimWhitespace=False,
            overrides={"opened": override},
        ),
    ).job.mapping

    assert mapping.formats == {
        "calendar_date": ("ISO8601", "MM/dd/yyyy"),
        "date": ("MM/dd/yyyy hh:mm:ss a Z",),
    }
    assert (mapping.timezone, mapping.trim) == ("Etc/GMT+5", False)
    assert mapping.columns[1] == ColumnRule(
        "Column 2", "opened", formats=("dd.MM.yyyy",), timezone="America/New_York",
        match="confirmed", confidence=1.0, trim=False, empty_is_null=False,
    )  # fmt: skip


def test_places_are_put_together_from_columns(tmp_path: Path) -> None:
    names = ["street", "town", "lat", "lon"]
    parts = {"address": "street", "city": "town", "latitude": "lat", "longitude": "lon"}
    pair = {"type": "point", "latitude": "lat", "longitude": "lon"}
    control = {
        "csv": {
            "columns": names,
            "ignoreColumns": names,
            "syntheticLocations": {"place": parts},
            "syntheticPoints": {"spot": pair, "looked_up": {"type": "geocoded", "city": "town"}},
        }
    }
    found = read(tmp_path, control, publishMethod="upsert")

    assert found.job.mapping.places == (
        PlaceRule("place", "Column 1", "Column 2", latitude="Column 3", longitude="Column 4"),
        PlaceRule("looked_up", city="Column 2", geocode=True),
    )
    assert found.job.mapping.points == (PointRule("spot", "Column 3", "Column 4", "confirmed"),)
    assert any("addresses of looked_up are looked up by the portal" in n for n in found.notes)


def test_a_point_from_an_address_is_looked_up_by_the_portal(tmp_path: Path) -> None:
    names = ["id", "street", "town", "country"]
    parts = {"type": "geocoded", "address": "street", "city": "town", "country": "country"}
    control = block(columns=names, syntheticPoints={"spot": parts})
    found = read(tmp_path, control, publishMethod="replace")

    assert found.job.mapping.places == (
        PlaceRule("spot", "Column 2", "Column 3", country="Column 4", geocode=True),
    )


def test_a_point_from_no_part_of_an_address_is_refused(tmp_path: Path) -> None:
    control = block(syntheticPoints={"spot": {"type": "geocoded"}})

    with pytest.raises(UsageProblem, match="the point spot from an address without any parts"):
        read(tmp_path, control, publishMethod="replace")


def test_rows_of_another_width_than_the_columns_are_drift(tmp_path: Path) -> None:
    found = read(tmp_path, block(columns=["id", "note"]))

    assert found.job.fingerprint.headers == ("Column 1", "Column 2")


def test_without_columns_the_header_holds_field_names(tmp_path: Path) -> None:
    found = read(tmp_path, {"csv": {"ignoreColumns": ["note"], "skip": 2}})

    assert found.job.mapping.by_field_name
    assert (found.job.source.header_row, found.job.source.skip) == (1, 2)
    assert [(one.source, one.ignore) for one in found.job.mapping.columns] == [("note", True)]


@pytest.mark.parametrize(
    ("method", "blank"), [("upsert", Blank.KEEP), ("append", Blank.KEEP), ("replace", Blank.CLEAR)]
)
def test_without_a_control_file_empty_cells_are_left_out(
    method: str, blank: Blank, tmp_path: Path
) -> None:
    found = read(tmp_path, publishMethod=method, fileToPublishHasHeaderRow=False)

    mapping, source = found.job.mapping, found.job.source
    assert (mapping.by_field_name, mapping.blank, mapping.trim) == (True, blank, False)
    assert (source.header_row, source.escape, source.encoding) == (0, "\\", "auto")


def test_nothing_is_dropped_silently(tmp_path: Path) -> None:
    control = block(
        trimServerWhitespace=True, useSocrataGeocoding=True, columnStatistics=True,
        dropUninterpretableRows="TenPercent", analyticLocations={"a": {}}, setAsideErrors=True,
        floatingTimestampFormat=["MM/yyyy"], ignoreColumns=["gone"],
        overrides={"opened": {"useSocrataGeocoding": True}, "nowhere": {}},
    )  # fmt: skip
    control |= {"replacePreviousQueued": True, "opaque": "x", "strange": 1, "tsv": {"skip": 1}}
    preferences = Preferences({"domain": "d.example.gov", "numRowsPerChunk": "10"})
    path = sij(tmp_path, control, odd=1, fileToPublish="permits.csv")

    notes = " ".join(read_sij(path, preferences).notes)

    for word in (
        "trimServerWhitespace", "useSocrataGeocoding", "columnStatistics", "replacePreviousQueued",
        "dropUninterpretableRows", "analyticLocations", "opaque", "strange", "tsv", "are skipped",
        '"MM/yyyy"', "gone", "overrides.opened.useSocrataGeocoding", "nowhere", "numRowsPerChunk",
        "odd", "relative",
    ):  # fmt: skip
        assert word in notes, word


@pytest.mark.parametrize(
    ("control", "job", "words"),
    [
        ({"csv": {"strange": 1}}, {}, "csv has a key that DataSync does not know: strange"),
        (block(overrides={"a": {"x": 1}}), {}, "overrides.a has a key"),
        ({"tsv": {}}, {}, "it has no csv block"),
        (block(encoding="utf-9"), {}, 'an encoding that is not known here: "utf-9"'),
        (block(timezone="Mars/Base"), {}, 'an unknown time zone: "Mars/Base"'),
        (block(skip=-1), {}, "skip is not a whole number"),
        (block(quote="''"), {}, "quote is not one character"),
        (block(), {"publishMethod": "upsert"}, "it contradicts itself: the job's method is upsert"),
        ({"action": "Purge", "csv": {}}, {}, "its action is unknown"),
        ("not json", {}, "its control file: it is not JSON"),
        (None, {"publishViaDi2Http": True}, "it has no control file"),
        (None, {"publishMethod": None}, "it names no method"),
        (None, {"fileToPublish": ""}, "it names no file to publish"),
        (None, {"fileToPublish": "C:\\Daten\\büro.xlsx"}, '"büro.xlsx", is neither .csv nor .tsv'),
        (None, {"datasetID": "../../evil"}, '"../../evil" is not a dataset id'),
        (
            block(syntheticLocations={"place": {"city": "town"}}),
            {},
            'makes place from "town", which is not one of its columns',
        ),
        (
            {"action": "Append", "csv": {}},
            {"publishViaFTP": True, "publishMethod": "append"},
            "sent over FTP, which can only replace",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    control: Any, job: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageProblem) as caught:
        read_sij(sij(tmp_path, control, **job), PREFERENCES)

    assert words in caught.value.what
    assert caught.value.remedy


def test_a_control_file_at_a_path_must_be_the_one_inside(tmp_path: Path) -> None:
    (tmp_path / "Steuerung é.json").write_text(json.dumps(block(skip=1)))
    same = sij(tmp_path, block(skip=1), pathToControlFile="Steuerung é.json")
    assert read_sij(same, PREFERENCES).job.source.skip == 1

    other = sij(tmp_path, block(skip=2), pathToControlFile="Steuerung é.json")
    with pytest.raises(UsageProblem, match="the control file at its path is not the one inside it"):
        read_sij(other, PREFERENCES)


@pytest.mark.parametrize(
    ("suffix", "remedy"),
    [
        (".spj", "Copy the dataset with SodaSheet."),
        (".gij", "Open it as a job file: each of its layers is a job."),
        (".SMJ", "Push the file as a description."),
    ],
)
def test_other_kinds_of_jobs_get_a_sentence(suffix: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="it does not push rows") as caught:
        read_sij(tmp_path / f"job{suffix}")

    assert caught.value.remedy == remedy


def test_a_relative_path_starts_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "wo anders"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    path = sij(tmp_path, fileToPublish="ä b.csv")
    assert read_sij(path, PREFERENCES).base == elsewhere

    (tmp_path / "ä b.csv").write_text("id\n1\n")
    assert read_sij(path, PREFERENCES).base == tmp_path
    assert read_sij(path, PREFERENCES, elsewhere).base == elsewhere
    endless = sij(tmp_path, fileToPublish="x" * 300 + ".csv")
    assert read_sij(endless, PREFERENCES).base == elsewhere


def test_a_job_is_for_no_portal_that_nobody_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(UsageProblem, match="does not say which portal it is for") as caught:
        read_sij(sij(tmp_path))

    actions = [step.action for step in caught.value.steps]
    assert actions == ["sign-in", "import-job", "read-preferences"]


def test_who_is_told_comes_from_the_preferences(tmp_path: Path) -> None:
    told = {"domain": "https://d.example.gov", "adminEmail": "a@example.org",
            "emailUponError": "YES", "logDatasetID": "logs-1234"}  # fmt: skip

    job = read_sij(sij(tmp_path), Preferences(told)).job

    assert job.notify == {"email": "a@example.org", "log_dataset": "logs-1234"}
    assert job.method is Method.REPLACE


def test_a_job_of_datasync_goes_through_a_mapping_sheet(tmp_path: Path) -> None:
    pair = {"type": "point", "latitude": "lat", "longitude": "lon"}
    control = block(
        columns=["id", "opened", "lat", "lon"], ignoreColumns=["lat", "lon"],
        syntheticPoints={"spot": pair}, floatingTimestampFormat="MM/dd/yyyy",
        overrides={"opened": {"trimWhitespace": False, "timestampFormat": "yyyyMMdd"}},
    )  # fmt: skip
    mapping = read(tmp_path, control).job.mapping
    kinds = {"id": "text", "opened": "calendar_date", "spot": "point"}
    labels = Labels([Column(1, name, name, kind, 1) for name, kind in kinds.items()])

    assert mapping_of(rows_of(mapping, labels), labels, mapping) == (mapping, ())


def test_a_delete_needs_no_block_and_forgives_any_number(tmp_path: Path) -> None:
    job = read(tmp_path, {"action": "delete"}, publishMethod="delete").job

    assert (job.method, job.mapping.by_field_name) == (Method.DELETE, True)
    assert job.guards.max_rejected == EVERY_ROW
