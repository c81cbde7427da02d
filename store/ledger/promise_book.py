"""Every promise out of the ledger, with what could be afforded when it was made.

Read in a fixed number of queries, however long the record is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from store.ledger import facts, settled
from store.ledger.facts import DebtFacts, rows
from store.ledger.settled import Lately, Settled
from store.ledger.terms import days_from_text
from store.records import schema
from store.records.database import Reading
from store.rules import cadence, credibility, outcome
from store.rules.credibility import Kept, Promise, Score
from store.rules.outcome import Agreement, Standing


class Book:
    """Every debt's facts, who held it when, and what could be afforded at each promise."""

    def __init__(self, session: Reading, looked_at: Lately | None = None) -> None:
        """Read it, whatever there is, in a fixed number of queries.

        As it is `looked_at`, what is settled is not among the promises, but in `settled`.
        """
        self.debts: Mapping[int, DebtFacts] = (
            facts.of_all(session) if looked_at is None else facts.unsettled(session, looked_at)
        )
        self.looked_at = looked_at
        self._holders = facts.holders(session)
        self._made = {
            each.id: (debt_id, each)
            for debt_id, debt in self.debts.items()
            for each in debt.agreements
        }
        known = () if looked_at is None else settled.settled(session, looked_at)
        self._settled = [
            (self.holder_of(row.agreement_id, row.due_on), self._made[row.agreement_id][1], row)
            for row in known
        ]
        self.capacities = _Capacities(session, self.debts, known)
        self.kept_by_creditor = self._weighed()
        """What was kept and is not among the promises, by who held the debt when it was due."""

    def holder(self, debt_id: int, on: date) -> int:
        """The id of the creditor who holds a debt on a day."""
        return self._holders[debt_id](on)

    def standings(self, as_of: date, creditor_id: int | None) -> list[tuple[int, Standing]]:
        """What became of each instalment, with its debt's id; of all or of one creditor's."""
        return [
            (debt_id, each)
            for debt_id, found in self.debts.items()
            for each in found.standings(as_of)
            if creditor_id in (None, self.holder(debt_id, each.instalment.due_on))
        ]

    def score(self, as_of: date, creditor_id: int | None = None) -> Score:
        """How my word stands on a date."""
        return credibility.score_of(
            [*self.promises(creditor_id, as_of), *self.kept(creditor_id)], as_of
        )

    def kept(self, creditor_id: int | None = None) -> list[Kept]:
        """What was kept and is not among the promises, of all or of one creditor's."""
        return [
            each
            for holder, found in self.kept_by_creditor.items()
            if creditor_id in (None, holder)
            for each in found
        ]

    def settled(self, creditor_id: int | None = None) -> Iterator[tuple[int, Agreement, Settled]]:
        """What is not among the promises, with who held it and its agreement; of all or of one."""
        return (each for each in self._settled if creditor_id in (None, each[0]))

    def holder_of(self, agreement_id: int, due_on: date | None) -> int:
        """Who held what was due then; where nobody knows when, all of it was one creditor's."""
        debt_id, agreement = self._made[agreement_id]
        return self.holder(debt_id, due_on or agreement.made_on)

    def weight(self, agreement: Agreement, amount: int) -> float:
        """What so much of an agreement weighs before it fades, in months of capacity."""
        return amount / self.capacities.of(agreement)

    def agreements(self, creditor_id: int | None = None) -> list[Agreement]:
        """The agreements by which anything was promised, to all or to one creditor."""
        found = {each.id: each for _, each, _ in self.settled(creditor_id)}
        found |= {each.agreement.id: each.agreement for each in self.promises(creditor_id)}
        return list(found.values())

    def _weighed(self) -> dict[int, list[Kept]]:
        weights: dict[tuple[int, date, date], float] = defaultdict(float)
        found: dict[int, list[Kept]] = defaultdict(list)
        for holder, agreement, row in self.settled():
            if row.due_on is None or row.kept_since is None:
                # Something was promised to it, though it weighs nothing any more.
                found.setdefault(holder, [])
                continue
            since = max(row.kept_since, agreement.made_on)
            weights[holder, row.due_on, since] += self.weight(agreement, row.amount)
        for (holder, due_on, since), weight in weights.items():
            found[holder].append(Kept(due_on, since, weight))
        return found

    def promises(
        self, creditor_id: int | None = None, as_of: date | None = None
    ) -> Iterator[Promise]:
        """Every promise, of agreements made by a date, in order of debt and due date."""
        for debt_id, each in self.promises_by_debt(as_of):
            if creditor_id in (None, self.holder(debt_id, each.instalment.due_on)):
                yield each

    def promises_by_debt(self, as_of: date | None = None) -> Iterator[tuple[int, Promise]]:
        """The same, each with the id of its debt."""
        for debt_id, debt in self.debts.items():
            made = {
                each.id: each for each in debt.agreements if as_of is None or each.made_on <= as_of
            }
            money = outcome.money_by_instalment(debt.payments, debt.allotments)
            known = [each for each in debt.instalments if each.agreement_id in made]
            known.sort(key=lambda each: (each.due_on, each.id))
            next_open = outcome.next_open_of_broken(made, known, money)
            for each in known:
                agreement = made[each.agreement_id]
                yield (
                    debt_id,
                    Promise(
                        each,
                        agreement,
                        money.get(each.id, ()),
                        debt.moratoriums,
                        self.capacities.of(agreement),
                        next_open.get(agreement.id) == each.id,
                    ),
                )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the budget: its monthly value, saving and essentials below zero."""

    starts_on: date | None
    ends_on: date | None
    currency: str
    monthly: Fraction

    def holds_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or self.ends_on >= day
        )


class _Capacities:
    """What could be afforded a month when each agreement was made.

    The recorded capacity, else the budget's income − essentials − saving in force that day, else
    the monthly equivalents of all agreements in force that day in that currency; never less than
    the agreement's own (DESIGN, "Capacity R").
    """

    def __init__(
        self, session: Reading, debts: Mapping[int, DebtFacts], known: Iterable[Settled]
    ) -> None:
        agreement, debt, creditor = schema.agreement, schema.debt, schema.creditor
        found = rows(
            session,
            select(agreement.c.id, agreement.c.capacity, creditor.c.currency)
            .join(debt, debt.c.id == agreement.c.debt_id)
            .join(creditor, creditor.c.id == debt.c.creditor_id),
        )
        self._recorded = {row.id: row.capacity for row in found}
        self._currency = {row.id: row.currency for row in found}
        self._session = session
        self._known: dict[int, float] = {}
        self._own: dict[int, Fraction] = {}
        needed = any(not each for each in self._recorded.values())
        self._budget = _budget(session) if needed else []
        self._promised = facts.promised(session) if needed else {}
        self._paid_late: dict[int, date] = {}
        for row in known:
            if row.paid_on is not None:
                before = self._paid_late.get(row.agreement_id, row.paid_on)
                self._paid_late[row.agreement_id] = max(before, row.paid_on)
        self._agreements = [
            (debt_id, agreement, debt)
            for debt_id, debt in debts.items()
            for agreement in debt.agreements
            if agreement.id in self._promised
        ]

    def of(self, agreement: Agreement) -> float:
        """Minor units a month, more than zero."""
        recorded = self._recorded[agreement.id]
        if recorded:
            return float(recorded)
        if agreement.id not in self._known:
            self._known[agreement.id] = self._computed(agreement)
        return self._known[agreement.id]

    def _computed(self, agreement: Agreement) -> float:
        day, currency = agreement.made_on, self._currency[agreement.id]
        in_force = {
            other.id: self._monthly(other)
            for debt_id, other, debt in self._agreements
            if self._currency[other.id] == currency
            and (other.id == agreement.id or self._is_in_force(debt_id, other, debt, day))
        }
        affordable = sum(
            each.monthly
            for each in self._budget
            if each.currency == currency and each.holds_on(day)
        )
        own = in_force[agreement.id]
        found = affordable if affordable > 0 else sum(in_force.values())
        return float(max(found, own))

    def _monthly(self, agreement: Agreement) -> Fraction:
        if agreement.id not in self._own:
            all_of_it = self._promised[agreement.id]
            promised = [(all_of_it.last_due_on, all_of_it.amount)]
            self._own[agreement.id] = credibility.monthly_equivalent(promised, agreement.made_on)
        return self._own[agreement.id]

    def _is_in_force(self, debt_id: int, agreement: Agreement, debt: DebtFacts, day: date) -> bool:
        """Made by a day and not ended or replaced then, with an instalment to come or open."""
        if not agreement.takes_money_on(day):
            return False
        if self._promised[agreement.id].last_due_on >= day:
            return True
        if self._paid_late.get(agreement.id, day) > day:
            # Something that is settled by now was still open then.
            debt = facts.of_debt(self._session, debt_id)
        return any(
            each.outcome.is_open
            for each in debt.standings(day)
            if each.instalment.agreement_id == agreement.id
        )


def _budget(session: Reading) -> list[_Line]:
    line = schema.budget_line
    found = rows(
        session,
        select(
            line.c.kind,
            line.c.amount,
            line.c.currency,
            line.c.every,
            line.c.days,
            line.c.starts_on,
            line.c.ends_on,
        ).where(line.c.every != "once"),
    )
    return [
        _Line(
            row.starts_on,
            row.ends_on,
            row.currency,
            (1 if row.kind == "income" else -1)
            * row.amount
            * cadence.monthly_factor(cadence.parse(row.every, days_from_text(row.days))),
        )
        for row in found
    ]
