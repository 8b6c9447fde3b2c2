"""Values as the portal returned them, sent back unchanged: the cell contains the value's JSON.

Portals take every value in the form in which they give it (portal-api.md D), and only JSON tells an
empty text from nothing, or a location from its words.
"""

from __future__ import annotations

from sodasheet.staging.types.canonical_text import canonical_from_portal
from sodasheet.staging.types.compiled_type import Cell, TypedColumn

#: The cell of a null value; a blank cell leaves the existing value.
NOTHING = "null"


def verbatim(cell: Cell) -> TypedColumn:
    """Compile any JSON value, sent as-is.

    Its word is worked out once under a name: every JSON function in a statement takes memory for
    itself, and the text of a number refers to its value dozens of times.
    """
    key = canonical_from_portal(cell.column, cell.parsed)
    problems = (("not-json", f"NOT strict_json({cell.text})"),)
    return TypedColumn(cell.text, problems, (), key, parsed=f"json_word({cell.text})")
