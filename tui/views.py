"""What the screens show: each view is read by a function that may run beside the app (`reader`).

Nothing of Textual is imported here, and nothing of the database before something is read.
"""

import calendar as months
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from store.rules.errors import BadInput

if TYPE_CHECKING:
    from store.ledger.agreement_views import AgreementLine, Agreements, Place
    from store.ledger.contact_views import CallSheet, Choices, ContactLine, Timeline
    from store.ledger.creditor_views import Creditors, Event
    from store.ledger.payments import Book
    from store.ledger.plan_views import Plan, Stress
    from store.ledger.score_views import Badge, Page
    from store.ledger.views import Days, Payable, Promise, Today
    from store.records.database import Reading

AHEAD = 30
"""How many days ahead Today looks."""

MOST_CONTACTS = 2_000
"""How many contacts the timeline lists, the newest; words find the others."""

LATELY = timedelta(days=30)
"""How long what was done stays in the list, where it can be opened again."""


class Month(NamedTuple):
    """A month as it is shown: its days, which of them are holidays, and how weeks begin."""

    days: "Days"
    holidays: frozenset[date]
    first_weekday: int


class Whom(NamedTuple):
    """Every creditor, and what passed with the one that is chosen."""

    creditors: "Creditors"
    chosen: int | None
    events: "tuple[Event, ...]"


def today(session: "Reading", on: date, country: str, locale: str) -> "Today":
    """What needs me, what comes next, how my word stands, and the cash ahead."""
    from store.ledger import today_queries

    return today_queries.whole(session, on, AHEAD, country, locale)


def creditors(session: "Reading", on: date, chosen_id: int | None) -> Whom:
    """Every creditor, and what passed with the chosen one, else the first."""
    from store.ledger import creditor_queries

    found = creditor_queries.creditors(session, on)
    ids = [each.creditor_id for each in found.creditors]
    chosen = chosen_id if chosen_id in ids else next(iter(ids), None)
    return Whom(found, chosen, () if chosen is None else events(session, on, chosen))


def events(session: "Reading", on: date, creditor_id: int) -> "tuple[Event, ...]":
    """What passed with a creditor."""
    from store.ledger import creditor_queries

    return tuple(creditor_queries.timeline(session, creditor_id, on))


def next_promise(session: "Reading", on: date, debts: "frozenset[int]") -> "Promise | None":
    """The first open promise on some debts."""
    from store.ledger import queries

    found = queries.unsettled(session, on)
    return next((each for each in found if each.debt_id in debts and each.outcome.is_open), None)


def contacts(session: "Reading", on: date, words: str) -> "Timeline":
    """What was said, newest first, and what was undertaken: what has the words."""
    from store.ledger import contact_queries

    since = on - LATELY
    return contact_queries.timeline(session, words, limit=MOST_CONTACTS, done_since=since)


def contact(session: "Reading", contact_id: int) -> "ContactLine | None":
    """One contact whole; None where it is no longer there."""
    from store.ledger import contact_queries

    return contact_queries.contact(session, contact_id)


def agreements(session: "Reading", on: date, chosen_id: int | None) -> "Agreements":
    """Everything that was offered and agreed, the chosen agreement whole."""
    from store.ledger import agreement_queries

    return agreement_queries.view(session, on, chosen_id)


def agreement(session: "Reading", on: date, agreement_id: int) -> "AgreementLine | None":
    """One agreement whole; None where it is no longer there."""
    from store.ledger import agreement_queries

    return agreement_queries.agreement(session, on, agreement_id)


def calendar(
    session: "Reading", on: date, day: date, is_year: bool, country: str, first_weekday: int
) -> Month:
    """The month, or the year, that a day is in."""
    from store.ledger import queries

    first = day.replace(day=1)
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    if is_year:
        first, last = first.replace(month=1), first.replace(month=12, day=31)
    holidays = _holidays(country, first.year)
    return Month(queries.days(session, on, first, last), holidays, first_weekday)


def _holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country; none where they are not known."""
    from store.rules.workdays import public_holidays

    try:
        return public_holidays(country, year)
    except BadInput:
        return frozenset()


def plan(
    session: "Reading",
    on: date,
    wanted: str | None,
    usual: str,
    stress: "Stress | None",
    country: str,
    locale: str,
) -> "Plan":
    """The plan of the wanted currency, where it is in use, else of the first, or of `usual`."""
    from store.ledger import plan_queries

    used = plan_queries.currencies(session)
    currency = wanted if wanted in used else (used or [usual])[0]
    return plan_queries.plan(session, on, currency, stress=stress, country=country, locale=locale)


def credibility(
    session: "Reading", on: date, since: date | None, until: date, creditor_id: int | None
) -> "Page":
    """How my word stands since a day, with the what-ifs of another."""
    from store.ledger import credibility_queries

    return credibility_queries.page(session, on, since, until, creditor_id)


def badge(session: "Reading", on: date) -> "Badge":
    """How my word stands, in two figures."""
    from store.ledger import scores

    return scores.badge(session, on)


# --- what forms offer -----------------------------------------------------------------------


def cautions(session: "Reading", on: date, country: str, locale: str) -> dict[int, str]:
    """What to know before paying on a debt or writing about it, by debt."""
    from store.ledger import limitation_queries

    return limitation_queries.cautions(session, on, limitation_queries.Where(country, locale))


def payable(
    session: "Reading", on: date, country: str, locale: str
) -> "tuple[list[Payable], dict[int, str]]":
    """The debts that can be paid on, and what to know before that."""
    from store.ledger import queries

    return queries.payable(session, on), cautions(session, on, country, locale)


def book(session: "Reading", on: date, debt_id: int, editing: int | None) -> "Book":
    """What a payment on a debt can be for."""
    from store.ledger import payments

    return payments.book(session, debt_id, on, editing)


def choices(session: "Reading") -> "Choices":
    """What a contact can be with and about."""
    from store.ledger import contact_queries

    return contact_queries.choices(session)


def call_sheet(
    session: "Reading", on: date, creditor_id: int, country: str, locale: str
) -> "CallSheet | None":
    """What one needs on a call with a creditor; None where it is no longer there."""
    from store.ledger import contact_queries, limitation_queries

    where = limitation_queries.Where(country, locale)
    return contact_queries.call_sheet(session, creditor_id, on, where)


def places(session: "Reading", on: date) -> "list[Place]":
    """The debts that something can be agreed on."""
    from store.ledger import agreement_queries

    return [each for each in agreement_queries.places(session, on).values() if not each.is_closed]


def next_payday(session: "Reading", on: date, currency: str) -> date | None:
    """When money of a currency comes in next."""
    from store.ledger import cash_queries

    return cash_queries.next_payday(session, on, currency)
