"""The cash ahead: a bar a day, what comes in, where it is short, and what can be paid when."""

from collections.abc import Iterable, Sequence
from datetime import date

from textual.content import Content
from textual.widgets import Static

from store.ledger.forecast_views import Outlook
from store.ledger.score_views import NextPayment
from store.rules import dates, money
from tui import formats
from tui.widgets.cells import plain

BARS = "▁▂▃▄▅▆▇█"
SHORT = "▼"
PAYDAY = "↑"
STEPS = 3  # payments that the card speaks of
RISKS = 2  # promises at risk that it names


class CashCard(Static):
    """Each currency's cash for the coming days, as it stands without anything new."""

    DEFAULT_CSS = """
    CashCard { height: auto; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__("", markup=False, classes="card", id=id)
        self.border_title = "Cash ahead"
        self._said: tuple[Sequence[Outlook], str, Sequence[NextPayment]] | None = None

    def show(
        self, outlooks: Sequence[Outlook], locale: str, payments: Sequence[NextPayment] = ()
    ) -> None:
        """Show what is ahead; `payments` say when each open promise can be paid."""
        self._said = (outlooks, locale, payments)
        self._redraw()

    def on_resize(self) -> None:
        """A bar a day, as far as the width goes."""
        self._redraw()

    def _redraw(self) -> None:
        if self._said is None:
            return
        outlooks, locale, payments = self._said
        lines: list[Content] = []
        for each in outlooks:
            lines += _lines(each, locale, max(20, self.content_size.width or 34))
        today = outlooks[0].start if outlooks else date.min
        lines += [Content.styled(each, "$foreground 80%") for each in _steps(payments, today)]
        self.update(Content("\n").join(lines))
        self.display = bool(lines)


def _lines(found: Outlook, locale: str, width: int) -> Iterable[Content]:
    if not found.is_known or found.opening is None:
        yield Content(request(found))
        return
    now = money.format(found.opening, found.currency, locale)
    payday = next(iter(found.paydays), None)
    coming = "" if payday is None else f" · payday {dates.short(payday, found.start)}"
    yield Content(f"{now} now{coming}")
    bars, marks = chart(found, width)
    yield Content.styled(bars, "$text-success")
    if marks.strip():
        yield Content.styled(marks, "$text-warning")
    if found.left_out:
        yield Content(plain(f"Left out, no day said: {', '.join(found.left_out)} · e on Plan"))
    if found.short_on is None:
        if found.carries:
            yield Content(f"It carries all until {dates.short(found.days[-1][0], found.start)}.")
        return
    gap = money.format(found.gap, found.currency, locale)
    yield Content.styled(
        f"{SHORT} {gap} short on {dates.short(found.short_on, found.start)}", "$text-warning"
    )
    if found.days_to_act is not None:
        yield Content(plain(_at_risk(found, found.days_to_act)))


def _at_risk(found: Outlook, days_to_act: int) -> str:
    """The promises that a short day puts at risk, and how long there is to talk about them."""
    named = [
        f"{formats.short_name(each.creditor_name)}, {dates.short(each.due_on, found.start)}"
        for each in found.at_risk[:RISKS]
    ]
    more = len(found.at_risk) - len(named)
    risks = f"{'; '.join(named)}{f' and {more} more' if more else ''}"
    return f"At risk: {risks} · {formats.to_act(days_to_act)}"


def request(found: Outlook) -> str:
    """What is asked for where the cash is not known."""
    if found.counted_on is None:
        return "$ what cash is there?"
    return f"$ what cash is there? {dates.short(found.counted_on, found.start)} is too old."


def chart(found: Outlook, width: int) -> tuple[str, str]:
    """A bar for each day (or few days), and under it paydays and the days that are short.

    A bar of some days shows the least that is there on any of them.
    """
    step = -(-len(found.days) // width)
    groups = [found.days[n : n + step] for n in range(0, len(found.days), step)]
    most = max(1, *(balance for _, balance in found.days))
    bars, marks = [], []
    paydays = set(found.paydays)
    for group in groups:
        least = min(balance for _, balance in group)
        level = min(len(BARS) - 1, max(0, least) * len(BARS) // (most + 1))
        bars.append(BARS[level])
        is_payday = any(day in paydays for day, _ in group)
        marks.append(SHORT if least < 0 else PAYDAY if is_payday else " ")
    return "".join(bars), "".join(marks).rstrip()


def _steps(payments: Sequence[NextPayment], today: date) -> Iterable[str]:
    """What can be paid when; what has to wait is to be told now."""
    for each in payments[:STEPS]:
        name = plain(formats.short_name(each.promise.creditor_name))
        if each.on is None:
            yield f"{name}: too little; tell them"
        elif each.on == today:
            yield f"{name} today is safe."
        else:
            yield f"{name}: {dates.short(each.on, today)} · tell them"
