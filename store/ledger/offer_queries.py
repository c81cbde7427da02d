"""Weighs terms by the whole picture, and compares the offers on a debt with going on as now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from sqlmodel import Session, col, select

from store.ledger import agreement_queries, balances, plan_queries
from store.ledger.agreement_views import OfferLine
from store.ledger.offer_views import Compared, Comparison, Weighed
from store.ledger.picture import HORIZON, Picture
from store.records import tables
from store.rules import accrual, affordability, clocks, credibility, projection
from store.rules import terms as term_rules
from store.rules.cadence import Cadence, Unit
from store.rules.dates import add_months
from store.rules.errors import BadInput, NotFound
from store.rules.forecast import Due
from store.rules.terms import Promised, Terms


def compare(session: Session, today: date, debt_id: int) -> Comparison:
    """The offers on a debt beside what goes on now; raises `NotFound`."""
    picture = Picture(session, today)
    place = picture.places.get(debt_id)
    if place is None:
        raise NotFound("That debt is no longer there.", field="debt")
    now, said = _now(picture, debt_id)
    found = [
        _compared(session, picture, each, now)
        for each in agreement_queries.offers(session, today)
        if each.place.debt_id == debt_id
    ]
    return Comparison(place, today, picture.owed[debt_id], now, said, tuple(found))


def weigh_terms(
    session: Session, today: date, debt_id: int, terms: Terms, on: date, *, beside: bool = False
) -> Weighed:
    """What a promise on these terms would mean, made on a day.

    It takes the place of what is agreed on the debt, unless that goes on `beside` it. Raises
    `BadInput` for terms that make no schedule.
    """
    picture = Picture(session, today)
    if debt_id not in picture.places:
        raise NotFound("That debt is no longer there.", field="debt")
    balance = _balance_on(session, picture, debt_id, on)
    accrues = picture.rates_of_offer(debt_id, terms, on)
    promised = term_rules.schedule(terms, on, balance, accrues)
    return weigh(picture, debt_id, terms, promised, on, balance, beside=beside)


def weigh(
    picture: Picture,
    debt_id: int,
    terms: Terms,
    promised: Sequence[Promised],
    on: date,
    balance: int | None,
    *,
    beside: bool = False,
) -> Weighed:
    """Measure instalments that are promised from a day on, when so much is owed."""
    without = None if beside else debt_id
    place, debt = picture.places[debt_id], picture.debts[debt_id]
    accrues = picture.rates_of_offer(debt_id, terms, on)
    projected = (
        None if balance is None else projection.project(balance, promised, on, terms, accrues)
    )
    by_month: Counter[date] = Counter()
    for each in promised:
        by_month[each.due_on.replace(day=1)] += each.amount
    peak_on = max(by_month, key=lambda month: (by_month[month], -month.toordinal()), default=None)
    monthly = affordability.nearest(
        credibility.monthly_equivalent(((each.due_on, each.amount) for each in promised), on)
    )
    interest = accrual.rate_per_period(accrues.on(on), accrual.MONTHLY) * (balance or 0)
    is_known, fails_on = _fails_on(picture, place.currency, without, promised)
    uncovered = [
        each.name
        for each in plan_queries.uncovered(picture, place.currency)
        if each.debt_id != debt_id
    ]
    regular = len(promised) > 1
    return Weighed(
        promised=promised,
        balance=balance,
        projection=projected,
        monthly=monthly,
        months=credibility.months_until(promised[-1].due_on, on) if promised else 0,
        peak=by_month[peak_on] if peak_on else 0,
        peak_on=peak_on,
        apr=projection.apr(balance, promised, on, terms) if balance and promised else None,
        written_off=terms.written_off or 0 if projected is None else projected.written_off,
        left=picture.left(place.currency, without) if picture.has_budget(place.currency) else None,
        is_cash_known=is_known,
        fails_on=fails_on,
        share=None
        if place.priority
        else plan_queries.pro_rata(picture, place.currency).get(debt_id),
        never_clears=balance is not None and projection.never_clears(balance, terms, accrues),
        is_token=regular
        and balance is not None
        and clocks.is_token(balance, monthly, affordability.nearest(Fraction(interest))),
        uncovered=uncovered,
        others_liable=debt.others_liable,
        missing=picture.missing(place.currency),
    )


def _fails_on(
    picture: Picture, currency: str, without_debt: int | None, promised: Sequence[Promised]
) -> tuple[bool, date | None]:
    """Whether the cash is known; and the first day, from the first instalment on, it is short."""
    there = picture.fresh_cash(currency)
    ahead = [each for each in promised if each.due_on >= picture.today]
    if there is None or not ahead:
        return there is not None, None
    last = min(ahead[-1].due_on, picture.today + timedelta(days=HORIZON))
    dues = picture.dues(currency, without_debt)
    # Its instalments have no number yet: below zero they come first of their day.
    dues += [Due(-1 - n, each.due_on, each.amount, each.due_on) for n, each in enumerate(ahead)]
    found = there.carries(dues, last)
    first = (ahead[0].due_on - picture.today).days
    for n, balance in enumerate(found.balances):
        if n >= first and balance < 0:
            return True, picture.today + timedelta(days=n)
    return True, None


def _now(picture: Picture, debt_id: int) -> tuple[Compared, str]:
    """What goes on now: what is agreed and open, else the contract's payment, else nothing."""
    today, balance = picture.today, picture.owed[debt_id]
    there = picture.on_debt(debt_id)
    contractual = picture.debts[debt_id].contractual_payment
    if there:
        terms = there[-1].terms
        waiting = [
            Promised(max(each.due_on, today), each.unpaid)
            for commitment in there
            for each in commitment.open
        ]
        waiting.sort(key=lambda each: (each.due_on, each.amount))
        weighed = weigh(picture, debt_id, _bare(terms), waiting, today, balance)
        return Compared(None, weighed, today, None), "as agreed"
    if contractual and balance:
        terms = Terms(
            amount=contractual, cadence=Cadence(Unit.MONTH), first_due=add_months(today, 1)
        )
        try:
            accrues = picture.rates(debt_id, terms, today)
            promised = term_rules.schedule(terms, today, balance, accrues)
        except BadInput:
            # It goes on for ever: no schedule has an end.
            nothing = weigh(picture, debt_id, terms, (), today, balance)
            weighed = replace(nothing, monthly=contractual, never_clears=True)
        else:
            weighed = weigh(picture, debt_id, terms, promised, today, balance)
        return Compared(None, weighed, today, None), "as the contract says"
    weighed = weigh(picture, debt_id, Terms(), (), today, balance)
    return Compared(None, weighed, today, None), "nothing is paid"


def _bare(terms: Terms) -> Terms:
    """Terms under which what is left of an agreement runs: its rates, and nothing given again."""
    return Terms(
        amount=terms.amount,
        cadence=terms.cadence,
        first_due=terms.first_due,
        apr=terms.apr,
        apr_from=terms.apr_from,
        apr_until=terms.apr_until,
    )


def _compared(session: Session, picture: Picture, offer: OfferLine, now: Compared) -> Compared:
    debt_id, on = offer.place.debt_id, offer.on
    balance = _balance_on(session, picture, debt_id, on)
    try:
        accrues = picture.rates_of_offer(debt_id, offer.terms, on)
        promised = term_rules.schedule(offer.terms, on, balance, accrues)
    except BadInput as error:
        return Compared(offer, None, on, None, error.message)
    weighed = weigh(picture, debt_id, offer.terms, promised, on, balance)
    return Compared(offer, weighed, on, _saved(session, picture, debt_id, on, weighed, now))


def _saved(
    session: Session,
    picture: Picture,
    debt_id: int,
    on: date,
    offer: Weighed,
    now: Compared,
) -> int | None:
    """What it takes less than going on, from the day of the offer: what was paid since counts."""
    going_on = None if now.weighed is None else now.weighed.projection
    if going_on is None or now.weighed is None or offer.projection is None:
        return None
    if now.weighed.never_clears or offer.never_clears:
        return None
    return going_on.cost + _paid_since(session, picture, debt_id, on) - offer.projection.cost


def _paid_since(session: Session, picture: Picture, debt_id: int, on: date) -> int:
    payment = tables.Payment
    found = session.exec(
        select(payment).where(payment.debt_id == debt_id, col(payment.paid_on) > on)
    )
    today = picture.today
    return sum(
        each.amount
        for each in found
        if each.paid_on <= today and (each.returned_on is None or each.returned_on > today)
    )


def _balance_on(session: Session, picture: Picture, debt_id: int, on: date) -> int | None:
    """What was owed on a day; where only a later letter says it, what is owed now."""
    if on == picture.today:
        return picture.owed[debt_id]
    found = balances.of_debts(session, on, debt_id).get(debt_id)
    return picture.owed[debt_id] if found is None else found
