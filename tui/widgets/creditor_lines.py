"""A creditor as lines: the row of the list, its debts, what comes next, and what passed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from store.ledger.creditor_views import CreditorLine, DebtLine, Event
from store.rules import dates, money
from tui import formats
from tui.widgets.cells import Column, Lines, Row, plain

CREDITOR_COLUMNS = (
    Column("glyph", width=1),
    Column("who", flex=True),
    Column("balance", justify="right", header="Owed"),
    Column("next", header="Due", justify="right"),
    Column("word", low=True, header="Word", justify="right"),
    Column("spoke", low=True, header="Spoke", justify="right"),
)
DETAIL_COLUMNS = (
    Column("glyph", width=1),
    Column("on"),
    Column("text", flex=True),
    Column("amount", justify="right"),
)

BRIEF = 300
"""Letters of an address or note that its line is made from; opened, it is shown whole."""


@dataclass(frozen=True, slots=True)
class CreditorLines:
    """Writes them as of `today`, with amounts as `locale` has them."""

    today: date
    locale: str

    def row(self, line: CreditorLine) -> Row:
        """One line of the list."""
        glyph, style = ("·", "muted") if line.worst is None else (
            formats.GLYPHS[line.worst], formats.STYLES.get(line.worst, "")
        )  # fmt: skip
        if line.in_danger:
            glyph, style = "✗", "danger"
        balance = "" if line.balance is None else self.amount(line.balance, line.currency)
        due = "" if line.next_due is None else self._brief(line.next_due[0])
        spoke = "" if line.last_contact is None else self._brief(line.last_contact)
        counts = line.score is not None and line.score.evidence > 0
        word = f"{line.score.score:.0f}" if line.score is not None and counts else ""
        cells = (
            (glyph, style),
            (line.name, "title"),
            balance,
            due,
            (word, "accent"),
            (spoke, "muted"),
        )
        return Row(line.creditor_id, cells)

    def reach(self, line: CreditorLine) -> list[str]:
        """How to reach it, and what else there is to know."""
        said = [
            " · ".join(filter(None, (line.phone, line.email, line.website))),
        ]
        if line.my_account_here:
            said.append("Your own account is with them: they could take money from it.")
        if line.last_contact is not None:
            ago = dates.relative(line.last_contact, self.today)
            said.append(f"Last contact {dates.short(line.last_contact, self.today)}, {ago}")
        return [plain(each) for each in said if each]

    def rows(self, line: CreditorLine, events: Sequence[Event]) -> Sequence[Row]:
        """What comes next, the debts, then the timeline, each under its heading."""
        found: list[Row] = []
        if line.steps:
            found.append(Row("steps", ("Next",), heading=True))
        for number, step in enumerate(line.steps):
            by = "" if step.by is None else f"by {self._brief(step.by)}"
            glyph = ("!", "danger") if step.urgent else ("▸", "accent")
            found.append(Row(("step", number), (glyph, by, step.text, ""), spans=True))
        debts = "Debts" if line.debts else "No debt yet: n adds one"
        found.append(Row("debts", (debts,), heading=True))
        for debt in line.debts:
            found.append(self._debt(line, debt))
        about = (("⌂", "address", line.address), ("✎", "notes", line.notes))
        if any(text for _, _, text in about):
            found.append(Row("about", ("About them",), heading=True))
        for glyph_of, what, text in about:
            if text:
                cells = ((glyph_of, "accent"), "", " ".join(text[:BRIEF].split()), "")
                found.append(Row((what, line.creditor_id), cells))
        if events:
            found.append(Row("timeline", ("All that passed, newest first",), heading=True))
        keys = [event.record for event in events]
        return Lines(keys, lambda place: self._event(line, events[place]), found)

    def _event(self, line: CreditorLine, event: Event) -> Row:
        amount = "" if event.amount is None else self.amount(event.amount, line.currency)
        cells = (
            (event.glyph, "accent"),
            self._brief(event.on),
            event.text,
            amount,
        )
        return Row(event.record, cells)

    def _debt(self, line: CreditorLine, debt: DebtLine) -> Row:
        owed = "not known" if debt.balance is None else self.amount(debt.balance, debt.currency)
        if debt.creditor_id != line.creditor_id:
            return Row(
                ("debt", debt.debt_id), (("⇥", "muted"), "", f"{debt.name} → {debt.creditor}", "")
            )
        said = [debt.name]
        if debt.priority:
            said.append("priority")
        if debt.stage not in (None, "none"):
            said.append(str(debt.stage))
        if debt.closed_on is not None:
            said.append(f"closed {dates.short(debt.closed_on, self.today)}")
        return Row(
            ("debt", debt.debt_id),
            (
                ("§" if debt.answer_by else "!" if debt.priority else "", "accent"),
                "",
                " · ".join(said),
                owed,
            ),
        )

    def whole(self, debt: DebtLine) -> Iterator[str]:
        """A debt as it is opened: also what its line says, and what is not known of it."""
        title, *more = self.detail(debt)
        yield title
        owed = "not known" if debt.balance is None else self.amount(debt.balance, debt.currency)
        yield f"Owed: {owed}"
        yield "Priority: it comes first" if debt.priority else "Priority: no"
        if debt.reference is None:
            yield "Their reference: none known"
        if debt.apr is None:
            yield "Interest: none known"
        yield from more

    def detail(self, debt: DebtLine) -> Iterator[str]:
        """A debt in full, beside what its line says."""
        today = self.today
        yield f"{debt.name}" + (f", their reference {debt.reference}" if debt.reference else "")
        for label, text in (
            ("Interest", f"{debt.apr} % a year" if debt.apr is not None else ""),
            (
                "By contract",
                self.amount(debt.contractual_payment, debt.currency) + " a month"
                if debt.contractual_payment
                else "",
            ),
            ("If unpaid", debt.consequence or ""),
            ("Court stage", debt.stage if debt.stage not in (None, "none") else ""),
            ("A court wants an answer by", self._day(debt.answer_by)),
            ("Judgment of", self._day(debt.judgment_on)),
            ("Last paid", self._day(debt.last_paid_on)),
            ("Acknowledged", self._day(debt.acknowledged_on)),
            ("Also liable", debt.others_liable or ""),
        ):
            if text:
                yield f"{label}: {text}"
        if len(debt.chain) > 1:
            yield "Held by " + " → ".join(
                name if day is None else f"{name} from {dates.short(day, today)}"
                for day, _, name in debt.chain
            )
        for starts_on, ends_on, note in debt.moratoriums:
            until = f" to {self._day(ends_on)}" if ends_on else ""
            yield f"‖ rests from {self._day(starts_on)}{until}" + (f": {note}" if note else "")

    def amount(self, minor: int, currency: str) -> str:
        """An amount as the locale writes it."""
        return money.format(minor, currency, self.locale)

    def _brief(self, day: date) -> str:
        # Without its weekday, for which a list has no room.
        return dates.short(day, self.today).split(" ", 1)[1]

    def _day(self, day: date | None) -> str:
        return "" if day is None else dates.short(day, self.today)
