"""Starting and stopping a portal, including from the command line."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest
import requests

from socrata_practice import PracticePortal


def test_a_portal_starts_and_stops_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with PracticePortal() as portal:
        url = portal.url
        assert requests.get(f"{url}/api/version.json", timeout=10).ok
        assert list(tmp_path.iterdir())

    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=10)
    assert list(tmp_path.iterdir()) == []
    portal.stop()


def test_two_portals_do_not_know_each_other():
    with PracticePortal() as one, PracticePortal() as other:
        account = one.account("owner")
        auth = (account.key_id, account.key_secret)
        assert requests.get(f"{other.url}/d/prmt-7x2d", auth=auth, timeout=10).status_code == 401


def test_a_folder_keeps_what_was_written(tmp_path):
    with PracticePortal(data=tmp_path / "new" / "folder") as portal:
        account = portal.account("owner")
        auth = (account.key_id, account.key_secret)
        url = f"{portal.url}/resource/rqst-5m8p"
        requests.post(url, json=[{"request_id": 7}], auth=auth, timeout=10)
    with PracticePortal(data=tmp_path / "new" / "folder", accounts=portal.accounts) as again:
        found = requests.get(f"{again.url}/resource/rqst-5m8p", timeout=10).json()
        assert again.accounts == portal.accounts

    assert found == [{"request_id": "7"}]


def test_a_taken_port_is_an_error_and_does_not_end_the_process(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        PracticePortal().start(taken.getsockname()[1])
    assert list(tmp_path.iterdir()) == []


def test_seeds_are_the_same_every_time():
    def rows():
        with PracticePortal() as portal:
            return [
                requests.get(f"{portal.url}/resource/{one.id}.json", timeout=10).text
                for one in portal.datasets
            ], portal.datasets

    assert rows() == rows()


def test_one_line_of_json_says_how_to_reach_it():
    code = (
        "from socrata_practice import PracticePortal, serve; serve(PracticePortal(), as_json=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as run:
        try:
            ready = json.loads(run.stdout.readline())
            assert requests.get(f"{ready['url']}/d/prmt-7x2d", timeout=10).ok
        finally:
            run.send_signal(2)
            rest = run.stdout.read()
    assert set(ready) == {"url", "ca", "accounts", "datasets"}
    assert set(ready["accounts"][0]) == {"key_id", "key_secret", "role"}
    assert {"id": "prmt-7x2d", "name": "Building Permits"} in ready["datasets"]
    assert (rest, run.returncode) == ("", 0)


def test_a_client_that_breaks_off_leaves_the_rows_as_they_were(client, permits, portal):
    account = portal.account("publisher")
    token = requests.auth._basic_auth_str(account.key_id, account.key_secret)
    head = (
        f"PUT /resource/{permits} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", portal.port), timeout=10) as line:
        line.sendall(head.encode() + b'[{"no": "B"}')

    assert client.rows(permits, select="no") == [{"no": "A"}]


def test_a_defect_looks_like_a_crash_of_a_real_portal(client, shared_fixtures, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("socrata_practice.storage.asset_store.every", broken)
    reply = client.get("/api/catalog/v1")
    recorded = (shared_fixtures / "soda-ruby" / "500_error.response").read_text()

    assert reply.status_code == 500
    assert reply.json() == json.loads(recorded.partition("\n\n")[2])
    assert reply.headers["X-Error-Message"] == "Internal error"


def test_the_package_can_be_run() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "socrata_practice", "--json", "--set", "lag=5"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        reply = requests.get(f"{ready['url']}/api/views.json", timeout=30)
    finally:
        process.terminate()
        process.wait(timeout=30)

    assert reply.status_code == 200
    assert {one["id"] for one in reply.json()} <= {one["id"] for one in ready["datasets"]}


def test_the_package_says_what_it_cannot_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "socrata_practice", "--set", "lag=never"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "lag cannot be 'never'" in done.stderr
