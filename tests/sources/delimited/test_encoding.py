"""Finding the encoding of a delimited file."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pytest

Lay = Callable[..., Any]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "é 😀"),
        ("utf-8-sig", "é 😀"),
        ("utf-16", "é 😀"),
        ("utf-32", "é 😀"),
        ("cp1252", "Año Müller “€5” – naïve"),
        ("cp1252", "é"),
        ("cp1251", "Название улицы Ленина в городе Москва, дом пять"),
        ("koi8_r", "Название улицы Ленина в городе Москва, дом пять"),
        ("cp1253", "Όνομα και διεύθυνση στην Αθήνα και τη Θεσσαλονίκη"),
        ("shift_jis", "東京都千代田区霞が関一丁目の住所"),
        ("gb18030", "北京市朝阳区建国门外大街的地址"),
        ("euc_kr", "서울특별시 종로구 세종대로 주소"),
    ],
)
def test_the_encoding_is_found(laid: Lay, encoding: str, text: str) -> None:
    data = f"id\tplace\n1\t{text}\n".encode(encoding)

    assert laid(data).rows == [(2, ["1", text])]


@pytest.mark.parametrize("text", ["ÄÖÜ", "ÑÚÑEZ", "Öß", "ÄÄ ÖÖ ÜÜ", "§§ 5", "É à Ü", "«»"])
def test_a_few_letters_are_western_and_a_doubtful_guess(laid: Lay, text: str) -> None:
    """Each of these bytes is Japanese, Korean or Chinese too."""
    found = laid(f"id,place\n1,{text}\n".encode("cp1252"))

    assert found.rows == [(2, ["1", text])]
    reasons = {group.reason for group in found.spool.findings}
    assert reasons & {"encoding-doubtful", "encoding-guessed"}


def test_a_guess_is_doubtful_where_few_letters_tell(laid: Lay) -> None:
    short, long = "東京都千代田区霞が関一丁目", "東京都千代田区霞が関一丁目の住所" * 5
    doubtful = laid(f"id,place\n1,{short}\n".encode("shift_jis"))
    assert doubtful.rows == [(2, ["1", short])]
    assert "few letters" in doubtful.note("encoding-doubtful").message

    sure = laid(f"id,place\n1,{long}\n".encode("shift_jis"))
    assert "CP932" in sure.note("encoding-guessed").message.replace("SHIFT_JIS", "CP932")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf_16_of_either_byte_order_is_read(laid: Lay, mark: bytes) -> None:
    codec = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"

    assert laid(mark + "a,b\r\n1,\u0a0d\u2c0a\r\n".encode(codec)).rows == [
        (2, ["1", "\u0a0d\u2c0a"])
    ]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_guessed_and_noted(laid: Lay, codec: str) -> None:
    found = laid("name,place\n1,é\n".encode(codec))

    assert found.rows == [(2, ["1", "é"])]
    assert codec.upper() in found.note("encoding-guessed").message


def test_evidence_far_into_the_file_counts(laid: Lay) -> None:
    filler = b"1,plain\n" * 400_000
    found = laid(b"a,b\n" + filler + "2,Peña\n".encode("cp1252"))

    assert found.rows[-1] == (400_002, ["2", "Peña"])


def test_one_bad_byte_does_not_change_the_encoding_of_a_utf_8_file(laid: Lay) -> None:
    found = laid(b"a,b\n" + "1,Peña\n".encode() * 50 + b"2,\xe9t\xe9\n")

    assert found.rows[0] == (2, ["1", "Peña"])
    assert found.reasons == [(52, "undecodable")]


def test_bytes_invalid_in_the_explicit_encoding_are_faults(laid: Lay) -> None:
    found = laid(b"a,b\n1,\x81\n2,\xe9\n", encoding="windows-1252")

    assert found.rows == [(3, ["2", "é"])]
    assert found.faults == [(2, "", "undecodable", "1,\ufffd")]


def test_a_cut_off_utf_16_file_ends_in_a_fault(laid: Lay) -> None:
    found = laid("a,b\n1,2\n3,4".encode("utf-16")[:-1])

    assert found.rows == [(2, ["1", "2"])]
    assert found.reasons == [(3, "undecodable")]


def test_a_byte_order_mark_outranks_the_explicit_encoding(laid: Lay) -> None:
    assert laid("é,b\n1,2\n".encode("utf-8-sig"), encoding="cp1252").headers == ["é", "b"]


@pytest.mark.parametrize("told", ["utf-8", "windows-1252", "latin-1", "ascii"])
def test_ascii_is_its_own_spool_in_any_ascii_compatible_encoding(laid: Lay, told: str) -> None:
    assert not laid("a,b\n1,2\n", careful=False, encoding=told).spool.numbered


@pytest.mark.parametrize("told", ["utf-16-le", "cp037"])
def test_text_in_another_encoding_is_never_its_own_spool(laid: Lay, told: str) -> None:
    spool = laid("a,b\n1,2\n".encode(told), careful=False, encoding=told).spool

    assert spool.path.name == "utf-8.csv"
    assert spool.path.read_bytes() == b"a,b\n1,2\n"
