"""Notifications by webhook: a real server with TLS, and an address that is never shown."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import trustme

from sodasheet.credentials.redaction import redact
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.model.report import Outcome
from sodasheet.notifications.notify import tell
from sodasheet.notifications.webhook import message
from sodasheet.portal.http.webhook import post_webhook, webhook_host

from .conftest import certificate, job, report

TOKEN = "T0SECRET/B1/xyzzy-plugh-42"


@dataclass
class Hook:
    """A webhook that records what was posted, and answers with `status`."""

    port: int = 0
    status: int = 200
    paths: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.place}/services/{TOKEN}"


@pytest.fixture
def hook(
    authority: tuple[trustme.CA, Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hook]:
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.paths.append(self.path)
            made.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(made.status)
            if made.status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    ca, path = authority
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = certificate(ca, "127.0.0.1").wrap_socket(server.socket, server_side=True)
    made.port = server.server_address[1]
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SODASHEET_WEBHOOK", made.url)
    yield made
    server.shutdown()
    server.server_close()


def test_a_run_is_posted_once_to_the_address_of_the_secret(hook: Hook) -> None:
    assert tell(report(), job(webhook=hook.place), "permits.json") == []

    assert hook.paths == [f"/services/{TOKEN}"]
    (body,) = hook.bodies
    assert body["outcome"] == report().outcome.value
    assert body["dataset"] == "abcd-1234"
    assert body["rows"]["created"] == report().rows.created
    assert "rejected_rows" not in body


@pytest.mark.parametrize(("when", "posts"), [("failure", 0), ("always", 1)])
def test_a_good_run_is_posted_only_if_asked_for(hook: Hook, when: str, posts: int) -> None:
    assert tell(report(Outcome.DONE), job(webhook=hook.place, when=when), "a.json") == []

    assert len(hook.bodies) == posts


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_a_refusal_is_said_without_the_address(
    hook: Hook, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hook.status = status

    (problem,) = tell(report(), job(webhook=hook.place), "permits.json")

    assert f"refused the message (status {status})" in problem
    assert TOKEN not in problem
    assert hook.paths == [f"/services/{TOKEN}"]
    assert TOKEN not in "".join(redact(one.getMessage()) for one in caplog.records)


def test_a_server_that_is_not_trusted_gets_nothing(
    hook: Hook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("SSL_CERT_FILE", str(other))

    with pytest.raises(SodaSheetError) as caught:
        post_webhook(hook.url, {})

    assert "certificate is not trusted" in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    assert hook.bodies == []


def test_no_connection_is_said_without_the_address() -> None:
    with pytest.raises(SodaSheetError) as caught:
        post_webhook(f"https://127.0.0.1:9/{TOKEN}", {}, patience=5)

    assert "127.0.0.1:9" in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/x", "https://user:pw@hooks.slack.com/x", "hooks.slack.com/x",
     "https:///x", "https://a b/x", "https://a.example\\@b.example/x", "https://a:99999999/x"],
)  # fmt: skip
def test_only_plain_https_addresses_are_webhooks(url: str) -> None:
    assert webhook_host(url) is None
    with pytest.raises(SodaSheetError) as caught:
        post_webhook(url, {})
    assert "https address" in str(caught.value)


def test_the_environment_is_used_for_its_own_host_only(hook: Hook) -> None:
    (problem,) = tell(report(), job(webhook="hooks.slack.com"), "permits.json")

    assert "No webhook is saved for hooks.slack.com" in problem
    assert "sign-in hooks.slack.com --for webhook" in problem
    assert hook.bodies == []


def test_slack_and_teams_get_their_own_form_without_markup() -> None:
    made = report(summary="<!channel> [x](https://evil.example) & more")

    slack = message("hooks.slack.com", made, "S")
    teams = message("x.webhook.office.com", made, "S")
    other = message("office.com.example.org", made, "S")

    assert "&lt;!channel&gt;" in slack["text"]
    assert "<" not in slack["text"]
    blocks = teams["attachments"][0]["content"]["body"]
    assert {block["type"] for block in blocks} == {"RichTextBlock"}
    assert blocks[1]["inlines"][0]["text"] == made.summary
    assert other["event"] == "run"


def test_a_job_names_the_host_and_never_the_address() -> None:
    good = job_to_json(job(webhook="hooks.slack.com"))
    bad = job_to_json(job(webhook=f"https://hooks.slack.com/{TOKEN}"))

    assert job_from_json(good).notify["webhook"] == "hooks.slack.com"
    with pytest.raises(UsageProblem) as caught:
        job_from_json(bad)
    assert "webhook" in str(caught.value)
    assert TOKEN not in str(caught.value)
