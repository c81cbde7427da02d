"""What falls due as a calendar (iCalendar, RFC 5545): all-day events that other programs show.

An event is the same one in every export: its UID comes from the record's identity, and its
SEQUENCE rises when what it says has changed, and only then, so that a calendar that takes the file
again follows. Nothing of it depends on when it is written but `today`. Situations, notes, and what
was said in contacts stay out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select

from store.exchange.stamps import Stamp, Stamps, newest
from store.ledger import facts, queries
from store.ledger.facts import one, rows
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules import dates, money
from store.rules.outcome import Outcome

if TYPE_CHECKING:
    from icalendar import Event as Component

MONTHS_BACK = 12
"""How far back events are told; ahead there is no end."""

REFRESH = timedelta(hours=12)
"""How often a program that subscribes to the file may read it again."""

MORNING = timedelta(hours=9)
DAYS_BEFORE = 3

MOST_DAYS = 15
"""How many days of a record that have come are told apart in a SEQUENCE."""

_PAID = (Outcome.KEPT, Outcome.LATE)
_PAYS_ITSELF = {
    "standing order": "A standing order pays it.",
    "direct debit": "A direct debit takes it.",
    "deduction": "It is deducted before I am paid.",
    "provider": "The provider of my plan pays it.",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One day of the calendar.

    `days` are those on which it changes by itself: from then on a payment that was recorded, or an
    agreement that was ended, counts.
    """

    uid: str
    on: date
    summary: str
    description: str
    stamp: Stamp
    is_done: bool = False
    is_cancelled: bool = False
    is_mine: bool = True
    days: int = 0

    @property
    def sequence(self) -> int:
        """Rises with every change of the record, and with every day that changes it."""
        return self.stamp.number * (MOST_DAYS + 1) + min(self.days, MOST_DAYS)


def calendar(
    session: Reading, today: date, locale: str = "en_GB", creditor_id: int | None = None
) -> bytes:
    """The whole calendar, or that of one creditor, as the bytes of an `.ics` file."""
    from icalendar import Calendar

    name = "Accord"
    if creditor_id is not None:
        name = f"Accord: {_plain(one(session, schema.creditor, creditor_id).name)}"
    made = Calendar()
    made.add("prodid", "-//Accord//Accord//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.calendar_name = name
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    for event in events(session, today, locale, creditor_id):
        made.add_component(_component(event))
    content: bytes = made.to_ical()
    return content


def events(
    session: Reading, today: date, locale: str = "en_GB", creditor_id: int | None = None
) -> list[Event]:
    """Every event from `MONTHS_BACK` on, by day; amounts in the locale's form."""
    record = _Record(session, today, locale, creditor_id)
    found = [
        *record.instalments(),
        *record.undertakings(),
        *record.offers(),
        *record.answers(),
    ]
    return sorted(found, key=lambda each: (each.on, each.summary, each.uid))


class _Record:
    """Reads what falls due, in a fixed number of queries, and says it."""

    def __init__(self, session: Reading, today: date, locale: str, creditor_id: int | None) -> None:
        self.session, self.today, self.locale = session, today, locale
        self.only = creditor_id
        self.since = dates.add_months(today, -MONTHS_BACK)
        self.stamps = Stamps(session)
        self.creditors = {row.id: row for row in _all(session, schema.creditor)}
        self.debts = {row.id: row for row in _all(session, schema.debt)}
        self.transfers = _by(_all(session, schema.transfer), "debt_id")
        self._holders = facts.holders(session)

    def instalments(self) -> Iterator[Event]:
        """Each promised payment: open, paid, or no longer due."""
        agreements = {row.id: row for row in _all(self.session, schema.agreement)}
        successors = {row.supersedes_id: row for row in agreements.values()}
        payments = {row.id: row for row in _all(self.session, schema.payment)}
        allotments = _by(_all(self.session, schema.allotment), "instalment_id")
        pauses = _by(_all(self.session, schema.moratorium), "debt_id")
        of = self.stamps.of
        for each in queries.promises(
            self.session, self.today, since=self.since, creditor_id=self.only
        ):
            agreement = agreements[each.agreement_id]
            successor = successors.get(each.agreement_id)
            parts = allotments[each.instalment_id]
            paid = [payments[part.payment_id] for part in parts]
            stamps = [
                of("instalment", each.instalment_id, "due_on", "amount"),
                self.stamps.parts("instalment", "agreement_id", each.agreement_id),
                *(of("allotment", part.id, "amount") for part in parts),
                self.stamps.parts("allotment", "instalment_id", each.instalment_id),
                *(of("payment", row.id, "paid_on", "amount", "returned_on") for row in paid),
                of("agreement", agreement.id, "ended_on", "ended_how", "grace_days", "paid_by"),
                self.stamps.parts("agreement", "supersedes_id", agreement.id),
                *(of("moratorium", row.id, "starts_on", "ends_on") for row in pauses[each.debt_id]),
                self.stamps.parts("moratorium", "debt_id", each.debt_id),
                *self._of_debt(each.debt_id, each.creditor_id),
            ]
            days = [agreement.ended_on, *(row.starts_on for row in pauses[each.debt_id])]
            days += [day for row in paid for day in (row.paid_on, row.returned_on)]
            if successor is not None:
                stamps.append(of("agreement", successor.id, "made_on"))
                days.append(successor.made_on)
            is_paid = each.outcome in _PAID
            yield Event(
                _uid("instalment", each.agreement, each.number),
                each.due_on,
                self._promise(each),
                self._about(each),
                newest(stamps),
                is_done=is_paid,
                is_cancelled=not is_paid and not each.outcome.is_open,
                days=sum(day is not None and day <= self.today for day in days),
            )

    def undertakings(self) -> Iterator[Event]:
        """What each side said it would do by a day."""
        seen: Counter[tuple[object, ...]] = Counter()
        for row in _all(self.session, schema.undertaking):
            # It has no key: what it said when it was entered, and when that was, stays its name.
            entered = self.stamps.entered("undertaking", row.id)
            name = (
                self.creditors[row.creditor_id].key,
                *(entered.get(part) for part in ("by", "text", "due_on", "recorded_at")),
            )
            seen[name] += 1
            if not self._tells(row.due_on, row.creditor_id):
                continue
            is_mine = row.by == "me"
            who = _plain(self.creditors[row.creditor_id].name)
            said = f"{'To do for' if is_mine else 'Expected from'} {who}: {_plain(row.text)}"
            done = f"Done on {dates.full(row.done_on)}." if row.done_on else ""
            yield Event(
                _uid("undertaking", *name, seen[name]),
                row.due_on,
                f"✓ {said}" if row.done_on else said,
                done or f"{'I' if is_mine else 'They'} said so.",
                newest(
                    (
                        self.stamps.of("undertaking", row.id, "by", "text", "due_on", "done_on"),
                        self.stamps.of("undertaking", row.id, "creditor_id"),
                        self.stamps.of("creditor", row.creditor_id, "name"),
                    )
                ),
                is_done=row.done_on is not None,
                is_mine=is_mine,
            )

    def offers(self) -> Iterator[Event]:
        """The last day of each offer; cancelled once it is answered."""
        for row in _all(self.session, schema.offer):
            if row.valid_until is None:
                continue
            holder = self._holder(row.debt_id, row.valid_until)
            if not self._tells(row.valid_until, holder):
                continue
            whose = "My offer" if row.by == "me" else "Their offer"
            yield Event(
                _uid("offer", row.key),
                row.valid_until,
                f"{whose} lapses: {self._debt(row.debt_id, holder)}",
                "This is its last day." if row.status == "open" else f"It is {row.status}.",
                newest(
                    (
                        self.stamps.of("offer", row.id, "by", "status", "valid_until", "debt_id"),
                        *self._of_debt(row.debt_id, holder),
                    )
                ),
                is_cancelled=row.status != "open",
            )

    def answers(self) -> Iterator[Event]:
        """The days by which a letter or a court wants an answer."""
        for row in self.debts.values():
            if row.answer_by is None:
                continue
            holder = self._holder(row.id, row.answer_by)
            if not self._tells(row.answer_by, holder):
                continue
            what = "letter" if row.stage in (None, "none") else row.stage
            yield Event(
                _uid("answer", row.key),
                row.answer_by,
                f"§ Answer the {what}: {self._debt(row.id, holder)}",
                "The debt is closed." if row.closed_on else "This is the last day for an answer.",
                newest(
                    (
                        self.stamps.of("debt", row.id, "answer_by", "stage", "closed_on"),
                        *self._of_debt(row.id, holder),
                    )
                ),
                is_cancelled=row.closed_on is not None,
            )

    def _tells(self, day: date | None, creditor_id: int) -> bool:
        """Whether a day is told, and this creditor is."""
        return day is not None and day >= self.since and self.only in (None, creditor_id)

    def _holder(self, debt_id: int, on: date) -> int:
        return self._holders[debt_id](on)

    def _of_debt(self, debt_id: int, holder: int) -> Iterator[Stamp]:
        """When what is said of a debt, or who holds it, was last changed."""
        yield self.stamps.of("debt", debt_id, "name", "creditor_id")
        yield self.stamps.of("creditor", holder, "name", "currency")
        yield self.stamps.parts("transfer", "debt_id", debt_id)
        for row in self.transfers[debt_id]:
            yield self.stamps.of("transfer", row.id, "on", "to_creditor_id")

    def _debt(self, debt_id: int, holder: int) -> str:
        return f"{_plain(self.creditors[holder].name)}, {_plain(self.debts[debt_id].name)}"

    def _promise(self, each: Promise) -> str:
        where = self._debt(each.debt_id, each.creditor_id)
        if each.outcome in _PAID:
            return f"✓ Paid {self._money(each.amount, each.currency)}: {where}"
        if each.outcome.is_open:
            return f"Pay {self._money(each.unpaid, each.currency)}: {where}"
        return f"{self._money(each.amount, each.currency)} no longer due: {where}"

    def _about(self, each: Promise) -> str:
        said = [f"Payment {each.number} of {each.count} of agreement {_plain(each.agreement)}."]
        amount = self._money(each.amount, each.currency)
        if each.outcome in _PAID and each.paid_on is not None:
            said.append(f"Paid on {dates.full(each.paid_on)}.")
        elif each.paid:
            said.append(f"{self._money(each.paid, each.currency)} of {amount} is paid.")
        if each.outcome is Outcome.SUSPENDED:
            said.append("A moratorium suspends it.")
        elif each.outcome not in _PAID and not each.outcome.is_open:
            said.append("The agreement was replaced or ended.")
        elif each.outcome.is_open and each.paid_by in _PAYS_ITSELF:
            said.append(_PAYS_ITSELF[each.paid_by])
        return " ".join(said)

    def _money(self, amount: int, currency: str) -> str:
        return money.format(amount, currency, self.locale)


def _component(event: Event) -> Component:
    from icalendar import Event as Component

    made = Component()
    made.add("uid", event.uid)
    made.add("dtstamp", event.stamp.at)
    made.add("last-modified", event.stamp.at)
    made.add("sequence", event.sequence)
    made.add("dtstart", event.on)
    # The day after, which is not part of it: some programs show nothing without an end.
    if event.on < date.max:
        made.add("dtend", event.on + timedelta(days=1))
    made.add("summary", event.summary)
    made.add("description", event.description)
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    # What falls due does not keep a day from being free.
    made.add("transp", "TRANSPARENT")
    made.add("class", "PRIVATE")
    made.add("categories", ["Accord"])
    if not event.is_done and not event.is_cancelled:
        before = [MORNING - timedelta(days=DAYS_BEFORE)] if event.is_mine else []
        for trigger in (*before, MORNING):
            made.add_component(_alarm(event, trigger))
    return made


def _alarm(event: Event, trigger: timedelta) -> Any:
    from icalendar import Alarm

    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", event.summary)
    made.add("trigger", trigger)
    return made


def _uid(*identity: object) -> str:
    name = "\n".join("" if each is None else str(each) for each in ("accord", *identity))
    return f"{uuid5(NAMESPACE_OID, name)}@accord"


def _plain(text: str) -> str:
    """A text of a person as one line of signs that can be printed."""
    shown = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(shown.split())


def _all(session: Reading, table: Any) -> Sequence[Any]:
    return rows(session, select(table).order_by(table.c.id))


def _by(found: Iterable[Any], column: str) -> defaultdict[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in found:
        grouped[getattr(row, column)].append(row)
    return grouped
