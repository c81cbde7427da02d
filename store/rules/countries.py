"""What differs by country: who advises for free, and how long a debt can be claimed.

To add a country, add a `Country` to `COUNTRIES`: nothing else has to know of it. Nothing here is
advice as law; limitation periods have exceptions, so that what follows from them says "ask an
adviser".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Adviser:
    """Someone who advises people in debt for free."""

    name: str
    phone: str
    website: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code.

    `limitation` is the shortest usual period, in years, in which an ordinary debt can be claimed in
    court; with `from_year_end` it runs from the end of the year. `note` is where it differs.
    """

    code: str
    name: str
    currency: str
    advisers: tuple[Adviser, ...]
    limitation: int
    note: str = ""
    from_year_end: bool = False
    doorstep: str = "A collector at the door is no bailiff: you need not open, let in, or sign."
    set_off: str = (
        "A bank that you owe may take what is in your account there, without asking. "
        "Have wages paid into an account with a bank that you owe nothing."
    )


COUNTRIES: dict[str, Country] = {
    each.code: each
    for each in (
        Country(
            "GB",
            "United Kingdom",
            "GBP",
            (
                Adviser("StepChange", "0800 138 1111", "stepchange.org"),
                Adviser("National Debtline", "0808 808 4000", "nationaldebtline.org"),
                Adviser("MoneyHelper", "0800 138 7777", "moneyhelper.org.uk"),
            ),
            6,
            "In Scotland it is 5 years, and what is past then is gone.",
            doorstep="A debt collector at the door has no power to come in or take anything. "
            "A bailiff (enforcement agent) has more: keep the door shut and call an adviser.",
        ),
        Country(
            "US",
            "United States",
            "USD",
            (
                Adviser("NFCC (non-profit credit counseling)", "800-388-2227", "nfcc.org"),
                Adviser(
                    "Consumer Financial Protection Bureau", "855-411-2372", "consumerfinance.gov"
                ),
                Adviser("211", "211", "211.org"),
            ),
            3,
            "It differs by state and kind of debt, from 3 to 10 years and more.",
            doorstep="A collector may not come at odd hours, threaten, or pretend to be from a "
            "court; write that you want no visits, and they must stop.",
        ),
        Country(
            "IE",
            "Ireland",
            "EUR",
            (
                Adviser("MABS", "0818 07 2000", "mabs.ie"),
                Adviser("Citizens Information", "0818 07 4000", "citizensinformation.ie"),
            ),
            6,
        ),
        Country(
            "AU",
            "Australia",
            "AUD",
            (
                Adviser("National Debt Helpline", "1800 007 007", "ndh.org.au"),
                Adviser("Mob Strong Debt Help", "1800 808 488", "mobstrong.org.au"),
            ),
            6,
            "In the Northern Territory it is 3 years.",
        ),
        Country(
            "CA",
            "Canada",
            "CAD",
            (
                Adviser("Credit Counselling Canada", "866-398-5999", "creditcounsellingcanada.ca"),
                Adviser("211", "211", "211.ca"),
            ),
            2,
            "It differs by province, from 2 to 6 years.",
        ),
        Country(
            "DE",
            "Germany",
            "EUR",
            (
                Adviser("Caritas Schuldnerberatung", "", "caritas.de/schuldnerberatung"),
                Adviser("Diakonie Schuldnerberatung", "", "diakonie.de"),
                Adviser("Beratungsstellen in der Nähe", "", "meine-schulden.de"),
            ),
            3,
            "It runs from the end of the year.",
            from_year_end=True,
            doorstep="An Inkasso company at the door has no powers; only a Gerichtsvollzieher "
            "comes for a court, and shows a title.",
            set_off="A bank that you owe may take what is in your account there. A P-Konto keeps "
            "a part of each month's money safe: ask your bank to make yours one.",
        ),
    )
}
"""Every country that is known, by its code."""


def of(chosen: str, currency: str = "", locale: str = "") -> Country | None:
    """The country that was chosen (ISO code); else the one that currency and locale tell.

    Without a choice it is that of the `locale` ("de_DE") where its money is the `currency`, else
    the only one with that currency. None where neither tells: what differs by country is no guess.
    """
    if chosen in COUNTRIES:
        return COUNTRIES[chosen]
    at_home = COUNTRIES.get(locale.partition("_")[2])
    if at_home is not None and at_home.currency == currency:
        return at_home
    found = [each for each in COUNTRIES.values() if each.currency == currency]
    return found[0] if len(found) == 1 else None
