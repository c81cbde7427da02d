"""Money: what people type, what they are shown, what files hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import money
from store.rules.errors import BadInput

LOCALES = ["en_GB", "en_US", "de_DE", "fr_FR", "de_CH", "en_IN", "ja_JP"]
CURRENCIES = ["GBP", "USD", "EUR", "CHF", "INR", "JPY", "KWD", "IQD", "MGA", "CLF"]
AMOUNTS = st.integers(-money.LARGEST, money.LARGEST)


def refusal(text: str, currency: str = "GBP", locale: str = "en_GB", lowest: int = 1) -> str:
    with pytest.raises(BadInput) as caught:
        money.parse(text, currency, locale, lowest=lowest, field="amount")
    assert caught.value.field == "amount"
    return caught.value.message


def read(text: str, currency: str, locale: str, lowest: int) -> int | None:
    """The amount, or None where it is refused; any other exception fails the test."""
    try:
        return money.parse(text, currency, locale, lowest=lowest)
    except BadInput:
        return None


@pytest.mark.parametrize(
    ("text", "currency", "locale", "amount"),
    [
        ("50", "GBP", "en_GB", 50_00),
        ("50.00", "GBP", "en_GB", 50_00),
        ("50.", "GBP", "en_GB", 50_00),
        ("50.5", "GBP", "en_GB", 50_50),
        (".50", "GBP", "en_GB", 50),
        ("£50", "GBP", "en_GB", 50_00),
        (" £ 50 ", "GBP", "en_GB", 50_00),
        ("£50 GBP", "GBP", "en_GB", 50_00),
        ("gbp 50", "GBP", "en_GB", 50_00),
        ("50 €", "EUR", "de_DE", 50_00),
        ("Rs.50", "INR", "en_IN", 50_00),
        ("50 kr.", "DKK", "da_DK", 50_00),
        ("$50", "CAD", "en_GB", 50_00),
        ("1,234.56", "GBP", "en_GB", 1234_56),
        ("1.234,56", "EUR", "de_DE", 1234_56),
        ("1 234,56", "EUR", "fr_FR", 1234_56),
        ("1\u00a0234,56", "EUR", "fr_FR", 1234_56),
        ("1\u202f234,56", "EUR", "fr_FR", 1234_56),
        ("1'234.50", "CHF", "de_CH", 1234_50),
        ("1’234.50", "CHF", "de_CH", 1234_50),
        ("12,34,567.50", "INR", "en_IN", 1234567_50),
        ("1,234", "GBP", "en_GB", 1234_00),
        ("1.234", "EUR", "de_DE", 1234_00),
        ("1.234", "KWD", "en_GB", 1_234),
        ("¥1,234", "JPY", "ja_JP", 1234),
        ("￥1,234", "JPY", "ja_JP", 1234),
        ("٥٠٫٢٥", "GBP", "en_GB", 50_25),
        ("１２", "JPY", "ja_JP", 12),
    ],
)
def test_an_amount_is_read_as_people_write_it(
    text: str, currency: str, locale: str, amount: int
) -> None:
    assert money.parse(text, currency, locale) == amount


@pytest.mark.parametrize(
    ("text", "locale", "amount"),
    [
        ("1.234,56", "en_GB", 1234_56),
        ("1.234,56", "fr_FR", 1234_56),
        ("1,234.56", "de_DE", 1234_56),
        ("50,00", "en_GB", 50_00),
        ("1,5", "en_GB", 1_50),
        ("1.234.567", "en_GB", 1234567_00),
    ],
)
def test_swapped_marks_are_read_where_the_locales_cannot_be(
    text: str, locale: str, amount: int
) -> None:
    assert money.parse(text, "EUR", locale) == amount


@pytest.mark.parametrize(
    ("text", "currency", "locale"),
    [
        ("1.234", "GBP", "en_GB"),
        ("£1.234", "GBP", "en_GB"),
        ("1,234", "EUR", "de_DE"),
        ("1.234", "EUR", "fr_FR"),
        ("1.234", "JPY", "ja_JP"),
    ],
)
def test_one_mark_and_three_digits_is_refused_with_both_readings(
    text: str, currency: str, locale: str
) -> None:
    message = refusal(text, currency, locale)
    assert "1234 or a number with 3 decimals" in message


@pytest.mark.parametrize(
    ("text", "currency", "most"),
    [
        ("0.500", "GBP", "at most 2 decimals"),
        ("50.1234", "GBP", "at most 2 decimals"),
        ("1,234.567", "GBP", "at most 2 decimals"),
        ("50.0", "JPY", "no decimals"),
        ("1.2345", "KWD", "at most 3 decimals"),
    ],
)
def test_too_many_decimals_are_refused_never_rounded(text: str, currency: str, most: str) -> None:
    assert most in refusal(text, currency)


@pytest.mark.parametrize(
    ("text", "currency", "locale", "other"),
    [
        ("$50", "GBP", "en_GB", "USD"),
        ("50 €", "GBP", "en_GB", "EUR"),
        ("USD 50", "GBP", "en_GB", "USD"),
        ("50 chf", "EUR", "de_DE", "CHF"),
        ("$50", "CAD", "en_US", "USD"),
        ("R$ 50", "GBP", "en_GB", "BRL"),
    ],
)
def test_another_currency_is_refused_by_name(
    text: str, currency: str, locale: str, other: str
) -> None:
    assert refusal(text, currency, locale) == f"The amount is in {currency}, not {other}"


@pytest.mark.parametrize(
    "text",
    [
        *["", "  ", "abc", "50p", "5²", "½", "50..", "1,,234", "12 34", "1 2", "50--", "--50"],
        *["-(5)", "01,23,456", "1,234 567", "50 50", "£", "+5", "1e3", "nan", "9" * 61, "1.2.3"],
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert refusal(text, lowest=-money.LARGEST)


@pytest.mark.parametrize("text", ["0", "0.00", "-5", "−5", "(5)", "£-5", "-£5", "-0"])
def test_a_payment_must_be_more_than_zero(text: str) -> None:
    assert refusal(text) == "An amount must be more than zero"


def test_zero_is_an_amount_where_nothing_is_allowed_to_be_less() -> None:
    assert money.parse("0", "GBP", lowest=0) == 0
    assert refusal("-1", lowest=0) == "An amount must not be below zero"


@pytest.mark.parametrize("text", ["-5", "−5", "(5)", "-£5", "£-5", "£ -5", "(£5.00)"])
def test_less_than_zero_is_read_where_it_is_allowed(text: str) -> None:
    assert money.parse(text, "GBP", lowest=-5_00) == -5_00


def test_an_amount_below_any_other_limit_names_the_limit() -> None:
    assert refusal("4.99", lowest=5_00) == "An amount must be at least 5.00 GBP"


def test_an_amount_beyond_all_reason_is_refused() -> None:
    assert money.parse("10000000000000.00", "GBP") == money.LARGEST
    assert "at most £10,000,000,000,000.00" in refusal("10000000000000.01")


@given(text=st.text(), currency=st.sampled_from(CURRENCIES), locale=st.sampled_from(LOCALES))
def test_any_text_is_an_amount_or_a_clear_refusal(text: str, currency: str, locale: str) -> None:
    amount = read(text, currency, locale, lowest=1)
    assert amount is None or 1 <= amount <= money.LARGEST


@given(text=st.text("0123456789.,' -()£$€\u00a0", max_size=12), locale=st.sampled_from(LOCALES))
def test_an_amount_that_is_read_keeps_every_digit(text: str, locale: str) -> None:
    amount = read(text, "GBP", locale, lowest=-money.LARGEST)
    typed = "".join(letter for letter in text if letter.isdigit())
    assert amount is None or abs(amount) in {int(typed) * 10**missing for missing in range(3)}


@given(amount=AMOUNTS, currency=st.sampled_from(CURRENCIES), locale=st.sampled_from(LOCALES))
def test_what_is_shown_can_be_typed_back(amount: int, currency: str, locale: str) -> None:
    shown = money.format(amount, currency, locale)
    assert money.parse(shown, currency, locale, lowest=-money.LARGEST) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        (1234_56, "GBP", "en_GB", "£1,234.56"),
        (-1234_56, "GBP", "en_GB", "-£1,234.56"),
        (1234_56, "EUR", "de_DE", "1.234,56\u00a0€"),
        (1234_56, "EUR", "fr_FR", "1\u202f234,56\u00a0€"),
        (1234567_50, "INR", "en_IN", "₹12,34,567.50"),
        (1234, "JPY", "ja_JP", "￥1,234"),
        (1_234, "KWD", "en_GB", "KWD1.234"),
        (1_234, "IQD", "en_GB", "IQD1.234"),
        (1_23, "MGA", "en_GB", "MGA1.23"),
    ],
)
def test_an_amount_is_shown_as_the_locale_writes_it_with_the_decimals_of_iso(
    amount: int, currency: str, locale: str, shown: str
) -> None:
    assert money.format(amount, currency, locale) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (50_00, "GBP", "50.00"),
        (5, "GBP", "0.05"),
        (-5, "GBP", "-0.05"),
        (0, "GBP", "0.00"),
        (50, "JPY", "50"),
        (5, "KWD", "0.005"),
        (12345, "CLF", "1.2345"),
    ],
)
def test_files_hold_an_amount_plainly(amount: int, currency: str, text: str) -> None:
    assert money.to_text(amount, currency) == text
    assert money.from_text(text, currency) == amount


@given(amount=AMOUNTS, currency=st.sampled_from(CURRENCIES))
def test_plain_text_comes_back_as_it_was(amount: int, currency: str) -> None:
    assert money.from_text(money.to_text(amount, currency), currency) == amount


def test_plain_text_may_have_fewer_decimals() -> None:
    assert money.from_text("50", "GBP") == money.from_text("50.0", "GBP") == 50_00


@pytest.mark.parametrize(
    "text",
    [
        *["", "50.", ".5", "£50", "1,234.00", "50.000", "+5", " 5", "5\n", "٥", "1e3", "NaN"],
        *["--5", "9" * 30, "9" * 5000],
    ],
)
def test_plain_text_is_strict(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        money.from_text(text, "GBP", field="amount")
    assert caught.value.field == "amount"
    assert len(caught.value.message) < 200


@given(total=AMOUNTS, parts=st.integers(1, 400))
def test_parts_sum_to_the_total_and_only_the_last_differs(total: int, parts: int) -> None:
    each = money.split(total, parts)
    assert sum(each) == total
    assert len(each) == parts
    assert len(set(each[:-1])) <= 1
    assert 0 <= each[-1] - each[0] < parts


def test_the_last_part_takes_the_remainder() -> None:
    assert money.split(100_00, 3) == [33_33, 33_33, 33_34]


def test_nothing_is_split_over_no_parts() -> None:
    with pytest.raises(BadInput):
        money.split(100, 0)


def test_currencies_are_known_by_their_capital_codes() -> None:
    assert money.is_currency("GBP")
    assert not any(money.is_currency(code) for code in ("gbp", "QQQ", "GB", "£", "", "GBPX"))


def test_decimals_follow_iso_4217() -> None:
    assert [money.exponent(code) for code in ("GBP", "JPY", "KWD", "UYW", "MGA")] == [2, 0, 3, 4, 2]
