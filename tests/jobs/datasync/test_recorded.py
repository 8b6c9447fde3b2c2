"""Every test file of DataSync runs as in DataSync."""

from __future__ import annotations

import json

import pytest

from .conftest import THREE, Task

CONTROL = "datasync_unit_test_three_rows_control.json"
PREFIX = "datasync_unit_test_"


@pytest.mark.parametrize("file", ["three_rows.csv", "three_rows_id_header.csv", "blank_rows.csv"])
def test_the_control_file_names_the_columns_whatever_the_header_says(
    recorded: Task, file: str
) -> None:
    recorded.make(rows=[{"id": "9", "name": "Old"}])
    recorded.file(PREFIX + file)
    recorded.file(CONTROL)

    said = recorded.by_control(PREFIX + file, CONTROL)

    assert (said.code, recorded.rows()) == (0, THREE), said.err
    assert said.out.splitlines()[-2].startswith("Job completed successfully: ")
    assert "ignoreColumns names columns that are not there: foo." in said.out


@pytest.mark.parametrize(("file", "count"), [("two_rows.csv", 2), ("three_rows_no_header.csv", 2)])
def test_what_is_skipped_is_skipped_even_where_it_is_data(
    recorded: Task, file: str, count: int
) -> None:
    recorded.make()
    recorded.file(PREFIX + file)
    recorded.file(CONTROL)

    assert recorded.by_control(PREFIX + file, CONTROL).code == 0
    assert len(recorded.rows()) == count


@pytest.mark.parametrize(
    "file",
    [
        "invalid_date.csv",
        "three_rows_invalid_date.csv",
        "three_rows_multiple_invalid_dates.csv",
        "four_rows_multidate.csv",
    ],
)
def test_one_date_that_cannot_be_read_keeps_all_rows_back(recorded: Task, file: str) -> None:
    recorded.make(rows=[{"id": "9", "name": "Old"}])
    recorded.file(PREFIX + file)
    recorded.file(CONTROL)

    said = recorded.by_control(PREFIX + file, CONTROL)

    assert said.code == 1
    assert said.err.startswith("Job completed with errors: ")
    assert [row["name"] for row in recorded.rows()] == ["Old"]


def test_the_rows_that_can_be_read_land_where_errors_are_set_aside(recorded: Task) -> None:
    recorded.make()
    name = recorded.file(PREFIX + "three_rows_invalid_date.csv").name

    said = recorded.by_control(name, recorded.control(setAsideErrors=True))

    assert said.code == 0, said.err
    assert "All findings: " in said.out
    assert recorded.rows() == THREE[:2]


def test_dates_are_read_by_the_first_format_that_fits(recorded: Task) -> None:
    recorded.make()
    name = recorded.file(PREFIX + "four_rows_multidate.csv").name

    assert recorded.by_control(name, recorded.control()).code == 0
    assert [row["date"][:16] for row in recorded.rows()] == [
        "2011-04-30T00:00", "2012-10-11T00:00", "2000-10-02T00:00", "2014-04-12T14:54",
    ]  # fmt: skip


def test_records_that_are_skipped_may_span_lines(recorded: Task) -> None:
    recorded.make()
    name = recorded.file(PREFIX + "multiline_record.csv").name

    assert recorded.by_control(name, recorded.control(skip=3)).code == 0
    assert recorded.rows()[0]["another_name"] == (
        "My Food which for some reason\nneeds to span multiple lines"
    )
    assert len(recorded.rows()) == 3


def test_a_tsv_without_a_header_goes_by_position(recorded: Task) -> None:
    recorded.make()
    name = recorded.file(PREFIX + "three_rows_no_header.tsv").name

    assert recorded.by_control(name, recorded.control(suffix="tsv", skip=0)).code == 0
    assert recorded.rows() == THREE


def test_a_header_that_is_no_field_name_is_named(recorded: Task) -> None:
    recorded.make()
    name = recorded.file(PREFIX + "three_rows.tsv").name
    recorded.file(CONTROL)

    said = recorded.by_control(name, CONTROL)

    assert said.code == 1
    assert "another name" in said.err


def test_a_control_file_that_is_no_json_is_refused_by_its_place(recorded: Task) -> None:
    recorded.make()
    name = recorded.file(PREFIX + "three_rows.csv").name
    control = recorded.file(PREFIX + "three_rows_control_invalid.json").name

    said = recorded.by_control(name, control)

    assert said.code == 1
    assert "its control file: it is not JSON" in said.err
    assert "line 8" in said.err


def test_over_soda2_headers_are_field_names_and_dates_are_iso(recorded: Task) -> None:
    recorded.make(rows=[{"id": "1", "name": "Old"}, {"id": "9", "name": "Stays"}])
    name = recorded.file(PREFIX + "three_rows_ISO_dates.csv").name

    assert recorded.push(name, "upsert").code == 0
    assert [row["name"] for row in recorded.rows()] == ["Food", "Stays", "House", "Yard"]


@pytest.mark.parametrize("file", ["three_rows_id_header.csv", "three_rows.csv", "zero_rows.csv"])
def test_over_soda2_what_the_portal_would_refuse_is_refused(recorded: Task, file: str) -> None:
    recorded.make()
    recorded.file(PREFIX + file)

    assert recorded.push(PREFIX + file, "upsert").code == 1
    assert recorded.rows() == []


@pytest.mark.parametrize(
    ("file", "header", "gone"),
    [
        ("delete_two_rows_with_header.csv", "true", {"1", "3"}),
        ("delete_two_rows_no_header.csv", "false", {"1", "2"}),
    ],
)
def test_a_delete_takes_the_first_column_and_forgives_what_is_gone(
    recorded: Task, file: str, header: str, gone: set[str]
) -> None:
    before = [str(number) for number in range(1, 13)]
    recorded.make(rows=[{"id": number} for number in before])
    name = recorded.file(PREFIX + file).name

    said = recorded.push(name, "delete", header=header)
    again = recorded.push(name, "delete", header=header)

    assert (said.code, again.code) == (0, 0), said.err + again.err
    assert {row["id"] for row in recorded.rows()} == {*before} - gone


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("job_saved_v0.3.sij", '"n38h-y5wpx" is not a dataset id'),
        ("job_saved_v0.4.sij", "it has no control file"),
    ],
)
def test_a_saved_job_that_datasync_would_not_run_is_not_run(
    recorded: Task, file: str, words: str
) -> None:
    name = recorded.file(file).name
    (recorded.folder / "domain.json").write_text('{"domain": "https://data.example.gov"}')
    assert recorded("-t", "LoadPreferences", "-c", "domain.json").code == 0

    said = recorded(name)

    assert said.code == 1
    assert words in said.err


def test_a_row_of_the_log_dataset_is_read(recorded: Task) -> None:
    name = recorded.file("log_dataset_one_row.csv").name
    fields = [
        field.lower() for field in (recorded.folder / name).read_text().split("\n")[0].split(",")
    ]
    types = {"date": "calendar_date", "success": "checkbox"}
    recorded.make({field: types.get(field, "text") for field in fields}, key=None)
    formats = ["MM/dd/yyyy hh:mm:ss a"]
    control = recorded.control(columns=fields, floatingTimestampFormat=formats)

    assert recorded.by_control(name, control).code == 0
    (row,) = recorded.rows()
    assert (row["date"], row["success"]) == ("2014-04-13T21:21:54.000", True)


def test_every_recorded_file_is_used_here(recorded: Task) -> None:
    from pathlib import Path

    assert recorded.shared is not None
    told = Path(__file__).read_text() + "LICENSE"
    # The last one is written by DataSync's server, and is not read here.
    names = {path.name for path in recorded.shared.iterdir()} - {"delta_importer_2_log_text.json"}

    assert [name for name in sorted(names) if name.removeprefix(PREFIX) not in told] == []


def test_a_job_of_datasync_0_4_runs_once_its_control_file_is_there(
    recorded: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded.make()
    job = json.loads(recorded.file("job_saved_v0.4.sij").read_text())
    data = recorded.file(PREFIX + "three_rows.csv")
    control = recorded.file(CONTROL)
    job |= {"datasetID": recorded.dataset, "fileToPublish": str(data)}
    job |= {"pathToFTPControlFile": str(control)}
    (recorded.folder / "job.sij").write_text(json.dumps(job))
    account = recorded.portal.account("publisher")
    (recorded.folder / "domain.json").write_text(json.dumps({"domain": recorded.portal.url}))

    monkeypatch.setenv("SODASHEET_KEY_ID", account.key_id)
    monkeypatch.setenv("SODASHEET_KEY_SECRET", account.key_secret)

    assert recorded("-t", "LoadPreferences", "-c", "domain.json").code == 0
    said = recorded("job.sij")

    assert said.code == 0, said.err
    assert recorded.rows() == THREE
    assert "It was sent over FTP; SodaSheet sends over HTTPS" in said.out
