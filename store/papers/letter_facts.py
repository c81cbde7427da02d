"""Reads the facts of one creditor and debt that a letter may speak of (see `letter_fields`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlmodel import Session

from store.ledger import (
    agreement_queries,
    breach_queries,
    budget,
    checklists,
    contact_queries,
    creditor_queries,
    person,
)
from store.ledger.agreement_views import AgreementLine, OfferLine
from store.ledger.breach_queries import BreachLine
from store.ledger.contact_views import ContactLine
from store.ledger.picture import Picture
from store.ledger.views import Promise
from store.papers import agreement_paper, payment_record
from store.papers.letter_fields import (
    About,
    Addressee,
    Agreed,
    Budget,
    Facts,
    Gone,
    Item,
    Offered,
    Spoken,
)
from store.records import tables
from store.rules import breaches, credibility, dates, money, writing
from store.rules import terms as term_rules
from store.rules.affordability import Kind
from store.rules.errors import BadInput, NotFound
from store.rules.outcome import Outcome
from store.rules.terms import Terms
from store.rules.writing import FAMILY, Clause

WRITTEN = ("letter", "email")
"""Channels that nobody speaks through."""

ANSWER_WITHIN = timedelta(days=14)
"""How long a letter gives them to answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """The facts, and the records that they are from."""

    facts: Facts
    creditor_id: int
    debt_id: int | None
    situation_id: int | None
    agreement_id: int | None
    locale: str


def case(
    session: Session, today: date, *, creditor_id: int, debt_id: int | None, locale: str
) -> Case:
    """The facts of a creditor and one of its debts; the only open one where none is named.

    Raises `BadInput` where it holds several and none is named.
    """
    creditor = session.get(tables.Creditor, creditor_id)
    if creditor is None:
        raise NotFound("That creditor is no longer there.", field="creditor")
    picture = Picture(session, today)
    if debt_id is None:
        debt_id = _only_debt(picture, creditor_id)
    reader = _Reader(session, picture, locale, creditor.currency)
    spoken = contact_queries.contacts(session, creditor_id=creditor_id)
    newest = next(
        (
            each
            for each in creditor_queries.situations(session, today)
            if each.on <= today and (each.until is None or each.until >= today)
        ),
        None,
    )
    # What is true now may be private; an older statement would then be untrue.
    told = None if newest is None or newest.private else newest
    # Of a debt that is another's now, they are told nothing but that it is.
    is_theirs = debt_id is not None and picture.places[debt_id].creditor_id == creditor_id
    held = debt_id if is_theirs else None
    debt = None if held is None else reader.about(held)
    gone = reader.gone(creditor_id, debt_id) if debt is None else None
    is_over = gone is not None or any(
        each.creditor_id == creditor_id for each in picture.places.values()
    )
    if debt is not None:
        is_over = debt.is_settled
    agreed = reader.agreement(held)
    about = [each for each in spoken if each.debt_id in (None, debt_id)]
    call = next((each for each in about if each.channel not in WRITTEN), None)
    me = person.get(session)
    wrong = [
        each
        for each in breach_queries.open_charges(session, today, picture.lines)
        if each.creditor_id == creditor_id and debt_id in (None, each.breach.debt_id)
    ]
    promises = [each for each in picture.lines if each.creditor_id == creditor_id]
    facts = Facts(
        today=dates.full(today),
        answer_by=dates.full(today + ANSWER_WITHIN),
        me=me,
        creditor=Addressee(
            re.sub(r"\s*\([^)]*\)", "", creditor.name) or creditor.name,
            creditor.address or "",
            creditor.email or "",
            creditor.kind == "collector" or bool(_COLLECTS.search(creditor.name)),
            creditor.kind in FAMILY,
        ),
        debt=debt,
        gone=gone,
        is_over=is_over,
        situation=told.text if told else "",
        hardship=next((each.hardship for each in about if each.hardship), ""),
        budget=reader.budget(held),
        agreement=None if agreed is None else reader.agreed(agreed, wrong),
        must_say=[each.text for each in _must_say(session, agreed, debt, creditor)],
        offer=reader.offer(held, "me"),
        their_offer=reader.offer(held, "creditor"),
        call=None if call is None else _spoken(call, agreed),
        charges=[reader.charge(each) for each in wrong],
        charges_total=reader.money(sum(each.breach.amount for each in wrong)),
        open=[
            Item(each.debt_name, reader.money(each.unpaid), dates.full(each.due_on))
            for each in promises
            if debt_id in (None, each.debt_id)
            and (each.outcome is Outcome.DUE or each.outcome.is_overdue)
        ],
        is_late=any(
            each.outcome.is_overdue for each in promises if debt_id in (None, each.debt_id)
        ),
        wrote_lately=any(
            each.channel in WRITTEN
            and each.direction == "out"
            and today - each.at.date() < ANSWER_WITHIN
            for each in about
        ),
        kept=_kept(promises),
        closing=f"{_greeting(creditor)},\n\n{me.name or '[your name]'}",
    )
    return Case(
        facts,
        creditor_id,
        debt_id,
        told.situation_id if told else None,
        agreed.agreement_id if agreed else None,
        locale,
    )


def _only_debt(picture: Picture, creditor_id: int) -> int | None:
    """The one debt that a creditor holds, else the one of them that is open; None for none."""
    every = [each for each in picture.places.values() if each.creditor_id == creditor_id]
    held = [each for each in every if not each.is_closed] if len(every) > 1 else every
    if len(held) > 1:
        listed = ", ".join(each.debt for each in held)
        raise BadInput(f"Say which debt it is about: {listed}.", field="debt")
    return held[0].debt_id if held else None


_COLLECTS = re.compile(r"\b(collect\w*|recover\w*|inkasso|incasso|recouvrement)\b", re.IGNORECASE)
"""Names that collectors go by, where nobody said what kind of creditor it is."""


def _greeting(creditor: tables.Creditor) -> str:
    return "With love" if creditor.kind in FAMILY else "Yours sincerely"


def _must_say(
    session: Session,
    agreed: AgreementLine | None,
    debt: About | None,
    creditor: tables.Creditor,
) -> list[Clause]:
    if agreed is not None:
        return checklists.to_ask_for(session, agreed.agreement_id)
    return writing.clauses(
        is_settlement=False,
        is_transferred=debt is not None and bool(debt.original),
        is_family=creditor.kind in FAMILY,
    )


def _kept(promises: Sequence[Promise]) -> str:
    if not any(each.outcome in credibility.RATED for each in promises):
        return ""
    return payment_record.rate(promises)


def _spoken(contact: ContactLine, agreed: AgreementLine | None) -> Spoken:
    def said(side: str) -> list[str]:
        return [
            f"{each.text}, by {dates.full(each.due_on)}" if each.due_on else each.text
            for each in contact.undertakings
            if each.by == side
        ]

    return Spoken(
        dates.full(contact.at.date()),
        f"{contact.at:%H:%M}",
        contact.channel,
        contact.person or "",
        contact.reference or "",
        # Brackets are what is still to be filled in: as they are, these words are not for them.
        re.sub(r"[\[\]\s]+", " ", contact.summary).strip(),
        said("me"),
        said("creditor"),
        agreed is not None and agreed.contact_id == contact.contact_id,
    )


class _Reader:
    """Writes what the ledger holds on a day as text, in one creditor's currency."""

    def __init__(self, session: Session, picture: Picture, locale: str, currency: str) -> None:
        self.picture, self.today = picture, picture.today
        self.locale, self.currency = locale, currency
        self.lines = agreement_queries.view(
            session, self.today, most=agreement_queries.EVERY
        ).groups
        self.chains = {
            each.debt_id: each.chain for each in creditor_queries.debts(session, self.today)
        }
        self.freezes = breach_queries.freezes(session, self.today, picture.lines)
        self.budget_lines = budget.lines(session, self.today)

    def money(self, amount: int) -> str:
        return money.format(amount, self.currency, self.locale)

    def charge(self, line: BreachLine) -> Item:
        amount, on = self.money(line.breach.amount), dates.full(line.breach.on)
        if line.breach.kind is breaches.Kind.INTEREST:
            return Item("interest", amount, on, line.breach.about)
        return Item("fees", amount, "", line.breach.about)

    def about(self, debt_id: int) -> About:
        row, owed = self.picture.debts[debt_id], self.picture.owed[debt_id]
        chain = self.chains[debt_id]
        moved_on = chain[-1][0] if len(chain) > 1 else None
        return About(
            row.name,
            row.reference or "",
            "" if owed is None else self.money(owed),
            self.picture.places[debt_id].is_closed or (owed is not None and owed <= 0),
            chain[0][2] if len(chain) > 1 else "",
            "" if moved_on is None else dates.full(moved_on),
        )

    def gone(self, creditor_id: int, debt_id: int | None) -> Gone | None:
        """The debt that went from a creditor to another: that one, else the last that did."""
        found = [
            (since, id_, name)
            for id_, chain in self.chains.items()
            if debt_id in (None, id_)
            for (_, before, _), (since, _, name) in pairwise(chain)
            if before == creditor_id and since is not None and since <= self.today
            if self.picture.places[id_].creditor_id != creditor_id
        ]
        if not found:
            return None
        since, id_, name = max(found)
        row = self.picture.debts[id_]
        return Gone(row.name, row.reference or "", name, dates.full(since))

    def agreement(self, debt_id: int | None) -> AgreementLine | None:
        """The newest agreement in force on a debt."""
        return next(
            (
                each
                for group in self.lines
                if group.place.debt_id == debt_id
                for each in group.lines
                if isinstance(each, AgreementLine) and each.state == "in force"
            ),
            None,
        )

    def agreed(self, line: AgreementLine, wrong: Sequence[BreachLine]) -> Agreed:
        amount = line.terms.amount
        following = next(
            (e for e in line.promises if e.outcome.is_open and e.due_on >= self.today), None
        )
        made_on, holder = dates.full(line.made_on), self._holder(line.place.debt_id, line.made_on)
        with_whom = "" if holder == line.place.creditor_name else f" with {holder}"
        return Agreed(
            made_on=made_on,
            named=f"{'the' if with_whom else 'our'} agreement of {made_on}{with_whom}",
            person=line.contact_person or "",
            writing=line.writing,
            terms=agreement_paper.agreed(line, self.locale),
            amount="" if amount is None else self.money(amount),
            next_due=dates.full(following.due_on) if following else "",
            next_amount=self.money(following.unpaid) if following else "",
            total=self.money(line.total),
            freeze=self._freeze(line, wrong),
        )

    def _holder(self, debt_id: int, on: date) -> str:
        """Who held a debt on a day."""
        chain = self.chains[debt_id]
        return [name for since, _, name in chain if since is None or since <= on][-1]

    def _freeze(self, line: AgreementLine, wrong: Sequence[BreachLine]) -> str:
        """How long the agreement freezes interest; empty where what is wrong rests on another."""
        source = breach_queries.source_of(line.made_on)
        if wrong and all(each.breach.about != source for each in wrong):
            return ""
        for each in self.freezes:
            if each.debt_id == line.place.debt_id and each.source == source:
                since = f"from {dates.full(each.since)}"
                if each.until is None:
                    return f"{since}, while the payments are made"
                return f"{since} until {dates.full(each.until)}"
        return ""

    def offer(self, debt_id: int | None, side: str) -> Offered | None:
        """The newest open offer of one side."""
        line = next(
            (
                each
                for group in self.lines
                if group.place.debt_id == debt_id
                for each in group.lines
                if isinstance(each, OfferLine) and each.is_open and each.by == side
                # What another holder offered, this one did not.
                if side == "me"
                or self._holder(group.place.debt_id, each.on) == (group.place.creditor_name)
            ),
            None,
        )
        if line is None:
            return None
        paid, written_off = line.terms.upfront, line.terms.written_off
        return Offered(
            on=dates.full(line.on),
            terms=self._sentences(line.terms),
            sum="" if paid is None else self.money(paid),
            written_off="" if written_off is None else self.money(written_off),
            valid_until=dates.full(line.valid_until) if line.valid_until else "",
        )

    def _sentences(self, terms: Terms) -> list[str]:
        return term_rules.sentences(terms, self.currency, self.locale)

    def budget(self, debt_id: int | None) -> Budget | None:
        """A month's money in this currency; None where no line of a budget is."""
        if not self.picture.has_budget(self.currency):
            return None
        steps = self.picture.surplus(self.currency)
        left = self.picture.left(self.currency, self.picture.agreed_on(debt_id))
        return Budget(
            self._items(Kind.INCOME),
            self._items(Kind.ESSENTIAL),
            self._items(Kind.SAVING),
            self.money(steps.income),
            self.money(steps.essentials),
            self.money(steps.saving),
            self.money(steps.available),
            self.money(steps.available - left),
            self.money(left),
        )

    def _items(self, kind: Kind) -> list[Item]:
        return [
            Item(each.details.name, self.money(each.monthly))
            for each in self.budget_lines
            if each.details.kind == kind
            and each.details.currency == self.currency
            and each.monthly is not None
            and not each.is_over
            and (each.details.starts_on is None or each.details.starts_on <= self.today)
        ]
