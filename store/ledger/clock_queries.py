"""Warnings of the clocks that run: limitation, token payments, freezes and moratoriums that end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from store.ledger import balances
from store.ledger.facts import rows
from store.ledger.views import Promise, Warning
from store.records import tables
from store.rules import clocks, countries, credibility, dates, money

FREEZE = timedelta(days=60)
"""How long before a lower rate ends it is time to ask for it again."""

IN_COURT = frozenset({"judgment", "enforcement"})


@dataclass(frozen=True, slots=True)
class Where:
    """Whose rules count: the country that was chosen (ISO code), else what the locale says."""

    country: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class _Open:
    """A debt that is not closed: its row, that of its creditor, and what is owed."""

    debt: Any
    creditor: Any
    owed: int | None


def warnings(
    session: Session,
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
    debt = tables.Debt
    debts = {
        row.id: _Open(row, holder(row.id, today), owed[row.id])
        for row in rows(session, select(debt.__table__))  # type: ignore[attr-defined]
        if row.closed_on is None or row.closed_on > today
    }
    found = [
        *_limitations(session, today, debts, where),
        *_tokens(session, today, until, debts, lines),
        *_freezes(session, today, debts, lines),
        *_moratoriums(session, today, debts),
    ]
    return sorted(found, key=lambda each: (each.on, each.kind, each.debt))


def _limitations(
    session: Session,
    today: date,
    debts: Mapping[int, _Open],
    where: Where,
) -> list[Warning]:
    payment = tables.Payment
    paid = {
        row[0]: row[1]
        for row in rows(
            session,
            select(col(payment.debt_id), func.max(col(payment.paid_on)))
            .where(col(payment.returned_on).is_(None))
            .group_by(col(payment.debt_id)),
        )
    }
    found = []
    for id_, each in debts.items():
        row = each.debt
        country = countries.of(where.country, each.creditor.currency, where.locale)
        if country is None or each.owed == 0:
            continue
        moves = [
            day for day in (paid.get(id_), row.last_paid_on, row.acknowledged_on) if day is not None
        ]
        in_court = row.judgment_on is not None or row.stage in IN_COURT
        ran = clocks.limitation(moves, country, today, in_court)
        if ran is None:
            continue
        since = dates.full(ran.since)
        text = (
            f"{row.name}: no payment or word since {since}; the time to claim it in court "
            f"may {'have passed' if ran.is_past else 'be running out'}. Ask an adviser before you "
            "pay or write: either can start it again"
        )
        found.append(_warning("limitation", id_, ran.ends_on, each, text))
    return found


def _tokens(
    session: Session,
    today: date,
    until: date,
    debts: Mapping[int, _Open],
    lines: Sequence[Promise],
) -> list[Warning]:
    """Token payments whose half year is up soon."""
    found = []
    by_agreement = _by_agreement(lines)
    for row in _agreements(session, today):
        on_debt, own = debts.get(row.debt_id), by_agreement[row.id]
        if on_debt is None or on_debt.owed is None or not _is_open(own):
            continue
        promised = [(each.due_on, each.amount) for each in own]
        monthly = money.nearest(credibility.monthly_equivalent(promised, row.made_on))
        rate = Decimal(row.apr if row.apr is not None else on_debt.debt.apr or 0)
        interest = money.nearest(Fraction(rate) / 1200 * on_debt.owed)
        review = clocks.review_on(row.made_on, today)
        if clocks.is_token(on_debt.owed, monthly, interest) and review <= until:
            text = f"{on_debt.debt.name}: the token payment is due to be looked at again"
            found.append(_warning("review", row.id, review, on_debt, text))
    return found


def _freezes(
    session: Session, today: date, debts: Mapping[int, _Open], lines: Sequence[Promise]
) -> list[Warning]:
    """Lower rates that end while their agreement goes on."""
    found = []
    by_agreement = _by_agreement(lines)
    for row in _agreements(session, today):
        ends = row.apr_until
        is_near = ends is not None and today <= ends <= today + FREEZE
        if not is_near or not _is_open(by_agreement[row.id]) or row.debt_id not in debts:
            continue
        on_debt = debts[row.debt_id]
        rate = "The freeze of interest" if Decimal(row.apr or 0) == 0 else "The lower rate"
        text = f"{rate} on {on_debt.debt.name} ends: ask for it again"
        found.append(_warning("freeze", row.id, ends, on_debt, text))
    return found


def _moratoriums(session: Session, today: date, debts: Mapping[int, _Open]) -> list[Warning]:
    moratorium = tables.Moratorium
    found = []
    for row in rows(session, select(moratorium.__table__)):  # type: ignore[attr-defined]
        left = clocks.days_left(row.ends_on, today)
        if row.starts_on <= today and left is not None and left > 0 and row.debt_id in debts:
            on_debt = debts[row.debt_id]
            days = "1 day" if left == 1 else f"{left} days"
            text = f"{on_debt.debt.name} may not be pursued for {days} more; the moratorium ends"
            found.append(_warning("moratorium", row.debt_id, row.ends_on, on_debt, text))
    return found


def _agreements(session: Session, today: date) -> list[Any]:
    """The agreements made by today that were not replaced and have not ended."""
    agreement = tables.Agreement
    found = rows(session, select(agreement.__table__))  # type: ignore[attr-defined]
    replaced = {row.supersedes_id for row in found if row.made_on <= today}
    return [
        row
        for row in found
        if row.made_on <= today
        and row.id not in replaced
        and (row.ended_on is None or row.ended_on > today)
    ]


def _by_agreement(lines: Sequence[Promise]) -> Mapping[int, list[Promise]]:
    found: dict[int, list[Promise]] = defaultdict(list)
    for each in lines:
        found[each.agreement_id].append(each)
    return found


def _is_open(promises: Sequence[Promise]) -> bool:
    return any(each.outcome.is_open for each in promises)


def _warning(kind: str, id_: int, on: date, about: _Open, text: str) -> Warning:
    """A warning; it is put off by its kind, since other lines speak of the same record."""
    who = about.creditor
    return Warning((kind, id_), kind, on, who.id, who.key, who.name, about.debt.key, text)
