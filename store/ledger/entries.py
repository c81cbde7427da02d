"""What was entered on a debt, read again to be corrected."""

from sqlmodel import Session

from store.ledger.creditor_views import Entry
from store.records import tables
from store.rules.errors import NotFound


def find(session: Session, table: str, entry_id: int) -> Entry:
    """A charge, balance or moratorium, by its table and number; raises `NotFound`."""
    if table == "charge" and (charge := session.get(tables.Charge, entry_id)) is not None:
        return Entry(
            table, entry_id, charge.version, charge.debt_id, charge.on, charge.amount,
            kind=charge.kind, note=charge.note,
        )  # fmt: skip
    if table == "balance" and (balance := session.get(tables.Balance, entry_id)) is not None:
        return Entry(
            table, entry_id, balance.version, balance.debt_id, balance.on, balance.amount,
            note=balance.source,
        )  # fmt: skip
    if table == "moratorium" and (pause := session.get(tables.Moratorium, entry_id)) is not None:
        return Entry(
            table, entry_id, pause.version, pause.debt_id, pause.starts_on,
            until=pause.ends_on, note=pause.note,
        )  # fmt: skip
    raise NotFound(f"That {table} is no longer there.")
