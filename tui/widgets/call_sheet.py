"""The call sheet: what one needs with the telephone in hand, as plain lines."""

from collections.abc import Iterator
from datetime import date

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.ledger.contact_views import CallSheet, SheetDebt
from store.rules import dates, money
from store.rules.terms import sentences
from tui import formats, verdicts
from tui.widgets.cells import plain


class CallSheetPane(VerticalScroll, can_focus=False):
    """What I owe them, what was agreed, what is open, and my situation in my own words."""

    DEFAULT_CSS = """
    CallSheetPane {
        width: 44; height: auto; max-height: 100%; padding: 1 2; margin-left: 1;
        border: round $foreground 30%; border-title-color: $text-primary;
        background: $surface; color: $foreground; scrollbar-size-vertical: 1;
        & > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, today: date, locale: str) -> None:
        """`locale` writes the amounts."""
        super().__init__()
        self.today, self.locale = today, locale
        self.border_title = "Call sheet"
        self._said: list[str] = []

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static("Choose a creditor, and what you need stands here.", markup=False)

    @property
    def lines(self) -> list[str]:
        """What it says, a line each; none before a creditor is chosen."""
        return self._said

    def show(self, sheet: CallSheet) -> None:
        """Show the sheet of a creditor."""
        self.border_title = Content(plain(sheet.name))
        lines = list(self.lines_of(sheet))
        self._said = [each.plain for each in lines]
        self.query_one(Static).update(Content("\n").join(lines))

    def lines_of(self, sheet: CallSheet) -> Iterator[Content]:
        """What a sheet says, a line each."""
        for each in (sheet.phone, sheet.email):
            if each:
                yield Content(plain(each))
        for debt in sheet.debts:
            yield from self._debt(debt, sheet.currency)
        if sheet.undertakings:
            yield from _heading("To be done")
            for undertaken in sheet.undertakings:
                who = "I" if undertaken.by == "me" else "they"
                day = f" by {self._day(undertaken.due_on)}" if undertaken.due_on else ""
                yield Content(plain(f"{who}: {undertaken.text}{day}"))
        if sheet.last is not None:
            yield from _heading(f"Last time, {self._day(sheet.last.at.date())}")
            yield Content(plain(sheet.last.summary[:400]))
        yield from _heading("Ask for")
        yield Content("The name of who you speak to. What you agree on, in writing.")
        if sheet.situation:
            yield from _heading("My situation")
            yield Content(plain(sheet.situation))

    def _debt(self, debt: SheetDebt, currency: str) -> Iterator[Content]:
        yield from _heading(debt.name)
        if debt.caution:
            yield Content.styled(plain(f"! {debt.caution}"), "$text-warning")
        if debt.reference:
            yield Content(plain(f"their reference {debt.reference}"))
        if debt.balance is not None:
            yield Content(f"{money.format(debt.balance, currency, self.locale)} owed")
        for terms in debt.terms:
            for sentence in sentences(terms, currency, self.locale):
                yield Content(plain(sentence))
        for due_on, missing, outcome in debt.open:
            amount = money.format(missing, currency, self.locale)
            glyph, word = formats.GLYPHS[outcome], formats.word(outcome)
            yield Content(f"{glyph} {amount} {self._day(due_on)}, {word}")
        for side, day, terms in debt.offers:
            whose = "My offer" if side == "me" else "Their offer"
            said = " ".join(sentences(terms, currency, self.locale))
            yield Content(plain(f"{whose} of {self._day(day)}: {said}"))
        if debt.uncovered:
            yield Content.styled(
                plain(f"! {verdicts.cover_first(debt.uncovered)}"), "$text-warning"
            )
        elif debt.can_offer is not None and debt.can_offer > 0:
            most = money.format(debt.can_offer, currency, self.locale)
            fair = ""
            if debt.share:
                fair = f"; a fair share is {money.format(debt.share, currency, self.locale)}"
            yield Content(f"I can offer up to {most} a month{fair}.")
        elif debt.can_offer is not None:
            yield Content("Nothing is left to offer: ask for a deferral or a freeze.")
        for status, day, why in debt.reasons:
            yield Content(plain(f"They {status} my offer, {self._day(day)}: “{why}”"))

    def _day(self, day: date) -> str:
        return dates.short(day, self.today)


def _heading(text: str) -> Iterator[Content]:
    yield Content("")
    yield Content.styled(plain(text), "bold")
