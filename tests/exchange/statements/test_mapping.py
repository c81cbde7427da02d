"""A CSV's mapping in words: shown, typed, and the same again."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.exchange.statements.line import Mapping, Statement
from store.exchange.statements.mapping import mapping_of, said
from store.exchange.statements.reading import look, read
from store.rules.errors import BadInput

HEADER = ("Day", "Text", "Worth", "Out", "In", "Day", "a+b", "3")
STATEMENT = Statement("csv", (), (), HEADER, Mapping(date=0, amount=2), (("02/13/2024",) * 8,))


def test_columns_are_said_by_name_or_by_number() -> None:
    words = ["date=day, amount=WORTH", "payee=2", "memo=Text+In", "account=a+b", "id=3"]
    mapping = mapping_of(words, STATEMENT)

    assert (mapping.date, mapping.amount, mapping.payee) == (0, 2, 1)
    assert (mapping.memo, mapping.account, mapping.id) == ((1, 4), 6, 7)


def test_how_values_are_written_is_said_too() -> None:
    words = ["order=mdy,decimal=,,delimiter=;", "encoding=CP1252,out=positive", "delimiter=,"]
    mapping = mapping_of([*words, "skip=2", "header=no"], STATEMENT)

    assert (mapping.order, mapping.decimal, mapping.delimiter) == ("mdy", ",", ",")
    assert (mapping.encoding, mapping.out_is_positive) == ("cp1252", True)
    assert (mapping.skip, mapping.has_header) == (2, False)


def test_two_columns_take_the_place_of_one_and_the_other_way_round() -> None:
    two = mapping_of(["debit=Out,credit=In"], STATEMENT)
    one = mapping_of(["amount=3"], replace(STATEMENT, mapping=two))

    assert (two.amount, two.debit, two.credit) == (None, 3, 4)
    assert (one.amount, one.debit, one.credit) == (7, None, None)


def test_a_column_is_taken_out_by_saying_nothing() -> None:
    statement = replace(STATEMENT, mapping=Mapping(date=0, amount=2, payee=1, memo=(3,)))
    mapping = mapping_of(["payee=,memo="], statement)

    assert (mapping.payee, mapping.memo) == (None, ())


def test_the_order_of_a_new_column_of_dates_is_found() -> None:
    assert mapping_of(["date=2"], STATEMENT).order == "mdy"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            "colour=1",
            "“colour=1” is no part of a mapping; write KEY=VALUE with one of date, amount",
        ),
        ("date", "“date” is no part of a mapping"),
        ("date=Tag", "there is no column “Tag”; there are “Day”, “Text”"),
        ("date=9", "there is no column “9”"),
        ("date=", "say which column has the date"),
        ("amount=", "say which column has the amount"),
        ("order=ydm", "“ydm” is none of dmy, mdy, ymd"),
        ("delimiter=ab", "“ab” is no delimiter"),
        ("encoding=moon", "there is no encoding “moon”"),
        ("skip=-1", "“-1” is no number of lines to skip"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_could(words: str, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        mapping_of([words], STATEMENT)
    assert reason in error.value.message


COLUMN = st.integers(0, len(HEADER) - 1)


@given(
    st.builds(
        Mapping,
        date=COLUMN,
        amount=COLUMN,
        payee=st.none() | COLUMN,
        memo=st.lists(COLUMN, max_size=3).map(tuple),
        id=st.none() | COLUMN,
        account=st.none() | COLUMN,
        currency=st.none() | COLUMN,
        kind=st.none() | COLUMN,
        encoding=st.sampled_from(("utf-8", "cp1252")),
        delimiter=st.sampled_from(",;\t|"),
        decimal=st.sampled_from((".", ",")),
        is_decimal_said=st.just(True),
        order=st.sampled_from(("dmy", "mdy", "ymd")),
        out_is_positive=st.booleans(),
        skip=st.integers(0, 20),
        has_header=st.booleans(),
    )
)
def test_what_is_shown_can_be_typed(mapping: Mapping) -> None:
    words = said(mapping, HEADER)

    assert mapping_of(words, STATEMENT) == mapping
    assert mapping_of([",".join(words)], STATEMENT) == mapping


@given(st.none() | st.booleans(), st.none() | st.booleans())
def test_the_signs_of_two_columns_can_be_typed(debit: bool | None, credit: bool | None) -> None:
    mapping = Mapping(date=0, debit=3, credit=4, debit_is_negative=debit, credit_is_negative=credit)

    assert mapping_of(said(mapping, HEADER), STATEMENT) == mapping


def test_a_decimal_mark_that_nobody_said_is_not_shown_as_said() -> None:
    mapping = Mapping(date=0, amount=2, decimal=",")

    assert not [each for each in said(mapping, HEADER) if each.startswith("decimal")]
    assert mapping_of(["decimal=,"], STATEMENT).is_decimal_said


def test_columns_that_are_said_leave_thousands_to_be_said_too(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text("Date,Payee,Amt\n2026-02-01,Northbank,-1.200\n2026-02-02,Northbank,-2.500\n")

    def amounts(*words: str) -> list[int]:
        mapping = mapping_of(words, look(path, said=words))
        return [each.amount for each in read(path, mapping=mapping).lines]

    with pytest.raises(BadInput, match=r"line 2: “-1\.200” may have .* decimal="):
        amounts("date=1,payee=2,amount=3")
    assert amounts("date=1,payee=2,amount=3,decimal=.") == [-1_20, -2_50]
    assert amounts("date=1,payee=2,amount=3,decimal=,") == [-1200_00, -2500_00]


def test_a_file_whose_columns_are_not_found_is_read_by_what_is_said(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text("Bank\nWhen#What#A#B\n2/3/24#Shop#5,00#6,00\n2/13/24#Boss#7,00#8,00\n")
    words = ["delimiter=#,skip=1", "date=When,amount=B,payee=What,out=positive"]
    with pytest.raises(BadInput, match="is not clear"):
        read(path)

    outline = look(path, said=words)
    statement = read(path, mapping=mapping_of(words, outline))

    assert outline.header == ("When", "What", "A", "B")
    assert outline.lines == ()
    assert [(each.payee, each.amount) for each in statement.lines] == [
        ("Shop", -6_00),
        ("Boss", -8_00),
    ]
    assert statement.lines[0].booked_on.isoformat() == "2024-02-03"
