"""All that passed about a creditor or a debt, day by day and in full: what an evidence pack tells.

What is left out (see `leaving_out`) is left out of every line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from store.ledger import breach_queries, creditor_queries, documents, queries
from store.ledger import terms as ledger_terms
from store.ledger.breach_queries import BreachLine
from store.ledger.creditor_views import DebtLine
from store.ledger.documents import DocumentLine, Owner
from store.ledger.views import PaymentLine, Promise
from store.papers.leaving_out import IN_LETTERS, blanker
from store.papers.timeline_views import Entry, Scope, Timeline
from store.records import tables
from store.rules import dates, money
from store.rules import terms as term_rules
from store.rules.breaches import Kind
from store.rules.dates import local
from store.rules.errors import NotFound
from store.rules.outcome import Outcome


def collect(
    session: Session,
    today: date,
    scope: Scope,
    locale: str,
    *,
    private: bool = False,
    without: frozenset[str] = frozenset(),
) -> Timeline:
    """Read all of it; `private` situations are told only if that is wanted."""
    reader = _Reader(session, today, scope, locale, private, without)
    entries = sorted(reader.entries(), key=lambda each: each[0].on)
    owners = {owner for _, owner in entries if owner is not None}
    withheld = documents.lines(session, sorted(reader.withheld))
    wants_files = "documents" not in without
    return Timeline(
        reader.name,
        reader.debts,
        [each for each, _ in entries],
        reader.promises,
        reader.breaches,
        reader.payments,
        reader.files(owners - reader.withheld) if wants_files else (),
        bool(withheld) and wants_files,
    )


class _Reader:
    def __init__(
        self,
        session: Session,
        today: date,
        scope: Scope,
        locale: str,
        private: bool,
        without: frozenset[str],
    ) -> None:
        self.session, self.today, self.locale = session, today, locale
        self.private, self.without = private, without
        self.scope = scope
        self._bare = blanker(session, without)
        known = [
            replace(
                each,
                name=self._bare(each.name),
                reference=self._reference(each.reference),
                chain=_by(each, today),
            )
            for each in creditor_queries.debts(session, today)
        ]
        if scope.debt_id is not None:
            self.debts = [each for each in known if each.debt_id == scope.debt_id]
            self.name = self.debts[0].name if self.debts else ""
            self.creditor_ids = {id_ for each in self.debts for _, id_, _ in each.chain}
        else:
            creditor = session.get(tables.Creditor, scope.creditor_id)
            self.name = creditor.name if creditor else ""
            self.debts = [
                each for each in known if any(id_ == scope.creditor_id for _, id_, _ in each.chain)
            ]
            self.creditor_ids = {scope.creditor_id or 0}
        if not self.name:
            raise NotFound("That is no longer there.")
        self.by_id = {each.debt_id: each for each in self.debts}
        self.undertakings = self._undertakings()
        self.withheld: set[Owner] = set()
        """Contacts whose files would tell what is left out."""
        self.promises = [
            replace(each, debt_name=self._bare(each.debt_name))
            for each in queries.promises(session, today, creditor_id=scope.creditor_id)
            if each.debt_id in self.by_id
        ]
        theirs = {each.id for each in self.undertakings}
        self.breaches = [
            self._bare_breach(each)
            for each in breach_queries.breaches_of(
                session, today, queries.promises(session, today), scope.creditor_id
            )
            if each.creditor_id in self.creditor_ids
            and (
                each.breach.record_id in theirs
                if each.breach.debt_id is None
                else each.breach.debt_id in self.by_id
            )
        ]
        self.payments = [
            replace(
                each,
                debt_name=self._bare(each.debt_name),
                method=self._bare(each.method or "") or None,
                reference=self._reference(each.reference),
                note=self._note(each.note),
                returned_on=self._come(each.returned_on),
            )
            for each in queries.payments(session, since=date.min, until=today)
            if each.debt_id in self.by_id and self._holds(each.debt_id, each.paid_on)
        ]

    def entries(self) -> Iterator[tuple[Entry, Owner | None]]:
        """Each entry with the record whose documents go with it."""
        for row in self._every(tables.Transfer):
            if self._come(row.on) is None:
                continue
            to = self.session.get_one(tables.Creditor, row.to_creditor_id).name
            text = f"{self.by_id[row.debt_id].name} went to {to}"
            yield Entry(row.on, "Transfer", self._with(text, self._note(row.note))), None
        yield from self._contacts()
        yield from self._outside_of_contacts()
        yield from self._terms()
        for payment in self.payments:
            yield (
                Entry(payment.paid_on, "Payment", self._payment(payment)),
                (
                    "payment",
                    payment.payment_id,
                ),
            )
            if payment.returned_on is not None:
                back = f"{self._money(payment.amount, payment.debt_id)} came back"
                back = self._about(payment.debt_id, back)
                yield Entry(payment.returned_on, "Returned", back), None
        for row in self._every(tables.Charge):
            if self._holds(row.debt_id, row.on):
                text = f"{row.kind.capitalize()} of {self._money(row.amount, row.debt_id)}"
                text = self._about(row.debt_id, text)
                yield Entry(row.on, "Charge", self._with(text, self._note(row.note))), None
        for row in self._every(tables.Balance):
            if self._holds(row.debt_id, row.on):
                text = f"They say {self._money(row.amount, row.debt_id)} is owed"
                text = self._about(row.debt_id, text)
                yield Entry(row.on, "Balance", self._with(text, self._note(row.source))), None
        for row in self._every(tables.Moratorium):
            if self._come(row.starts_on) is None:
                continue
            until = f" until {dates.full(row.ends_on)}" if row.ends_on else ""
            text = f"{self.by_id[row.debt_id].name} may not be pursued{until}"
            yield Entry(row.starts_on, "Moratorium", self._with(text, self._note(row.note))), None
        for promise in self.promises:
            if (said := _not_kept(promise)) and promise.due_on <= self.today:
                amount = money.format(promise.amount, promise.currency, self.locale)
                text = f"{amount} of {promise.debt_name}, due this day: {said}"
                yield Entry(promise.due_on, "Promise", text), None
        for line in self.breaches:
            right = line.breach.put_right_on
            end = f"; put right on {dates.full(right)}" if right else "; not put right yet"
            yield Entry(line.breach.on, "Not kept by them", f"{line.text(self.locale)}{end}"), None

    def _contacts(self) -> Iterator[tuple[Entry, Owner]]:
        contact = tables.Contact
        told = {row.id: row for row in self.session.exec(select(tables.Situation))}
        said: dict[int | None, list[tables.Undertaking]] = {}
        for each in self.undertakings:
            said.setdefault(each.contact_id, []).append(each)
        for row in self.session.exec(
            select(contact).where(col(contact.creditor_id).in_(self.creditor_ids))
        ):
            if self.scope.debt_id is not None and row.debt_id not in (None, self.scope.debt_id):
                continue
            at = local(row.at.replace(tzinfo=UTC), row.utc_offset)
            if at.date() > self.today:
                continue
            way = "from me" if row.direction == "out" else "from them"
            parts = [f"{self._bare(row.channel).capitalize()} {way}, {at:%H:%M}."]
            if row.debt_id in self.by_id and len(self.debts) > 1:
                parts.append(f"About {self.by_id[row.debt_id].name}.")
            if row.person and "person" not in self.without:
                parts.append(f"With {self._bare(row.person)}.")
            if reference := self._reference(row.reference):
                parts.append(f"Reference {reference}.")
            if "summary" not in self.without:
                parts.append(_ended(self._bare(row.summary)))
            situation = told.get(row.situation_id)
            is_secret = situation is not None and situation.private and not self.private
            if row.hardship and "hardship" not in self.without and not is_secret:
                parts.append(_ended(f"Reason: {self._bare(row.hardship)}"))
            if situation is not None and "situation" not in self.without and not is_secret:
                parts.append(_ended(f"My situation as I told it: {self._bare(situation.text)}"))
            parts += [self._undertaking(each) for each in said.get(row.id, ())]
            owner: Owner = ("contact", row.id or 0)
            if is_secret or (row.direction == "out" and self.without & IN_LETTERS):
                self.withheld.add(owner)
            yield Entry(at.date(), "Contact", " ".join(parts)), owner

    def _undertakings(self) -> list[tables.Undertaking]:
        """What was said that would be done; of one debt, not what was said about another."""
        undertaking, contact = tables.Undertaking, tables.Contact
        found = self.session.exec(
            select(undertaking, contact.debt_id)
            .outerjoin(contact, col(contact.id) == col(undertaking.contact_id))
            .where(col(undertaking.creditor_id).in_(self.creditor_ids))
            .order_by(col(undertaking.id))
        )
        about = self.scope.debt_id
        return [row for row, debt_id in found if about is None or debt_id in (None, about)]

    def _outside_of_contacts(self) -> Iterator[tuple[Entry, None]]:
        """What was said in no contact, on the first day on which it is known to have been said."""
        for row in self.undertakings:
            days = (_day(row.recorded_at), row.due_on, row.done_on)
            on = min(each for each in days if each is not None)
            if row.contact_id is None and on <= self.today:
                yield Entry(on, "Undertaking", self._undertaking(row)), None

    def files(self, owners: set[Owner]) -> list[DocumentLine]:
        """The documents of some records, of the creditors, and of the debts while they had them."""
        of_creditors: set[Owner] = {("creditor", id_) for id_ in self.creditor_ids}
        found = documents.lines(self.session, sorted(owners | of_creditors))
        for debt in self.debts:
            of_debt = documents.of(self.session, ("debt", debt.debt_id))
            found += [each for each in of_debt if self._holds(debt.debt_id, _day(each.added_at))]
        named = [replace(each, name=self._bare(each.name)) for each in found]
        return sorted(named, key=lambda each: (each.name.casefold(), each.document_id))

    def _undertaking(self, row: tables.Undertaking) -> str:
        who = "I said I would" if row.by == "me" else "They said they would"
        due = f" by {dates.full(row.due_on)}" if row.due_on else ""
        text = self._bare(row.text).rstrip(" .;,")
        if row.done_on is not None and row.done_on <= self.today:
            return f"{who}: {text}{due}; done on {dates.full(row.done_on)}."
        return f"{who}: {text}{due}; not done."

    def _terms(self) -> Iterator[tuple[Entry, Owner | None]]:
        for row in self._every(tables.Offer):
            if self._holds(row.debt_id, row.on):
                whose = "My offer" if row.by == "me" else "Their offer"
                is_open = row.answered_on is not None and row.answered_on > self.today
                answered = "open" if is_open else row.status
                if row.answered_on is not None and not is_open:
                    answered += f" on {dates.full(row.answered_on)}"
                text = f"{self._sentences(row)} {whose}, {answered}."
                note = None if is_open else self._note(row.answer_note)
                yield Entry(row.on, whose, self._with(text, note)), None
        agreements = self._every(tables.Agreement)
        replaced = {each.supersedes_id: each.made_on for each in agreements}
        for agreed in agreements:
            owner: Owner = ("agreement", agreed.id or 0)
            last = agreed.ended_on or replaced.get(agreed.id)
            if self._holds(agreed.debt_id, agreed.made_on):
                what = "New terms" if agreed.supersedes_id else "Agreement"
                text = f"{self._sentences(agreed)} In writing: {self._writing(agreed)}."
                yield Entry(agreed.made_on, what, text), owner
            elif taken_over := self._taken_over(agreed, last):
                with_whom = f"agreed on {dates.full(agreed.made_on)} with {self._holder(agreed)}"
                text = f"{self._sentences(agreed)} As {with_whom}. "
                text += f"In writing: {self._writing(agreed)}."
                yield Entry(taken_over, "Terms taken over", text), owner
            else:
                continue
            if agreed.ended_on is not None and self._holds(agreed.debt_id, agreed.ended_on):
                how = f"The agreement of {dates.full(agreed.made_on)} ended: {agreed.ended_how}"
                yield Entry(agreed.ended_on, "Ended", self._about(agreed.debt_id, how)), None

    def _sentences(self, row: tables.Offer | tables.Agreement) -> str:
        said = term_rules.sentences(
            ledger_terms.of_record(row), self.by_id[row.debt_id].currency, self.locale
        )
        return self._about(row.debt_id, " ".join(said))

    def _writing(self, agreed: tables.Agreement) -> str:
        """How far its paper is, and since when."""
        if agreed.written_on is None:
            return agreed.writing
        if agreed.written_on > self.today:
            return "unwritten"
        return f"{agreed.writing}, {dates.full(agreed.written_on)}"

    def _taken_over(self, agreed: tables.Agreement, last: date | None) -> date | None:
        """The day on which a debt came here with an agreement that was still to be kept."""
        is_here = any(each.agreement_id == agreed.id for each in self.promises)
        for since, creditor_id, _ in self.by_id[agreed.debt_id].chain:
            if since is None or since <= agreed.made_on or creditor_id not in self.creditor_ids:
                continue
            return since if is_here and (last is None or last > since) else None
        return None

    def _holder(self, agreed: tables.Agreement) -> str:
        """Whom an agreement was made with."""
        chain = self.by_id[agreed.debt_id].chain
        return [name for since, _, name in chain if since is None or since <= agreed.made_on][-1]

    def _about(self, debt_id: int, text: str) -> str:
        """A text that says which debt it is of, where the pack is about several."""
        return f"{self.by_id[debt_id].name}: {text}" if len(self.debts) > 1 else text

    def _payment(self, row: PaymentLine) -> str:
        text = f"{self._money(row.amount, row.debt_id)} for {self.by_id[row.debt_id].name}"
        if row.method:
            text += f", by {row.method}"
        if row.reference:
            text += f", reference {row.reference}"
        return self._with(text, row.note)

    def _every(self, table: Any) -> Sequence[Any]:
        found = self.session.exec(
            select(table).where(col(table.debt_id).in_(self.by_id)).order_by(col(table.id))
        )
        return found.all()

    def _holds(self, debt_id: int, on: date) -> bool:
        """Whether something of a day belongs here: it has come, and a creditor held the debt."""
        if on > self.today:
            return False
        chain = self.by_id[debt_id].chain
        holder = [id_ for since, id_, _ in chain if since is None or since <= on][-1]
        return holder in self.creditor_ids

    def _money(self, amount: int, debt_id: int) -> str:
        return money.format(amount, self.by_id[debt_id].currency, self.locale)

    def _reference(self, reference: str | None) -> str | None:
        if "reference" in self.without or reference is None:
            return None
        return self._bare(reference)

    def _note(self, note: str | None) -> str | None:
        return None if "notes" in self.without or note is None else self._bare(note)

    def _with(self, text: str, more: str | None) -> str:
        return f"{text.removesuffix('.')}: {more}" if more else text

    def _come(self, on: date | None) -> date | None:
        """A day that has come; None for one that has not."""
        return on if on is not None and on <= self.today else None

    def _bare_breach(self, line: BreachLine) -> BreachLine:
        breach = line.breach
        if breach.kind is Kind.UNDERTAKING:
            breach = replace(breach, about=self._bare(breach.about))
        return replace(line, breach=breach, debt_name=self._bare(line.debt_name))


def _ended(text: str) -> str:
    """A sentence with its end, so that the next does not run on from it."""
    bare = text.rstrip()
    return bare if bare.endswith((".", "!", "?", "…", ":", ";")) else f"{bare}."


def _by(debt: DebtLine, today: date) -> tuple[tuple[date | None, int, str], ...]:
    """Who held a debt by a day."""
    return tuple(each for each in debt.chain if each[0] is None or each[0] <= today)


def _day(at: datetime) -> date:
    """The day here of a moment in the ledger."""
    return at.replace(tzinfo=UTC).astimezone().date()


def _not_kept(promise: Promise) -> str:
    """What became of a promise that was not kept in time; empty where it was."""
    late = "1 day" if promise.days_late == 1 else f"{promise.days_late} days"
    if promise.outcome is Outcome.LATE:
        return f"paid {late} late"
    if promise.outcome is Outcome.PARTIAL:
        return f"partly paid, open for {late}"
    if promise.outcome is Outcome.MISSED:
        return f"not paid, open for {late}"
    return "renegotiated after it" if promise.outcome is Outcome.RENEGOTIATED_LATE else ""
