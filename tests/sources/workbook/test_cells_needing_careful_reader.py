"""Search of the bytes of a sheet for cells that need parsing, in every spelling."""

from __future__ import annotations

import io
import zipfile

import pytest

from sodasheet.sources.workbook.cells_needing_careful_reader import needs_parsing

PART = "xl/worksheets/sheet1.xml"
BOOK = '<workbook><sheets/><calcPr calcId="0"{}/></workbook>'


def needs(cells: str, *, awaits: bool = False, styles: tuple[int, ...] = ()) -> bool:
    """Search a sheet of one row with these cells."""
    sheet = f'<worksheet><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("xl/workbook.xml", BOOK.format(' fullCalcOnLoad="1"' if awaits else ""))
        package.writestr("_rels/.rels", "<Relationships/>")
        package.writestr(PART, sheet)
    with zipfile.ZipFile(packed) as archive:
        return needs_parsing(archive, PART, styles)


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A1" t="e"><v>#N/A</v></c>',
        "<c r='A1' t='e'><v>#N/A</v></c>",
        "<c r='A1' t = 'e'><v>#N/A</v></c>",
        '</row><row r="2" hidden="1"><c r="A2"><v>1</v></c>',
        '</row><row r="2" hidden = \'true\'><c r="A2"><v>1</v></c>',
        '</row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells><sheetData><row>',
        '<c r="A1"><f>SUM(B1:B2)</f></c>',
        '<c r="A1"><f>SUM(B1:B2)</f><v/></c>',
        '<c r="A1"><f>SUM(B1:B2)</f><v></v></c>',
        '<x:c r="A1"><x:f>SUM(B1:B2)</x:f></x:c>',
        '<c r="A1" t="str"><f>IF(B1<1,"low","high")</f></c>',
        '<x:c r="A1" t="str"><x:f>B1</x:f></x:c>',
        '<c r="A1"><f t="shared" si="0"/></c>',
        '<c r="A1"><f\n t="shared" si="0"/></c>',
        '<x:c r="A1"><x:f si="0"/></x:c>',
        '<c r="A1"><f/></c>',
        '<c r="A1"><f><![CDATA[IF(B1<1,1,2)]]></f></c>',
        '<c r="A1"><f>B1</f><v xml:space="preserve"></v></c>',
        '<c r="A1"><f>B1</f><v> </v></c>',
        '<c r="A1"><f>B1</f ></c>',
        '<c r="A1"><f>B1</f></c >',
        '<c r="A1"><v>1&#50;00</v></c>',
        '<c r="A1"><v><![CDATA[77]]></v></c>',
        '<c r="A1"><v>5<!-- half -->00</v></c>',
        '<c r="A1"><v>5<?half?>00</v></c>',
        '<c r="A1" t="&#101;"><v>#N/A</v></c>',
        '</row><row r="2" hidden="&#49;"><c r="A2"><v>1</v></c>',
        '</row><row r="2" ht="0" customHeight="1"><c r="A2"><v>1</v></c>',
        '</row></sheetData><mergeCells><mergeCell\nref="A1:B1"/></mergeCells><sheetData><row>',
        '</row><row r="1"><c r="A1"><v>1</v></c>',
    ],
)
def test_special_cells_are_found(cells: str) -> None:
    assert needs(cells)


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A1"><v>1.5</v></c>',
        '<c r="A1" t="inlineStr"><is><t>of hidden mergeCell f&gt; e</t></is></c>',
        '<c r="A1" t="inlineStr"><is><t>he said "e" and \'e\'; half</t></is></c>',
        '<c r="A1"><f>SUM(B1:B2)</f><v>3</v></c>',
        '<c r="A1" t="str"><f>""</f><v></v></c>',
        '<c r="A1" t="str"><f>""</f><v/></c>',
        '<c r="A1" s="7"><v>1</v></c>',
    ],
)
def test_plain_cells_are_not(cells: str) -> None:
    assert not needs(cells)


@pytest.mark.parametrize(
    "formula", ["<f>A2</f>", '<f t="shared" si="0"/>', "<x:f>A2</x:f>", "<f\n>A2</f>"]
)
def test_zeros_count_only_while_the_workbook_awaits_calculation(formula: str) -> None:
    cell = f'<c r="A1">{formula}<v>0</v></c>'

    assert needs(cell, awaits=True)
    assert not needs(cell)
    assert not needs('<c r="A1"><v>0</v></c><c r="B1"><v>0</v></c>', awaits=True)


def test_a_style_is_found_by_its_number() -> None:
    assert needs('<c r="A1" s="7"><v>1</v></c>', styles=(7,))
    assert needs("<c r='A1' s = '7'><v>1</v></c>", styles=(3, 7))
    assert not needs('<c r="A1" s="71"><v>1</v></c>', styles=(7,))


@pytest.mark.parametrize("length", [10, 5_000, 8_192, 100_000])
@pytest.mark.parametrize("ahead", [0.1, 0.5, 0.9])
def test_a_formula_that_the_end_of_a_block_cuts_is_found(length: int, ahead: float) -> None:
    before = 1024 * 1024 - 150 - int(length * ahead)
    formula = "+".join(["1"] * (length // 2))
    text = f'<c r="A1" t="inlineStr"><is><t>{"x" * before}</t></is></c>'

    assert needs(f'{text}<c r="B1"><f>{formula}</f></c>')
    assert not needs(f'{text}<c r="B1"><f>{formula}</f><v>5</v></c>')


def test_a_cell_longer_than_any_is_left_to_the_careful_reader() -> None:
    text = "x" * (3 * 1024 * 1024)

    assert needs(f'<c r="A1" t="inlineStr"><is><t>{text}</t></is></c>')


@pytest.mark.parametrize("before", [1024 * 1024 - at for at in (40, 60, 75, 90)])
def test_a_tag_at_the_end_of_a_block_is_found(before: int) -> None:
    assert needs(
        f'<c r="A1" t="inlineStr"><is><t>{"x" * before}</t></is></c><c r="B1"><f>A1</f></c>'
    )
