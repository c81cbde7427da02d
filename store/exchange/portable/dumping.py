"""Accord JSON out: every record as plain JSON values, in an order of its own.

Revisions, drafts and settings stay behind. The order depends on what the records say alone, so
that equal ledgers give equal text.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta, timezone
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from store.ledger import documents
from store.ledger import terms as ledger_terms
from store.records import tables
from store.records.database import Ledger
from store.records.tables import Recorded
from store.rules import money
from store.rules.errors import BadInput
from store.rules.terms import Terms, schedule

Plain = dict[str, Any]
Row = TypeVar("Row", bound=Recorded)


def dump(ledger: Ledger) -> str:
    """The whole ledger as Accord JSON."""
    document: Plain = {"accord": 1}
    with ledger.reading() as session:
        for person in _all(session, tables.Person).values():
            said = _present(_columns(person))
            document["me"] = {**said, "recorded_at": person.recorded_at.isoformat()}
        for name, records in contents(session).items():
            if records:
                pairs = [
                    (plain, {**plain, "recorded_at": row.recorded_at.isoformat()})
                    for row, plain in records
                ]
                document[name] = [full for _, full in sorted(pairs, key=_place)]
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def contents(session: Session) -> dict[str, list[tuple[Recorded, Plain]]]:
    """Every record, by its list in Accord JSON, with what a file says of it.

    Left out: what is absent or at its default, and `recorded_at`, which is no part of equality.
    """
    say = _Sayer(session)
    return {
        "creditors": _said(say.creditors.values(), say.creditor),
        "debts": _said(say.debts.values(), say.debt),
        "transfers": _said(_all(session, tables.Transfer).values(), say.transfer),
        "situations": _said(say.situations.values(), say.situation),
        "contacts": _said(say.contacts.values(), say.contact),
        "undertakings": _said(_all(session, tables.Undertaking).values(), say.undertaking),
        "offers": _said(say.offers.values(), say.offer),
        "agreements": _said(say.agreements.values(), say.agreement),
        "payments": _said(say.payments.values(), say.payment),
        "left_out": _said(_all(session, tables.LeftOut).values(), say.left_out),
        "payees": _said(_all(session, tables.Payee).values(), say.payee),
        "charges": _said(_all(session, tables.Charge).values(), say.of_debt),
        "balances": _said(_all(session, tables.Balance).values(), say.of_debt),
        "budget": _said(_all(session, tables.BudgetLine).values(), say.budget_line),
        "cash": _said(_all(session, tables.Cash).values(), say.cash),
        "documents": _said(_all(session, tables.Document).values(), say.document),
    }


def terms(columns: Plain, currency: str) -> Plain:
    """What a file says of terms that are held in `columns`."""
    values = dict(columns)
    for name in ("amount", "last_amount", "upfront", "fees_waived", "written_off"):
        if values[name] is not None:
            values[name] = money.to_text(values[name], currency)
    values["days"] = list(ledger_terms.days_from_text(values["days"])) or None
    return _present(values)


def generated(terms: Terms, made_on: date) -> list[tuple[date, int]]:
    """The due dates and amounts that terms give by themselves; none where they do not."""
    try:
        return [(each.due_on, each.amount) for each in schedule(terms, made_on)]
    except BadInput:
        return []


def place_of_moratorium(plain: Plain) -> tuple[str, ...]:
    """By its days, then by what is said of it."""
    return tuple(plain.get(name, "") for name in ("from", "to", "note"))


def place_of_line(plain: Plain) -> tuple[str, ...]:
    """By its day, then by all that is said of it."""
    return plain["booked_on"], json.dumps(plain, sort_keys=True)


def _place(said: tuple[Plain, Plain]) -> tuple[str, str]:
    """Keyed records by key; others by their date, then by all they say."""
    plain, full = said
    names = ("key", "paid_on", "on", "name")
    first = next((plain[name] for name in names if name in plain), "")
    return str(first), json.dumps([plain, full], sort_keys=True)


def _said(rows: Iterable[Recorded], say: Any) -> list[tuple[Recorded, Plain]]:
    return [(row, _present(say(row))) for row in rows]


def _present(values: Plain) -> Plain:
    """Without what is absent; days as ISO text."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def _all(session: Session, table: type[Row]) -> dict[int, Row]:
    return {row.id or 0: row for row in session.exec(select(table).order_by(col(table.id)))}


class _Sayer:
    """Says each record in the words of Accord JSON; knows what every number refers to."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.creditors = _all(session, tables.Creditor)
        self.debts = _all(session, tables.Debt)
        self.contacts = _all(session, tables.Contact)
        self.situations = _all(session, tables.Situation)
        self.offers = _all(session, tables.Offer)
        self.agreements = _all(session, tables.Agreement)
        self.payments = _all(session, tables.Payment)
        self.instalments = _all(session, tables.Instalment)
        self.schedules: dict[int, list[tables.Instalment]] = defaultdict(list)
        self.due: dict[tuple[int, date], list[tables.Instalment]] = defaultdict(list)
        for each in sorted(self.instalments.values(), key=lambda i: (i.agreement_id, i.number)):
            self.schedules[each.agreement_id].append(each)
            self.due[self.agreements[each.agreement_id].debt_id, each.due_on].append(each)
        self.allotments: dict[int, list[tables.Allotment]] = defaultdict(list)
        for allotment in _all(session, tables.Allotment).values():
            self.allotments[allotment.payment_id].append(allotment)
        self.lines: dict[int, list[tables.StatementLine]] = defaultdict(list)
        for line in _all(session, tables.StatementLine).values():
            self.lines[line.payment_id].append(line)
        self.moratoriums: dict[int, list[tables.Moratorium]] = defaultdict(list)
        for moratorium in _all(session, tables.Moratorium).values():
            self.moratoriums[moratorium.debt_id].append(moratorium)

    def creditor(self, row: tables.Creditor) -> Plain:
        return _columns(row)

    def debt(self, row: tables.Debt) -> Plain:
        pauses = [
            _present({"from": each.starts_on, "to": each.ends_on, "note": each.note})
            for each in self.moratoriums[row.id or 0]
        ]
        pauses.sort(key=place_of_moratorium)
        return {
            **_columns(row, but=("creditor_id",)),
            "creditor": self.creditors[row.creditor_id].key,
            "balance": self._amount(row.id, row.balance),
            "contractual_payment": self._amount(row.id, row.contractual_payment),
            "priority": row.priority or None,
            "moratoriums": pauses or None,
        }

    def transfer(self, row: tables.Transfer) -> Plain:
        return {
            "debt": self.debts[row.debt_id].key,
            "to": self.creditors[row.to_creditor_id].key,
            "on": row.on,
            "note": row.note,
        }

    def situation(self, row: tables.Situation) -> Plain:
        return {**_columns(row), "private": row.private or None}

    def contact(self, row: tables.Contact) -> Plain:
        there = timezone(timedelta(minutes=row.utc_offset))
        return {
            **_columns(row, but=("creditor_id", "debt_id", "situation_id", "utc_offset")),
            "at": row.at.astimezone(there).isoformat(),
            "creditor": self.creditors[row.creditor_id].key,
            "debt": _key(self.debts, row.debt_id),
            "situation": _key(self.situations, row.situation_id),
        }

    def undertaking(self, row: tables.Undertaking) -> Plain:
        return {
            **_columns(row, but=("creditor_id", "contact_id")),
            "creditor": self.creditors[row.creditor_id].key,
            "contact": _key(self.contacts, row.contact_id),
        }

    def offer(self, row: tables.Offer) -> Plain:
        return {
            "key": row.key,
            "debt": self.debts[row.debt_id].key,
            "contact": _key(self.contacts, row.contact_id),
            "by": row.by,
            "on": row.on,
            "terms": self._terms(row),
            "status": None if row.status == "open" else row.status,
            "answered_on": row.answered_on,
            "answer_note": row.answer_note,
            "countered_by": _key(self.offers, row.countered_by_id),
            "valid_until": row.valid_until,
        }

    def agreement(self, row: tables.Agreement) -> Plain:
        return {
            "key": row.key,
            "debt": self.debts[row.debt_id].key,
            "offer": _key(self.offers, row.offer_id),
            "contact": _key(self.contacts, row.contact_id),
            "made_on": row.made_on,
            "terms": self._terms(row) or None,
            "instalments": self._outright(row),
            "capacity": self._amount(row.debt_id, row.capacity),
            "supersedes": _key(self.agreements, row.supersedes_id),
            "ended_on": row.ended_on,
            "ended_how": row.ended_how,
            "writing": None if row.writing == "unwritten" else row.writing,
            "written_on": row.written_on,
            "checklist": None if row.checklist is None else json.loads(row.checklist),
        }

    def payment(self, row: tables.Payment) -> Plain:
        return {
            **_columns(row, but=("debt_id",)),
            "debt": self.debts[row.debt_id].key,
            "amount": self._amount(row.debt_id, row.amount),
            "for": list(self._parts(row)),
            "statement": sorted(map(self._line, self.lines[row.id or 0]), key=place_of_line)
            or None,
        }

    def left_out(self, row: tables.LeftOut) -> Plain:
        return {**self._line(row), "currency": row.currency}

    def payee(self, row: tables.Payee) -> Plain:
        return {"key": row.key, "debt": _key(self.debts, row.debt_id)}

    def of_debt(self, row: tables.Charge | tables.Balance) -> Plain:
        return {
            **_columns(row, but=("debt_id",)),
            "debt": self.debts[row.debt_id].key,
            "amount": self._amount(row.debt_id, row.amount),
        }

    def budget_line(self, row: tables.BudgetLine) -> Plain:
        return {
            **_columns(row),
            "amount": money.to_text(row.amount, row.currency),
            "every": None if row.every == "once" else row.every,
            "days": list(ledger_terms.days_from_text(row.days)) or None,
        }

    def cash(self, row: tables.Cash) -> Plain:
        return {**_columns(row), "amount": money.to_text(row.amount, row.currency)}

    def document(self, row: tables.Document) -> Plain:
        owners: tuple[tuple[str, dict[int, Any], int | None], ...] = (
            ("creditor", self.creditors, row.creditor_id),
            ("debt", self.debts, row.debt_id),
            ("contact", self.contacts, row.contact_id),
            ("agreement", self.agreements, row.agreement_id),
            ("payment", self.payments, row.payment_id),
        )
        content = documents.content(self.session, row.id or 0).content
        return {
            "key": row.key,
            "name": row.name,
            "media_type": row.media_type,
            "content": base64.b64encode(content).decode(),
            "of": {name: _key(rows, id_) for name, rows, id_ in owners if id_ is not None},
        }

    def _line(self, row: tables.LineColumns) -> Plain:
        words = {"account": row.account, "payee": row.payee, "memo": row.memo, "id": row.bank_id}
        return {
            "booked_on": row.booked_on.isoformat(),
            "amount": money.to_text(row.amount, row.currency),
            **{name: said for name, said in words.items() if said},
        }

    def _amount(self, debt_id: int | None, amount: int | None) -> str | None:
        if amount is None:
            return None
        creditor = self.creditors[self.debts[debt_id or 0].creditor_id]
        return money.to_text(amount, creditor.currency)

    def _terms(self, row: tables.Offer | tables.Agreement) -> Plain:
        columns = {name: getattr(row, name) for name in tables.TermsColumns.model_fields}
        return terms(columns, self.creditors[self.debts[row.debt_id].creditor_id].currency)

    def _outright(self, row: tables.Agreement) -> list[Plain] | None:
        """The instalments, where the terms do not give the same."""
        recorded = [(each.due_on, each.amount) for each in self.schedules[row.id or 0]]
        if recorded == generated(ledger_terms.of_record(row), row.made_on):
            return None
        return [
            {"due_on": due_on.isoformat(), "amount": self._amount(row.debt_id, amount)}
            for due_on, amount in recorded
        ]

    def _parts(self, row: tables.Payment) -> Iterator[Plain]:
        """What a payment was for; which agreement and number only where the day leaves it open."""
        parts = [
            (self.instalments[each.instalment_id], each.amount)
            for each in self.allotments[row.id or 0]
        ]
        for instalment, amount in sorted(parts, key=lambda part: (part[0].due_on, part[0].number)):
            said: Plain = {
                "due_on": instalment.due_on.isoformat(),
                "amount": self._amount(row.debt_id, amount),
            }
            if len(self.due[row.debt_id, instalment.due_on]) > 1:
                said["agreement"] = self.agreements[instalment.agreement_id].key
                said["number"] = instalment.number
            yield said


def _columns(row: Recorded, but: tuple[str, ...] = ()) -> Plain:
    """A row's own columns by name."""
    left_out = ("id", "recorded_at", "version", *but)
    return {name: getattr(row, name) for name in type(row).model_fields if name not in left_out}


def _key(rows: dict[int, Any], id_: int | None) -> str | None:
    """The key of the record that a number refers to."""
    if id_ is None:
        return None
    key: str = rows[id_].key
    return key
