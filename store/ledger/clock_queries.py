"""Warnings of the clocks that run: limitation, token payments, freezes and moratoriums that end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from store.ledger import balances, commitments, limitation_queries
from store.ledger.commitments import Commitment
from store.ledger.facts import rows
from store.ledger.limitation_queries import Where
from store.ledger.views import Promise, Warning
from store.records import schema
from store.records.database import Reading
from store.rules import clocks, money
from store.rules.dates import local

FREEZE = timedelta(days=60)
"""How long before a lower rate ends it is time to ask for it again."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A debt that is not closed: its row, that of its creditor, and what is owed."""

    debt: Any
    creditor: Any
    owed: int | None


def warnings(
    session: Reading,
    today: date,
    until: date,
    lines: Sequence[Promise],
    holder: Callable[[int, date], Any],
    where: Where,
) -> list[Warning]:
    """What the clocks say on a day, for what comes up by `until`.

    `lines` are all promises; `holder` gives the creditor of a debt on a day.
    """
    owed = balances.of_debts(session, today)
    debt = schema.debt
    debts = {
        row.id: _Open(row, holder(row.id, today), owed[row.id])
        for row in rows(session, select(debt))
        if row.closed_on is None or row.closed_on > today
    }
    agreed = commitments.in_force(session, lines, today)
    found = [
        *_limitations(session, today, debts, where),
        *_tokens(session, until, debts, agreed, today),
        *_freezes(today, debts, agreed),
        *_moratoriums(session, today, debts),
    ]
    return sorted(found, key=lambda each: (each.on, each.kind, each.debt))


def _limitations(
    session: Reading,
    today: date,
    debts: Mapping[int, _Open],
    where: Where,
) -> list[Warning]:
    owed = {id_: each.owed for id_, each in debts.items()}
    found = limitation_queries.expiring(session, today, where, owed)
    return [
        _warning("limitation", id_, each.ran.ends_on, debts[id_], each.text)
        for id_, each in found.items()
    ]


def _tokens(
    session: Reading,
    until: date,
    debts: Mapping[int, _Open],
    agreed: Sequence[Commitment],
    today: date,
) -> list[Warning]:
    """Token payments that want to be looked at again: soon, or since a day that is past."""
    found = []
    spoken = last_contacts(session, today)
    for each in agreed:
        on_debt = debts.get(each.debt_id)
        if on_debt is None or on_debt.owed is None:
            continue
        rate = Decimal(on_debt.debt.apr or 0) if each.terms.apr is None else each.terms.apr
        interest = money.nearest(Fraction(rate) / 1200 * on_debt.owed)
        review = clocks.review_on(each.made_on, spoken.get(on_debt.creditor.id))
        monthly = money.nearest(each.monthly)
        if clocks.is_token(on_debt.owed, monthly, interest) and review <= until:
            text = f"{on_debt.debt.name}: the token payment is due to be looked at again"
            found.append(_warning("review", each.agreement_id, review, on_debt, text))
    return found


def last_contacts(session: Reading, today: date) -> Mapping[int, date]:
    """The day of the newest contact with each creditor by today."""
    contact = schema.contact
    found: dict[int, date] = {}
    # Where on earth it was decides about a day or two; of what is older the last of each will do.
    recent = datetime.combine(today, time.min, UTC) - timedelta(days=2)
    creditor_id, at, utc_offset = contact.c.creditor_id, contact.c.at, contact.c.utc_offset
    older = (
        select(creditor_id, func.max(at).label("at"), utc_offset)
        .where(at < recent)
        .group_by(creditor_id, utc_offset)
    )
    newer = select(creditor_id, at, utc_offset).where(at >= recent)
    for row in (*rows(session, older), *rows(session, newer)):
        day = local(row.at, row.utc_offset).date()
        if day <= today:
            found[row.creditor_id] = max(day, found.get(row.creditor_id, day))
    return found


def _freezes(
    today: date, debts: Mapping[int, _Open], agreed: Sequence[Commitment]
) -> list[Warning]:
    """Lower rates that end while their agreement goes on."""
    found = []
    for each in agreed:
        ends, on_debt = each.terms.apr_until, debts.get(each.debt_id)
        if on_debt is None or ends is None or not today <= ends <= today + FREEZE:
            continue
        rate = "The lower rate" if each.terms.apr else "The freeze of interest"
        text = f"{rate} on {on_debt.debt.name} ends: ask for it again"
        found.append(_warning("freeze", each.agreement_id, ends, on_debt, text))
    return found


def _moratoriums(session: Reading, today: date, debts: Mapping[int, _Open]) -> list[Warning]:
    moratorium = schema.moratorium
    found = []
    for row in rows(session, select(moratorium)):
        left = clocks.days_left(row.ends_on, today)
        if row.starts_on <= today and left is not None and left > 0 and row.debt_id in debts:
            on_debt = debts[row.debt_id]
            days = "1 day" if left == 1 else f"{left} days"
            text = f"{on_debt.debt.name} may not be pursued for {days} more; the moratorium ends"
            found.append(_warning("moratorium", row.debt_id, row.ends_on, on_debt, text))
    return found


def _warning(kind: str, id_: int, on: date, about: _Open, text: str) -> Warning:
    """A warning; it is put off by its kind, since other lines speak of the same record."""
    who = about.creditor
    return Warning((kind, id_), kind, on, who.id, who.key, who.name, about.debt.key, text)
