"""Weighs terms by the whole picture, and compares the offers on a debt with going on as now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from sqlmodel import Session

from store.ledger import agreement_queries, going_on, plan_queries
from store.ledger.agreement_views import OfferLine
from store.ledger.offer_views import Compared, Comparison, Tightest, Weighed
from store.ledger.picture import HORIZON, Picture
from store.rules import accrual, affordability, clocks, credibility, forecast, money, projection
from store.rules import terms as term_rules
from store.rules.accrual import Rates
from store.rules.cadence import Cadence, Unit, monthly_factor
from store.rules.dates import add_months, months_taken
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
    session: Session,
    today: date,
    debt_id: int,
    terms: Terms,
    on: date,
    *,
    without: Collection[int] | None = None,
) -> Weighed:
    """What a promise on these terms would mean, made on a day.

    It takes the place of all that is agreed on the debt, or of the agreements `without` (by
    number). Raises `BadInput` for terms that make no schedule, `NotFound`.
    """
    return Scales(session, Picture(session, today), debt_id, without).offered(terms, on)


def weigh_instalment(
    session: Session,
    today: date,
    debt_id: int,
    promised: Promised,
    *,
    in_place_of: int | None = None,
) -> Weighed:
    """What the agreements on a debt would mean with one instalment more, or in place of another.

    `promised` is what is still to be paid of it. Raises `NotFound`.
    """
    scales = Scales(session, Picture(session, today), debt_id)
    picture = scales.picture
    own = Promised(max(promised.due_on, today), promised.amount)
    terms, waiting = going_on.agreed(picture, debt_id, more=own, without=in_place_of) or (
        Terms(),
        [own],
    )
    # It belongs to no regular day: in its month it counts in full, as a sum up front does.
    terms = replace(terms, upfront=own.amount, upfront_on=own.due_on)
    accrues = picture.rates_now(debt_id)
    return scales.weigh(terms, waiting, today, picture.owed[debt_id], accrues)


class Scales:
    """What all terms on a debt are measured by; it is read once, whatever their number.

    Terms take the place of all that is agreed on the debt, or of the agreements `without` (by
    number). Raises `NotFound`.
    """

    def __init__(
        self,
        session: Session,
        picture: Picture,
        debt_id: int,
        without: Collection[int] | None = None,
    ) -> None:
        if debt_id not in picture.places:
            raise NotFound("That debt is no longer there.", field="debt")
        self.picture, self.debt_id = picture, debt_id
        self.place = place = picture.places[debt_id]
        self.history = picture.history(debt_id)
        self._without = picture.agreed_on(debt_id) if without is None else without
        currency = place.currency
        self._cash = picture.fresh_cash(currency)
        self._dues = picture.dues(currency, self._without)
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
        fails_on, is_short_anyway = self._fails(promised)
        owed = None if projected is None else projected.owed
        interest = accrual.rate_per_period(accrues.on(on), accrual.MONTHLY) * (owed or 0)
        return Weighed(
            promised=promised,
            balance=balance,
            projection=projected,
            monthly=monthly,
            months=months_taken(on, [each.due_on for each in promised]),
            peak=by_month[peak_on] if peak_on else 0,
            peak_on=peak_on,
            apr=projection.apr(balance, promised, on, terms) if balance and promised else None,
            waived=(terms.fees_waived or 0) if projected is None else projected.waived,
            written_off=(terms.written_off or 0) if projected is None else projected.written_off,
            tightest=self._tightest(terms, promised, on, monthly),
            is_ahead=any(each.due_on >= self.picture.today for each in promised),
            is_cash_known=self._cash is not None,
            fails_on=fails_on,
            is_short_anyway=is_short_anyway,
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

    def _tightest(
        self, terms: Terms, promised: Sequence[Promised], on: date, monthly: int
    ) -> Tightest | None:
        """The month to come in which the least is left of the budget; None without a budget."""
        picture, currency = self.picture, self.place.currency
        if not picture.has_budget(currency) or not (promised or monthly):
            return None
        upfront = term_rules.upfront_of(terms, on)
        regular: dict[date, list[int]] = defaultdict(list)
        sums: Counter[date] = Counter()
        last: dict[date, date] = {}
        for each in promised:
            if each.due_on >= picture.today:
                month = each.due_on.replace(day=1)
                last[month] = each.due_on
                if each == upfront:
                    sums[month] += each.amount
                else:
                    regular[month].append(each.amount)
        is_once = terms.cadence.unit is Unit.ONCE
        usual = Fraction(1) if is_once else monthly_factor(terms.cadence)
        found = [
            Tightest(
                day,
                sums[month] + affordability.month_takes(regular[month], usual),
                picture.left(currency, self._without, day),
                len(last),
            )
            for month, day in last.items()
        ]
        if not found:
            left = picture.left(currency, self._without)
            return Tightest(picture.today, monthly, left, 0)
        return min(found, key=lambda each: (each.stays, each.on))

    def _fails(self, promised: Sequence[Promised]) -> tuple[date | None, bool]:
        """The first day that the cash fails these, and whether it is short without them too.

        It fails on a day that they make short, be it after the last of them, and on one that finds
        nothing to pay them from. Without such a day it may be short for other reasons after the
        first of them.
        """
        today = self.picture.today
        ahead = [each for each in promised if each.due_on >= today]
        if self._cash is None or not ahead:
            return None, False
        until = today + timedelta(days=HORIZON)
        # Its instalments have no number yet: below zero they come first of their day.
        own = [Due(-1 - n, each.due_on, each.amount, each.due_on) for n, each in enumerate(ahead)]
        usual = self._cash.carries(self._dues, until).balances
        found = self._cash.carries([*self._dues, *own], until).balances
        paid = [n for each in ahead if (n := (each.due_on - today).days) <= HORIZON]
        unpaid = next((n for n in paid if found[n] < 0), None)
        made_short = forecast.first_short(usual, found)
        fails = min((n for n in (unpaid, made_short) if n is not None), default=None)
        if fails is None:
            return None, bool(paid) and any(each < 0 for each in usual[paid[0] :])
        return today + timedelta(days=fails), usual[fails] < 0


def _now(scales: Scales) -> tuple[Compared, str]:
    """What goes on now: what is agreed and open, else the contract's payment, else nothing."""
    picture, debt_id = scales.picture, scales.debt_id
    today, balance = picture.today, picture.owed[debt_id]
    agreed, accrues = going_on.agreed(picture, debt_id), picture.rates_now(debt_id)
    contractual = picture.debts[debt_id].contractual_payment
    if agreed is not None:
        said = "as agreed"
        monthly = picture.monthly(debt_id)
        weighed = scales.weigh(agreed[0], agreed[1], today, balance, accrues, monthly)
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
