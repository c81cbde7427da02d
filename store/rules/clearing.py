"""How instalments without a number of their own clear a debt to the last unit.

Amounts are minor units. A sum up front comes on its own day; before it, only what it does not
cover is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from store.rules.accrual import Running
from store.rules.cadence import LONGEST_YEARS
from store.rules.errors import BadInput

if TYPE_CHECKING:
    from store.rules.terms import Promised


@dataclass(frozen=True, slots=True)
class Slot:
    """A day on which an instalment can fall due, and that day before any weekend rule."""

    due_on: date
    nominal: date


def until_cleared(
    running: Running, amount: int, slots: Iterable[Slot], upfront: Promised | None
) -> list[tuple[Slot, int]]:
    """Instalments of `amount` until nothing is owed, the last one what is left.

    Raises BadInput where that never happens, or takes longer than the `slots`.
    """
    found: list[tuple[Slot, int]] = []
    to_come, is_covered = upfront, False
    for slot in slots:
        if to_come is not None and to_come.due_on <= slot.nominal:
            running.pay(to_come.due_on, to_come.amount)
            to_come, is_covered = None, False
        if is_covered:
            continue
        # Interest is rounded where something is paid, and nowhere else.
        there = replace(running)
        cost = there.reach(slot.nominal)
        rest = there.owed - (to_come.amount if to_come else 0)
        if rest > 0:
            is_settled = running.day >= running.accrues.settled_on and to_come is None
            if found and is_settled and cost >= amount:
                raise BadInput(
                    f"This would never end: interest at {running.accrues.last:f} % is at least as "
                    "much as the instalment; offer more, or ask for a lower rate",
                    field="amount",
                )
            found.append((slot, min(amount, rest)))
            there.pay(slot.nominal, min(amount, rest))
            running = there
        is_covered = rest <= amount
        if is_covered and to_come is None:
            return found
    raise BadInput(f"This would take more than {LONGEST_YEARS} years; offer more", field="amount")


def with_the_rest_last(
    running: Running, instalments: Sequence[tuple[Slot, int]], upfront: Promised | None
) -> list[tuple[Slot, int]]:
    """The same instalments, but that the last one takes all that is left."""
    *before, (last, _) = instalments
    events = [(slot.nominal, amount) for slot, amount in before]
    if upfront is not None:
        events.append((upfront.due_on, upfront.amount))
    later = 0
    for day, amount in sorted(events):
        if day <= last.nominal:
            running.pay(day, amount)
        else:
            later += amount
    running.reach(last.nominal)
    return [*before, (last, running.owed - later)]


def raised(
    running: Running, slots: Sequence[Slot], upfront: Promised | None
) -> list[tuple[Slot, int]]:
    """Equal instalments on these days that clear the debt, the last one with the remainder."""

    def level(amount: int) -> list[tuple[Slot, int]]:
        each = [(slot, amount) for slot in slots]
        return with_the_rest_last(replace(running), each, upfront)

    # The largest amount of which the last one is no less.
    low, high = 1, level(0)[-1][1]
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if level(middle)[-1][1] >= middle else (low, middle - 1)
    return level(low)
