"""Debts: add, correct and delete one, transfer it, and what its creditor added or said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from store.ledger import creditors, names
from store.ledger.facts import holders
from store.ledger.terms import rate_to_text
from store.records import revisions, schema, tables
from store.records.database import Ledger
from store.records.tables import Recorded
from store.rules import dates, money
from store.rules.errors import BadInput, NotFound, Stale


@dataclass(frozen=True, slots=True)
class Details:
    """What is said of a debt; amounts are minor units of its creditor's currency."""

    name: str
    reference: str | None = None
    balance: int | None = None
    balance_on: date | None = None
    apr: Decimal | None = None
    priority: bool = False
    consequence: str | None = None
    contractual_payment: int | None = None
    others_liable: str | None = None
    stage: tables.Stage | None = None
    answer_by: date | None = None
    last_paid_on: date | None = None
    acknowledged_on: date | None = None
    judgment_on: date | None = None
    closed_on: date | None = None


def add(ledger: Ledger, creditor_id: int, details: Details) -> int:
    """Add a debt to a creditor; gives its number.

    Raises `BadInput` for a name that another debt there has, or a balance without its date.
    """
    with revisions.change(ledger, "debts.add") as change:
        creditor = creditors.get(change.session, creditor_id)
        row = enter(change, creditor, details)
        change.summary = f"Added {row.name} with {creditor.name}"
        return row.id or 0


def enter(change: revisions.Change, creditor: tables.Creditor, details: Details) -> tables.Debt:
    """Enter a debt, as part of a use case."""
    _check(change.session, creditor.id or 0, details, None)
    key = names.make_key(f"{creditor.key} {details.name}", names.keys(change.session, schema.debt))
    row = tables.Debt(
        key=key, creditor_id=creditor.id or 0, recorded_at=change.now, **_columns(details)
    )
    change.add(row)
    return row


def edit(ledger: Ledger, debt_id: int, details: Details, *, version: int) -> None:
    """Correct a debt that was read at `version`; raises `Stale` when it changed meanwhile."""
    with revisions.change(ledger, "debts.edit") as change:
        row = get(change.session, debt_id)
        if row.version != version:
            raise Stale("The debt was changed elsewhere after you opened it. Open it again.")
        _check(change.session, row.creditor_id, details, debt_id)
        for name, value in _columns(details).items():
            setattr(row, name, value)
        change.summary = f"Corrected {row.name}"


def goes_with(session: Session, debt_id: int) -> Mapping[str, int]:
    """How many records of each kind would be deleted together with a debt."""
    found = _belongings(session, debt_id)
    return {name: len(records) for name, records in found.items() if records}


def delete(ledger: Ledger, debt_id: int) -> str:
    """Delete a debt with all that `goes_with` it; gives its name.

    Raises `BadInput` where payments were made on it: say instead on which day it was closed.
    """
    with revisions.change(ledger, "debts.delete") as change:
        session = change.session
        row = get(session, debt_id)
        paid = session.exec(select(tables.Payment).where(tables.Payment.debt_id == debt_id)).all()
        if paid:
            times = "1 payment was" if len(paid) == 1 else f"{len(paid)} payments were"
            raise BadInput(
                f"{times} made on {row.name}: that record stays. Say when it was closed instead."
            )
        for contact in session.exec(
            select(tables.Contact).where(tables.Contact.debt_id == debt_id)
        ):
            # What was said stays, with its creditor.
            contact.debt_id = None
        for records in _belongings(session, debt_id).values():
            for record in records:
                session.delete(record)
        session.delete(row)
        change.summary = f"Deleted {row.name}"
        return row.name


def get(session: Session, debt_id: int) -> tables.Debt:
    """A debt's row; raises `NotFound`."""
    row = session.get(tables.Debt, debt_id)
    if row is None:
        raise NotFound("That debt is no longer there.", field="debt")
    return row


def details(session: Session, debt_id: int) -> Details:
    """What is said of a debt, as a form has it."""
    row = get(session, debt_id)
    said = {each.name: getattr(row, each.name) for each in fields(Details)}
    return Details(**{**said, "apr": None if row.apr is None else Decimal(row.apr)})


# --- transfers ------------------------------------------------------------------------------


def transfer(
    ledger: Ledger,
    debt_id: int,
    *,
    to_creditor_id: int,
    on: date,
    today: date,
    note: str | None = None,
) -> int:
    """Say that a debt went to another creditor, who holds it from a day on; gives its number.

    Raises `BadInput` for another currency, whoever holds it then already, a second transfer on one
    day, or a day to come.
    """
    with revisions.change(ledger, "debts.transfer") as change:
        session = change.session
        row, to = get(session, debt_id), creditors.get(session, to_creditor_id)
        if on > today:
            raise BadInput("That day is still to come.", field="on")
        currency = creditors.get(session, row.creditor_id).currency
        if to.currency != currency:
            raise BadInput(
                f"The debt is in {currency}, and {to.name} is owed in {to.currency}.", field="to"
            )
        moved = session.exec(
            select(tables.Transfer).where(tables.Transfer.debt_id == debt_id)
        ).all()
        if any(each.on == on for each in moved):
            raise BadInput("It was transferred on that day already.", field="on")
        if holders(session)[debt_id](on) == to_creditor_id:
            raise BadInput(f"{to.name} holds it on that day already.", field="to")
        later = min((each for each in moved if each.on > on), key=lambda e: e.on, default=None)
        if later is not None and later.to_creditor_id == to_creditor_id:
            day = dates.full(later.on)
            raise BadInput(f"It goes to {to.name} on {day}: take that back first.", field="to")
        transferred = tables.Transfer(
            debt_id=debt_id, to_creditor_id=to_creditor_id, on=on, note=note,
            recorded_at=change.now,
        )  # fmt: skip
        change.add(transferred)
        change.summary = f"{row.name} went to {to.name} on {dates.full(on)}"
        return transferred.id or 0


def take_transfer_back(ledger: Ledger, transfer_id: int) -> None:
    """Delete a transfer: whoever held the debt before holds it on.

    Raises `BadInput` where a later one would then go to whoever holds the debt already.
    """
    with revisions.change(ledger, "debts.take_transfer_back") as change:
        row = change.session.get(tables.Transfer, transfer_id)
        if row is None:
            raise NotFound("That transfer is no longer there.")
        name = get(change.session, row.debt_id).name
        later = change.session.exec(
            select(tables.Transfer)
            .where(tables.Transfer.debt_id == row.debt_id, col(tables.Transfer.on) > row.on)
            .order_by(col(tables.Transfer.on))
        ).first()
        before = holders(change.session)[row.debt_id](row.on - timedelta(days=1))
        if later is not None and later.to_creditor_id == before:
            raise BadInput(f"Take back the transfer of {dates.full(later.on)} first.")
        change.session.delete(row)
        change.summary = f"Transfer of {name} on {dates.full(row.on)} taken back"


# --- what the creditor added, or said is owed -----------------------------------------------


def charge(
    ledger: Ledger,
    debt_id: int,
    *,
    kind: tables.ChargeKind,
    amount: int,
    on: date,
    today: date,
    note: str | None = None,
) -> int:
    """Record interest, a fee, a refund, a waiver or an adjustment; gives its number.

    The kind gives the sign of `amount` (minor units, more than zero); an adjustment has its own.
    """
    with revisions.change(ledger, "debts.charge") as change:
        row, currency = _of(change.session, debt_id)
        _check_amount(amount, any_sign=kind == "adjustment")
        _check_day(on, today)
        charged = tables.Charge(
            debt_id=debt_id, kind=kind, amount=amount, on=on, note=note, recorded_at=change.now
        )
        change.add(charged)
        change.summary = (
            f"{kind.capitalize()} of {money.format(amount, currency)} on {row.name}, "
            f"{dates.full(on)}"
        )
        return charged.id or 0


def letter_balance(
    ledger: Ledger,
    debt_id: int,
    *,
    amount: int,
    on: date,
    today: date,
    source: str | None = None,
) -> int:
    """Record what a creditor's letter says is owed on a day; gives its number."""
    with revisions.change(ledger, "debts.letter_balance") as change:
        row, currency = _of(change.session, debt_id)
        _check_bounds(amount, "amount")
        _check_day(on, today)
        balance = tables.Balance(
            debt_id=debt_id, amount=amount, on=on, source=source, recorded_at=change.now
        )
        change.add(balance)
        change.summary = (
            f"Balance of {money.format(amount, currency)} on {row.name}, {dates.full(on)}"
        )
        return balance.id or 0


def pause(
    ledger: Ledger,
    debt_id: int,
    *,
    starts_on: date,
    ends_on: date | None = None,
    note: str | None = None,
) -> int:
    """Record a moratorium: days on which the debt may not be pursued; gives its number."""
    with revisions.change(ledger, "debts.pause") as change:
        row, _ = _of(change.session, debt_id)
        if ends_on is not None and ends_on < starts_on:
            raise BadInput("It ends before it begins.", field="ends_on")
        moratorium = tables.Moratorium(
            debt_id=debt_id, starts_on=starts_on, ends_on=ends_on, note=note,
            recorded_at=change.now,
        )  # fmt: skip
        change.add(moratorium)
        change.summary = f"Moratorium on {row.name} from {dates.full(starts_on)}"
        return moratorium.id or 0


def edit_charge(
    ledger: Ledger,
    charge_id: int,
    *,
    version: int,
    kind: tables.ChargeKind,
    amount: int,
    on: date,
    today: date,
    note: str | None = None,
) -> None:
    """Correct a charge that was read at `version`."""
    with revisions.change(ledger, "debts.edit_charge") as change:
        row = _fresh(change.session.get(tables.Charge, charge_id), version)
        _check_amount(amount, any_sign=kind == "adjustment")
        _check_day(on, today)
        row.kind, row.amount, row.on, row.note = kind, amount, on, note
        change.summary = f"Corrected {kind} of {dates.full(on)}"


def edit_balance(
    ledger: Ledger,
    balance_id: int,
    *,
    version: int,
    amount: int,
    on: date,
    today: date,
    source: str | None = None,
) -> None:
    """Correct a balance that was read at `version`."""
    with revisions.change(ledger, "debts.edit_balance") as change:
        row = _fresh(change.session.get(tables.Balance, balance_id), version)
        _check_bounds(amount, "amount")
        _check_day(on, today)
        row.amount, row.on, row.source = amount, on, source
        change.summary = f"Corrected balance of {dates.full(on)}"


def edit_pause(
    ledger: Ledger,
    moratorium_id: int,
    *,
    version: int,
    starts_on: date,
    ends_on: date | None = None,
    note: str | None = None,
) -> None:
    """Correct a moratorium that was read at `version`."""
    with revisions.change(ledger, "debts.edit_pause") as change:
        row = _fresh(change.session.get(tables.Moratorium, moratorium_id), version)
        if ends_on is not None and ends_on < starts_on:
            raise BadInput("It ends before it begins.", field="ends_on")
        row.starts_on, row.ends_on, row.note = starts_on, ends_on, note
        change.summary = f"Corrected moratorium from {dates.full(starts_on)}"


def delete_entry(ledger: Ledger, table: str, entry_id: int) -> None:
    """Delete a charge, a balance from a letter, or a moratorium, by its table and number."""
    entries: dict[str, type[tables.Charge | tables.Balance | tables.Moratorium]] = {
        "charge": tables.Charge,
        "balance": tables.Balance,
        "moratorium": tables.Moratorium,
    }
    with revisions.change(ledger, f"debts.delete_{table}") as change:
        row: Any = change.session.get(entries[table], entry_id)
        if row is None:
            raise NotFound(f"That {table} is no longer there.")
        change.summary = f"Deleted {table} of {get(change.session, row.debt_id).name}"
        change.session.delete(row)


# --- what is looked at ----------------------------------------------------------------------


Entry = TypeVar("Entry", bound=Recorded)


def _of(session: Session, debt_id: int) -> tuple[tables.Debt, str]:
    row = get(session, debt_id)
    return row, creditors.get(session, row.creditor_id).currency


def _fresh(row: Entry | None, version: int) -> Entry:
    if row is None:
        raise NotFound("That is no longer there.")
    if row.version != version:
        raise Stale("It was changed elsewhere after you opened it. Open it again.")
    return row


def _check_amount(amount: int, *, any_sign: bool) -> None:
    if amount == 0 or (amount < 0 and not any_sign):
        raise BadInput("An amount must be more than zero.", field="amount")
    _check_bounds(amount, "amount")


def _check_bounds(amount: int | None, field: str) -> None:
    if amount is not None and abs(amount) > money.LARGEST:
        raise BadInput("That is more than any ledger can hold.", field=field)


def _check_day(on: date, today: date) -> None:
    if on > today:
        raise BadInput("That day is still to come.", field="on")


def _check(session: Session, creditor_id: int, details: Details, own_id: int | None) -> None:
    if not names.is_name(details.name):
        raise BadInput("A debt needs a name: loan, card, council tax.", field="name")
    if (details.balance is None) != (details.balance_on is None):
        missing = "balance" if details.balance is None else "balance_on"
        raise BadInput("A balance needs its day, and a day its balance.", field=missing)
    _check_bounds(details.balance, "balance")
    if details.contractual_payment is not None:
        if details.contractual_payment <= 0:
            raise BadInput("An amount must be more than zero.", field="contractual_payment")
        _check_bounds(details.contractual_payment, "contractual_payment")
    if details.apr is not None and details.apr < 0:
        raise BadInput("A rate must not be below zero.", field="apr")
    for each in session.exec(select(tables.Debt).where(tables.Debt.creditor_id == creditor_id)):
        if each.id != own_id and names.same(each.name, details.name):
            raise BadInput(f"There is {each.name} there already.", field="name")


def _columns(details: Details) -> dict[str, Any]:
    columns = asdict(details)
    columns["name"] = details.name.strip()
    columns["apr"] = None if details.apr is None else rate_to_text(details.apr)
    return columns


def _belongings(session: Session, debt_id: int) -> dict[str, Sequence[Recorded]]:
    """What belongs to a debt, by what it is called; what rests on something comes first."""
    document, transferred = tables.Document, tables.Transfer
    agreements = session.exec(
        select(tables.Agreement).where(tables.Agreement.debt_id == debt_id)
    ).all()
    return {
        "files": session.exec(
            select(document).where(
                (col(document.debt_id) == debt_id)
                | col(document.agreement_id).in_([each.id for each in agreements])
            )
        ).all(),
        **creditors.of_debts(session, [debt_id], agreements),
        "transfers": session.exec(select(transferred).where(transferred.debt_id == debt_id)).all(),
    }
