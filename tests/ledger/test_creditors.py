"""Creditors, debts, letters and my situation: what is added, refused, deleted and worked out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.exchange import portable
from store.ledger import creditor_queries, creditors, debts, letters, situations
from store.ledger.creditor_views import CreditorLine
from store.ledger.letters import Letter
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.errors import BadInput, NotFound, Stale
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger; whatever was done to it, it is whole, and loads back as it is."""
    opened = make.empty(tmp_path / "my.accord")
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    text = portable.dump(opened)
    opened.close()
    again = make.empty(tmp_path / "again.accord")
    portable.load(again, text)
    assert portable.dump(again) == text
    again.close()


def add(ledger: Ledger, name: str = "Bank", currency: str = "GBP", **said: Any) -> int:
    return creditors.add(ledger, creditors.Details(name, currency, **said))


def owe(ledger: Ledger, creditor_id: int, name: str = "Card", **said: Any) -> int:
    return debts.add(ledger, creditor_id, debts.Details(name, **said))


def lines(ledger: Ledger) -> list[CreditorLine]:
    with ledger.reading() as session:
        return list(creditor_queries.creditors(session, TODAY).creditors)


def steps(ledger: Ledger, index: int = 0) -> list[str]:
    return [each.text for each in lines(ledger)[index].steps]


def events(ledger: Ledger, creditor_id: int) -> list[tuple[str, str]]:
    with ledger.reading() as session:
        found = creditor_queries.timeline(session, creditor_id, TODAY)
    return [(each.record[0], each.on.isoformat()) for each in found]


# --- creditors -------------------------------------------------------------------------------


def test_a_creditor_gets_a_key_of_its_name(ledger: Ledger) -> None:
    add(ledger, " Énergie & Co. ", phone="123", my_account_here=True)
    add(ledger, "日本銀行", "JPY")
    assert {(each.key, each.name, each.currency) for each in lines(ledger)} == {
        ("energie-co", "Énergie & Co.", "GBP"),
        ("x", "日本銀行", "JPY"),
    }


@pytest.mark.parametrize(
    ("name", "currency", "field"),
    [("bank", "GBP", "name"), ("ＢＡＮＫ ", "GBP", "name"), (" ", "GBP", "name"),
     ("Other", "XYZ", "currency"), ("Other", "gbp", "currency")],
)  # fmt: skip
def test_a_name_that_is_there_already_is_refused_whatever_its_capitals(
    ledger: Ledger, name: str, currency: str, field: str
) -> None:
    add(ledger)
    with pytest.raises(BadInput) as error:
        add(ledger, name, currency)
    assert error.value.field == field
    assert len(lines(ledger)) == 1


def test_a_creditor_may_change_its_own_capitals_but_not_its_currency_once_it_is_owed(
    ledger: Ledger,
) -> None:
    id_ = add(ledger)
    (line,) = lines(ledger)
    creditors.edit(ledger, id_, creditors.Details("BANK", "EUR"), version=line.version)
    with pytest.raises(Stale):
        creditors.edit(ledger, id_, creditors.Details("Bank", "EUR"), version=line.version)
    owe(ledger, id_)
    (line,) = lines(ledger)
    with pytest.raises(BadInput) as error:
        creditors.edit(ledger, id_, creditors.Details("BANK", "GBP"), version=line.version)
    assert error.value.field == "currency"


def test_deleting_a_creditor_names_what_goes_with_it_and_undo_brings_all_back(
    ledger: Ledger,
) -> None:
    letters.received(
        ledger,
        Letter("Bank", TODAY, "GBP", amount=5_000, wants="Money", reply_by=TODAY),
        TODAY,
    )
    (line,) = lines(ledger)
    debt_id = line.debts[0].debt_id
    debts.charge(ledger, debt_id, kind="fee", amount=100, on=TODAY, today=TODAY)
    debts.pause(ledger, debt_id, starts_on=TODAY)
    before = portable.dump(ledger)
    with ledger.reading() as session:
        assert creditors.goes_with(session, line.creditor_id) == {
            "charges": 1, "moratoriums": 1, "undertakings": 1, "contacts": 1, "debts": 1,
        }  # fmt: skip
    assert creditors.delete(ledger, line.creditor_id) == "Bank"
    assert lines(ledger) == []
    revisions.undo(ledger)
    assert portable.dump(ledger) == before


def test_a_creditor_or_debt_with_payments_stays(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "paid.accord", make.document(payments=[make.paid("02-01")]))
    for delete, id_ in ((creditors.delete, 1), (debts.delete, 1)):
        with pytest.raises(BadInput, match="1 payment was made"):
            delete(ledger, id_)
    ledger.close()


def test_what_is_no_longer_there_is_said(ledger: Ledger) -> None:
    for act in (
        lambda: creditors.delete(ledger, 9),
        lambda: debts.delete(ledger, 9),
        lambda: owe(ledger, 9),
        lambda: debts.delete_entry(ledger, "charge", 9),
        lambda: debts.take_transfer_back(ledger, 9),
        lambda: situations.delete(ledger, 9),
    ):
        with pytest.raises(NotFound):
            act()


# --- debts -----------------------------------------------------------------------------------


def test_a_debt_keeps_all_that_is_said_of_it(ledger: Ledger) -> None:
    said = debts.Details(
        "Card",
        reference="1234",
        balance=100_000,
        balance_on=date(2026, 1, 1),
        apr=Decimal("19.90"),
        priority=True,
        consequence="A court",
        contractual_payment=5_000,
        others_liable="My sister",
        stage="claim",
        answer_by=date(2026, 12, 4),
        last_paid_on=date(2026, 5, 1),
        acknowledged_on=date(2026, 6, 1),
        judgment_on=date(2026, 7, 1),
        closed_on=None,
    )
    id_ = debts.add(ledger, add(ledger), said)
    with ledger.reading() as session:
        again = debts.details(session, id_)
        version = debts.get(session, id_).version
    assert again == debts.Details(**{**_fields(said), "apr": Decimal("19.9")})
    debts.edit(ledger, id_, debts.Details("Card", closed_on=TODAY), version=version)
    with pytest.raises(Stale):
        debts.edit(ledger, id_, said, version=version)


def _fields(said: debts.Details) -> dict[str, Any]:
    return {name: getattr(said, name) for name in debts.Details.__dataclass_fields__}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "CARD"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "Loan", "balance": 1}, "balance_on"),
        ({"name": "Loan", "balance_on": TODAY}, "balance"),
        ({"name": "Loan", "apr": Decimal(-1)}, "apr"),
    ],
)
def test_a_debt_that_cannot_be_is_refused(ledger: Ledger, said: dict[str, Any], field: str) -> None:
    id_ = add(ledger)
    owe(ledger, id_)
    with pytest.raises(BadInput) as error:
        owe(ledger, id_, **said)
    assert error.value.field == field


def test_charges_and_letters_move_the_balance_and_may_be_corrected(ledger: Ledger) -> None:
    id_ = add(ledger)
    debt_id = owe(ledger, id_, balance=10_000, balance_on=date(2026, 1, 1))

    def balance() -> int | None:
        return lines(ledger)[0].balance

    charge = debts.charge(ledger, debt_id, kind="fee", amount=500, on=date(2026, 2, 1), today=TODAY)
    assert balance() == 10_500
    debts.charge(ledger, debt_id, kind="refund", amount=300, on=date(2026, 2, 2), today=TODAY)
    assert balance() == 10_200
    with ledger.reading() as session:
        version = session.get_one(tables.Charge, charge).version
    debts.edit_charge(
        ledger, charge, version=version, kind="fee", amount=700, on=date(2026, 2, 1), today=TODAY
    )
    assert balance() == 10_400
    letter = debts.letter_balance(
        ledger, debt_id, amount=9_000, on=date(2026, 3, 1), today=TODAY, source="letter"
    )
    assert balance() == 9_000
    with ledger.reading() as session:
        version = session.get_one(tables.Balance, letter).version
    debts.edit_balance(
        ledger, letter, version=version, amount=9_100, on=date(2026, 3, 1), today=TODAY
    )
    assert balance() == 9_100
    debts.delete_entry(ledger, "balance", letter)
    debts.delete_entry(ledger, "charge", charge)
    assert balance() == 9_700
    assert events(ledger, id_) == [("charge", "2026-02-02")]


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "fee", "amount": 0, "on": TODAY},
        {"kind": "fee", "amount": -5, "on": TODAY},
        {"kind": "fee", "amount": 5, "on": date(2026, 11, 24)},
    ],
)
def test_a_charge_that_cannot_be_is_refused(ledger: Ledger, given: dict[str, Any]) -> None:
    debt_id = owe(ledger, add(ledger))
    with pytest.raises(BadInput):
        debts.charge(ledger, debt_id, today=TODAY, **given)
    debts.charge(ledger, debt_id, kind="adjustment", amount=-5, on=TODAY, today=TODAY)


def test_a_moratorium_may_not_end_before_it_begins(ledger: Ledger) -> None:
    debt_id = owe(ledger, add(ledger))
    id_ = debts.pause(ledger, debt_id, starts_on=TODAY, ends_on=TODAY)
    with ledger.reading() as session:
        version = session.get_one(tables.Moratorium, id_).version
    for act in (
        lambda: debts.pause(ledger, debt_id, starts_on=TODAY, ends_on=date(2026, 11, 22)),
        lambda: debts.edit_pause(
            ledger, id_, version=version, starts_on=TODAY, ends_on=date(2026, 11, 22)
        ),
    ):
        with pytest.raises(BadInput) as error:
            act()
        assert error.value.field == "ends_on"


# --- transfers -------------------------------------------------------------------------------


def test_a_debt_that_was_sold_twice_shows_its_chain_and_each_holder_its_own_days(
    ledger: Ledger,
) -> None:
    bank, first, second = add(ledger), add(ledger, "First"), add(ledger, "Second")
    debt_id = owe(ledger, bank, balance=10_000, balance_on=date(2026, 1, 1))
    for day in ("2026-01-15", "2026-03-15", "2026-05-15"):
        debts.charge(ledger, debt_id, kind="fee", amount=1, on=date.fromisoformat(day), today=TODAY)
    for to, day in ((first, "2026-02-01"), (second, "2026-04-01")):
        debts.transfer(ledger, debt_id, to_creditor_id=to, on=date.fromisoformat(day), today=TODAY)
    held = {each.name: each.balance for each in lines(ledger)}
    assert held == {"Bank": None, "First": None, "Second": 10_003}
    chain = lines(ledger)[0].debts[0].chain
    assert [(day and day.isoformat(), name) for day, _, name in chain] == [
        (None, "Bank"),
        ("2026-02-01", "First"),
        ("2026-04-01", "Second"),
    ]
    assert [each[1] for each in events(ledger, first) if each[0] == "charge"] == ["2026-03-15"]


def test_a_transfer_that_cannot_be_is_refused(ledger: Ledger) -> None:
    bank, other, euro = add(ledger), add(ledger, "Other"), add(ledger, "Euro", "EUR")
    debt_id = owe(ledger, bank)
    day = date(2026, 2, 1)
    for to, on, field in (
        (euro, day, "to"),
        (bank, day, "to"),
        (other, date(2026, 11, 24), "on"),
    ):
        with pytest.raises(BadInput) as error:
            debts.transfer(ledger, debt_id, to_creditor_id=to, on=on, today=TODAY)
        assert error.value.field == field
    id_ = debts.transfer(ledger, debt_id, to_creditor_id=other, on=day, today=TODAY)
    with pytest.raises(BadInput):
        debts.transfer(ledger, debt_id, to_creditor_id=other, on=day, today=TODAY)
    with pytest.raises(BadInput, match="take the transfer back first"):
        creditors.delete(ledger, other)
    debts.take_transfer_back(ledger, id_)
    creditors.delete(ledger, other)


# --- a letter came ---------------------------------------------------------------------------


def test_a_letter_makes_creditor_debt_contact_and_undertaking_at_once(ledger: Ledger) -> None:
    received = letters.received(
        ledger,
        Letter(
            "Marlow",
            date(2026, 11, 18),
            "GBP",
            debt="Loan",
            reference="M 77",
            amount=252_980,
            wants="Pay or reply within 14 days",
            reply_by=date(2026, 12, 2),
        ),
        TODAY,
    )
    assert (received.creditor, received.is_new) == ("Marlow", True)
    assert received.first == "Marlow: Answer their letter: Pay or reply within 14 days"
    assert received.first_by == date(2026, 12, 2)
    (line,) = lines(ledger)
    assert (line.balance, line.debts[0].name, line.debts[0].reference) == (252_980, "Loan", "M 77")
    assert line.last_contact == date(2026, 11, 18)
    assert revisions.undo(ledger).summary == "Letter of 18 November 2026 from Marlow"
    assert lines(ledger) == []


def test_half_a_letter_is_a_record(ledger: Ledger) -> None:
    received = letters.received(ledger, Letter("Marlow", TODAY, "GBP"), TODAY)
    assert (received.first, received.debt_id) == (None, None)
    assert lines(ledger)[0].last_contact == TODAY


def test_a_second_letter_finds_who_and_what_it_is_about(ledger: Ledger) -> None:
    for amount, day in ((10_000, 1), (12_000, 20)):
        letters.received(
            ledger,
            Letter("marlow ", date(2026, 11, day), "GBP", reference="m77", amount=amount),
            TODAY,
        )
    (line,) = lines(ledger)
    assert (line.name, line.balance, len(line.debts)) == ("marlow", 12_000, 1)
    # Another reference is another debt.
    letters.received(
        ledger,
        Letter(line.creditor_id, TODAY, "GBP", debt="Other", reference="m78", amount=5),
        TODAY,
    )
    assert [each.name for each in lines(ledger)[0].debts] == ["Other", letters.DEBT]


def test_a_court_comes_before_everything(ledger: Ledger) -> None:
    letters.received(
        ledger, Letter("A", TODAY, "GBP", wants="Reply", reply_by=date(2026, 12, 24)), TODAY
    )
    received = letters.received(
        ledger,
        Letter("B", TODAY, "GBP", debt="Loan", stage="claim", answer_by=date(2026, 12, 4)),
        TODAY,
    )
    assert received.first == "Answer the court letter about Loan"
    assert received.first_by == date(2026, 12, 4)
    assert steps(ledger, 1)[0] == "Answer the claim about Loan"


@pytest.mark.parametrize(
    ("letter", "field"),
    [
        (Letter("", TODAY, "GBP"), "who"),
        (Letter("A", date(2026, 11, 24), "GBP"), "dated"),
        (Letter("A", TODAY, "XXX1"), "currency"),
        (Letter(9, TODAY, "GBP"), "creditor"),
        (Letter("A", TODAY, "GBP", debt=9), "debt"),
    ],
)
def test_a_letter_that_cannot_be_enters_nothing(ledger: Ledger, letter: Letter, field: str) -> None:
    with pytest.raises((BadInput, NotFound)) as error:
        letters.received(ledger, letter, TODAY)
    assert error.value.field == field
    assert lines(ledger) == []


# --- my situation ----------------------------------------------------------------------------


def test_who_was_told_and_who_has_heard_none_since_it_changed(household: Path) -> None:
    ledger = make.ledger(household)

    def told() -> list[tuple[str, ...]]:
        with ledger.reading() as session:
            found = creditor_queries.situations(session, TODAY)
        return [each.untold for each in found]

    # The newest is over; the one before it holds.
    assert told() == [(), ("Aunt Rosa", "Marlow Collections")]
    situations.tell(ledger, on=date(2026, 11, 20), text="A new job", today=TODAY)
    assert len(told()[0]) == 5
    assert any("Tell them your situation" in each for each in steps(ledger, 4))
    ledger.close()


def test_a_statement_is_corrected_and_deleted_unless_somebody_heard_it(household: Path) -> None:
    ledger = make.ledger(household)
    with pytest.raises(BadInput, match="contacts say that it was told"):
        situations.delete(ledger, 1)
    id_ = situations.tell(ledger, on=TODAY, text=" Better ", today=TODAY, private=True)
    with ledger.reading() as session:
        row = session.get_one(tables.Situation, id_)
        assert (row.text, row.private, row.key) == ("Better", True, "situation-2026-11-23")
        version = row.version
    situations.edit(ledger, id_, version=version, on=TODAY, text="Best", today=TODAY)
    with pytest.raises(Stale):
        situations.edit(ledger, id_, version=version, on=TODAY, text="Best", today=TODAY)
    situations.delete(ledger, id_)
    wrongs: list[dict[str, Any]] = [
        {"text": " "},
        {"on": date(2026, 11, 24)},
        {"until": date(2026, 1, 1)},
    ]
    for wrong in wrongs:
        with pytest.raises(BadInput):
            situations.tell(ledger, **{"on": TODAY, "text": "x", "today": TODAY, **wrong})
    with ledger.reading() as session:
        assert len(session.exec(select(tables.Situation)).all()) == 2
    ledger.close()


# --- next steps ------------------------------------------------------------------------------


def test_next_steps_come_out_of_the_record(household: Path) -> None:
    ledger = make.ledger(household)
    assert steps(ledger, 1)[:4] == [
        "Council tax: £70.00 of Sat 31 Oct is open; tell them that it comes on Sat 28 Nov",
        "Nobody spoke for 318 days: call or write before they do",
        "They have not done it: Confirm the arrangement by letter. Ask",
        "The paper of Fri 9 Jan was asked for: ask again",
    ]
    assert "Answer their offer on Credit card" in steps(ledger, 4)
    # A debt that went on leaves nothing to do with who had it.
    assert steps(ledger, 2) == []
    ledger.close()


def test_a_debt_of_which_nothing_is_agreed_or_known_says_so(ledger: Ledger) -> None:
    id_ = add(ledger)
    owe(ledger, id_, balance=100, balance_on=date(2026, 1, 1))
    owe(ledger, id_, "Loan")
    assert steps(ledger) == [
        "Card: nothing is agreed yet; offer what you can keep",
        "Card: the balance is of Thu 1 Jan; ask for a new one",
        "Loan: ask what they say you owe",
    ]


@pytest.mark.parametrize("name", ["\u200fBank", "Bank\u200b", "Ba\u200dnk", " bank ", "\u200b"])
def test_a_name_that_looks_the_same_is_the_same_and_one_must_be_seen(
    ledger: Ledger, name: str
) -> None:
    add(ledger)
    with pytest.raises(BadInput) as error:
        add(ledger, name)
    assert error.value.field == "name"
