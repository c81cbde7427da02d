"""What Agreements lists: offers and agreements as rows, one in full, and its schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.ledger.agreement_views import (
    SETTLED,
    AgreementLine,
    Agreements,
    Group,
    Line,
    OfferLine,
    identity,
)
from store.ledger.views import Promise
from store.rules import dates, money
from store.rules import terms as term_rules
from store.rules.cadence import Cadence, Unit
from store.rules.terms import Terms
from tui import formats
from tui.widgets.cells import Cell, Column, Lines, Row, plain
from tui.widgets.filter_line import matching

COLUMNS = (
    Column("glyph", width=1),
    Column("amount", justify="right"),
    Column("every", flex=True),
    Column("progress", max_width=18),
    Column("state", max_width=15),
)

SCHEDULE = (
    Column("glyph", width=1),
    Column("number", justify="right", low=True, header="No."),
    Column("due", header="Due"),
    Column("amount", justify="right", header="Amount"),
    Column("outcome", flex=True, header="Became"),
    Column("paid", justify="right", header="Paid"),
)

CELLS = 8
"""How many cells a bar of progress has."""

WRITING = {
    "unwritten": "nothing in writing yet",
    "requested": "asked for in writing",
    "received": "their letter is here",
    "signed": "signed by both",
}

ENDED = {
    "completed": "completed",
    "creditor": "cancelled by the creditor",
    "advice": "stopped on advice",
    "insolvency": "ended by insolvency",
    "broken": "given up",
}


def often(every: Cadence) -> str:
    """How often, where there is little room: `monthly`, `4-weekly`."""
    if every.unit is Unit.ONCE:
        return "once"
    if every.days:
        return "half-monthly"
    if (every.unit, every.n) == (Unit.MONTH, 3):
        return "quarterly"
    return f"{every.unit}ly" if every.n == 1 else f"{every.n}-{every.unit}ly"


def progress(settled: int, count: int, cells: int = CELLS) -> str:
    """How far it is: `11 of 37 ▰▰▰▱▱▱▱▱`."""
    # Something done shows, and so does something that is left.
    done = min(-(-settled * cells // count), cells - 1) if settled < count else cells
    return f"{settled} of {count} ".ljust(9) + f"{'▰' * done}{'▱' * (cells - done)}"


@dataclass(frozen=True)
class AgreementLines:
    """Writes offers and agreements, with amounts as `locale` has them."""

    view: Agreements
    locale: str
    cells: int = CELLS
    """The length of a bar of progress."""

    def rows(self, words: str = "") -> list[Row]:
        """Every offer and agreement under its debt; with `words` only those that have them all."""
        found: list[Row] = []
        for group in self.view.groups:
            heading = label(group)
            rows = [self.row(line) for line in group.lines]
            if words:
                rows = [
                    row for row in rows if matching([Row(row.key, (heading, *row.cells))], words)
                ]
            if rows:
                key = ("debt", group.place.debt_id)
                found += [Row(key, (heading,), heading=True), *rows]
        return found

    def row(self, line: Line) -> Row:
        """One line of the list."""
        if isinstance(line, OfferLine):
            return Row(identity(line), self._offer(line))
        return Row(identity(line), self._agreement(line))

    def _offer(self, line: OfferLine) -> tuple[Cell, ...]:
        amount, every = self._brief(line.terms, line.place.currency)
        arrow = "→" if line.by == "me" else "←"
        style = "accent" if line.is_open else "muted"
        whose = "my offer" if line.by == "me" else "their offer"
        state = line.status
        if line.is_open:
            until = line.valid_until
            state = f"open to {self._short(until)}" if until else "open"
        return (
            (arrow, style),
            (amount, "" if line.is_open else "muted"),
            (every, "" if line.is_open else "muted"),
            (whose, "" if line.is_open else "muted"),
            (state, style),
        )

    def _agreement(self, line: AgreementLine) -> tuple[Cell, ...]:
        amount, every = self._brief(line.terms, line.place.currency)
        if not amount:
            amount = self._money(line.total, line)
            every = "in all"
        is_over = line.state in ("replaced", "ended")
        muted = "muted" if is_over else ""
        glyph, style = self._glyph(line)
        return (
            (glyph, style),
            (amount, muted or "title"),
            (every, muted),
            (progress(line.settled, line.count, self.cells) if line.count else "", muted),
            self._state(line),
        )

    def _glyph(self, line: AgreementLine) -> tuple[str, str]:
        if line.state == "replaced":
            return "↻", "muted"
        if line.state == "ended":
            return "–", "muted"
        if line.state == "completed":
            return "●", "good"
        upcoming = line.next_open
        return ("○", "") if upcoming is None else (formats.glyph(upcoming), formats.style(upcoming))

    def _state(self, line: AgreementLine) -> Cell:
        if line.state == "replaced" and line.replaced_on:
            return f"replaced {self._short(line.replaced_on)}", "muted"
        if line.state == "ended":
            return ("ended", "muted")
        if line.state == "completed":
            return ("completed", "good")
        if line.state == "to come":
            return f"from {self._short(line.made_on)}", "muted"
        is_written = line.writing in ("received", "signed")
        mark, style = ("✓", "muted") if is_written else ("✎", "")
        return f"{mark} {line.writing}", style

    def _brief(self, terms: Terms, currency: str) -> tuple[str, str]:
        """An amount and how often, in few words; empty where the terms name none."""
        if terms.amount is not None:
            return money.format(terms.amount, currency, self.locale), often(terms.cadence)
        if terms.upfront is not None:
            what = "settles it" if terms.written_off else "up front"
            return money.format(terms.upfront, currency, self.locale), what
        return "", "other terms"

    # --- one in full ------------------------------------------------------------------------

    def detail(self, line: Line) -> list[str]:
        """A line in full, sentence by sentence; an empty one parts what belongs together."""
        place = line.place
        heading = f"{place.creditor_name} · {place.debt_name}"
        terms = term_rules.sentences(line.terms, place.currency, self.locale)
        if isinstance(line, OfferLine):
            return [heading, *self._about_offer(line), "", *terms]
        parted = ["", *terms] if terms else []
        return [heading, *self._about(line), *parted, "", *self._around(line)]

    def _about_offer(self, line: OfferLine) -> list[str]:
        whose = "My offer" if line.by == "me" else "Their offer"
        said = [f"{whose} of {dates.full(line.on)}: {line.status}."]
        if line.is_open and line.valid_until:
            away = dates.relative(line.valid_until, self.view.on)
            said.append(f"To be answered by {dates.full(line.valid_until)}, {away}.")
        if line.answered_on:
            said.append(f"Answered on {dates.full(line.answered_on)}.")
        if line.answer_note:
            said.append(f"“{line.answer_note}”")
        other = line.countered_by_id and self.view.find("offer", line.countered_by_id)
        if isinstance(other, OfferLine):
            amount, every = self._brief(other.terms, other.place.currency)
            said.append(f"Countered on {dates.full(other.on)}: {amount} {every}.")
        if line.agreement_id is not None:
            found = self.view.find("agreement", line.agreement_id)
            if isinstance(found, AgreementLine):
                said.append(f"It became the agreement of {dates.full(found.made_on)}.")
        return said

    def _about(self, line: AgreementLine) -> list[str]:
        paid, total = self._money(line.paid, line), self._money(line.total, line)
        state = {
            "in force": "In force",
            "to come": "Not made yet",
            "replaced": "Replaced",
            "ended": ENDED.get(line.ended_how or "", "ended").capitalize(),
            "completed": "Completed",
        }[line.state]
        said = [f"Agreed on {dates.full(line.made_on)}. {state}."]
        if line.ended_on:
            said[0] = (
                f"Agreed on {dates.full(line.made_on)}. {state} on {dates.full(line.ended_on)}."
            )
        if line.count:
            said.append(f"{line.settled} of {line.count} paid in full: {paid} of {total}.")
        return said

    def _around(self, line: AgreementLine) -> list[str]:
        """Its writing, what it came from and led to, its files, and what was affordable."""
        written = f", {dates.full(line.written_on)}" if line.written_on else ""
        said = [f"Writing: {WRITING[line.writing]}{written}."]
        if line.before:
            days = ", ".join(dates.full(each.made_on) for each in reversed(line.before))
            said.append(f"It replaced: {days}.")
        if line.after:
            days = ", then ".join(dates.full(each.made_on) for each in line.after)
            said.append(f"Replaced by: {days}.")
        if line.offer_id is not None:
            offer = self.view.find("offer", line.offer_id)
            if isinstance(offer, OfferLine):
                whose = "my offer" if offer.by == "me" else "their offer"
                said.append(f"It came from {whose} of {dates.full(offer.on)}.")
        if line.contact_on:
            who = f" with {line.contact_person}" if line.contact_person else ""
            said.append(f"Agreed in the contact of {dates.full(line.contact_on)}{who}.")
        if line.capacity is not None:
            said.append(f"Affordable a month, as seen then: {self._money(line.capacity, line)}.")
        if line.documents:
            said.append(f"Files: {', '.join(line.documents)}.")
        return said

    def schedule(self, line: Line) -> Sequence[Row]:
        """The instalments of an agreement, with what became of each."""
        if isinstance(line, OfferLine):
            return []
        keys = [each.instalment_id for each in line.promises]
        return Lines(keys, lambda place: self._instalment(line, line.promises[place]))

    def _instalment(self, line: AgreementLine, promise: Promise) -> Row:
        style = formats.style(promise)
        # Where all of it is paid, the amount has said so.
        is_part = 0 < promise.paid < promise.amount
        cells = (
            (formats.glyph(promise), style),
            (str(promise.number), "muted"),
            self._short(promise.due_on),
            self._money(promise.amount, line),
            (self._became(promise), style),
            (self._money(promise.paid, line) if is_part else "", "muted"),
        )
        return Row(promise.instalment_id, cells)

    def _became(self, promise: Promise) -> str:
        when = formats.when(promise, self.view.on)
        if promise.outcome in SETTLED or promise.paid:
            on = promise.paid_on
            return f"{when}, {_day(on, self.view.on)}" if on else when
        return when

    def _money(self, amount: int, line: Line) -> str:
        return money.format(amount, line.place.currency, self.locale)

    def _short(self, day: date) -> str:
        return _day(day, self.view.on)


def label(group: Group) -> str:
    """What a debt is called in a heading."""
    return plain(f"{group.place.creditor_name} · {group.place.debt_name}")


def named(line: Line, today: date) -> str:
    """An offer or agreement in a few words, as a question names it."""
    who, day = line.place.creditor_name, dates.short(line.day, today)
    if isinstance(line, OfferLine):
        return f"{'my offer to' if line.by == 'me' else 'the offer of'} {who} of {day}"
    return f"the agreement with {who} of {day}"


def capital(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


def counters(view: Agreements, line: OfferLine) -> Sequence[OfferLine]:
    """The offers of the other side on the same debt, which may have answered this one."""
    return [
        each
        for group in view.groups
        if group.place.debt_id == line.place.debt_id
        for each in group.lines
        if isinstance(each, OfferLine) and each.by != line.by
    ]


def _day(day: date, today: date) -> str:
    """A day without its weekday."""
    return dates.short(day, today).split(" ", 1)[1]
