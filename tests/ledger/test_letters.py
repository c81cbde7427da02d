"""Letters of which little is said: what they are about, in which currency, and what is refused."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.ledger import creditor_queries, creditors, debts, letters
from store.ledger.letters import Letter
from store.records import checking
from store.records.database import Ledger
from store.rules.errors import BadInput
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = make.empty(tmp_path / "my.accord")
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


def receive(
    ledger: Ledger,
    who: str | int = "Marlow",
    currency: str = "GBP",
    *,
    amount: int | None = None,
    reference: str | None = None,
) -> letters.Received:
    letter = Letter(who, TODAY, currency, amount=amount, reference=reference)
    return letters.received(ledger, letter, TODAY)


def owed(ledger: Ledger) -> list[tuple[str, str | None, int | None]]:
    with ledger.reading() as session:
        found = creditor_queries.debts(session, TODAY)
    return [(each.name, each.reference, each.balance) for each in found]


def test_the_first_letter_with_a_reference_gives_it_to_the_only_debt_that_has_none(
    ledger: Ledger,
) -> None:
    first = receive(ledger, amount=10_000)
    second = receive(ledger, amount=12_000, reference="M 77")
    assert first.debt_id == second.debt_id
    assert owed(ledger) == [(letters.DEBT, "M 77", 12_000)]


def test_another_reference_is_another_debt_with_a_name_of_its_own(ledger: Ledger) -> None:
    for number, amount in ((1, 100), (2, 200), (3, 300)):
        receive(ledger, amount=amount, reference=f"R {number}")
    assert owed(ledger) == [
        (letters.DEBT, "R 1", 100),
        (f"{letters.DEBT}, R 2", "R 2", 200),
        (f"{letters.DEBT}, R 3", "R 3", 300),
    ]


def test_an_amount_that_could_be_of_several_debts_is_asked_about_and_adds_none(
    ledger: Ledger,
) -> None:
    creditor_id = creditors.add(ledger, creditors.Details("Marlow", "GBP"))
    for name in ("Card", "Loan"):
        debts.add(ledger, creditor_id, debts.Details(name))
    with pytest.raises(BadInput, match="Card, Loan, or a new name") as error:
        receive(ledger, amount=10_000)
    assert error.value.field == "debt"
    # A letter that says nothing of a debt needs none.
    assert receive(ledger).debt_id is None
    assert [name for name, _, _ in owed(ledger)] == ["Card", "Loan"]


def test_an_amount_in_another_currency_than_the_creditors_is_refused(ledger: Ledger) -> None:
    creditors.add(ledger, creditors.Details("Tokyo Card", "JPY"))
    with pytest.raises(BadInput, match="owed in JPY, not GBP") as error:
        receive(ledger, "tokyo card", amount=12_345)
    assert error.value.field == "currency"
    receive(ledger, "tokyo card", "JPY", amount=12_345)
    assert owed(ledger) == [(letters.DEBT, None, 12_345)]


# --- a pile in any order ---------------------------------------------------------------------


def court(dated: date, stage: Any, answer_by: date) -> Letter:
    return Letter("Bank", dated, "GBP", debt="Card", stage=stage, answer_by=answer_by)


def test_an_older_letter_takes_no_court_date_away_and_lowers_no_stage(tmp_path: Path) -> None:
    today = date(2026, 11, 23)
    ledger = make.empty(tmp_path / "pile.accord")
    claim = court(date(2026, 11, 20), "claim", date(2026, 12, 5))
    notice = court(date(2026, 9, 1), "notice", date(2026, 9, 20))
    for letter in (claim, notice):
        found = letters.received(ledger, letter, today)
    assert found.first_by == date(2026, 12, 5)
    judgment = court(date(2026, 11, 22), "judgment", date(2026, 12, 24))
    assert letters.received(ledger, judgment, today).first_by == date(2026, 12, 24)
    with ledger.reading() as session:
        assert debts.get(session, 1).stage == "judgment"
    ledger.close()


def test_a_letter_about_a_closed_debt_is_not_hidden_by_it(tmp_path: Path) -> None:
    today = date(2026, 11, 23)
    document = make.document(debts=[make.debt(closed_on="2026-06-01", reference="C 1")])
    ledger = make.loaded(tmp_path / "closed.accord", document)
    wrongs: list[dict[str, Any]] = [{"debt": "card"}, {"debt": 1}, {"reference": "c1"}]
    for wrong in wrongs:
        with pytest.raises(BadInput) as error:
            letters.received(ledger, Letter("Bank", today, "GBP", **wrong), today)
        assert error.value.field == "debt"
    claim = Letter("Bank", today, "GBP", amount=500, stage="claim", answer_by=date(2026, 12, 1))
    assert letters.received(ledger, claim, today).first_by == date(2026, 12, 1)
    ledger.close()
