"""The order in which several workers run the tests."""

from __future__ import annotations

import pytest

from stretches import LONGEST, order

FILES = [
    *["calc/test_a.py"] * 2,
    *["commands/test_a.py"] * 2,
    "desk/test_a.py",
    LONGEST,
    *["docs/test_a.py"] * 5,
    *["push/test_a.py"] * 3,
    *["system/test_a.py"] * 5,
]


def test_each_stretch_begins_with_a_room_that_takes_long() -> None:
    found = [FILES[place] for place in order(FILES, 4)]

    assert [found[begin] for begin in (0, 5, 10, 15)] == [
        LONGEST,
        "push/test_a.py",
        "calc/test_a.py",
        "commands/test_a.py",
    ]


def test_the_last_of_fewer_workers_begins_with_several_rooms() -> None:
    found = [FILES[place].partition("/")[0] for place in order(FILES, 3)]

    assert [found[begin] for begin in (0, 7)] == ["desk", "push"]
    assert found[14:18] == ["calc", "calc", "commands", "commands"]


def test_a_room_that_takes_long_comes_first_where_there_is_no_other() -> None:
    files = ["docs/test_a.py", "docs/test_a.py", "push/test_a.py"]

    assert order(files, 2) == [2, 0, 1]


@pytest.mark.parametrize("workers", [2, 3, 4, 7, 40])
@pytest.mark.parametrize("files", [FILES, FILES[2:6], FILES[6:11], []])
def test_every_test_is_run_once(files: list[str], workers: int) -> None:
    assert sorted(order(files, workers)) == list(range(len(files)))


def test_a_room_stays_together_and_in_order() -> None:
    found = order(FILES, 3)

    push = [found.index(place) for place, file in enumerate(FILES) if file.startswith("push/")]
    assert push == list(range(push[0], push[0] + 3))
