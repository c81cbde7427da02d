"""A bank statement of the made-up household: what happened since it last wrote anything down."""

import csv
import io
from datetime import date, timedelta

from store.demo.story import workday

HEADER = ("Booking Date", "Value Date", "Payee", "Reference", "Money Out", "Money In", "Balance")
OPENING = 35_140
"""Minor units in the account before the first line."""

_LINES = (
    # Days ago, who, what for, minor units: the shops, the wages, and what the ledger knows already.
    (31, "KETTLEBRIDGE COOP 0312", "CARD 4471", -3_218),
    (29, "PACKWELL DEPOT LTD", "WAGES", 122_500),
    (26, "BEACON TIDE ENERGY", "BT 30771204 GAS", -2_400),
    (25, "CUTLER ROW LETTINGS", "RENT 14 CUTLER ROW", -57_200),
    (22, "LARKFIELD BANK", "STO LB55120847", -4_600),
    (19, "KETTLEBRIDGE COOP 0312", "CARD 4471", -4_105),
    (17, "HMRC CHILD BENEFIT", "CHB 77120", 10_420),
    (15, "MINAS AFTER SCHOOL CLUB", "NOV", -4_000),
    (12, "STAGELINE BUSES", "CARD 4471", -1_240),
    # What the ledger does not know yet.
    (9, "PMR SERVICES 0208", "FPO", -5_200),
    (8, "KETTLEBRIDGE COOP 0312", "CARD 4471", -2_877),
    (6, "WEXLEY BC COUNCILTAX", "WX2209415", -5_800),
    (5, "TFR D WHITBY", "THANKS DANNY", -9_000),
    (4, "KRAVEN MOTOR SPARES", "CARD 4471", -1_999),
    (3, "PACKWELL DEPOT LTD", "OVERTIME", 6_180),
    (2, "CASH KETTLEBRIDGE HIGH ST", "ATM", -2_000),
    (0, "BEACON TIDE ENERGY", "BT 30771204 GAS", -2_400),
)


def statement(today: date) -> str:
    """Give the statement of the month up to `today`, as a CSV that a bank might write."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=";")
    rows.writerow(HEADER)
    balance = OPENING
    for days, payee, reference, amount in _LINES:
        day = workday(today - timedelta(days=days))
        balance += amount
        out, came = (_text(-amount), "") if amount < 0 else ("", _text(amount))
        written = f"{day:%d/%m/%Y}"
        rows.writerow((written, written, payee, reference, out, came, _text(balance)))
    return text.getvalue()


def _text(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02}"
