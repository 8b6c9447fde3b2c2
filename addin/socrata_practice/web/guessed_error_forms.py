"""Forms of error replies that rest on a guess of the contract, by the guess's name."""

from __future__ import annotations

from collections.abc import Callable

from socrata_practice.refusals import Refusal
from socrata_practice.settings import Settings

Headers = dict[str, str]
Form = Callable[[Refusal, str], tuple[Refusal, Headers]]


def formed(refusal: Refusal, settings: Settings) -> tuple[Refusal, Headers]:
    """Return a refusal in the form of the guess in force, and its further headers."""
    if refusal.guess is None:
        return refusal, {}
    return _FORMS[refusal.guess](refusal, settings.guess(refusal.guess))


def _type_error(refusal: Refusal, value: str) -> tuple[Refusal, Headers]:
    if value == "service":
        return refusal, {}
    message = refusal.body["message"] if value == "front" else "Unable to process the request"
    body = {"code": "invalid_request", "error": True, "message": message}
    return Refusal(refusal.status, body), {}


def _unknown_dataset(refusal: Refusal, value: str) -> tuple[Refusal, Headers]:
    code, message = refusal.body["code"], refusal.body["message"]
    if value == "with headers":
        return refusal, {"X-Error-Code": code, "X-Error-Message": message}
    sentence = f"Cannot find view with id {refusal.body['data']['id']}"
    return Refusal(refusal.status, {"code": code, "error": True, "message": sentence}), {}


def _status(refusal: Refusal, value: str) -> tuple[Refusal, Headers]:
    return Refusal(int(value), refusal.body), {}


_FORMS: dict[str, Form] = {
    "type_error": _type_error,
    "unknown_dataset": _unknown_dataset,
    "anonymous_private": _status,
    "anonymous_user": _status,
    "site_scope": lambda refusal, _: (refusal, {}),
    "apply_again": _status,
}
