"""Every list of the ledger as a table, for spreadsheets and other programs.

Records are named by their keys; each amount is a decimal with its currency beside it. What is
computed (outcomes, balances, states, scores) is as of the day that is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from store.ledger import agreement_queries, contact_queries, creditor_queries, queries, scores
from store.ledger.agreement_views import AgreementLine, Place
from store.ledger.facts import rows
from store.records import schema
from store.records.database import Reading
from store.rules import csv_text, dates, money
from store.rules.csv_text import Value
from store.rules.errors import BadInput

_TERMS_AMOUNTS = ("amount", "last_amount", "upfront", "fees_waived", "written_off")
_TERMS = schema.TERMS


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a list, and what gives its rows."""

    header: tuple[str, ...]
    rows: Callable[[_Record], Iterator[Sequence[Value]]]


def text(session: Reading, name: str, today: date, *, private: bool = False) -> str:
    """A list of `LISTS` as CSV, as of a day; `private` with the text of private situations."""
    table = LISTS[find(name)]
    return csv_text.table(table.header, table.rows(_Record(session, today, private)))


def find(name: str) -> str:
    """The list that is called so, or is the only one that begins so.

    Raises `BadInput`, which names them all, where there is none.
    """
    wanted = "-".join(name.casefold().split())
    if wanted in LISTS:
        return wanted
    found = [each for each in LISTS if wanted and each.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(LISTS)
    if not wanted:
        raise BadInput(f"Say which list: {known}.")
    if found:
        raise BadInput(f"“{name}” can be {' or '.join(found)}.")
    raise BadInput(f"There is no list called “{name}”; take {known}.")


class _Record:
    """What is asked about, and how the records that rows refer to are called."""

    def __init__(self, session: Reading, today: date, private: bool) -> None:
        self.session, self.today, self.private = session, today, private

    def all(self, table: Any, *order: str) -> Sequence[Any]:
        """The rows of a table, in order of some columns, then of entry."""
        columns = [table.c[each] for each in (*order, "id")]
        return rows(self.session, select(table).order_by(*columns))

    def keys(self, table: Any) -> Mapping[int | None, str | None]:
        """How the records of a table are called."""
        return {None: None} | {row.id: row.key for row in self.all(table)}

    @cached_property
    def creditors(self) -> Mapping[int, Any]:
        """Creditors by number."""
        return {row.id: row for row in self.all(schema.creditor)}

    @cached_property
    def debts(self) -> Mapping[int, Any]:
        """Debts by number."""
        return {row.id: row for row in self.all(schema.debt)}

    @cached_property
    def places(self) -> Mapping[int, Place]:
        """Debts with who holds them today, by number."""
        return agreement_queries.places(self.session, self.today)

    def currency(self, debt_id: int) -> str:
        """What a debt is owed in."""
        return str(self.creditors[self.debts[debt_id].creditor_id].currency)


def _amount(amount: int | None, currency: str) -> Decimal | None:
    return None if amount is None else Decimal(money.to_text(amount, currency))


def _terms(row: Any, currency: str) -> Iterator[Value]:
    """What is recorded of terms, column by column."""
    for name in _TERMS:
        value = getattr(row, name)
        yield _amount(value, currency) if name in _TERMS_AMOUNTS else value


def _moment(at: datetime, utc_offset: int) -> datetime:
    """A moment as the clock of its place had it, minutes from UTC."""
    return at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=utc_offset)))


# --- the lists ------------------------------------------------------------------------------


def _creditors(of: _Record) -> Iterator[Sequence[Value]]:
    for row in of.all(schema.creditor, "name"):
        yield [getattr(row, name) for name in LISTS["creditors"].header]


def _debts(of: _Record) -> Iterator[Sequence[Value]]:
    for line in creditor_queries.debts(of.session, of.today):
        yield (
            *(line.key, line.name, of.creditors[line.creditor_id].key, line.creditor),
            *(_amount(line.balance, line.currency), line.currency, line.apr, line.priority),
            *(line.reference, _amount(line.contractual_payment, line.currency)),
            *(line.consequence, line.others_liable, line.stage, line.answer_by),
            *(line.last_paid_on, line.acknowledged_on, line.judgment_on, line.closed_on),
        )


def _contacts(of: _Record) -> Iterator[Sequence[Value]]:
    situations = of.keys(schema.situation)
    for row in of.all(schema.contact, "at"):
        debt = None if row.debt_id is None else of.debts[row.debt_id].key
        yield (
            *(row.key, _moment(row.at, row.utc_offset), of.creditors[row.creditor_id].key),
            *(debt, row.channel, row.direction, row.person, row.reference, row.summary),
            *(row.hardship, situations[row.situation_id]),
        )


def _undertakings(of: _Record) -> Iterator[Sequence[Value]]:
    contacts = of.keys(schema.contact)
    for line in contact_queries.open_undertakings(of.session, date.min):
        yield (
            *(line.creditor, contacts[line.contact_id], line.by, line.text),
            *(line.due_on, line.done_on, line.state(of.today)),
        )


def _offers(of: _Record) -> Iterator[Sequence[Value]]:
    contacts, keys = of.keys(schema.contact), of.keys(schema.offer)
    for row in of.all(schema.offer, "on"):
        place = of.places[row.debt_id]
        status = agreement_queries.status_on(row, of.today)
        yield (
            *(row.key, place.creditor, place.debt, row.by, row.on, status, row.valid_until),
            *(row.answered_on, row.answer_note, keys[row.countered_by_id]),
            *(contacts[row.contact_id], place.currency, *_terms(row, place.currency)),
        )


def _agreements(of: _Record) -> Iterator[Sequence[Value]]:
    lines: Mapping[int, AgreementLine] = {
        each.agreement_id: each
        for each in agreement_queries.agreements(of.session, of.today, whole=False)
    }
    offers, contacts = of.keys(schema.offer), of.keys(schema.contact)
    keys = of.keys(schema.agreement)
    for row in of.all(schema.agreement, "made_on"):
        line, place = lines[row.id], of.places[row.debt_id]
        yield (
            *(row.key, place.creditor, place.debt, row.made_on, line.state),
            *(line.settled, line.count, row.writing, row.written_on, row.ended_on, row.ended_how),
            *(keys[row.supersedes_id], offers[row.offer_id], contacts[row.contact_id]),
            *(_amount(row.capacity, place.currency), place.currency, *_terms(row, place.currency)),
        )


def _promises(of: _Record) -> Iterator[Sequence[Value]]:
    for each in queries.promises(of.session, of.today):
        yield (
            *(each.creditor, each.debt, each.agreement, each.number, each.count, each.due_on),
            *(_amount(each.amount, each.currency), each.currency, each.outcome.value),
            *(_amount(each.paid, each.currency), each.paid_on, each.days_late, each.grace_days),
        )


def _payments(of: _Record) -> Iterator[Sequence[Value]]:
    keys = of.keys(schema.payment)
    for line in queries.payments(of.session, since=date.min, until=date.max):
        yield (
            *(keys[line.payment_id], line.paid_on, line.creditor, line.debt),
            *(_amount(line.amount, line.currency), line.currency, line.method, line.reference),
            *(line.note, line.returned_on, " ".join(day.isoformat() for day in line.due)),
        )


def _charges(of: _Record) -> Iterator[Sequence[Value]]:
    for row in of.all(schema.charge, "on"):
        currency = of.currency(row.debt_id)
        debt = of.debts[row.debt_id].key
        yield row.on, debt, row.kind, _amount(row.amount, currency), currency, row.note


def _balances(of: _Record) -> Iterator[Sequence[Value]]:
    entered = [
        (row.balance_on, row.id, row.balance, "as the debt was entered")
        for row in of.debts.values()
        if row.balance is not None
    ]
    letters = [(row.on, row.debt_id, row.amount, row.source) for row in of.all(schema.balance)]
    for on, debt_id, amount, source in sorted([*entered, *letters], key=lambda each: each[0]):
        currency = of.currency(debt_id)
        yield on, of.debts[debt_id].key, _amount(amount, currency), currency, source


def _budget(of: _Record) -> Iterator[Sequence[Value]]:
    for row in of.all(schema.budget_line, "kind", "name"):
        yield (
            *(row.name, row.kind, _amount(row.amount, row.currency), row.currency, row.every),
            *(row.days, row.next_on, row.starts_on, row.ends_on, row.weekend),
        )


def _cash(of: _Record) -> Iterator[Sequence[Value]]:
    for row in of.all(schema.cash, "on"):
        yield row.on, _amount(row.amount, row.currency), row.currency


def _situations(of: _Record) -> Iterator[Sequence[Value]]:
    for row in of.all(schema.situation, "on"):
        said = row.text if of.private or not row.private else None
        yield row.key, row.on, row.until, row.private, said


def _transfers(of: _Record) -> Iterator[Sequence[Value]]:
    held_by = {id_: row.creditor_id for id_, row in of.debts.items()}
    for row in of.all(schema.transfer, "on"):
        before, held_by[row.debt_id] = held_by[row.debt_id], row.to_creditor_id
        names = (of.creditors[before].key, of.creditors[row.to_creditor_id].key)
        yield row.on, of.debts[row.debt_id].key, *names, row.note


def _documents(of: _Record) -> Iterator[Sequence[Value]]:
    owners = {
        "creditor": of.keys(schema.creditor),
        "debt": of.keys(schema.debt),
        "contact": of.keys(schema.contact),
        "agreement": of.keys(schema.agreement),
        "payment": of.keys(schema.payment),
    }
    blob = schema.blob
    sizes = {
        row.sha256: row.size
        for row in rows(
            of.session, select(blob.c.sha256, func.length(blob.c.content).label("size"))
        )
    }
    for row in of.all(schema.document, "name"):
        kind, id_ = next(
            (kind, getattr(row, f"{kind}_id"))
            for kind in owners
            if getattr(row, f"{kind}_id") is not None
        )
        yield (
            *(row.key, row.name, row.media_type, sizes.get(row.sha256), row.sha256),
            *(_moment(row.recorded_at, 0), kind, owners[kind][id_]),
        )


def _score_history(of: _Record) -> Iterator[Sequence[Value]]:
    made = [row.made_on for row in of.all(schema.agreement, "made_on") if row.made_on <= of.today]
    days = [of.today]
    if made:
        # The last day of each month since the first promise, then today.
        month = made[0].replace(day=1)
        while (end := dates.add_months(month, 1) - timedelta(days=1)) < of.today:
            days.insert(-1, end)
            month = dates.add_months(month, 1)
    for day, score in zip(days, scores.history(of.session, days), strict=True):
        numbers = (score.score, score.margin, score.evidence)
        yield day, *(Decimal(f"{each:.2f}") for each in numbers), str(score.confidence)


LISTS: Mapping[str, Table] = {
    "creditors": Table(
        ("key", "name", "kind", "currency", "phone", "email", "address", "website", "notes",
         "my_account_here"),
        _creditors,
    ),
    "debts": Table(
        ("key", "name", "creditor", "creditor_name", "balance", "currency", "apr", "priority",
         "reference", "contractual_payment", "consequence", "others_liable", "stage",
         "answer_by", "last_paid_on", "acknowledged_on", "judgment_on", "closed_on"),
        _debts,
    ),
    "contacts": Table(
        ("key", "at", "creditor", "debt", "channel", "direction", "person", "reference",
         "summary", "hardship", "situation"),
        _contacts,
    ),
    "undertakings": Table(
        ("creditor", "contact", "by", "text", "due_on", "done_on", "state"), _undertakings
    ),
    "offers": Table(
        ("key", "creditor", "debt", "by", "on", "status", "valid_until", "answered_on",
         "answer_note", "countered_by", "contact", "currency", *_TERMS),
        _offers,
    ),
    "agreements": Table(
        ("key", "creditor", "debt", "made_on", "state", "settled", "instalments", "writing",
         "written_on", "ended_on", "ended_how", "supersedes", "offer", "contact", "capacity",
         "currency", *_TERMS),
        _agreements,
    ),
    "promises": Table(
        ("creditor", "debt", "agreement", "number", "of", "due_on", "amount", "currency",
         "outcome", "paid", "paid_on", "days_late", "grace_days"),
        _promises,
    ),
    "payments": Table(
        ("key", "paid_on", "creditor", "debt", "amount", "currency", "method", "reference",
         "note", "returned_on", "for"),
        _payments,
    ),
    "charges": Table(("on", "debt", "kind", "amount", "currency", "note"), _charges),
    "balances": Table(("on", "debt", "amount", "currency", "source"), _balances),
    "budget": Table(
        ("name", "kind", "amount", "currency", "every", "days", "next_on", "starts_on",
         "ends_on", "weekend"),
        _budget,
    ),
    "cash": Table(("on", "amount", "currency"), _cash),
    "situations": Table(("key", "on", "until", "private", "text"), _situations),
    "transfers": Table(("on", "debt", "from", "to", "note"), _transfers),
    "documents": Table(
        ("key", "name", "media_type", "size", "sha256", "added_at", "of", "of_key"), _documents
    ),
    "score-history": Table(("on", "score", "margin", "evidence", "confidence"), _score_history),
}  # fmt: skip
"""Every list, by the name by which it is asked for."""
