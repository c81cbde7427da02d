"""The paper of an agreement: what was agreed as sentences, every instalment, and room to sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from sqlmodel import Session

from store.ledger import creditor_queries, person
from store.ledger.agreement_views import AgreementLine
from store.ledger.creditor_views import DebtLine
from store.ledger.person import Me
from store.papers import output
from store.papers.paper import Bullets, Heading, Lines, Paragraph, Part, Signatures, Small, Table
from store.records import revisions, tables
from store.rules import dates, money, writing
from store.rules import terms as term_rules
from store.rules.errors import BadInput

MISSED = (
    "If a payment cannot be made on its day, the payer says so before it is due, and both look "
    "for new terms before anything else is done."
)
REPORTED = "While the payments are made, it is reported to credit agencies as kept to."
PAID_TO = "The payments go to this account: ________________________________"
IN_FULL = (
    "With the last payment the debt is settled in full; what is written off is neither asked for "
    "again nor sold or passed on."
)


def parts(session: Session, line: AgreementLine, today: date, locale: str) -> list[Part]:
    """The paper of an agreement as it was made."""
    place, me = line.place, person.get(session)
    if line.made_on > today:
        raise BadInput(f"It is made on {dates.full(line.made_on)}, which is still to come.")
    debt = next(
        each for each in creditor_queries.debts(session, today) if each.debt_id == place.debt_id
    )
    then = [name for on, _, name in debt.chain if on is None or on <= line.made_on][-1]
    # Who signs an agreement that goes on is who holds the debt now.
    theirs = place.creditor_name if line.state == "in force" else then
    creditor = session.get_one(tables.Creditor, place.creditor_id)
    mine = me.name or "The payer"

    def shown(amount: int) -> str:
        return money.format(amount, place.currency, locale)

    terms = term_rules.sentences(line.terms, place.currency, locale)
    if line.terms.apr is None and line.terms.interest_accrues is None:
        terms.append("Nothing is said about interest or fees.")
    proposed = [
        MISSED,
        *([] if creditor.kind in writing.FAMILY else [REPORTED]),
        *([IN_FULL] if line.terms.written_off else []),
        PAID_TO,
    ]
    found: list[Part] = [
        Heading("Agreement", 1),
        Paragraph(f"Between {mine} and {theirs}, about: {_account(debt)}."),
        *_addresses(me, creditor if theirs == creditor.name else None),
        Paragraph(" ".join(_history(line, debt, then, theirs, today, shown))),
        Heading("What is agreed"),
        Bullets([*terms, *whole(line, shown)]),
        Heading("Also, unless it is struck out"),
        Bullets(proposed),
        Heading("Every payment"),
        Table(
            ("No.", "Due", "Amount"),
            [
                (str(each.number), dates.full(each.due_on), shown(each.amount))
                for each in line.promises
            ],
            right=(0, 2),
        ),
        Paragraph("By signing, both agree to this; each keeps a copy."),
        Signatures((mine, theirs)),
    ]
    if mark := output.mark(revisions.newest(session)):
        found.append(Small(mark))
    return found


def _account(debt: DebtLine) -> str:
    return f"{debt.name}, reference {debt.reference}" if debt.reference else debt.name


def _addresses(me: Me, creditor: tables.Creditor | None) -> list[Part]:
    theirs = (creditor.name, creditor.address) if creditor is not None else ("", None)
    return [
        Lines([name, *address.splitlines()])
        for name, address in ((me.name, me.address), theirs)
        if address
    ]


def _history(
    line: AgreementLine,
    debt: DebtLine,
    then: str,
    theirs: str,
    today: date,
    shown: Callable[[int], str],
) -> Iterator[str]:
    """When and with whom it was agreed, who held the debt, and what is owed and paid."""
    who = f" of {then}" if then != theirs else ""
    with_whom = f" with {line.contact_person}{who}" if line.contact_person else ""
    yield f"It was agreed on {dates.full(line.made_on)}{with_whom}."
    if len(debt.chain) > 1:
        yield f"The debt was first owed to {debt.chain[0][2]}."
        yield from (
            f"On {dates.full(on)} it went to {name}." for on, _, name in debt.chain[1:] if on
        )
    if debt.balance is not None:
        paid = f"; {shown(line.paid)} of what was agreed is paid" if line.paid else ""
        yield f"On {dates.full(today)} {shown(debt.balance)} is owed on it{paid}."


FEW = 12
"""So many payments are listed one by one, where no terms tell them."""


def whole(line: AgreementLine, shown: Callable[[int], str]) -> list[str]:
    """What all instalments come to, and when the first and the last are due."""
    if not line.promises:
        return []
    listed = []
    if line.terms.amount is None and line.count <= FEW:
        listed = [f"{shown(each.amount)} on {dates.full(each.due_on)}." for each in line.promises]
    count = "1 payment" if line.count == 1 else f"{line.count} payments"
    first, last = line.promises[0].due_on, line.promises[-1].due_on
    span = f"from {dates.full(first)} to {dates.full(last)}"
    if first == last:
        span = f"on {dates.full(first)}"
    return [*listed, f"In all {shown(line.total)} in {count}, {span}."]
