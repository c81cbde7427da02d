"""CSV: its columns and how its values are written are found, and every row is accounted for."""

from datetime import date
from pathlib import Path

import pytest

from store.exchange.statements.line import Mapping, Statement
from store.exchange.statements.marks import day_of, order_of
from store.rules.errors import BadInput
from tests.exchange.statements.texts import reading


def amounts(statement: Statement) -> list[int]:
    return [each.amount for each in statement.lines]


def refused(folder: Path, text: str | bytes) -> str:
    with pytest.raises(BadInput) as error:
        reading(folder, text)
    return error.value.message


BANKS = {
    "German, with lines above the header": (
        'DE12;Girokonto\nStand;"1.000,00 EUR"\n\nBuchungstag;Valutadatum;Empfänger;'
        "Verwendungszweck;Betrag (€)\n31.01.24;31.01.24;REWE;Einkauf;-1.234,5\n",
        (date(2024, 1, 31), -1234_50, "EUR", "REWE", "Einkauf"),
    ),
    "German, with S and H": (
        "Buchungstag;Verwendungszweck;Umsatz;Währung;Soll/Haben\n"
        "31.01.2024;Miete;500,00;EUR;S\n30.01.2024;Lohn;2000,00;EUR;H\n",
        (date(2024, 1, 31), -500_00, "EUR", "Miete", ""),
    ),
    "Dutch, with Af and Bij": (
        '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Af Bij","Bedrag (EUR)",'
        '"Mededelingen"\n"20240131","Winkel","NL01","NL02","Af","12,50","Pas 1"\n',
        (date(2024, 1, 31), -12_50, "EUR", "Winkel", "NL02 Pas 1"),
    ),
    "French, with two columns": (
        "Date opération;Libellé;Débit;Crédit\n31/01/2024;PRLV SFR;-45,99;\n",
        (date(2024, 1, 31), -45_99, "GBP", "PRLV SFR", ""),
    ),
    "Spanish, with a sign after": (
        "Fecha;Concepto;Importe;Saldo\n31/01/2024;RECIBO LUZ;-45,99 €;100,00 €\n",
        (date(2024, 1, 31), -45_99, "EUR", "RECIBO LUZ", ""),
    ),
    "Italian": (
        "Data contabile;Data valuta;Descrizione;Addebiti;Accrediti\n"
        "31/01/2024;30/01/2024;BOLLETTA;45,99;\n",
        (date(2024, 1, 31), -45_99, "GBP", "BOLLETTA", ""),
    ),
    "Polish, with spaces between thousands": (
        "#Data operacji;#Opis operacji;#Kwota\n2024-01-31;ZAKUP ŁÓDŹ;-1 234,50 PLN\n",
        (date(2024, 1, 31), -1234_50, "PLN", "ZAKUP ŁÓDŹ", ""),
    ),
    "American, in brackets": (
        'Date,Description,Amount\n"Jan 31, 2024",Shop,($12.50)\n',
        (date(2024, 1, 31), -12_50, "USD", "Shop", ""),
    ),
    "Indian, with Dr": (
        'Date,Narration,Amount\n31-Jan-2024,Shop,"1,23,456.50 Dr"\n',
        (date(2024, 1, 31), -123_456_50, "GBP", "Shop", ""),
    ),
    "Swiss, with apostrophes": (
        "Datum;Buchungstext;Belastung CHF;Gutschrift CHF\n31.01.2024;Miete;1'500.00;\n",
        (date(2024, 1, 31), -1500_00, "CHF", "Miete", ""),
    ),
    "with a minus after": (
        "Datum;Text;Betrag\n31.01.2024;Miete;1.234,56-\n",
        (date(2024, 1, 31), -1234_56, "GBP", "Miete", ""),
    ),
    "with a time of day": (
        "Completed Date\tDescription\tAmount\tCurrency\n2024-01-31T10:00:00Z\tShop\t-5\tEUR\n",
        (date(2024, 1, 31), -5_00, "EUR", "Shop", ""),
    ),
    "with the delimiter in its first line": (
        "sep=|\nDate|Payee|Amount\n31 January 2024|Shop|-5,1\n",
        (date(2024, 1, 31), -5_10, "GBP", "Shop", ""),
    ),
    "with dates and a balance above the header": (
        "Range;01/01/2024;31/01/2024;Balance;100.00\nDate;Payee;Description;Amt.;Amount\n"
        "31/01/2024;;Shop;x.;-5,00\n",
        (date(2024, 1, 31), -5_00, "GBP", "Shop", ""),
    ),
    "without a header": (
        "31/01/2024;TESCO;-12,50;100,00\n30/01/2024;BOSS;20,00;112,50\n29/01/2024;X;9,00;92,50\n",
        (date(2024, 1, 31), -12_50, "GBP", "TESCO", ""),
    ),
    "with a header of unknown words": (
        "Wann,Was,Wieviel\n31/01/2024,Shop,-5.00\n",
        (date(2024, 1, 31), -5_00, "GBP", "Shop", ""),
    ),
}


@pytest.mark.parametrize("bank", BANKS)
def test_the_columns_of_a_bank_are_found(tmp_path: Path, bank: str) -> None:
    text, expected = BANKS[bank]
    line = reading(tmp_path, text).lines[0]

    assert (line.booked_on, line.amount, line.currency, line.payee, line.memo) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    text = "Datum;Empfänger;Betrag\n31.01.2024;Müller & Söhne;-1,50\n"

    assert reading(tmp_path, text.encode(encoding)).lines[0].payee == "Müller & Söhne"


def test_polish_letters_are_told_from_western_ones(tmp_path: Path) -> None:
    text = "Data;Opis;Kwota\n2024-01-31;Spółka żółta;-1,50\n"

    assert reading(tmp_path, text.encode("cp1250")).lines[0].payee == "Spółka żółta"


def test_all_dates_together_tell_their_order(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n2/3/24,a,1.00\n2/24/24,b,1.00\n"

    assert reading(tmp_path, text).lines[0].booked_on == date(2024, 2, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20240131", date(2024, 1, 31)),
        ("31012024", date(2024, 1, 31)),
        ("20122024", date(2024, 12, 20)),
        ("Wed, 31 Jan 2024", date(2024, 1, 31)),
        ("Mrz 1, 2024", date(2024, 3, 1)),
        ("1er août 2024", date(2024, 8, 1)),
        ("1 août 2024", date(2024, 8, 1)),
        ("March 2nd, 2024", date(2024, 3, 2)),
        ("1-paź-24", date(2024, 10, 1)),
        ("31.1.2024 09:15", date(2024, 1, 31)),
        ("31/01/0024", None),
        ("31/04/2024", None),
        ("1/1/024", None),
    ],
)
def test_dates_are_read_as_banks_write_them(text: str, day: date | None) -> None:
    assert day_of(text, order_of([text], day_first=True)) == day


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["24-01-31", "24-01-03", "24-02-15"], date(2024, 1, 31)),
        (["99-12-31"], date(1999, 12, 31)),
        (["31-01-24", "03-01-24", "15-02-24"], date(2024, 1, 31)),
        (["05-02-24", "05-02-25"], date(2024, 2, 5)),
    ],
)
def test_years_of_two_digits_come_first_where_all_dates_only_fit_so(
    days: list[str], first: date
) -> None:
    assert day_of(days[0], order_of(days, day_first=True)) == first


@pytest.mark.parametrize(("day_first", "month"), [(True, 3), (False, 2)])
def test_dates_that_tell_no_order_are_read_as_one_is_told(
    tmp_path: Path, day_first: bool, month: int
) -> None:
    text = "Date,Description,Amount\n02/03/2024,a,1.00\n"

    assert reading(tmp_path, text, day_first=day_first).lines[0].booked_on.month == month


def test_amounts_without_a_sign_stay_as_the_file_has_them(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n31/01/2024,Shop,50\n30/01/2024,Payment,-100.10\n"

    assert amounts(reading(tmp_path, text)) == [50_00, -100_10]


def test_an_amount_of_zero_is_a_line(tmp_path: Path) -> None:
    text = "Date,Description,Debit,Credit\n31/01/2024,Shop,0.00,\n30/01/2024,Shop,,-0\n"

    assert amounts(reading(tmp_path, text)) == [0, 0]


def test_a_kind_beside_signed_amounts_changes_no_sign(tmp_path: Path) -> None:
    rows = "31/01/2024,Boss,5.00,Credit\n" * 60 + "31/01/2024,Shop,-6.00,Debit\n"
    statement = reading(tmp_path, f"Date,Description,Amount,Type\n{rows}")

    assert amounts(statement)[-2:] == [5_00, -6_00]


def test_each_line_has_its_own_account_and_currency(tmp_path: Path) -> None:
    text = (
        "Date,Description,Amount,Currency,Account\n31/01/2024,a,5.10,EUR,One\n"
        "30/01/2024,b,5,JPY,Two\n30/01/2024,c,5.125,KWD,Two\n"
    )
    lines = reading(tmp_path, text).lines

    assert [(each.amount, each.currency) for each in lines] == [
        (5_10, "EUR"),
        (5, "JPY"),
        (5125, "KWD"),
    ]
    assert [each.account for each in lines] == ["One", "Two", "Two"]


def test_cells_with_formulas_and_control_characters_are_plain_text(tmp_path: Path) -> None:
    text = 'Date,Description,Amount\n31/01/2024,"=1+1\x07\x1b[31m  \u202ex\ny",1.00\n'

    assert reading(tmp_path, text).lines[0].payee == "=1+1[31m x y"


def test_lines_above_the_header_are_remarked_on(tmp_path: Path) -> None:
    statement = reading(tmp_path, "Bank\n\nDate,Payee,Amount\n31/01/2024,Shop,1.00\n")

    assert [(each.place, each.text) for each in statement.remarks] == [
        ("line 1", "lines above the rows: 2")
    ]


def test_rows_that_are_no_lines_are_remarked_on_with_their_place(tmp_path: Path) -> None:
    text = (
        "Date,Description,Debit,Credit,Balance\n01/01/2024,OPENING BALANCE,,,100.00\n\n"
        "13/01/2024,Shop,5.00,,95.00\n,Total,5.00,0.00,\n"
    )
    statement = reading(tmp_path, text)

    assert amounts(statement) == [-5_00]
    assert [each.place for each in statement.remarks] == ["line 2", "line 5"]
    assert "OPENING BALANCE" in statement.remarks[0].text
    assert "the date is missing" in statement.remarks[1].text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("31/02/2024,Shop,1.00", "line 3: “31/02/2024” is no date"),
        (",Shop,1.00", "line 3: the date is missing"),
        ("Total,Shop,1.00", "line 3: “Total” is no date"),
        ("31/01/2024,Shop,abc", "line 3: “abc” is not an amount, such as 1234.56"),
        ("31/01/2024,Shop,", "line 3: the amount is missing"),
        ("31/01/2024,Shop", "line 3: the row is cut off before its amount"),
        ("31/01/2024,Shop,1.005", "line 3: “1.005” may have thousands or decimals"),
        ("31/01/2024,Shop,1.2345", "line 3: “1.2345” is too large or too precise"),
        ("31/01/2024,Shop,1.00 kr", "line 3: the currency of “1.00 kr” is not clear"),
        ("31/01/2024,Shop,-1,250.00", "line 3: the row has 4 cells, but there are 3 columns"),
        ("31/01/2024,Shop,1 23", "line 3: “1 23” is not an amount"),
        ('31/01/2024,"Shop,1.00', "line 3: a quotation mark is not closed"),
    ],
)
def test_a_wrong_row_among_others_refuses_the_file(tmp_path: Path, row: str, reason: str) -> None:
    text = f"Date,Description,Amount\n30/01/2024,a,1.20\n{row}\n31/01/2024,b,2.00\n"

    assert refused(tmp_path, text).startswith(f"statement.txt, {reason}")


def test_a_wrong_date_in_the_last_row_is_no_summary(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n30/01/2024,a,1.00\n31/02/2024,b,2.00\n"

    assert "line 3: “31/02/2024” is no date" in refused(tmp_path, text)


def test_columns_that_cannot_be_found_are_named(tmp_path: Path) -> None:
    assert refused(tmp_path, "Foo,Bar\n1,2\n") == (
        "statement.txt: which columns have the date and the amount is not clear (there are "
        "“Foo”, “Bar”); say which with --map date=…,amount=… (by name, or by number from 1)"
    )


def test_a_remembered_mapping_is_asked_for_by_the_header(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []

    def remembered(header: tuple[str, ...]) -> Mapping:
        asked.append(header)
        return Mapping(date=0, amount=2, order="dmy", out_is_positive=True, encoding="cp1252")

    text = "Bank\n Day ; What ; Worth \n02/03/2024;Café;5.00\n"
    statement = reading(tmp_path, text, mappings=remembered)

    assert asked == [("Day", "What", "Worth")]
    assert amounts(statement) == [-5_00]
    assert statement.lines[0].booked_on == date(2024, 3, 2)
    assert statement.mapping is not None
    assert statement.mapping.encoding == "utf-8", "the encoding is this file's own"


def test_a_mapping_that_names_too_many_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there are 2 columns, but the mapping names column 4"):
        reading(tmp_path, "Date,Amount\n", mapping=Mapping(date=0, amount=3))


def test_the_header_again_in_the_middle_is_remarked_on(tmp_path: Path) -> None:
    text = "Date,Description,Amount\n30/01/2024,a,1.00\n"
    statement = reading(tmp_path, text * 2)

    assert amounts(statement) == [1_00, 1_00]
    assert [each.place for each in statement.remarks] == ["line 3"]


@pytest.mark.parametrize(
    ("rows", "first"),
    [
        # The other column can only be month first.
        (("02/11/2026,10/31/2026,X,-1", "03/11/2026,11/02/2026,X,-1"), date(2026, 2, 11)),
        # Only month first do they follow each other.
        (("09/30/2026,,X,-1",), date(2026, 9, 30)),
        (("02/03/2026,,X,-1", "02/04/2026,,X,-1", "03/01/2026,,X,-1"), date(2026, 2, 3)),
        (("02/03/2026,,X,-1", "03/03/2026,,X,-1", "04/03/2026,,X,-1"), date(2026, 3, 2)),
    ],
)
def test_what_the_dates_of_a_file_say_goes_before_the_locale(
    tmp_path: Path, rows: tuple[str, ...], first: date
) -> None:
    text = "\n".join(["Date,Seen on,Description,Amount", *rows])
    assert reading(tmp_path, text).lines[0].booked_on == first


def test_dates_that_could_be_read_either_way_are_told(tmp_path: Path) -> None:
    head = "Date,Description,Amount\n"
    (remark,) = reading(tmp_path, head + "02/03/2026,X,-1\n").remarks
    assert remark.text == "read day first; where they are month first, say order=mdy"
    assert reading(tmp_path, head + "13/03/2026,X,-1\n").remarks == ()
    assert reading(tmp_path, head + "2026-03-02,X,-1\n").remarks == ()


def test_the_day_of_paying_goes_before_that_of_booking(tmp_path: Path) -> None:
    text = "Posted Date,Transaction Date,Description,Amount\n2026-03-04,2026-03-02,X,-1\n"
    assert reading(tmp_path, text).lines[0].booked_on == date(2026, 3, 2)
