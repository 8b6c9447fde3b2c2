"""A download contains all rows of a dataset, or ends with an error."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socrata_practice import PracticePortal
from sodasheet.errors import Cancelled, PortalError, SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.soda2 import download as room
from sodasheet.portal.soda2.download import (
    FACTS,
    Download,
    Selection,
    content_fields,
    download,
    opened,
)
from sodasheet.portal.soda2.rows_client import RowsClient, RowState

PERMITS = "prmt-7x2d"
PATIENCE = Patience(connect=2, read=2, write=2, tries=2, pause=0, poll=0, polls=3)


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def session(practice: PracticePortal) -> Iterator[PortalSession]:
    account = practice.account("owner")
    credentials = Credentials(account.key_id, account.key_secret)
    with PortalSession(practice.url, credentials, PATIENCE) as session:
        yield session
    practice.clear_faults()


def get(session: PortalSession, folder: Path, **selection: Any) -> Download:
    dataset = read_dataset(session, PERMITS)
    fields = selection.pop("fields", content_fields(dataset))
    return download(session, dataset, Selection(fields, **selection), folder, Silent())


def rows(found: Download) -> list[dict[str, Any]]:
    return [row for path in found.paths for row in json.loads(gzip.decompress(path.read_bytes()))]


def truth(session: PortalSession) -> list[dict[str, Any]]:
    names = ",".join((":id", *content_fields(read_dataset(session, PERMITS))))
    found: list[dict[str, Any]] = session.get_json(
        f"/resource/{PERMITS}.json", {"$select": names, "$order": ":id", "$limit": 50_000}
    )
    return found


@pytest.mark.parametrize("size", [7, 50_000])
def test_every_row_is_there_in_the_portals_order(
    session: PortalSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(room, "LARGEST_PAGE", size)
    wanted = truth(session)
    found = get(session, tmp_path / "rows")

    assert rows(found) == wanted
    assert [page.rows for page in found.pages[:-1]] == [size] * (len(wanted) // size)
    assert (found.rows, found.whole, found.settled, found.changed) == (
        len(wanted), True, True, False,
    )  # fmt: skip
    assert opened(tmp_path / "rows") == found


def test_only_some_rows_and_columns_where_that_is_asked_for(
    session: PortalSession, tmp_path: Path
) -> None:
    identifier = read_dataset(session, PERMITS).row_identifier or ""
    names = [row[identifier] for row in truth(session)][3:6]
    found = get(session, tmp_path, fields=(), identifiers=iter([names[:2], names[2:], ["none"]]))

    assert sorted(row[identifier] for row in rows(found)) == sorted(names)
    assert {tuple(row) for row in rows(found)} == {(":id", identifier)}
    assert (found.whole, found.changed) == (False, False)


def test_what_the_portal_compresses_is_kept_as_it_came(
    session: PortalSession, tmp_path: Path, practice: PracticePortal
) -> None:
    whole = get(session, tmp_path / "many")
    few = get(session, tmp_path / "few", fields=(), identifiers=[["BP-2024-00001"]])
    name = whole.paths[0].read_bytes()

    assert name[:2] == b"\x1f\x8b"
    assert whole.bytes * 2 < len(json.dumps(rows(whole)))
    assert rows(few) is not None, "a page that the portal sent plain is packed on the way"


def test_a_page_that_breaks_off_is_asked_for_again(
    session: PortalSession, tmp_path: Path, practice: PracticePortal
) -> None:
    practice.inject("drop_in_reply", path="/api/v3/*", bytes=900)
    found = get(session, tmp_path)

    assert rows(found) == truth(session)


def test_a_download_that_cannot_be_completed_leaves_nothing_and_says_why(
    session: PortalSession, tmp_path: Path, practice: PracticePortal
) -> None:
    practice.inject("drop_in_reply", path="/api/v3/*", bytes=900, count=9)
    with pytest.raises(PortalError) as said:
        get(session, tmp_path)

    assert "127.0.0.1 was lost." in str(said.value)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SodaSheetError, match="has no complete download"):
        opened(tmp_path)


def test_a_stop_is_heeded(session: PortalSession, tmp_path: Path) -> None:
    class Stopped(Silent):
        stop = True

    dataset = read_dataset(session, PERMITS)
    with pytest.raises(Cancelled, match="Stopped while the rows of the dataset"):
        download(session, dataset, Selection(()), tmp_path, Stopped())

    assert list(tmp_path.iterdir()) == []


def test_readers_that_lag_behind_are_noted(
    session: PortalSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "settled_state", lambda *_: None)

    assert get(session, tmp_path).settled is False


def test_stored_replies_of_a_gateway_are_not_settled(
    portal: Any, patience: Patience, tmp_path: Path
) -> None:
    view = {"id": "abcd-1234", "name": "Trees", "columns": [], "viewType": "tabular"}
    state = [{"n": "1", "changed": "2024-01-01"}]
    portal.answer(view).answer(state).answer([{":id": "a"}], Age="900").answer(state)
    session = PortalSession(portal.url, None, patience)

    found = download(session, read_dataset(session, "abcd-1234"), Selection(()), tmp_path, Silent())

    assert (found.rows, found.changed, found.settled) == (1, False, False)
    assert {one.headers["Cache-Control"] for one in portal.asked} == {"no-cache"}


@pytest.mark.parametrize(("age", "known"), [("0", True), ("1", False), ("900", False)])
def test_a_stored_count_is_no_state(portal: Any, patience: Patience, age: str, known: bool) -> None:
    view = {"id": "abcd-1234", "name": "Trees", "columns": [], "viewType": "tabular"}
    portal.answer(view).answer([{"n": "1", "changed": "2024-01-01"}], Age=age)
    session = PortalSession(portal.url, None, patience)

    state = RowsClient(session, read_dataset(session, "abcd-1234")).state()

    assert (state is not None) is known


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "<html><title>Sign in</title></html>",
            '127.0.0.1 returned a web page instead of data: "Sign in"',
        ),
        ('{"error": true}', "answered with something other than data"),
        ('[{":id":"a"},{":id":', "was lost"),
        ('[{":id":"a"} {":id":"b"}]', "rows in an unreadable form"),
    ],
)
def test_what_is_no_list_of_rows_is_said(
    portal: Any, patience: Patience, tmp_path: Path, body: str, said: str
) -> None:
    view = {"id": "abcd-1234", "name": "Trees", "columns": [], "viewType": "tabular"}
    count = [{"n": "1"}]
    portal.answer(view).answer(count).answer(view)
    session = PortalSession(portal.url, None, patience)
    dataset = read_dataset(session, "abcd-1234")
    portal.answer(body)
    with pytest.raises(PortalError) as error:
        download(session, dataset, Selection(()), tmp_path, Silent())

    assert said in str(error.value)


def _broken(folder: Path) -> None:
    (folder / FACTS).write_text("{}")


def _incomplete(folder: Path) -> None:
    next(folder.glob("rows-*")).unlink()


def _elsewhere(folder: Path) -> None:
    said = json.loads((folder / FACTS).read_text())
    said["pages"][0]["name"] = "../secret"
    (folder / FACTS).write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_broken, "has no complete download"),
        (_elsewhere, "has no complete download"),
        (_incomplete, "rows-000001.json.gz is missing"),
    ],
)
def test_a_folder_that_was_spoilt_is_not_opened(
    session: PortalSession, tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    get(session, tmp_path)
    spoil(tmp_path)
    with pytest.raises(SodaSheetError, match=said):
        opened(tmp_path)


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="This system has no device that is always full."
)
def test_a_full_disk_is_said_in_one_sentence(
    session: PortalSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows-000001.json.gz").symlink_to("/dev/full")
    with pytest.raises(SodaSheetError) as said:
        get(session, tmp_path)

    assert "cannot be saved in" in said.value.what
    assert "No space left on device" in said.value.what
    assert said.value.remedy.startswith("Free some space")


def test_a_folder_that_cannot_be_made_is_said(session: PortalSession, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SodaSheetError, match=r"cannot be saved in .*file[/\\]rows"):
        get(session, tmp_path / "file" / "rows")


def test_a_page_without_end_is_looked_at_before_it_has_ended(
    portal: Any, patience: Patience, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_LOOK", 2)
    view = {"id": "abcd-1234", "name": "Trees", "columns": [], "viewType": "tabular"}
    count = [{"n": "1"}]
    portal.answer(view).answer(count).answer(view)
    session = PortalSession(portal.url, None, patience)
    dataset = read_dataset(session, "abcd-1234")
    portal.answer("[" + " " * 300_000, fault="cut")

    class Full(Silent):
        def advance(self, amount: int) -> None:
            raise SodaSheetError("The disk is full.", "")

    with pytest.raises(SodaSheetError, match="The disk is full"):
        download(session, dataset, Selection(()), tmp_path, Full())

    assert list(tmp_path.iterdir()) == []


def test_a_page_that_unpacks_to_no_end_is_not_held_in_memory(
    portal: Any, patience: Patience, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sodasheet.portal.soda2.saved_rows_page._MOST", 100_000)
    view = {"id": "abcd-1234", "name": "Trees", "columns": [], "viewType": "tabular"}
    count = [{"n": "1"}]
    portal.answer(view).answer(count).answer(view)
    session = PortalSession(portal.url, None, patience)
    dataset = read_dataset(session, "abcd-1234")
    portal.answer(gzip.compress(b"[" + b" " * 1_000_000 + b"]"), Content_Encoding="gzip")

    with pytest.raises(PortalError, match="rows in an unreadable form"):
        download(session, dataset, Selection(()), tmp_path, Silent())


def test_a_page_that_comes_twice_is_not_taken_for_the_next_one(
    portal: Any, patience: Patience, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many rows as were counted, but two of them are missing."""
    monkeypatch.setattr(room, "LARGEST_PAGE", 2)
    view = {"id": "abcd-1234", "name": "Trees", "columns": [], "viewType": "tabular"}
    portal.answer(view).answer([{":id": "row-1"}, {":id": "row-2"}])
    session = PortalSession(portal.url, None, patience)
    dataset = read_dataset(session, "abcd-1234")

    with pytest.raises(PortalError, match="returned the same rows of Trees twice"):
        download(session, dataset, Selection((), state=RowState(4, "x")), tmp_path, Silent())

    assert list(tmp_path.iterdir()) == []
