"""Finding the separator of a delimited file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Lay = Callable[..., Any]


@pytest.mark.parametrize(
    ("name", "text", "headers"),
    [
        ("x.csv", "a,b,c\n1,2,3\n", ["a", "b", "c"]),
        ("x.csv", "a;b;c\n1;2;3\n", ["a", "b", "c"]),
        ("x.csv", "a\tb\tc\n1\t2\t3\n", ["a", "b", "c"]),
        ("x.csv", "a|b|c\n1|2|3\n", ["a", "b", "c"]),
        ("x.csv", "id;name;price\n1;x;1,50\n2;y;2,75\n", ["id", "name", "price"]),
        ("x.csv", "id;size, m;price\n1;1,5;2,5\n2;3,5;4,5\n", ["id", "size, m", "price"]),
        ("x.csv", '"a;b","c;d"\n"1;2","3;4"\n', ["a;b", "c;d"]),
        ("x.csv", 'a,b\n"1;2;3;4","5;6;7;8"\n', ["a", "b"]),
        ("x.csv", "id,tags\n1,a|b|c\n2,a|b|c\n", ["id", "tags"]),
        ("x.csv", "name,when\nx,2024-01-02 10:00\n", ["name", "when"]),
        ("x.csv", "Address\n1 Main St, Hartford\n2 Elm St, Avon, CT\n", ["Address"]),
        ("x.csv", "name\nx\ny\n", ["name"]),
        ("x.csv", "name\n", ["name"]),
        ("x.csv", "a,b\n", ["a", "b"]),
        ("x.csv", "a,b\n1\n2,3,4\n", ["a", "b"]),
        ("x.csv", "a,b,c\n" + "1,2,3\n" * 9 + "1,2\n", ["a", "b", "c"]),
        ("x.csv", "a,b,,\n1,2\n3,4,,\n", ["a", "b"]),
        ("x.tsv", "a, x\tb, y\n1,5\t2,5\n", ["a, x", "b, y"]),
        ("x.tsv", "a,b\n1,2\n", ["a", "b"]),
        ("x.tab", "a\tb\n1\n", ["a", "b"]),
        ("x.txt", "a\tb;c\n1\t2\n", ["a", "b;c"]),
        ("x.csv", 'a,b\n"broken"x,1\n2,3\n', ["a", "b"]),
        ("x.csv", ",,,\n , ,,\na,b,c,d\n1,2,3,4\n", ["a", "b", "c", "d"]),
        ("x.tsv", "\t\t\n\na\tb\tc\n1\t2\t3\n", ["a", "b", "c"]),
        ("x.csv", 'a,b\n"two\nlines",1\n"x",2\n', ["a", "b"]),
    ],
)
def test_the_separator_is_found(laid: Lay, name: str, text: str, headers: list[str]) -> None:
    assert laid(text, name=name).headers == headers


def test_without_headers_most_rows_decide(laid: Lay) -> None:
    found = laid("1;2\n3;4\n5\n", header_row=0)

    assert found.rows == [(1, ["1", "2"]), (2, ["3", "4"])]
    assert found.reasons == [(3, "too-few-cells")]


@pytest.mark.parametrize("word", ["semicolon", "Semicolon", ";"])
def test_a_separator_can_be_set_by_name(laid: Lay, word: str) -> None:
    assert laid("a,b;c\n1;2\n", separator=word).headers == ["a,b", "c"]


def test_repeated_headers_get_unique_names(laid: Lay) -> None:
    found = laid("a,a,a (2), ,a\n1,2,3,4,5\n")

    assert found.headers == ["a", "a (3)", "a (2)", "Column 4", "a (4)"]
    note = found.note("duplicate-header")
    assert (note.count, note.examples[0].row, note.examples[0].column) == (2, 1, "a (3)")
