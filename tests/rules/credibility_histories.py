"""Random histories of several debts and what they promised: shared by the tests of credibility.

Money is allotted when it is entered, by the rule or as the person says; from then on that stays.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from store.rules import credibility
from store.rules.credibility import Promise, Score
from store.rules.outcome import (
    Agreement,
    Allotment,
    EndedHow,
    Instalment,
    Moratorium,
    Payment,
    holder_of,
    money_by_instalment,
    next_open_of_broken,
)
from tests.make import History

START = date(2024, 1, 1)
LAST = 1000
"""No due date is more days than this after `START`."""

CREDITORS = (1, 2, 3)


def after(days: int) -> date:
    """So many days after `START`."""
    return START + timedelta(days=days)


@dataclass
class Debt:
    """One debt: its history, what each agreement's capacity was, and who held it when."""

    history: History = field(default_factory=History)
    capacities: dict[int, float] = field(default_factory=dict)
    creditor_id: int = CREDITORS[0]
    transfers: list[tuple[date, int]] = field(default_factory=list)
    first_id: int = 1

    def agree(
        self,
        made_on: date,
        promised: Iterable[tuple[date, int]],
        capacity: float,
        *,
        grace_days: int = 0,
        replaced_on: date | None = None,
        ended: tuple[date, EndedHow] | None = None,
    ) -> list[Instalment]:
        """A further agreement, with an instalment for each day and amount."""
        history = self.history
        ended_on, ended_how = ended or (None, None)
        agreement = Agreement(
            len(history.agreements) + 1, made_on, grace_days, replaced_on, ended_on, ended_how
        )
        first = self.first_id + len(history.instalments)
        made = [
            Instalment(first + n, agreement.id, due_on, amount, n + 1)
            for n, (due_on, amount) in enumerate(promised)
        ]
        history.agreements.append(agreement)
        history.instalments += made
        self.capacities[agreement.id] = capacity
        return made

    def pay(
        self,
        paid_on: date,
        parts: Sequence[tuple[Instalment, int]],
        returned_on: date | None = None,
    ) -> Payment:
        """A payment, for these instalments and no others."""
        history = self.history
        amount = sum(part for _, part in parts)
        payment = Payment(len(history.payments) + 1, paid_on, amount, returned_on)
        history.payments.append(payment)
        history.allotments += [Allotment(payment.id, each.id, part) for each, part in parts]
        return payment

    def agreement(self, instalment: Instalment) -> Agreement:
        """The agreement that an instalment belongs to."""
        return next(a for a in self.history.agreements if a.id == instalment.agreement_id)

    def promises(self) -> list[Promise]:
        """What was promised, in order of due date."""
        history = self.history
        agreements = {each.id: each for each in history.agreements}
        money = money_by_instalment(history.payments, history.allotments)
        known = sorted(history.instalments, key=lambda each: (each.due_on, each.id))
        next_open = next_open_of_broken(agreements, known, money)
        return [
            Promise(
                each,
                agreements[each.agreement_id],
                money.get(each.id, ()),
                history.moratoriums,
                self.capacities[each.agreement_id],
                next_open.get(each.agreement_id) == each.id,
            )
            for each in known
        ]


@dataclass
class Book:
    """Several debts."""

    debts: list[Debt]

    def copy(self) -> "Book":
        """A book that can be changed while this one stays."""
        return deepcopy(self)

    def promises(self, creditor_id: int | None = None) -> list[Promise]:
        """Every promise, or those of the creditor who held the debt on the due date."""
        found = []
        for debt in self.debts:
            holder = holder_of(debt.creditor_id, debt.transfers)
            found += [
                each
                for each in debt.promises()
                if creditor_id in (None, holder(each.instalment.due_on))
            ]
        return found

    def score(self, as_of: date, creditor_id: int | None = None) -> Score:
        """How my word stands, with all or with one creditor."""
        return score_of(self.promises(creditor_id), as_of)

    def events(self) -> list[date]:
        """The days on which something happens, or first could have consequences."""
        days = {START}
        for promise in (each for debt in self.debts for each in debt.promises()):
            agreement = promise.agreement
            days |= {agreement.made_on, promise.instalment.due_on, promise.grace_end}
            days |= {each for each in (agreement.replaced_on, agreement.ended_on) if each}
            for payment, _ in promise.money:
                days |= {payment.paid_on, payment.returned_on or payment.paid_on}
        return sorted(days)


def score_of(promises: Iterable[Promise], as_of: date) -> Score:
    """The score of promises, of those that were made by then."""
    return credibility.score(
        (
            each
            for promise in promises
            if promise.agreement.made_on <= as_of
            for each in credibility.slices(promise, as_of)
        ),
        as_of,
    )


def same_next(promises: Sequence[Promise], before: Sequence[Promise]) -> list[Promise]:
    """The same promises, but of each broken agreement the one that was next is so still."""
    was = {each.instalment.id: each.next_open for each in before}
    return [replace(each, next_open=was[each.instalment.id]) for each in promises]


# --- strategies ------------------------------------------------------------------------------

AMOUNTS = st.integers(1, 400)
CAPACITIES = st.sampled_from([50.0, 133.33, 200.0, 1000.0])
GRACES = st.sampled_from([0, 0, 3, 10])
OFFSETS = st.sampled_from([0, 0, -30, -1, 1, 3, 10, 15, 30, 31, 60, 75, 90, 91]) | st.integers(
    -60, 150
)
"""Days from a due date to the day on which money for it comes."""

ENDINGS = st.sampled_from(
    [None, None, EndedHow.BROKEN, EndedHow.BROKEN, EndedHow.CREDITOR, EndedHow.ADVICE]
)


@st.composite
def debts(draw: st.DrawFn, first_id: int = 1) -> Debt:
    """A chain of agreements, money of any kind for them, moratoriums and transfers."""
    debt = Debt(first_id=first_id, creditor_id=draw(st.sampled_from(CREDITORS)))
    made = after(draw(st.integers(0, 40)))
    links = draw(st.integers(1, 3))
    for link in range(1, links + 1):
        until = made + timedelta(days=draw(st.integers(1, 240)))
        how = draw(ENDINGS) if link == links else None
        dues = draw(st.lists(st.tuples(st.integers(0, 240), AMOUNTS), min_size=1, max_size=4))
        debt.agree(
            made,
            [(made + timedelta(days=day), amount) for day, amount in sorted(dues)],
            draw(CAPACITIES),
            grace_days=draw(GRACES),
            replaced_on=until if link < links else None,
            ended=(until, how) if how else None,
        )
        made = until
    _pay(draw, debt)
    for day, length in draw(
        st.lists(st.tuples(st.integers(0, 500), st.none() | st.integers(0, 90)), max_size=1)
    ):
        ends_on = None if length is None else after(day + length)
        debt.history.moratoriums.append(Moratorium(after(day), ends_on))
    moved = st.tuples(st.integers(0, 600), st.sampled_from(CREDITORS))
    transfers = draw(st.lists(moved, max_size=2, unique_by=lambda each: each[0]))
    debt.transfers = [(after(day), creditor) for day, creditor in sorted(transfers)]
    return debt


def _pay(draw: st.DrawFn, debt: Debt) -> None:
    """Money for some instalments: early, in grace or late; in part, in full or beyond; returned."""
    history = debt.history
    paid = st.tuples(
        st.integers(0, len(history.instalments) - 1),
        OFFSETS,
        st.sampled_from([4, 4, 1, 2, 3, 6, 9]),
        st.sampled_from([None, None, None, 0, 5, 40]),
        st.booleans(),
    )
    for index, offset, quarters, back, by_rule in draw(st.lists(paid, max_size=6)):
        chosen = history.instalments[index]
        paid_on = chosen.due_on + timedelta(days=offset)
        amount = max(1, chosen.amount * quarters // 4)
        returned_on = None if back is None else paid_on + timedelta(days=back)
        came_back = None if returned_on is None else returned_on.isoformat()
        if by_rule:
            history.pay(paid_on.isoformat(), amount, back=came_back)
        else:
            debt.pay(paid_on, [(chosen, amount)], returned_on)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """One to three debts."""
    count = draw(st.integers(1, 3))
    return Book([draw(debts(first_id=100 * number + 1)) for number in range(count)])


def days_of(book: Book, since: date = START) -> st.SearchStrategy[date]:
    """Days on which to look, from one on: about those when something happens, and any."""
    found = [each for each in book.events() if each >= since] or [since]
    near = st.tuples(st.sampled_from(found), st.sampled_from([0, 1, 2, 30])).map(
        lambda pair: pair[0] + timedelta(days=pair[1])
    )
    return near | st.integers(0, LAST).map(lambda days: since + timedelta(days=days))
