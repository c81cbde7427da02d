"""How a bank's words point to someone: references in them, and names as banks shorten them."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

LIKE = 88.0
"""From this likeness on (0 to 100) a text names someone; banks cut and misspell names."""
ALIKE = 72.0
"""From this on it may name them."""
WHOLE = 97.0
"""From this on all of a name is there."""
SHORTEST = 6
"""Letters that a name needs, without its spaces, to be looked for inside other words."""

FORMS = frozenset(
    re.findall(
        r"\w+",
        "the of and ltd llc plc pty gmbh ag bv sa sarl inc co corp limited company group uk gb",
    )
)
"""Words of company forms, which a name may have or not."""
NOISE = FORMS | frozenset(
    re.findall(
        r"\w+",
        "a an at au aux by de der des die du en et for from het il in la le les on op to van von "
        "zu acct account ach atm auth bacs bgc bill bp card cash chq cheque cr credit ct date dd "
        "debit deb dbt direct dr eft faster fp fpi fpo giro gut lastschrift mandate mob mobile nr "
        "no online order pay payment payments paypal pmt pos pt purchase ref reference sepa so "
        "standing sto tfr trans transaction transfer uberweisung ueberweisung via virement visa "
        "web",
    )
)
"""Those, and the banks' own words: they say nothing about who it is."""

_MARKS = re.compile(r"[^a-z0-9]")
RETURNS = re.compile(
    r"\b(return(ed)?|rtn|unpaid|revers(al|ed)|reject(ed)?|refus(ed|al)|bounced|chargeback|recall(ed)?"
    r"|r(ue|ü|u)ck(lastschrift|buchung|gabe|zahlung)?|rücklastschrift|retoure|storno"
    r"|stornierung|rejet|impay[eé]|storneren|terugboeking|devuelto|devoluci[oó]n|insufficient"
    r" funds|refer to drawer)\b",
    re.IGNORECASE,
)
"""Words by which banks say that money came back."""


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text in small letters without accents, marks as spaces."""
    if text.isascii():
        return " ".join(_MARKS.sub(" ", text.casefold()).split())
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
    """A name as it is looked for: without company forms, if more is left."""
    return " ".join(each for each in folded(text).split() if each not in FORMS) or folded(text)


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


class Names:
    """Names that texts are searched for; quick, since most words come again and again."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` are as `name_of` gives them."""
        self._words = {each: each.split() for each in names if each}
        self._with: dict[str, list[str]] = defaultdict(list)
        for name, words in self._words.items():
            for word in words:
                self._with[word].append(name)
        self._vocabulary = list(self._with)
        self._in_a_row = {
            name: needle for name in self._words if len(needle := name.replace(" ", "")) >= SHORTEST
        }
        self._alike: dict[str, list[tuple[str, float]]] = {}
        self._found: dict[str, dict[str, float]] = {}

    def found_in(self, text: str) -> dict[str, float]:
        """The names that a text may mean, and how surely each: `ALIKE` to 100.

        The better of two: how well a name's words are found, each weighted by its length, and how
        well its letters are found in a row, so that glued and cut names count. A short name is
        only likely unless the text begins with it.
        """
        # Numbers differ from line to line and say nothing, but for those that a name has.
        words = [
            each
            for each in folded(text).split()
            if each in self._with or not any(mark.isdigit() for mark in each)
        ]
        said = " ".join(words)
        if said not in self._found:
            self._found[said] = self._likes(words) if words else {}
        return self._found[said]

    def _likes(self, words: Sequence[str]) -> dict[str, float]:
        from rapidfuzz import fuzz, process

        best: dict[str, float] = {}
        for word in words:
            if word not in self._alike:
                alike = process.extract(
                    word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
                )
                self._alike[word] = [(each, like) for each, like, _ in alike]
            for known, like in self._alike[word]:
                best[known] = max(like, best.get(known, 0.0))
        found: dict[str, float] = {}
        for name in {name for known in best for name in self._with[known]}:
            own = self._words[name]
            like = sum(len(each) * best.get(each, 0.0) for each in own) / sum(map(len, own))
            if len(name.replace(" ", "")) < SHORTEST - 1 and words[0] != name:
                like = min(like, LIKE - 5)
            if like >= ALIKE:
                found[name] = like
        hay = "".join(words)
        for needle, like, name in process.extract(
            hay, self._in_a_row, scorer=fuzz.partial_ratio, score_cutoff=ALIKE, limit=None
        ):
            if len(hay) >= 0.7 * len(needle):
                found[name] = max(like, found.get(name, 0.0))
        # Of “North” and “North Energy” a text that has both means the second.
        whole = [set(self._words[name]) for name, like in found.items() if like >= WHOLE]
        return {
            name: like
            for name, like in found.items()
            if not any(set(self._words[name]) < each for each in whole)
        }
