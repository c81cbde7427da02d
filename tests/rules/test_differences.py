"""In what terms differ: each thing by name, what it is and what it was."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from store.rules.cadence import Cadence, Unit
from store.rules.differences import differences
from store.rules.terms import Deferral, PaidBy, Terms
from store.rules.workdays import WeekendRule

SAID = Terms(amount=40_00, cadence=Cadence(Unit.MONTH), first_due=date(2026, 7, 1), count=46)


def test_what_is_alike_differs_in_nothing() -> None:
    assert differences(SAID, SAID, "GBP") == []


def test_each_difference_says_what_is_and_what_was() -> None:
    written = replace(
        SAID,
        amount=50_00,
        cadence=Cadence(Unit.WEEK, 4),
        first_due=date(2026, 8, 1),
        apr=Decimal("9.90"),
        interest_accrues=True,
    )
    assert differences(SAID, written, "GBP") == [
        "amount: £50.00, was £40.00",
        "how often: every 4 weeks, was every month",
        "first due date: 1 August 2026, was 1 July 2026",
        "interest in the deferral: yes, was not said",
        "interest rate: 9.90 %, was not said",
    ]


def test_what_nobody_spoke_of_and_changes_nothing_is_no_difference() -> None:
    written = replace(
        SAID,
        weekend=WeekendRule.NONE,
        holidays="GB",
        grace_days=0,
        deferral=Deferral.EXTEND_TERM,
        paid_by=PaidBy.STANDING_ORDER,
    )
    assert differences(SAID, written, "GBP") == []
    assert differences(written, SAID, "GBP") == []
    tighter = replace(
        SAID, weekend=WeekendRule.PRECEDING, grace_days=3, paid_by=PaidBy.DIRECT_DEBIT
    )
    assert differences(SAID, tighter, "GBP") == [
        "weekends: preceding, was not said",
        "days of grace: 3, was not said",
        "who pays: direct debit, was not said",
    ]
