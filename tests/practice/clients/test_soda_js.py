"""The npm client soda-js, unmodified, against the portal over TLS: all of its operations."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from socrata_practice import PracticePortal

HERE = Path(__file__).parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def portal():
    with PracticePortal(tls=True) as running:
        yield running


@pytest.fixture(scope="session")
def modules(tmp_path_factory):
    """The folder of installed npm packages; fails in CI if one is missing, else skips."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        assert not os.environ.get("CI"), "npm and node are needed"
        pytest.skip("npm or node is missing.")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "node_modules"


@pytest.fixture
def soda(portal, modules):
    """A function that runs one task of soda-js and returns the reply."""

    def run(task, dataset, argument=None):
        account = portal.account("publisher")
        host = portal.url.removeprefix("https://")
        command = ["node", "--no-deprecation", str(HERE / "soda.js"), str(modules), host,
                   account.key_id, account.key_secret, task, dataset]  # fmt: skip
        command += [] if argument is None else [json.dumps(argument)]
        environment = os.environ | {"NODE_EXTRA_CA_CERTS": str(portal.ca)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True,
                              timeout=60, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_rows_are_added_updated_replaced_and_deleted(soda, client, permits):
    client.replace(permits, [])
    added = soda("add", permits, [{"no": "A", "units": 1}, {"no": "B", "units": 2}])
    upserted = soda("upsert", permits, [{"no": "B", "units": 3}, {"no": "C"}])
    updated = soda("update", permits, {"id": "C", "row": {"note": "merged"}})
    replaced = soda("replace", permits, {"id": "A", "row": {"note": "alone"}})

    assert added["success"]["Rows Created"] == 2
    assert upserted["success"]["Rows Updated"] == 1
    assert updated["success"]["Rows Updated"] == 1
    assert replaced["success"]["Rows Updated"] == 1
    assert {row["no"]: row for row in client.rows(permits)} == {
        "A": {"no": "A", "note": "alone"},
        "B": {"no": "B", "units": "3"},
        "C": {"no": "C", "note": "merged"},
    }
    assert soda("delete", permits, "A")["success"] == [{"typ": "delete", "id": "A"}]
    assert soda("truncate", permits)["success"] == []
    assert client.rows(permits) == []


def test_rows_are_read_by_expressions_and_by_soql(soda, client, permits):
    client.replace(permits, [{"no": "A", "units": 1}, {"no": "B", "units": 2}])
    client("POST", f"/api/views/{permits}/publication.json")

    assert soda("rows", permits, "A") == {"success": [{"no": "A", "units": "1"}]}
    assert soda("compare", permits, "B") == {"success": [{"no": "B", "units": "2"}]}
    statement = "select no where units > 1"
    assert soda("soql", permits, statement) == {"success": [{"no": "B"}]}
    assert len(soda("anonymous", "prmt-7x2d")["success"]) == 1


def test_what_is_refused_reaches_the_client(soda, permits):
    wrong = soda("upsert", permits, [{"no": "A", "units": "many"}])
    missing = soda("rows", "zzzz-9999", "A")

    assert "units" in wrong["error"]["message"]
    assert missing["error"]["code"] == "dataset.missing"
