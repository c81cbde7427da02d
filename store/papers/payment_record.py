"""The payment record: a dated statement of what was promised and what became of it.

It is honest: what was missed stands in it like what was kept, and how it is reckoned is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from sqlmodel import Session

from store.ledger import queries, scores
from store.ledger.documents import File
from store.ledger.score_views import Credibility
from store.ledger.views import Promise
from store.papers import output
from store.papers.paper import Heading, Paragraph, Part, Small, Table
from store.records import revisions
from store.rules import credibility, dates, money
from store.rules.outcome import Outcome

WORDS = {Outcome.RENEGOTIATED_LATE: "renegotiated late", Outcome.PARTIAL: "part paid"}

METHOD = (
    "Kept means paid in full by the due date, or within the days of grace that were agreed. "
    "Credibility is 100 · (1 + Σ weight · credit) ÷ (2 + Σ weight), the expected value of a beta "
    "reputation (Jøsang and Ismail, 2002), from 0 to 100, and 50 where nothing is known. Weight "
    "is the money promised, in months of what could be afforded when it was promised; it halves "
    "with each year after the due date, but not while a promise is open. Credit is 1 for money "
    "that came in time, ½ for 30 days late, ¼ for 60, 0 from 90 days on and for what did not come."
)


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """What was promised to one creditor or to all, as of a day, by creditor and due date.

    `mark` says which entry of the ledger was the newest.
    """

    as_of: date
    promises: Sequence[Promise]
    standing: Credibility
    mark: str


def collect(session: Session, as_of: date, creditor_id: int | None = None) -> PaymentRecord:
    """Read what the record says."""
    found = queries.promises(session, as_of, creditor_id=creditor_id)
    # A stable sort: of each creditor they stay in order of due date.
    found.sort(key=lambda each: (each.creditor_name.casefold(), each.creditor_id))
    standing = scores.standing(session, as_of, creditor_id)
    return PaymentRecord(as_of, found, standing, output.mark(revisions.newest(session)))


def parts(record: PaymentRecord, locale: str) -> list[Part]:
    """The record as a paper, the plain rate of promises kept first."""
    found: list[Part] = [
        Heading("Payment record", 1),
        Paragraph(f"As of {dates.full(record.as_of)}."),
        Paragraph(rate(record.promises), strong=True),
    ]
    if rest := _rest(record.promises, record.as_of):
        found.append(Paragraph(rest))
    for _, group in groupby(record.promises, key=lambda each: each.creditor_id):
        theirs = list(group)
        found.append(Heading(theirs[0].creditor_name))
        found.append(Paragraph(rate(theirs)))
        if shown := [each for each in theirs if _is_told(each, record.as_of)]:
            found.append(table(shown, locale))
    found += [Heading("How it is reckoned"), Paragraph(METHOD), Paragraph(_score(record.standing))]
    if record.mark:
        found.append(Small(record.mark))
    return found


def file(record: PaymentRecord, format: str, locale: str) -> File:
    """The record as a file in one of `output.FORMATS`."""
    name = f"payment-record.{output.ENDINGS[format]}"
    return File(
        name, output.record(parts(record, locale), format, "Payment record", "", record.as_of)
    )


def _is_told(promise: Promise, as_of: date) -> bool:
    return promise.outcome in credibility.RATED or (
        promise.due_on <= as_of and promise.outcome not in _WAITING
    )


_WAITING = (Outcome.UPCOMING, Outcome.DUE)


def rate(promises: Sequence[Promise]) -> str:
    """How many were kept of those that could be, and what became of the others."""
    rated = [each for each in promises if each.outcome in credibility.RATED]
    if not rated:
        return "No promise has fallen due yet."
    kept = sum(each.outcome is Outcome.KEPT for each in rated)
    said = [f"{kept} of {_promises(len(rated))} kept ({100 * kept / len(rated):.0f} %)"]
    late = [each.days_late for each in rated if each.outcome is Outcome.LATE]
    if late:
        said.append(f"{len(late)} paid late, usually by {_days(round(median(late)))}")
    if count := sum(each.outcome.is_overdue for each in rated):
        said.append(f"{count} open")
    if count := sum(each.outcome is Outcome.RENEGOTIATED_LATE for each in rated):
        said.append(f"{count} renegotiated after the due date")
    return "; ".join(said) + "."


def _rest(promises: Iterable[Promise], as_of: date) -> str:
    """What is not part of the rate: what was changed in time, and what is still to come."""
    everything = list(promises)
    said = []
    for outcome, words in (
        (Outcome.RENEGOTIATED, "replaced by new terms before they were missed"),
        (Outcome.CANCELLED, "cancelled"),
        (Outcome.SUSPENDED, "suspended by a moratorium"),
    ):
        if count := sum(each.outcome is outcome for each in everything):
            said.append(f"{count} {words}")
    if count := sum(each.outcome in _WAITING for each in everything):
        said.append(f"{count} still to come")
    return f"Not counted: {', '.join(said)}." if said else ""


def table(promises: Iterable[Promise], locale: str) -> Table:
    """Promises with what became of each."""
    rows = []
    for each in promises:
        amount = money.format(each.amount, each.currency, locale)
        paid = money.format(each.paid, each.currency, locale) if each.paid else ""
        day = each.paid_on.isoformat() if each.paid and each.paid_on else ""
        rows.append((each.due_on.isoformat(), each.debt_name, amount, paid, day, _outcome(each)))
    header = ("Due", "Debt", "Promised", "Paid", "Paid on", "Outcome")
    return Table(header, rows, right=(2, 3))


def _outcome(promise: Promise) -> str:
    word = WORDS.get(promise.outcome, promise.outcome.value)
    if promise.outcome is Outcome.LATE:
        return f"{_days(promise.days_late)} late"
    if promise.outcome.is_overdue:
        return f"{word}, open for {_days(promise.days_late)}"
    return word


def _score(standing: Credibility) -> str:
    score = standing.score
    return (
        f"As of {standing.as_of.isoformat()}: credibility {score.score:.2f} ± {score.margin:.2f}, "
        f"evidence {score.evidence:.2f} ({score.confidence.value})."
    )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _promises(count: int) -> str:
    return "1 promise" if count == 1 else f"{count} promises"
