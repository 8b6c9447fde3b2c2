"""Names of datasets and columns from a portal cannot steer the user's terminal."""

from __future__ import annotations

import requests

from sodasheet.push.runs.run_folder import runs_folder

from ..conftest import Terminal

#: Sets the title of a terminal, then fills its clipboard.
EVIL = "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07"


def made(terminal: Terminal) -> str:
    account = terminal.portal.account("owner")
    sign = (account.key_id, account.key_secret)
    columns = [
        {"name": f"{name}{EVIL}", "fieldName": name, "dataTypeName": "text"} for name in ("id", "n")
    ]
    body = {"name": f"Fees{EVIL}", "columns": columns, "metadata": {"rowIdentifier": "id"}}
    views = f"{terminal.portal.url}/api/views"
    view = requests.post(f"{views}.json", json=body, auth=sign, timeout=30).json()["id"]
    requests.post(f"{views}/{view}/publication.json", auth=sign, timeout=30)
    return str(view)


def test_names_from_the_portal_are_printed_without_control_characters(terminal: Terminal) -> None:
    terminal.sign_in("owner")
    view = made(terminal)
    (terminal.folder / "fees.csv").write_text("id,n\na,1\n")
    address = f"{terminal.portal.url}/d/{view}"

    lines = (
        ("map", "fees.csv", address, "-o", "fees.json", "--method", "upsert", "--confirm"),
        ("job", "show", "fees.json"),
        ("job", "validate", "fees.json", "--online"),
        ("check", "fees.json"),
        ("preview", "fees.json"),
        ("push", "fees.json", "--yes"),
        ("push", "fees.json", "--method", "replace", "--yes"),
        ("undo", "--preview"),
        ("undo", "--yes"),
        ("undo", "--yes"),
        ("history",),
        ("history", "--freshness"),
        ("push", "fees.json", "--method", "delete"),
        ("run", "fees.json"),
    )
    for line in lines:
        said = terminal(*line)

        assert "did not expect" not in said.err, line
        assert not set(said.out + said.err) & {"\x1b", "\x07"}, line
    (log,) = runs_folder().glob("*/run.log")
    assert "Fees" in log.read_text(encoding="utf-8")
    assert not set(log.read_text(encoding="utf-8")) & {"\x1b", "\x07"}
