"""Options with several parts: the error says which part is missing."""

from __future__ import annotations

import pytest

from sodasheet.commands.terminal.assignments import Assignments
from sodasheet.errors import UsageProblem

ADD = Assignments("--add", "NAME=TYPE", from_end=True)
RECODE = Assignments("--recode", "HEADER=OLD=NEW", blank=True)


def test_texts_are_split_at_the_end_that_the_option_names() -> None:
    assert ADD.pairs([" A = B = number "]) == [("A = B", "number")]
    assert Assignments("--map", "HEADER=FIELD").pairs(["a=b=c"]) == [("a", "b=c")]
    assert RECODE.split("Status==new") == ["Status", "", "new"]
    assert RECODE.split("Status=old=") == ["Status", "old", ""]


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        (ADD, "text", '--add "text" is missing an =. Write --add NAME=TYPE.'),
        (ADD, "=text", '--add "=text" lacks NAME. Write --add NAME=TYPE.'),
        (ADD, "Ward= ", '--add "Ward= " lacks TYPE. Write --add NAME=TYPE.'),
        (ADD, "=", '--add "=" lacks NAME and TYPE. Write --add NAME=TYPE.'),
        (RECODE, "=a=b", '--recode "=a=b" lacks HEADER. Write --recode HEADER=OLD=NEW.'),
    ],
)
def test_a_missing_part_is_named(option: Assignments, text: str, sentence: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        option.split(text)

    assert str(caught.value) == sentence
