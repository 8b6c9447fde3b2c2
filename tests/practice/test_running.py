"""`sodasheet practice` with its options, TLS, and the examples of its documentation."""

from __future__ import annotations

import json
import re
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from socrata_practice import PracticePortal
from socrata_practice.faults.fault import KINDS, fault_from_json
from socrata_practice.settings import Settings
from socrata_practice.transforms.general_functions import FUNCTIONS

DOCS = (Path(__file__).parents[2] / "docs" / "how-to" / "practice-portal.md").read_text(
    encoding="utf-8"
)
COMMAND = [sys.executable, "-m", "sodasheet"]


@pytest.fixture
def running():
    """A function that starts the command and returns its start message."""
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [*COMMAND, "practice", "--json", *arguments], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return json.loads(process.stdout.readline())

    yield run
    for process in started:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        process.stdout.close()


def key(ready, role):
    found = next(one for one in ready["accounts"] if one["role"] == role)
    return found["key_id"], found["key_secret"]


def test_the_command_speaks_https_with_an_authority_to_trust(running):
    ready = running("--tls")
    url = f"{ready['url']}/api/users/current.json"
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(url, auth=key(ready, "editor"), verify=ready["ca"], timeout=10).ok
        with pytest.raises(requests.exceptions.SSLError):
            session.get(url, timeout=10)
    assert ready["url"].startswith("https://")


def test_the_command_puts_faults_and_settings_in_force(running):
    ready = running("--fault", "status status=503 path=/resource/* count=all", "--set", "lag=held",
                    "--set", "approval_accounts=editor", "--fault", "slow seconds=0")  # fmt: skip
    owner = key(ready, "owner")
    settings = requests.get(f"{ready['url']}/practice/settings", auth=owner, timeout=10).json()
    faults = requests.get(f"{ready['url']}/practice/faults", auth=owner, timeout=10).json()

    assert requests.get(f"{ready['url']}/resource/tree-6h3n.json", timeout=10).status_code == 503
    assert (settings["lag"], settings["approval_accounts"]) == ("held", ["editor"])
    assert [one["fault"]["kind"] for one in faults] == ["status", "slow"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault", "nope"], "The --fault cannot be used: There is no fault 'nope'"),
        (["--fault", "slow seconds=x"], "seconds must be a number from 0 to 3600"),
        (["--set", "lag=x"], "The --set cannot be used: lag cannot be 'x'."),
        (["--set", "nope=1"], "There is no setting 'nope'"),
    ],
)
def test_a_switch_that_cannot_be_is_refused_in_a_sentence(arguments, said):
    done = subprocess.run(
        [*COMMAND, "practice", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert said in done.stderr
    assert "docs/how-to/practice-portal.md" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode != 0


def test_without_its_package_tls_is_refused_in_a_sentence():
    code = (
        "import sys; sys.modules['trustme'] = None; from sodasheet.cli import main;"
        " sys.argv = ['sodasheet', 'practice', '--tls']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "the package trustme is not installed" in done.stderr
    assert "pip install trustme" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def secure():
    with PracticePortal(tls=True) as portal:
        yield portal


def test_a_portal_of_ones_own_has_an_authority_too(secure):
    assert secure.ca is not None
    assert "BEGIN CERTIFICATE" in secure.ca.read_text()
    assert ssl.create_default_context(cafile=str(secure.ca))
    assert secure.ready()["ca"] == str(secure.ca)


@pytest.mark.parametrize(
    "kind",
    ["drop_before_body", "drop_in_body", "drop_after_body", "drop_after_work", "drop_in_reply"],
)
@pytest.mark.parametrize("size", [10, 3_000_000])
def test_connections_are_dropped_over_tls_too(secure, kind, size):
    account = secure.account("publisher")
    secure.clear_faults()
    secure.inject(kind, path="/resource/*")
    url, body = f"{secure.url}/resource/tree-6h3n.json", [{"species": "x" * size}]
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(secure.ca)
        session.auth = (account.key_id, account.key_secret)
        with pytest.raises(requests.RequestException):
            session.post(url, json=body, timeout=30)
        assert session.post(url, json=body, timeout=30).ok


# --- what the documentation says -----------------------------------------------------------------


def test_every_fault_setting_and_function_is_documented():
    for name in [*KINDS, *vars(Settings())]:
        assert f"`{name}`" in DOCS or f'"{name}"' in DOCS, name
    for name in FUNCTIONS:
        assert re.search(rf"\b{name}\b", DOCS), name


def test_every_example_of_a_fault_is_one():
    examples = re.findall(r"-d '(\{[^']*\"fault\"[^']*\})'", DOCS)

    assert {fault_from_json(json.loads(text)).kind for text in examples} == set(KINDS)


def test_examples_work_as_curl_sends_them(owner):
    """Without a content type of its own, curl announces a form."""
    reply = owner("PATCH", "/practice/settings", data='{"task_seconds": 0}',
                  headers={"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert reply.status_code == 200, reply.text
