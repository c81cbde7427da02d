"""Makes the view of the cash ahead: each day's balance, what is short, and what it puts at risk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from store.ledger import cash_queries, queries
from store.ledger.cash_queries import CashAhead
from store.ledger.forecast_views import Outlook
from store.ledger.views import Promise, Today
from store.records.database import Reading


def outlook(session: Reading, today: date, days: int, currency: str) -> Outlook:
    """The cash of a currency for today and so many days more."""
    until = today + timedelta(days=days)
    return of_cash(
        cash_queries.ahead(session, today, until).get(currency),
        queries.unsettled(session, today),
        today,
        days,
        currency,
    )


def of_today(session: Reading, view: Today, days: int) -> tuple[Outlook, ...]:
    """The cash ahead by currency, for promises that Today has read: those up to so many days.

    Currencies in which nothing is open and no cash was counted are left out.
    """
    there = cash_queries.ahead(session, view.on, view.on + timedelta(days=days))
    lines = [*view.overdue, *view.due, *view.upcoming]
    used = dict.fromkeys([*(each.currency for each in lines), *there])
    return tuple(of_cash(there.get(each), lines, view.on, days, each) for each in used)


def of_cash(
    there: CashAhead | None, lines: Sequence[Promise], today: date, days: int, currency: str
) -> Outlook:
    """The same from what was read already."""
    if there is None or there.is_stale:
        counted = None if there is None else there.counted_on
        opening = None if there is None else there.opening
        return Outlook(currency, today, counted, opening, (), (), None, 0, (), None, (), ())
    open_lines = {
        each.instalment_id: each
        for each in lines
        if each.outcome.is_open and each.currency == currency
    }
    until = today + timedelta(days=days)
    found = there.carries((cash_queries.due_of(each) for each in open_lines.values()), until)
    return Outlook(
        currency,
        today,
        there.counted_on,
        there.opening,
        [(today + timedelta(days=n), each) for n, each in enumerate(found.balances)],
        [day for day in there.paydays if day <= until],
        found.short_on,
        found.gap,
        [open_lines[each.instalment_id] for each in found.at_risk],
        found.days_to_act,
        [each.name for each in there.left_out],
        there.missing,
    )
