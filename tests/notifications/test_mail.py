"""Email through a real server: received, refused, interrupted, slow, and untrusted."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from sodasheet.credentials.keychain import forget, save
from sodasheet.errors import SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.notifications.mail import PATIENCE, Letter, send
from sodasheet.settings import MailServer

from .conftest import PASSWORD, USER, Mailbox, certificate, running

LETTER = Letter(("ann@example.org",), "SodaSheet: test – ä", "One line.\nAnother, with ü.\n")
SHORT = 0.3


def refusal(letter: Letter, server: MailServer, patience: float = PATIENCE) -> str:
    with pytest.raises(SodaSheetError) as caught:
        send(letter, server, patience)
    said = str(caught.value)
    assert caught.value.remedy
    assert PASSWORD not in said
    return said


def test_a_mail_arrives_over_starttls_with_a_password_beyond_ascii(mailbox: Mailbox) -> None:
    assert send(LETTER, mailbox.settings()) == []

    (letter,) = mailbox.letters
    assert letter["Subject"] == "SodaSheet: test – ä"
    assert (letter["From"], letter["To"]) == (USER, "ann@example.org")
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == ["One line.", "Another, with ü."]
    assert letter["Date"] is not None
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert PASSWORD.encode() not in mailbox.envelopes[0].content


def test_a_mail_arrives_over_tls_with_the_older_sign_in(tls_mailbox: Mailbox) -> None:
    assert send(LETTER, tls_mailbox.settings(security="tls")) == []

    assert [letter["To"] for letter in tls_mailbox.letters] == ["ann@example.org"]


def test_several_people_get_one_mail_and_a_refused_one_is_named(mailbox: Mailbox) -> None:
    mailbox.refuses["bob@example.org"] = "550 No such person"
    letter = Letter(("ann@example.org", "bob@example.org", "c@exämple.org"), "s", "b")

    told = send(letter, mailbox.settings())

    assert told == [
        'The mail server 127.0.0.1 refused the recipient bob@example.org (550 "No such person").'
    ]
    assert mailbox.envelopes[0].rcpt_tos == ["ann@example.org", "c@xn--exmple-cua.org"]


def test_nothing_in_a_subject_or_a_body_becomes_a_header(mailbox: Mailbox) -> None:
    evil = "x\r\nBcc: victim@example.org\r\n\r\n.\r\nMAIL FROM:<x@example.org>\u2028y\x00"

    send(Letter(("ann@example.org",), evil, evil), mailbox.settings())

    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    assert mailbox.envelopes[0].rcpt_tos == ["ann@example.org"]
    assert letter["Subject"].startswith("x Bcc: victim@example.org . MAIL FROM")
    assert "MAIL FROM:<x@example.org>" in letter.get_content()


@pytest.mark.parametrize(
    ("refuses", "sentence"),
    [
        ({"ann@example.org": "550 Unknown"}, "refused every recipient (550"),
        ({"data": "554 That looks like spam"}, 'refused the message (554 "That looks like spam")'),
    ],
)
def test_a_refusal_is_said_in_the_servers_words_without_the_password(
    mailbox: Mailbox, refuses: dict[str, str], sentence: str
) -> None:
    mailbox.refuses.update(refuses)

    assert sentence in refusal(LETTER, mailbox.settings())


def test_a_refused_password_says_how_to_sign_in_again(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_MAIL_PASSWORD", "not the password")

    said = refusal(LETTER, mailbox.settings())

    assert f"does not accept the password of {USER} (535" in said
    assert "Sign in to the mail server again" in said
    assert "not the password" not in said


@pytest.fixture
def store(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A credential store, and nothing in the environment."""
    monkeypatch.delenv("SODASHEET_MAIL_PASSWORD")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "credentials"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "odd_stores.Memory")


def test_a_missing_password_names_both_places_for_it(mailbox: Mailbox, store: None) -> None:
    said = refusal(LETTER, mailbox.settings())

    assert f"There is no password for {USER} on the mail server 127.0.0.1." in said
    assert "SODASHEET_MAIL_PASSWORD" in said


@pytest.mark.parametrize("place", ["127.0.0.1", "127.0.0.1:{port}"])
def test_the_password_is_found_in_the_store_under_the_host_or_its_port(
    mailbox: Mailbox, store: None, place: str
) -> None:
    place = place.format(port=mailbox.port)
    save(place, Credentials(USER, PASSWORD), kind="mail")
    try:
        assert send(LETTER, mailbox.settings()) == []
    finally:
        forget(place, kind="mail")

    assert len(mailbox.letters) == 1


def test_an_unknown_authority_gets_nothing(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")

    assert "does not trust the certificate of 127.0.0.1, so nothing was sent" in refusal(
        LETTER, mailbox.settings(), PATIENCE
    )
    assert mailbox.letters == []


def test_another_hosts_certificate_gets_nothing(
    mailbox: Mailbox, authority: tuple[trustme.CA, Path]
) -> None:
    context = certificate(authority[0], "other.example.org")
    with running(mailbox, tls_context=context) as port:
        said = refusal(LETTER, mailbox.settings(port=port), PATIENCE)

    assert "has a certificate for another host" in said
    assert mailbox.letters == []


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox) -> None:
    with running(mailbox) as port:
        said = refusal(LETTER, mailbox.settings(port=port), PATIENCE)
        plain = send(LETTER, mailbox.settings(port=port, security="none", user="", sender=USER))
        no_sign_in = refusal(LETTER, mailbox.settings(port=port, security="none"), PATIENCE)

    assert "does not support STARTTLS" in said
    assert plain == []
    assert len(mailbox.letters) == 1
    assert "does not support sign-in with a password" in no_sign_in


def silent(connection: socket.socket) -> None:
    _heard_to_the_end(connection)


def _heard_to_the_end(connection: socket.socket) -> None:
    """Keep the connection until the other end is closed."""
    while connection.recv(1000):
        pass


def breaking_off(connection: socket.socket) -> None:
    connection.sendall(b"220 here\r\n")
    connection.recv(100)


def dripping(connection: socket.socket) -> None:
    """Sends data continuously without end."""
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def echoing(connection: socket.socket) -> None:
    """Repeats every command in its refusal."""
    connection.sendall(b"220 here\r\n")
    connection.recv(1000)
    connection.sendall(b"250-here\r\n250 AUTH PLAIN\r\n")
    while heard := connection.recv(1000):
        connection.sendall(b"535 what is " + heard.replace(b"\r\n", b"") + b"\r\n")


def talking_otherwise(connection: socket.socket) -> None:
    connection.sendall(b"220 here\r\n")
    _heard_to_the_end(connection)


@contextmanager
def server(behave: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("behave", "security", "sentence"),
    [
        (silent, "starttls", "took too long to answer"),
        (silent, "tls", "took too long to answer"),
        (breaking_off, "starttls", "closed the connection or"),
        (talking_otherwise, "tls", "does not start with TLS"),
    ],
)
def test_an_odd_server_is_told_from_the_others(
    home: Path, behave: Any, security: str, sentence: str
) -> None:
    with server(behave) as port:
        # Only silence causes a timeout; the other servers may be slow on a busy machine.
        patience = SHORT if behave is silent else PATIENCE
        said = refusal(LETTER, MailServer("127.0.0.1", port, security, USER), patience)

    assert sentence in said


def test_what_a_server_echoes_is_not_repeated(home: Path) -> None:
    with server(echoing) as port:
        said = refusal(LETTER, MailServer("127.0.0.1", port, "none", USER))

    assert (
        'does not accept the password of steward@example.org (535 "what is AUTH PLAIN ***")' in said
    )


def test_a_server_that_never_comes_to_an_end_is_left(home: Path) -> None:
    began = time.monotonic()
    with server(dripping) as port:
        refusal(LETTER, MailServer("127.0.0.1", port, "starttls", USER), SHORT)

    assert time.monotonic() - began < 40


@pytest.mark.parametrize(
    ("host", "sentence"),
    [
        ("127.0.0.1", "No mail server answers at port"),
        ("nowhere.invalid", "The mail server nowhere.invalid"),
        (f"{'x' * 70}.example.org", "The mail server xxx"),
    ],
)
def test_a_server_that_is_not_there_is_named(home: Path, host: str, sentence: str) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        port = taken.getsockname()[1]

        assert sentence in refusal(LETTER, MailServer(host, port, "starttls", USER))
