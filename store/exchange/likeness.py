"""How a bank's words point to someone: references in them, and names as banks shorten them."""

import re
import unicodedata

LIKE = 88.0
"""From this likeness on (0 to 100) a text names someone; banks cut and misspell names."""
ALIKE = 72.0
"""From this on it may name them."""
SHORTEST = 6
"""Letters that a name needs, without its spaces, to be looked for inside other words."""

NOISE = frozenset(
    re.findall(
        r"\w+",
        "a an and at au aux by de der des die du en et for from het il in la le les of on op the "
        "to van von zu acct account ach atm auth bacs bgc bill bp card cash chq cheque cr credit "
        "ct date dd debit deb dbt direct dr eft faster fp fpi fpo giro gut ltd lastschrift llc "
        "mandate mob mobile nr no online order pay payment payments paypal pmt plc pos pt pty "
        "purchase ref reference sepa so standing sto tfr trans transaction transfer uberweisung "
        "ueberweisung via virement visa web gmbh ag bv sa sarl inc co corp limited company",
    )
)
"""Words of banks and of company forms that say nothing about who it is."""

RETURNS = re.compile(
    r"\b(return(ed)?|rtn|unpaid|revers(al|ed)|reject(ed)?|refus(ed|al)|bounced|chargeback|recall(ed)?"
    r"|r(ue|ü|u)ck(lastschrift|buchung|gabe|zahlung)?|rücklastschrift|retoure|storno"
    r"|stornierung|rejet|impay[eé]|storneren|terugboeking|devuelto|devoluci[oó]n|insufficient"
    r" funds|refer to drawer)\b",
    re.IGNORECASE,
)
"""Words by which banks say that money came back."""


def folded(text: str) -> str:
    """A text in small letters without accents, marks as spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (mark if mark.isalnum() else " " for mark in plain if not unicodedata.combining(mark))
    return " ".join("".join(kept).split())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text that may say who it is: no numbers, none of the banks' own."""
    return tuple(
        each
        for each in folded(text).split()
        if each not in NOISE and not any(mark.isdigit() for mark in each)
    )


def name_of(text: str) -> str:
    """A name as it is looked for: without what banks and company forms add, if more is left."""
    return " ".join(each for each in folded(text).split() if each not in NOISE) or folded(text)


def payee_key(payee: str, memo: str) -> str:
    """By what a payee is remembered: its words, whatever number or day stands beside them."""
    return (" ".join(words_of(payee)) or " ".join(words_of(memo)) or folded(payee) or folded(memo))[
        :200
    ]


def says_return(text: str) -> bool:
    """Whether a bank says that money came back."""
    return RETURNS.search(text) is not None


def reference_pattern(reference: str) -> re.Pattern[str] | None:
    """Finds a reference as banks write it: other marks, or none, between its letters.

    None for one that is too short to point to anything: fewer than five signs, or than four with a
    digit among them.
    """
    signs = [each for each in reference if each.isalnum()]
    if len(signs) < (4 if any(each.isdigit() for each in signs) else 5):
        return None
    before = r"(?<!\d)" if signs[0].isdigit() else ""
    after = r"(?!\d)" if signs[-1].isdigit() else r"(?![^\W\d_])"
    return re.compile(before + r"[\W_]*".join(map(re.escape, signs)) + after, re.IGNORECASE)


def found_words(name: str, text: str) -> float:
    """How well a name's words are found among a text's, 0 to 100, each weighted by its length."""
    from rapidfuzz import fuzz

    there = text.split()
    if not name or not there:
        return 0.0
    total = found = 0.0
    for word in name.split():
        best = max(fuzz.ratio(word, each) for each in there)
        total += len(word)
        found += len(word) * (best if best >= ALIKE else 0)
    return found / total


def likeness(name: str, text: str) -> float:
    """How surely a text names someone, 0 to 100; both `folded`.

    The better of two: how well its words are found, and how well its letters are found in a row,
    so that glued and cut names count. A short name is only likely unless the text begins with it.
    """
    from rapidfuzz import fuzz

    by_words = found_words(name, text)
    needle, hay = name.replace(" ", ""), text.replace(" ", "")
    if len(needle) < SHORTEST - 1:
        return by_words if text.split()[:1] == [name] else min(by_words, LIKE - 5)
    in_a_row = 0.0
    if len(needle) >= SHORTEST and len(hay) >= 0.7 * len(needle):
        in_a_row = fuzz.partial_ratio(needle, hay)
    return max(by_words, in_a_row)
