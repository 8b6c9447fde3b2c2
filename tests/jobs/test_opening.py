"""Whatever kind of file a job is in, it is opened by what the file holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.opening import chosen, jobs_in, named

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
    [found] = jobs_in(written(tmp_path, "job.json", JOB | {"colour": "red"}))

    assert found.notes == ("job.json has keys that are not known here: colour.",)


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("gone.json", None, "The job file gone.json: it cannot be read: No such file"),
        ("empty.json", "", "The job file empty.json: it is not JSON"),
        ("list.json", "[1]", "this is not a job"),
        ("rows.csv", "a,b\n1,2\n", "The job file rows.csv: it is not JSON"),
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
    with pytest.raises(UsageProblem, match='holds 2 jobs: "Permits", "Parks"'):
        chosen(jobs, book, None)
    with pytest.raises(UsageProblem, match='no job named "Roads"'):
        named(jobs, book, "Roads")
