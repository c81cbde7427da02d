"""Bank lines against debts: which payment a line is, how surely, and why.

Pure: it takes what the ledger holds as frozen facts and proposes; nothing is recorded here. Words
point to debts (`pointing`). Amounts are minor units, below zero out.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from store.exchange import likeness
from store.exchange.pointing import SURE, Owed, Pointed, Pointer
from store.exchange.statements.line import StatementLine
from store.rules import dates
from store.rules.outcome import Payment

EARLY, LATE = timedelta(days=3), timedelta(days=4)
"""A line booked from `EARLY` before to `LATE` after a payment that was logged by hand may be it."""
COMES_BACK = timedelta(days=60)
"""Within this, money that came in may be a payment that came back."""
SOON = timedelta(days=14)
"""Within this, the same amount from whom it was paid to is that payment, without a word of it."""
EVERY = 500
"""So many lines are matched between two reports of progress."""

AT_ONCE = timedelta(0)


class Status(StrEnum):
    """What a line is to the ledger."""

    SURE = "sure"
    DOUBTFUL = "doubtful"
    UNMATCHED = "unmatched"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    INCOMING = "incoming"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that is recorded."""

    id: int
    debt_id: int
    paid_on: date
    amount: int
    returned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A line that was found in a statement before, and the payment that it is."""

    line: StatementLine
    payment_id: int


@dataclass(frozen=True, slots=True)
class Facts:
    """All that matching looks at. `learnt` has the debt of a payee's key; None: nobody I owe."""

    debts: Sequence[Owed] = ()
    payments: Sequence[Paid] = ()
    found: Sequence[Found] = ()
    learnt: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person says of one line: the debt that it is about, or (None) leave it out.

    `is_new` says that it is none of the payments that are logged already; `parts`, instalments
    and the amount for each, replaces the rule for what it is for.
    """

    debt_id: int | None
    is_new: bool = False
    parts: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What is proposed for a line.

    `payment_id` is a recorded payment that it is (a duplicate) or that came back (returned);
    `of_line` is the line of the same file that came back. `is_known` says that the ledger has the
    line already, so that nothing is to do. `parts` are instalments and the amount for each, and
    `rivals` the other debts that it could be for.
    """

    line: StatementLine
    status: Status
    confidence: float
    reason: str
    debt_id: int | None = None
    parts: tuple[tuple[int, int], ...] = ()
    payment_id: int | None = None
    of_line: int | None = None
    is_known: bool = False
    rivals: tuple[int, ...] = ()

    @property
    def does_something(self) -> bool:
        """Whether recording it changes the ledger."""
        is_something = self.debt_id is not None and self.status is not Status.IGNORED
        return is_something and not self.is_known

    @property
    def is_sure(self) -> bool:
        """Whether it is recorded when all that is sure is accepted."""
        return self.does_something and self.confidence >= SURE


def match(
    lines: Sequence[StatementLine],
    facts: Facts,
    today: date,
    chosen: Mapping[int, Choice] | None = None,
    progress: Callable[[float], None] | None = None,
) -> list[Match]:
    """A proposal for each line, in their order.

    `chosen` is what the person says, by the number of a line (from 0). `progress` is told
    from time to time how much is done, 0 to 1; what it raises ends the work. The allotters of
    `facts` remember what is proposed: they are used up.
    """
    return _Matcher(lines, facts, today, chosen or {}, progress).run()


class _Matcher:
    """Goes through the lines by day, so that each finds the instalments as they stand then."""

    def __init__(
        self,
        lines: Sequence[StatementLine],
        facts: Facts,
        today: date,
        chosen: Mapping[int, Choice],
        progress: Callable[[float], None] | None,
    ) -> None:
        self.lines, self.today, self.chosen = lines, today, chosen
        self.progress = progress or (lambda _: None)
        self.debts = {each.id: each for each in facts.debts}
        self.pointer = Pointer(
            facts.debts, facts.learnt, lambda line, debt: self._logged(line, debt) is not None
        )
        self.payments = {each.id: each for each in facts.payments}
        self.by_amount: dict[tuple[int, int], list[Paid]] = defaultdict(list)
        self.logged_on: dict[tuple[date, int], list[Paid]] = defaultdict(list)
        for paid in sorted(facts.payments, key=lambda each: each.paid_on):
            self.by_amount[paid.debt_id, paid.amount].append(paid)
            self.logged_on[paid.paid_on, paid.amount].append(paid)
        self.by_id: dict[tuple[str, str, int], list[Found]] = defaultdict(list)
        self.by_content: dict[tuple[object, ...], list[Found]] = defaultdict(list)
        self.accounts: dict[int, set[str]] = defaultdict(set)
        """Of each payment, the accounts in whose statements it was found."""
        for each in facts.found:
            if each.line.id:
                self.by_id[_id(each.line)].append(each)
            self.by_content[_content(each.line)].append(each)
            if each.line.amount < 0:
                self.accounts[each.payment_id].add(each.line.account)
        self.ids = Counter(_id(each) for each in lines if each.id)
        self.taken: set[int] = set()
        """Payments that a line of this file is, so that no other is."""
        self.matches: dict[int, Match] = {}
        self.new: dict[tuple[int, int], list[int]] = defaultdict(list)
        """Lines that are new payments, by debt and amount."""
        self.back: set[int] = set()
        """Recorded payments that a line of this file says came back."""
        self.back_lines: dict[int, date] = {}
        """Lines of this file that came back, and when."""

    def run(self) -> list[Match]:
        order = sorted(range(len(self.lines)), key=lambda n: (self.lines[n].booked_on, n))
        for done, number in enumerate(order):
            self._tell(done / len(order) / 2, done)
            self.matches[number] = self._meant(number)
        for number in order:
            if self.matches[number].status is Status.INCOMING:
                self.matches[number] = self._came_back(number)
        for done, number in enumerate(order):
            self._tell(0.5 + done / len(order) / 2, done)
            self.matches[number] = self._allotted(number)
        return [self.matches[number] for number in range(len(self.lines))]

    def _tell(self, share: float, done: int) -> None:
        if done % EVERY == 0:
            self.progress(share)

    # What a line is.

    def _meant(self, number: int) -> Match:
        line = self.lines[number]
        if (before := self._known(line)) is not None:
            paid = self.payments[before.payment_id]
            reason = "in the ledger already, from a statement"
            return Match(
                line,
                Status.DUPLICATE,
                1.0,
                reason,
                paid.debt_id,
                payment_id=paid.id,
                is_known=True,
            )
        if line.booked_on > self.today:
            return Match(line, Status.UNMATCHED, 0.0, "its day is still to come")
        if line.amount > 0:
            return Match(line, Status.INCOMING, 0.0, "money that came in")
        if line.amount == 0:
            return Match(line, Status.UNMATCHED, 0.0, "no money moved")
        pointed = self._said(number) or self.pointer.pointed(line)
        if pointed is None:
            return Match(line, Status.IGNORED, 1.0, "a payee that is to be ignored")
        if not pointed.debts and number not in self.chosen:
            pointed = self._by_amount(line, pointed.reason)
        if not pointed.debts:
            return Match(line, Status.UNMATCHED, 0.0, pointed.reason)
        return self._paid_to(number, pointed)

    def _said(self, number: int) -> Pointed | None:
        """What the person says of a line."""
        choice = self.chosen.get(number)
        if choice is None:
            return None
        if choice.debt_id is None:
            return Pointed((), 1.0, "left out")
        return Pointed((self.debts[choice.debt_id],), 1.0, "as you said")

    def _known(self, line: StatementLine) -> Found | None:
        """The same line in the ledger: by the bank's id, else by all it says; each counts once."""
        candidates: list[Found] = []
        # An id that one file has twice is none.
        if line.id and self.ids[_id(line)] == 1:
            candidates += self.by_id.get(_id(line), ())
        candidates += self.by_content.get(_content(line), ())
        for each in candidates:
            if not (line.id and each.line.id and line.id != each.line.id):
                self.by_content[_content(each.line)].remove(each)
                if each.line.id:
                    self.by_id[_id(each.line)].remove(each)
                self.taken.add(each.payment_id)
                return each
        return None

    def _by_amount(self, line: StatementLine, unnamed: str) -> Pointed:
        """The debts of a line that names nobody: one that is just what is due, or was logged."""
        near = (
            paid
            for days in range(-EARLY.days, LATE.days + 1)
            for paid in self.logged_on.get((line.booked_on - timedelta(days), -line.amount), ())
        )
        logged = [
            debt
            for debt in dict.fromkeys(self.debts[each.debt_id] for each in near)
            if debt.currency == line.currency and self._logged(line, debt) is not None
        ]
        for found, why in ((logged, "logged"), (self.pointer.due_about(line), "due")):
            if found:
                said = f"{unnamed}; the amount is one that was {why} about then"
                return Pointed(tuple(found), 0.4 if len(found) == 1 else 0.3, said)
        return Pointed((), 0.0, unnamed)

    def _paid_to(self, number: int, pointed: Pointed) -> Match:
        """A line that pays a debt: a payment that is there already, or a new one."""
        line, debt = self.lines[number], pointed.debts[0]
        is_sure = pointed.confidence >= SURE
        found = Match(
            line,
            Status.SURE if is_sure else Status.DOUBTFUL,
            pointed.confidence,
            pointed.reason,
            debt.id,
            rivals=tuple(each.id for each in pointed.debts[1:]),
        )
        choice = self.chosen.get(number)
        logged = None if choice and choice.is_new else self._logged(line, debt)
        if logged is None:
            if is_sure:
                self.new[debt.id, -line.amount].append(number)
            return found
        self.taken.add(logged.id)
        day = dates.short(logged.paid_on, self.today)
        return replace(
            found,
            status=Status.DUPLICATE if is_sure else Status.DOUBTFUL,
            reason=f"{pointed.reason}; logged already, on {day}",
            payment_id=logged.id,
        )

    def _logged(self, line: StatementLine, debt: Owed) -> Paid | None:
        """The payment on a debt that a line is, if it was logged by hand or from elsewhere."""
        possible = [
            each
            for each in self.by_amount.get((debt.id, -line.amount), ())
            if each.id not in self.taken
            and -EARLY <= line.booked_on - each.paid_on <= LATE
            # A line of this account would have been known by what it says.
            and line.account not in self.accounts.get(each.id, ())
            and (each.id not in self.accounts or each.paid_on == line.booked_on)
        ]
        return min(possible, key=lambda each: abs(line.booked_on - each.paid_on), default=None)

    # Money that comes back.

    def _came_back(self, number: int) -> Match:
        """Whether money that came in is a payment that came back."""
        line, came_in = self.lines[number], self.matches[number]
        said = self._said(number)
        if said is not None and not said.debts:
            return replace(came_in, reason=said.reason)
        says_so = likeness.says_return(f"{line.payee} {line.memo}")
        pointed = said or self.pointer.pointed(line) or Pointed((), 0.0, "")
        debts = pointed.debts if pointed.confidence >= 0.5 else ()
        is_named = bool(debts)
        if says_so and not debts:
            debts = tuple(self.pointer.by_currency.get(line.currency, ()))
        earlier = [
            each
            for each in self._earlier(line, debts)
            if says_so or said or line.booked_on - each[0] <= SOON
        ]
        if not earlier:
            return came_in
        day, debt, paid, of_line = max(earlier, key=lambda each: each[0])
        called = f"the payment of {dates.short(day, self.today)}"
        confidence = 1.0 if said else (0.95 if says_so else 0.85) if is_named else 0.5
        found = Match(
            line,
            Status.RETURNED,
            confidence,
            f"{called} came back" if says_so else f"{pointed.reason}; the amount of {called}",
            debt.id,
            payment_id=None if paid is None else paid.id,
            of_line=of_line,
        )
        if of_line is not None and found.is_sure:
            self.back_lines[of_line] = line.booked_on
        if paid is not None:
            self.back.add(paid.id)
            if paid.returned_on is not None:
                why = f"{called} is marked as returned already"
                return replace(found, status=Status.DUPLICATE, reason=why)
        return found

    def _earlier(
        self, line: StatementLine, debts: Iterable[Owed]
    ) -> Iterable[tuple[date, Owed, Paid | None, int | None]]:
        """Payments of the same amount, recorded or in this file, that may have come back so."""
        for debt in debts:
            for paid in self.by_amount.get((debt.id, line.amount), ()):
                is_free = paid.id not in self.back
                if paid.returned_on is not None:
                    is_free &= abs(paid.returned_on - line.booked_on) <= LATE
                if is_free and AT_ONCE <= line.booked_on - paid.paid_on <= COMES_BACK:
                    yield paid.paid_on, debt, paid, None
            for number in self.new.get((debt.id, line.amount), ()):
                day = self.lines[number].booked_on
                is_free = number not in self.back_lines
                if is_free and AT_ONCE <= line.booked_on - day <= COMES_BACK:
                    yield day, debt, None, number

    # What it is for.

    def _allotted(self, number: int) -> Match:
        """With the instalments that a new payment is for, as DESIGN's rule says."""
        found = self.matches[number]
        is_new = found.status in (Status.SURE, Status.DOUBTFUL) and found.payment_id is None
        if not is_new or found.debt_id is None:
            return found
        line, allotter = found.line, self.debts[found.debt_id].allotter
        payment = Payment(0, line.booked_on, -line.amount, self.back_lines.get(number))
        choice = self.chosen.get(number)
        if found.status is Status.SURE:
            decided = allotter.allot(payment, fixed=choice.parts if choice else None)
        else:
            decided = allotter.propose(payment)
        return replace(found, parts=tuple((each.instalment_id, each.amount) for each in decided))


def _id(line: StatementLine) -> tuple[str, str, int]:
    """By what a bank's id is compared: with another amount it is another line."""
    return line.account, line.id, line.amount


def _content(line: StatementLine) -> tuple[object, ...]:
    return line.account, line.booked_on, line.amount, line.currency, line.payee, line.memo
