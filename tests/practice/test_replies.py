"""The text of replies in JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from socrata_practice.web.replies import pretty_text

_LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(-999, 999).map(
    lambda number: round(number, 3)
)  # fmt: skip
_BODIES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(_BODIES)
def test_json_is_laid_out_as_by_the_writer_of_the_standard_library(body: Any) -> None:
    written = json.dumps(body, indent=2, separators=(",", " : "), ensure_ascii=False)
    assert pretty_text(body) == written


def test_keys_and_texts_that_look_like_each_other_stay_as_they_are() -> None:
    body = {'a": "b': ['"c": ', "d\\"], 'e\\"': {"big": 2**70}}
    written = json.dumps(body, indent=2, separators=(",", " : "), ensure_ascii=False)
    assert pretty_text(body) == written
    assert pretty_text({'a": "b': ['"c": ', "d\\"]}) == (
        '{\n  "a\\": \\"b" : [\n    "\\"c\\": ",\n    "d\\\\"\n  ]\n}'
    )
