"""Wildcards that were not expanded by a shell."""

from pathlib import Path

from sodasheet.commands.terminal.wildcards import matching_files


def test_where_the_shell_replaces_wildcards_every_path_stays(tmp_path: Path) -> None:
    (tmp_path / "a.json").touch()
    pattern = tmp_path / "*.json"

    assert matching_files([pattern], by_shell=True) == [pattern]


def test_elsewhere_the_files_take_the_place_of_the_pattern_in_order(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "c.txt", "[x].json"):
        (tmp_path / name).touch()
    found = matching_files(
        [tmp_path / "?.json", tmp_path / "[x].json", tmp_path / "*.csv"], by_shell=False
    )

    assert [path.name for path in found] == ["a.json", "b.json", "[x].json", "*.csv"]
