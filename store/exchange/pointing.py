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
DOUBT = 0.6
"""The confidence of what a person should look at."""
FORMER = 3.0
"""So much less like is a name of someone who does not hold the debt any more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a debt from a day on (None: from the beginning)."""

    since: date | None
    name: str
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
                self._held[likeness.name_of(holder.name)].append((debt, holder))
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
        key = likeness.payee_key(line.payee, line.memo)
        if key in self.learnt and self.learnt[key] is None:
            return None
        if named := self._referred(line, debts):
            said = f"reference {named[0].reference}"
            return _unless_closed(line, self._among(line, named, 0.99, said))
        learnt = self.debts.get(self.learnt.get(key) or 0)
        if learnt is not None and learnt.currency == line.currency:
            found = Pointed((learnt,), 0.97, "a payee that you named before")
            return _unless_closed(line, found)
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

    def _referred(self, line: StatementLine, debts: Sequence[Owed]) -> list[Owed]:
        """The debts whose reference stands in a line; of one within another the longer."""
        if self._any_pattern is None:
            return []
        said: dict[int, str] = {}
        for text in (line.payee, line.memo):
            if self._any_pattern.search(text):
                for each in debts:
                    pattern = self._patterns.get(each.id)
                    if pattern is not None and pattern.search(text):
                        said[each.id] = likeness.folded(each.reference or "").replace(" ", "")
        return [
            each
            for each in debts
            if each.id in said
            and not any(
                said[each.id] != other and said[each.id] in other for other in said.values()
            )
        ]

    def _named(self, line: StatementLine) -> Pointed:
        """The debts whose holder a line names."""
        # A payee of the bank's own words is nobody: then the rest of the line says who it is.
        is_someone = not all(each in likeness.GENERIC for each in likeness.core(line.payee))
        found = self._held_by(line, line.payee, is_sure=True)
        if not found.debts:
            found = self._held_by(line, line.memo, is_sure=not is_someone)
        if not found.debts or found.confidence < SURE:
            return found
        if likeness.says_cash(f"{line.payee} {line.memo}"):
            return replace(found, confidence=DOUBT, reason=f"{found.reason}, but it may be cash")
        debt = found.debts[0]
        if debt.holder_on(line.booked_on).is_my_bank and debt not in self.due_about(line):
            why = f"{found.reason}, which holds an account of yours too"
            return replace(found, confidence=DOUBT, reason=why)
        return found

    def _held_by(self, line: StatementLine, text: str, *, is_sure: bool) -> Pointed:
        """The debts of whom a text names; not `is_sure`, it is doubtful however like it is."""
        best: dict[int, tuple[float, str, bool]] = {}
        for name, named in self._names.found_in(text).items():
            for debt, holder in self._held[name]:
                if debt.currency != line.currency or not _is_open(debt, holder, line.booked_on):
                    continue
                holds = holder is debt.holder_on(line.booked_on)
                fits = named.like - (0 if holds else FORMER)
                if fits > best.get(debt.id, (0.0, "", False))[0]:
                    # What is said of the debt is no other thing: “Northbank Overdraft”.
                    own = likeness.folded(debt.name).split()
                    is_all = not likeness.unexplained(named.others, own)
                    best[debt.id] = (fits, holder.name, is_all)
        if not best:
            return Pointed((), 0.0, "nobody you owe is named")
        highest = max(like for like, _, _ in best.values())
        likely = [self.debts[key] for key, (like, _, _) in best.items() if like >= highest - 1]
        name, is_all = next((who, alone) for like, who, alone in best.values() if like == highest)
        if not is_sure or not is_all or highest < likeness.SURE - FORMER:
            found = self._among(line, likely, DOUBT, f"the payee may be {name}")
            return replace(found, confidence=min(found.confidence, DOUBT))
        said = f"payee {name}" if highest >= likeness.WHOLE else f"payee is like {name}"
        return self._among(line, likely, min(0.95, highest / 100), said)

    def _among(
        self, line: StatementLine, debts: Sequence[Owed], confidence: float, said: str
    ) -> Pointed:
        """Of several debts the one that alone is logged, is called, or is due; else doubtful."""
        if len(debts) == 1:
            return Pointed(tuple(debts), confidence, said)
        words = likeness.folded(f"{line.payee} {line.memo}").split()
        about = self.due_about(line)
        likeliest: Sequence[Owed] = debts
        ways: tuple[tuple[str, Callable[[Owed], bool]], ...] = (
            ("logged about then", lambda debt: self.is_logged(line, debt)),
            ("the debt's name", lambda debt: _is_called(debt, words)),
            ("amount and day", lambda debt: debt in about),
            ("amount", lambda debt: _lacks(debt, line)),
        )
        for why, fits in ways:
            found = [each for each in debts if fits(each)]
            if len(found) == 1:
                return Pointed((found[0],), max(SURE, confidence * 0.9), f"{said}, {why}")
            if found and likeliest is debts:
                likeliest = [*found, *(each for each in debts if each not in found)]
        near = [each for each in likeliest if each.allotter.near(line.booked_on)]
        likeliest = [*near, *(each for each in likeliest if each not in near)]
        return Pointed(tuple(likeliest), 0.5, f"{said}, who has {len(debts)} of your debts")


def _is_open(debt: Owed, holder: Holder, day: date) -> bool:
    """Whether a payment on a day may be for a debt, and to one who held it by then."""
    is_closed = debt.closed_on is not None and debt.closed_on < day
    return not is_closed and (holder.since is None or holder.since <= day)


def _unless_closed(line: StatementLine, found: Pointed) -> Pointed:
    """Doubtful for a debt that was closed before."""
    closed_on = found.debts[0].closed_on
    if closed_on is None or closed_on >= line.booked_on:
        return found
    why = f"{found.reason}, which is closed"
    return replace(found, confidence=min(found.confidence, DOUBT), reason=why)


def _is_called(debt: Owed, words: Sequence[str]) -> bool:
    return likeness.found_words(likeness.name_of(debt.name), words) >= likeness.SURE


def _lacks(debt: Owed, line: StatementLine) -> bool:
    """Whether an instalment of whatever day lacks just the line's amount."""
    return any(lacking == -line.amount for _, lacking in debt.allotter.candidates(line.booked_on))
