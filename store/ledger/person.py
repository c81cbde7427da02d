"""Who keeps the ledger: what stands at the head of a letter."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, select

from store.records import revisions, tables
from store.records.database import Ledger


@dataclass(frozen=True, slots=True)
class Me:
    """Name, address (several lines), email and phone; what is not known is empty."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


def get(session: Session) -> Me:
    """What is known of the person."""
    row = session.exec(select(tables.Person)).first()
    if row is None:
        return Me()
    return Me(row.name or "", row.address or "", row.email or "", row.phone or "")


def save(ledger: Ledger, me: Me) -> None:
    """Record who keeps the ledger."""
    with revisions.change(ledger, "person.save") as change:
        row = change.session.exec(select(tables.Person)).first()
        said: dict[str, Any] = {name: value.strip() or None for name, value in asdict(me).items()}
        if row is None:
            change.add(tables.Person(recorded_at=change.now, **said))
        else:
            for name, value in said.items():
                setattr(row, name, value)
        change.summary = "My name and address"
