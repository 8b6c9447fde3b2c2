"""Number formats, declared by writing a number the way the column does."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sodasheet.errors import UsageProblem
from sodasheet.staging.sql_quoting import contains, literal, matches

#: Blanks between groups of three digits; a column that uses one kind may use any.
_SPACES = " \u00a0\u2009\u202f"
#: Rare characters around a number, whatever the column's format.
_RARE = frozenset("+-() ") | {"CR", "DR"}
#: Minus signs of web pages and word processors: the minus sign, hyphens, dashes, and wide forms.
MINUS_SIGNS = "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
_SIGN = f"[-+{MINUS_SIGNS}]"
#: Sign after the digits -> RE2 pattern of these signs in cells.
_TRAILING = {"-": r"[ ]?[-+]", "CR": r"[ ]?(?:CR|DR)"}
_CURRENCY = r"[$€£¥₹₩₽₪₱฿]|(?:[A-Z]{1,2}\$)|(?:[A-Z]{3})|(?:kr|zł|Kč|Ft)"
_GROUPS = {
    ",": r",",
    ".": r"\.",
    " ": f"[{_SPACES}]",
    "'": "['\u2019]",
}
_EXAMPLE = re.compile(
    rf"""(?P<open>\()?[+-]?(?P<before>{_CURRENCY})?[{_SPACES}]?[+-]?
         (?P<body>[0-9]+(?:[,.'\u2019{_SPACES}][0-9]+)*)
         [{_SPACES}]?(?P<percent>%)?(?P<trailing>-|CR)?(?P<after>{_CURRENCY})?(?P<close>\))?""",
    re.VERBOSE,
)
_GROUPED = re.compile(
    rf"[0-9]{{1,3}}(?:(?P<group>,|\.|['\u2019]|[{_SPACES}])[0-9]{{3}})"
    rf"(?:(?:(?P=group))[0-9]{{3}})*(?:(?P<decimal>[.,])[0-9]+)?"
)
_UNGROUPED = re.compile(r"[0-9]+(?:(?P<decimal>[.,])[0-9]+)?")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The format of the numbers in a column.

    `group` is the sign between groups of three digits or empty, `decimal` the decimal sign or
    empty if the column has whole numbers only. `currency`, before the digits or `behind` them,
    may be missing in a cell; `percent` may not, because 45 and 45 % differ. With
    `parentheses`, `(5)` is -5. With `trailing`, a sign behind the digits, `5-` is -5, and for CR
    `5 CR` is -5 and `5 DR` is 5, as mainframes and ledgers write it.
    """

    group: str = ""
    decimal: str = "."
    currency: str = ""
    behind: bool = False
    percent: bool = False
    parentheses: bool = False
    trailing: str = ""

    @classmethod
    def read(cls, example: str) -> NumberFormat:
        """Return the format of a number such as `$1,234.50`, `1.234,5`, `45%` or `1,234-`.

        Three digits behind a single comma are a group, behind a single point a fraction. Raises
        UsageProblem, naming what is accepted.
        """
        whole = _EXAMPLE.fullmatch(example.strip())
        if whole is None or bool(whole["open"]) != bool(whole["close"]):
            raise _unreadable(example)
        if whole["before"] and whole["after"]:
            raise _unreadable(example)
        group, decimal = _signs(whole["body"], example)
        currency, behind = whole["before"] or whole["after"] or "", bool(whole["after"])
        is_percent, in_parentheses = bool(whole["percent"]), bool(whole["open"])
        trailing = whole["trailing"] or ""
        if trailing and in_parentheses:
            raise _unreadable(example)
        return cls(group, decimal, currency, behind, is_percent, in_parentheses, trailing)

    @property
    def pattern(self) -> str:
        """An RE2 pattern of the cells that fit; groups must be of three digits, all or none."""
        digits = "[0-9]+"
        if self.group:
            digits = f"(?:[0-9]{{1,3}}(?:{_GROUPS[self.group]}[0-9]{{3}})+|[0-9]+)"
        point = re.escape(self.decimal)
        body = f"(?:{digits}(?:{point}[0-9]*)?|{point}[0-9]+)" if self.decimal else digits
        sign = re.escape(self.currency)
        before = f"(?:{sign}[{_SPACES}]?)" if sign and not self.behind else ""
        after = f"(?:[{_SPACES}]?{sign})?" if sign and self.behind else ""
        percent = f"[{_SPACES}]?%" if self.percent else ""
        optional = before + "?" * bool(before)
        signed = f"(?:{_SIGN}?{optional}{body}|{before}{_SIGN}{body}){percent}{after}"
        if self.trailing:
            return f"(?:{signed}|{optional}{body}{percent}{_TRAILING[self.trailing]}{after})"
        if not self.parentheses:
            return signed
        return rf"(?:{signed}|{optional}\({optional}{body}{percent}{after}\))"

    def fits(self, text: str) -> str:
        """Return SQL that is true if `text` is written in this format."""
        return matches(text, self.pattern)

    def bare(self, text: str) -> str:
        """Return SQL for a fitting `text` with nothing left but sign, digits and decimal point."""
        ascii_signs = [sign for sign in self._decoration if sign.isascii()]
        others = [sign for sign in self._decoration if not sign.isascii()]
        usual = [sign for sign in ascii_signs if sign not in _RARE or sign == self.group]
        odd = [f"contains({text}, '{sign}')" for sign in ascii_signs if sign not in usual]
        if others:
            odd.append(f"strlen({text}) <> length({text})")
        minus = f"[-({MINUS_SIGNS}]{'|CR' if self.trailing == 'CR' else ''}"
        negative = f"CASE WHEN {contains(text, minus)} THEN '-' ELSE '' END"
        # Hardly any cell contains a rare sign, and removing signs from each cell is the most
        # expensive step.
        plain, full = _without(text, usual), _without(text, [*ascii_signs, *others])
        if self.decimal == ",":
            plain, full = (f"replace({digits}, ',', '.')" for digits in (plain, full))
        return f"CASE WHEN {' OR '.join(odd)} THEN {negative} || {full} ELSE {plain} END"

    @property
    def _decoration(self) -> list[str]:
        """Everything that the pattern allows in addition to digits and the decimal sign."""
        groups = {" ": _SPACES, "'": "'\u2019"}.get(self.group, self.group)
        spaces = _SPACES if self.currency or self.percent else ""
        brackets = "()" if self.parentheses else ""
        percent = "%" if self.percent else ""
        spaces += " " if self.trailing else ""
        single = dict.fromkeys(f"+-{groups}{spaces}{brackets}{percent}{MINUS_SIGNS}")
        words = ["CR", "DR"] if self.trailing == "CR" else []
        return [*single, *filter(None, [self.currency]), *words]


def two_notations(one: NumberFormat, other: NumberFormat) -> bool:
    """True if the group separator of one format is the decimal sign of the other."""
    return bool(one.group and one.group == other.decimal) or bool(
        other.group and other.group == one.decimal
    )


def _without(text: str, signs: list[str]) -> str:
    """Return SQL for `text` without these characters."""
    # One call removes all letters beyond ASCII, which are rare.
    single = "".join(sign for sign in signs if len(sign) == 1 and not sign.isascii())
    for sign in signs:
        if sign not in single:
            text = f"replace({text}, {literal(sign)}, '')"
    return f"translate({text}, {literal(single)}, '')" if single else text


def _signs(body: str, example: str) -> tuple[str, str]:
    """Return the group separator and decimal sign of an example's digits."""
    grouped = _GROUPED.fullmatch(body)
    if grouped is not None and not (
        grouped["group"] == "." and body.count(".") == 1 and "," not in body
    ):
        group = grouped["group"]
        group = " " if group in _SPACES else "'" if group == "\u2019" else group
        decimal = grouped["decimal"] or {",": ".", ".": ",", "'": "."}.get(group, "")
        if decimal == group:
            raise _unreadable(example)
        return group, decimal
    plain = _UNGROUPED.fullmatch(body)
    if plain is None:
        raise _unreadable(example)
    return "", plain["decimal"] or "."


def _unreadable(example: str) -> UsageProblem:
    return UsageProblem(
        f"{example!r} is not a number format.",
        "Write one number the way the column does, such as 1,234.5 or $1,234.50 or 1.234,5 or "
        "1 234,5 or 45% or (1,234) or 1,234- or 1,234 CR; or write fraction if a cell shown as "
        "35% contains 0.35.",
    )
