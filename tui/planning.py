"""What the command line prints of the plan, the offers on a debt, and the cash ahead."""

from collections.abc import Callable
from datetime import date
from typing import Any

from store.ledger.forecast_views import Outlook
from store.ledger.offer_views import Compared, Comparison, Weighed
from store.ledger.plan_views import Plan
from store.rules import dates, money
from store.rules.affordability import Strategy
from store.rules.projection import Projection
from tui import formats, verdicts
from tui.printing import Plain, table
from tui.settings import people_locale


def plan_json(plan: Plan, strategy: Strategy) -> Plain:
    """The plan, as `plan --json` has it; no shares while something comes first."""

    def shown(amount: int) -> str:
        return money.to_text(amount, plan.currency)

    steps = plan.surplus
    said = verdicts.verdict(plan, strategy)
    return {
        "currency": plan.currency,
        "income": shown(steps.income),
        "essentials": shown(steps.essentials),
        "saving": shown(steps.saving),
        "priority": shown(steps.priority),
        "surplus": shown(plan.amount),
        "strategy": strategy.value,
        "verdict": " ".join(said) or None,
        "shares": [
            {"debt": each.key, "amount": shown(each.shares[strategy])}
            for each in plan.debts
            if plan.shows_shares(strategy)
        ],
    }


def plan_text(plan: Plan, strategy: Strategy) -> str:
    """The surplus step by step, what comes first, and the shares."""
    locale = people_locale()

    def shown(amount: int) -> str:
        return money.format(amount, plan.currency, locale)

    steps = plan.surplus
    parts = [
        table(
            [
                ("Income", shown(steps.income)),
                ("Essentials", shown(-steps.essentials)),
                ("Saving", shown(-steps.saving)),
                ("Agreed on priority debts", shown(-steps.priority)),
                ("Left a month", shown(steps.surplus)),
                *([("Taken instead", shown(plan.amount))] if plan.is_given else []),
            ],
            right=(1,),
        )
    ]
    if plan.is_empty and not plan.is_given:
        parts.append("There is no budget yet: add its lines on Plan (6), or give --surplus.")
    said = verdicts.verdict(plan, strategy)
    parts += ["\n".join(said)] if said else []
    if plan.verdicts[strategy].wants_advice:
        parts.append("\n".join(["Free advice:", *verdicts.advisers(plan.country)]))
    if plan.wants_relief and plan.debts:
        names = "\n".join(f"  {each.creditor}, {each.name}" for each in plan.debts)
        parts.append(f"Ask for {verdicts.relief(plan, locale)}, from:\n{names}")
    if plan.contracts_take_all and strategy in (Strategy.AVALANCHE, Strategy.SNOWBALL):
        parts.append(verdicts.CONTRACTS_TAKE_ALL)
    if plan.shows_shares(strategy) and plan.debts:
        parts.append(_payoffs(plan, strategy, locale))
    if plan.unknown:
        parts.append(f"No balance is known of: {', '.join(plan.unknown)}.")
    return "\n\n".join(parts)


def _payoffs(plan: Plan, strategy: Strategy, locale: str) -> str:
    """Each debt under its share, and under what is promised now, as a table."""

    def shown(amount: int) -> str:
        return money.format(amount, plan.currency, locale)

    lines: list[tuple[str, ...]] = [
        (f"Shares, {strategy}", "a month", "months", "interest", "total", "owed", "paid off")
    ]
    for each in plan.debts:
        payoff = each.payoffs[strategy]
        share = (
            f"{each.creditor}, {each.name}",
            shown(each.shares[strategy]),
            months(payoff.months),
        )
        if payoff.months is None:
            lines.append((*share, "–", "–", shown(each.balance), "never"))
        else:
            ends = dates.add_months(plan.on, payoff.months)
            paid = (shown(payoff.interest), shown(payoff.total), shown(each.balance))
            lines.append((*share, *paid, f"{ends:%b %Y}"))
        lines.append(("  now", shown(each.now), *_going_on(plan.on, each.going_on, shown)))
    return table(lines, right=(1, 2, 3, 4, 5))


def _going_on(
    today: date, found: Projection | None, shown: Callable[[int], str]
) -> tuple[str, ...]:
    """How long what is promised now takes, what it costs, and what it leaves owed."""
    if found is None or found.last_on is None:
        return ("–", "–", "–", "", "nothing is promised" if found is None else "suspended")
    ends = f"{found.last_on:%b %Y}"
    if found.left_over:
        ends += f", {shown(found.left_over)} still owed"
    took = dates.months_taken(today, [each.on for each in found.points])
    return (months(took), shown(found.interest), shown(found.total_paid), "", ends)


def months(months: int | None) -> str:
    """How many months it takes, in a cell."""
    return "never" if months is None else str(months)


def lasts(weighed: Weighed) -> str:
    """How many months terms take, in a cell."""
    return "–" if weighed.is_nothing else months(weighed.months)


def offers_json(found: Comparison) -> list[Plain]:
    """What goes on now and each offer, as `offers --json` has it."""
    return [_compared_json(each, found.place.currency) for each in found.lines]


def _compared_json(each: Compared, currency: str) -> Plain:
    def shown(amount: int | None) -> str | None:
        return None if amount is None else money.to_text(amount, currency)

    offer, weighed = each.offer, each.weighed
    known: dict[str, Any] = dict.fromkeys(
        ("monthly", "months", "last_on", "total_paid", "interest", "written_off", "left_over",
         "saved", "apr", "fits", "kept_until")
    )  # fmt: skip
    if weighed is not None:
        known |= {
            "monthly": shown(weighed.monthly),
            "months": weighed.months,
            "last_on": _day(weighed.last_on),
            "total_paid": shown(weighed.total_paid),
            "interest": shown(weighed.interest),
            "written_off": shown(weighed.written_off),
            "left_over": shown(weighed.left_over),
            "saved": shown(each.saved),
            "apr": None if weighed.apr is None else float(weighed.apr),
            "fits": weighed.fits,
            "kept_until": _day(weighed.fails_on),
        }
    return {
        "key": None if offer is None else offer.key,
        "by": None if offer is None else offer.by,
        "on": _day(each.on),
        "status": None if offer is None else offer.status,
        **known,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def offers_text(found: Comparison) -> str:
    """The comparison as a table, with what to know of each open offer under it."""
    locale, currency = people_locale(), found.place.currency
    heading = ("", "a month", "months", "last", "total", "saved", "APR", "fits", "cash")
    rows = [heading, *(_offer_row(each, found, locale) for each in found.lines)]
    parts = [
        f"{found.place.creditor_name}, {found.place.debt_name}"
        + ("" if found.balance is None else f": {money.format(found.balance, currency, locale)}"),
        table(rows, right=(1, 2, 4, 5, 6)),
    ]
    if found.now.weighed is not None and found.now.weighed.never_clears:
        parts.append(f"{name(found.now, found)}:\n  {verdicts.NEVER_ENDS}")
    for each in found.offers:
        if each.weighed is None:
            parts.append(f"{name(each, found)}: {each.why_not}.")
        if each.weighed is not None and each.offer is not None and each.offer.is_open:
            said = verdicts.cautions(each.weighed, currency, locale)
            if said:
                parts.append("\n".join([f"{name(each, found)}:", *(f"  {one}" for one in said)]))
    return "\n\n".join(parts)


def name(each: Compared, found: Comparison) -> str:
    """What a line of the comparison is about."""
    if each.offer is None:
        return f"Now, {found.now_said}"
    whose = "mine" if each.offer.by == "me" else "theirs"
    status = "" if each.offer.is_open else f", {each.offer.status}"
    return f"{dates.short(each.on, found.on)}, {whose}{status}"


def _offer_row(each: Compared, found: Comparison, locale: str) -> tuple[str, ...]:
    def shown(amount: int | None) -> str:
        return "–" if amount is None else money.format(amount, found.place.currency, locale)

    weighed = each.weighed
    if weighed is None:
        return (name(each, found), *(["–"] * 7), "")
    return (
        name(each, found),
        shown(weighed.monthly),
        lasts(weighed),
        "–" if weighed.last_on is None else dates.short(weighed.last_on, found.on),
        shown(weighed.total_paid),
        shown(each.saved),
        "–" if weighed.apr is None else f"{weighed.apr:f} %",
        "" if weighed.is_nothing else {True: "yes", False: "no", None: "?"}[weighed.fits],
        cash_word(weighed, found.on),
    )


def cash_word(weighed: Weighed, today: date) -> str:
    """Whether the cash carries something, in few words; none where nothing is still to be paid."""
    if not weighed.is_ahead:
        return ""
    if not weighed.is_cash_known:
        return "say cash first"
    if weighed.fails_on is not None:
        return f"short {dates.short(weighed.fails_on, today).split(' ', 1)[1]}"
    if weighed.is_short_anyway:
        return "short anyway"
    return "say days first" if weighed.missing else "carries it"


def forecast_json(found: Outlook) -> Plain:
    """The cash ahead, as `forecast --json` has it."""

    def shown(amount: int) -> str:
        return money.to_text(amount, found.currency)

    return {
        "currency": found.currency,
        "start": found.start.isoformat(),
        "opening": None if found.opening is None else shown(found.opening),
        "days": [{"on": day.isoformat(), "balance": shown(each)} for day, each in found.days],
        "shortfall": None
        if found.short_on is None
        else {"on": found.short_on.isoformat(), "amount": shown(found.gap)},
        "at_risk": [
            {
                "debt": each.debt,
                "due_on": each.due_on.isoformat(),
                "amount": shown(each.unpaid),
            }
            for each in found.at_risk
        ],
        "days_to_act": found.days_to_act,
    }


def request(found: Outlook) -> str:
    """What is asked for where the cash is not known."""
    if found.counted_on is None:
        return "What cash there is was never said: `accord cash AMOUNT` says it."
    day = dates.short(found.counted_on, found.start)
    return f"The last cash balance is of {day}: too old to say anything. `accord cash AMOUNT`"


def forecast_text(found: Outlook) -> str:
    """The days on which the balance changes, and what it means."""
    if not found.is_known:
        return request(found)
    locale = people_locale()

    def shown(amount: int) -> str:
        return money.format(amount, found.currency, locale)

    lines, before = [], None
    for day, balance in found.days:
        if balance != before:
            lines.append((dates.short(day, found.start), shown(balance)))
        before = balance
    return "\n\n".join([table(lines, right=(1,)), "\n".join(outlook_lines(found, locale))])


def outlook_lines(found: Outlook, locale: str) -> list[str]:
    """What the cash ahead means, in sentences."""
    said = [verdicts.left_out(found.left_out)] if found.left_out else []
    last = dates.full(found.days[-1][0])
    if found.carries:
        return [*said, f"The cash carries every promise until {last}."]
    if found.short_on is None:
        return [*said, f"No day is short until {last}, but what is left out may change that."]
    day = dates.short(found.short_on, found.start)
    said += [f"Short by {money.format(found.gap, found.currency, locale)} on {day}."]
    for each in found.at_risk:
        amount = money.format(each.unpaid, found.currency, locale)
        due = dates.short(each.due_on, found.start)
        said.append(f"At risk: {each.creditor_name}, {amount} due {due}.")
    if found.days_to_act is not None:
        left = formats.to_act(found.days_to_act)
        before = ": talk to them before it is missed" if found.days_to_act else ""
        said.append(f"{left[0].upper()}{left[1:]}{before}.")
    return said
