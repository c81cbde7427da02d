"""What the paper of an agreement says, item by item, and what to look at before it is signed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from store.ledger import instalments, limitation_queries
from store.ledger import terms as ledger_terms
from store.ledger.limitation_queries import Where
from store.ledger.picture import Picture
from store.records import tables
from store.rules import differences, money, writing
from store.rules.errors import BadInput, NotFound
from store.rules.writing import Checklist, Clause


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper of an agreement: what it must say, what it says, and what to look at first."""

    clauses: tuple[Clause, ...]
    checklist: Mapping[str, bool | str]
    cautions: tuple[str, ...]
    needs_signing: bool
    """Between family a letter is enough."""


def paper(session: Session, agreement_id: int, today: date, where: Where) -> Paper:
    """The paper of an agreement as of a day; `where` says whose limitation periods count."""
    row = session.get(tables.Agreement, agreement_id)
    if row is None:
        raise NotFound("That agreement is no longer there.")
    return Paper(
        tuple(_clauses(session, row)),
        said(row),
        tuple(_cautions(session, row, today, where)),
        not _is_family(session, row),
    )


def said(row: tables.Agreement) -> dict[str, bool | str]:
    """What the checklist of an agreement holds; only ticks and reasons settle anything."""
    return {key: state for key, state in _held(row).items() if isinstance(state, bool | str)}


def merged(row: tables.Agreement, checklist: Checklist) -> dict[str, Any]:
    """A new checklist; what an older one has that no clause or red flag knows stays."""
    known = {each.key for each in (*writing.CLAUSES, *writing.RED_FLAGS)}
    other = {key: state for key, state in _held(row).items() if key not in known}
    return {**other, **checklist}


def lacking(session: Session, row: tables.Agreement) -> list[Clause]:
    """What a signed paper must say and this one does not; between family nothing lacks."""
    if _is_family(session, row):
        return []
    return writing.missing(_clauses(session, row), said(row))


def check_complete(session: Session, row: tables.Agreement) -> None:
    """Raise `BadInput` where something lacks that a signed paper must say."""
    if missing := lacking(session, row):
        listed = ", ".join(each.key for each in missing[:3])
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise BadInput(
            f"Before it is signed, tick what the paper says, or say why it is not needed: "
            f"{listed}{more}.",
            field="checklist",
        )


def _held(row: tables.Agreement) -> dict[str, Any]:
    """The checklist as it is: one that was loaded may hold anything."""
    found = json.loads(row.checklist) if row.checklist else {}
    return found if isinstance(found, dict) else {}


def _clauses(session: Session, row: tables.Agreement) -> list[Clause]:
    moved = select(tables.Transfer.id).where(tables.Transfer.debt_id == row.debt_id)
    return writing.clauses(
        is_settlement=bool(row.written_off),
        is_transferred=session.exec(moved).first() is not None,
    )


def _is_family(session: Session, row: tables.Agreement) -> bool:
    return instalments.holder(session, row.debt_id).kind in writing.FAMILY


def _cautions(session: Session, row: tables.Agreement, today: date, where: Where) -> list[str]:
    found, locale = [], where.locale
    picture = Picture(session, today)
    currency = picture.places[row.debt_id].currency
    monthly = picture.monthly(row.debt_id)
    left = picture.left(currency, picture.agreed_on(row.debt_id))
    if picture.has_budget(currency) and monthly > left:
        found.append(
            f"It promises {money.format(monthly, currency, locale)} a month; "
            f"{money.format(left, currency, locale)} is left for it."
        )
    if row.offer_id is not None:
        offer = session.get_one(tables.Offer, row.offer_id)
        different = differences.differences(
            ledger_terms.of_record(offer), ledger_terms.of_record(row), currency, locale
        )
        if different:
            found.append(f"Differs from the offer that was accepted in: {'; '.join(different)}.")
    if (old := limitation_queries.cautions(session, today, where).get(row.debt_id)) is not None:
        found.append(old)
    return found
