"""What loaded payments are for: as the file says, else as the rule decides, in DESIGN's order."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from store.exchange.portable.reading import said_of
from store.exchange.portable.shapes import PartShape, PaymentShape
from store.ledger import facts
from store.records import tables
from store.rules import money
from store.rules.allotment import Allotter
from store.rules.errors import BadInput
from store.rules.outcome import Allotment, Instalment, Payment


@dataclass(frozen=True)
class NewPayment:
    """A payment that a load entered, with its place in the file."""

    number: int
    shape: PaymentShape
    row: tables.Payment
    currency: str

    @property
    def turn(self) -> tuple[date, bool, int, str]:
        """By day; on one day named ones first, then larger first."""
        said = json.dumps(self.shape.plain(), sort_keys=True)
        return self.row.paid_on, self.shape.was_for is None, -self.row.amount, said


def allot(session: Session, payments: Sequence[NewPayment]) -> list[tuple[NewPayment, Allotment]]:
    """Decide what each of the new payments is for; those already there keep what they have."""
    everything = facts.of_all(session)
    keys = {each.key: each.id for each in session.exec(select(tables.Agreement))}
    books = {debt_id: _Book(found, keys) for debt_id, found in everything.items()}
    decided: list[tuple[NewPayment, Allotment]] = []
    for payment in sorted(payments, key=lambda each: each.turn):
        book = books.get(payment.row.debt_id) or _Book(facts.DebtFacts(), keys)
        with said_of("payments", payment.number, payment.shape):
            decided += [(payment, each) for each in book.allot(payment)]
    return decided


class _Book:
    """The instalments of one debt, and what its payments are for."""

    def __init__(self, found: facts.DebtFacts, agreement_ids: dict[str, int | None]) -> None:
        self.allotter = Allotter(
            found.agreements, found.instalments, found.payments, found.allotments
        )
        self.agreement_ids = agreement_ids
        self.numbers = found.numbers()
        self.agreements = {each.id: each for each in found.agreements}
        self.due: dict[date, list[Instalment]] = defaultdict(list)
        for each in found.instalments:
            self.due[each.due_on].append(each)

    def allot(self, payment: NewPayment) -> list[Allotment]:
        row, was_for = payment.row, payment.shape.was_for
        sent = Payment(row.id or 0, row.paid_on, row.amount, row.returned_on)
        if was_for is None:
            return self.allotter.allot(sent)
        if isinstance(was_for, date):
            return self.allotter.allot(sent, [each.id for each in self._due_on(was_for)])
        fixed: list[tuple[int, int]] = []
        for part in was_for:
            amount = money.from_text(part.amount, payment.currency, field="for.amount")
            if amount <= 0:
                raise BadInput(f"“{part.amount}” must be more than zero", field="for.amount")
            taken = {key for key, _ in fixed}
            fixed.append((self._meant(part, row.paid_on, taken).id, amount))
        if sum(amount for _, amount in fixed) > row.amount:
            raise BadInput("the parts come to more than the payment", field="for")
        return self.allotter.allot(sent, fixed=fixed)

    def _due_on(self, day: date) -> list[Instalment]:
        found = self.due.get(day)
        if not found:
            raise BadInput(f"no instalment of this debt is due on {day}", field="for")
        return found

    def _meant(self, part: PartShape, paid_on: date, taken: set[int]) -> Instalment:
        """The instalment that a part names: one open to that money, if the day fits several."""
        found = [each for each in self._due_on(part.due_on) if each.id not in taken]
        if part.agreement is not None:
            wanted = self.agreement_ids.get(part.agreement)
            found = [each for each in found if each.agreement_id == wanted]
        if part.number is not None:
            found = [each for each in found if self.numbers[each.id][0] == part.number]
        if not found:
            raise BadInput(f"no such instalment is due on {part.due_on}", field="for")
        lacking = {each.id for each, _ in self.allotter.candidates(paid_on)} if found[1:] else set()
        return min(found, key=lambda each: each.id not in lacking)
