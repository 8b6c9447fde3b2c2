"""Jobs in any kind of file are recognized by the file's content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.load_jobs import chosen, jobs_in, named

JOB = {
    "sodasheet": 1,
    "portal": "https://data.example.gov",
    "dataset": "abcd-1234",
    "method": "upsert",
    "source": {"kind": "file", "path": "rows.csv"},
    "columns": [{"source": "Nr", "field": "nr", "match": "confirmed"}],
}


def written(folder: Path, name: str, body: object) -> Path:
    path = folder / name
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["Permits.json", "Permits.txt", "Permits.sij", "Permits"])
def test_a_job_file_is_one_under_any_extension(tmp_path: Path, name: str) -> None:
    [found] = jobs_in(written(tmp_path, name, JOB))

    assert found.name == "Permits"
    assert found.job.dataset == "abcd-1234"
    assert found.base == tmp_path.resolve()
    assert found.notes == ()


def test_keys_that_are_not_known_are_a_note(tmp_path: Path) -> None:
    [found] = jobs_in(written(tmp_path, "job.json", JOB | {"color": "red"}))

    assert found.notes == ("job.json has a key that is unknown to this version: color.",)


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("gone.json", None, "The job file gone.json: there is no such file."),
        ("empty.json", "", "The job file empty.json: it is empty."),
        ("list.json", "[1]", "this is not a job"),
        ("rows.csv", "a,b\n1,2\n", "The job file rows.csv: it is a data file, not a job."),
    ],
)
def test_what_holds_no_job_is_said_with_the_name_of_the_file(
    tmp_path: Path, name: str, body: str | None, sentence: str
) -> None:
    path = tmp_path / name if body is None else written(tmp_path, name, body)

    with pytest.raises(UsageProblem) as raised:
        jobs_in(path)

    assert sentence in str(raised.value)
    assert raised.value.remedy


def test_of_several_jobs_one_is_named_without_regard_to_case(tmp_path: Path) -> None:
    paths = [written(tmp_path, f"{name}.json", JOB) for name in ("Permits", "Parks")]
    jobs = [jobs_in(path)[0] for path in paths]
    book = tmp_path / "book.xlsx"

    assert chosen(jobs, book, "parks").name == "Parks"
    assert [one.name for one in named(jobs, book, None)] == ["Permits", "Parks"]
    with pytest.raises(UsageProblem, match='contains 2 jobs: "Permits" and "Parks"'):
        chosen(jobs, book, None)
    with pytest.raises(UsageProblem, match='no job named "Roads"'):
        named(jobs, book, "Roads")


SIJ = {"datasetID": "abcd-1234", "fileToPublish": "rows.csv", "publishMethod": "upsert",
       "pathToSavedFile": "a.sij", "fileVersionUID": 4}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.sij", json.dumps(SIJ).encode(), "The DataSync job a.sij"),
        ("a.json", json.dumps(SIJ).encode(), "The DataSync job a.json"),
        ("old.dat", b"\xac\xed\x00\x05sr", "The DataSync job old.dat"),
        ("b.gij", b"{}", "b.gij"),
    ],
)
def test_a_job_of_datasync_is_known_by_its_keys_or_its_extension(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, sentence: str
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UsageProblem) as raised:
        jobs_in(tmp_path / name)

    assert sentence in str(raised.value)


@pytest.mark.parametrize("name", ["book.xlsx", "book.json"])
def test_a_workbook_is_one_under_any_extension(tmp_path: Path, name: str) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / name) as book:
        book.add_worksheet("Permits").write(0, 0, "Permit No")

    with pytest.raises(SodaSheetError, match=f"{name} has no mapping sheet"):
        jobs_in(tmp_path / name)
