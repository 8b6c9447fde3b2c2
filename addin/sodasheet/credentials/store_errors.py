"""Credential store errors, with the message that the user sees for each.

One table, read from the top; the first match counts. Classes are matched by their names, since
each system has only its own stores' libraries. Sources: the errors of keyring and of the libraries
behind it, and Microsoft's documentation of CredRead and CredWrite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sodasheet.credentials.environment import HEADLESS
from sodasheet.errors import CredentialError

Fits = Callable[[BaseException], bool]


@dataclass(frozen=True, slots=True)
class StoreFault:
    """A kind of store failure; `what` is a template with `detail`.

    `fits` is called with every exception behind the failure.
    """

    reason: str
    what: str
    remedy: str
    fits: Fits


def _named(*names: str) -> Fits:
    """Match exceptions of classes with these names (`library.Name`), and their subclasses."""
    wanted = {tuple(name.split(".")) for name in names}

    def fits(error: BaseException) -> bool:
        kinds = ((kind.__module__.partition(".")[0], kind.__name__) for kind in type(error).__mro__)
        return not wanted.isdisjoint(kinds)

    return fits


def _windows(*numbers: int) -> Fits:
    """Match errors of the Windows API, with one of these numbers if any are given."""

    def fits(error: BaseException) -> bool:
        kind = type(error)
        ours = kind.__name__ == "error" and kind.__module__.rpartition(".")[2] == "pywintypes"
        return ours and (not numbers or _number(error) in numbers)

    return fits


def _kind(*kinds: type[BaseException]) -> Fits:
    return lambda error: isinstance(error, kinds)


FAULTS: tuple[StoreFault, ...] = (
    StoreFault(
        "windows-session",
        "This Windows session has no credential store.",
        "Set the scheduled task to run only while its user is logged on, or ask your IT department"
        f" whether a policy forbids storing credentials. {HEADLESS}",
        _windows(1312),
    ),
    StoreFault(
        "windows-key",
        "Windows cannot decrypt its credential store in this session.",
        "Set the scheduled task to run only while its user is logged on; if the password of the"
        f" Windows account was reset, sign in again. {HEADLESS}",
        _windows(-2146893813, 0x8009000B),
    ),
    StoreFault(
        "windows-size",
        "The secret is too long for the Windows credential store.",
        "Use an API key, whose secret is much shorter, or check what you copied.",
        _windows(1783),
    ),
    StoreFault(
        "windows-name",
        "The Windows credential store does not accept this key id or host.",
        "Check the key id: copy it from the portal's developer settings again.",
        _windows(87, 2202),
    ),
    StoreFault(
        "windows-denied",
        "Windows denied access to its credential store.",
        f"Ask your IT department whether a policy forbids storing credentials. {HEADLESS}",
        _windows(5),
    ),
    StoreFault(
        "windows",
        "The Windows credential store failed ({detail}).",
        f"Log off and on, then try again. {HEADLESS}",
        _windows(),
    ),
    StoreFault(
        "locked",
        "The credential store is locked, and was not unlocked.",
        f"Unlock it with its own password, by signing in to the desktop, and try again. {HEADLESS}",
        _named("keyring.KeyringLocked", "secretstorage.LockedException"),
    ),
    StoreFault(
        "not-set-up",
        "The credential store has not been set up, or its prompt was dismissed.",
        f"Sign in to the desktop once, answer its prompt, and try again. {HEADLESS}",
        _named("secretstorage.PromptDismissedException"),
    ),
    StoreFault(
        "gone",
        "The credential store stopped answering.",
        f"Sign in to the desktop again, then try once more. {HEADLESS}",
        lambda error: (
            _named("secretstorage.SecretStorageException", "keyring.InitError")(error)
            or type(error).__module__.partition(".")[0] in ("jeepney", "dbus")
            or isinstance(error, ConnectionError | EOFError | TimeoutError)
        ),
    ),
    StoreFault(
        "no-store",
        "There is no credential store on this computer that protects secrets.",
        f"On Linux, sign in to a desktop with gnome-keyring or KWallet and try again. {HEADLESS}",
        _named("keyring.NoKeyringError"),
    ),
    StoreFault(
        "cannot-keep",
        "The credential store did not accept the secret.",
        f"Check in the store's own program that it can save passwords. {HEADLESS}",
        lambda error: (
            _named("keyring.PasswordSetError")(error) or isinstance(error, NotImplementedError)
        ),
    ),
    StoreFault(
        "cannot-forget",
        "The credential store did not delete the secret.",
        "Delete it in the store's own program; its name begins with sodasheet:",
        _named("keyring.PasswordDeleteError"),
    ),
    StoreFault(
        "system",
        "The credential store cannot be reached: {detail}.",
        f"Sign in to the desktop again, then try once more. {HEADLESS}",
        _kind(OSError),
    ),
    StoreFault(
        "unexpected",
        "The credential store failed unexpectedly ({detail}).",
        f"Try again; if this continues, please report this message. {HEADLESS}",
        _kind(BaseException),
    ),
)


def credential_error(error: BaseException) -> CredentialError:
    """Return the user's error for an exception of a store.

    Of the exception only a number or a class name is shown: its text may contain a secret.
    """
    behind = list(_causes(error))
    fault, cause = next((fault, cause) for fault in FAULTS for cause in behind if fault.fits(cause))
    return CredentialError(fault.what.format(detail=_detail(cause)), fault.remedy, fault.reason)


def _detail(error: BaseException) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    number = _number(error)
    return type(error).__name__ if number is None else f"error {number}"


def _number(error: BaseException) -> int | None:
    """Return the Windows error number, which is also the first argument in both libraries."""
    number = getattr(error, "winerror", None) or next(iter(error.args), None)
    return number if isinstance(number, int) else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
