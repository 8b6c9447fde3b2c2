"""Refusals by portals, and the message for each.

One table, read from the top; the first rule that fits speaks. The documentation lists it.
Sources: portal-api.md A.3, B.5, B.8, B.9 and F.
"""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.errors import PortalError, SignInError
from sodasheet.model.next_step import Action

_SETTINGS = "{portal}/profile/edit/developer_settings"
_MAP_AGAIN = "The dataset's columns have changed since they were mapped: map the columns again."
_SOME_TIME = (
    "Wait a few minutes and try again; if it keeps happening, ask the administrator of {host}."
)
_REPORT = "Please report this message as a SodaSheet bug."
_SIGN_IN_WORDS = r"must be logged in|log ?in (is )?required|not logged in|must (first )?sign in"
_SIGN_IN_CODES = ("authentication_required",)

_ASK_FOR_IT = (
    "Ask the dataset's owner or the administrator of {host} for the right to edit it (Editor or "
    "Publisher role), or sign in with another account."
)

# Reason, sentence and remedy that several rules share.
_NEEDED = (
    "sign-in-needed",
    "{host} shows this only to people who have signed in.",
    f"Sign in with an API key, which you make at {_SETTINGS}.",
)
_REFUSED = (
    "sign-in-refused",
    "{host} does not accept your key.",
    f"Check key id and secret, or make a new API key at {_SETTINGS}; it was tried only once,"
    " so that your account is not locked.",
)
_TOO_LARGE = (
    "too-large",
    "{host} does not accept that much in one request{limit}.",
    "Push fewer rows at once.",
)
_THROTTLED = (
    "throttled",
    "{host} has had too many requests and asks you to wait.",
    "Wait a few minutes and try again; an app token (SODASHEET_APP_TOKEN) gives you more.",
)


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One kind of refusal.

    `reason` is a stable word for programs; `what` and `remedy` are templates over `host`,
    `portal` (its web address), `dataset`, `status`, `message`, `field`, `value`, `expected` and
    `limit`. A rule fits where the status is one of `statuses` (if any are named), `html` and
    `signed` agree (if they are set), and a code or the `pattern` (if any are named) is found.
    `certain` says that the portal has done nothing, even if its status alone would leave that
    open. `step` is the next step to offer. `guesses` name what the contract is not certain of and
    the rule allows for (socrata_contract): with each of their values the sentence stays true.
    """

    reason: str
    what: str
    remedy: str
    statuses: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    pattern: str = ""
    html: bool | None = None
    signed: bool | None = None
    certain: bool = False
    step: Action | None = None
    error: type[PortalError] = PortalError
    guesses: tuple[str, ...] = ()


RULES: tuple[ErrorRule, ...] = (
    ErrorRule(
        "app-token",
        "{host} does not know the app token.",
        "Correct SODASHEET_APP_TOKEN or remove it; it is not needed.",
        pattern=r"invalid app_?token",
        error=SignInError,
    ),
    ErrorRule(
        "synced",
        "The portal fills {dataset} from another source and does not allow manual changes.",
        "Push to the dataset it is filled from, or ask the administrator of {host} to detach it.",
        pattern=r"cannot update a synced dataset",
        certain=True,
    ),
    ErrorRule(
        *_NEEDED,
        codes=_SIGN_IN_CODES,
        pattern=_SIGN_IN_WORDS,
        signed=False,
        step=Action.SIGN_IN,
        error=SignInError,
        guesses=("anonymous_private", "anonymous_user"),
    ),
    ErrorRule(
        *_REFUSED,
        codes=_SIGN_IN_CODES,
        pattern=_SIGN_IN_WORDS,
        signed=True,
        step=Action.SIGN_IN,
        error=SignInError,
    ),
    ErrorRule(
        *_NEEDED,
        statuses=(401,),
        signed=False,
        step=Action.SIGN_IN,
        error=SignInError,
        guesses=("anonymous_private", "anonymous_user"),
    ),
    ErrorRule(
        *_REFUSED,
        statuses=(401,),
        step=Action.SIGN_IN,
        error=SignInError,
    ),
    ErrorRule(
        "blocked",
        'Something between you and the portal blocked the request: "{message}" (403).',
        "Ask your IT department or the administrator of {host} whether a firewall is blocking it.",
        statuses=(403,),
        html=True,
        certain=True,
    ),
    ErrorRule(
        "no-right",
        "Your account does not have permission to do this to {dataset}: {message}",
        _ASK_FOR_IT,
        statuses=(403,),
        pattern=".",
        certain=True,
    ),
    ErrorRule(
        "no-right",
        "Your account does not have permission to do this to {dataset}.",
        _ASK_FOR_IT,
        statuses=(403,),
        certain=True,
    ),
    ErrorRule(
        "unknown-field",
        "{dataset} has no column {field}.",
        _MAP_AGAIN,
        codes=("soda.row.column-not-found", "soda.dataset.column-not-found", "no-such-column"),
        pattern=r"illegal field name sent: (?P<field>.+?)\.?$",
        certain=True,
    ),
    ErrorRule(
        "unknown-field",
        "The portal cannot find the column {field} in {dataset}.",
        f"{_MAP_AGAIN[:-1]}; if {{field}} is a value, not a column name, it doesn't match the row"
        " identifier's type.",
        pattern=r"cannot find column (?P<field>.+?)\.?$",
        certain=True,
    ),
    ErrorRule(
        "wrong-type",
        "The column {field} takes {expected}, and the portal was sent {value}.",
        "Correct the value in the source, or the format in the mapping, and push again.",
        codes=("soda.column.maltyped",),
        pattern=r"maltyped; for field '(?P<field>[^']*)' we expected '(?P<expected>[^']*)'"
        r" but got '(?P<value>.*)'",
        certain=True,
        guesses=("type_error",),
    ),
    ErrorRule(
        "wrong-type",
        "The portal cannot read {value} as {expected}.",
        "Correct the value in the source, or the format in the mapping, and push again.",
        pattern=r"(?:unknown|invalid|unparsable|illegal) (?P<expected>number|date|calendar_date|"
        r"checkbox|boolean|location|point|url|money|percent)(?: format| value)?:? ?"
        r"['\"](?P<value>[^'\"]*)['\"]",
        certain=True,
    ),
    ErrorRule(
        "blank-identifier",
        "A row was sent whose row identifier is blank.",
        "Fill the row identifier in every row of the source and push again.",
        codes=(
            "soda.row.primary-key-nonexistent-or-null",
            "soda.row.delete-without-primary-key",
            "no_primary_key",
        ),
        certain=True,
    ),
    ErrorRule(
        "identifier-not-unique",
        "The column {field} has duplicate values, so it cannot be the row identifier.",
        "Make its values unique, or choose another row identifier on the portal.",
        codes=("soda.column.not-unique", "soda.invalid-row-identifier"),
        certain=True,
    ),
    ErrorRule(
        "bad-argument",
        "{host} did not understand a part of the request: {message}",
        "It may be a map, a file or a filtered view; choose the dataset it comes from.",
        statuses=(400,),
        pattern=r"^unrecognized arguments|bad.parameter",
    ),
    ErrorRule(
        "bad-request",
        "{host} could not read what was sent: {message}",
        _REPORT,
        codes=(
            "deserialization",
            "req.body.malformed-json",
            "req.content.json.invalid",
            "req.content.json.not-object",
            "req.content-type.missing",
            "req.content-type.unparsable",
            "req.content-type.not-json",
            "req.content-type.unknown-charset",
            "soda.row.upsert-row-not-an-object",
            "req.bad-parameter",
        ),
        certain=True,
    ),
    ErrorRule("bad-request", "{host} could not read what was sent.", _REPORT, statuses=(415,)),
    ErrorRule(
        "bad-query",
        "{host} could not answer the query: {message}",
        _REPORT,
        statuses=(400,),
        pattern=r"query coordinator|soql|query\.compiler",
    ),
    ErrorRule(
        "no-portal",
        "{host} answered with a web page that says it has no such page: it may not be a portal.",
        "Check the address: open it in the browser and copy the dataset's web address from there.",
        statuses=(404, 410),
        html=True,
    ),
    ErrorRule(
        "no-service",
        "{host} offers nothing at the address that portals use for this.",
        "Check that the address is that of the portal itself, not of a page that shows its data.",
        statuses=(404,),
        pattern=r"no service found",
    ),
    ErrorRule(
        "no-row",
        "The row is not in {dataset}.",
        "Nothing was changed; read the dataset again to see which rows it has.",
        codes=("soda.row.not-found",),
    ),
    ErrorRule(
        "not-found",
        "{host} has no {dataset}, or does not show it to you.",
        "Check the dataset's address; if it is private, sign in with an account that can see it.",
        statuses=(404,),
        guesses=("unknown_dataset", "anonymous_user"),
    ),
    ErrorRule(
        "gone",
        "{dataset} has been deleted or replaced on {host}.",
        "Find the dataset on the portal and copy its address again.",
        statuses=(410,),
        guesses=("soda2_reads",),
    ),
    ErrorRule(
        "not-writable",
        "{dataset} does not accept rows: it is not an ordinary dataset.",
        "Choose a dataset with rows, such as the dataset that a view or a map shows.",
        statuses=(405, 406),
    ),
    ErrorRule(
        "proxy-sign-in",
        "Your network's proxy requires a sign-in before it lets anything through (407).",
        "Sign in to the proxy, or ask your IT department for an exception for {host}.",
        statuses=(407,),
        step=Action.SIGN_IN_PROXY,
        certain=True,
    ),
    ErrorRule(
        "captive-portal",
        "Your network wants you to sign in on a web page before it lets anything through.",
        "Open any page in the browser, sign in to the network there, and try again.",
        statuses=(511,),
        certain=True,
    ),
    ErrorRule(
        "locked",
        "Someone else is changing {dataset} right now.",
        "Wait until the other push or edit is finished, then push again.",
        codes=("cannot-acquire-write-lock", "feedback-in-progress"),
        certain=True,
    ),
    ErrorRule(
        "wrong-stage",
        "{dataset} cannot be changed right now: it is being copied, published or deleted.",
        "Wait until that is finished on the portal, then push again.",
        codes=("incorrect-lifecycle-stage",),
        certain=True,
    ),
    ErrorRule(
        "locked",
        "{dataset} is locked or has just been changed by someone else.",
        "Wait until the other push or edit is finished, then push again.",
        statuses=(409, 412),
        guesses=("apply_again",),
    ),
    ErrorRule(
        *_TOO_LARGE,
        step=Action.PUSH_FEWER_ROWS,
        statuses=(413,),
    ),
    ErrorRule(
        *_TOO_LARGE,
        step=Action.PUSH_FEWER_ROWS,
        codes=("req.body.too-large",),
        certain=True,
    ),
    ErrorRule(
        "length-required",
        "{host} does not accept rows without a declared size (411).",
        "Choose the other upload method.",
        statuses=(411,),
        step=Action.CHOOSE_UPLOAD_METHOD,
    ),
    ErrorRule(
        "address-too-long",
        "The query was too long for {host}.",
        "Ask for fewer columns or fewer rows at once.",
        statuses=(414, 431),
    ),
    ErrorRule(
        *_THROTTLED,
        statuses=(429,),
    ),
    ErrorRule(
        *_THROTTLED,
        codes=("too-many-requests",),
    ),
    ErrorRule(
        "too-slow",
        "{host} took too long and gave up ({status}).",
        _SOME_TIME,
        statuses=(408, 504, 524),
    ),
    ErrorRule(
        "gateway",
        "{host}'s gateway got no response from the portal's server (502).",
        _SOME_TIME,
        (502,),
    ),
    ErrorRule("unavailable", "{host} is temporarily unavailable (503).", _SOME_TIME, (503,)),
    ErrorRule(
        "elsewhere",
        "{host} redirected the request, and rows are never sent to another address.",
        "Open the dataset in the browser and copy the web address it has now.",
        statuses=(301, 302, 303, 307, 308),
    ),
    ErrorRule(
        "no-data",
        '{host} returned a web page instead of data: "{message}".',
        "The network may want you to sign in on a web page first, or {host} isn't a portal: open"
        " it in the browser to see.",
        statuses=(200, 201, 202, 203),
        html=True,
    ),
    ErrorRule(
        "no-data",
        "{host} answered with something other than data.",
        "Check that it is a Socrata portal, and try again in a few minutes.",
        statuses=(200, 201, 202, 203, 204),
    ),
    ErrorRule(
        "internal",
        "{host} reported an internal error ({status}): {message}",
        _SOME_TIME,
        statuses=tuple(range(500, 600)),
        pattern=".",
    ),
    ErrorRule(
        "internal",
        "{host} reported an internal error ({status}).",
        _SOME_TIME,
        statuses=tuple(range(500, 600)),
    ),
    ErrorRule(
        "refused",
        "{host} refused the request ({status}): {message}",
        "Correct that, then try again.",
        pattern=".",
        guesses=("type_error", "apply_again"),
    ),
    ErrorRule(
        "refused",
        "{host} refused the request ({status}) without saying why.",
        "Try again; if it keeps happening, ask the administrator of {host}.",
    ),
)
