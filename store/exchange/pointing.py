"""What the words of a bank's line point to: a reference, a payee that was learnt, a name.

Pure. Amount and date never make that unsure; where the words fit several debts, they choose.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from store.exchange import likeness
from store.exchange.statements.line import StatementLine
from store.rules.allotment import Allotter

SURE = 0.8
"""From this confidence on a proposal is sure."""
FORMER = 3.0
"""So much less like is a name of someone who does not hold the debt any more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a debt from a day on (None: from the beginning), by every name known."""

    since: date | None
    names: tuple[str, ...]
    is_my_bank: bool = False
    """Whether it holds an account of mine, so that its name stands in lines about other things."""


@dataclass(frozen=True, eq=False)
class Owed:
    """A debt as matching sees it; `allotter` knows what its payments were for."""

    id: int
    name: str
    reference: str | None
    currency: str
    holders: tuple[Holder, ...]
    allotter: Allotter
    closed_on: date | None = None

    def holder_on(self, day: date) -> Holder:
        """Who holds it on a day."""
        return [each for each in self.holders if each.since is None or each.since <= day][-1]


@dataclass(frozen=True, slots=True)
class Pointed:
    """The debts that a line's words point to, the likeliest first; how surely, and why."""

    debts: tuple[Owed, ...]
    confidence: float
    reason: str


class Pointer:
    """Finds the debts that lines speak of.

    `learnt` has the debt of a payee's key, None for nobody I owe. `is_logged` says whether a
    payment that a line may be is recorded on a debt already: what is allotted is no longer due.
    """

    def __init__(
        self,
        debts: Sequence[Owed],
        learnt: Mapping[str, int | None],
        is_logged: Callable[[StatementLine, Owed], bool],
    ) -> None:
        self.debts = {each.id: each for each in debts}
        self.learnt = learnt
        self.is_logged = is_logged
        self.by_currency: dict[str, list[Owed]] = defaultdict(list)
        for debt in debts:
            self.by_currency[debt.currency].append(debt)
        self._patterns = {
            each.id: pattern
            for each in debts
            if (pattern := likeness.reference_pattern(each.reference or "")) is not None
        }
        every = "|".join(f"(?:{each.pattern})" for each in self._patterns.values())
        self._any_pattern = re.compile(every, re.IGNORECASE) if every else None
        self._held: dict[str, list[tuple[Owed, Holder]]] = defaultdict(list)
        """Who is called by a name, and of which debt."""
        for debt in debts:
            for holder in debt.holders:
                for name in dict.fromkeys(map(likeness.name_of, holder.names)):
                    self._held[name].append((debt, holder))
        self._names = likeness.Names(self._held)
        self._lacking = {
            (each.currency, amount) for each in debts for amount in each.allotter.ever_lacking()
        }
        self._due: dict[date, dict[tuple[str, int], list[Owed]]] = {}

    def pointed(self, line: StatementLine) -> Pointed | None:
        """What the words of a line point to; None for a payee that is to be ignored."""
        debts = self.by_currency.get(line.currency, [])
        if not debts:
            return Pointed((), 0.0, f"no debt is in {line.currency}")
        text = f"{line.payee} {line.memo}"
        if self._any_pattern is not None and self._any_pattern.search(text):
            named = [
                each
                for each in debts
                if each.id in self._patterns and self._patterns[each.id].search(text)
            ]
            if named:
                return self._among(line, named, 0.99, f"reference {named[0].reference}")
        key = likeness.payee_key(line.payee, line.memo)
        if key in self.learnt:
            debt_id = self.learnt[key]
            if debt_id is None:
                return None
            debt = self.debts.get(debt_id)
            if debt is not None and debt.currency == line.currency:
                return Pointed((debt,), 0.97, "a payee that you named before")
        return self._named(line)

    def due_about(self, line: StatementLine) -> list[Owed]:
        """The debts with an instalment about that day that lacks just the line's amount."""
        day = line.booked_on
        if (line.currency, abs(line.amount)) not in self._lacking:
            return []
        if day not in self._due:
            there: dict[tuple[str, int], list[Owed]] = defaultdict(list)
            for debt in self.debts.values():
                for amount in {lacking for _, lacking in debt.allotter.near(day)}:
                    there[debt.currency, amount].append(debt)
            self._due[day] = there
        return self._due[day].get((line.currency, abs(line.amount)), [])

    def _named(self, line: StatementLine) -> Pointed:
        """The debts whose holder a line names."""
        likes = self._likes_of(line.payee, line.memo)
        best: dict[int, tuple[float, str]] = {}
        for name, like in likes.items():
            for debt, holder in self._held[name]:
                if debt.currency != line.currency or not _is_open(debt, holder, line.booked_on):
                    continue
                fits = like - (0 if holder is debt.holder_on(line.booked_on) else FORMER)
                if fits > best.get(debt.id, (0.0, ""))[0]:
                    best[debt.id] = (fits, name)
        if not best:
            return Pointed((), 0.0, "nobody you owe is named")
        highest = max(like for like, _ in best.values())
        likely = [self.debts[key] for key, (like, _) in best.items() if like >= highest - 1]
        name = next(name for like, name in best.values() if like == highest).title()
        if highest < likeness.LIKE - FORMER:
            found = self._among(line, likely, 0.6, f"the payee may be {name}")
            return replace(found, confidence=min(found.confidence, 0.6))
        said = f"payee {name}" if highest >= likeness.WHOLE else f"payee is like {name}"
        found = self._among(line, likely, min(0.95, highest / 100), said)
        holder = found.debts[0].holder_on(line.booked_on)
        if holder.is_my_bank and found.debts[0] not in self.due_about(line):
            why = f"{said}, which holds an account of yours too"
            return replace(found, confidence=min(found.confidence, 0.6), reason=why)
        return found

    def _likes_of(self, payee: str, memo: str) -> dict[str, float]:
        """Of each name that a line may mean, how surely."""
        found = dict(self._names.found_in(payee))
        for name, like in self._names.found_in(memo).items():
            found[name] = max(like, found.get(name, 0.0))
        return found

    def _among(
        self, line: StatementLine, debts: Sequence[Owed], confidence: float, said: str
    ) -> Pointed:
        """Of several debts the one that alone is logged, is called, or is due; else doubtful."""
        if len(debts) == 1:
            return Pointed(tuple(debts), confidence, said)
        text = likeness.folded(f"{line.payee} {line.memo}")
        about = self.due_about(line)
        likeliest: Sequence[Owed] = debts
        ways: tuple[tuple[str, Callable[[Owed], bool]], ...] = (
            ("logged about then", lambda debt: self.is_logged(line, debt)),
            ("the debt's name", lambda debt: _is_called(debt, text)),
            ("amount and day", lambda debt: debt in about),
            ("amount", lambda debt: _lacks(debt, line)),
            ("day", lambda debt: bool(debt.allotter.near(line.booked_on))),
        )
        for why, fits in ways:
            found = [each for each in debts if fits(each)]
            if len(found) == 1:
                return Pointed((found[0],), max(SURE, confidence * 0.9), f"{said}, {why}")
            if found and likeliest is debts:
                likeliest = [*found, *(each for each in debts if each not in found)]
        return Pointed(tuple(likeliest), 0.5, f"{said}, who has {len(debts)} of your debts")


def _is_open(debt: Owed, holder: Holder, day: date) -> bool:
    """Whether a payment on a day may be for a debt, and to one who held it by then."""
    is_closed = debt.closed_on is not None and debt.closed_on < day
    return not is_closed and (holder.since is None or holder.since <= day)


def _is_called(debt: Owed, text: str) -> bool:
    return likeness.found_words(likeness.name_of(debt.name), text) >= likeness.LIKE


def _lacks(debt: Owed, line: StatementLine) -> bool:
    """Whether an instalment of whatever day lacks just the line's amount."""
    return any(lacking == -line.amount for _, lacking in debt.allotter.candidates(line.booked_on))
