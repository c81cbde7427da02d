"""The agreements in force: what holds today, what it comes to a month, and what is still open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from store.ledger import facts
from store.ledger import terms as ledger_terms
from store.ledger.facts import rows
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules import credibility
from store.rules.outcome import Outcome
from store.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Commitment:
    """An agreement in force: what it comes to a month, and what is still open of it.

    Of one that a moratorium suspends nothing may be open, and it is in force all the same.
    """

    agreement_id: int
    key: str
    debt_id: int
    made_on: date
    terms: Terms
    monthly: Fraction
    open: tuple[Promise, ...]

    def lasts_until(self, day: date, today: date) -> bool:
        """Whether it still takes its part in the month of a later day.

        Until its last instalment; while one is behind or suspended nobody knows how long.
        """
        if not self.open or any(each.due_on < today for each in self.open):
            return True
        return max(each.due_on for each in self.open) >= day.replace(day=1)


def in_force(session: Reading, lines: Sequence[Promise], today: date) -> list[Commitment]:
    """The agreements in force, the oldest first; `lines` are the promises that are not settled.

    In force: made, not ended or replaced, an instalment still to fall due or open.
    """
    promised = facts.promised(session)
    by_agreement: dict[int, list[Promise]] = defaultdict(list)
    for each in lines:
        by_agreement[each.agreement_id].append(each)
    agreement = schema.agreement
    found = rows(session, select(agreement).order_by(agreement.c.made_on, agreement.c.id))
    made = [row for row in found if row.made_on <= today]
    replaced = {row.supersedes_id for row in made}
    return [
        Commitment(
            row.id,
            row.key,
            row.debt_id,
            row.made_on,
            ledger_terms.of_record(row),
            credibility.monthly_equivalent(
                [(promised[row.id].last_due_on, promised[row.id].amount)], row.made_on
            ),
            tuple(each for each in own if each.outcome.is_open),
        )
        for row in made
        for own in [by_agreement[row.id]]
        if row.id not in replaced
        and (row.ended_on is None or row.ended_on > today)
        and any(_is_ahead(each, today) for each in own)
    ]


def _is_ahead(promise: Promise, today: date) -> bool:
    """Open, or suspended and still to fall due."""
    is_suspended = promise.outcome is Outcome.SUSPENDED
    return promise.outcome.is_open or (is_suspended and promise.due_on >= today)
