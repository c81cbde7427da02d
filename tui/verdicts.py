"""What comes before a plan or a promise, in words: verdicts, warnings and where free advice is."""

from collections.abc import Sequence

from store.ledger.offer_views import Weighed
from store.ledger.plan_views import Plan
from store.rules import dates, money
from store.rules import relief as relief_rules
from store.rules.affordability import LONGEST_PLAN, Concern, Strategy
from store.rules.clocks import REVIEW
from store.rules.countries import Country
from store.rules.relief import PAUSE

CONTRACTS_TAKE_ALL = (
    "What is to be paid by contract takes all there is, so that avalanche and snowball share alike."
)
"""What is said of these two where nothing is left for them to decide."""

NEVER_ENDS = "Going on like this never clears the debt."
"""What is said of what goes on now where that is so."""


def concern(found: Concern, debts: Sequence[str]) -> str:
    """One concern in a sentence."""
    named, are = _and(debts), "is" if len(debts) == 1 else "are"
    match found:
        case Concern.PRIORITY_UNCOVERED:
            return (
                f"First {named}: {_priority(debts)} with no agreement and nothing put by. No share "
                f"is shown until {'it is' if len(debts) == 1 else 'they are'} covered."
            )
        case Concern.COURT:
            return f"{named} {are} in court: get free advice before you offer."
        case Concern.NOTHING_LEFT:
            return (
                "Nothing is left over: get free advice before you offer. What can be asked for now "
                "is a deferral, a freeze, or a token payment."
            )
        case Concern.NO_CONTRACT:
            return f"No contractual payment is known of {named}: the contractual way leaves it out."
        case Concern.TOO_LONG:
            return (
                f"This plan takes more than {LONGEST_PLAN} months: get free advice before you "
                "offer; there may be a shorter way."
            )
        case Concern.IN_ARREARS:
            return f"This way of sharing is for when nothing is in arrears; {named} {are} behind."


def verdict(plan: Plan, strategy: Strategy) -> list[str]:
    """What comes before the shares of a strategy, a sentence each; empty where nothing does."""
    return [concern(each, debts) for each, debts in plan.verdicts[strategy].concerns.items()]


def first(plan: Plan, strategy: Strategy) -> str:
    """The most pressing of it, in few words; empty where nothing comes first."""
    found = plan.verdicts[strategy]
    if found.first is None:
        return ""
    debts = found.concerns[found.first]
    if found.first is Concern.PRIORITY_UNCOVERED:
        return cover_first(debts)
    if found.first is Concern.NOTHING_LEFT:
        return "Get free advice before you offer."
    return concern(found.first, debts)


def relief(plan: Plan, locale: str) -> str:
    """What can be asked for while nothing is left, to stand after "ask for"."""
    amount = money.format(relief_rules.token(plan.currency).amount or 0, plan.currency, locale)
    return (
        f"a token payment, such as {amount} a month looked at again in {REVIEW} months, or for a "
        f"deferral of {PAUSE} months"
    )


def advisers(country: Country | None) -> list[str]:
    """Where free advice is found, a line each."""
    if country is None:
        return ["Choose your country in the settings (f9) to see who advises for free."]
    return [
        " · ".join(part for part in (each.name, each.phone, each.website) if part)
        for each in country.advisers
    ]


def before_promising(weighed: Weighed, currency: str, locale: str) -> list[str]:
    """What to know before promising this, a line each: what is well, then what is not."""
    said = []
    tightest = weighed.tightest
    if weighed.fits and tightest is not None:
        stays = money.format(tightest.stays, currency, locale)
        when = "a month stays while it is paid"
        if tightest.months == 1:
            when = f"stays in {tightest.on:%B %Y}"
        said.append(f"✓ It fits: {stays} {when}, after all promises.")
    if tightest is None:
        said.append("! There is no budget yet: whether it fits, Plan (6) says once there is one.")
    if not weighed.is_cash_known:
        said.append("! Say what cash there is ($ on Today) to see whether it carries this.")
    elif weighed.fails_on is None and weighed.is_short_anyway:
        said.append("! It makes no day of the cash short, but some are short without it too.")
    elif weighed.fails_on is None and weighed.missing:
        said.append(f"! Whether the cash carries it is not known. {left_out(weighed.missing)}")
    elif weighed.fails_on is None:
        said.append("✓ The cash ahead carries it, as far as it can be seen.")
    return [*said, *(f"! {each}" for each in cautions(weighed, currency, locale))]


def cover_first(debts: Sequence[str]) -> str:
    """What is said in place of a figure while priority debts are uncovered."""
    return f"First cover {_and(debts)}: {_priority(debts)} that nothing covers."


def left_out(lines: Sequence[str]) -> str:
    """What the cash ahead goes without."""
    return f"Left out of the cash ahead, since Plan (6) says no day of it: {_and(lines)}."


def cautions(weighed: Weighed, currency: str, locale: str) -> list[str]:
    """What to know before promising this, the most pressing first; a sentence each."""

    def shown(amount: int) -> str:
        return money.format(amount, currency, locale)

    said = []
    if weighed.uncovered:
        said.append(cover_first(weighed.uncovered))
    if weighed.never_clears:
        said.append("It never clears the debt: the interest is as much as the instalment, or more.")
    if weighed.fits is False and weighed.tightest is not None:
        takes, left = shown(weighed.tightest.takes), shown(max(0, weighed.tightest.left))
        said.append(
            f"It does not fit: {takes} in {weighed.tightest.on:%B %Y}, and {left} a month is left "
            "then after your other promises."
        )
    if weighed.fails_on is not None:
        anyway = ": it is short then without it too" if weighed.is_short_anyway else ""
        said.append(f"The cash does not carry it on {dates.full(weighed.fails_on)}{anyway}.")
    if weighed.left_over and not weighed.never_clears:
        said.append(f"It ends {shown(weighed.left_over)} short: that is still owed then.")
    if weighed.is_token and not weighed.never_clears:
        said.append("It is a token payment: say so, and agree when it will be looked at again.")
    if weighed.above_balance:
        said.append(
            f"It comes to {shown(weighed.above_balance)} more than is owed: is that agreed?"
        )
    if weighed.ends_higher:
        last = shown(weighed.promised[-1].amount)
        said.append(f"The last instalment, {last}, is larger than the others.")
    if weighed.others_liable:
        said.append(
            f"Others are liable too: {weighed.others_liable}. What you agree may bind them."
        )
    return said


def _priority(debts: Sequence[str]) -> str:
    return "a priority debt" if len(debts) == 1 else "priority debts"


def _and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
