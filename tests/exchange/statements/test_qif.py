"""QIF, as Quicken and banks write it."""

from datetime import date
from pathlib import Path

import pytest

from store.exchange.statements.line import StatementLine
from store.rules.errors import BadInput
from tests.exchange.statements.texts import QIF, reading


def bank(*days: str, amount: str = "-1.00") -> str:
    return "!Type:Bank\n" + "".join(f"D{day}\nT{amount}\n^\n" for day in days)


def test_a_line_has_all_that_the_transaction_says(tmp_path: Path) -> None:
    statement = reading(tmp_path, QIF)

    assert statement.lines == (
        StatementLine(
            "Current", date(2024, 1, 31), -1234_56, "GBP", "Landlord", "Rent January 319", ""
        ),
        StatementLine("Current", date(2024, 2, 1), 2000_00, "GBP", "Boss", "", ""),
    )
    assert [(each.place, each.text) for each in statement.remarks] == [
        ("line 16", "1 × cat (no bank line)")
    ]


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("1/ 1'00",), date(2000, 1, 1)),
        (("2/ 3'24", "2/24'24"), date(2024, 2, 3)),
        (("2/3/98", "24/2/98"), date(1998, 3, 2)),
        (("02.03.2024",), date(2024, 3, 2)),
        (("2024-03-02",), date(2024, 3, 2)),
        (("2/ 3' 5",), date(2005, 3, 2)),
    ],
)
def test_the_dates_of_quicken_are_read(tmp_path: Path, days: tuple[str, ...], first: date) -> None:
    assert reading(tmp_path, bank(*days)).lines[0].booked_on == first


def test_a_transaction_with_splits_is_one_line_of_its_total(tmp_path: Path) -> None:
    text = "!Type:Bank\nD1/2'24\nU-10.00\nPShop\nSFood\nEhalf\n$-9.00\nSFun\nD5/5'24\n$-1.00\n^\n"
    (line,) = reading(tmp_path, text).lines

    assert (line.amount, line.booked_on, line.memo) == (-10_00, date(2024, 2, 1), "half")


def test_several_accounts_are_told_apart(tmp_path: Path) -> None:
    text = f"!Account\nNOne\n^\n{bank('1/2/24')}!Account\nNTwo\n^\n{bank('1/2/24')}"

    assert [each.account for each in reading(tmp_path, text).lines] == ["One", "Two"]


def test_a_comma_may_be_the_decimal_mark(tmp_path: Path) -> None:
    assert reading(tmp_path, bank("1/2/24", amount="-1.234,50")).lines[0].amount == -1234_50


WRONG = {
    "line 12: the record that begins here is cut off": QIF[:90],
    "line 2: the transaction that begins here has no date": "!Type:Bank\nT1.00\n^\n",
    "line 2: the amount is missing": "!Type:Bank\nD1/2/24\n^\n",
    "line 5: “31/2/24” is no date": bank("1/2/24", "31/2/24"),
    "line 2: “x” is not an amount": bank("1/2/24", amount="x"),
    "line 2: “1.005” may have thousands or decimals": bank("1/2/24", amount="1.005"),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        reading(tmp_path, WRONG[reason])
    assert reason in error.value.message
