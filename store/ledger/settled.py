"""What is settled for good: instalments that one payment paid in full, and that stay so.

After years most of the record is such. What is known of them all together, by a query, is enough
for how things stand; only the others are read one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from store.ledger import by_debt
from store.records import database, schema
from store.records.database import Reading
from store.rules import dates
from store.rules.credibility import FORGOTTEN
from store.rules.outcome import EndedHow, Outcome

MONTHS = 11
"""How many whole months back, and the present one, it is said how my word stood."""


@dataclass(frozen=True, slots=True)
class Lately:
    """What is looked at: how things stand `on` a day, and how they stood on any since another.

    If it `tells`, then also what happened after `since`, one by one.
    """

    on: date
    since: date
    tells: bool = False

    @property
    def oldest(self) -> date:
        """What fell due before weighs nothing any more on any of these days."""
        return self.since - timedelta(days=FORGOTTEN)


def lately(on: date) -> Lately:
    """How things stand on a day, and stood in the months before."""
    return Lately(on, dates.add_months(on.replace(day=1), -MONTHS))


@dataclass(frozen=True, slots=True)
class Settled:
    """Some instalments of one agreement that came to the same: their amounts, and what was paid.

    Those that were paid by their day count from `kept_since` on, so far as that is looked at; it is
    None for those so long ago that they weigh nothing, and so is their day, where all of the debt's
    were one creditor's. The others have a day `paid_on` after their day.
    """

    agreement_id: int
    due_on: date | None
    kept_since: date | None
    paid_on: date | None
    amount: int
    paid: int
    count: int
    newest: int
    """The number of the one that was entered last."""

    def outcome(self, grace_days: int) -> Outcome:
        """What became of them."""
        return Outcome.LATE if self.days_late(grace_days) else Outcome.KEPT

    def days_late(self, grace_days: int) -> int:
        """By how many days each of them was late; 0 where they were kept."""
        if self.due_on is None or self.paid_on is None:
            return 0
        late = (self.paid_on - self.due_on).days
        return late if late > grace_days else 0


def settled(session: Reading, looked_at: Lately) -> Sequence[Settled]:
    """All that `is_settled` is true of, in groups."""

    def read(debts: Collection[int] | None) -> dict[int, list[Settled]]:
        return _read(session, looked_at, debts)

    def all_debts() -> list[Settled]:
        known = by_debt.known(session, ("settled", looked_at.tells), looked_at, read)
        return [each for found in known.values() for each in found]

    return database.once(session, ("settled", looked_at), all_debts)


def _read(
    session: Reading, looked_at: Lately, debts: Collection[int] | None
) -> dict[int, list[Settled]]:
    instalment, agreement = schema.instalment.c, schema.agreement.c
    allotment, payment = schema.allotment.c, schema.payment.c
    due_on, paid_on = instalment.due_on, payment.paid_on
    is_prompt, matters = paid_on <= due_on, due_on >= looked_at.oldest
    day = case((or_(matters, ~is_prompt, _has_moved()), due_on))
    kept_since = case((matters, func.max(paid_on, looked_at.since)))
    paid_late = case((~is_prompt, paid_on))
    groups = (
        _select(
            looked_at,
            agreement.debt_id,
            instalment.agreement_id,
            day,
            kept_since,
            paid_late,
            func.sum(instalment.amount),
            func.sum(allotment.amount),
            func.count(),
            func.max(instalment.id),
        )
        .where(*([] if debts is None else [agreement.debt_id.in_(debts)]))
        .group_by(agreement.debt_id, instalment.agreement_id, day, kept_since, paid_late)
    )
    found: dict[int, list[Settled]] = defaultdict(list)
    for debt_id, *row in session.connection().execute(groups):
        found[debt_id].append(Settled(*row))
    return found


def kept_after(
    session: Reading, looked_at: Lately, after: tuple[date, int] | None
) -> list[tuple[int, date | None, int]]:
    """How many of what is settled were paid by their day: by agreement, and day as in `Settled`.

    Only those that fell due `after` an instalment, given by its day and number.
    """
    instalment = schema.instalment.c
    day = case((_has_moved(), instalment.due_on))
    wanted = [schema.payment.c.paid_on <= instalment.due_on]
    if after is not None:
        due_on, number = after
        is_same_day = and_(instalment.due_on == due_on, instalment.id > number)
        wanted.append(or_(instalment.due_on > due_on, is_same_day))
    groups = (
        _select(looked_at, instalment.agreement_id, day, func.count())
        .where(*wanted)
        .group_by(instalment.agreement_id, day)
    )
    return [(row[0], row[1], row[2]) for row in session.connection().execute(groups)]


def _select(looked_at: Lately, *columns: Any) -> Select[*tuple[Any, ...]]:
    """A query on what is settled, with its agreement, its payment, and what of that was for it."""
    instalment, allotment, payment = schema.instalment, schema.allotment, schema.payment
    return (
        select(*columns)
        .select_from(instalment)
        .join(schema.agreement, schema.agreement.c.id == instalment.c.agreement_id)
        .join(allotment, allotment.c.instalment_id == instalment.c.id)
        .join(payment, payment.c.id == allotment.c.payment_id)
        .where(_pays_all(allotment.c, payment.c, looked_at))
    )


def _has_moved() -> ColumnElement[bool]:
    """Of an agreement: its debt went from one creditor to another, so that days say who held it."""
    return schema.agreement.c.debt_id.in_(select(schema.transfer.c.debt_id))


def is_settled(looked_at: Lately) -> ColumnElement[bool]:
    """Of an instalment, in a query that has its agreement: one payment paid it, and stays.

    Paid on its day or before; what came later counts as settled only where it weighs nothing any
    more. One of a broken agreement is not: the next open one decides about the others.
    """
    money, payment = schema.allotment.alias(), schema.payment.alias()
    return (
        select(money.c.id)
        .join(payment, payment.c.id == money.c.payment_id)
        .where(
            money.c.instalment_id == schema.instalment.c.id,
            _pays_all(money.c, payment.c, looked_at),
        )
        .correlate(schema.instalment, schema.agreement)
        .exists()
    )


def _pays_all(allotment: Any, payment: Any, looked_at: Lately) -> ColumnElement[bool]:
    """Of an allotment, with its payment, instalment and agreement: nothing else was needed."""
    instalment, agreement = schema.instalment.c, schema.agreement.c
    other = schema.allotment.alias()
    is_shared = (
        select(other.c.id)
        .where(other.c.instalment_id == instalment.id, other.c.id != allotment.id)
        .correlate(schema.instalment, allotment.id.table)
        .exists()
    )
    forgotten_by = looked_at.on - timedelta(days=FORGOTTEN)
    is_old = [
        agreement.made_on <= looked_at.since,
        payment.paid_on <= looked_at.since,
        instalment.due_on <= looked_at.since,
        # What is forgotten meanwhile is told, too.
        or_(instalment.due_on < looked_at.oldest, instalment.due_on >= forgotten_by),
    ]
    return and_(
        *(is_old if looked_at.tells else ()),
        allotment.amount >= instalment.amount,
        payment.returned_on.is_(None),
        payment.paid_on <= looked_at.on,
        agreement.made_on <= looked_at.on,
        func.coalesce(agreement.ended_how, "") != EndedHow.BROKEN.value,
        or_(payment.paid_on <= instalment.due_on, instalment.due_on < looked_at.oldest),
        ~is_shared,
    )
