"""Rows from a file's records: references resolved, money in minor units, the impossible refused."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from store.exchange.portable.reading import Reader, content, more_than_zero, rate
from store.exchange.portable.shapes import (
    SINGULAR,
    AgreementShape,
    BalanceShape,
    BudgetShape,
    CashShape,
    ChargeShape,
    ContactShape,
    CreditorShape,
    DebtShape,
    DocumentShape,
    LeftOutShape,
    OfferShape,
    PayeeShape,
    PaymentShape,
    Record,
    SituationShape,
    TransferShape,
    UndertakingShape,
)
from store.ledger import budget
from store.ledger import terms as ledger_terms
from store.records import tables
from store.records.tables import Recorded
from store.rules import cadence, money
from store.rules.errors import BadInput
from store.rules.terms import Terms


class Maker:
    """Makes the row of each record; `ids` are the numbers of keyed records, by list and key."""

    def __init__(
        self, session: Session, reader: Reader, ids: Mapping[str, Mapping[str, int]], now: datetime
    ) -> None:
        """`now` is when a record was entered that does not say it itself."""
        self.session = session
        self.reader = reader
        self.ids = ids
        self.now = now
        self.transfers: set[tuple[int, date]] = {
            (each.debt_id, each.on) for each in session.exec(select(tables.Transfer))
        }
        self.superseded = {each.supersedes_id for each in session.exec(select(tables.Agreement))}

    def ref(self, name: str, key: str | None, field_name: str) -> Any:
        """The number of the record that a field refers to."""
        if key is None:
            return None
        if key not in self.ids[name]:
            raise BadInput(f"there is no {SINGULAR[name]} “{key}”", field=field_name)
        return self.ids[name][key]

    def _amount(self, shape: Any, name: str, *, any_sign: bool = False) -> Any:
        """An amount of a record of a debt, in minor units."""
        text = getattr(shape, name)
        if text is None:
            return None
        key = shape.key if isinstance(shape, DebtShape) else shape.debt
        currency = self.reader.currency_of_debt(key)
        if any_sign:
            return money.from_text(text, currency, field=name)
        return more_than_zero(text, currency, name)

    def creditor(self, shape: CreditorShape) -> Recorded:
        """The row of a creditor."""
        return tables.Creditor(
            **self._same(shape, "currency"), currency=self.reader.currency(shape.currency)
        )

    def debt(self, shape: DebtShape) -> Recorded:
        """The row of a debt."""
        if (shape.balance is None) != (shape.balance_on is None):
            raise BadInput("a balance needs its date, and a date its balance", field="balance_on")
        return tables.Debt(
            **self._same(shape, "creditor", "apr", "balance", "contractual_payment", "moratoriums"),
            creditor_id=self.ref("creditors", shape.creditor, "creditor"),
            apr=None if shape.apr is None else ledger_terms.rate_to_text(rate(shape.apr)),
            balance=self._amount(shape, "balance", any_sign=True),
            contractual_payment=self._amount(shape, "contractual_payment"),
        )

    def transfer(self, shape: TransferShape) -> Recorded:
        """The row of a transfer."""
        to = self.ref("creditors", shape.to, "to")
        if self.reader.currency_of_debt(shape.debt) != self.reader.currency_of_creditor(shape.to):
            raise BadInput("the two creditors have different currencies", field="to")
        debt_id = self.ref("debts", shape.debt, "debt")
        if (debt_id, shape.on) in self.transfers:
            raise BadInput("the debt is transferred twice on that day", field="on")
        self.transfers.add((debt_id, shape.on))
        return tables.Transfer(
            **self._same(shape, "debt", "to"), debt_id=debt_id, to_creditor_id=to
        )

    def situation(self, shape: SituationShape) -> Recorded:
        """The row of a situation."""
        return tables.Situation(**self._same(shape))

    def contact(self, shape: ContactShape) -> Recorded:
        """The row of a contact."""
        offset = shape.at.utcoffset()
        return tables.Contact(
            **self._same(shape, "creditor", "debt", "situation"),
            creditor_id=self.ref("creditors", shape.creditor, "creditor"),
            debt_id=self.ref("debts", shape.debt, "debt"),
            situation_id=self.ref("situations", shape.situation, "situation"),
            utc_offset=0 if offset is None else int(offset.total_seconds() // 60),
        )

    def undertaking(self, shape: UndertakingShape) -> Recorded:
        """The row of a undertaking."""
        contact_id = self.ref("contacts", shape.contact, "contact")
        creditor_id = self.ref("creditors", shape.creditor, "creditor")
        if creditor_id is None:
            if contact_id is None:
                raise BadInput("say whose it is: a creditor or a contact", field="creditor")
            creditor_id = self.session.get_one(tables.Contact, contact_id).creditor_id
        return tables.Undertaking(
            **self._same(shape, "contact", "creditor"),
            contact_id=contact_id,
            creditor_id=creditor_id,
        )

    def offer(self, shape: OfferShape) -> Recorded:
        """The row of a offer."""
        debt_id = self.ref("debts", shape.debt, "debt")
        countered_by = self.ref("offers", shape.countered_by, "countered_by")
        self._same_debt(tables.Offer, countered_by, debt_id, "countered_by")
        terms = self.reader.terms(shape.terms, self.reader.currency_of_debt(shape.debt))
        return tables.Offer(
            **self._same(shape, "debt", "contact", "terms", "countered_by"),
            **ledger_terms.to_columns(terms),
            debt_id=debt_id,
            contact_id=self.ref("contacts", shape.contact, "contact"),
            countered_by_id=countered_by,
        )

    def charge(self, shape: ChargeShape) -> Recorded:
        """The row of a charge."""
        return tables.Charge(
            **self._same(shape, "debt", "amount"),
            debt_id=self.ref("debts", shape.debt, "debt"),
            amount=self._amount(shape, "amount", any_sign=shape.kind == "adjustment"),
        )

    def balance(self, shape: BalanceShape) -> Recorded:
        """The row of a balance."""
        return tables.Balance(
            **self._same(shape, "debt", "amount"),
            debt_id=self.ref("debts", shape.debt, "debt"),
            amount=self._amount(shape, "amount", any_sign=True),
        )

    def payment(self, shape: PaymentShape) -> Recorded:
        """The row of a payment."""
        if shape.returned_on is not None and shape.returned_on < shape.paid_on:
            raise BadInput("it cannot come back before it was paid", field="returned_on")
        return tables.Payment(
            **self._same(shape, "debt", "amount", "was_for", "statement"),
            debt_id=self.ref("debts", shape.debt, "debt"),
            amount=self._amount(shape, "amount"),
        )

    def left_out(self, shape: LeftOutShape) -> Recorded:
        """The row of a line that was left out."""
        currency = self.reader.currency(shape.currency)
        return tables.LeftOut(
            **self._same(shape, "amount", "currency", "id"),
            amount=money.from_text(shape.amount, currency, field="amount"),
            currency=currency,
            bank_id=shape.id,
        )

    def payee(self, shape: PayeeShape) -> Recorded:
        """The row of what a bank calls someone."""
        return tables.Payee(
            **self._same(shape, "debt"), debt_id=self.ref("debts", shape.debt, "debt")
        )

    def agreement(self, shape: AgreementShape) -> Recorded:
        """The row of a agreement."""
        debt_id = self.ref("debts", shape.debt, "debt")
        offer_id = self.ref("offers", shape.offer, "offer")
        self._same_debt(tables.Offer, offer_id, debt_id, "offer")
        supersedes = self.ref("agreements", shape.supersedes, "supersedes")
        self._same_debt(tables.Agreement, supersedes, debt_id, "supersedes")
        self._replaces(supersedes, shape)
        if (shape.ended_on is None) != (shape.ended_how is None):
            raise BadInput("say both when it ended and how", field="ended_how")
        if shape.ended_on is not None and shape.ended_on < shape.made_on:
            raise BadInput("it cannot end before it was made", field="ended_on")
        terms = Terms()
        if shape.terms is not None:
            terms = self.reader.terms(shape.terms, self.reader.currency_of_debt(shape.debt))
        return tables.Agreement(
            **self._same(
                shape,
                *("debt", "offer", "contact", "terms", "instalments", "capacity", "supersedes"),
                "checklist",
            ),
            **ledger_terms.to_columns(terms),
            debt_id=debt_id,
            offer_id=offer_id,
            contact_id=self.ref("contacts", shape.contact, "contact"),
            capacity=self._amount(shape, "capacity"),
            supersedes_id=supersedes,
            checklist=_checklist(shape.checklist),
        )

    def budget_line(self, shape: BudgetShape) -> Recorded:
        """The row of a budget line."""
        currency = self.reader.currency(shape.currency)
        found = cadence.parse(shape.every, shape.days)
        budget.check_days(found, shape.next_on, shape.starts_on, shape.ends_on)
        return tables.BudgetLine(
            **self._same(shape, "currency", "amount", "every", "days"),
            currency=currency,
            amount=more_than_zero(shape.amount, currency, "amount"),
            every=cadence.to_text(found),
            days=ledger_terms.days_to_text(found.days),
        )

    def cash(self, shape: CashShape) -> Recorded:
        """The row of a cash."""
        currency = self.reader.currency(shape.currency)
        amount = money.from_text(shape.amount, currency, field="amount")
        return tables.Cash(
            **self._same(shape, "amount", "currency"), amount=amount, currency=currency
        )

    def document(self, shape: DocumentShape) -> Recorded:
        """The row of a document."""
        found = content(shape)
        sha256 = hashlib.sha256(found).hexdigest()
        if self.session.get(tables.Blob, sha256) is None:
            self.session.add(tables.Blob(sha256=sha256, content=found))
        ((owner, key),) = shape.of.items()
        return tables.Document(
            **self._same(shape, "content", "of"),
            **{f"{owner}_id": self.ref(f"{owner}s", key, f"of.{owner}")},
            sha256=sha256,
        )

    def _same_debt(self, table: Any, id_: int | None, debt_id: int, field_name: str) -> None:
        if id_ is not None and self.session.get_one(table, id_).debt_id != debt_id:
            raise BadInput("that one is of another debt", field=field_name)

    def _replaces(self, supersedes: int | None, shape: AgreementShape) -> None:
        if supersedes is None:
            return
        if supersedes in self.superseded:
            raise BadInput("that one is replaced already", field="supersedes")
        self.superseded.add(supersedes)
        if self.session.get_one(tables.Agreement, supersedes).made_on > shape.made_on:
            raise BadInput("it was made before the one that it replaces", field="made_on")

    def _same(self, shape: Record, *but: str) -> dict[str, Any]:
        """The fields that a row has just as the file says them."""
        fields = type(shape).model_fields.keys() - {"recorded_at", *but}
        same = {name: getattr(shape, name) for name in fields}
        return {**same, "recorded_at": shape.recorded_at or self.now}


def _checklist(said: Mapping[str, Any] | None) -> str | None:
    try:
        return (
            None
            if said is None
            else json.dumps(said, sort_keys=True, ensure_ascii=False, allow_nan=False)
        )
    except ValueError as error:
        raise BadInput("it holds a number that is none", field="checklist") from error
