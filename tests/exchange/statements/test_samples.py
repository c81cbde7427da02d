"""Real statements of public projects, where they are at hand: counts and sums taken by hand."""

from datetime import date
from pathlib import Path

import pytest

from store.exchange.statements.reading import read
from store.rules.errors import BadInput

SAMPLES = Path(__file__).parents[4] / "shared" / "statements"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")

READABLE = {
    "ofx/bank_medium.ofx": (3, -345_27, "CAD"),
    "ofx/checking.ofx": (3, -59_50, "USD"),
    "ofx/empty_balance.ofx": (1, 120_00, "CAD"),
    "ofx/suncorp.ofx": (1, -16_85, "AUD"),
    "qif/test.qif": (6, -35_50, "GBP"),
    "qif/test_split.qif": (1, -10_00, "GBP"),
    "csv/capitalone.csv": (2, 0, "GBP"),
    "csv/creditunion.csv": (8, 465_000_00, "GBP"),
    "csv/default.csv": (8, 465_000_00, "GBP"),
    "csv/mint.csv": (4, -3_000_00, "GBP"),
    "csv/n26-fr.csv": (2, 0, "EUR"),
    "camt/camt052.v6.xml": (1, -200_000_00, "SEK"),
    "camt/camt053.v2.minimal.xml": (1, 8_85, "EUR"),
    "camt/camt053.v2.multi.statement.xml": (2, 1_85, "EUR"),
    "camt/camt053.v4.xml": (1, 8_85, "EUR"),
    "mt940/ing.sta": (7, -45_59, "EUR"),
    "mt940/rabobank-iban.sta": (4, -70_00, "EUR"),
    "mt940/raphaelm.sta": (9, 95_000_00, "DEM"),
}

BROKEN = {
    "ofx/bank_small.ofx": ": there is no statement in it",
    "ofx/date_missing.ofx": ", line 33: the transaction has no date",
    "ofx/decimal_error.ofx": ", line 34: “$120” is not an amount, such as 1234.56",
    "ofx/error_message.ofx": "instead of a statement: General Server Error (code 2000)",
    "ofx/signon_fail.ofx": "your password was incorrect (code 15500)",
    "camt/camt053.v2.wrong.xml": ": there is no statement in it",
    "mt940/february_30.sta": ", line 6: “160230” is no date (a day of value)",
}


@pytest.mark.parametrize("name", READABLE)
def test_a_real_statement_is_read_with_every_line_and_to_the_penny(name: str) -> None:
    statement = read(SAMPLES / name)

    found = {each.currency for each in statement.lines}
    total = sum(each.amount for each in statement.lines)
    assert (len(statement.lines), total, *found) == READABLE[name]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_statement_is_refused_in_a_sentence_that_says_the_place(name: str) -> None:
    with pytest.raises(BadInput) as error:
        read(SAMPLES / name)
    assert error.value.message.startswith(Path(name).name)
    assert error.value.message.endswith(BROKEN[name])


def test_what_is_no_bank_line_of_a_qif_is_remarked_on() -> None:
    remarks = [each.text for each in read(SAMPLES / "qif/test.qif").remarks]

    assert remarks.count("1 × class (no bank line)") == 2
    assert "3 × security (no bank line)" in remarks
    assert "1 × invst (no bank line)" in remarks


def test_a_dutch_statement_says_who_was_paid_and_the_reference() -> None:
    first, second, *_ = read(SAMPLES / "mt940/rabobank-iban.sta").lines

    assert first.payee == "CONTRA ACCOUNT HOLDER"
    assert second.payee == "JOHN DOE"
    assert "Reference 201301234" in second.memo
    assert second.account == "NL71RABO0123456789"


def test_a_german_statement_has_its_text_name_and_day_of_entry() -> None:
    first = read(SAMPLES / "mt940/raphaelm.sta").lines[0]

    assert (first.payee, first.booked_on) == ("Empfänger", date(2002, 3, 20))
    assert "Verwendungszweck 1 Verwendungszweck 2" in first.memo
