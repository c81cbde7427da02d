"""From what a file says to values that the ledger can hold, and fingerprints to know them by.

Amounts become minor units of the right currency, cadences and rates their canonical text. What is
impossible is refused with the record and field named.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from store.exchange.portable import dumping
from store.exchange.portable.shapes import (
    AgreementShape,
    ContactShape,
    DocumentShape,
    File,
    OfferShape,
    PaymentShape,
    Shape,
    TermsShape,
    UndertakingShape,
    label,
)
from store.ledger import documents
from store.ledger import terms as ledger_terms
from store.rules import cadence, money
from store.rules.errors import BadInput
from store.rules.terms import Deferral, PaidBy, Terms
from store.rules.workdays import WeekendRule

Plain = dict[str, Any]


_WITH_CURRENCY = ("creditors", "budget", "cash", "left_out")
"""The lists whose records say their own currency."""


def fingerprint(list_name: str, plain: Plain) -> str:
    """What a record without a key is known by: SHA-256 of all it says.

    Where a payment was found in a bank statement is no part of it: that may be learnt later.
    """
    said = {name: value for name, value in plain.items() if name != "statement"}
    text = json.dumps([list_name, said], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def payment_fingerprints(plain: Plain) -> list[str]:
    """All that a payment in the ledger may be known by in a file.

    A file may leave out what it was for, or give one due date of it.
    """
    bare = {name: value for name, value in plain.items() if name != "for"}
    due = [{**bare, "for": part["due_on"]} for part in plain.get("for", ())]
    return [fingerprint("payments", each) for each in (plain, bare, *due)]


class Reader:
    """Reads the values of one file; `currency_of` gives the currency of a creditor's key."""

    def __init__(
        self,
        file: File,
        currencies: Mapping[str, str],
        debts: Mapping[str, str],
        contacts: Mapping[str, str],
    ) -> None:
        """`currencies` are those of the creditors by key; of `debts` and `contacts`, the creditor.

        All are what the ledger has; the file's own are added.
        """
        self._currency = file.currency
        self._currencies = dict(currencies)
        self._debts = dict(debts)
        for number, creditor in enumerate(file.creditors):
            with said_of("creditors", number, creditor):
                self._currencies.setdefault(creditor.key, self.currency(creditor.currency))
        for debt in file.debts:
            self._debts.setdefault(debt.key, debt.creditor)
        self._contacts = {each.key: each.creditor for each in file.contacts} | dict(contacts)

    def currency(self, own: str | None) -> str:
        """A record's own currency, else the file's."""
        currency = own or self._currency
        if currency is None:
            raise BadInput('say which, as in "GBP"', field="currency")
        if not money.is_currency(currency):
            raise BadInput(f"“{currency}” is no ISO 4217 currency", field="currency")
        return currency

    def currency_of_creditor(self, key: str) -> str:
        """The currency in which a creditor is owed."""
        return self._currencies[key]

    def currency_of_debt(self, key: str) -> str:
        """The currency of a debt: its creditor's."""
        creditor = self._debts.get(key)
        if creditor is None:
            raise BadInput(f"there is no debt “{key}”", field="debt")
        if creditor not in self._currencies:
            raise BadInput(f"there is no creditor “{creditor}”", field="creditor")
        return self._currencies[creditor]

    def plain(self, list_name: str, shape: Shape) -> Plain:
        """What a record says, in the one form that `dumping` has for it: for comparing."""
        plain = shape.plain()
        currency = self._currency_for(list_name, plain)
        if currency is not None:
            _even(plain, type(shape).amounts, currency)
        if list_name in _WITH_CURRENCY:
            plain["currency"] = currency
        if list_name == "debts" and "apr" in plain:
            plain["apr"] = ledger_terms.rate_to_text(rate(plain["apr"]))
        if list_name == "budget":
            found = cadence.parse(plain.pop("every", "once"), plain.get("days", ()))
            if found.unit is not cadence.Unit.ONCE:
                plain["every"] = cadence.to_text(found)
            if found.days:
                plain["days"] = list(found.days)
        if "moratoriums" in plain:
            plain["moratoriums"].sort(key=dumping.place_of_moratorium)
        if isinstance(shape, OfferShape | AgreementShape) and shape.terms is not None:
            assert currency is not None
            columns = ledger_terms.to_columns(self.terms(shape.terms, currency))
            plain["terms"] = dumping.terms(columns, currency)
        if isinstance(shape, AgreementShape) and shape.instalments is not None:
            assert currency is not None
            self._even_instalments(plain, shape, currency)
        if isinstance(shape, PaymentShape) and isinstance(plain.get("for"), list):
            for part in plain["for"]:
                _even(part, ("amount",), currency or "")
        for line in plain.get("statement", ()):
            _even(line, ("amount",), currency or "")
        if "statement" in plain:
            plain["statement"].sort(key=dumping.place_of_line)
        if isinstance(shape, UndertakingShape) and shape.contact in self._contacts:
            plain.setdefault("creditor", self._contacts[shape.contact])
        if isinstance(shape, ContactShape):
            plain["at"] = shape.at.isoformat()
        return plain

    def terms(self, shape: TermsShape, currency: str) -> Terms:
        """Terms as the rules have them."""

        def amount(name: str) -> int | None:
            text = getattr(shape, name)
            return None if text is None else more_than_zero(text, currency, f"terms.{name}")

        if shape.apr_from and shape.apr_until and shape.apr_until < shape.apr_from:
            raise BadInput("it ends before it begins", field="terms.apr_until")
        return Terms(
            amount=amount("amount"),
            cadence=cadence.parse(shape.every or "once", shape.days),
            first_due=shape.first_due,
            count=shape.count,
            until=shape.until,
            last_amount=amount("last_amount"),
            upfront=amount("upfront"),
            upfront_on=shape.upfront_on,
            defer_until=shape.defer_until,
            deferral=None if shape.deferral is None else Deferral(shape.deferral),
            interest_accrues=shape.interest_accrues,
            apr=None if shape.apr is None else rate(shape.apr),
            apr_from=shape.apr_from,
            apr_until=shape.apr_until,
            fees_waived=amount("fees_waived"),
            written_off=amount("written_off"),
            weekend=None if shape.weekend is None else WeekendRule(shape.weekend),
            holidays=shape.holidays,
            grace_days=shape.grace_days,
            paid_by=None if shape.paid_by is None else PaidBy(shape.paid_by),
        )

    def _even_instalments(self, plain: Plain, shape: AgreementShape, currency: str) -> None:
        """By due date, and only where the terms do not give the same."""
        promised = []
        for each in plain["instalments"]:
            _even(each, ("amount",), currency)
            amount = money.from_text(each["amount"], currency)
            promised.append((date.fromisoformat(each["due_on"]), amount, each))
        promised.sort(key=lambda each: each[:2])
        plain["instalments"] = [each for _, _, each in promised]
        terms = Terms() if shape.terms is None else self.terms(shape.terms, currency)
        given = [(due_on, amount) for due_on, amount, _ in promised]
        if dumping.generated(terms, shape.made_on) == given:
            del plain["instalments"]

    def _currency_for(self, list_name: str, plain: Plain) -> str | None:
        if list_name in _WITH_CURRENCY:
            return self.currency(plain.get("currency"))
        key = plain["key"] if list_name == "debts" else plain.get("debt")
        return None if key is None or list_name == "contacts" else self.currency_of_debt(key)


@contextmanager
def said_of(list_name: str, number: int, shape: Shape) -> Iterator[None]:
    """Name the record (and the field) in what is said of it."""
    try:
        yield
    except BadInput as error:
        where = label(list_name, number, shape.plain())
        named = f", field {error.field}" if error.field else ""
        # What a file says may be long; what is said of it is a sentence.
        said = error.message if len(error.message) <= 300 else f"{error.message[:299]}…"
        said = said.rstrip(".")
        raise BadInput(f"In {where}{named}: {said}.", field=error.field) from error


def more_than_zero(text: str, currency: str, name: str) -> int:
    """An amount in minor units that is more than zero."""
    amount = money.from_text(text, currency, field=name)
    if amount <= 0:
        raise BadInput(f"“{text}” must be more than zero", field=name)
    return amount


def rate(text: str) -> Decimal:
    """A yearly rate in per cent, zero or more."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= 10_000:
        raise BadInput(f"“{text}” is not a rate in per cent, as in “24.9”", field="apr")
    return found


def content(shape: DocumentShape) -> bytes:
    """The bytes of a document."""
    if len(shape.content) > documents.LARGEST * 4 // 3 + 4:
        raise BadInput("a document may have 25 MB at most", field="content")
    try:
        found = base64.b64decode(shape.content, validate=True)
    except binascii.Error:
        raise BadInput("it is not base64", field="content") from None
    if not found:
        raise BadInput("a document must not be empty", field="content")
    if len(found) > documents.LARGEST:
        raise BadInput("a document may have 25 MB at most", field="content")
    return found


def _even(plain: Plain, names: tuple[str, ...], currency: str) -> None:
    """Write amounts with all their decimals."""
    for name in names:
        if name in plain:
            amount = money.from_text(plain[name], currency, field=name)
            plain[name] = money.to_text(amount, currency)
