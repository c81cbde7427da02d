"""All that passed about a creditor or a debt, day by day and in full: what an evidence pack tells.

What is left out (see `LEAVABLE`) is left out of every line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from sqlmodel import Session, col, select

from store.ledger import breach_queries, creditor_queries, queries
from store.ledger import terms as ledger_terms
from store.ledger.breach_queries import BreachLine
from store.ledger.contacts import local
from store.ledger.creditor_views import DebtLine
from store.ledger.documents import Owner
from store.ledger.views import PaymentLine, Promise
from store.records import tables
from store.rules import dates, money
from store.rules import terms as term_rules
from store.rules.errors import NotFound
from store.rules.outcome import Outcome

LEAVABLE = {
    "person": "names of people that I spoke with",
    "reference": "account and call references",
    "hardship": "reasons of hardship",
    "situation": "my situation",
    "notes": "notes on payments, charges and answers",
    "documents": "files",
    "address": "my name and address",
}
"""What can be left out of a pack, by its name."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pack is about: a creditor with all its debts, or one debt with all its holders."""

    creditor_id: int | None = None
    debt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: its day, what it was, and what there is to say of it."""

    on: date
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A scope with its name, its debts, and all that happened by a day, the oldest first."""

    name: str
    debts: Sequence[DebtLine]
    entries: Sequence[Entry]
    promises: Sequence[Promise]
    breaches: Sequence[BreachLine]
    payments: Sequence[PaymentLine]
    owners: Sequence[Owner]
    """The records whose documents belong to it."""


def collect(
    session: Session,
    today: date,
    scope: Scope,
    locale: str,
    *,
    private: bool = False,
    without: frozenset[str] = frozenset(),
) -> Timeline:
    """Read all of it; `private` situations are told only if that is wanted."""
    reader = _Reader(session, today, scope, locale, private, without)
    entries = sorted(reader.entries(), key=lambda each: each[0].on)
    owners = {owner for _, owner in entries if owner is not None}
    held: set[Owner] = {("debt", each.debt_id) for each in reader.debts}
    held |= {("creditor", id_) for id_ in reader.creditor_ids}
    return Timeline(
        reader.name,
        reader.debts,
        [each for each, _ in entries],
        reader.promises,
        reader.breaches,
        reader.payments,
        sorted(owners | held),
    )


class _Reader:
    def __init__(
        self,
        session: Session,
        today: date,
        scope: Scope,
        locale: str,
        private: bool,
        without: frozenset[str],
    ) -> None:
        self.session, self.today, self.locale = session, today, locale
        self.private, self.without = private, without
        self.scope = scope
        known = creditor_queries.debts(session, today)
        if scope.debt_id is not None:
            self.debts = [each for each in known if each.debt_id == scope.debt_id]
            self.name = self.debts[0].name if self.debts else ""
            self.creditor_ids = {id_ for each in self.debts for _, id_, _ in each.chain}
        else:
            creditor = session.get(tables.Creditor, scope.creditor_id)
            self.name = creditor.name if creditor else ""
            self.debts = [
                each for each in known if any(id_ == scope.creditor_id for _, id_, _ in each.chain)
            ]
            self.creditor_ids = {scope.creditor_id or 0}
        if not self.name:
            raise NotFound("That is no longer there.")
        self.by_id = {each.debt_id: each for each in self.debts}
        self.promises = [
            each
            for each in queries.promises(session, today, creditor_id=scope.creditor_id)
            if each.debt_id in self.by_id
        ]
        self.breaches = [
            each
            for each in breach_queries.breaches_of(
                session, today, queries.promises(session, today), scope.creditor_id
            )
            if each.creditor_id in self.creditor_ids
            and (each.breach.debt_id is None or each.breach.debt_id in self.by_id)
        ]
        self.payments = [
            each
            for each in queries.payments(session, since=date.min, until=today)
            if each.debt_id in self.by_id and self._holds(each.debt_id, each.paid_on)
        ]

    def entries(self) -> Iterator[tuple[Entry, Owner | None]]:
        """Each entry with the record whose documents go with it."""
        yield from self._contacts()
        yield from self._terms()
        for payment in self.payments:
            yield (
                Entry(payment.paid_on, "Payment", self._payment(payment)),
                (
                    "payment",
                    payment.payment_id,
                ),
            )
            if payment.returned_on is not None and payment.returned_on <= self.today:
                back = f"{self._money(payment.amount, payment.debt_id)} came back"
                yield Entry(payment.returned_on, "Returned", back), None
        for row in self._every(tables.Charge):
            if self._holds(row.debt_id, row.on):
                text = f"{row.kind.capitalize()} of {self._money(row.amount, row.debt_id)}"
                yield Entry(row.on, "Charge", self._with(text, self._note(row.note))), None
        for row in self._every(tables.Balance):
            if self._holds(row.debt_id, row.on):
                text = f"They say {self._money(row.amount, row.debt_id)} is owed"
                yield Entry(row.on, "Balance", self._with(text, row.source)), None
        for row in self._every(tables.Transfer):
            to = self.session.get_one(tables.Creditor, row.to_creditor_id).name
            text = f"{self.by_id[row.debt_id].name} went to {to}"
            yield Entry(row.on, "Transfer", self._with(text, self._note(row.note))), None
        for row in self._every(tables.Moratorium):
            until = f" until {dates.full(row.ends_on)}" if row.ends_on else ""
            text = f"{self.by_id[row.debt_id].name} may not be pursued{until}"
            yield Entry(row.starts_on, "Moratorium", self._with(text, self._note(row.note))), None
        for promise in self.promises:
            if (said := _not_kept(promise)) and promise.due_on <= self.today:
                amount = money.format(promise.amount, promise.currency, self.locale)
                text = f"{amount} of {promise.debt_name}, due this day: {said}"
                yield Entry(promise.due_on, "Promise", text), None
        for line in self.breaches:
            right = line.breach.put_right_on
            end = f"; put right on {dates.full(right)}" if right else "; not put right yet"
            yield Entry(line.breach.on, "Not kept by them", f"{line.text(self.locale)}{end}"), None

    def _contacts(self) -> Iterator[tuple[Entry, Owner]]:
        contact, undertaking = tables.Contact, tables.Undertaking
        told = {row.id: row for row in self.session.exec(select(tables.Situation))}
        said: dict[int | None, list[tables.Undertaking]] = {}
        for each in self.session.exec(select(undertaking).order_by(col(undertaking.id))):
            said.setdefault(each.contact_id, []).append(each)
        for row in self.session.exec(
            select(contact).where(col(contact.creditor_id).in_(self.creditor_ids))
        ):
            if self.scope.debt_id is not None and row.debt_id not in (None, self.scope.debt_id):
                continue
            at = local(row.at.replace(tzinfo=UTC), row.utc_offset)
            if at.date() > self.today:
                continue
            way = "from me" if row.direction == "out" else "from them"
            parts = [f"{row.channel.capitalize()} {way}, {at:%H:%M}."]
            if row.person and "person" not in self.without:
                parts.append(f"With {row.person}.")
            if row.reference and "reference" not in self.without:
                parts.append(f"Reference {row.reference}.")
            parts.append(row.summary)
            if row.hardship and "hardship" not in self.without:
                parts.append(f"Reason: {row.hardship}.")
            situation = told.get(row.situation_id)
            if (
                situation is not None
                and "situation" not in self.without
                and (self.private or not situation.private)
            ):
                parts.append(f"My situation as I told it: {situation.text}")
            parts += [self._undertaking(each) for each in said.get(row.id, ())]
            yield Entry(at.date(), "Contact", " ".join(parts)), ("contact", row.id or 0)

    def _undertaking(self, row: tables.Undertaking) -> str:
        who = "I said I would" if row.by == "me" else "They said they would"
        due = f" by {dates.full(row.due_on)}" if row.due_on else ""
        if row.done_on is not None and row.done_on <= self.today:
            return f"{who}: {row.text}{due}; done on {dates.full(row.done_on)}."
        return f"{who}: {row.text}{due}; not done."

    def _terms(self) -> Iterator[tuple[Entry, Owner | None]]:
        for row in self._every(tables.Offer):
            if self._holds(row.debt_id, row.on):
                whose = "My offer" if row.by == "me" else "Their offer"
                answered = (
                    f", {row.status} on {dates.full(row.answered_on)}"
                    if (row.answered_on)
                    else f", {row.status}"
                )
                text = f"{' '.join(self._sentences(row))} {whose}{answered}."
                yield Entry(row.on, whose, self._with(text, self._note(row.answer_note))), None
        for agreed in self._every(tables.Agreement):
            if self._holds(agreed.debt_id, agreed.made_on):
                what = "New terms" if agreed.supersedes_id else "Agreement"
                written = f", {dates.full(agreed.written_on)}" if agreed.written_on else ""
                text = f"{' '.join(self._sentences(agreed))} In writing: {agreed.writing}{written}."
                yield Entry(agreed.made_on, what, text.strip()), ("agreement", agreed.id or 0)
                if agreed.ended_on is not None and agreed.ended_on <= self.today:
                    how = f"The agreement of {dates.full(agreed.made_on)} ended: {agreed.ended_how}"
                    yield Entry(agreed.ended_on, "Ended", how), None

    def _sentences(self, row: tables.Offer | tables.Agreement) -> list[str]:
        debt = self.by_id[row.debt_id]
        return term_rules.sentences(ledger_terms.of_record(row), debt.currency, self.locale)

    def _payment(self, row: PaymentLine) -> str:
        text = f"{self._money(row.amount, row.debt_id)} for {self.by_id[row.debt_id].name}"
        if row.method:
            text += f", by {row.method}"
        if row.reference and "reference" not in self.without:
            text += f", reference {row.reference}"
        return self._with(text, self._note(row.note))

    def _every(self, table: Any) -> Sequence[Any]:
        found = self.session.exec(
            select(table).where(col(table.debt_id).in_(self.by_id)).order_by(col(table.id))
        )
        return found.all()

    def _holds(self, debt_id: int, on: date) -> bool:
        """Whether something of a day belongs here: it has come, and a creditor held the debt."""
        if on > self.today:
            return False
        chain = self.by_id[debt_id].chain
        holder = [id_ for since, id_, _ in chain if since is None or since <= on][-1]
        return holder in self.creditor_ids

    def _money(self, amount: int, debt_id: int) -> str:
        return money.format(amount, self.by_id[debt_id].currency, self.locale)

    def _note(self, note: str | None) -> str | None:
        return None if "notes" in self.without else note

    def _with(self, text: str, more: str | None) -> str:
        return f"{text}: {more}" if more else text


def _not_kept(promise: Promise) -> str:
    """What became of a promise that was not kept in time; empty where it was."""
    late = "1 day" if promise.days_late == 1 else f"{promise.days_late} days"
    if promise.outcome is Outcome.LATE:
        return f"paid {late} late"
    if promise.outcome is Outcome.PARTIAL:
        return f"partly paid, open for {late}"
    if promise.outcome is Outcome.MISSED:
        return f"not paid, open for {late}"
    return "renegotiated after it" if promise.outcome is Outcome.RENEGOTIATED_LATE else ""
