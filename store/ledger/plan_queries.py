"""Makes the Plan view: the surplus, its shares by each strategy, and what comes before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import select

from store.ledger import budget, cash_queries, forecast_queries, going_on
from store.ledger.agreement_views import Place
from store.ledger.facts import rows
from store.ledger.picture import HORIZON, Picture
from store.ledger.plan_views import Plan, PlanDebt, PriorityArrears, Stress, Stressed
from store.records import schema
from store.records.database import Reading
from store.rules import affordability, countries, forecast, money
from store.rules.affordability import Covered, Kind, Owing, Payoff, Strategy
from store.rules.errors import BadInput
from store.rules.forecast import Flow

OUTLOOK = 90
"""Days of cash ahead that the plan shows."""

PURSUED = frozenset({"claim", "judgment", "enforcement"})
"""The stages at which a court is asked, or has decided."""


def currency_of(session: Reading, asked: str | None, otherwise: str) -> str:
    """The currency of a plan or forecast: as asked, else that of most creditors.

    Raises `BadInput` for a currency that nothing here is in.
    """
    used = currencies(session)
    if asked is None:
        return used[0] if used else otherwise
    if asked.upper() not in used:
        known = ", ".join(used) or "nothing yet"
        raise BadInput(f"Nothing here is in {asked}; there is {known}.", field="currency")
    return asked.upper()


def currencies(session: Reading) -> list[str]:
    """What creditors, the budget and cash are in, that of most creditors first."""
    found = cash_queries.currencies(session)
    for table in (schema.budget_line, schema.cash):
        used = rows(session, select(table.c.currency).distinct().order_by(table.c.currency))
        found += [row.currency for row in used if row.currency not in found]
    return found


def plan(
    session: Reading,
    today: date,
    currency: str,
    *,
    surplus: int | None = None,
    stress: Stress | None = None,
    country: str = "",
    locale: str = "",
) -> Plan:
    """The plan of one currency; `surplus` (minor units a month) replaces the budget's.

    `country` is the ISO code whose free advisers are named; without it the `locale` says.
    """
    picture = Picture(session, today)
    steps = picture.surplus(currency)
    amount = steps.surplus if surplus is None else surplus
    places = sorted(picture.open_debts(currency), key=lambda each: each.debt_id)
    others = [each for each in places if not each.priority]
    owing = [_owing(picture, each) for each in others if picture.owed[each.debt_id] is not None]
    payoffs = {each: affordability.payoff(each, amount, owing) for each in Strategy}
    now = {each.debt_id: picture.monthly(each.debt_id) for each in owing}
    ahead = {each.debt_id: going_on.projected(picture, each.debt_id) for each in owing}
    shared = {each: affordability.shares(each, amount, owing) for each in Strategy}
    months = {each: _longest(found) for each, found in payoffs.items()}
    priority = [_priority(picture, each) for each in places if each.priority]
    covered = _covered(picture, places, priority)
    lines = tuple(
        each for each in budget.lines(session, today) if each.details.currency == currency
    )
    # Without a budget nobody knows what is left.
    is_known = surplus is not None or not all(each.is_over for each in lines)
    creditors = rows(session, select(schema.creditor))
    holding = {each.creditor_id for each in places}
    return Plan(
        on=today,
        currency=currency,
        currencies=tuple(currencies(session)),
        lines=lines,
        surplus=steps,
        amount=amount,
        is_given=surplus is not None,
        priority=tuple(priority),
        debts=tuple(
            PlanDebt(
                each.debt_id,
                picture.places[each.debt_id].debt,
                picture.places[each.debt_id].debt_name,
                picture.places[each.debt_id].creditor_name,
                each.balance,
                picture.rates_now(each.debt_id).on(today),
                picture.debts[each.debt_id].contractual_payment,
                now[each.debt_id],
                {strategy: shared[strategy][each.debt_id] for strategy in Strategy},
                {strategy: payoffs[strategy][n] for strategy in Strategy},
                ahead[each.debt_id],
                picture.terms_now(each.debt_id),
            )
            for n, each in enumerate(owing)
        ),
        unknown=tuple(each.debt_name for each in others if picture.owed[each.debt_id] is None),
        verdicts={
            each: affordability.verdict(
                covered, amount if is_known else None, months[each] if owing else 0, each
            )
            for each in Strategy
        },
        months=months,
        promised=sum(now.values()),
        stressed=_stressed(picture, currency, stress or Stress()),
        country=countries.of(country, currency, locale),
        has_collector=any(each.id in holding and each.kind == "collector" for each in creditors),
        outlook=forecast_queries.of_cash(
            picture.cash.get(currency), picture.lines, today, OUTLOOK, currency
        ),
        account_at=tuple(
            each.name for each in creditors if each.my_account_here and each.id in holding
        ),
    )


def pro_rata(picture: Picture, currency: str) -> dict[int, int]:
    """Each debt's fair share of what there is for all debts that are no priority."""
    owing = [
        _owing(picture, each)
        for each in picture.open_debts(currency)
        if not each.priority and picture.owed[each.debt_id] is not None
    ]
    return affordability.shares(Strategy.PRO_RATA, picture.surplus(currency).surplus, owing)


def uncovered(picture: Picture, currency: str) -> list[PriorityArrears]:
    """The priority debts that neither an agreement nor a reserve covers."""
    return [
        each
        for each in (
            _priority(picture, place) for place in picture.open_debts(currency) if place.priority
        )
        if each.monthly is None and each.reserve is None
    ]


def _longest(payoffs: Sequence[Payoff]) -> int | None:
    """How many months it takes until all are paid; None where one never is."""
    known = [each.months for each in payoffs if each.months is not None]
    return None if len(known) < len(payoffs) else max(known, default=0)


def _owing(picture: Picture, place: Place) -> Owing:
    rates = picture.rates_now(place.debt_id)
    apr, *later = rates.by_month(picture.today, affordability.MOST_MONTHS)
    return Owing(
        place.debt_id,
        max(0, picture.owed[place.debt_id] or 0),
        picture.debts[place.debt_id].contractual_payment or 0,
        apr,
        tuple(later),
    )


def _priority(picture: Picture, place: Place) -> PriorityArrears:
    names = (place.debt_name, place.creditor_name)
    reserve = next(
        (
            each.name
            for each in picture.budget
            if each.kind is Kind.SAVING
            and each.currency == place.currency
            and any(_names(each.name, name) for name in names)
        ),
        None,
    )
    return PriorityArrears(
        place.debt_id,
        place.debt_name,
        place.creditor_name,
        picture.owed[place.debt_id],
        picture.monthly(place.debt_id) if picture.on_debt(place.debt_id) else None,
        reserve,
        picture.debts[place.debt_id].consequence,
    )


def _names(text: str, name: str) -> bool:
    """Whether a text has a name in it, as whole words."""
    pattern = rf"(?<!\w){re.escape(name.casefold())}(?!\w)"
    return re.search(pattern, text.casefold()) is not None


def _covered(
    picture: Picture, places: Sequence[Place], priority: Sequence[PriorityArrears]
) -> list[Covered]:
    overdue = {each.debt_id for each in picture.lines if each.outcome.is_overdue}
    covered = {
        each.debt_id for each in priority if each.monthly is not None or each.reserve is not None
    }
    return [
        Covered(
            f"{each.creditor_name} ({each.debt_name})",
            each.priority,
            each.debt_id in covered,
            picture.debts[each.debt_id].stage in PURSUED,
            each.debt_id in overdue,
            lacks_contract=not each.priority
            and bool(picture.owed[each.debt_id])
            and not picture.debts[each.debt_id].contractual_payment,
        )
        for each in places
    ]


def _stressed(picture: Picture, currency: str, stress: Stress) -> Stressed:
    """What the surplus and the cash would be."""
    steps = picture.surplus(currency)
    lost = money.nearest(
        sum(
            (
                each.monthly * stress.cut / 100
                for each in picture.budget
                if each.kind is Kind.INCOME and each.currency == currency
            ),
            start=Fraction(0),
        )
    )
    there = picture.fresh_cash(currency)
    if there is None:
        return Stressed(stress, steps.surplus - lost, False, None, 0)
    flows = [
        Flow(each.on, each.amount * (100 - stress.cut) // 100 if each.amount > 0 else each.amount)
        for each in there.flows
    ]
    if stress.bill:
        flows.append(Flow(max(stress.bill_on or picture.today, picture.today), -stress.bill))
    until, dues = picture.today + timedelta(days=HORIZON), picture.dues(currency)
    usual = there.carries(dues, until).balances
    balances = replace(there, flows=flows).carries(dues, until).balances
    n = forecast.first_short(usual, balances)
    if n is None:
        return Stressed(stress, steps.surplus - lost, True, None, 0)
    day = picture.today + timedelta(days=n)
    return Stressed(stress, steps.surplus - lost, True, day, -balances[n])
