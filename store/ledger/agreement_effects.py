"""What would become of an agreement: asked before it is renegotiated or deleted.

Nothing is written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session, col, select

from store.ledger import instalments
from store.ledger.facts import of_debt
from store.ledger.promise_book import Book
from store.ledger.settled import lately
from store.records import tables
from store.rules import credibility, what_if
from store.rules.credibility import Promise
from store.rules.errors import NotFound
from store.rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of each instalment of an agreement that is renegotiated on a day."""

    outcomes: tuple[tuple[date, Outcome], ...]
    """By due date."""
    kept_payments: int
    """Payments since that day, which keep what they were for."""


@dataclass(frozen=True, slots=True)
class GoesWith:
    """What is deleted together with an agreement: payments then only lower the balance."""

    instalments: int
    payments: tuple[tuple[date, int], ...]
    """Day and amount of each payment that was for it."""
    documents: tuple[str, ...]
    replaces: date | None
    """When the agreement was made that is in force again then."""
    currency: str


def foresee(session: Session, agreement_id: int, made_on: date, today: date) -> Foreseen:
    """What would become of its instalments if an agreement were renegotiated on a day."""
    row = get(session, agreement_id)
    facts = of_debt(session, row.debt_id)
    facts.agreements = [
        replace(each, replaced_on=made_on) if each.id == agreement_id else each
        for each in facts.agreements
    ]
    as_of = max(made_on, today)
    found = tuple(
        (each.instalment.due_on, each.outcome)
        for each in facts.standings(as_of)
        if each.instalment.agreement_id == agreement_id
    )
    return Foreseen(found, len(payments(session, agreement_id, since=made_on)))


@dataclass(frozen=True, slots=True)
class ScoreEffect:
    """What renegotiating does to the score: now, and if it waits until after the next due date.

    `waiting` and `in_time` are of the same later day, all else kept until then; None where nothing
    of the agreement falls due any more.
    """

    before: float
    after: float
    next_due: date | None
    in_time: float | None
    waiting: float | None


def score_effect(session: Session, agreement_id: int, made_on: date, today: date) -> ScoreEffect:
    """What it does to the score to renegotiate an agreement on a day, and to do so later."""
    book = Book(session, lately(today))
    promises, besides = list(book.promises(as_of=today)), book.kept()

    def score(supposed: Sequence[Promise], as_of: date) -> float:
        return credibility.score_of([*supposed, *besides], as_of).score

    after = _replaced(promises, agreement_id, made_on)
    coming = [
        each
        for each in promises
        if each.agreement.id == agreement_id
        and today <= each.grace_end
        and each.standing(today).outcome.is_open
    ]
    if not coming:
        return ScoreEffect(score(promises, today), score(after, today), None, None, None)
    following = min(coming, key=lambda each: each.grace_end)
    late = following.grace_end + timedelta(days=1)
    others = [
        each if each.agreement.id == agreement_id else kept
        for each, kept in zip(promises, what_if.kept(promises, today, late), strict=True)
    ]
    return ScoreEffect(
        score(promises, today),
        score(after, today),
        following.instalment.due_on,
        score(_replaced(others, agreement_id, made_on), late),
        score(_replaced(others, agreement_id, late), late),
    )


def _replaced(promises: Sequence[Promise], agreement_id: int, on: date) -> list[Promise]:
    return [
        replace(each, agreement=replace(each.agreement, replaced_on=on))
        if each.agreement.id == agreement_id
        else each
        for each in promises
    ]


def goes_with(session: Session, agreement_id: int) -> GoesWith:
    """What deleting an agreement would delete with it."""
    row = get(session, agreement_id)
    replaced = row.supersedes_id and session.get(tables.Agreement, row.supersedes_id)
    return GoesWith(
        len(instalments.of_agreement(session, agreement_id)),
        tuple((each.paid_on, each.amount) for each in payments(session, agreement_id)),
        tuple(each.name for each in documents(session, agreement_id)),
        replaced.made_on if replaced else None,
        instalments.holder(session, row.debt_id).currency,
    )


# --- what rests on it -----------------------------------------------------------------------


def get(session: Session, agreement_id: int) -> tables.Agreement:
    """The agreement of that number; raises `NotFound` where there is none."""
    row = session.get(tables.Agreement, agreement_id)
    if row is None:
        raise NotFound("That agreement is no longer there.")
    return row


def payments(
    session: Session, agreement_id: int, since: date | None = None
) -> Sequence[tables.Payment]:
    """The payments that are for its instalments, by day."""
    payment, allotment, instalment = tables.Payment, tables.Allotment, tables.Instalment
    found = select(payment).where(
        col(payment.id).in_(
            select(allotment.payment_id)
            .join(instalment, col(instalment.id) == col(allotment.instalment_id))
            .where(instalment.agreement_id == agreement_id)
        )
    )
    if since is not None:
        found = found.where(payment.paid_on >= since)
    return session.exec(found.order_by(col(payment.paid_on), col(payment.id))).all()


def documents(session: Session, agreement_id: int) -> Sequence[tables.Document]:
    """The files that belong to it."""
    document = tables.Document
    return session.exec(select(document).where(document.agreement_id == agreement_id)).all()
