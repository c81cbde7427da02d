"""Debts that may soon no longer be claimed in court, and what would start that time again.

It is worded as "ask an adviser": what counts as an acknowledgement is a question of law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from store.ledger import balances, facts
from store.ledger.facts import rows
from store.records import schema
from store.records.database import Reading
from store.rules import clocks, countries, dates
from store.rules.balance import is_owing
from store.rules.clocks import Limitation
from store.rules.dates import local

DECIDED = frozenset({"judgment", "enforcement"})
"""The stages at which a court has decided: from then on another period runs."""

WRITTEN = ("letter", "email")
"""The channels by which something is written."""


@dataclass(frozen=True, slots=True)
class Where:
    """Whose rules count: the country that was chosen (ISO code), else what the locale says."""

    country: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Expiring:
    """A debt whose period has run for long, or is over.

    `written_on` is when I last wrote or agreed something since: it may have started it again.
    """

    debt_name: str
    ran: Limitation
    written_on: date | None

    @property
    def text(self) -> str:
        """What to do about it, up to the day on which it ends."""
        though = ""
        if self.written_on is not None:
            day = dates.full(self.written_on)
            though = f", though what was written or agreed on {day} may count as one"
        return (
            f"{self.debt_name}: ask an adviser before you pay or write: either can start the time "
            "to claim it in court again. No payment or acknowledgement is on record since "
            f"{dates.full(self.ran.since)}{though}; that time may "
            f"{'have ended' if self.ran.is_past else 'end'}"
        )

    @property
    def caution(self) -> str:
        """The same as a whole sentence."""
        return f"{self.text} on {dates.full(self.ran.ends_on)}."


def cautions(session: Reading, today: date, where: Where) -> dict[int, str]:
    """What to know before paying on a debt or writing about it, by the debts that it concerns."""
    found = expiring(session, today, where, balances.of_debts(session, today))
    return {debt_id: each.caution for debt_id, each in found.items()}


def before_writing(
    session: Reading, today: date, where: Where, creditor_id: int, debt_id: int | None = None
) -> list[str]:
    """What to know before writing to a creditor: about one debt, or about all that it holds."""
    holders = facts.holders(session)
    return [
        each
        for id_, each in cautions(session, today, where).items()
        if (holders[id_](today) == creditor_id if debt_id is None else id_ == debt_id)
    ]


def expiring(
    session: Reading, today: date, where: Where, owed: Mapping[int, int | None]
) -> dict[int, Expiring]:
    """The open debts whose period has run for 80 % or more, by number; `owed` by debt."""
    debt, creditor = schema.debt, schema.creditor
    currencies = {
        row.id: row.currency for row in rows(session, select(creditor.c.id, creditor.c.currency))
    }
    holders = facts.holders(session)
    paid, written = _paid(session, today), _written(session, today)
    found = {}
    for row in rows(session, select(debt)):
        is_closed = row.closed_on is not None and row.closed_on <= today
        if is_closed or not is_owing(owed[row.id]):
            continue
        holder = holders[row.id](today)
        country = countries.of(where.country, currencies[holder], where.locale)
        if country is None:
            continue
        known = (paid.get(row.id), row.last_paid_on, row.acknowledged_on)
        moves = [day for day in known if day is not None]
        is_decided = row.judgment_on is not None or row.stage in DECIDED
        ran = clocks.limitation(moves, country, today, is_decided)
        if ran is not None:
            mine = [*written.on_debt[row.id], *written.to_creditor[holder]]
            since = max((day for day in mine if day > ran.since), default=None)
            found[row.id] = Expiring(row.name, ran, since)
    return found


def _paid(session: Reading, today: date) -> dict[int, date]:
    """The last payment on each debt that had not come back by today."""
    payment = schema.payment
    returned_on = payment.c.returned_on
    found = rows(
        session,
        select(payment.c.debt_id, func.max(payment.c.paid_on))
        .where(payment.c.paid_on <= today, or_(returned_on.is_(None), returned_on > today))
        .group_by(payment.c.debt_id),
    )
    return {row[0]: row[1] for row in found}


@dataclass(frozen=True, slots=True)
class _Written:
    """The days on which I wrote or agreed something: about a debt, or about none by name."""

    on_debt: Mapping[int, list[date]]
    to_creditor: Mapping[int, list[date]]


def _written(session: Reading, today: date) -> _Written:
    agreement, contact, offer = schema.agreement, schema.contact, schema.offer
    found = _Written(defaultdict(list), defaultdict(list))
    for row in rows(session, select(agreement.c.debt_id, agreement.c.made_on)):
        found.on_debt[row.debt_id].append(row.made_on)
    # How an offer was made that came in no contact is not known: it may have been in writing.
    for row in rows(
        session,
        select(offer.c.debt_id, offer.c.on.label("day"))
        .outerjoin(contact, contact.c.id == offer.c.contact_id)
        .where(offer.c.by == "me")
        .where(or_(contact.c.id.is_(None), contact.c.channel.in_(WRITTEN))),
    ):
        found.on_debt[row.debt_id].append(row.day)
    for row in rows(
        session,
        select(contact.c.creditor_id, contact.c.debt_id, contact.c.at, contact.c.utc_offset).where(
            contact.c.direction == "out", contact.c.channel.in_(WRITTEN)
        ),
    ):
        day = local(row.at, row.utc_offset).date()
        if row.debt_id is None:
            found.to_creditor[row.creditor_id].append(day)
        else:
            found.on_debt[row.debt_id].append(day)
    for days in (*found.on_debt.values(), *found.to_creditor.values()):
        days[:] = [day for day in days if day <= today]
    return found
