"""What a CSV could be misread by: thousands, signs, shifted cells, rows within a cell."""

from pathlib import Path

import pytest

from store.exchange.statements.line import Mapping
from store.exchange.statements.mapping import said
from store.rules.errors import BadInput
from tests.exchange.statements.test_csv import amounts, refused
from tests.exchange.statements.texts import reading


@pytest.mark.parametrize(
    ("debits", "expected", "words"),
    [
        (("-5.00", "-6.00", "7.00"), [-5_00, -6_00, 7_00], "out=negative"),
        (("5.00", "6.00", "-7.00"), [-5_00, -6_00, 7_00], "out=positive"),
    ],
)
def test_most_debits_tell_the_sign_of_what_went_out_and_it_is_remembered(
    tmp_path: Path, debits: tuple[str, ...], expected: list[int], words: str
) -> None:
    header = "Date,Description,Debit,Credit\n"
    rows = [f"31/01/2024,Shop,{each},\n" for each in debits]
    statement = reading(tmp_path, header + "".join(rows))

    assert amounts(statement) == expected
    assert statement.mapping is not None
    assert words in said(statement.mapping, statement.header)
    correction = reading(tmp_path, header + rows[-1], mappings=lambda _: statement.mapping)
    assert amounts(correction) == expected[-1:]


def test_credits_below_zero_came_in_where_most_are(tmp_path: Path) -> None:
    text = "Date,Description,Debit,Credit\n31/01/2024,Shop,5.00,\n30/01/2024,Boss,,-6.00\n"

    assert amounts(reading(tmp_path, text)) == [-5_00, 6_00]


def test_empty_cells_beyond_the_columns_do_no_harm(tmp_path: Path) -> None:
    assert amounts(reading(tmp_path, "Date,Description,Amount\n31/01/2024,a,-1.00, ,\n")) == [-1_00]


def test_without_a_header_most_rows_tell_how_many_columns_there_are(tmp_path: Path) -> None:
    rows = "31/01/2024,Shop,-5.00\n" * 2

    assert len(reading(tmp_path, rows).lines) == 2
    with pytest.raises(BadInput, match="line 3: the row has 4 cells, but there are 3 columns"):
        reading(
            tmp_path,
            f"{rows}31/01/2024,Shop,-1,250.00\n",
            mapping=Mapping(date=0, amount=2, order="dmy", has_header=False),
        )


@pytest.mark.parametrize(
    "swallowed",
    [
        '31/01/2024,"Foo,-5.00\n01/02/2024,B,-7.00\n02/02/2024,Bar",-6.00\n',
        '31/01/2024,"Foo,-5.00\r\n02/02/2024,Bar",-6.00\n',
    ],
)
def test_a_cell_that_swallows_rows_is_refused(tmp_path: Path, swallowed: str) -> None:
    text = f"Date,Payee,Amount\n30/01/2024,a,-1.00\n{swallowed}"

    assert "line 3: a cell holds other rows" in refused(tmp_path, text)


def test_a_header_that_swallows_rows_is_refused(tmp_path: Path) -> None:
    text = 'Date,"Payee,Amount\n30/01/2024,a,-1.00\n31/01/2024,b",-2.00\n01/02/2024,c,-3.00\n'

    assert "line 1: a cell holds other rows" in refused(tmp_path, text)


def test_a_cell_of_several_lines_is_one_text(tmp_path: Path) -> None:
    text = 'Date,Payee,Amount\n31/01/2024,"Foo\n01/02/2024\n3.00",-5.00\n'

    assert reading(tmp_path, text).lines[0].payee == "Foo 01/02/2024 3.00"


def test_a_debit_below_zero_among_others_came_back(tmp_path: Path) -> None:
    text = "Date,Description,Debit,Credit\n31/01/2024,Shop,5.00,\n30/01/2024,Shop,-6.00,\n"

    assert amounts(reading(tmp_path, text)) == [-5_00, 6_00]


def test_amounts_that_may_be_thousands_or_decimals_are_refused(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n30/01/2024,a,1.005\n"

    assert "“1.005” may have thousands or decimals" in refused(tmp_path, text)
    assert amounts(reading(tmp_path, text, currency="KWD")) == [1005]


def test_an_amount_in_thousands_or_decimals_is_refused_by_a_remembered_mapping_too(
    tmp_path: Path,
) -> None:
    header = "Date,Description,Amount\n"
    known = reading(tmp_path, f"{header}30/01/2024,a,-50\n").mapping

    with pytest.raises(BadInput, match=r"line 2: “-1\.200” may have .* decimal="):
        reading(tmp_path, f"{header}30/01/2024,a,-1.200\n", mappings=lambda _: known)
    told = reading(
        tmp_path, f'{header}30/01/2024,a,-1.200\n30/01/2024,a,"-1,5"\n', mappings=lambda _: known
    )
    assert amounts(told) == [-1200_00, -1_50]


def test_a_remembered_header_is_found_between_odd_signs(tmp_path: Path) -> None:
    mapping = Mapping(date=0, amount=2, payee=1, order="dmy", delimiter="#", decimal=",")
    statement = reading(
        tmp_path,
        "Bank\nWhen#What#Worth\n02/03/2024#Shop#-5,00\n",
        mappings=lambda header: mapping if header == ("When", "What", "Worth") else None,
    )

    assert (amounts(statement), statement.lines[0].payee) == ([-5_00], "Shop")


def test_crowns_of_no_certain_country_are_refused(tmp_path: Path) -> None:
    text = "Dato;Tekst;Beløp (kr)\n31.01.2024;Butikk;-5,00\n"

    with pytest.raises(BadInput, match="line 1: the currency of “kr” is not clear"):
        reading(tmp_path, text, mapping=Mapping(date=0, amount=2, delimiter=";", order="dmy"))
    assert reading(tmp_path, text, currency="NOK").lines[0].currency == "NOK"
