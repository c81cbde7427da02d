"""How outcomes, money and days look and read: the same on screens and in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from store.rules import dates, money
from store.rules.credibility import Confidence
from store.rules.outcome import Outcome

if TYPE_CHECKING:
    from store.ledger.forecast_views import Outlook
    from store.ledger.payments import Logged, Settled
    from store.ledger.score_views import Badge
    from store.ledger.views import Promise, Today

GLYPHS = {
    Outcome.UPCOMING: "○",
    Outcome.DUE: "◔",
    Outcome.KEPT: "●",
    Outcome.LATE: "◷",
    Outcome.PARTIAL: "◐",
    Outcome.MISSED: "◌",
    Outcome.RENEGOTIATED: "↻",
    Outcome.RENEGOTIATED_LATE: "↺",
    Outcome.CANCELLED: "–",
    Outcome.SUSPENDED: "‖",
}

STYLES = {
    Outcome.DUE: "accent",
    Outcome.KEPT: "good",
    Outcome.LATE: "late",
    Outcome.PARTIAL: "late",
    Outcome.MISSED: "late",
    Outcome.RENEGOTIATED: "muted",
    Outcome.RENEGOTIATED_LATE: "muted",
    Outcome.CANCELLED: "muted",
    Outcome.SUSPENDED: "muted",
}
"""The style name of each outcome, as the widgets know it; none is plain text."""

WORDS = {
    Outcome.RENEGOTIATED_LATE: "renegotiated late",
}


def in_danger(promise: Promise) -> bool:
    """A priority debt whose promise is overdue: the only thing that is shown in red."""
    return promise.priority and promise.outcome.is_overdue


def glyph(promise: Promise) -> str:
    """One cell that says what became of a promise, without colour."""
    return "✗" if in_danger(promise) else GLYPHS[promise.outcome]


def style(promise: Promise) -> str:
    """The style name that goes with its glyph."""
    return "danger" if in_danger(promise) else STYLES.get(promise.outcome, "")


def word(outcome: Outcome) -> str:
    """An outcome in words."""
    return WORDS.get(outcome, outcome.value)


def days(count: int) -> str:
    """A number of days in words."""
    return "1 day" if count == 1 else f"{count} days"


def when(promise: Promise, today: date) -> str:
    """How far off a promise is, or how late, in words."""
    outcome = promise.outcome
    if outcome.is_overdue or outcome is Outcome.LATE:
        late = f"{days(promise.days_late)} late"
        return f"{late}, part paid" if outcome is Outcome.PARTIAL else late
    if outcome is Outcome.DUE:
        if promise.due_on == today:
            return "due today"
        if promise.last_day == today:
            return "last day is today"
        return f"grace to {dates.short(promise.last_day, today)}"
    if outcome is Outcome.UPCOMING:
        return dates.relative(promise.due_on, today)
    return word(outcome)


NOT_LOGGED = ("?", "not logged yet")
"""What stands for how late a promise is while nobody has said that it was not paid."""


def not_logged(view: Today) -> str:
    """How many payments are to be caught up with, and since when; empty for none."""
    count = len(view.to_catch_up)
    if not count:
        return ""
    are = "payment is" if count == 1 else "payments are"
    since = ""
    if view.last_entry is not None and view.was_silent:
        since = f" since {dates.short(view.last_entry, view.on)}"
    return f"{count} {are} {NOT_LOGGED[1]}{since}"


def place(promise: Promise) -> str:
    """Which instalment it is of how many."""
    return f"{promise.number} of {promise.count}"


def amount(promise: Promise, locale: str) -> str:
    """What is still to pay on an open promise, else what was promised."""
    minor = promise.unpaid if promise.outcome.is_open else promise.amount
    return money.format(minor, promise.currency, locale)


def badge(badge: Badge | None) -> tuple[str, str]:
    """The score as every screen shows it, and the style name of its change.

    Below 2 of evidence there is no number, only `new`.
    """
    if badge is None:
        return "", ""
    if badge.score.confidence is Confidence.TOO_LITTLE:
        return "new", ""
    number = f"{badge.score.score:.0f}"
    if badge.before.confidence is Confidence.TOO_LITTLE or not badge.change:
        return number, ""
    up = badge.change > 0
    return f"{number} {'▲' if up else '▼'}{abs(badge.change)}", "up" if up else "down"


def moved(before: Badge | None, after: Badge | None) -> str:
    """How the score moved, to the whole point; empty where it did not, or is not said yet."""
    if before is None or after is None:
        return ""
    if Confidence.TOO_LITTLE in (before.score.confidence, after.score.confidence):
        return ""
    was, now = f"{before.score.score:.0f}", f"{after.score.score:.0f}"
    return f"credibility {was} → {now}" if was != now else ""


def promise_details(promise: Promise, today: date, locale: str) -> list[str]:
    """What there is to know of a promise beside who and how much, a line each."""
    lines = [
        f"{money.format(promise.amount, promise.currency, locale)} promised for "
        f"{dates.short(promise.due_on, today)}: {when(promise, today)}"
    ]
    if promise.paid:
        on = f", {dates.short(promise.paid_on, today)}" if promise.paid_on else ""
        lines.append(f"{money.format(promise.paid, promise.currency, locale)} paid{on}")
    if promise.outcome.is_open:
        if promise.grace_days and not promise.outcome.is_overdue:
            lines.append(f"Grace to {dates.short(promise.last_day, today)}")
        if promise.paid_by is not None:
            lines.append(f"Paid by {promise.paid_by}")
        if promise.priority:
            lines.append(f"Priority: {promise.consequence or 'this one comes first'}")
    return lines


def brief(minor: int, currency: str) -> str:
    """An amount where there is little room: without its currency, and without empty decimals."""
    text = money.to_text(minor, currency)
    whole, _, fraction = text.partition(".")
    return whole if not fraction.strip("0") else text


def short_name(name: str) -> str:
    """A name where there is little room: its first word, if that says enough."""
    first = name.split(" ", 1)[0]
    return first if len(name) > 9 and len(first) >= 5 else name


def logged_text(logged: Logged, today: date, locale: str) -> str:
    """A payment in one line: what was paid, and what it settled."""
    paid = money.format(logged.amount, logged.currency, locale)
    effects = settled_texts(logged.settled, logged.currency, today, locale)
    if logged.unallotted:
        rest = money.format(logged.unallotted, logged.currency, locale)
        effects.append(f"{rest} {for_nothing(logged.stated_on)}")
    return " · ".join([f"Paid {paid} to {logged.creditor}", *effects])


def for_nothing(stated_on: date | None) -> str:
    """What becomes of money that no instalment takes; of a balance's day it is counted already."""
    return "lowers the balance only" if stated_on is None else "is for no instalment"


def counted_text(stated_on: date, today: date) -> str:
    """Why a payment does not lower what is owed."""
    day = dates.short(stated_on, today)
    return f"It does not lower what is owed: the balance of {day} counts what was paid until then."


def owed_text(logged: Logged, today: date, locale: str) -> str:
    """What to know of what is owed after a payment: that it is more, or does not change that."""
    if logged.stated_on is not None:
        return counted_text(logged.stated_on, today)
    more = beyond_text(logged, locale)
    return f"That is {more}: if that is a slip, `accord undo` takes it back." if more else ""


def beyond_text(logged: Logged, locale: str) -> str:
    """By how much a payment is more than was owed; empty where it is not."""
    if not logged.beyond:
        return ""
    return f"{money.format(logged.beyond, logged.currency, locale)} more than was owed"


def settled_texts(settled: Sequence[Settled], currency: str, today: date, locale: str) -> list[str]:
    """What a payment does for the first two instalments, and how far it goes on."""
    found = [settled_text(each, currency, today, locale) for each in settled]
    if len(found) > 2:
        found[2:] = [f"and {len(found) - 2} more, to {found[-1]}"]
    return found


def settled_text(settled: Settled, currency: str, today: date, locale: str) -> str:
    """What a payment does for one instalment."""
    due = f"instalment of {dates.short(settled.due_on, today).split(' ', 1)[1]}"
    if settled.missing:
        return f"{due}, {money.format(settled.missing, currency, locale)} still open"
    if settled.days_late:
        return f"{due}, {days(settled.days_late)} late"
    return f"{due}, kept"


def short(outlooks: Sequence[Outlook], locale: str) -> str:
    """The first day on which the cash is short; empty where it is on none that is known."""
    found = [(each.short_on, each) for each in outlooks if each.short_on is not None]
    if not found:
        return ""
    day, first = min(found, key=lambda each: each[0])
    gap = money.format(first.gap, first.currency, locale)
    return f"The cash is {gap} short on {dates.short(day, first.start)}."


def to_act(days_left: int) -> str:
    """How long there is to talk to those whose promises are at risk."""
    return f"{days(days_left)} to act" if days_left else "today is the day to talk to them"


NOTHING_PROMISED = "Nothing is promised yet: 2 shows what comes next with each."


def is_unplanned(view: Today) -> bool:
    """Whether something is owed, and no payment was ever promised."""
    is_owed = any(each.balance is None or each.balance > 0 for each in view.owed)
    return is_owed and not view.counts and view.next_promise is None


def headline(
    overdue: int,
    due: int,
    others: int,
    next_promise: Promise | None,
    today: date,
    short: str = "",
    unplanned: str = "",
) -> str:
    """Today in one plain sentence.

    `others` counts what else needs me, and `short` says when the cash is; `unplanned` is said where
    nothing was ever promised of what is owed. With any of them, it is not done for today.
    """
    parts = []
    if overdue:
        parts.append(f"{_number(overdue)} {'payment is' if overdue == 1 else 'payments are'} open")
    if due:
        what = "" if overdue else " payment" if due == 1 else " payments"
        parts.append(f"{_number(due)}{what} {'is' if due == 1 else 'are'} due now")
    if parts:
        sentence = " and ".join(parts)
        return f"{sentence[0].upper()}{sentence[1:]}."
    said = [] if others or short or unplanned else ["Done for today."]
    if others:
        what = "thing needs" if others == 1 else "things need"
        said.append(f"No payment is due, but {_number(others)} {what} you.")
    elif short:
        said.append("No payment is due.")
    said += [short] if short else []
    if next_promise is None:
        said.append(unplanned or "Nothing more is promised.")
    else:
        day = dates.short(next_promise.due_on, today)
        said.append(f"Next: {next_promise.creditor_name} on {day}.")
    return " ".join(said)


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)


def harmless(text: str) -> str:
    """Text of a person or a file as one line, without what a terminal would obey."""
    return "".join(mark if mark.isprintable() else " " for mark in text)
