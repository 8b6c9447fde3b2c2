"""Angles in degrees, minutes and seconds: `41°45'36"N`, `N 41 45 36`, `72° 41.05' W`."""

from __future__ import annotations

from sodasheet.staging.sql_quoting import literal, matches

#: The declared format of numbers and points that are written as angles.
DEGREES = "degrees minutes seconds"

#: Signs after degrees, minutes and seconds, which are written in many ways.
_SIGNS = "[°º˚:'′’‘´\"″”“]"

_NUMBER = r"[0-9]{1,2}(?:\.[0-9]+)?"
_ANGLE = rf"[-+]?[0-9]{{1,3}}(?:\.[0-9]+)?(?: {_NUMBER}){{0,2}}"
_BETWEEN = " ?[,;/]? ?"

#: An angle, once its signs are blanks; the letter is before it, after it, or missing.
_FRONT, _BEHIND = rf"([NSEW]) ?({_ANGLE})", rf"({_ANGLE}) ?([NSEW])"

#: A pair in which an angle may lack its letter.
_SOME = rf"({_ANGLE}) ?([NSEW]?) ?[,;/] ?({_ANGLE}) ?([NSEW]?)"

MACROS = (
    # 41°45'36"N -> 41 45 36 N
    rf"""angle_text(t) AS trim(regexp_replace(regexp_replace(upper(t), {literal(f"[()]|{_SIGNS}")},
        ' ', 'g'), '\s+', ' ', 'g'))""",
    # 41 45 36 N -> 41.76; an angle without a letter counts as north or east. A lambda of one
    # element gives a value a name: a macro would repeat its text wherever it is used.
    r"""angle_number(t) AS list_transform([list_transform(regexp_extract_all(t, '[0-9.]+'),
        lambda x: try_cast(x AS DOUBLE))], lambda n:
        CASE WHEN n[1] IS NOT NULL AND coalesce(n[2], 0) < 60 AND coalesce(n[3], 0) < 60
        THEN CASE WHEN regexp_matches(t, '[-SW]') THEN '-' ELSE '' END || rtrim(rtrim(
            printf('%.7f', n[1] + coalesce(n[2], 0) / 60 + coalesce(n[3], 0) / 3600),
            '0'), '.') END)[1]""",
    # Both angles of a pair with their letters after them, and a comma between.
    rf"""angle_pair(t) AS CASE
        WHEN {matches("t", _FRONT + _BETWEEN + _FRONT)}
        THEN regexp_replace(t, {literal(_FRONT + _BETWEEN + _FRONT)}, '\2\1,\4\3')
        WHEN {matches("t", _BEHIND + _BETWEEN + _BEHIND)}
        THEN regexp_replace(t, {literal(_BEHIND + _BETWEEN + _BEHIND)}, '\1\2,\3\4')
        WHEN {matches("t", _SOME)} THEN regexp_replace(t, {literal(_SOME)}, '\1\2,\3\4') END""",
    r"""halves_of_pair(p) AS CASE WHEN regexp_full_match(p, '[^,NSEW]*[NS]?,[^,NSEW]*[EW]?')
        THEN [split_part(p, ',', 1), split_part(p, ',', 2)]
        WHEN regexp_full_match(p, '[^,NSEW]*[EW],[^,NSEW]*[NS]')
        THEN [split_part(p, ',', 2), split_part(p, ',', 1)] END""",
    # `(41.76, -72.6838889)`, NULL for other text.
    r"""degrees_pair(t) AS list_transform(list_transform(list_transform([angle_text(t)],
        lambda a: angle_pair(a)), lambda p: halves_of_pair(p)),
        lambda h: '(' || angle_number(h[1]) || ', ' || angle_number(h[2]) || ')')[1]""",
    rf"""degrees_number(t) AS list_transform([angle_text(t)], lambda a: CASE
        WHEN {matches("a", _FRONT)} THEN angle_number(regexp_replace(a, {literal(_FRONT)}, '\2\1'))
        WHEN {matches("a", f"(?:{_BEHIND})|(?:{_ANGLE})")} THEN angle_number(a) END)[1]""",
)  # fmt: skip
