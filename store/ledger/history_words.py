"""A record's fields and parts in the words that a person has for them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Boolean, Date

from store.ledger import terms
from store.ledger.history_views import Line
from store.records.history import Touch
from store.records.states import Alteration, State
from store.records.tables import RECORDS, Minor
from store.rules import cadence, dates, money, writing
from store.rules.errors import AccordError

LABELS = {
    "debt_id": "Debt", "name": "Name", "creditor_id": "Creditor", "to_creditor_id": "Went to",
    "kind": "Kind", "by": "By", "on": "On", "at": "When", "channel": "How",
    "direction": "Direction", "person": "With", "text": "What", "summary": "What was said",
    "made_on": "Agreed on", "due_on": "Due on", "paid_on": "Paid on", "starts_on": "From",
    "ends_on": "To", "amount": "Amount", "currency": "Currency", "every": "How often",
    "next_on": "Next on", "first_due": "First due", "count": "How many", "until": "Until",
    "last_amount": "Last instalment", "upfront": "Paid at once", "upfront_on": "At once on",
    "defer_until": "Deferred until", "deferral": "What is deferred", "apr": "Interest a year",
    "interest_accrues": "Interest goes on", "apr_from": "That interest from",
    "apr_until": "That interest until", "fees_waived": "Fees waived",
    "written_off": "Written off", "weekend": "On a weekend", "holidays": "Holidays of",
    "grace_days": "Days of grace", "paid_by": "Paid by", "priority": "Comes first",
    "consequence": "If unpaid", "balance": "Balance", "balance_on": "Balance on",
    "contractual_payment": "By contract, a month", "others_liable": "Also liable",
    "stage": "Court stage", "answer_by": "Court wants an answer by", "last_paid_on": "Last paid",
    "acknowledged_on": "Acknowledged on", "judgment_on": "Judgment of", "closed_on": "Closed on",
    "method": "How", "reference": "Their reference", "returned_on": "Came back on",
    "done_on": "Done on", "valid_until": "Valid until", "status": "Answer",
    "answered_on": "Answered on", "answer_note": "What was answered",
    "countered_by_id": "Countered by", "offer_id": "From the offer", "contact_id": "Contact",
    "supersedes_id": "In place of", "instalment_id": "For", "payment_id": "Payment",
    "situation_id": "Situation told", "hardship": "Why it is hard", "phone": "Phone",
    "email": "Email", "address": "Address", "website": "Website",
    "my_account_here": "Holds my account", "notes": "Notes", "note": "Note",
    "capacity": "Could afford a month", "writing": "In writing", "written_on": "Written on",
    "checklist": "What the paper says", "ended_on": "Ended on", "ended_how": "How it ended",
    "private": "Private", "source": "Source", "booked_on": "Booked on", "payee": "Payee",
    "memo": "What it says", "account": "Account",
}  # fmt: skip
"""What each column is called, in the order in which they are shown; others are not shown."""

OWN_LABELS = {
    ("offer", "amount"): "Each instalment",
    ("agreement", "amount"): "Each instalment",
    ("offer", "on"): "Offered on",
    ("payment", "reference"): "Reference",
    ("situation", "on"): "Since",
    ("undertaking", "due_on"): "By",
    ("undertaking", "by"): "Who",
}

WORDS = {
    ("direction", "out"): "I contacted them",
    ("direction", "in"): "they contacted me",
    ("by", "me"): "me",
    ("by", "creditor"): "them",
    ("ended_how", "creditor"): "the creditor cancelled it",
    ("ended_how", "advice"): "stopped on advice",
    ("ended_how", "broken"): "could not be kept",
}

CLAUSES = {each.key: each.text for each in (*writing.CLAUSES, *writing.RED_FLAGS)}
"""What a checklist's keys say."""

DATED = {
    "payment": ("Payment of", "paid_on"),
    "statement_line": ("Statement's line of", "booked_on"),
    "instalment": ("Instalment of", "due_on"),
    "contact": ("Contact of", "at"),
    "offer": ("Offer of", "on"),
    "agreement": ("Agreement of", "made_on"),
    "balance": ("Balance of", "on"),
    "cash": ("Cash of", "on"),
    "situation": ("Situation of", "on"),
    "transfer": ("Transfer of", "on"),
    "moratorium": ("Moratorium from", "starts_on"),
}
"""What has no name is called by its day."""

UNSAYABLE = (AccordError, ArithmeticError, AttributeError, KeyError, TypeError,
             ValueError, StopIteration)  # fmt: skip
"""What goes wrong with a value that is not what its column should have."""

MANY = 4
"""From so many instalments on, a line says them all."""


@dataclass(frozen=True)
class Words:
    """Says records as of `today`, with amounts as `locale` has them.

    `known` gives what is known of a record by its table and number, or was before it went.
    """

    known: Callable[[str, int], State | None]
    today: date
    locale: str

    def title(self, table: str, state: State) -> str:
        """What a record is called."""
        if table in DATED:
            said, name = DATED[table]
            return f"{said} {self._day(table, name, state)}"
        if table == "charge":
            return f"{self._capital(state.get('kind'))} of {self._day(table, 'on', state)}"
        if table == "undertaking":
            return " ".join(str(state.get("text")).split())
        return str(state.get("name") or table.replace("_", " ").capitalize())

    def about(self, table: str, state: State) -> str:
        """The name of the debt or creditor that a record belongs to; empty where it has none."""
        found = next((up for up in self._above(state) if up[0] in ("debt", "creditor")), None)
        return "" if found is None else str(found[1].get("name") or "")

    def lines(self, table: str, before: State | None, after: State | None) -> Iterator[Line]:
        """The fields that differ, or, of what was entered or deleted, those that say something."""
        for name, label in LABELS.items():
            was, now = self.value(table, name, before), self.value(table, name, after)
            if was != now:
                yield Line(OWN_LABELS.get((table, name), label), was, now)

    def parts(self, table: str, touches: Sequence[Touch]) -> Iterator[Line]:
        """What was done to parts of a record of `table`, a line each; a schedule in one."""
        said = [(each, self._part(each.table, each.before), self._part(each.table, each.after))
                for each in touches]  # fmt: skip
        said = [each for each in said if each[1] != each[2]]
        schedule = [touch for touch, _, _ in said if touch.table == "instalment"]
        if len(schedule) >= MANY:
            said = [each for each in said if each[0].table != "instalment"]
            before = [each.before for each in schedule if each.before is not None]
            after = [each.after for each in schedule if each.after is not None]
            yield Line("Instalments", self._schedule(before), self._schedule(after))
        for touch, was, now in said:
            state = touch.after or touch.before or {}
            yield Line(self._part_label(touch.table, state, table), was, now)

    def altered(self, alteration: Alteration, is_part: bool) -> str:
        """One sentence about what was done outside Accord; it names a part, and the field."""
        table, name, state = alteration.table, alteration.field, alteration.state
        called = self.title(table, state)
        if name is None:
            done = "added" if alteration.was is None else "removed"
            return f"{called} was {done} outside Accord."
        label = OWN_LABELS.get((table, name)) or LABELS.get(name) or name.replace("_", " ")
        was, now = (
            self.value(table, name, {**state, name: each}) or "nothing"
            for each in (alteration.was, alteration.now)
        )
        subject = f"{called}: {label}" if is_part else label
        return (
            f"{subject} was changed outside Accord: {was} was recorded, and now it says {now}."
            if was != now
            else f"{subject} was changed outside Accord."
        )

    def value(self, table: str, name: str, state: State | None) -> str | None:
        """One field as a person reads it; as it stands there, where it is not what it should be."""
        value = None if state is None else state.get(name)
        if state is None or value is None or value == "" or name not in RECORDS[table].model_fields:
            return None
        try:
            return self._said(table, name, value, state)
        except UNSAYABLE:
            return str(value)

    def _said(self, table: str, name: str, value: Any, state: State) -> str:
        column = RECORDS[table].__table__.columns[name]  # type: ignore[attr-defined]
        if name == "at":
            offset = timezone(timedelta(minutes=int(state.get("utc_offset") or 0)))
            at = moment(value).astimezone(offset)
            return f"{dates.short(at.date(), self.today)} {at:%H:%M}"
        if name == "every":
            days = terms.days_from_text(state.get("days"))
            return cadence.describe(cadence.parse(value, days))
        if name == "checklist":
            items = json.loads(value).items()
            said_of = ((CLAUSES.get(key, key), said) for key, said in items)
            return "\n".join(text if said is True else f"{text}: {said}" for text, said in said_of)
        if name == "apr":
            return f"{value} %"
        if column.foreign_keys:
            (to,) = column.foreign_keys
            there = self.known(to.column.table.name, value)
            return "one that is gone" if there is None else self.title(to.column.table.name, there)
        if isinstance(column.type, Minor):
            return money.format(value, self._currency(state), self.locale)
        if isinstance(column.type, Date):
            return dates.short(date.fromisoformat(value), self.today)
        if isinstance(column.type, Boolean):
            return "yes" if value else "no"
        return WORDS.get((name, value), str(value))

    def _above(self, state: State) -> Iterator[tuple[str, State]]:
        """What a record belongs to, and what that belongs to: the nearest first."""
        here: State | None = state
        while here is not None:
            up = next(
                (
                    (table, number)
                    for table in ("creditor", "debt", "agreement", "payment")
                    if (number := here.get(f"{table}_id")) is not None
                ),
                None,
            )
            here = None if up is None else self.known(*up)
            if up is not None and here is not None:
                yield up[0], here

    def _currency(self, state: State) -> str:
        if "currency" in state:
            return str(state["currency"])
        return next(str(up["currency"]) for table, up in self._above(state) if table == "creditor")

    def _day(self, table: str, name: str, state: State) -> str:
        said = self.value(table, name, state) or "no day"
        return said.rsplit(" ", 1)[0] if name == "at" else said

    def _schedule(self, instalments: Sequence[State]) -> str | None:
        if not instalments:
            return None
        by_day = sorted(instalments, key=lambda each: str(each.get("due_on")))
        first, last = (self._day("instalment", "due_on", by_day[n]) for n in (0, -1))
        try:
            total = sum(each["amount"] for each in instalments)
        except (KeyError, TypeError):
            total = 0
        amount = self.value("instalment", "amount", {**by_day[0], "amount": total})
        return f"{len(instalments)} from {first} to {last}, {amount} in all"

    def _part(self, table: str, state: State | None) -> str | None:
        """A part in one line."""
        if state is None:
            return None
        shown = {
            "allotment": ("amount",),
            "instalment": ("amount", "due_on"),
            "undertaking": ("text", "due_on", "done_on"),
            "statement_line": ("booked_on", "amount", "payee", "memo", "account"),
            "charge": ("amount", "on", "note"),
            "balance": ("amount", "on", "source"),
            "moratorium": ("starts_on", "ends_on", "note"),
            "transfer": ("to_creditor_id", "on", "note"),
            "agreement": ("made_on",),
        }.get(table, ("name",))
        before = {"due_on": "due", "done_on": "done", "ends_on": "to"}
        said = ((name, self.value(table, name, state)) for name in shown)
        return " · ".join(
            f"{before[name]} {text}" if name in before else text
            for name, text in said
            if text is not None
        )

    def _part_label(self, table: str, state: State, of: str) -> str:
        """What a part is to a record of the table `of`."""
        if table == "allotment":
            other, word = ("payment", "From") if of == "instalment" else ("instalment", "For")
            called = self.value(table, f"{other}_id", state) or other
            return f"{word} {called[0].lower()}{called[1:]}"
        if table == "instalment":
            return f"Instalment {state.get('number')}"
        if table == "undertaking":
            return "I will" if state.get("by") == "me" else "They will"
        if table == "charge":
            return self._capital(state.get("kind"))
        if table == "statement_line":
            return "In the bank's statement"
        return "Replaced by agreement of" if table == "agreement" else self._capital(table)

    @staticmethod
    def _capital(word: Any) -> str:
        return str(word or "").capitalize()


def moment(text: str) -> datetime:
    """A moment as a state or a column holds it, aware."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
