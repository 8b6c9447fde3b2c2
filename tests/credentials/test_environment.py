"""Keys from the environment."""

from __future__ import annotations

import pytest

from sodasheet.credentials.keychain import from_environment
from sodasheet.errors import UsageProblem
from sodasheet.model.credentials import Credentials


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"SODASHEET_KEY_ID": "", "SODASHEET_KEY_SECRET": " "}, None),
        ({"SODASHEET_APP_TOKEN": "t"}, None),
        ({"SODASHEET_KEY_ID": "id", "SODASHEET_KEY_SECRET": "s"}, Credentials("id", "s")),
        (
            {
                "SODASHEET_KEY_ID": " id ",
                "SODASHEET_KEY_SECRET": "s\r\n",
                "SODASHEET_APP_TOKEN": "t",
            },
            Credentials("id", "s", "t"),
        ),
    ],
)
def test_a_key_is_taken_from_the_environment(
    environ: dict[str, str], expected: Credentials | None
) -> None:
    assert from_environment(environ) == expected


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        ({"SODASHEET_KEY_ID": "hunter2"}, "SODASHEET_KEY_SECRET"),
        ({"SODASHEET_KEY_SECRET": "hunter2"}, "SODASHEET_KEY_ID"),
    ],
)
def test_half_a_key_is_an_error_that_names_the_other_half(
    environ: dict[str, str], missing: str
) -> None:
    with pytest.raises(UsageProblem) as caught:
        from_environment(environ)

    assert caught.value.what == f"{missing} is not set, though the other half of the key is."
    assert "hunter2" not in str(caught.value)


def test_the_process_environment_is_read_at_the_time_of_asking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SODASHEET_KEY_ID", "id")
    monkeypatch.setenv("SODASHEET_KEY_SECRET", "s")

    assert from_environment() == Credentials("id", "s")


def test_a_key_never_shows_its_secret() -> None:
    assert "hunter2" not in repr(Credentials("id", "hunter2", "hunter2"))
