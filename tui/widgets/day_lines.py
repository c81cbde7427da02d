"""What a day holds, as lines of a list and as entries of the month: promises, payments, paydays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.ledger.views import Days, Payday, PaymentLine, Promise
from store.rules import dates, money
from store.rules.credibility import RATED
from store.rules.outcome import Outcome
from tui import formats
from tui.widgets.cells import Column, Row, plain
from tui.widgets.month import DayEntry
from tui.widgets.year import YearDay

COLUMNS = (
    Column("glyph", width=1),
    Column("who", flex=True),
    Column("amount", justify="right"),
    Column("what", low=True),
)

PAID = "✓"
"""Money that was sent on a day, beside what fell due."""

RETURNED = "⤺"
PAYDAY = "+"

NO_LONGER_PROMISED = (Outcome.RENEGOTIATED, Outcome.CANCELLED)
"""Nothing came of them, and nothing should: the month leaves them out, the day has them."""

WORST = (
    *(Outcome.MISSED, Outcome.PARTIAL, Outcome.DUE, Outcome.RENEGOTIATED_LATE, Outcome.LATE),
    *(Outcome.KEPT, Outcome.UPCOMING, Outcome.RENEGOTIATED, Outcome.CANCELLED, Outcome.SUSPENDED),
)
"""The outcomes in order of which a day of the year shows."""

Line = Promise | PaymentLine | Payday


def day_of(line: Line) -> date:
    """The day that a line stands on."""
    if isinstance(line, Promise):
        return line.due_on
    return line.paid_on if isinstance(line, PaymentLine) else line.on


@dataclass(frozen=True, slots=True)
class DayLines:
    """Writes the lines as of `today`, with amounts as `locale` has them."""

    today: date
    locale: str

    def of_day(self, view: Days, day: date) -> list[Row]:
        """The lines of one day."""
        promises = [self._promise(each) for each in view.promises if each.due_on == day]
        paid = [self._paid(each) for each in view.payments if each.paid_on == day]
        paydays = [self._payday(each) for each in view.paydays if each.on == day]
        return [*promises, *paid, *paydays]

    def agenda(self, view: Days) -> list[Row]:
        """The lines of every day that has some, each day under its heading."""
        rows: list[Row] = []
        for offset in range((view.until - view.since).days + 1):
            day = view.since + timedelta(days=offset)
            if found := self.of_day(view, day):
                heading = f"{self._short(day)} · {dates.relative(day, self.today)}"
                rows += [Row(day, (heading,), heading=True), *found]
        return rows

    def entries(self, view: Days) -> Mapping[date, Sequence[DayEntry]]:
        """The entries of the month, open promises first; payments where they were not due."""
        found: dict[date, list[DayEntry]] = defaultdict(list)
        for each in sorted(view.promises, key=lambda each: not each.outcome.is_open):
            if each.outcome not in NO_LONGER_PROMISED:
                amount = formats.brief(each.amount, each.currency)
                name = formats.short_name(each.creditor_name)
                found[each.due_on].append(
                    DayEntry(formats.glyph(each), name, amount, formats.style(each))
                )
        for paid in view.payments:
            if paid.paid_on not in paid.due:
                glyph = RETURNED if paid.returned_on else PAID
                amount = formats.brief(paid.amount, paid.currency)
                name = formats.short_name(paid.creditor_name)
                found[paid.paid_on].append(DayEntry(glyph, name, amount, "muted"))
        for payday in view.paydays:
            amount = formats.brief(payday.amount, payday.currency)
            found[payday.on].append(DayEntry(PAYDAY, payday.name, amount, "accent"))
        return found

    def year(self, view: Days) -> Mapping[date, YearDay]:
        """What each day of a year shows: the promise that went worst, and how many were kept."""
        by_day: dict[date, list[Promise]] = defaultdict(list)
        for each in view.promises:
            by_day[each.due_on].append(each)
        found = {}
        for day, promises in by_day.items():
            worst = min(
                promises, key=lambda each: (not formats.in_danger(each), WORST.index(each.outcome))
            )
            found[day] = YearDay(
                formats.glyph(worst),
                formats.style(worst),
                sum(each.outcome is Outcome.KEPT for each in promises),
                sum(each.outcome in RATED for each in promises),
            )
        return found

    def detail(self, line: Line | None) -> str:
        """What there is to know of a line, as text of some lines."""
        if line is None:
            return ""
        if isinstance(line, Promise):
            first = f"{line.debt_name}, instalment {formats.place(line)}"
            more = formats.promise_details(line, self.today, self.locale)
            return "\n".join(map(plain, [first, *more]))
        if isinstance(line, Payday):
            return f"{line.name} comes in, by the budget"
        said = [f"{line.debt_name}, paid {self._short(line.paid_on)}"]
        if line.due:
            said.append("for " + ", ".join(self._short(each) for each in line.due))
        else:
            said.append("for no instalment: it lowers the balance")
        if line.returned_on:
            said.append(f"came back {self._short(line.returned_on)}")
        said += [each for each in (line.method, line.reference, line.note) if each]
        return "\n".join(map(plain, said))

    def _promise(self, promise: Promise) -> Row:
        style = formats.style(promise)
        return Row(
            ("promise", promise.instalment_id),
            (
                (formats.glyph(promise), style),
                (promise.creditor_name, "title"),
                formats.amount(promise, self.locale),
                (formats.when(promise, self.today), style),
            ),
        )

    def _paid(self, paid: PaymentLine) -> Row:
        glyph, what = (RETURNED, "came back") if paid.returned_on else (PAID, "paid")
        return Row(
            ("payment", paid.payment_id),
            (
                (glyph, "late" if paid.returned_on else "good"),
                paid.creditor_name,
                money.format(paid.amount, paid.currency, self.locale),
                (what, "muted"),
            ),
        )

    def _payday(self, payday: Payday) -> Row:
        amount = money.format(payday.amount, payday.currency, self.locale)
        key = ("payday", payday.on, payday.name)
        return Row(key, ((PAYDAY, "accent"), payday.name, amount, ("comes in", "muted")))

    def _short(self, day: date) -> str:
        return dates.short(day, self.today)
