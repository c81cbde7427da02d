"""What if: the same promises, had I done one thing or another from today on.

Each function gives the promises as they would then stand, and none changes what it is given. The
common ground is that all that falls due from tomorrow on is kept (`kept`); on it stands what one
would do besides. Amounts are minor units.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from store.rules.credibility import Promise
from store.rules.forecast import Due
from store.rules.outcome import Outcome, Payment

SUPPOSED = 0
"""The id of a payment that is only supposed."""


def paid(promise: Promise, on: date) -> Promise:
    """A promise with all that it lacks on a day paid on that day."""
    lacks = promise.standing(on).unpaid
    if lacks <= 0:
        return promise
    money = [*promise.money, (Payment(SUPPOSED, on, lacks), lacks)]
    return replace(promise, money=sorted(money, key=lambda part: part[0].paid_on))


def is_open(promise: Promise, today: date) -> bool:
    """Due by today, and money is still expected for it."""
    return (
        promise.agreement.made_on <= today
        and promise.instalment.due_on <= today
        and promise.standing(today).outcome.is_open
    )


def open_paid(promises: Iterable[Promise], today: date, on: date) -> list[Promise]:
    """With everything that is open today paid on a day."""
    return [paid(each, on) if is_open(each, today) else each for each in promises]


def kept(promises: Iterable[Promise], today: date, until: date) -> list[Promise]:
    """With all that falls due after today, up to a date, paid on its day."""
    return [
        paid(each, each.instalment.due_on)
        if today < each.instalment.due_on <= until
        and each.agreement.made_on <= today
        and each.standing(each.instalment.due_on).outcome.is_open
        else each
        for each in promises
    ]


def coming(promises: Iterable[Promise], today: date) -> Promise | None:
    """The next promise to fall due; the earliest."""
    return _earliest(promises, today, (Outcome.UPCOMING,))


def in_time(promises: Iterable[Promise], today: date) -> Promise | None:
    """The next promise that can still be kept or told about in time; the earliest due."""
    return _earliest(promises, today, (Outcome.UPCOMING, Outcome.DUE))


def missed(promises: Sequence[Promise], chosen: Promise) -> list[Promise]:
    """With no money for one promise but what it has already; to be asked of what would be kept."""
    return [chosen if each.instalment.id == chosen.instalment.id else each for each in promises]


def renegotiated(promises: Iterable[Promise], chosen: Promise, today: date) -> list[Promise]:
    """With the agreement of one promise replaced today; nothing is known of the new terms."""
    agreement = replace(chosen.agreement, replaced_on=today)
    return [
        replace(each, agreement=agreement) if each.agreement.id == agreement.id else each
        for each in promises
    ]


def needs(promises: Iterable[Promise]) -> list[Due]:
    """The money that has to be there for what is supposed, and when."""
    return [
        Due(each.instalment.id, payment.paid_on, part, each.grace_end)
        for each in promises
        for payment, part in each.money
        if payment.id == SUPPOSED
    ]


def stopped(promises: Iterable[Promise], chosen: Promise, today: date, until: date) -> int:
    """How many promises due up to a date renegotiating today keeps from counting as missed."""
    return sum(
        each.agreement.id == chosen.agreement.id
        and each.instalment.due_on <= until
        and today <= each.grace_end
        and each.standing(today).outcome.is_open
        for each in promises
    )


def _earliest(
    promises: Iterable[Promise], today: date, outcomes: Sequence[Outcome]
) -> Promise | None:
    waiting = [
        each
        for each in promises
        if each.agreement.made_on <= today and each.standing(today).outcome in outcomes
    ]
    return min(waiting, key=lambda each: each.instalment.due_on, default=None)
