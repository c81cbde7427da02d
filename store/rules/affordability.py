"""What can be promised: the surplus of a budget, its shares by debt, and what has to come first.

Source: DESIGN section 3, "Affordability". Amounts are minor units of one currency; monthly values
are exact fractions until they are rounded to whole units, each step once, so that steps add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from store.rules.money import nearest

LONGEST_PLAN = 60
"""Months that a plan may take before free advice is the better way."""

MOST_MONTHS = 600
"""Months after which a payoff is not followed any further."""


class Kind(StrEnum):
    """What a line of the budget is."""

    INCOME = "income"
    ESSENTIAL = "essential"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class Surplus:
    """A month's money, step by step, in minor units."""

    income: int
    essentials: int
    saving: int
    priority: int

    @property
    def available(self) -> int:
        """Income − essentials − saving."""
        return self.income - self.essentials - self.saving

    @property
    def surplus(self) -> int:
        """What is available less the arrears of priority debts."""
        return self.available - self.priority


def surplus(lines: Iterable[tuple[Kind, Fraction]], priority: Iterable[Fraction] = ()) -> Surplus:
    """The steps from the lines of a budget (kind, monthly value).

    `priority` are the monthly equivalents of agreements on priority debts.
    """
    sums = dict.fromkeys(Kind, Fraction(0))
    for kind, monthly in lines:
        sums[kind] += monthly
    return Surplus(
        nearest(sums[Kind.INCOME]),
        nearest(sums[Kind.ESSENTIAL]),
        nearest(sums[Kind.SAVING]),
        nearest(sum(priority, Fraction(0))),
    )


def month_takes(amounts: Sequence[int], per_month: Fraction) -> int:
    """What the instalments that fall in a month take of it, when so many usually fall in one.

    A fifth week, or what a weekend moved over from the month before, counts as the part of a month
    that it is: what is left of a budget is an average too.
    """
    more = max(Fraction(0), len(amounts) - max(Fraction(1), per_month))
    return sum(amounts) - nearest(more * min(amounts, default=0))


class Strategy(StrEnum):
    """How a surplus is shared out."""

    PRO_RATA = "pro-rata"
    CONTRACTUAL = "contractual"
    AVALANCHE = "avalanche"
    SNOWBALL = "snowball"


@dataclass(frozen=True, slots=True)
class Owing:
    """A debt that wants a share: balance, monthly payment by contract, and yearly rate.

    `apr` is the rate of the month to come, `later` those of the months after it, of which the last
    one holds for good; without any, `apr` does.
    """

    debt_id: int
    balance: int
    contractual: int = 0
    apr: Decimal = Decimal(0)
    later: tuple[Decimal, ...] = ()

    def next_month(self, balance: int) -> Owing:
        """The same debt a month on."""
        apr, later = (self.later[0], self.later[1:]) if self.later else (self.apr, ())
        return replace(self, balance=balance, apr=apr, later=later)


def shares(strategy: Strategy, amount: int, debts: Sequence[Owing]) -> dict[int, int]:
    """The share of each debt; they sum to `amount`, or to what is owed where that is less.

    By contract alone, debts without a contractual payment get nothing.
    """
    if amount <= 0:
        return {each.debt_id: 0 for each in debts}
    if strategy is Strategy.PRO_RATA:
        return _by_weight(amount, debts, lambda each: each.balance)
    if strategy is Strategy.CONTRACTUAL:
        return _by_weight(amount, debts, lambda each: each.contractual)
    due = {each.debt_id: min(each.contractual, each.balance) for each in debts}
    if amount <= sum(due.values()):
        return _by_weight(amount, debts, lambda each: due[each.debt_id])
    left = amount - sum(due.values())
    for each in sorted(debts, key=_orders[strategy]):
        more = min(left, each.balance - due[each.debt_id])
        due[each.debt_id] += more
        left -= more
    return due


_orders: Mapping[Strategy, Callable[[Owing], tuple[Decimal | int, ...]]] = {
    Strategy.AVALANCHE: lambda each: (-each.apr, each.balance, each.debt_id),
    Strategy.SNOWBALL: lambda each: (each.balance, -each.apr, each.debt_id),
}


def _by_weight(
    amount: int, debts: Sequence[Owing], weight: Callable[[Owing], int]
) -> dict[int, int]:
    """Shares by weight, none above its balance; what one cannot take goes to the others."""
    found = {each.debt_id: 0 for each in debts}
    waiting, left = [each for each in debts if weight(each) > 0 and each.balance > 0], amount
    while waiting and left:
        parts = largest_remainder(left, [weight(each) for each in waiting])
        full = [each for each, part in zip(waiting, parts, strict=True) if part >= each.balance]
        if not full:
            found |= {each.debt_id: part for each, part in zip(waiting, parts, strict=True)}
            break
        for each in full:
            found[each.debt_id] = each.balance
            left -= each.balance
        waiting = [each for each in waiting if each not in full]
    return found


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in whole parts by weight that sum to it.

    What rounding down leaves over goes, one each, to the largest remainders; of equal ones to the
    earlier.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in by_remainder[: total - sum(parts)]:
        parts[n] += 1
    return parts


# --- how long it takes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Payoff:
    """One debt under monthly shares: what is owed after each month, from now on.

    `months` is None where it is not cleared within `MOST_MONTHS`.
    """

    debt_id: int
    months: int | None
    interest: int
    total: int
    balances: Sequence[int]


def payoff(strategy: Strategy, amount: int, debts: Sequence[Owing]) -> list[Payoff]:
    """Each debt month by month, when `amount` is shared out anew each month by what is then owed.

    A month's interest is a twelfth of the yearly rate, to the nearest unit, added before payment.
    """
    owed = {each.debt_id: each for each in debts}
    balances = {each.debt_id: [each.balance] for each in debts}
    interest = dict.fromkeys(owed, 0)
    total = dict.fromkeys(owed, 0)
    months: dict[int, int | None] = {
        id_: 0 if each.balance <= 0 else None for id_, each in owed.items()
    }
    for month in range(1, MOST_MONTHS + 1):
        waiting = [each for id_, each in owed.items() if months[id_] is None]
        if not waiting:
            break
        grown = []
        is_lost = True
        for each in waiting:
            cost = nearest(Fraction(each.apr) / 1200 * each.balance)
            interest[each.debt_id] += cost
            grown.append(replace(each, balance=each.balance + cost))
            is_lost = is_lost and not each.later and cost >= amount
        paid = shares(strategy, amount, grown)
        for each in grown:
            left = each.balance - paid[each.debt_id]
            total[each.debt_id] += paid[each.debt_id]
            balances[each.debt_id].append(left)
            owed[each.debt_id] = each.next_month(left)
            months[each.debt_id] = month if left <= 0 else None
        # Where not even all there is would make any of them less, they only grow.
        if is_lost:
            break
    return [Payoff(id_, months[id_], interest[id_], total[id_], balances[id_]) for id_ in owed]


# --- what has to come first -------------------------------------------------------------------


class Concern(StrEnum):
    """What comes before any share: who is owed first, and when a free adviser should look."""

    PRIORITY_UNCOVERED = "priority uncovered"
    COURT = "court"
    NOTHING_LEFT = "nothing left"
    NO_CONTRACT = "no contract"
    TOO_LONG = "too long"
    IN_ARREARS = "in arrears"


@dataclass(frozen=True, slots=True)
class Covered:
    """A debt as the verdict sees it; `is_covered` is by an agreement in force or by a reserve.

    `lacks_contract`: it wants a share, and no payment by contract is known of it.
    """

    name: str
    priority: bool
    is_covered: bool
    in_court: bool
    in_arrears: bool = False
    lacks_contract: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes before the shares, the most pressing first, with the debts that it is about."""

    concerns: Mapping[Concern, tuple[str, ...]]

    @property
    def shows_shares(self) -> bool:
        """No share is shown while a priority debt is uncovered or nothing is left to share."""
        return not {Concern.PRIORITY_UNCOVERED, Concern.NOTHING_LEFT} & set(self.concerns)

    @property
    def first(self) -> Concern | None:
        """The most pressing; what one strategy alone lacks comes after all else."""
        return min(self.concerns, key=lambda each: each in _OF_A_STRATEGY, default=None)

    @property
    def wants_advice(self) -> bool:
        """Whether free advice should come before any offer."""
        return bool({Concern.COURT, Concern.NOTHING_LEFT, Concern.TOO_LONG} & set(self.concerns))


_OF_A_STRATEGY = frozenset({Concern.NO_CONTRACT, Concern.IN_ARREARS})


def verdict(
    debts: Iterable[Covered], amount: int | None, months: int | None, strategy: Strategy
) -> Verdict:
    """The verdict on sharing a surplus; `months` is how long the plan takes, None for ever.

    Of an `amount` that nobody knows (None) it says nothing.
    """
    given = list(debts)
    found: dict[Concern, tuple[str, ...]] = {}
    uncovered = tuple(each.name for each in given if each.priority and not each.is_covered)
    if uncovered:
        found[Concern.PRIORITY_UNCOVERED] = uncovered
    court = tuple(each.name for each in given if each.in_court)
    if court:
        found[Concern.COURT] = court
    left_out = tuple(each.name for each in given if each.lacks_contract)
    if amount is not None and amount <= 0:
        found[Concern.NOTHING_LEFT] = ()
    elif amount is not None:
        if left_out and strategy is Strategy.CONTRACTUAL:
            found[Concern.NO_CONTRACT] = left_out
        if months is None or months > LONGEST_PLAN:
            found[Concern.TOO_LONG] = ()
    behind = tuple(each.name for each in given if each.in_arrears)
    if behind and strategy in (Strategy.AVALANCHE, Strategy.SNOWBALL):
        found[Concern.IN_ARREARS] = behind
    return Verdict(found)
