"""What can be asked for while nothing is left."""

from dataclasses import replace

from store.rules import relief
from store.rules.terms import schedule
from tests.make import on


def test_a_token_is_one_whole_unit_a_month_until_it_is_looked_at_again() -> None:
    token = relief.token("GBP")
    assert (token.amount, token.count) == (1_00, 6)
    assert relief.token("JPY").amount == 1


def test_a_deferral_asks_for_three_months_without_interest() -> None:
    asked = relief.deferral(50_00, on("06-10"))
    assert (asked.defer_until, asked.interest_accrues) == (on("09-10"), False)
    promised = schedule(replace(asked, first_due=on("07-01"), count=2), on("06-10"), balance=100_00)
    assert [each.due_on for each in promised] == [on("10-01"), on("11-01")]
