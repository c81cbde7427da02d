"""What the command line prints: plain tables for people, JSON for programs.

In JSON money is text with a dot, a day is ISO, and records are named by their keys.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from store.rules import dates, money
from tui import formats
from tui.settings import people_locale

if TYPE_CHECKING:
    from store.exchange.portable import Report
    from store.ledger.forecast_views import Outlook
    from store.ledger.payments import Logged
    from store.ledger.score_views import Credibility
    from store.ledger.views import Key, Promise, Today, UndertakingLine
    from store.rules.credibility import Score

Plain = dict[str, Any]

WIDEST = 60
"""Columns of a sentence in a table, after which it goes on in the next line."""


def json_text(value: Any) -> str:
    """A value as JSON that people can read too."""
    from store.exchange.portable.dumping import as_text

    return as_text(value, indent=2)


def harmless_lines(text: str) -> str:
    """A text of any number of lines, without what a terminal would obey."""
    return "\n".join(map(formats.harmless, text.split("\n")))


def promise_json(promise: Promise) -> Plain:
    """An instalment, as `promises --json` has it."""
    return {
        "creditor": promise.creditor,
        "debt": promise.debt,
        "agreement": promise.agreement,
        "due_on": promise.due_on.isoformat(),
        "amount": money.to_text(promise.amount, promise.currency),
        "currency": promise.currency,
        "outcome": promise.outcome.value,
        "paid": money.to_text(promise.paid, promise.currency),
        "paid_on": promise.paid_on and promise.paid_on.isoformat(),
        "days_late": promise.days_late,
        "grace_days": promise.grace_days,
    }


def promises_text(promises: Sequence[Promise], today: date) -> str:
    """Instalments as a table."""
    if not promises:
        return "No promised payments there."
    return table(_promise_rows(promises, today, people_locale()), right=(3,))


def today_json(view: Today) -> Plain:
    """Today, as `today --json` has it."""
    return {
        "on": view.on.isoformat(),
        "overdue": [promise_json(each) for each in view.overdue],
        "due": [promise_json(each) for each in view.due],
        "upcoming": [promise_json(each) for each in view.upcoming],
        "undertakings": [
            {
                "creditor": each.creditor,
                "contact": each.contact,
                "by": each.by,
                "text": each.text,
                "due_on": each.due_on and each.due_on.isoformat(),
            }
            for each in view.undertakings
        ],
        "papers": [
            {
                "creditor": each.creditor,
                "debt": each.debt,
                "agreement": each.agreement,
                "made_on": each.made_on.isoformat(),
                "writing": each.writing,
            }
            for each in view.papers
        ],
        "warnings": [
            {
                "kind": each.kind,
                "creditor": each.creditor,
                "debt": each.debt,
                "on": each.on.isoformat(),
                "text": each.text,
            }
            for each in view.warnings
        ],
    }


def today_text(view: Today, days: int) -> str:
    """Today for a shell greeting or a mail: a sentence, then what it is about."""
    if view.is_empty:
        return "Your ledger is empty. `accord` helps to begin, `accord load FILE` fills it."
    on = view.on
    locale = people_locale()
    unplanned = "Nothing is promised yet: `accord creditors` shows what comes next with each."
    sentence = formats.headline(
        len(view.overdue),
        len(view.due),
        len(view.to_do),
        view.next_promise,
        on,
        unplanned=unplanned if formats.is_unplanned(view) else "",
    )
    blocks = [f"{dates.short(on, on)}. {sentence}", *_short(view.outlooks, locale)]
    if not_logged := formats.not_logged(view):
        blocks.append(f"{not_logged}: `accord`, then k, goes through them, one key each.")
    to_catch_up = {each.record for each in view.to_catch_up}
    needs = _promise_rows((*view.overdue, *view.due), on, locale, to_catch_up)
    blocks += _block("Needs you", needs, right=(3,))
    blocks += _block(f"Next {formats.days(days)}", _promise_rows(view.upcoming, on, locale), (3,))
    said = [
        (
            "✉",
            each.creditor_name,
            each.text if each.by == "me" else f"they said: {each.text}",
            _by(each, on),
        )
        for each in view.undertakings
    ]
    said += [
        ("!", each.creditor_name, each.text, dates.short(each.on, on)) for each in view.warnings
    ]
    said += [
        ("✎", each.creditor_name, f"{each.debt_name}: not in writing yet ({each.writing})", "")
        for each in view.papers
    ]
    blocks += _block("To do and to watch", [line for each in said for line in _wrapped(each)])
    return "\n".join(blocks)


def _by(undertaking: UndertakingLine, today: date) -> str:
    """The last day of an undertaking, and how long it is past; empty where none was said."""
    due = undertaking.due_on
    if due is None:
        return ""
    late = (today - due).days
    return f"by {dates.short(due, today)}" + (f": {formats.days(late)} late" if late > 0 else "")


def _wrapped(line: tuple[str, str, str, str]) -> list[tuple[str, str, str, str]]:
    """A line of which the text goes on under itself where it is long."""
    glyph, name, text, day = line
    first, *rest = wrap(formats.harmless(text), WIDEST) or [""]
    return [(glyph, name, first, day), *(("", "", each, "") for each in rest)]


def _short(outlooks: Sequence[Outlook], locale: str) -> list[str]:
    """When the cash is short first, and which promises that puts at risk; nothing if it is not."""
    found = [each for each in outlooks if each.short_on is not None]
    if not found:
        return []
    first = min(found, key=lambda each: each.short_on or each.start)
    risks = [
        f"{each.creditor_name} {formats.amount(each, locale)}, due "
        f"{dates.short(each.due_on, first.start)}"
        for each in first.at_risk
    ]
    said = f"{formats.short(outlooks, locale)} At risk: {'; '.join(risks)}."
    return [formats.harmless(said) if risks else formats.short(outlooks, locale)]


def score_json(found: Credibility) -> Plain:
    """How my word stands, as DESIGN says."""
    return {
        "as_of": found.as_of.isoformat(),
        "creditor": found.creditor,
        "score": found.score.score,
        "margin": found.score.margin,
        "evidence": found.score.evidence,
        "confidence": found.score.confidence.value,
        "counts": {outcome.value: count for outcome, count in found.counts.items()},
        "streak": found.streak,
        "told_in_time": {"told": found.told, "of": found.to_tell},
    }


def score_text(found: Credibility, today: date) -> str:
    """How my word stands, as a table for people."""
    score = found.score
    lines = [
        ("Credibility", found.creditor_name or "with everybody"),
        ("as of", dates.short(found.as_of, today)),
        ("score", f"{score.score:.2f} ± {score.margin:.2f}"),
        ("evidence", f"{score.evidence:.2f}, {score.confidence.value}"),
        *((formats.word(each), str(count)) for each, count in found.counts.items() if count),
        ("kept in a row", str(found.streak)),
        ("told in time", f"{found.told} of {found.to_tell}"),
    ]
    return table(lines)


def history_json(points: Sequence[tuple[date, Score]]) -> Plain:
    """The score over time, as DESIGN says."""
    return {
        "points": [
            {
                "on": day.isoformat(),
                "score": each.score,
                "margin": each.margin,
                "evidence": each.evidence,
            }
            for day, each in points
        ]
    }


def history_text(points: Sequence[tuple[date, Score]], today: date) -> str:
    """The score over time, a line a day, with a bar."""
    return table(
        [
            (
                dates.short(day, today),
                f"{each.score:.1f}",
                f"± {each.margin:.1f}",
                "▰" * round(each.score / 5),
            )
            for day, each in points
        ],
        right=(1, 2),
    )


def load_json(report: Report) -> Plain:
    """What a load did."""
    return {
        "added": dict(report.added),
        "differences": [
            {
                "record": each.record,
                "key": each.key,
                "field": each.field,
                "ledger": each.ledger,
                "file": each.file,
            }
            for each in report.differences
        ],
    }


def load_text(report: Report, path: Path) -> str:
    """What a load did, in words."""
    lines = [f"Loaded {report} into {path}."]
    lines += [
        f"Left as it is: {each.record} {each.key}, {each.field} is {_brief(each.ledger)} here "
        f"and {_brief(each.file)} in the file."
        for each in report.differences
    ]
    return "\n".join(lines)


def logged_json(logged: Logged) -> Plain:
    """A payment as it was recorded."""
    return {
        "creditor": logged.creditor_key,
        "debt": logged.debt_key,
        "paid_on": logged.paid_on.isoformat(),
        "amount": money.to_text(logged.amount, logged.currency),
        "currency": logged.currency,
        "for": [
            {
                "due_on": each.due_on.isoformat(),
                "amount": money.to_text(each.part, logged.currency),
                "outcome": each.outcome.value,
                "days_late": each.days_late,
            }
            for each in logged.settled
        ],
        "unallotted": money.to_text(logged.unallotted, logged.currency),
        "stated_on": None if logged.stated_on is None else logged.stated_on.isoformat(),
    }


def _promise_rows(
    promises: Sequence[Promise], today: date, locale: str, to_catch_up: Set[Key] = frozenset()
) -> list[tuple[str, ...]]:
    return [
        _promise_cells(each, today, locale, is_logged=each.record not in to_catch_up)
        for each in promises
    ]


def _promise_cells(
    promise: Promise, today: date, locale: str, *, is_logged: bool
) -> tuple[str, ...]:
    glyph, when = formats.NOT_LOGGED
    if is_logged:
        glyph, when = formats.glyph(promise), formats.when(promise, today)
    return (
        glyph,
        promise.creditor_name,
        promise.debt_name,
        formats.amount(promise, locale),
        f"due {dates.short(promise.due_on, today)}",
        when,
        "priority" if promise.priority and promise.outcome.is_open else "",
    )


def _block(title: str, lines: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> list[str]:
    return ["", title, table(lines, right, "  ")] if lines else []


def table(lines: Sequence[tuple[str, ...]], right: tuple[int, ...] = (), indent: str = "") -> str:
    """Columns as wide as what is in them; those in `right` end at one edge."""
    plain = [[formats.harmless(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*plain, strict=True)]
    return "\n".join(
        indent
        + "  ".join(
            cell.rjust(width) if index in right else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in plain
    )


def _brief(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
