"""Creditors: add one, correct it, delete it with what goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from store.ledger import names
from store.records import revisions, schema, tables
from store.records.database import Ledger
from store.records.tables import Recorded
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.money import is_currency

REACHED = ("kind", "phone", "email", "address", "website", "notes")
"""What may be said of a creditor beside its name and currency, each a text."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a creditor; what is None was not said."""

    name: str
    currency: str
    kind: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    website: str | None = None
    notes: str | None = None
    my_account_here: bool | None = None


def add(ledger: Ledger, details: Details) -> int:
    """Add a creditor; gives its number.

    Raises `BadInput` for a name that another has, capitals aside, or no currency.
    """
    with revisions.change(ledger, "creditors.add") as change:
        row = enter(change, details)
        change.summary = f"Added {row.name}"
        return row.id or 0


def enter(change: revisions.Change, details: Details) -> tables.Creditor:
    """Enter a creditor, as part of a use case."""
    _check(change.session, details, None)
    name = details.name.strip()
    row = tables.Creditor(
        key=names.make_key(name, names.keys(change.session, schema.creditor)),
        recorded_at=change.now,
        **_columns(details),
    )
    change.add(row)
    return row


def edit(ledger: Ledger, creditor_id: int, details: Details, *, version: int) -> None:
    """Correct a creditor that was read at `version`.

    Its currency stays once amounts were recorded in it. Raises `Stale` when it changed meanwhile.
    """
    with revisions.change(ledger, "creditors.edit") as change:
        row = get(change.session, creditor_id)
        if row.version != version:
            raise Stale("The creditor was changed elsewhere after you opened it. Open it again.")
        _check(change.session, details, creditor_id)
        if details.currency != row.currency and _has_amounts(change.session, creditor_id):
            raise BadInput(
                f"Amounts were recorded in {row.currency}; add another creditor for "
                f"{details.currency}.",
                field="currency",
            )
        for name, value in _columns(details).items():
            setattr(row, name, value)
        change.summary = f"Corrected {row.name}"


def goes_with(session: Session, creditor_id: int) -> Mapping[str, int]:
    """How many records of each kind would be deleted together with a creditor."""
    found = _belongings(session, creditor_id)
    return {name: len(records) for name, records in found.items() if records}


def delete(ledger: Ledger, creditor_id: int) -> str:
    """Delete a creditor with all that `goes_with` it; gives its name.

    Raises `BadInput` where payments were made to it, or a debt went to or came from another: the
    record of these would be lost with it.
    """
    with revisions.change(ledger, "creditors.delete") as change:
        session = change.session
        row = get(session, creditor_id)
        debts = [each.id for each in _debts(session, creditor_id)]
        payment, transfer = tables.Payment, tables.Transfer
        paid = session.exec(select(payment).where(col(payment.debt_id).in_(debts))).all()
        if paid:
            times = "1 payment was" if len(paid) == 1 else f"{len(paid)} payments were"
            raise BadInput(f"{times} made to {row.name}: that record stays.")
        moved = session.exec(
            select(transfer).where(
                (col(transfer.to_creditor_id) == creditor_id) | col(transfer.debt_id).in_(debts)
            )
        ).first()
        if moved is not None:
            raise BadInput(
                f"A debt was transferred to or from {row.name}: take the transfer back first."
            )
        belongings = _belongings(session, creditor_id)
        _let_go(session, debts, [each.id for each in belongings["contacts"]])
        for records in belongings.values():
            for record in records:
                session.delete(record)
        session.delete(row)
        change.summary = f"Deleted {row.name}"
        return row.name


def get(session: Session, creditor_id: int) -> tables.Creditor:
    """A creditor's row; raises `NotFound`."""
    row = session.get(tables.Creditor, creditor_id)
    if row is None:
        raise NotFound("That creditor is no longer there.", field="creditor")
    return row


def _check(session: Session, details: Details, own_id: int | None) -> None:
    if not names.is_name(details.name):
        raise BadInput("A creditor needs a name.", field="name")
    if not is_currency(details.currency):
        raise BadInput(
            f"“{details.currency}” is no currency; write its three letters, such as GBP.",
            field="currency",
        )
    creditor = tables.Creditor
    for id_, name in session.exec(select(creditor.id, creditor.name)):
        if id_ != own_id and names.same(name, details.name):
            raise BadInput(f"There is {name} already.", field="name")


def _columns(details: Details) -> dict[str, Any]:
    return {
        "name": details.name.strip(),
        "currency": details.currency,
        "my_account_here": details.my_account_here,
        **{name: getattr(details, name) for name in REACHED},
    }


def _has_amounts(session: Session, creditor_id: int) -> bool:
    transfer = tables.Transfer
    moved = session.exec(select(transfer).where(transfer.to_creditor_id == creditor_id)).first()
    return moved is not None or bool(_debts(session, creditor_id))


def _debts(session: Session, creditor_id: int) -> Sequence[tables.Debt]:
    return session.exec(select(tables.Debt).where(tables.Debt.creditor_id == creditor_id)).all()


def _belongings(session: Session, creditor_id: int) -> dict[str, Sequence[Recorded]]:
    """What belongs to a creditor, by what it is called; what rests on something comes first."""
    debts = [each.id for each in _debts(session, creditor_id)]
    contacts = session.exec(
        select(tables.Contact).where(tables.Contact.creditor_id == creditor_id)
    ).all()
    agreements = session.exec(
        select(tables.Agreement).where(col(tables.Agreement.debt_id).in_(debts))
    ).all()
    document = tables.Document
    return {
        "files": session.exec(
            select(document).where(
                (col(document.creditor_id) == creditor_id)
                | col(document.debt_id).in_(debts)
                | col(document.contact_id).in_([each.id for each in contacts])
                | col(document.agreement_id).in_([each.id for each in agreements])
            )
        ).all(),
        **of_debts(session, debts, agreements),
        "undertakings": session.exec(
            select(tables.Undertaking).where(tables.Undertaking.creditor_id == creditor_id)
        ).all(),
        "contacts": contacts,
        "debts": _debts(session, creditor_id),
    }


def _let_go(session: Session, debts: Sequence[int | None], contacts: Sequence[int | None]) -> None:
    """Let what others said and agreed stay, without its word of what is deleted."""
    for contact in session.exec(
        select(tables.Contact).where(col(tables.Contact.debt_id).in_(debts))
    ):
        contact.debt_id = None
    tied: tuple[Any, ...] = (tables.Agreement, tables.Offer, tables.Undertaking)
    for table in tied:
        for record in session.exec(select(table).where(col(table.contact_id).in_(contacts))):
            record.contact_id = None


def of_debts(
    session: Session, debts: Sequence[int | None], agreements: Sequence[tables.Agreement]
) -> dict[str, Sequence[Recorded]]:
    """What belongs to some debts and is no payment, by what it is called."""

    def all_of(table: Any, column: Any, ids: Sequence[int | None]) -> Sequence[Recorded]:
        return session.exec(select(table).where(col(column).in_(ids))).all()

    agreement_ids = [each.id for each in agreements]
    return {
        "instalments": all_of(tables.Instalment, tables.Instalment.agreement_id, agreement_ids),
        "agreements": agreements,
        "offers": all_of(tables.Offer, tables.Offer.debt_id, debts),
        "charges": all_of(tables.Charge, tables.Charge.debt_id, debts),
        "balances": all_of(tables.Balance, tables.Balance.debt_id, debts),
        "moratoriums": all_of(tables.Moratorium, tables.Moratorium.debt_id, debts),
        "payees": all_of(tables.Payee, tables.Payee.debt_id, debts),
    }
