"""Lines sent by the last push are skipped when a file is read, and nothing is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodasheet.errors import SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.sources.spool import Spool
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.diff.changes_only import sending_rows
from sodasheet.staging.diff.row_hashes import compare, drop_unchanged, repeats, write_row_hashes
from sodasheet.staging.staged_table import Stage
from thorough import examples

from ..conftest import column_of, dataset_of

DATASET = dataset_of(column_of("no", "number"), column_of("a"), column_of("b"), identifier="no")
MAPPING = Mapping((ColumnRule("No", "no"), ColumnRule("A", "a"), ColumnRule("B", "b")))
LINES = [f'{n},"Ü, {n}",x{n}' for n in range(1, 11)]


@dataclass
class Folder:
    """Versions of one file, and the imprint of the version that was pushed last."""

    path: Path

    @property
    def imprint(self) -> Path:
        return self.path / "imprint.parquet"

    @contextmanager
    def checked(self, content: bytes, imprint: Path | None = None) -> Iterator[CheckResult]:
        """The file with this content, read without the lines of the imprint."""
        source = self.path / "fees.csv"
        source.write_bytes(content)
        spec = open_source(SourceSpec(path=source.name), self.path)
        with Stage.open(spec, self.path, Silent(), lambda _: imprint) as stage:
            yield check(stage, CheckPlan(DATASET, MAPPING, Method.REPLACE))

    def push(self, content: bytes) -> None:
        """Have the last push sent this content."""
        with self.checked(content) as checked:
            write_row_hashes(checked, self.imprint)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def file_of(lines: Sequence[str], end: str = "\n", header: str = "No,A,B") -> bytes:
    return "".join(line + end for line in (header, *lines)).encode()


def changed(lines: Sequence[str], **instead: str) -> list[str]:
    """The lines with some lines replaced (named `_3` for the line at place 3)."""
    return [instead.get(f"_{place}", line) for place, line in enumerate(lines)]


def cells(checked: CheckResult) -> list[tuple[object, ...]]:
    return checked.stage.connection.execute("SELECT * FROM source ORDER BY _row").fetchall()


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_only_new_lines_are_taken_apart_and_keep_their_numbers(
    folder: Folder, end: str, separator: str
) -> None:
    def put(lines: Sequence[str]) -> bytes:
        return file_of(lines, end).replace(b",", separator.encode())

    folder.push(put(LINES))
    now = put([*changed(LINES, _3='4,"Ö ""4""",'), "77,new,"])

    with folder.checked(now, folder.imprint) as checked:
        assert cells(checked) == [(5, "4", 'Ö "4"', ""), (12, "77", "new", "")]
        stage = checked.stage
        assert (stage.rows, stage.as_sent, checked.good, checked.rejected) == (11, 9, 11, 0)
        difference = compare(checked, folder.imprint)
        assert (difference.unchanged, difference.changed, difference.new) == (9, 1, 1)
        narrow = drop_unchanged(checked)
        assert (narrow.sendable, narrow.held, narrow.removals) == (2, 9, 0)


def test_a_file_without_a_new_line_has_nothing_to_read(folder: Folder) -> None:
    folder.push(file_of(LINES))

    with folder.checked(file_of(LINES[::-1][1:]), folder.imprint) as checked:
        assert (cells(checked), checked.good, checked.stage.as_sent) == ([], 9, 9)
        narrow = narrowed_by(folder, checked)
        assert (narrow.sendable, sending_rows(narrow)) == (0, ([], ["10"]))


def test_the_imprint_of_a_file_that_was_read_by_its_lines_is_as_good_as_any(folder: Folder) -> None:
    folder.push(file_of(LINES))
    with folder.checked(file_of(changed(LINES, _2="3,other,")), folder.imprint) as checked:
        assert checked.stage.as_sent == 9
        write_row_hashes(checked, folder.imprint)

    third = file_of(changed(LINES, _2="3,other,", _5="6,third,"))
    with folder.checked(third, folder.imprint) as checked:
        assert [row[0] for row in cells(checked)] == [7]
        assert compare(checked, folder.imprint).changed == 1


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            changed(LINES, _0='1,"open', _1='still",2'), id="a quote open at a line's end"
        ),
        pytest.param([*LINES[:9], LINES[0]], id="a line twice"),
        pytest.param([f"{line}!" for line in LINES], id="every line another"),
        pytest.param(LINES[:2], id="most lines gone"),
        pytest.param([*LINES[:9], "10,a\x1fb,"], id="the byte that separates nothing"),
    ],
)
def test_where_lines_do_not_tell_enough_all_are_read(folder: Folder, lines: list[str]) -> None:
    folder.push(file_of(LINES))
    content = file_of(lines)

    with folder.checked(content, folder.imprint) as checked, folder.checked(content) as whole:
        assert checked.stage.as_sent == 0
        assert cells(checked) == cells(whole)
        assert checked.stage.rows == whole.stage.rows


def test_rows_that_were_rejected_are_looked_at_again(folder: Folder) -> None:
    lines = changed(LINES, _4="five,bad,")
    folder.push(file_of(lines))

    with folder.checked(file_of(lines), folder.imprint) as checked:
        assert (checked.stage.as_sent, checked.rejected, checked.good) == (9, 1, 9)
        (row,) = checked.rejected_rows(5)
        assert (row.row, row.value) == (6, "five")


def test_an_identifier_of_a_line_that_was_left_out_is_noticed(folder: Folder) -> None:
    folder.push(file_of(LINES))

    with folder.checked(file_of([*LINES, "3.0,twice,"]), folder.imprint) as checked:
        assert repeats(checked)
    with folder.checked(file_of([*LINES, "33,once,"]), folder.imprint) as checked:
        assert not repeats(checked)


def test_an_imprint_that_is_none_or_of_no_lines_leaves_everything_to_be_read(
    folder: Folder,
) -> None:
    folder.imprint.write_bytes(b"PAR1 and then nothing")
    with folder.checked(file_of(LINES), folder.imprint) as checked:
        assert (checked.stage.as_sent, checked.good) == (0, 10)
    with folder.checked(file_of([*LINES, '11,"two\nlines",'])) as checked:
        write_row_hashes(checked, folder.imprint)
    with folder.checked(file_of(LINES), folder.imprint) as checked:
        assert (checked.stage.as_sent, checked.good) == (0, 10)


@pytest.mark.parametrize("found", [True, False], ids=["an imprint", "none"])
def test_a_file_that_changes_while_the_imprint_is_looked_for_is_refused(
    folder: Folder, found: bool
) -> None:
    folder.push(file_of(LINES))
    path = folder.path / "fees.csv"
    path.write_bytes(file_of([*LINES, "11,new,"]))

    def meanwhile(_: Spool) -> Path | None:
        path.write_bytes(file_of([*LINES, "12,newer,"]))
        return folder.imprint if found else None

    source = open_source(SourceSpec(path=path.name), folder.path)
    with (
        pytest.raises(SourceError, match=r"fees\.csv changed while being read"),
        Stage.open(source, folder.path, Silent(), meanwhile),
    ):
        pytest.fail("it was read")


def narrowed_by(folder: Folder, checked: CheckResult) -> CheckResult:
    compare(checked, folder.imprint)
    return drop_unchanged(checked)


_TEXTS = st.sampled_from(["", "a", "Ü,", '"q"', " b ", "n/a", "'", "0", "x\ny"])
_PLAIN = st.sampled_from(["", "a", "Ü,", '"q"', " b ", "n/a", "0"])
_NUMBERS = st.sampled_from([*map(str, range(30)), "1.0", "03", "no", ""])
_OLD = st.lists(st.tuples(_NUMBERS, _PLAIN, _PLAIN), min_size=6, unique_by=lambda row: row[0])
_EDITS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("cdt"), _TEXTS), max_size=3)
_ADDED = st.lists(st.tuples(_NUMBERS, _PLAIN, _TEXTS), max_size=2)


@settings(max_examples=examples(10, 20), deadline=None)
@given(_OLD, _EDITS, _ADDED)
def test_reading_by_lines_finds_what_reading_everything_finds(
    old: list[tuple[str, str, str]],
    edits: list[tuple[int, str, str]],
    added: list[tuple[str, str, str]],
) -> None:
    new = list(old)
    for place, kind, text in edits:
        if place < len(new) and kind == "c":
            new[place] = (new[place][0], text, new[place][2])
        elif place < len(new):
            row = new.pop(place)
            new.extend([row] if kind == "t" else [])
    new.extend(added)
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Folder(Path(name))
        folder.push(_written(old))
        whole = stack.enter_context(folder.checked(_written(new)))
        compare(whole, folder.imprint)
        checked = stack.enter_context(folder.checked(_written(new), folder.imprint))
        if checked.stage.as_sent and repeats(checked):
            assert whole.rejected >= 2
            return
        assert compare(checked, folder.imprint) == compare(whole, folder.imprint)
        assert (checked.good, checked.rejected) == (whole.good, whole.rejected)
        by_lines, by_rows = (sending_rows(drop_unchanged(one)) for one in (checked, whole))
        assert by_lines[0] == by_rows[0]
        assert sorted(by_lines[1]) == sorted(by_rows[1])


def _written(rows: Sequence[tuple[str, str, str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([("No", "A", "B"), *rows])
    return buffer.getvalue().encode()
