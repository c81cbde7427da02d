"""Weighs terms by the whole picture, and compares the offers on a debt with going on as now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from store.ledger import agreement_queries, balances, plan_queries
from store.ledger.agreement_views import OfferLine
from store.ledger.offer_views import Compared, Comparison, Weighed
from store.ledger.picture import HORIZON, Picture
from store.rules import accrual, clocks, credibility, money, projection
from store.rules import terms as term_rules
from store.rules.accrual import Rates
from store.rules.cadence import Cadence, Unit
from store.rules.dates import add_months
from store.rules.errors import BadInput, NotFound
from store.rules.forecast import Due
from store.rules.terms import Promised, Terms


def compare(session: Session, today: date, debt_id: int) -> Comparison:
    """The offers on a debt beside what goes on now; raises `NotFound`."""
    scales = Scales(session, Picture(session, today), debt_id)
    now, said = _now(scales)
    found = [
        _compared(scales, each, now)
        for each in agreement_queries.offers(session, today)
        if each.place.debt_id == debt_id
    ]
    return Comparison(scales.place, today, scales.picture.owed[debt_id], now, said, tuple(found))


def weigh_terms(
    session: Session, today: date, debt_id: int, terms: Terms, on: date, *, beside: bool = False
) -> Weighed:
    """What a promise on these terms would mean, made on a day.

    It takes the place of what is agreed on the debt, unless that goes on `beside` it. Raises
    `BadInput` for terms that make no schedule, `NotFound`.
    """
    return Scales(session, Picture(session, today), debt_id, beside=beside).offered(terms, on)


class Scales:
    """What all terms on a debt are measured by; it is read once, whatever their number.

    Terms take the place of what is agreed on the debt, unless that goes on `beside` them. Raises
    `NotFound`.
    """

    def __init__(
        self, session: Session, picture: Picture, debt_id: int, *, beside: bool = False
    ) -> None:
        if debt_id not in picture.places:
            raise NotFound("That debt is no longer there.", field="debt")
        self.picture, self.debt_id = picture, debt_id
        self.place = place = picture.places[debt_id]
        self.history = balances.histories(session, debt_id)[debt_id]
        without, currency = None if beside else debt_id, place.currency
        self._left = picture.left(currency, without) if picture.has_budget(currency) else None
        self._cash, self._dues = picture.fresh_cash(currency), picture.dues(currency, without)
        self._uncovered = [
            each.name
            for each in plan_queries.uncovered(picture, currency)
            if each.debt_id != debt_id
        ]
        self._missing = picture.missing(currency)
        fair = {} if place.priority else plan_queries.pro_rata(picture, currency)
        self._share = fair.get(debt_id)

    def balance_on(self, day: date) -> int | None:
        """What was owed on a day; where only a later letter says it, what is owed now."""
        found = self.history.on(day)
        return self.picture.owed[self.debt_id] if found is None else found

    def offered(self, terms: Terms, on: date) -> Weighed:
        """Measure terms of a day; raises `BadInput` where they make no schedule."""
        balance = self.balance_on(on)
        accrues = self.picture.rates_of_offer(self.debt_id, terms, on)
        promised = term_rules.schedule(terms, on, balance, accrues)
        return self.weigh(terms, promised, on, balance, accrues)

    def weigh(
        self,
        terms: Terms,
        promised: Sequence[Promised],
        on: date,
        balance: int | None,
        accrues: Rates,
        monthly: int | None = None,
    ) -> Weighed:
        """Measure instalments that are promised from a day on, when so much is owed.

        `monthly` is what they come to a month, where that is known already.
        """
        projected = (
            None if balance is None else projection.project(balance, promised, on, terms, accrues)
        )
        by_month: Counter[date] = Counter()
        for each in promised:
            by_month[each.due_on.replace(day=1)] += each.amount
        peak_on = max(
            by_month, key=lambda month: (by_month[month], -month.toordinal()), default=None
        )
        if monthly is None:
            dues = ((each.due_on, each.amount) for each in promised)
            monthly = money.nearest(credibility.monthly_equivalent(dues, on))
        owed = None if projected is None else projected.owed
        interest = accrual.rate_per_period(accrues.on(on), accrual.MONTHLY) * (owed or 0)
        return Weighed(
            promised=promised,
            balance=balance,
            projection=projected,
            monthly=monthly,
            months=credibility.months_until(promised[-1].due_on, on) if promised else 0,
            peak=by_month[peak_on] if peak_on else 0,
            peak_on=peak_on,
            apr=projection.apr(balance, promised, on, terms) if balance and promised else None,
            waived=(terms.fees_waived or 0) if projected is None else projected.waived,
            written_off=(terms.written_off or 0) if projected is None else projected.written_off,
            left=self._left,
            is_cash_known=self._cash is not None,
            fails_on=self._fails_on(promised),
            share=self._share,
            never_clears=projected is not None
            and projection.never_clears(projected, terms, accrues),
            is_token=len(promised) > 1
            and owed is not None
            and clocks.is_token(owed, monthly, money.nearest(interest)),
            uncovered=self._uncovered,
            others_liable=self.picture.debts[self.debt_id].others_liable,
            missing=self._missing,
        )

    def endless(self, monthly: int, accrues: Rates) -> Weighed:
        """What is paid a month, be it nothing, where it never clears the debt."""
        today = self.picture.today
        found = self.weigh(Terms(), (), today, self.balance_on(today), accrues, monthly)
        return replace(found, projection=None, months=None, never_clears=True)

    def _fails_on(self, promised: Sequence[Promised]) -> date | None:
        """The first day, from the first instalment on, that the cash is short; None if unknown."""
        today = self.picture.today
        ahead = [each for each in promised if each.due_on >= today]
        if self._cash is None or not ahead:
            return None
        last = min(ahead[-1].due_on, today + timedelta(days=HORIZON))
        # Its instalments have no number yet: below zero they come first of their day.
        own = [Due(-1 - n, each.due_on, each.amount, each.due_on) for n, each in enumerate(ahead)]
        found = self._cash.carries([*self._dues, *own], last)
        first = (ahead[0].due_on - today).days
        for n, balance in enumerate(found.balances):
            if n >= first and balance < 0:
                return today + timedelta(days=n)
        return None


def _now(scales: Scales) -> tuple[Compared, str]:
    """What goes on now: what is agreed and open, else the contract's payment, else nothing."""
    picture, debt_id = scales.picture, scales.debt_id
    today, balance = picture.today, picture.owed[debt_id]
    there, accrues = picture.on_debt(debt_id), picture.rates_now(debt_id)
    contractual = picture.debts[debt_id].contractual_payment
    if there:
        said = "as agreed"
        waiting = [
            Promised(max(each.due_on, today), each.unpaid)
            for commitment in there
            for each in commitment.open
        ]
        waiting.sort(key=lambda each: (each.due_on, each.amount))
        agreed = there[-1].terms
        # What was given was given when it was agreed, but for what a sum still to be paid settles.
        written_off = agreed.written_off if projection.is_a_sum(agreed) else None
        terms = replace(agreed, upfront=None, fees_waived=None, written_off=written_off)
        weighed = scales.weigh(terms, waiting, today, balance, accrues, picture.monthly(debt_id))
    elif contractual and balance:
        said = "as the contract says"
        terms = Terms(
            amount=contractual, cadence=Cadence(Unit.MONTH), first_due=add_months(today, 1)
        )
        try:
            weighed = scales.offered(terms, today)
        except BadInput:
            # It goes on for ever: no schedule has an end.
            weighed = scales.endless(contractual, accrues)
    else:
        said = "nothing is paid"
        if balance and accrues.last:
            weighed = scales.endless(0, accrues)
        else:
            weighed = scales.weigh(Terms(), (), today, balance, accrues)
    return Compared(None, weighed, today, None), said


def _compared(scales: Scales, offer: OfferLine, now: Compared) -> Compared:
    try:
        weighed = scales.offered(offer.terms, offer.on)
    except BadInput as error:
        return Compared(offer, None, offer.on, None, error.message)
    return Compared(offer, weighed, offer.on, _saved(scales, offer.on, weighed, now))


def _saved(scales: Scales, on: date, offer: Weighed, now: Compared) -> int | None:
    """What it takes less than going on, from the day of the offer: what was paid since counts."""
    going_on = None if now.weighed is None else now.weighed.projection
    if going_on is None or now.weighed is None or offer.projection is None:
        return None
    if now.weighed.never_clears or offer.never_clears:
        return None
    paid = scales.history.paid_after(on, scales.picture.today)
    return going_on.cost + paid - offer.projection.cost
