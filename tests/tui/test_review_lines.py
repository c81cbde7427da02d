"""What is said of a statement's lines, and how its columns are told; no app is opened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from store.exchange import choosing, importing
from store.exchange.importing import Choices, Review
from store.exchange.matching import Choice, Status
from store.exchange.statements.line import Mapping, Remark, Statement, StatementLine
from store.records.database import Ledger
from tests import make
from tui.widgets import mapping_lines
from tui.widgets.cells import Row
from tui.widgets.mapping_lines import MappingLines
from tui.widgets.review_lines import ReviewLines, keys

TODAY = date(2026, 11, 23)

Lines = Callable[..., ReviewLines]


def line(day: str, amount: int, payee: str = "", memo: str = "") -> StatementLine:
    return StatementLine("GB01", make.on(day), amount, "GBP", payee, memo, "")


FOUND = line("11-02", -10000, "NORTHBANK", "NB-4471-0092")
LOGGED = line("10-02", -10000, "NORTHBANK")
DOUBTFUL = line("09-01", -10000, "TFR 2231")
SHOP = line("11-05", -1240, "[/x] CORNER SHOP", "CARD")
WAGES = line("10-27", 190000, "ACME LTD")
BACK = line("11-06", 10000, "NORTHBANK", "RETURNED UNPAID")
ALL = (FOUND, LOGGED, DOUBTFUL, SHOP, WAGES, BACK)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Two debts at one bank; October's payment on the card is logged."""
    document = make.document(
        agreements=[make.promise(count=14)],
        payments=[make.paid("10-02")],
        debts=[make.debt(creditor="northbank", reference="NB-4471-0092")],
    )
    document["creditors"] = [{"key": "northbank", "name": "Northbank"}]
    return make.loaded(tmp_path / "ledger.db", document)


@pytest.fixture
def lines(ledger: Ledger) -> Lines:
    """Holds lines against the ledger as something is said of them."""

    def held(*given: StatementLine, choices: Choices | None = None) -> ReviewLines:
        statement = Statement("ofx", given or ALL)
        with ledger.reading() as session:
            first = importing.review(session, statement, TODAY)
            found = importing.review(session, statement, TODAY, choices)
        return ReviewLines(found, first.matches, TODAY, "en_GB")

    return held


def texts(rows: list[Row]) -> list[str]:
    """The rows as one reads them."""
    return [
        " ".join(cell if isinstance(cell, str) else cell[0] for cell in row.cells) for row in rows
    ]


def test_lines_are_grouped_and_what_needs_nothing_is_folded_away(lines: Lines) -> None:
    held = lines()
    rows = texts(held.rows(with_others=False))
    assert rows == [
        "Found (2)",
        "= 2 Oct NORTHBANK -£100.00 → Northbank · logged already",
        "✓ 2 Nov NORTHBANK -£100.00 → Northbank · 1 Nov, 10 of 14",
        "To look at (1)",
        "? 1 Sep TFR 2231 -£100.00 → Northbank · 1 Sep, 8 of 14",
        "Came back (1)",
        "↩ 6 Nov NORTHBANK £100.00 → Northbank · came back",
        "To nobody you owe (1)",
        "· 5 Nov [/x] CORNER SHOP -£12.40 ",
        "Known, ignored, or came in (1) · o shows them",
    ]
    assert texts(held.rows(with_others=True))[-1] == "· 27 Oct ACME LTD £1,900.00 came in"
    assert held.headline() == (
        "1 payment found, 1 logged already, 1 came back, 1 to look at, 2 others."
    )
    assert held.verb() == "Record 2, tick off 1"


def test_a_line_stays_in_its_group_whatever_is_said_of_it(lines: Lines) -> None:
    key = importing.payee_key(SHOP)
    said = Choices({0: Choice(None), 2: Choice(1)}, {key: 1})
    held = lines(choices=said)
    assert [row.key for row in held.rows(with_others=False) if not row.heading] == [1, 0, 2, 5, 3]
    assert [held.glyph(number)[0] for number in range(4)] == ["–", "=", "✓", "✓"]
    assert held.detail(0)[1].startswith("Left out, as you said")


def test_only_what_changed_is_written_anew(lines: Lines) -> None:
    before, now = lines(), lines(choices=Choices({2: Choice(1)}))
    before.write(None)
    now.write(before)
    fresh = lines(choices=Choices({2: Choice(1)}))
    assert now.rows(with_others=True) == fresh.rows(with_others=True)
    same = [row in before.rows(with_others=True) for row in now.rows(with_others=True)]
    assert same.count(False) == 1


def test_a_statement_that_is_known_whole_says_so(lines: Lines, ledger: Ledger) -> None:
    importing.record(ledger, lines(FOUND).found, TODAY)
    assert lines(FOUND).headline() == "Every line of this statement is known already."
    assert lines(FOUND).detail(0)[1] == "Nothing is done: in the ledger already, from a statement."
    with ledger.reading() as session:
        none = importing.review(session, Statement("ofx", ()), TODAY)
    assert ReviewLines(none, (), TODAY, "en_GB").headline() == "There is no line in this statement."


def test_a_statement_without_a_payment_says_so_and_folds_nothing(lines: Lines) -> None:
    assert lines(SHOP, WAGES).headline() == "None of its 2 lines is a payment to anyone you owe."
    only = lines(WAGES)
    assert only.headline() == "Its one line is no payment to anyone you owe."
    assert texts(only.rows(with_others=False)) == [
        "Known, ignored, or came in (1)",
        "· 27 Oct ACME LTD £1,900.00 came in",
    ]


def test_each_line_says_what_becomes_of_it_and_why(lines: Lines) -> None:
    held = lines()
    assert held.detail(0) == [
        "NORTHBANK · NB-4471-0092",
        "Northbank · Card: reference NB-4471-0092.",
        "For £100.00 of 1 Nov (10 of 14).",
    ]
    assert "It is ticked off, not paid twice." in held.detail(1)[1]
    assert held.detail(2)[1].endswith("space takes it in.")
    assert held.detail(3) == [
        "[/x] CORNER SHOP · CARD",
        "Not recorded: nobody you owe is named. c says which debt it pays.",
    ]
    assert "recorded as come back" in held.detail(5)[1]
    told = lines(choices=Choices({4: Choice(1)})).detail(4)[1]
    assert told == "No payment of this amount to Northbank · Card can have come back."


def test_only_keys_that_do_something_are_named(lines: Lines) -> None:
    found = lines().found
    named = [[each.split(" ")[0] for each in keys(match)] for match in found.matches]
    assert named == [
        ["space", "c", "s", "i"],
        ["space", "c", "n", "i"],
        ["space", "c", "s", "i"],
        ["c", "i"],
        ["c", "i"],
        ["space", "c", "i"],
    ]
    assert keys(None, is_csv=True, has_remarks=True) == ["m columns", "r rows"]
    assert keys(replace(found.matches[0], is_known=True)) == []


# --- what is said of lines --------------------------------------------------------------------


def test_space_goes_from_doubtful_to_taken_to_left_out_and_back(lines: Lines) -> None:
    said: list[Choice | None] = []
    choices = Choices()
    for _ in range(3):
        found = choosing.toggled(lines(choices=choices).found, 2)
        assert found is not None
        choices = found
        said.append(choices.lines.get(2))
    assert said == [Choice(1), Choice(None), None]
    assert choosing.toggled(lines().found, 3) is None


def test_a_debt_is_said_of_a_payee_only_where_the_payee_said_nothing(lines: Lines) -> None:
    held = lines()

    def meant(number: int) -> Choices | None:
        return choosing.meant(held.found, number, 1, held.first[number])

    assert meant(3) == Choices(payees={importing.payee_key(SHOP): 1})
    assert meant(2) == Choices(payees={importing.payee_key(DOUBTFUL): 1})
    assert meant(0) == Choices({0: Choice(1)})
    assert meant(4) == Choices({4: Choice(1)})
    rivals = [replace(each, rivals=(2,)) for each in held.first]
    assert choosing.meant(held.found, 2, 1, rivals[2]) == Choices({2: Choice(1)})


def test_nothing_can_be_said_of_a_line_that_is_known(lines: Lines) -> None:
    found = lines().found
    known = [replace(each, is_known=True, payment_id=9) for each in found.matches]
    found = Review(found.statement, tuple(known), found.debts, found.instalments, Choices())
    assert choosing.toggled(found, 0) is None
    assert choosing.meant(found, 3, 1, known[3]) is None
    assert choosing.another(found, 1) is None
    assert choosing.ignored(found, 3) is None
    assert choosing.split(found, 0, {}) is None


def test_another_payment_and_ignoring_are_taken_back_by_the_same_key(lines: Lines) -> None:
    another = choosing.another(lines().found, 1)
    assert another == Choices({1: Choice(1, is_new=True)})
    held = lines(choices=another)
    assert held.found.matches[1].status is Status.SURE
    assert choosing.another(held.found, 1) == Choices()
    ignored = choosing.ignored(lines().found, 3)
    assert ignored == Choices(payees={importing.payee_key(SHOP): None})
    assert choosing.ignored(lines(choices=ignored).found, 3) == Choices()
    # A payee that the ledger ignores is no news.
    kept = replace(lines(choices=ignored).found, choices=Choices())
    assert choosing.ignored(kept, 3) is None


# --- the columns ------------------------------------------------------------------------------

HEADER = ("Date", "Who", "", "In", "Out")
SAMPLE = (("1/2/26", "Shop", "x", "", "5.00"), ("2/2/26", "Shop", "", "7.00", ""))
MAPPING = Mapping(date=0, debit=4, credit=3, payee=1, memo=(2,), delimiter="\t", order="dmy")


def test_a_mapping_is_told_by_role_column_and_first_values() -> None:
    rows = texts(MappingLines(MAPPING, HEADER, SAMPLE).rows())
    assert rows == [
        "Columns",
        "Date Date 1/2/26 · 2/2/26",
        "Amount – ",
        "Money out Out 5.00",
        "Money in In 7.00",
        "Payee Who Shop",
        "Details column 3 x",
        "How it is written",
        "Dates are day, month, year ",
        "Decimals after a point: 1,234.56 ",
        "Between tabs ",
        "First row names the columns ",
        "Letters utf-8, as most banks write now ",
    ]
    single = replace(MAPPING, amount=3, debit=None, credit=None, id=2)
    rows = texts(MappingLines(single, HEADER, SAMPLE).rows())
    assert "Went out below zero: -46.00 " in rows
    assert "In or out – " in rows
    assert "Bank's id column 3 x" in rows


def test_what_holds_now_is_ticked_among_the_choices() -> None:
    told = MappingLines(replace(MAPPING, encoding="koi8-r"), HEADER, SAMPLE)
    assert told.choices("payee")[:3] == [
        ("", "  no such column"),
        ("0", "  Date · 1/2/26"),
        ("1", "✓ Who · Shop"),
    ]
    assert ("tab", "✓ tabs") in told.choices("delimiter")
    assert told.choices("encoding")[0] == ("koi8-r", "✓ koi8-r")
    assert told.choices("date")[0] == ("0", "✓ Date · 1/2/26")


def test_a_file_is_summed_up_so_that_a_wrong_reading_shows() -> None:
    remark = Remark("line 9", "no amount")
    said = mapping_lines.summary(Statement("csv", ALL, (remark,)), TODAY)
    assert said == "6 lines, Tue 1 Sep to Fri 6 Nov: 4 went out, 2 came in; 1 row is no line."
    assert mapping_lines.summary(Statement("csv", ()), TODAY) == "No line is found in it."
