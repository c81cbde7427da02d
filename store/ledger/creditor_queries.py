"""Reads creditors, their debts and what passed between us, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from store.ledger import balances, clock_queries, credibility_queries, queries, scores
from store.ledger import terms as ledger_terms
from store.ledger.creditor_views import CreditorLine, Creditors, DebtLine, Event, Told
from store.ledger.facts import rows
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules import dates, money, next_steps
from store.rules.balance import in_all
from store.rules.dates import local
from store.rules.outcome import Outcome
from store.rules.writing import FAMILY

WORST = (Outcome.MISSED, Outcome.PARTIAL, Outcome.DUE, Outcome.UPCOMING)

CHANNELS = {"phone": "☎", "letter": "✉", "email": "@", "chat": "◫", "text": "◫", "visit": "⌂"}


def creditors(session: Reading, today: date) -> Creditors:
    """Every creditor with its debts and next steps."""
    lines = debts(session, today)
    promises = [each for each in queries.unsettled(session, today) if each.outcome.is_open]
    by_holder: dict[int, list[Promise]] = defaultdict(list)
    holder = {each.debt_id: each.creditor_id for each in lines}
    for promise in promises:
        by_holder[holder[promise.debt_id]].append(promise)
    facts = _StepFacts(session, today, lines, by_holder)
    contacted = clock_queries.last_contacts(session, today)
    words = scores.by_creditor(session, today)
    found, totals = [], defaultdict[str, int](int)
    creditor = schema.creditor
    for row in rows(session, select(creditor).order_by(func.lower(creditor.c.name))):
        id_ = row.id
        held = [each for each in lines if each.creditor_id == id_]
        once = [
            each
            for each in lines
            if each.creditor_id != id_ and any(number == id_ for _, number, _ in each.chain)
        ]
        own = by_holder[id_]
        known = [each.balance for each in held if each.balance is not None and not each.closed_on]
        if known:
            totals[row.currency] += in_all(known)
        outcomes = {each.outcome for each in own}
        coming = min(own, key=lambda each: each.due_on, default=None)
        found.append(
            CreditorLine(
                id_,
                row.version,
                row.key,
                row.name,
                row.currency,
                row.kind,
                row.phone,
                row.email,
                row.address,
                row.website,
                row.notes,
                row.my_account_here,
                next((each for each in WORST if each in outcomes), None),
                any(each.priority and each.outcome.is_overdue for each in own),
                # A credit shows where nothing else is owed.
                (in_all(known) or sum(known)) if known else None,
                None if coming is None else (coming.due_on, coming.unpaid),
                contacted.get(id_),
                (*held, *once),
                tuple(facts.steps(id_, row.name, is_family=row.kind in FAMILY)),
                words.get(id_),
            )
        )
    return Creditors(today, tuple(found), dict(totals))


def debts(session: Reading, today: date) -> list[DebtLine]:
    """Every debt as of a day, by whom it is held."""
    creditor, debt, transfer = schema.creditor, schema.debt, schema.transfer
    names = {
        row.id: row
        for row in rows(session, select(creditor.c.id, creditor.c.name, creditor.c.currency))
    }
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for row in rows(
        session,
        select(transfer.c.debt_id, transfer.c.on.label("day"), transfer.c.to_creditor_id).order_by(
            transfer.c.on
        ),
    ):
        moved[row.debt_id].append((row.day, row.to_creditor_id))
    paused: dict[int, list[tuple[date, date | None, str | None]]] = defaultdict(list)
    moratorium = schema.moratorium
    for pause in rows(session, select(moratorium).order_by(moratorium.c.starts_on)):
        paused[pause.debt_id].append((pause.starts_on, pause.ends_on, pause.note))
    owed = balances.of_debts(session, today)
    found = []
    for each in rows(session, select(debt)):
        id_ = each.id
        chain: list[tuple[date | None, int]] = [(None, each.creditor_id), *moved[id_]]
        holder = [number for day, number in chain if day is None or day <= today][-1]
        found.append(
            DebtLine(
                id_,
                each.version,
                each.key,
                each.name,
                holder,
                names[holder].name,
                names[each.creditor_id].currency,
                each.reference,
                owed.get(id_),
                None if each.apr is None else Decimal(each.apr),
                each.priority,
                each.consequence,
                each.contractual_payment,
                each.others_liable,
                each.stage,
                each.answer_by,
                each.last_paid_on,
                each.acknowledged_on,
                each.judgment_on,
                each.closed_on,
                tuple((day, number, names[number].name) for day, number in chain),
                tuple(paused[id_]),
            )
        )
    return sorted(found, key=lambda line: (line.creditor.casefold(), not line.priority, line.name))


def timeline(session: Reading, creditor_id: int, today: date) -> list[Event]:
    """All that passed with a creditor, newest first, while it held each debt."""
    lines = {each.debt_id: each for each in debts(session, today)}
    mine = {
        id_: line for id_, line in lines.items() if any(n == creditor_id for _, n, _ in line.chain)
    }

    def held(debt_id: int, on: date) -> bool:
        chain = mine[debt_id].chain
        return [n for day, n, _ in chain if day is None or day <= on][-1] == creditor_id

    found = [*_contacts(session, creditor_id)]
    for debt_id, event in _of_debts(session, mine):
        if held(debt_id, event.on) or event.record[0] == "transfer":
            found.append(event)
    return sorted(found, key=lambda each: (each.on, each.record), reverse=True)


def situations(session: Reading, today: date) -> list[Told]:
    """My situation, newest first: who heard which statement, and who has not heard the newest."""
    contact, situation = schema.contact, schema.situation
    names = {
        row.id: row.name
        for row in rows(session, select(schema.creditor.c.id, schema.creditor.c.name))
    }
    heard: dict[int, dict[int, date]] = defaultdict(dict)
    for row in rows(
        session,
        select(
            contact.c.situation_id,
            contact.c.creditor_id,
            contact.c.at,
            contact.c.utc_offset,
        )
        .where(contact.c.situation_id.is_not(None))
        .order_by(contact.c.at),
    ):
        heard[row.situation_id][row.creditor_id] = _day(row)
    owing = {each.creditor_id for each in debts(session, today) if not each.closed_on}
    found = []
    statements = rows(
        session, select(situation).order_by(situation.c.on.desc(), situation.c.id.desc())
    )
    current = next((e for e in statements if e.until is None or e.until >= today), None)
    for each in statements:
        told = heard[each.id]
        untold = owing - set(told) if each is current else set()
        found.append(
            Told(
                each.id,
                each.version,
                each.on,
                each.until,
                each.text,
                each.private,
                tuple(sorted(((names[id_], on) for id_, on in told.items()), key=lambda e: e[1])),
                tuple(sorted(names[id_] for id_ in untold)),
            )
        )
    return found


# --- parts ----------------------------------------------------------------------------------


def _day(row: Any) -> date:
    """The day of a contact on the wall of its place."""
    return local(row.at, row.utc_offset).date()


class _StepFacts:
    """What the next steps with each creditor follow from."""

    def __init__(
        self,
        session: Reading,
        today: date,
        lines: Sequence[DebtLine],
        promises: Mapping[int, Sequence[Promise]],
    ) -> None:
        self.today, self.lines, self.promises = today, lines, promises
        self.contacted = clock_queries.last_contacts(session, today)
        agreement, offer, undertaking = schema.agreement, schema.offer, schema.undertaking
        self.agreements = {
            row.id: row
            for row in rows(
                session,
                select(
                    agreement.c.id,
                    agreement.c.debt_id,
                    agreement.c.made_on,
                    agreement.c.writing,
                ),
            )
        }
        self.offers = rows(
            session,
            select(offer.c.debt_id, offer.c.by.label("side"), offer.c.valid_until).where(
                offer.c.status == "open",
                func.coalesce(offer.c.valid_until, date.max) >= today,
            ),
        )
        self.undertakings = rows(
            session,
            select(
                undertaking.c.creditor_id,
                undertaking.c.by.label("side"),
                undertaking.c.text,
                undertaking.c.due_on,
            ).where(undertaking.c.done_on.is_(None)),
        )
        self.payable: Mapping[int, date | None] = {}
        self.is_cash_known = False
        if any(each.outcome.is_overdue for found in promises.values() for each in found):
            ahead = credibility_queries.payable(session, today)
            self.is_cash_known = ahead is not None
            self.payable = ahead or {}
        told = situations(session, today)
        self.newest = next((e for e in told if e.until is None or e.until >= today), None)
        self.balanced = _newest_balances(session)

    def steps(self, creditor_id: int, name: str, *, is_family: bool) -> list[next_steps.Step]:
        held = [e for e in self.lines if e.creditor_id == creditor_id and not e.closed_on]
        ids = {each.debt_id: each.name for each in held}
        promises = self.promises.get(creditor_id, ())
        in_force = {each.agreement_id for each in promises}
        offered = {row.debt_id for row in self.offers}
        agreed = {self.agreements[each].debt_id for each in in_force}
        untold = self.newest is not None and name in self.newest.untold
        found = next_steps.Situated(
            answers=[
                (
                    each.name,
                    "letter" if each.stage in (None, "none") else str(each.stage),
                    each.answer_by,
                )
                for each in held
                if each.answer_by is not None
            ],
            overdue=[
                next_steps.Open(
                    each.debt_name,
                    each.due_on,
                    money.format(each.unpaid, each.currency),
                    each.priority,
                    self.is_cash_known,
                    self.payable.get(each.instalment_id),
                )
                for each in promises
                if each.outcome.is_overdue
            ],
            agreed=[
                next_steps.Agreed(ids.get(row.debt_id, ""), row.made_on, row.writing, not is_family)
                for row in (self.agreements[each] for each in in_force)
            ],
            offers=[
                (ids[row.debt_id], row.valid_until)
                for row in self.offers
                if row.debt_id in ids and row.side == "creditor"
            ],
            mine=self._undertaken(creditor_id, "me"),
            theirs=self._undertaken(creditor_id, "creditor"),
            without=[
                each.name
                for each in held
                if each.debt_id not in agreed | offered and (each.balance or 0) > 0
            ],
            balances=[(each.name, self.balanced.get(each.debt_id)) for each in held],
            last_contact=self.contacted.get(creditor_id),
            untold_since=self.newest.on if self.newest is not None and untold else None,
        )
        return next_steps.next_steps(found, self.today)

    def _undertaken(self, creditor_id: int, side: str) -> list[tuple[str, date | None]]:
        return [
            (row.text, row.due_on)
            for row in self.undertakings
            if row.creditor_id == creditor_id and row.side == side
        ]


def _newest_balances(session: Reading) -> Mapping[int, date]:
    debt, balance = schema.debt, schema.balance
    found = {
        row.id: row.balance_on
        for row in rows(session, select(debt.c.id, debt.c.balance_on))
        if row.balance_on is not None
    }
    for row in rows(
        session,
        select(balance.c.debt_id, func.max(balance.c.on).label("day")).group_by(balance.c.debt_id),
    ):
        day = date.fromisoformat(row.day) if isinstance(row.day, str) else row.day
        found[row.debt_id] = max(found.get(row.debt_id, day), day)
    return found


def _contacts(session: Reading, creditor_id: int) -> list[Event]:
    contact = schema.contact
    found = rows(
        session,
        select(
            contact.c.id,
            contact.c.at,
            contact.c.utc_offset,
            contact.c.channel,
            contact.c.direction,
            func.substr(contact.c.summary, 1, 300).label("summary"),
        ).where(contact.c.creditor_id == creditor_id),
    )
    return [
        Event(
            ("contact", row.id),
            _day(row),
            CHANNELS.get(row.channel, "·"),
            f"{'→' if row.direction == 'out' else '←'} {' '.join(row.summary.split())}",
        )
        for row in found
    ]


def _of_debts(session: Reading, mine: Mapping[int, DebtLine]) -> list[tuple[int, Event]]:
    """What happened to some debts: offers, agreements, payments, charges, balances and the rest."""
    found: list[tuple[int, Event]] = []

    def every(table: Any) -> Sequence[Any]:
        return rows(session, select(table).where(table.c.debt_id.in_(mine)))

    def put(
        table: str, row: Any, on: date, glyph: str, text: str, amount: int | None = None
    ) -> None:
        about = f"{text} · {mine[row.debt_id].name}" if len(mine) > 1 else text
        found.append((row.debt_id, Event((table, row.id), on, glyph, about, amount)))

    for row in every(schema.payment):
        back = f", came back {dates.full(row.returned_on)}" if row.returned_on else ""
        put("payment", row, row.paid_on, "⤺" if row.returned_on else "✓", f"paid{back}", row.amount)
    for row in every(schema.agreement):
        said = "renegotiated" if row.supersedes_id else "agreed"
        put("agreement", row, row.made_on, "≡", f"{said}, {row.writing}")
        if row.ended_on is not None:
            put("agreement", row, row.ended_on, "–", f"agreement ended ({row.ended_how})")
    for row in every(schema.offer):
        whose = "my offer" if row.by == "me" else "their offer"
        put("offer", row, row.on, "⇄", f"{whose}: {row.status}", ledger_terms.of_record(row).amount)
    for row in every(schema.charge):
        lowers = row.kind in ("refund", "waiver") or row.amount < 0
        put("charge", row, row.on, "−" if lowers else "+", row.kind, row.amount)
    for row in every(schema.balance):
        put(
            "balance", row, row.on, "=", f"they say you owe ({row.source or 'balance'})", row.amount
        )
    for row in every(schema.transfer):
        to = next(n for day, number, n in mine[row.debt_id].chain if day == row.on)
        put("transfer", row, row.on, "⇥", f"went to {to}")
    for row in every(schema.moratorium):
        until = f" until {dates.full(row.ends_on)}" if row.ends_on else ""
        put("moratorium", row, row.starts_on, "‖", f"moratorium{until}")
    return found
