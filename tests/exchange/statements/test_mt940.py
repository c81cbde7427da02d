"""MT940 and MT942, in the dialects of German, Dutch and other banks."""

from datetime import date
from pathlib import Path

import pytest

from store.exchange.statements.line import StatementLine
from store.rules.errors import BadInput
from tests.exchange.statements.texts import MT940, reading


def statement(*lines: str) -> str:
    body = "\n".join(lines)
    return f":20:X\n:25:NL71RABO0123456789 EUR\n:60F:C240101EUR1,00\n{body}\n:62F:C240131EUR1,00\n"


def test_a_german_line_has_its_name_text_and_reference(tmp_path: Path) -> None:
    first, second = reading(tmp_path, MT940).lines

    assert first == StatementLine(
        "12030000/0000202051",
        date(2024, 1, 31),
        -12_50,
        "EUR",
        "Stadtwerke Leipzig",
        "EREF+E2E-1 SVWZ+Strom 01/2024 LASTSCHRIFT DE02",
        "B123",
    )
    assert (second.amount, second.booked_on, second.id) == (2000_00, date(2024, 2, 1), "")


@pytest.mark.parametrize(
    ("purpose", "payee", "memo"),
    [
        ("/EREF/E1//NAME/JOHN DOE/REMI/Invoice 12/ISDT/2024", "JOHN DOE", "E1 Invoice 12"),
        ("/TRTP/SEPA/CNTP/NL02/INGBNL2A/Shop//REMI/USTD//Ref 7/", "Shop", "NL02 Ref 7"),
        ("/EREF/NOTPROVIDED/REMI/STRD/CUR/9000000012/NAME/Tax", "Tax", "9000000012"),
        ("177?20EREF+NOTPROVIDED?21SVWZ+Miete?32Haus", "Haus", "SVWZ+Miete"),
        ("Plain text\nof two lines", "", "Plain text of two lines"),
    ],
)
def test_what_was_paid_for_is_read_in_every_dialect(
    tmp_path: Path, purpose: str, payee: str, memo: str
) -> None:
    text = statement(":61:240131D1,00NMSCNONREF", f":86:{purpose}")
    (line,) = reading(tmp_path, text).lines

    assert (line.payee, line.memo) == (payee, memo)


def test_the_text_of_a_full_part_goes_on_in_the_next(tmp_path: Path) -> None:
    text = statement(":61:240131D1,00NMSC", f":86:105?20{'x' * 26}R?21F-1234?22next")

    assert reading(tmp_path, text).lines[0].memo == f"{'x' * 26}RF-1234 next"


@pytest.mark.parametrize(
    ("mark", "amount", "memo"),
    [
        ("C", 1_00, ""),
        ("D", -1_00, ""),
        ("RC", -1_00, "Reversal"),
        ("RD", 1_00, "Reversal"),
        ("ED", -1_00, "Pending"),
    ],
)
def test_the_mark_says_the_direction(tmp_path: Path, mark: str, amount: int, memo: str) -> None:
    (line,) = reading(tmp_path, statement(f":61:240131{mark}1,NMSC")).lines

    assert (line.amount, line.memo) == (amount, memo)
    assert line.is_pending == (memo == "Pending")


def test_the_day_of_entry_takes_the_nearest_year(tmp_path: Path) -> None:
    lines = reading(
        tmp_path,
        statement(":61:2312311231D1,NMSC", ":61:2401011231D1,NMSC", ":61:2312310102D1,NMSC"),
    ).lines

    assert [each.booked_on for each in lines] == [
        date(2023, 12, 31),
        date(2023, 12, 31),
        date(2024, 1, 2),
    ]


def test_the_account_and_currency_of_each_statement_are_its_own(tmp_path: Path) -> None:
    line = ":61:240131D5,00NMSC"
    other = statement(line).replace("RABO0123456789 EUR", "INGB9").replace("EUR", "CHF")
    swift = "{1:F01X}{2:O940}{4:\n" + other + "-}{5:}"
    lines = reading(tmp_path, statement(line) + swift).lines

    assert [(each.account, each.currency) for each in lines] == [
        ("NL71RABO0123456789", "EUR"),
        ("NL71INGB9", "CHF"),
    ]


def test_an_interim_report_has_no_closing_balance(tmp_path: Path) -> None:
    text = ":20:X\n:25:1\n:28C:1\n:34F:USD0,\n:61:240131ED5,00NMSC\n:90D:1USD5,\n-\n"
    found = reading(tmp_path, text)

    assert (found.lines[0].currency, found.lines[0].memo) == ("USD", "Pending")
    assert found.remarks[0].place == "line 5"


WRONG = {
    "line 4: “240230” is no date (a day of value)": statement(":61:240230D1,00NMSC"),
    "line 4: “0230” is no date (a day of entry)": statement(":61:2402290230D1,00NMSC"),
    "line 4: “240131X1,00NMSC” is no line of a statement": statement(":61:240131X1,00NMSC"),
    "line 4: “1,005” can mean thousands": statement(":61:240131D1,005NMSC"),
    "line 3: the statement that begins here is cut": statement(":61:240131D1,00NMSC").partition(
        ":62F"
    )[0],
    "there is no statement in it": ":20:X\n",
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        reading(tmp_path, WRONG[reason])
    assert reason in error.value.message
