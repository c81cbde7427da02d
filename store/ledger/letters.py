"""Letters that came and letters that went: each is one use case that makes all of its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import get_args

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from store.ledger import contacts, creditors, debts, documents, names
from store.ledger.facts import rows
from store.records import revisions, tables
from store.records.database import Ledger
from store.rules import dates
from store.rules.errors import BadInput

DEBT = "What they say I owe"
"""What a debt is called of which a letter says no name."""

LETTER = "A letter"
"""What is written down of a letter of which nothing else is said."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says; only `who` (a name, or the number of a creditor) is needed.

    `amount` is minor units of the creditor's currency, which `currency` gives for a new one.
    """

    who: str | int
    dated: date
    currency: str
    debt: str | int | None = None
    reference: str | None = None
    amount: int | None = None
    wants: str | None = None
    reply_by: date | None = None
    stage: tables.Stage | None = None
    answer_by: date | None = None
    priority: bool = False
    """Whether it comes first, for a debt that is made of it; one that is there stays as it is."""


@dataclass(frozen=True, slots=True)
class Received:
    """What was made of a letter, and what comes first of all that is to be done, and by when."""

    creditor_id: int
    creditor: str
    is_new: bool
    debt_id: int | None
    contact_id: int
    first: str | None
    first_by: date | None


def received(ledger: Ledger, letter: Letter, today: date) -> Received:
    """Enter a letter; gives what comes first now.

    Raises `BadInput` for a letter of a day to come, one that is not said whom it is from, an amount
    in another currency than its creditor's, or where it could be about several debts.
    """
    if letter.dated > today:
        raise BadInput("A letter cannot be of a day that is still to come.", field="dated")
    with revisions.change(ledger, "letters.received") as change:
        creditor, is_new = _creditor(change, letter)
        debt = _debt(change, letter, creditor, today)
        wants = letter.wants or LETTER
        contact = contacts.enter(
            change,
            creditor_id=creditor.id or 0,
            debt_id=debt.id if debt else None,
            at=_moment(letter.dated, change.now),
            channel="letter",
            direction="in",
            summary=wants,
            reference=letter.reference,
        )
        if letter.reply_by is not None:
            said = contacts.Said("me", f"Answer their letter: {_brief(wants)}", letter.reply_by)
            contacts.undertake(change, said, creditor_id=creditor.id or 0, contact_id=contact.id)
        change.summary = f"Letter of {dates.full(letter.dated)} from {creditor.name}"
        change.session.flush()
        first, by = _first(change.session)
        return Received(
            creditor.id or 0,
            creditor.name,
            is_new,
            debt.id if debt else None,
            contact.id or 0,
            first,
            by,
        )


@dataclass(frozen=True, slots=True)
class ToSend:
    """A letter as it goes out: to whom, how, and the files that are kept of it.

    `undertaking_id` is what I had said I would do and is done by it; `agreement_id` is one whose
    paper it asks for.
    """

    creditor_id: int
    debt_id: int | None
    channel: str
    subject: str
    files: Sequence[documents.File]
    situation_id: int | None = None
    undertaking_id: int | None = None
    agreement_id: int | None = None


def sent(ledger: Ledger, letter: ToSend, today: date) -> contacts.Logged:
    """Log that a letter went out, with the letter itself.

    Raises `BadInput` where what it is to do is not mine to do for that creditor, or its agreement
    is of another debt.
    """
    with revisions.change(ledger, "letters.sent") as change:
        session = change.session
        contact = contacts.enter(
            change,
            creditor_id=letter.creditor_id,
            debt_id=letter.debt_id,
            at=change.now.astimezone(),
            channel=letter.channel,
            direction="out",
            summary=letter.subject,
            situation_id=letter.situation_id,
        )
        for file in letter.files:
            documents.enter(change, file, ("contact", contact.id or 0))
        if letter.undertaking_id is not None:
            mine = contacts.get_undertaking(session, letter.undertaking_id)
            if mine.by != "me" or mine.creditor_id != letter.creditor_id:
                raise BadInput(
                    "That is nothing that I said I would do for them.", field="undertaking_id"
                )
            mine.done_on = min(mine.done_on or today, today)
        if letter.agreement_id is not None:
            agreement = session.get(tables.Agreement, letter.agreement_id)
            if agreement is not None and agreement.debt_id != letter.debt_id:
                raise BadInput("That agreement is of another debt.", field="agreement_id")
            if agreement is not None and agreement.writing == "unwritten":
                agreement.writing = "requested"
        session.flush()
        logged = contacts.logged(session, contact)
        change.summary = f"Letter to {logged.creditor}: {_brief(letter.subject)}"
    return logged


def _creditor(change: revisions.Change, letter: Letter) -> tuple[tables.Creditor, bool]:
    if isinstance(letter.who, int):
        return creditors.get(change.session, letter.who), False
    for each in change.session.exec(select(tables.Creditor)):
        if names.same(each.name, letter.who):
            if letter.amount is not None and each.currency != letter.currency:
                raise BadInput(
                    f"{each.name} is owed in {each.currency}, not {letter.currency}.",
                    field="currency",
                )
            return each, False
    if not letter.who.strip():
        raise BadInput("Say who wrote.", field="who")
    return creditors.enter(change, creditors.Details(letter.who, letter.currency)), True


def _debt(
    change: revisions.Change, letter: Letter, creditor: tables.Creditor, today: date
) -> tables.Debt | None:
    """The debt that the letter is about: found, or made where the letter says anything of it."""
    found = _find_debt(change.session, letter, creditor)
    says = (letter.amount, letter.reference, letter.stage, letter.answer_by)
    if found is None:
        if letter.debt is None and not any(each is not None for each in says):
            return None
        name = letter.debt if isinstance(letter.debt, str) else _name(change, letter, creditor)
        details = debts.Details(
            name,
            reference=letter.reference,
            balance=letter.amount,
            balance_on=None if letter.amount is None else letter.dated,
            priority=letter.priority,
            stage=letter.stage,
            answer_by=letter.answer_by,
        )
        return debts.enter(change, creditor, details)
    if letter.amount is not None:
        change.add(
            tables.Balance(
                debt_id=found.id or 0,
                on=letter.dated,
                amount=letter.amount,
                source="letter",
                recorded_at=change.now,
            )
        )
    found.reference = found.reference or letter.reference
    _take_stage(change.session, found, letter, today)
    return found


def _take_stage(session: Session, found: tables.Debt, letter: Letter, today: date) -> None:
    """Take over how far it has gone, and by when a court wants an answer.

    Letters of a pile come in any order: an older one lowers no stage, and takes no date away that
    is still to come.
    """
    if letter.stage is not None:
        order = get_args(tables.Stage)
        found.stage = max(letter.stage, found.stage or "none", key=order.index)
    if letter.answer_by is None:
        return
    contact = tables.Contact
    before = session.exec(
        select(contact.at)
        .where(contact.debt_id == found.id, contact.direction == "in")
        .order_by(col(contact.at).desc())
    ).first()
    if before is None or letter.dated > before.date():
        found.answer_by = letter.answer_by
    else:
        dates_known = [each for each in (found.answer_by, letter.answer_by) if each]
        to_come = [each for each in dates_known if each >= today]
        found.answer_by = min(to_come or dates_known)


def _find_debt(session: Session, letter: Letter, creditor: tables.Creditor) -> tables.Debt | None:
    if isinstance(letter.debt, int):
        found = debts.get(session, letter.debt)
        if creditor.id not in contacts.holders_ever(session, letter.debt):
            raise BadInput(f"That debt is not {creditor.name}'s.", field="debt")
        return _open(found)
    transfer = tables.Transfer
    moved = select(transfer.debt_id).where(transfer.to_creditor_id == creditor.id)
    own = session.exec(
        select(tables.Debt).where(
            (col(tables.Debt.creditor_id) == creditor.id) | col(tables.Debt.id).in_(moved)
        )
    ).all()
    if letter.debt is not None:
        named = next((each for each in own if names.same(each.name, letter.debt)), None)
        return named and _open(named)
    could_be = [each for each in own if each.closed_on is None]
    if letter.reference is not None:
        wanted = _bare(letter.reference)
        for each in own:
            if _bare(each.reference or "") == wanted:
                return _open(each)
        # It may be the first letter that has one; another reference is another debt.
        could_be = [each for each in could_be if each.reference is None]
    if len(could_be) == 1:
        return could_be[0]
    if could_be and any((letter.amount is not None, letter.stage, letter.answer_by)):
        listed = ", ".join(each.name for each in could_be[:5])
        raise BadInput(f"Say which debt it is about: {listed}, or a new name.", field="debt")
    return None


def _name(change: revisions.Change, letter: Letter, creditor: tables.Creditor) -> str:
    """What to call a debt of which the letter says no name: one that no other there has."""
    debt = tables.Debt
    taken = change.session.exec(select(debt.name).where(debt.creditor_id == creditor.id)).all()
    stem = DEBT if letter.reference is None else f"{DEBT}, {letter.reference.strip()}"
    name, number = DEBT, 1
    while any(names.same(name, each) for each in taken):
        name = stem if number == 1 and stem != DEBT else f"{stem} ({number + 1})"
        number += 1
    return name


def _open(debt: tables.Debt) -> tables.Debt:
    """A debt that a letter can be about: one that was closed would hide what the letter wants."""
    if debt.closed_on is not None:
        day = dates.full(debt.closed_on)
        raise BadInput(
            f"{debt.name} was closed on {day}: take that back first, or give another name.",
            field="debt",
        )
    return debt


def _bare(reference: str) -> str:
    return "".join(reference.split()).casefold()


def _moment(dated: date, now: datetime) -> datetime:
    """Noon of the letter's day; now, if it is of today."""
    local = now.astimezone()
    return local if dated >= local.date() else datetime.combine(dated, time(12)).astimezone()


def _first(session: Session) -> tuple[str | None, date | None]:
    """What is to be done first: a court's date, then what I said I would do."""
    found: list[tuple[date, int, str]] = []
    for debt in session.exec(select(tables.Debt)):
        if debt.answer_by is not None and debt.closed_on is None:
            found.append((debt.answer_by, 0, f"Answer the court letter about {debt.name}"))
    undertaking, creditor = tables.Undertaking, tables.Creditor
    for row in rows(
        session,
        sa_select(col(creditor.name), col(undertaking.text), col(undertaking.due_on))
        .join(undertaking, col(undertaking.creditor_id) == col(creditor.id))
        .where(col(undertaking.by) == "me", col(undertaking.done_on).is_(None))
        .where(col(undertaking.due_on).is_not(None)),
    ):
        found.append((row.due_on, 1, f"{row.name}: {row.text}"))
    if not found:
        return None, None
    first = min(found)
    return first[2], first[0]


def _brief(text: str) -> str:
    line = " ".join(text[:200].split())
    return line if len(line) <= 60 else f"{line[:59]}…"
