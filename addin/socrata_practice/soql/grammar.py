"""Reading SoQL text into a syntax tree with sqlglot.

SoQL differs from what sqlglot knows in a few places: names may begin with a colon (`:id`), a
double-quoted text is a string, `NULL LAST` has no S, and a column may be called what is a word of
SQL
elsewhere. The text is corrected for those; everything else is decided on the tree.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

import sqlglot
from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from socrata_practice import refusals


class Soql(Dialect):
    """SoQL's quotes and names; every function is parsed as a plain call and checked later."""

    # Nulls come last, or first in descending order, unless the query specifies otherwise.
    NULL_ORDERING = "nulls_are_large"

    class Tokenizer(tokens.Tokenizer):
        """Back-ticks quote names, both quotes quote strings, a doubled quote stands for itself."""

        IDENTIFIERS = ["`"]  # noqa: RUF012
        QUOTES = ["'", '"']  # noqa: RUF012
        STRING_ESCAPES = ["'", '"']  # noqa: RUF012

    class Parser(parser.Parser):
        """A parser that does not interpret functions."""

        FUNCTIONS = {}  # noqa: RUF012
        FUNCTION_PARSERS = {}  # noqa: RUF012
        NO_PAREN_FUNCTIONS = {}  # noqa: RUF012


_PIECES = re.compile(
    r"""(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)"""
    r"""|(?P<cast>::)|(?P<system>:@?[A-Za-z_][A-Za-z0-9_]*|:\*)"""
    r"""|(?P<nulls>\bNULL\s+(?=(?:FIRST|LAST)\b))|(?P<word>[A-Za-z_][A-Za-z0-9_]*)(?P<call>\s*\()?""",
    re.IGNORECASE,
)
#: Characters of a query whose tree is remembered: clients repeat short queries. Trees are read, and
#: never changed.
_SHORT = 500
_SYNTAX = frozenset(
    ("select", "distinct", "where", "group", "order", "by", "having", "limit", "offset", "and",
     "or", "not", "in", "is", "null", "like", "between", "as", "asc", "desc", "nulls", "first",
     "last", "true", "false", "from", "search")
)  # fmt: skip


def _mend(text: str, names: Collection[str]) -> str:
    def mended(match: re.Match[str]) -> str:
        if match["system"]:
            return f"`{match[0]}`"
        if match["nulls"]:
            return "NULLS "
        word = match["word"]
        if word and match["call"] and word.lower() == "case":  # in SoQL, it is an ordinary function
            return f"`{word}`("
        if word and not match["call"] and word.lower() in names and word.lower() not in _SYNTAX:
            return f"`{word}`"
        return match[0]

    return _PIECES.sub(mended, text)


def malformed(text: str, why: str = "") -> refusals.Refusal:
    """Return the refusal for a query that cannot be parsed."""
    return refusals.service(
        400,
        "query.compiler.malformed",
        f"Query coordinator error: query.compiler.malformed; {why or 'Could not parse SoQL query'}"
        f' "{text}"',
        query=text,
    )


def parse(text: str, names: Collection[str]) -> exp.Select:
    """Return the SELECT statement in `text`; `names` are the columns' field names.

    Raises Refusal if it is not one well-formed SELECT.
    """
    mended = _mend(text, names)
    try:
        select = _remembered(mended) if len(mended) <= _SHORT else _select(mended)
    except (SqlglotError, RecursionError, ValueError) as error:
        raise malformed(text) from error
    if select is None:
        raise malformed(text)
    return select


def _select(text: str) -> exp.Select | None:
    trees = sqlglot.parse(text, read=Soql)
    return trees[0] if len(trees) == 1 and isinstance(trees[0], exp.Select) else None


_remembered = lru_cache(maxsize=500)(_select)
