"""The greatest total, compared with a search of all combinations."""

from __future__ import annotations

import itertools
import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from sodasheet.matching.best_assignment import assign

WEIGHTS = st.lists(st.dictionaries(st.integers(0, 4), st.integers(1, 20), max_size=5), max_size=5)


def best_total(weights):
    slots = [*range(5), *[None] * len(weights)]
    choices = itertools.permutations(slots, len(weights))
    return max(
        (
            sum(row.get(at, 0) for row, at in zip(weights, choice, strict=True))
            for choice in choices
        ),
        default=0,
    )


@settings(deadline=None)
@given(WEIGHTS)
def test_no_other_pairing_has_a_greater_total(weights):
    found = assign(weights)

    assert len(set(found.values())) == len(found)
    assert all(at in weights[row] for row, at in found.items())
    assert sum(weights[row][at] for row, at in found.items()) == best_total(weights)


def test_nothing_is_paired_with_nothing():
    assert assign([]) == {}
    assert assign([{}, {}]) == {}


def test_five_hundred_by_five_hundred():
    chance = random.Random(1)
    weights = [{at: chance.randrange(1, 1000) for at in range(500)} for _ in range(500)]
    began = time.process_time()
    found = assign(weights)

    assert len(found) == 500
    assert time.process_time() - began < 5
