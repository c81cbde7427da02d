"""The lists as CSV: what they hold, how it is written, and that nothing in them runs."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from store.exchange import lists
from store.records.database import Ledger
from store.rules import csv_text
from store.rules.errors import BadInput
from tests import make

TODAY = make.on("11-23")
Rows = list[dict[str, str]]


@pytest.fixture
def ledger(loaded_household: Path) -> Iterator[Ledger]:
    opened = make.ledger(loaded_household)
    yield opened
    opened.close()


def read(ledger: Ledger, name: str, *, private: bool = False) -> Rows:
    with ledger.reading() as session:
        text = lists.text(session, name, TODAY, private=private)
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("creditors", 6),
        ("debts", 5),
        ("contacts", 9),
        ("undertakings", 4),
        ("offers", 4),
        ("agreements", 6),
        ("promises", 152),
        ("payments", 42),
        ("charges", 2),
        ("balances", 6),
        ("budget", 8),
        ("cash", 2),
        ("situations", 2),
        ("transfers", 1),
        ("documents", 1),
        ("score-history", 11),
    ],
)
def test_every_list_has_a_row_for_each_record_and_a_column_for_each_field(
    ledger: Ledger, name: str, count: int
) -> None:
    rows = read(ledger, name)
    assert len(rows) == count
    assert all(tuple(row) == lists.LISTS[name].header for row in rows)
    assert all(None not in row.values() for row in rows)


def test_every_list_is_among_those_that_are_tested() -> None:
    (mark,) = [
        each
        for each in test_every_list_has_a_row_for_each_record_and_a_column_for_each_field.pytestmark  # type: ignore[attr-defined]
        if each.name == "parametrize"
    ]
    assert [name for name, _ in mark.args[1]] == list(lists.LISTS)


def test_records_are_named_by_their_keys_days_are_iso_and_amounts_have_a_dot(
    ledger: Ledger,
) -> None:
    (loan,) = [row for row in read(ledger, "debts") if row["key"] == "kestrel-loan"]
    assert (loan["creditor"], loan["balance"], loan["currency"]) == ("marlow", "2529.80", "GBP")
    assert (loan["apr"], loan["priority"]) == ("34.9", "no")
    (promise,) = [
        row
        for row in read(ledger, "promises")
        if (row["debt"], row["due_on"]) == ("hillview-tax", "2026-04-30")
    ]
    assert (promise["outcome"], promise["paid"], promise["paid_on"], promise["days_late"]) == (
        *("late", "65.00", "2026-05-12"),
        "12",
    )
    assert read(ledger, "transfers")[0]["from"] == "kestrel"
    assert read(ledger, "documents")[0]["of_key"] == "a-northbank"
    assert read(ledger, "score-history")[-1]["on"] == "2026-11-23"
    first = read(ledger, "contacts")[0]
    assert (first["key"], first["at"]) == ("c1", "2026-01-06T10:15:00+00:00")


def test_each_amount_is_plain_in_any_currency_and_may_be_below_zero(tmp_path: Path) -> None:
    made = make.loaded(
        tmp_path / "ledger.db",
        make.document(
            currency="JPY",
            debts=[make.debt(balance="1000000")],
            charges=[{"debt": "card", "on": "2026-02-01", "kind": "adjustment", "amount": "-5"}],
        ),
    )
    assert read(made, "debts")[0]["balance"] == "999995"
    (charge,) = read(made, "charges")
    assert (charge["amount"], charge["currency"]) == ("-5", "JPY")
    made.close()


def test_a_text_that_a_spreadsheet_would_run_is_text(tmp_path: Path) -> None:
    note = '=HYPERLINK("https://x.example","a, b")\nnext'
    made = make.loaded(
        tmp_path / "ledger.db", make.document(payments=[make.paid("02-01", note=note)])
    )
    assert read(made, "payments")[0]["note"] == f"'{note}"
    made.close()


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1"])
def test_each_beginning_of_a_formula_is_made_text(text: str) -> None:
    assert csv_text.cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", "é"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert csv_text.cell(text) == text


def test_what_is_private_is_told_only_where_it_is_asked_for(tmp_path: Path) -> None:
    made = make.loaded(
        tmp_path / "ledger.db",
        make.document(
            situations=[{"key": "s", "on": "2026-01-01", "text": "secret", "private": True}]
        ),
    )
    (row,) = read(made, "situations")
    assert (row["private"], row["text"]) == ("yes", "")
    assert read(made, "situations", private=True)[0]["text"] == "secret"
    made.close()


def test_a_ledger_with_nothing_in_it_gives_headers(tmp_path: Path) -> None:
    made = make.empty(tmp_path / "ledger.db")
    assert {name: len(read(made, name)) for name in lists.LISTS} == {
        **dict.fromkeys(lists.LISTS, 0),
        "score-history": 1,
    }
    made.close()


def filled(path: Path, count: int) -> Ledger:
    """A ledger with so many records in every list."""
    keys, day = [str(number) for number in range(count)], "2026-02-01"
    terms = {"amount": "1.00", "every": "month", "first_due": day, "count": 2}
    return make.loaded(
        path,
        {
            "accord": 1,
            "currency": "GBP",
            "creditors": [{"key": f"{each}{key}", "name": each + key}
                          for each in ("bank", "hunter") for key in keys],
            "debts": [make.debt(key, creditor=f"bank{key}") for key in keys],
            "transfers": [{"debt": key, "to": f"hunter{key}", "on": day} for key in keys],
            "situations": [{"key": key, "on": day, "text": "t"} for key in keys],
            "contacts": [{"key": key, "creditor": f"bank{key}", "at": "2026-01-02T10:00:00Z",
                          "channel": "phone", "direction": "out", "summary": "s", "debt": key,
                          "situation": key} for key in keys],
            "undertakings": [{"creditor": f"bank{key}", "contact": key, "by": "me", "text": "t"}
                             for key in keys],
            "offers": [{"key": key, "debt": key, "contact": key, "by": "me", "on": day,
                        "terms": terms} for key in keys],
            "agreements": [{"key": key, "debt": key, "offer": key, "contact": key,
                            "made_on": day, "terms": terms} for key in keys],
            "payments": [make.paid(day, "1.00", debt=key, key=key) for key in keys],
            "charges": [{"debt": key, "on": day, "kind": "fee", "amount": "1.00"}
                        for key in keys],
            "balances": [{"debt": key, "on": day, "amount": "1.00"} for key in keys],
            "budget": [{"name": key, "kind": "income", "amount": "1.00", "every": "month"}
                       for key in keys],
            "cash": [{"on": day, "amount": f"{key}.00"} for key in keys],
            "documents": [{"key": key, "name": key, "media_type": "text/plain",
                           "content": "aGk=", "of": {"payment": key}} for key in keys],
        },
    )  # fmt: skip


def test_no_list_asks_the_database_row_by_row(tmp_path: Path) -> None:
    asked: list[str] = []

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    def queries(count: int) -> dict[str, int]:
        found = {}
        made = filled(tmp_path / f"{count}.db", count)
        for name in lists.LISTS:
            asked.clear()
            assert len(read(made, name)) >= count
            found[name] = len(asked)
        made.close()
        return found

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert queries(1) == queries(4)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Debts", "debts"), ("pay", "payments"), ("score history", "score-history")],
)
def test_a_list_is_found_by_its_name_or_its_beginning(said: str, meant: str) -> None:
    assert lists.find(said) == meant


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("", "Say which list: creditors, debts, contacts"),
        ("poems", "take creditors, debts, contacts"),
        ("b", "“b” can be balances or budget"),
    ],
)
def test_a_list_that_there_is_not_is_refused_with_those_that_there_are(
    said: str, part: str
) -> None:
    with pytest.raises(BadInput, match=part):
        lists.find(said)
