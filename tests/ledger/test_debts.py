"""Debts at their edges: bounds of amounts, chains of transfers, and what others said of them."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.exchange import portable
from store.ledger import creditor_queries, creditors, debts, entries
from store.records import checking, revisions
from store.records.database import Ledger
from store.rules import money
from store.rules.errors import BadInput, NotFound
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = make.empty(tmp_path / "my.accord")
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


def people(ledger: Ledger, *names: str) -> list[int]:
    return [creditors.add(ledger, creditors.Details(name, "GBP")) for name in names]


def move(ledger: Ledger, debt_id: int, to: int, day: str) -> int:
    return debts.transfer(ledger, debt_id, to_creditor_id=to, on=make.on(day), today=TODAY)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("balance", {"balance": money.LARGEST + 1, "balance_on": TODAY}),
        ("balance", {"balance": -money.LARGEST - 1, "balance_on": TODAY}),
        ("contractual_payment", {"contractual_payment": 0}),
        ("contractual_payment", {"contractual_payment": money.LARGEST + 1}),
    ],
)
def test_an_amount_that_no_file_could_hold_is_refused(
    ledger: Ledger, field: str, said: dict[str, Any]
) -> None:
    (bank,) = people(ledger, "Bank")
    with pytest.raises(BadInput) as error:
        debts.add(ledger, bank, debts.Details("Card", **said))
    assert error.value.field == field
    # The largest that can be loaded again is taken.
    most = debts.Details("Card", balance=money.LARGEST, balance_on=TODAY)
    debts.add(ledger, bank, most)


def test_a_charge_or_balance_that_no_file_could_hold_is_refused(ledger: Ledger) -> None:
    debt_id = debts.add(ledger, people(ledger, "Bank")[0], debts.Details("Card"))
    given: dict[str, Any] = {"amount": money.LARGEST + 1, "on": TODAY, "today": TODAY}
    acts: list[Callable[[], object]] = [
        lambda: debts.charge(ledger, debt_id, kind="fee", **given),
        lambda: debts.letter_balance(ledger, debt_id, **given),
    ]
    for act in acts:
        with pytest.raises(BadInput) as error:
            act()
        assert error.value.field == "amount"


def test_nobody_gets_a_debt_twice_in_a_row(ledger: Ledger) -> None:
    bank, first, second = people(ledger, "Bank", "First", "Second")
    debt_id = debts.add(ledger, bank, debts.Details("Card"))
    move(ledger, debt_id, first, "06-01")
    with pytest.raises(BadInput, match="goes to First on 1 June 2026") as error:
        move(ledger, debt_id, first, "03-01")
    assert error.value.field == "to"
    between = move(ledger, debt_id, second, "03-01")
    back = move(ledger, debt_id, bank, "04-01")
    with pytest.raises(BadInput, match="Take back the transfer of 1 April 2026 first"):
        debts.take_transfer_back(ledger, between)
    debts.take_transfer_back(ledger, back)
    debts.take_transfer_back(ledger, between)
    with ledger.reading() as session:
        (line,) = creditor_queries.debts(session, TODAY)
    assert [name for _, _, name in line.chain] == ["Bank", "First"]


CONTACT = {"key": "c1", "at": "2026-02-01T10:00:00+00:00", "channel": "phone", "direction": "out"}


def of_two(**lists: Any) -> dict[str, Any]:
    """A bank with a card, and a shop with a loan."""
    document = make.document(**lists)
    document["creditors"].append({"key": "shop", "name": "Shop"})
    document["debts"].append(make.debt("loan") | {"creditor": "shop"})
    return document


@pytest.mark.parametrize(
    "lists",
    [
        # What was said by another creditor of its debt, once it held it (which is over).
        {"contacts": [CONTACT | {"creditor": "shop", "debt": "card", "summary": "About it"}]},
        # An agreement with another that rests on a contact with it.
        {
            "contacts": [CONTACT | {"creditor": "bank", "summary": "About both"}],
            "agreements": [make.promise(debt="loan") | {"contact": "c1"}],
        },
        {
            "contacts": [CONTACT | {"creditor": "bank", "summary": "About both"}],
            "undertakings": [{"contact": "c1", "creditor": "shop", "by": "me", "text": "Ask"}],
        },
    ],
)
def test_what_others_said_and_agreed_stays_when_a_creditor_is_deleted(
    tmp_path: Path, lists: dict[str, Any]
) -> None:
    ledger = make.loaded(tmp_path / "two.accord", of_two(**lists))
    before = portable.dump(ledger)
    with ledger.reading() as session:
        found = creditor_queries.creditors(session, TODAY).creditors
    bank = next(each.creditor_id for each in found if each.name == "Bank")
    assert creditors.delete(ledger, bank) == "Bank"
    after = portable.dump(ledger)
    again = make.empty(tmp_path / "again.accord")
    portable.load(again, after)
    assert portable.dump(again) == after
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []
    revisions.undo(ledger)
    assert portable.dump(ledger) == before
    again.close()
    ledger.close()


def test_what_was_entered_on_a_debt_is_read_again_to_be_corrected(ledger: Ledger) -> None:
    debt_id = debts.add(ledger, people(ledger, "Bank")[0], debts.Details("Card"))
    fee = debts.charge(ledger, debt_id, kind="fee", amount=500, on=TODAY, today=TODAY, note="Late")
    said = debts.letter_balance(
        ledger, debt_id, amount=9_000, on=TODAY, today=TODAY, source="letter"
    )
    rest = debts.pause(ledger, debt_id, starts_on=TODAY, ends_on=make.on("12-23"), note="Advice")

    def read(table: str, id_: int) -> tuple[Any, ...]:
        with ledger.reading() as session:
            found = entries.find(session, table, id_)
        assert (found.table, found.entry_id, found.debt_id) == (table, id_, debt_id)
        return (found.kind, found.amount, found.on, found.until, found.note)

    assert read("charge", fee) == ("fee", 500, TODAY, None, "Late")
    assert read("balance", said) == (None, 9_000, TODAY, None, "letter")
    assert read("moratorium", rest) == (None, None, TODAY, make.on("12-23"), "Advice")
    reads: list[Callable[[], object]] = [lambda: read("charge", 99), lambda: read("payment", 1)]
    for act in reads:
        with pytest.raises(NotFound):
            act()
