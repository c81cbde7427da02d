"""A statement held against the ledger as lines: grouped rows, what each says, what can be done."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from store.exchange.importing import Debt, Due, Review
from store.exchange.matching import Match, Status
from store.rules import dates, money
from tui import formats
from tui.widgets.cells import Cell, Column, Row, plain

COLUMNS = (
    Column("glyph", width=1),
    Column("on"),
    Column("payee", flex=True),
    Column("amount", justify="right"),
    Column("for", flex=True),
)

FOUND, DOUBTFUL, BACK, NOBODY, OTHERS = "found", "doubtful", "back", "nobody", "others"
HEADINGS = {
    FOUND: "Found",
    DOUBTFUL: "To look at",
    BACK: "Came back",
    NOBODY: "To nobody you owe",
    OTHERS: "Known, ignored, or came in",
}
"""The groups in their order."""

EVERY = 500
"""So many rows are written between two reports of progress."""

ALL_KNOWN = "Every line of this statement is known already."
NOTHING = "There is no line in this statement."


@dataclass(frozen=True)
class ReviewLines:
    """Writes a review as of `today`, with amounts as `locale` has them.

    A line stays in the group of `first`, what it was before anything was said of it: what one
    decides moves no line away from under the cursor.
    """

    found: Review
    first: Sequence[Match]
    today: date
    locale: str

    # --- the list ---------------------------------------------------------------------------

    def rows(self, *, with_others: bool) -> list[Row]:
        """The lines under their headings; the last group only where it is wished for."""
        rows: list[Row] = []
        for group, heading in HEADINGS.items():
            numbers = self.groups[group]
            if not numbers:
                continue
            # Where there are no others, these are no others.
            can_fold = group == OTHERS and len(numbers) < len(self.first)
            is_folded = can_fold and not with_others
            fold = f" · o {'shows' if is_folded else 'folds'} them" if can_fold else ""
            text = f"{heading} ({len(numbers)}){fold}"
            rows.append(Row(group, (text,), heading=True))
            rows += [] if is_folded else [self._rows[each] for each in numbers]
        return rows

    @cached_property
    def groups(self) -> dict[str, list[int]]:
        """The numbers of the lines in each group, by day."""
        found: dict[str, list[int]] = {group: [] for group in HEADINGS}
        lines = self.found.statement.lines
        for number in sorted(range(len(lines)), key=lambda each: (lines[each].booked_on, each)):
            found[_group(self.first[number])].append(number)
        return found

    @cached_property
    def _rows(self) -> list[Row]:
        """Each line's row."""
        return [Row(number, self._cells(number)) for number in range(len(self.found.matches))]

    def write(
        self, before: "ReviewLines | None", progress: Callable[[float], None] | None = None
    ) -> None:
        """Write all rows; those that are as they were are taken from what was shown `before`.

        For a thread: thousands of amounts take their time. `progress` hears how much is done, and
        what it raises ends it.
        """
        rows: list[Row] = []
        for number in range(len(self.found.matches)):
            if progress is not None and number % EVERY == 0:
                progress(number / len(self.found.matches))
            if before is not None and self._is_as_in(before, number):
                rows.append(before._rows[number])
            else:
                rows.append(Row(number, self._cells(number)))
        vars(self)["_rows"] = rows
        self.rows(with_others=True)

    def _is_as_in(self, before: "ReviewLines", number: int) -> bool:
        was, now = before.found, self.found
        is_said = was.choices.lines.get(number) == now.choices.lines.get(number)
        return is_said and was.matches[number] == now.matches[number]

    def _cells(self, number: int) -> tuple[Cell, ...]:
        match = self.found.matches[number]
        line = match.line
        style = "" if match.does_something else "muted"
        return (
            self.glyph(number),
            (self._day(line.booked_on), "muted"),
            (line.payee or line.memo or "–", "title" if match.is_sure else style),
            (self._amount(line.amount, line.currency), style),
            (self.purpose(number), style),
        )

    def glyph(self, number: int) -> tuple[str, str]:
        """One cell that says what becomes of a line."""
        match = self.found.matches[number]
        if self._is_left_out(number) or match.status is Status.IGNORED:
            return "–", "muted"
        if match.does_something and not match.is_sure:
            return "?", "accent"
        if match.status is Status.RETURNED:
            return "↩", "late"
        if match.status is Status.DUPLICATE:
            return "=", "muted" if match.is_known else "good"
        return ("✓", "good") if match.is_sure else ("·", "muted")

    def purpose(self, number: int) -> str:
        """What a line is for, briefly; else why it is for nothing."""
        match = self.found.matches[number]
        if self._is_left_out(number):
            return "left out"
        if match.status is Status.IGNORED:
            return "ignored"
        if match.status is Status.INCOMING:
            return "came in"
        if match.debt_id is None:
            return "" if match.line.booked_on <= self.today else match.reason
        who = self._called(self.found.debts[match.debt_id])
        what = self._instalments(match)
        if match.status is Status.RETURNED:
            what = "came back"
        elif match.payment_id is not None and not match.is_known:
            what = "logged already"
        return f"→ {who}{f' · {what}' if what else ''}"

    def _instalments(self, match: Match) -> str:
        """The instalments that a payment is for, the first by its day and place."""
        due = sorted((each for each, _ in self._parts(match)), key=lambda each: each.due_on)
        if not due:
            return "" if match.is_known else "the balance only"
        first = due[0]
        more = f" and {len(due) - 1} more" if len(due) > 1 else ""
        return f"{self._day(first.due_on)}, {first.number} of {first.of}{more}"

    def _parts(self, match: Match) -> list[tuple[Due, int]]:
        """The instalments that a line is for, with the amount for each."""
        due = self.found.instalments
        return [(due[key], part) for key, part in match.parts if key in due]

    def _called(self, debt: Debt) -> str:
        """The creditor in short, with the debt where it has several."""
        name = formats.short_name(debt.creditor)
        return f"{name} {debt.name}" if self._has_several[debt.creditor] else name

    @cached_property
    def _has_several(self) -> dict[str, bool]:
        counts = Counter(each.creditor for each in self.found.debts.values())
        return {name: count > 1 for name, count in counts.items()}

    def _is_left_out(self, number: int) -> bool:
        said = self.found.choices.lines.get(number)
        return said is not None and said.debt_id is None

    # --- what is said of all ----------------------------------------------------------------

    def headline(self) -> str:
        """The statement in one plain sentence."""
        matches = self.found.matches
        if not matches:
            return NOTHING
        if all(each.is_known for each in matches):
            return ALL_KNOWN
        new, again, back = self.recorded
        doubtful = sum(each.does_something and not each.is_sure for each in matches)
        others = len(matches) - new - again - back - doubtful
        if others == len(matches):
            of_all = "Its one line is no" if others == 1 else f"None of its {others:,} lines is a"
            return f"{of_all} payment to anyone you owe."
        parts = [
            f"{new:,} {'payment' if new == 1 else 'payments'} found" if new else "No new payment",
            f"{again} logged already" if again else "",
            f"{back} came back" if back else "",
            f"{doubtful} to look at" if doubtful else "",
            f"{others:,} {'other' if others == 1 else 'others'}" if others else "",
        ]
        return f"{', '.join(filter(None, parts))}."

    @cached_property
    def recorded(self) -> tuple[int, int, int]:
        """How many sure lines are new payments, are logged already, and came back."""
        sure = [self.found.matches[number] for number in self.found.sure]
        back = sum(each.status is Status.RETURNED for each in sure)
        again = sum(each.status is Status.DUPLICATE for each in sure)
        return len(sure) - again - back, again, back

    def verb(self) -> str:
        """What the button says that records."""
        new, again, back = self.recorded
        said = [
            f"record {new + back}" if new or back else "",
            f"tick off {again}" if again else "",
        ]
        return ", ".join(filter(None, said)).capitalize() or "Record"

    # --- one line ---------------------------------------------------------------------------

    def detail(self, number: int) -> list[str]:
        """A line in full: what the bank says, and what becomes of it, and why."""
        match = self.found.matches[number]
        line = match.line
        said = " · ".join(filter(None, (line.payee, line.memo if line.memo != line.payee else "")))
        lines = [said or "The bank says nothing of it.", self._becomes(number)]
        if match.debt_id is not None and self._parts(match):
            lines.append(f"For {self._whole(match)}.")
        if match.rivals:
            rivals = ", ".join(self._debt(each) for each in match.rivals)
            lines.append(f"It could also be {rivals}: c chooses.")
        return [plain(each) for each in lines]

    def _becomes(self, number: int) -> str:
        match = self.found.matches[number]
        why = match.reason
        if match.is_known:
            return f"Nothing is done: {why}."
        if self._is_left_out(number):
            return "Left out, as you said: it is not recorded. space takes it back in."
        if match.status is Status.IGNORED:
            return "This payee is ignored, for good. c says which debt it pays after all."
        if match.status is Status.INCOMING:
            said = self.found.choices.lines.get(number)
            if said is not None and said.debt_id is not None:
                return (
                    f"No payment of this amount to {self._debt(said.debt_id)} can have come back."
                )
            return "Money that came in: it is not recorded. c says whose payment came back."
        if match.debt_id is None:
            return f"Not recorded: {why}. c says which debt it pays."
        who = self._debt(match.debt_id)
        if not match.is_sure:
            return f"Perhaps {who}: {why}. space takes it in."
        if match.status is Status.RETURNED:
            return f"{who}, recorded as come back: {why}."
        if match.payment_id is not None:
            return f"{who}: {why}. It is ticked off, not paid twice."
        return f"{who}: {why}."

    def _whole(self, match: Match) -> str:
        """Each instalment that a line is for, with its part."""
        currency = match.line.currency
        parts = [
            f"{self._amount(part, currency)} of {self._day(due.due_on)} ({due.number} of {due.of})"
            for due, part in self._parts(match)[:4]
        ]
        more = len(match.parts) - len(parts)
        rest = abs(match.line.amount) - sum(part for _, part in match.parts)
        return ", ".join(
            [
                *parts,
                *([f"{more} more"] if more else []),
                *([f"{self._amount(rest, currency)} lowers the balance only"] if rest > 0 else []),
            ]
        )

    def _debt(self, debt_id: int) -> str:
        debt = self.found.debts[debt_id]
        return f"{debt.creditor} · {debt.name}"

    def debts(self, number: int) -> list[tuple[str, int]]:
        """The debts that a line can be about, by name: first those that it may be for."""
        match = self.found.matches[number]
        likely = [each for each in (match.debt_id, *match.rivals) if each is not None]
        order = {debt_id: place for place, debt_id in enumerate(likely)}
        possible = [
            each for each in self.found.debts.values() if each.currency == match.line.currency
        ]
        possible.sort(key=lambda each: (order.get(each.id, len(order)), each.creditor, each.name))
        return [(self._debt(each.id), each.id) for each in possible]

    def _amount(self, minor: int, currency: str) -> str:
        return money.format(minor, currency, self.locale)

    def _day(self, day: date) -> str:
        """A date without its weekday."""
        return dates.short(day, self.today).split(" ", 1)[1]


def _group(match: Match) -> str:
    if match.is_known or match.status in (Status.IGNORED, Status.INCOMING):
        return OTHERS
    if match.status is Status.UNMATCHED:
        return NOBODY
    if not match.is_sure:
        return DOUBTFUL if match.does_something else OTHERS
    return BACK if match.status is Status.RETURNED else FOUND


def keys(
    match: Match | None,
    *,
    is_left_out: bool = False,
    is_ignored: bool = False,
    is_csv: bool = False,
    has_remarks: bool = False,
) -> list[str]:
    """What can be done here, as key and words: with the chosen line first."""
    said = _keys_of_line(match, is_left_out, is_ignored) if match and not match.is_known else []
    said += ["m columns"] if is_csv else []
    return [*said, "r rows"] if has_remarks else said


def _keys_of_line(match: Match, is_left_out: bool, is_ignored: bool) -> list[str]:
    said: list[str] = []
    is_payment = match.line.amount < 0
    if match.is_sure:
        said.append("space leave out")
    elif match.does_something or is_left_out:
        said.append("space take in")
    said.append("c debt")
    if match.payment_id is not None and is_payment:
        said.append("n another payment")
    elif match.does_something and is_payment:
        said.append("s split")
    if is_ignored:
        said.append("i heed")
    elif match.status is not Status.IGNORED:
        said.append("i ignore")
    return said
