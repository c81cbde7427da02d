"""OFX, in SGML and in XML."""

from datetime import date
from pathlib import Path

import pytest

from store.exchange.statements.line import StatementLine
from store.rules.errors import BadInput
from tests.exchange.statements.texts import OFX, reading


def ofx(transactions: str, currency: str = "GBP") -> str:
    return (
        f"<OFX><STMTRS><CURDEF>{currency}<BANKTRANLIST>\n{transactions}\n"
        "</BANKTRANLIST></STMTRS></OFX>"
    )


def transaction(amount: str = "-1.00", posted: str = "20240131", more: str = "") -> str:
    return f"<STMTTRN><DTPOSTED>{posted}<TRNAMT>{amount}{more}</STMTTRN>"


def test_a_line_has_all_that_the_transaction_says(tmp_path: Path) -> None:
    first, second = reading(tmp_path, OFX).lines

    assert first == StatementLine(
        "12345678", date(2024, 1, 31), -12_50, "GBP", "Tesco & Co", "Card 1 < 2", "A1"
    )
    assert second == StatementLine(
        "12345678", date(2024, 2, 1), -1000_00, "GBP", "Landlord", "319", "A2"
    )


def test_the_tags_of_xml_are_read_alike(tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0"?><?OFX OFXHEADER="200"?>\n<OFX><CCSTMTRS><CURDEF>EUR</CURDEF>'
        "<CCACCTFROM><ACCTID>4111</ACCTID></CCACCTFROM><BANKTRANLIST><STMTTRN>"
        "<DTPOSTED>20240131</DTPOSTED><TRNAMT>-1,5</TRNAMT><FITID>9</FITID>"
        "<NAME><![CDATA[A <b> & C]]></NAME><MEMO>caf&#233; &amp;amp;</MEMO>"
        "</STMTTRN></BANKTRANLIST></CCSTMTRS></OFX>"
    )
    (line,) = reading(tmp_path, text).lines

    assert (line.account, line.amount, line.currency) == ("4111", -1_50, "EUR")
    assert (line.payee, line.memo) == ("A <b> & C", "café &amp;")


def test_each_line_is_of_its_own_account(tmp_path: Path) -> None:
    other = OFX.partition("<BANKMSGSRSV1>")[2].replace("12345678", "999").replace("GBP", "JPY")
    text = OFX.replace("</OFX>", other.replace("-12.50", "-12.00"))
    statement = reading(tmp_path, text)

    assert [each.account for each in statement.lines] == ["12345678"] * 2 + ["999"] * 2
    assert statement.lines[2].amount == -12
    assert statement.account == ""


def test_a_transaction_in_another_currency_has_that_one(tmp_path: Path) -> None:
    text = ofx(transaction(more="<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>"))

    assert reading(tmp_path, text).lines[0].currency == "USD"


def test_what_is_pending_or_no_bank_line_is_remarked_on(tmp_path: Path) -> None:
    pending = "<STMTTRNP><DTTRAN>20240131<TRNAMT>-1<NAME>Shop</STMTTRNP>"
    other = "<BUYSTOCK><INVBUY><TOTAL>5</INVBUY></BUYSTOCK>"
    statement = reading(tmp_path, ofx(pending + other))

    assert (statement.lines[0].memo, statement.lines[0].is_pending) == ("Pending", True)
    assert [each.text for each in statement.remarks] == [
        "the bank has not booked this yet",
        "1 × BUYSTOCK (no bank line)",
    ]


def kinds(*pairs: tuple[str, str]) -> str:
    return ofx("\n".join(transaction(amount, more=f"<TRNTYPE>{kind}") for kind, amount in pairs))


def test_where_no_amount_has_a_sign_the_kind_says_what_went_out(tmp_path: Path) -> None:
    statement = reading(
        tmp_path, kinds(("CREDIT", "9"), ("DEBIT", "50.00"), ("POS", "2"), ("X", "1"))
    )

    assert [each.amount for each in statement.lines] == [9_00, -50_00, -2_00, 1_00]
    assert [(each.place, each.text) for each in statement.remarks] == [
        ("line 3", "amounts without a sign that went out by their kind: 2")
    ]


def test_a_kind_that_contradicts_its_sign_is_remarked_on(tmp_path: Path) -> None:
    statement = reading(tmp_path, kinds(("DEBIT", "-1"), ("POS", "20"), ("DIRECTDEBIT", "50.00")))

    assert [each.amount for each in statement.lines] == [-1_00, 20_00, 50_00]
    assert [(each.place, each.text) for each in statement.remarks] == [
        ("line 4", "a DIRECTDEBIT above zero is read as money that came in")
    ]


WRONG = {
    "line 11: the file is cut off": OFX[:400],
    "line 2: the transaction has no date": ofx(transaction(posted="")),
    "line 2: “20240230” is no date": ofx(transaction(posted="20240230")),
    "line 2: “1.005” is too large or too precise": ofx(transaction("1.005")),
    "line 2: “1,005” can mean thousands or decimals": ofx(transaction("1,005")),
    "line 2: “1e3” is not an amount": ofx(transaction("1e3")),
    "line 2: the amount is missing": ofx(transaction("")),
    "line 2: “99999999999999999999” is too large": ofx(transaction("9" * 20)),
    "an amount in JPY has no decimals": ofx(transaction("1.5"), "JPY"),
    "line 1: “QQQ” is no currency, such as EUR": ofx(transaction(), "QQQ"),
    "line 2: the transaction that begins here is not closed": ofx(transaction()[:-10]),
    "there is no statement in it": "<OFX></OFX>",
    "line 1: a document type or entity": '<!DOCTYPE a [<!ENTITY b "c">]>\n<OFX></OFX>',
    "line 2: the file is cut off": "<OFX>\n<![CDATA[",
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        reading(tmp_path, WRONG[reason])
    assert reason in error.value.message


def test_an_error_for_one_account_among_others_is_remarked_on(tmp_path: Path) -> None:
    status = "<STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>No such account</STATUS>"
    statement = reading(tmp_path, ofx(transaction()).replace("<OFX>", f"<OFX>{status}"))

    assert len(statement.lines) == 1
    assert statement.remarks[0].text == "No such account (code 2000)"


def test_zeros_after_the_last_decimal_do_no_harm(tmp_path: Path) -> None:
    assert reading(tmp_path, ofx(transaction("-1.5000"))).lines[0].amount == -1_50
