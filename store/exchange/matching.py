"""Bank lines against debts: which payment a line is, how surely, and why.

Pure: it takes what the ledger holds as frozen facts and proposes; nothing is recorded here. Words
point to debts (`pointing`). Amounts are minor units, below zero out.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from store.exchange import likeness
from store.exchange.pointing import DOUBT, SURE, Owed, Pointed, Pointer
from store.exchange.recognising import EARLY, LATE, Found, Logged, Paid, Seen
from store.exchange.statements.line import StatementLine
from store.rules import dates
from store.rules.errors import BadInput
from store.rules.outcome import Payment

COMES_BACK = timedelta(days=60)
"""Within this, money that came in may be a payment that came back."""
SOON = timedelta(days=14)
"""Within this, the same amount from whom it was paid to may be that payment, without a word."""
EVERY = 500
"""So many lines are matched between two reports of progress."""


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
        self.seen = Seen(facts.found, lines)
        self.logged = Logged(facts.payments, facts.found)
        self.pointer = Pointer(
            facts.debts,
            facts.learnt,
            lambda line, debt: self.logged.near(line, debt.id) is not None,
        )
        self.payments = {each.id: each for each in facts.payments}
        self.of_amount: dict[tuple[int, int], list[Paid]] = defaultdict(list)
        for paid in sorted(facts.payments, key=lambda each: each.paid_on):
            self.of_amount[paid.debt_id, paid.amount].append(paid)
        self.order = sorted(range(len(lines)), key=lambda n: (lines[n].booked_on, n))
        self.matches: dict[int, Match] = {}
        self.new: dict[tuple[int, int], list[int]] = defaultdict(list)
        """Lines that are new payments, by debt and amount, in order of day."""
        self.back: set[int] = {
            each.payment_id
            for each in self.seen.known.values()
            if each.line.amount > 0 and each.payment_id is not None
        }
        """Recorded payments of which a line of this file says that they came back."""
        self.back_lines: dict[int, date] = {}
        """Lines of this file that came back, and when."""

    def run(self) -> list[Match]:
        pointed: dict[int, Pointed] = {}
        for done, number in enumerate(self.order):
            self._tell(done / len(self.order) / 2, done)
            found = self._plain(number)
            if isinstance(found, Match):
                self.matches[number] = found
            else:
                pointed[number] = found
        # What is sure finds its payment before what is not.
        for is_sure in (True, False):
            for number, each in pointed.items():
                if (each.confidence >= SURE) is is_sure:
                    self.matches[number] = self._paid_to(number, each)
        for number in self.order:
            if self.matches[number].status is Status.INCOMING:
                self.matches[number] = self._came_back(number)
        self._give_back()
        # What a person split comes first: the rule finds what is left.
        order = sorted(self.order, key=lambda number: not self._is_split(number))
        for done, number in enumerate(order):
            self._tell(0.5 + done / len(order) / 2, done)
            self.matches[number] = self._allotted(number)
        return [self.matches[number] for number in range(len(self.lines))]

    def _tell(self, share: float, done: int) -> None:
        if done % EVERY == 0:
            self.progress(share)

    # What a line is.

    def _plain(self, number: int) -> Match | Pointed:
        """What a line is, or to which debts it points."""
        line = self.lines[number]
        before = self.seen.known.get(number)
        if before is not None and before.payment_id is None and number not in self.chosen:
            return Match(line, Status.IGNORED, 1.0, "left out before", is_known=True)
        if before is not None and before.payment_id is not None:
            paid = self.payments[before.payment_id]
            reason = "in the ledger already, from a statement"
            known = Match(line, Status.DUPLICATE, 1.0, reason, paid.debt_id, is_known=True)
            return replace(known, payment_id=paid.id)
        why = ""
        if line.booked_on > self.today:
            why = "its day is still to come"
        elif line.is_pending:
            why = "not booked yet"
        elif line.amount == 0:
            why = "no money moved"
        if why:
            return Match(line, Status.UNMATCHED, 0.0, why)
        if line.amount > 0:
            return Match(line, Status.INCOMING, 0.0, "money that came in")
        pointed = self._said(number) or self.pointer.pointed(line)
        if pointed is None:
            return Match(line, Status.IGNORED, 1.0, "a payee that is to be ignored")
        if not pointed.debts and number not in self.chosen:
            pointed = self._by_amount(line, pointed.reason)
        if not pointed.debts:
            return Match(line, Status.UNMATCHED, 0.0, pointed.reason)
        return pointed

    def _said(self, number: int) -> Pointed | None:
        """What the person says of a line."""
        choice = self.chosen.get(number)
        if choice is None:
            return None
        if choice.debt_id is None:
            return Pointed((), 1.0, "left out")
        return Pointed((self.debts[choice.debt_id],), 1.0, "as you said")

    def _by_amount(self, line: StatementLine, unnamed: str) -> Pointed:
        """The debts of a line that names nobody: one that is just what is due, or was logged."""
        near = (
            paid
            for days in range(-EARLY.days, LATE.days + 1)
            for paid in self.logged.of_amount.get(
                (line.booked_on - timedelta(days), -line.amount), ()
            )
        )
        logged = [
            debt
            for debt in dict.fromkeys(self.debts[each.debt_id] for each in near)
            if debt.currency == line.currency
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
        is_new = choice is not None and choice.is_new
        there = None if is_new else self._is_there(found, debt, is_chosen=choice is not None)
        if there is not None:
            return there
        if is_sure:
            self.new[debt.id, -line.amount].append(number)
        return found

    def _is_there(self, found: Match, debt: Owed, *, is_chosen: bool) -> Match | None:
        """The recorded payment that a line is; doubtful where only day and amount say so."""
        line = found.line
        of_debt = {each.id for each in self.of_amount.get((debt.id, -line.amount), ())}
        if of_debt and (alike := self.seen.like(line, of_debt)) is not None:
            why = "a statement had the same amount on that day"
            sure = 1.0 if is_chosen else min(found.confidence, DOUBT)
            status = Status.DUPLICATE if is_chosen else Status.DOUBTFUL
            return replace(
                found,
                status=status,
                confidence=sure,
                reason=f"{found.reason}; {why}",
                payment_id=alike.payment_id,
            )
        logged = self.logged.near(line, debt.id)
        if logged is not None:
            self.logged.taken.add(logged.id)
            day = dates.short(logged.paid_on, self.today)
            is_sure = found.status is Status.SURE
            return replace(
                found,
                status=Status.DUPLICATE if is_sure else Status.DOUBTFUL,
                reason=f"{found.reason}; logged already, on {day}",
                payment_id=logged.id,
            )
        day_of_parts = None if is_chosen else self.logged.in_parts(line, debt.id)
        if day_of_parts is not None and found.status is Status.SURE:
            said = f"as much as you logged in parts on {dates.short(day_of_parts, self.today)}"
            return replace(
                found, status=Status.DOUBTFUL, confidence=DOUBT, reason=f"{found.reason}; {said}"
            )
        return None

    # Money that comes back.

    def _came_back(self, number: int) -> Match:
        """Whether money that came in is a payment that came back; sure only if a word says so."""
        line, came_in = self.lines[number], self.matches[number]
        said = self._said(number)
        if said is not None and not said.debts:
            return replace(came_in, reason=said.reason)
        says_so = likeness.says_return(f"{line.payee} {line.memo}")
        pointed = said or self.pointer.pointed(line) or Pointed((), 0.0, "")
        debts = pointed.debts if pointed.confidence >= SURE else ()
        is_named = bool(debts)
        if says_so and not debts:
            debts = tuple(self.pointer.by_currency.get(line.currency, ()))
        earlier = sorted(self._earlier(line, debts), key=lambda each: each[0], reverse=True)
        soon = [each for each in earlier if line.booked_on - each[0] <= SOON]
        candidates = soon or (earlier if says_so or said else [])
        if not candidates:
            return came_in
        day, debt, paid, of_line = candidates[0]
        called = f"the payment of {dates.short(day, self.today)}"
        is_marked = paid is not None and paid.returned_on is not None
        confidence = 0.95 if says_so and is_named and len(candidates) == 1 else 0.5
        if said or (is_marked and is_named):
            confidence = 1.0
        reason = f"{called} came back" if says_so else f"{pointed.reason}; the amount of {called}"
        if len(candidates) > 1:
            reason = f"{reason}, or an earlier one"
        found = Match(
            line,
            Status.DUPLICATE if is_marked else Status.RETURNED,
            confidence,
            f"{called} is marked as returned already" if is_marked else reason,
            debt.id,
            payment_id=None if paid is None else paid.id,
            of_line=of_line,
        )
        if paid is not None:
            self.back.add(paid.id)
        elif of_line is not None and found.is_sure:
            self.back_lines[of_line] = line.booked_on
        return found

    def _earlier(
        self, line: StatementLine, debts: Iterable[Owed]
    ) -> Iterator[tuple[date, Owed, Paid | None, int | None]]:
        """Payments of the same amount, recorded or of this file, that may have come back so."""
        since = line.booked_on - COMES_BACK
        for debt in debts:
            paid = self.of_amount.get((debt.id, line.amount), [])
            begin = bisect_left(paid, since, key=lambda each: each.paid_on)
            for each in paid[begin:]:
                if each.paid_on > line.booked_on:
                    break
                is_free = each.id not in self.back
                if each.returned_on is not None:
                    is_free &= abs(each.returned_on - line.booked_on) <= LATE
                if is_free:
                    yield each.paid_on, debt, each, None
            new = self.new.get((debt.id, line.amount), [])
            begin = bisect_left(new, since, key=lambda each: self.lines[each].booked_on)
            for number in new[begin:]:
                day = self.lines[number].booked_on
                if day > line.booked_on:
                    break
                if number not in self.back_lines:
                    yield day, debt, None, number

    def _give_back(self) -> None:
        """Let recorded payments that came back be no more: what they were for lacks again."""
        for match in self.matches.values():
            is_back = match.status is Status.RETURNED and match.is_sure
            if is_back and match.payment_id is not None and match.debt_id is not None:
                allotter = self.debts[match.debt_id].allotter
                allotter.give_back(match.payment_id, match.line.booked_on)

    # What it is for.

    def _is_split(self, number: int) -> bool:
        choice = self.chosen.get(number)
        return choice is not None and choice.parts is not None

    def _allotted(self, number: int) -> Match:
        """With the instalments that a new payment is for, as DESIGN's rule or the person says."""
        found = self.matches[number]
        is_new = found.status in (Status.SURE, Status.DOUBTFUL) and found.payment_id is None
        if not is_new or found.debt_id is None:
            return found
        line, allotter = found.line, self.debts[found.debt_id].allotter
        payment = Payment(0, line.booked_on, -line.amount, self.back_lines.get(number))
        choice = self.chosen.get(number)
        parts = None if choice is None else choice.parts
        if parts is not None:
            lacking = {each.id: amount for each, amount in allotter.candidates(line.booked_on)}
            if any(part > lacking.get(key, 0) for key, part in parts):
                raise BadInput("One of these instalments takes less; split it anew.", field="parts")
        if found.status is Status.SURE:
            decided = allotter.allot(payment, fixed=parts)
        else:
            decided = allotter.propose(payment)
        return replace(found, parts=tuple((each.instalment_id, each.amount) for each in decided))
