"""Errors of stores, each with its message; stores that never answer."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from keyring.errors import (
    InitError,
    KeyringLocked,
    NoKeyringError,
    PasswordDeleteError,
    PasswordSetError,
)

from sodasheet.credentials.store_errors import FAULTS
from sodasheet.credentials.store_timeout import ask
from sodasheet.errors import CredentialError, UsageProblem

SECRET = "swordfish-0f3a"


def windows(number: int, module: str = "win32ctypes.pywin32.pywintypes") -> Exception:
    """The errors of both libraries for the Windows store: number, function, system message."""
    kind = type("error", (Exception,), {"__module__": module})
    fault: Any = kind(number, "CredWrite", f"words about {SECRET}")
    if module != "pywintypes":
        fault.winerror, fault.funcname = number, "CredWrite"
    return fault  # type: ignore[no-any-return]


def because(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reason", "said"),
    [
        (KeyringLocked(SECRET), "locked", "The credential store is locked, and was not unlocked."),
        (InitError(SECRET), "gone", "The credential store stopped answering."),
        (ConnectionResetError(104, SECRET), "gone", "The credential store stopped answering."),
        (EOFError(SECRET), "gone", "The credential store stopped answering."),
        (NoKeyringError(SECRET), "no-store", "There is no credential store on this computer that"),
        (
            PasswordSetError(SECRET),
            "cannot-keep",
            "The credential store did not accept the secret.",
        ),
        (NotImplementedError(SECRET), "cannot-keep", "The credential store did not accept the"),
        (PasswordDeleteError(SECRET), "cannot-forget", "The credential store did not delete the"),
        (
            PermissionError(13, "Permission denied"),
            "system",
            "The credential store cannot be reached: Permission denied.",
        ),
        (OSError(SECRET), "system", "The credential store cannot be reached: OSError."),
        (
            ValueError(SECRET),
            "unexpected",
            "The credential store failed unexpectedly (ValueError).",
        ),
        (windows(1312), "windows-session", "This Windows session has no credential store."),
        (windows(1312, "pywintypes"), "windows-session", "This Windows session has no credential"),
        (windows(-2146893813), "windows-key", "Windows cannot decrypt its credential store"),
        (windows(1783), "windows-size", "The secret is too long for the Windows credential store"),
        (windows(2202), "windows-name", "The Windows credential store does not accept this key id"),
        (windows(5), "windows-denied", "Windows denied access to its credential"),
        (windows(1359), "windows", "The Windows credential store failed (error 1359)."),
        (windows(1359, "pywintypes"), "windows", "The Windows credential store failed (error 135"),
    ],
)
def test_every_failure_of_a_store_is_one_sentence_that_does_not_quote_it(
    error: Exception, reason: str, said: str
) -> None:
    assert_one_sentence(error, reason, said)


@pytest.mark.parametrize(
    ("module", "name", "cause", "reason", "said"),
    [
        (
            "secretstorage.exceptions",
            "LockedException",
            False,
            "locked",
            "The credential store is locked",
        ),
        (
            "secretstorage.exceptions",
            "PromptDismissedException",
            True,
            "not-set-up",
            "The credential store has not been set up, or its prompt was dismissed.",
        ),
        (
            "secretstorage.exceptions",
            "SecretServiceNotAvailableException",
            True,
            "gone",
            "The credential store stopped answering.",
        ),
        (
            "jeepney.io.common",
            "RouterClosed",
            False,
            "gone",
            "The credential store stopped answering.",
        ),
    ],
)
def test_every_failure_of_the_libraries_for_linux_is_one_sentence(
    module: str, name: str, cause: bool, reason: str, said: str
) -> None:
    library = pytest.importorskip(module, reason="not on Windows: the Secret Service")
    error: Exception = getattr(library, name)(SECRET)

    assert_one_sentence(because(InitError(SECRET), error) if cause else error, reason, said)


def assert_one_sentence(error: Exception, reason: str, said: str) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(CredentialError) as caught:
        ask(5, fail)

    assert caught.value.reason == reason
    assert caught.value.what.startswith(said)
    assert caught.value.remedy
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is error


def test_every_row_of_the_table_has_a_reason_of_its_own() -> None:
    reasons = [fault.reason for fault in FAULTS]

    assert len(set(reasons)) == len(reasons)


def test_our_own_errors_pass_as_they_are() -> None:
    def fail() -> None:
        raise UsageProblem("What.", "Remedy.")

    with pytest.raises(UsageProblem, match=r"^What\. Remedy\.$"):
        ask(5, fail)


def test_an_answer_is_handed_on() -> None:
    assert ask(5, lambda: "answer") == "answer"
    assert ask(5, lambda: None) is None


def test_a_store_that_does_not_answer_is_given_up() -> None:
    began = time.monotonic()

    with pytest.raises(CredentialError) as caught:
        ask(0.3, lambda: time.sleep(60))

    assert time.monotonic() - began < 40
    assert caught.value.reason == "no-answer"
    assert str(caught.value) == (
        "The credential store has not answered for 0.3 seconds; it may be waiting to be"
        " unlocked. Sign in to the desktop, unlock the store and try again. Without a desktop, set"
        " SODASHEET_KEY_ID and SODASHEET_KEY_SECRET instead, and SODASHEET_PORTAL to the portal"
        " that they are for."
    )


def test_a_store_that_was_given_up_does_not_keep_the_process_alive() -> None:
    code = """
import time
from sodasheet.credentials.store_timeout import ask
try:
    ask(0.2, lambda: time.sleep(60))
except Exception as error:
    print(error.reason)
"""
    began = time.monotonic()

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=90, check=True
    )

    assert (done.stdout, done.stderr) == ("no-answer\n", "")
    assert time.monotonic() - began < 50
