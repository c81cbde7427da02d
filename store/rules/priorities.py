"""Which debts come first: those that cost the home, the energy, the freedom when unpaid.

What comes first differs by country; the words only suggest an answer, and a person decides.
"""

from __future__ import annotations

import re
import unicodedata

WORDS: tuple[str, ...] = (
    # the home
    *("rent", "landlord", "mortgage", "housing association", "ground rent", "service charge"),
    # energy
    *("energy", "electricity", "electric", "gas", "power", "heating"),
    # taxes
    *("tax", "vat", "hmrc", "council", "rates", "national insurance"),
    # courts and the state
    *("fine", "penalty", "court", "magistrate", "tv licence"),
    # the family
    *("maintenance", "child support", "alimony"),
)
"""Words and phrases that are found in the names of such debts and of those who want them."""

_PATTERN = re.compile(rf"\b(?:{'|'.join(map(re.escape, WORDS))})s?\b")


def suggested(*texts: str | None) -> bool:
    """Whether what a debt or a creditor is called, or a letter says, suggests that it comes first.

    Whole words count, with or without a plural's s, whatever their capitals and accents.
    """
    return any(_PATTERN.search(_folded(text)) for text in texts if text)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")
    return " ".join(bare.split())
