"""Every form of a `.sij` file, and files that are not valid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.datasync import read_sij
from sodasheet.jobs.datasync.java_stream import read_java_job
from sodasheet.jobs.datasync.sij_file import SijFile, parse_sij
from sodasheet.model.method import Method

from .conftest import PREFERENCES

#: What an ObjectOutputStream wrote for such a class under Java, with a text told by reference.
JAVA = bytes.fromhex(
    "aced000573720023636f6d2e736f63726174612e6461746173796e632e496e746567726174696f6e4a6f6200"
    "000000000000020300054c00096461746173657449447400124c6a6176612f6c616e672f537472696e673b4c"
    "001066696c65526f7773546f44656c65746571007e00014c000d66696c65546f5075626c69736871007e0001"
    "4c001270617468546f53617665644a6f6246696c6571007e00014c000d7075626c6973684d6574686f647400"
    "244c636f6d2f736f63726174612f6461746173796e632f5075626c6973684d6574686f643b78707400007400"
    "09616263642d313233347400182f746d702fc39c626572736963687420323031332e6373767e720022636f6d"
    "2e736f63726174612e6461746173796e632e5075626c6973684d6574686f6400000000000000001200007872"
    "000e6a6176612e6c616e672e456e756d000000000000000012000078707400077265706c61636571007e0004"
    "78"
)

CONTROL = '{"action": "Replace", "csv": {"columns": ["id", "name"], "skip": 1}}'


def written(folder: Path, body: Any, name: str = "job.sij") -> Path:
    path = folder / name
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return path


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            {"fileVersionUID": 1, "publishMethod": "upsert", "fileRowsToDelete": ""},
            {"method": Method.UPSERT},
            id="0.3",
        ),
        pytest.param(
            {"fileVersionUID": 2, "publishViaFTP": True, "pathToFTPControlFile": "c.json"},
            {"ftp": True, "control_path": "c.json"},
            id="0.4",
        ),
        pytest.param(
            {"fileVersionUID": 3, "publishViaFTP": True, "pathToFTPControlFile": "",
             "ftpControlFileContent": CONTROL, "fileToPublishHasHeaderRow": False},
            {"ftp": True, "control": CONTROL, "header": False},
            id="1.0",
        ),
        pytest.param(
            {"fileVersionUID": 4, "publishViaDi2Http": True, "controlFileContent": CONTROL,
             "ftpControlFileContent": CONTROL, "defaultJobName": "x", "jobFilename": "y"},
            {"http": True, "control": CONTROL},
            id="1.5",
        ),
        pytest.param(
            {"fileVersionUID": 4, "publishViaDi2Http": "true", "controlFile": {"csv": {}},
             "isPostNbeification": True, "pathToSavedFile": "z", "ours": 1},
            {"http": True, "control": '{"csv": {}}', "unread": ("ours",)},
            id="1.9.7",
        ),
    ],
)  # fmt: skip
def test_every_json_form_is_read(
    body: dict[str, Any], expected: dict[str, Any], tmp_path: Path
) -> None:
    told = {"datasetID": "abcd-1234", "fileToPublish": "x.csv"}

    found = parse_sij(written(tmp_path, told | body))

    assert found == SijFile(**{"dataset": "abcd-1234", "path": "x.csv", **expected})


def test_a_java_object_stream_is_read_without_java(tmp_path: Path) -> None:
    assert parse_sij(written(tmp_path, JAVA)) == SijFile(
        "abcd-1234", "/tmp/Übersicht 2013.csv", Method.REPLACE
    )


def test_a_text_told_again_by_reference_is_that_text() -> None:
    texts = read_java_job(JAVA)

    assert texts["pathToSavedJobFile"] == texts["fileRowsToDelete"] == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is not JSON"),
        (b"id,name\n1,Food\n", "it is not JSON"),
        (b"[1]", "it is not a JSON object"),
        (b"[" * 100_000, "it is not JSON"),
        (b"\xff\xfe{\x00}\x00", "it is not UTF-8 text: byte 1 is wrong"),
        ({"a": 1}, "this is not a DataSync job"),
        ({"datasetID": "abcd-1234", "publishMethod": "Replace"}, 'publishMethod is "Replace"'),
        ({"datasetID": 5}, "datasetID is not text"),
        ({"datasetID": "", "publishViaFTP": 3}, "publishViaFTP is neither true nor false"),
        (b"\xac\xed\x00\x05sr\x00", "not a whole job of DataSync 0.1"),
        (JAVA.replace(b"com.socrata", b"com.somebod"), "not a whole job of DataSync 0.1"),
    ],
)
def test_a_file_that_is_no_job_is_refused_in_one_sentence(
    body: Any, words: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageProblem) as caught:
        parse_sij(written(tmp_path, body))

    assert caught.value.what.startswith("The DataSync job job.sij: ")
    assert words in caught.value.what
    assert caught.value.remedy


def test_a_byte_order_mark_and_pretty_printing_do_no_harm(tmp_path: Path) -> None:
    text = json.dumps({"datasetID": "abcd-1234", "fileToPublish": "ä b/c.csv"}, indent=4)

    found = parse_sij(written(tmp_path, b"\xef\xbb\xbf" + text.encode(), "ein Job é.sij"))

    assert found.path == "ä b/c.csv"


def refused(path: Path) -> str | None:
    """Return the reason for refusing a job, None if accepted; other errors fail the test."""
    try:
        read_sij(path, PREFERENCES)
    except SodaSheetError as error:
        return error.what
    return None


WHOLE = json.dumps(
    {"datasetID": "abcd-1234", "fileToPublish": "x.csv", "publishMethod": "replace",
     "publishViaDi2Http": True, "controlFileContent": CONTROL}
).encode()  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(whole=st.sampled_from([JAVA, WHOLE]), data=st.data())
def test_a_mutilated_file_is_read_or_refused_and_nothing_else(
    whole: bytes, data: st.DataObject, tmp_path: Path
) -> None:
    at = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(at, min(len(whole), at + 9)))
    body = whole[:at] + data.draw(st.binary(max_size=6)) + whole[end:]

    refusal = refused(written(tmp_path, body))

    assert refusal is None or refusal.startswith("The DataSync job job.sij: ")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["action", "csv", "columns", "skip", "quote", "overrides", "id", "timezone",
                 "timestampFormat", "syntheticLocations", "syntheticPoints", "latitude", "escape",
                 "ignoreColumns", "encoding", "setAsideErrors", "replacePreviousQueued"]
            ),
            inner,
            max_size=5,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_control_file_is_read_or_refused(tmp_path: Path, control: Any) -> None:
    body = {"datasetID": "abcd-1234", "fileToPublish": "x.csv", "publishMethod": "replace",
            "publishViaDi2Http": True, "controlFileContent": json.dumps(control)}  # fmt: skip
    refusal = refused(written(tmp_path, body))

    assert refusal is None or "control file" in refusal
