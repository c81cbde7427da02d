"""Every promise out of the ledger, with what could be afforded when it was made.

Read in a fixed number of queries, however long the record is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from store.ledger import facts
from store.ledger.facts import DebtFacts, rows
from store.ledger.terms import days_from_text
from store.records import schema
from store.records.database import Reading
from store.rules import cadence, credibility, outcome
from store.rules.credibility import Promise, Score
from store.rules.outcome import Agreement, Instalment, Standing


class Book:
    """Every debt's facts, who held it when, and what could be afforded at each promise."""

    def __init__(self, session: Reading) -> None:
        """Read it, whatever there is, in a fixed number of queries."""
        self.debts = facts.of_all(session)
        self._holders = facts.holders(session)
        self.capacities = _Capacities(session, self.debts)

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
        return credibility.score(
            (
                each
                for promise in self.promises(creditor_id, as_of)
                if not credibility.is_forgotten(promise, as_of)
                for each in credibility.slices(promise, as_of)
            ),
            as_of,
        )

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

    def __init__(self, session: Reading, debts: Mapping[int, DebtFacts]) -> None:
        agreement, debt, creditor = schema.agreement, schema.debt, schema.creditor
        found = rows(
            session,
            select(agreement.c.id, agreement.c.capacity, creditor.c.currency)
            .join(debt, debt.c.id == agreement.c.debt_id)
            .join(creditor, creditor.c.id == debt.c.creditor_id),
        )
        self._recorded = {row.id: row.capacity for row in found}
        self._currency = {row.id: row.currency for row in found}
        self._known: dict[int, float] = {}
        self._own: dict[int, Fraction] = {}
        self._debts = debts
        needed = any(not each for each in self._recorded.values())
        self._budget = _budget(session) if needed else []
        self._agreements: list[tuple[Agreement, list[Instalment], DebtFacts]] = []
        for each in debts.values() if needed else ():
            by_agreement: dict[int, list[Instalment]] = defaultdict(list)
            for instalment in each.instalments:
                by_agreement[instalment.agreement_id].append(instalment)
            self._agreements += [(a, by_agreement[a.id], each) for a in each.agreements]

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
            other.id: self._monthly(other, instalments)
            for other, instalments, debt in self._agreements
            if self._currency[other.id] == currency
            and (other.id == agreement.id or _in_force(other, instalments, debt, day))
        }
        affordable = sum(
            each.monthly
            for each in self._budget
            if each.currency == currency and each.holds_on(day)
        )
        own = in_force[agreement.id]
        found = affordable if affordable > 0 else sum(in_force.values())
        return float(max(found, own))

    def _monthly(self, agreement: Agreement, instalments: Sequence[Instalment]) -> Fraction:
        if agreement.id not in self._own:
            promised = ((each.due_on, each.amount) for each in instalments)
            self._own[agreement.id] = credibility.monthly_equivalent(promised, agreement.made_on)
        return self._own[agreement.id]


def _in_force(
    agreement: Agreement, instalments: Sequence[Instalment], debt: DebtFacts, day: date
) -> bool:
    """Made by a day and not ended or replaced then, with an instalment to come or open."""
    if not agreement.takes_money_on(day):
        return False
    if any(each.due_on >= day for each in instalments):
        return True
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
