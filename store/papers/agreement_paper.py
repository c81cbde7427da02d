"""The paper of an agreement: what was agreed as sentences, every instalment, and room to sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from store.ledger import agreement_queries, creditor_queries, person
from store.ledger.agreement_views import AgreementLine
from store.ledger.creditor_views import DebtLine
from store.ledger.person import Me
from store.papers import output
from store.papers.paper import Bullets, Heading, Lines, Paragraph, Part, Signatures, Small, Table
from store.records import revisions, tables
from store.rules import dates, money, writing
from store.rules import terms as term_rules
from store.rules.errors import BadInput
from store.rules.terms import Promised

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
    # A list may leave out instalments that are settled.
    line = agreement_queries.agreement(session, today, line.agreement_id) or line
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

    terms = agreed(line, locale)
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
        Bullets(terms),
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


def agreed(line: AgreementLine, locale: str) -> list[str]:
    """What is agreed, as sentences that say each thing once.

    The terms; then payments that no terms tell, one by one; then what all of them come to, and
    when the first and the last are due.
    """
    currency = line.place.currency

    def shown(amount: int) -> str:
        return money.format(amount, currency, locale)

    terms, upfront = line.terms, term_rules.upfront_of(line.terms, line.made_on)
    if upfront is not None:
        terms = replace(terms, upfront_on=upfront.due_on)
    said = term_rules.sentences(terms, currency, locale)
    told = [upfront]
    if terms.amount is not None and terms.first_due is not None and line.count == 1:
        told.append(Promised(terms.first_due, terms.amount))
    payments = [Promised(each.due_on, each.amount) for each in line.promises]
    untold = [each for each in payments if each not in told]
    if terms.amount is None and len(untold) <= FEW:
        said += [f"{shown(each.amount)} on {dates.full(each.due_on)}." for each in untold]
        untold = []
    if not payments or (len(payments) == 1 and not untold):
        return said
    count = "1 payment" if line.count == 1 else f"{line.count} payments"
    first, last = payments[0].due_on, payments[-1].due_on
    span = f"from {dates.full(first)} to {dates.full(last)}"
    if first == last:
        span = f"on {dates.full(first)}"
    return [*said, f"In all {shown(line.total)} in {count}, {span}."]
