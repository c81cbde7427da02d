"""Accord JSON in: all of a file, or nothing.

A record with a key that is there already is left as it is, and differences are reported. Records
without a key are equal when all their fields are, and counted. Each remembers the fingerprint that
it had in its file, so that loading again adds nothing, also after it was edited or deleted.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from sqlmodel import select

from store.exchange.portable import dumping, shapes
from store.exchange.portable.allotting import NewPayment, allot
from store.exchange.portable.known import Known
from store.exchange.portable.making import Maker
from store.exchange.portable.reading import (
    Plain,
    Reader,
    fingerprint,
    more_than_zero,
    said_of,
)
from store.exchange.portable.shapes import (
    SINGULAR,
    AgreementShape,
    DebtShape,
    File,
    OfferShape,
    PaymentShape,
)
from store.ledger import balances, offers, person
from store.ledger import terms as ledger_terms
from store.records import revisions, tables
from store.records.database import Ledger
from store.records.tables import Recorded
from store.rules import cadence, money
from store.rules.errors import BadInput
from store.rules.terms import Promised, schedule

EVERY = 200
"""So many records are entered between two reports of progress."""

Keyed = TypeVar("Keyed", bound=OfferShape | AgreementShape)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that a file has otherwise than the record that is there already."""

    record: str
    key: str
    field: str
    ledger: Any
    file: Any


@dataclass
class Report:
    """What a load did: how many records of each list it added, and what differs."""

    added: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def __str__(self) -> str:
        """What was added, in a few words."""
        many = {"budget": "budget lines", "cash": "cash balances"}
        parts = [
            f"{count} {SINGULAR[name] if count == 1 else many.get(name, name)}"
            for name, count in self.added.items()
            if name != "me"
        ]
        if self.added["me"]:
            parts.insert(0, "who you are")
        return ", ".join(parts) or "nothing new"


def load(
    ledger: Ledger, text: str | bytes, progress: Callable[[float], None] | None = None
) -> Report:
    """Enter every record of a file that is not there yet, in one transaction.

    `progress` is told how much is done, 0 to 1; what it raises ends it, and nothing is changed.
    Raises `BadInput` naming the record and field that is impossible; nothing is changed then.
    """
    file = shapes.read(text)
    with revisions.change(ledger, "exchange.load") as change:
        report = _Loader(change, file, progress or (lambda _: None)).run()
        change.summary = f"Loaded {report}"
    return report


class _Loader:
    """Enters one file, owners before what belongs to them."""

    def __init__(self, change: revisions.Change, file: File, tell: Callable[[float], None]) -> None:
        self.change, self.tell = change, tell
        lists = (name for name in SINGULAR if name != "me")
        self.total = sum(len(getattr(file, name)) for name in lists)
        self.done = 0
        """Records of the file that were looked at, of `total`."""
        self.session = change.session
        self.file = file
        self.report = Report()
        there = dumping.contents(self.session)
        self.there: dict[str, dict[str, Plain]] = {}
        self.ids: dict[str, dict[str, int]] = {}
        for name, records in there.items():
            keyed = [(row.id or 0, plain) for row, plain in records if "key" in plain]
            self.there[name] = {plain["key"]: plain for _, plain in keyed}
            self.ids[name] = {plain["key"]: id_ for id_, plain in keyed}
        self.known = Known(self.session, there)
        self.reader = Reader(
            file,
            {key: plain["currency"] for key, plain in self.there["creditors"].items()},
            {key: plain["creditor"] for key, plain in self.there["debts"].items()},
            {key: plain["creditor"] for key, plain in self.there["contacts"].items()},
        )
        self.make = Maker(self.session, self.reader, self.ids, change.now)

    def run(self) -> Report:
        file = self.file
        self._enter_me()
        self._enter("creditors", file.creditors, self.make.creditor)
        self._enter("debts", file.debts, self.make.debt)
        self._enter("transfers", file.transfers, self.make.transfer)
        self._enter("situations", file.situations, self.make.situation)
        self._enter("contacts", file.contacts, self.make.contact)
        self._enter("undertakings", file.undertakings, self.make.undertaking)
        in_order = _in_order("offers", file.offers, "countered_by")
        offered = self._enter("offers", in_order, self.make.offer)
        self._enter("charges", file.charges, self.make.charge)
        self._enter("balances", file.balances, self.make.balance)
        entered = self._enter("payments", file.payments, self.make.payment)
        self._check_offers(offered)
        self._enter("left_out", file.left_out, self.make.left_out)
        self._enter("payees", file.payees, self.make.payee)
        # The oldest first, since of two instalments of one day the one entered first is paid first.
        agreements = sorted(file.agreements, key=lambda each: (each.made_on, each.key))
        agreements = _in_order("agreements", agreements, "supersedes")
        self._enter("agreements", agreements, self.make.agreement)
        self._enter("budget", file.budget, self.make.budget_line)
        self._enter("cash", file.cash, self.make.cash)
        self._enter("documents", file.documents, self.make.document)
        self._allot(entered)
        return self.report

    def _tell(self) -> None:
        if self.done % EVERY == 0:
            self.tell(self.done / self.total)
        self.done += 1

    def _enter_me(self) -> None:
        """Enter who keeps the ledger; one who is there already stays, and differences are said."""
        if self.file.me is None:
            return
        given = {name: getattr(self.file.me, name) for name in asdict(person.Me())}
        there = self.session.exec(select(tables.Person)).first()
        if there is None:
            at = self.file.me.recorded_at or self.change.now
            self.session.add(tables.Person(**given, recorded_at=at))
            self.report.added["me"] = 1
            return
        for name, said in given.items():
            if said != (ours := getattr(there, name)):
                self.report.differences.append(Difference("me", "me", name, ours, said))

    def _enter(
        self, name: str, given: Sequence[Any], make: Callable[[Any], Recorded]
    ) -> list[tuple[int, Any, Recorded]]:
        """Enter the records of one list that are not there; give them with their numbers."""
        plains = self._plain(name, given)
        keyless = [number for number, plain in enumerate(plains) if "key" not in plain]
        absent = self.known.absent(name, [plains[number] for number in keyless])
        new = {number for number, is_absent in zip(keyless, absent, strict=True) if is_absent}
        entered: list[tuple[int, Any, Recorded]] = []
        for number, (shape, plain) in enumerate(zip(given, plains, strict=True)):
            self._tell()
            key = plain.get("key")
            if key in self.there[name]:
                self._compare(name, plain)
            elif key is not None or number in new:
                with said_of(name, number, shape):
                    row = make(shape)
                self.session.add(row)
                entered.append((number, shape, row))
                if name in ("offers", "agreements"):
                    # Those after it in this list may refer to it.
                    self.session.flush()
                    self.ids[name][str(key)] = row.id or 0
        self.session.flush()
        for number, shape, row in entered:
            if "key" in plains[number]:
                self.ids[name][plains[number]["key"]] = row.id or 0
            else:
                self._remember(fingerprint(name, plains[number]), row)
            with said_of(name, number, shape):
                self._belongings(shape, row)
        if entered:
            self.report.added[name] = len(entered)
        return entered

    def _plain(self, name: str, given: Sequence[Any]) -> list[Plain]:
        plains: list[Plain] = []
        seen: set[str] = set()
        for number, shape in enumerate(given):
            with said_of(name, number, shape):
                plain = self.reader.plain(name, shape)
                key = plain.get("key")
                if key in seen:
                    raise BadInput("the file has it twice", field="key")
                if key is not None:
                    seen.add(key)
                plains.append(plain)
        return plains

    def _compare(self, name: str, plain: Plain) -> None:
        there = self.there[name][plain["key"]]
        for field_name in sorted(plain.keys() | there.keys()):
            ours, theirs = there.get(field_name), plain.get(field_name)
            if field_name == "for" and (
                not isinstance(theirs, list) or _same_parts(ours or (), theirs)
            ):
                continue
            if field_name == "instalments" and theirs is None:
                # The file leaves them to its terms, which are compared.
                continue
            if ours != theirs:
                self.report.differences.append(
                    Difference(SINGULAR[name], plain["key"], field_name, ours, theirs)
                )

    def _remember(self, mark: str, row: Recorded) -> None:
        self.session.add(
            tables.Loaded(
                fingerprint=mark,
                record=str(row.__tablename__),
                record_id=row.id or 0,
                recorded_at=row.recorded_at,
            )
        )

    # What a record brings with it.

    def _belongings(self, shape: Any, row: Recorded) -> None:
        if isinstance(shape, DebtShape):
            for each in shape.moratoriums:
                if each.ends_on is not None and each.ends_on < each.starts_on:
                    raise BadInput("it ends before it begins", field="moratoriums.to")
                self.session.add(
                    tables.Moratorium(
                        debt_id=row.id or 0,
                        starts_on=each.starts_on,
                        ends_on=each.ends_on,
                        note=each.note,
                        recorded_at=row.recorded_at,
                    )
                )
        if isinstance(shape, PaymentShape):
            currency = self.reader.currency_of_debt(shape.debt)
            for line in shape.statement:
                self.session.add(
                    tables.StatementLine(
                        payment_id=row.id or 0,
                        account=line.account,
                        booked_on=line.booked_on,
                        amount=money.from_text(line.amount, currency, field="statement.amount"),
                        currency=currency,
                        payee=line.payee,
                        memo=line.memo,
                        bank_id=line.id,
                        recorded_at=row.recorded_at,
                    )
                )
        if isinstance(row, tables.Agreement):
            for number, promised in enumerate(self._promised(shape, row), 1):
                self.session.add(
                    tables.Instalment(
                        agreement_id=row.id or 0,
                        number=number,
                        due_on=promised.due_on,
                        amount=promised.amount,
                        recorded_at=row.recorded_at,
                    )
                )

    def _check_offers(self, entered: Sequence[tuple[int, Any, Recorded]]) -> None:
        """Refuse new offers that cannot be, now that it is known what was owed on their days.

        One that was entered before (`recorded_at`) could be then; the debt may be another by now.
        """
        new = [each for each in entered if each[1].recorded_at is None]
        owed = balances.histories(self.session) if new else {}
        for number, shape, row in new:
            assert isinstance(row, tables.Offer)
            with said_of("offers", number, shape):
                terms, balance = ledger_terms.of_record(row), owed[row.debt_id].on(row.on)
                offers.check_possible(self.session, row.debt_id, row.on, terms, balance)

    def _promised(self, shape: AgreementShape, row: tables.Agreement) -> Sequence[Promised]:
        """The instalments that the file says, else those that the terms give."""
        if shape.instalments is not None:
            currency = self.reader.currency_of_debt(shape.debt)
            if not 0 < len(shape.instalments) <= cadence.MOST_INSTALMENTS:
                raise BadInput(
                    f"it needs 1 to {cadence.MOST_INSTALMENTS} of them", field="instalments"
                )
            return sorted(
                (
                    Promised(
                        each.due_on, more_than_zero(each.amount, currency, "instalments.amount")
                    )
                    for each in shape.instalments
                ),
                key=lambda each: (each.due_on, each.amount),
            )
        if shape.terms is None:
            raise BadInput("say its terms or its instalments", field="terms")
        owed = None
        if row.count is None and row.until is None:
            owed = balances.of_debts(self.session, row.made_on, row.debt_id).get(row.debt_id)
        terms = ledger_terms.of_record(row)
        accrues = ledger_terms.rates(self.session, row.debt_id, terms, row.made_on)
        return schedule(terms, row.made_on, owed, accrues)

    def _allot(self, entered: Sequence[tuple[int, Any, Recorded]]) -> None:
        """Decide what the new payments were for, now that every agreement is there."""
        new = [
            NewPayment(number, shape, row, self.reader.currency_of_debt(shape.debt))
            for number, shape, row in entered
            if isinstance(row, tables.Payment)
        ]
        for payment, allotment in allot(self.session, new):
            self.session.add(
                tables.Allotment(
                    payment_id=allotment.payment_id,
                    instalment_id=allotment.instalment_id,
                    amount=allotment.amount,
                    recorded_at=payment.row.recorded_at,
                )
            )


def _same_parts(ours: Sequence[Plain], theirs: Sequence[Plain]) -> bool:
    """Whether both are for the same days; which agreement is said only where need be."""

    def days(parts: Sequence[Plain]) -> list[tuple[str, str]]:
        return sorted((each["due_on"], each["amount"]) for each in parts)

    return days(ours) == days(theirs)


def _in_order(list_name: str, records: Sequence[Keyed], refers_by: str) -> list[Keyed]:
    """Records so that each comes after the one of the same list that it refers to."""
    by_key = {each.key: each for each in records}
    placed: dict[str, Keyed] = {}
    for record in records:
        chain: dict[str, Keyed] = {}
        each: Keyed | None = record
        while each is not None and each.key not in placed:
            if each.key in chain:
                raise BadInput(
                    f"In {SINGULAR[list_name]} {each.key}, field {refers_by}: "
                    "it leads back to itself.",
                    field=refers_by,
                )
            chain[each.key] = each
            each = by_key.get(getattr(each, refers_by) or "")
        for each in reversed(chain.values()):
            placed[each.key] = each
    # Two of one key are refused where records are entered, which names them.
    return [*placed.values(), *(each for each in records if by_key[each.key] is not each)]
