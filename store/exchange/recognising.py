"""Which lines of a statement the ledger has already: from a statement before, or logged by hand.

Pure. A line that is here is never recorded again; where that is not certain, a person decides.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.exchange.statements.line import StatementLine

EARLY, LATE = timedelta(days=3), timedelta(days=4)
"""A line booked from `EARLY` before to `LATE` after a payment that was logged by hand may be it."""
MOVES = timedelta(days=5)
"""So much may the day of a line with the same id of the bank differ between two files."""


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
    """A line that was in a statement before, and the payment that it is; None: it was left out."""

    line: StatementLine
    payment_id: int | None


class Seen:
    """The lines that statements had before; each is one line of a new file at most."""

    def __init__(self, found: Iterable[Found], lines: Sequence[StatementLine]) -> None:
        """`lines` are those of the new file."""
        self._by_id: dict[object, list[Found]] = defaultdict(list)
        self._by_content: dict[object, list[Found]] = defaultdict(list)
        self._by_day: dict[object, list[Found]] = defaultdict(list)
        self._used: set[int] = set()
        for each in found:
            if each.line.id:
                self._by_id[_id(each.line)].append(each)
            self._by_content[_content(each.line)].append(each)
            self._by_day[each.line.booked_on, each.line.amount].append(each)
        self.known: dict[int, Found] = {}
        """By the number of a line in the new file, the one that it is."""
        # An id that one file has twice is none.
        often = Counter(_id(each) for each in lines if each.id)
        order = sorted(range(len(lines)), key=lambda number: (lines[number].booked_on, number))
        for number in order:
            line = lines[number]
            if line.id and often[_id(line)] == 1:
                self._recognise(number, line, self._by_id.get(_id(line), ()))
        for number in order:
            if number not in self.known:
                line = lines[number]
                alike = [
                    each
                    for each in self._by_content.get(_content(line), ())
                    if not (line.id and each.line.id)
                ]
                self._recognise(number, line, alike)

    def _recognise(self, number: int, line: StatementLine, alike: Iterable[Found]) -> None:
        free = [
            each
            for each in alike
            if id(each) not in self._used and abs(each.line.booked_on - line.booked_on) <= MOVES
        ]
        if free:
            nearest = min(free, key=lambda each: abs(each.line.booked_on - line.booked_on))
            self._used.add(id(nearest))
            self.known[number] = nearest

    def like(self, line: StatementLine, payment_ids: set[int]) -> Found | None:
        """A line of the same day and amount, for one of some payments, that no other one is.

        As the same money looks in another format, or with ids that the bank made anew.
        """
        for each in self._by_day.get((line.booked_on, line.amount), ()):
            if id(each) not in self._used and each.payment_id in payment_ids:
                self._used.add(id(each))
                return each
        return None


class Logged:
    """The payments that no statement had yet: of one debt and amount, by day."""

    def __init__(self, payments: Iterable[Paid], seen: Iterable[Found]) -> None:
        """`seen` are the lines of statements that are in the ledger."""
        in_statements = {each.payment_id for each in seen if each.line.amount < 0}
        self._free: dict[tuple[int, int], list[Paid]] = defaultdict(list)
        self._sums: dict[tuple[int, date], list[Paid]] = defaultdict(list)
        self.of_amount: dict[tuple[date, int], list[Paid]] = defaultdict(list)
        for each in sorted(payments, key=lambda one: (one.paid_on, one.id)):
            if each.id not in in_statements:
                self._free[each.debt_id, each.amount].append(each)
                self._sums[each.debt_id, each.paid_on].append(each)
                self.of_amount[each.paid_on, each.amount].append(each)
        self.taken: set[int] = set()

    def near(self, line: StatementLine, debt_id: int) -> Paid | None:
        """The oldest payment that a line may be: taken so from the oldest line on, most find one.

        (The windows of later lines end later, so that no other choice finds more.) A payment that
        had come back by then is not it.
        """
        payments = self._free.get((debt_id, -line.amount), [])
        begin = bisect_left(payments, line.booked_on - LATE, key=_day)
        end = bisect_right(payments, line.booked_on + EARLY, key=_day)
        for each in payments[begin:end]:
            is_back = each.returned_on is not None and each.returned_on <= line.booked_on
            if each.id not in self.taken and not is_back:
                return each
        return None

    def in_parts(self, line: StatementLine, debt_id: int) -> date | None:
        """The day on which several payments were logged that come to a line's amount."""
        for days in range(-EARLY.days, LATE.days + 1):
            day = line.booked_on - timedelta(days)
            parts = [
                each for each in self._sums.get((debt_id, day), ()) if each.id not in self.taken
            ]
            if len(parts) > 1 and sum(each.amount for each in parts) == -line.amount:
                return day
        return None


def _day(paid: Paid) -> date:
    return paid.paid_on


def _id(line: StatementLine) -> tuple[str, str, int]:
    """By what a bank's id is compared: with another amount it is another line."""
    return line.account, line.id, line.amount


def _content(line: StatementLine) -> tuple[object, ...]:
    return line.account, line.booked_on, line.amount, line.currency, line.payee, line.memo
