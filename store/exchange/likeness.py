"""How a bank's words point to someone: references in them, and names as banks shorten them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

SURE = 88.0
"""From this likeness on (0 to 100) a text names someone; banks cut and misspell names."""
ALIKE = 72.0
"""From this on it may name them; between two words, from this on they may be the same."""
GLUED = 85.0
"""From this on letters without spaces are a name that was glued or cut."""
WHOLE = 97.0
"""From this on all of a name is there."""
SHORTEST = 6
"""Letters that a name needs, without its spaces, to be known when it is cut or glued."""
CUT = 8
"""So many letters at the beginning of a name are that name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMS = _words("ltd llc plc pty gmbh ag bv sa sarl inc co corp limited company group uk gb")
"""Words of company forms, which a name may have or not; after one, or a number, comes the place."""
CASH = _words("atm cash cashpoint withdrawal geldautomat bargeld barauszahlung retrait")
"""Words by which a bank says that notes were drawn, wherever that was."""
TITLES = _words("mr mrs ms miss dr")
"""What stands before a person's name, or not."""
NOISE = FORMS | CASH | TITLES | _words(
    "a an and at au aux by de der des die du en et for from het il in la le les of on op the to "
    "van von zu acct account ach auth bacs bgc bill bp card chq cheque cr credit ct date dd debit "
    "deb dbt direct dr eft faster fp fpi fpo giro gut lastschrift mandate mob mobile nr no "
    "online order pay payment payments paypal pmt pos pt purchase ref reference sepa so standing "
    "sto tfr trans transaction transfer uberweisung ueberweisung via virement visa web "
    "mastercard maestro"
)  # fmt: skip
"""Those, and the banks' own words: they say nothing about who it is."""
GENERIC = NOISE | _words(
    "bank banking cards collection collections customer dept finance instalment installment loan "
    "loans personal recovery repayment repayments rent service services tax"
)
"""Those, and words that many whom one owes have: alone they name nobody."""

RETURNS = re.compile(
    r"\b(return(ed)?|rtn|unpaid|revers(al|ed)|reject(ed)?|refus(ed|al)|bounced|chargeback|recall(ed)?"
    r"|r(ue|ü|u)ck(lastschrift|buchung|gabe|zahlung)|retoure|storno|stornierung|rejet|impay[eé]"
    r"|storneren|terugboeking|devuelto|devoluci[oó]n|insufficient funds|refer to drawer)\b",
    re.IGNORECASE,
)
"""Words by which banks say that money came back."""

_MARKS = re.compile(r"[^a-z0-9]")
_GLUE = "REF|ACC|ACCT|NO|ID|AC"
"""Words that banks write right before a reference."""


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text in small letters without accents, marks as spaces."""
    if text.isascii():
        return " ".join(_MARKS.sub(" ", text.casefold()).split())
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (mark if mark.isalnum() else " " for mark in plain if not unicodedata.combining(mark))
    return " ".join("".join(kept).split())


@lru_cache(maxsize=4096)
def core(text: str) -> tuple[str, ...]:
    """The words of a text that say who it is: no numbers, none of the banks' own words.

    What stands after a number or a company form is where they are, not who; what `folded` leaves.
    """
    found: list[str] = []
    for word in folded(text).split():
        is_end = word in FORMS or any(mark.isdigit() for mark in word)
        if is_end and found:
            break
        if not is_end and word not in NOISE:
            found.append(word)
    return tuple(found)


def name_of(text: str) -> str:
    """A name as it is looked for: without titles and company forms, if more is left."""
    left_out = FORMS | TITLES
    return " ".join(each for each in folded(text).split() if each not in left_out) or folded(text)


def payee_key(payee: str, memo: str) -> str:
    """By what a payee is remembered: who it is, whatever number or day stands beside it.

    Where the payee's words could be anybody's, all that the line says.
    """
    who = core(payee)
    if not all(each in GENERIC for each in who):
        return " ".join(who)[:200]
    return folded(f"{payee} {memo}")[:200]


def says_return(text: str) -> bool:
    """Whether a bank says that money came back."""
    return RETURNS.search(text) is not None


def says_cash(text: str) -> bool:
    """Whether a bank says that notes were drawn."""
    return not CASH.isdisjoint(folded(text).split())


def reference_pattern(reference: str) -> re.Pattern[str] | None:
    """Finds a reference as banks write it: other marks, or none, between its groups.

    None for one that is too short to point to anything: fewer than six signs, or than five with
    both letters and digits.
    """
    groups = re.findall(r"\d+|[^\W\d_]+", reference)
    signs = "".join(groups)
    is_mixed = any(each.isdigit() for each in groups) and not signs.isdigit()
    if len(signs) < (5 if is_mixed else 6):
        return None
    glue = "|".join(f"(?<={each})" for each in _GLUE.split("|"))
    before = rf"(?:(?<![^\W_])|{glue})"
    after = r"(?!\d)" if signs[-1].isdigit() else r"(?![^\W_])"
    return re.compile(before + r"[\W_]{0,3}".join(groups) + after, re.IGNORECASE)


def found_words(name: str, words: Sequence[str]) -> float:
    """How well a name's words are among some, 0 to 100, each weighted by its length."""
    from rapidfuzz import fuzz

    if not name or not words:
        return 0.0
    total = found = 0.0
    for word in name.split():
        best = max(fuzz.ratio(word, each) for each in words)
        total += len(word)
        found += len(word) * (best if best >= ALIKE else 0)
    return found / total


def unexplained(words: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """The words that are neither like a known one nor such as anybody's."""
    from rapidfuzz import fuzz

    return tuple(
        each
        for each in words
        if each not in GENERIC and max((fuzz.ratio(each, one) for one in known), default=0) < ALIKE
    )


@dataclass(frozen=True, slots=True)
class Named:
    """How like a name is to what a text says, and the words of the text that are no part of it."""

    like: float
    others: tuple[str, ...] = ()


class Names:
    """Names that texts are searched for; most texts come again and again."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` are as `name_of` gives them."""
        self._names = [each for each in names if each]
        self._found: dict[tuple[str, ...], dict[str, Named]] = {}

    def found_in(self, text: str) -> dict[str, Named]:
        """The names that a text may mean; each at least `ALIKE`."""
        words = core(text) or tuple(folded(text).split()[:1])
        if words not in self._found:
            found = {name: _named(name, words) for name in self._names}
            self._found[words] = _most_specific(
                {name: each for name, each in found.items() if each.like >= ALIKE}
            )
        return self._found[words]


def _named(name: str, words: Sequence[str]) -> Named:
    """How like a name is to some words, by its words or by its letters in a row."""
    from rapidfuzz import fuzz

    own = name.split()
    needle, hay = "".join(own), "".join(words)
    glued = 0.0
    # What is cut or glued has not more words than the name, and begins like it.
    if min(len(needle), len(hay)) >= SHORTEST and len(words) <= len(own) and hay[:2] == needle[:2]:
        is_longer = len(hay) > len(needle) and hay.startswith(needle)
        if needle.startswith(hay) and CUT <= len(hay) < len(needle):
            glued = 90.0
        elif not is_longer:
            glued = fuzz.ratio(needle, hay)
        if glued >= GLUED:
            return Named(max(glued, SURE))
    # Most texts have nothing to do with most names.
    if not any(word[:3] == each[:3] for word in words for each in own):
        return Named(glued if glued >= ALIKE else 0.0, tuple(words))
    like = found_words(name, words)
    return Named(max(like, glued), unexplained(words, own))


def _most_specific(found: dict[str, Named]) -> dict[str, Named]:
    """Of “North” and “North Energy” a text that has both means the second."""
    whole = [set(name.split()) for name, each in found.items() if each.like >= WHOLE]
    return {
        name: each
        for name, each in found.items()
        if not any(set(name.split()) < other for other in whole)
    }
