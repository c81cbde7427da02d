"""What an MT940 line was paid for: `:86:` in its German, Dutch and plain dialects, and `:NS:`."""

import re
from typing import NamedTuple

from store.exchange.statements.values import joined

_GERMAN = re.compile(r"\d{3}([^\w\s/:])(?=\d\d)")
_WORD = re.compile(
    r"/(EREF|KREF|MREF|MARF|CREF|CRED|CSID|PREF|RREF|BENM|ORDP|NAME|REMI|ISDT|TRTP|IBAN|BIC|PURP"
    r"|ULTC|ULTD|ULTB|CNTP|ADDR|ID|RTRN|SVCL|BOOK|INIT|ACCW|TRCD|TR|PY|OCMT|CHGS|EXCH|SUM|ISSR)/"
)
_SAID_TO_BE_NONE = re.compile(r"(?:(?:EREF|KREF|MREF)\+)?\bNOTPROVIDED\b", re.IGNORECASE)
_SEPA = re.compile(r"(?<=\S)(?=(?:EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|PURP)\+)")
_FULL_SUBFIELD = 27
_FULL_LINE = 65
_PURPOSE = {*map(str, range(20, 30)), *map(str, range(60, 64))}
# Words whose value is of no use to a person who looks for a reference or a name.
_DROPPED = {"TRTP", "BIC", "SVCL", "ISDT", "ISSR", "TRCD"}


class Purpose(NamedTuple):
    """Who was paid, and all else that was said."""

    payee: str
    memo: str


def purpose_of(fields: list[tuple[str, list[str]]]) -> Purpose:
    """The name and the text of the `:86:` and `:NS:` fields (tag and lines) after a line."""
    found = [_of_ns(lines) if tag == "NS" else _of_86(lines) for tag, lines in fields]
    payee = joined(*(each.payee for each in found))
    memo = joined(*(each.memo for each in found))
    return Purpose(payee, joined(_SAID_TO_BE_NONE.sub("", memo)))


def _of_86(lines: list[str]) -> Purpose:
    whole = "".join(lines)
    if match := _GERMAN.match(whole):
        return _german(whole[3:], match[1])
    text = _rejoined(lines, _FULL_LINE)
    if _WORD.match(whole.lstrip()):
        return _slashed(whole.strip())
    return Purpose("", text)


def _german(text: str, separator: str) -> Purpose:
    """`?00` the kind of booking, `?20` to `?29` and `?60` to `?63` the text, `?32`, `?33` whom."""
    parts = re.split(rf"{re.escape(separator)}(?=\d\d)", text)[1:]
    fields = [(part[:2], part[2:]) for part in parts]
    purpose = _rejoined([value for code, value in fields if code in _PURPOSE], _FULL_SUBFIELD)
    payee = _rejoined([value for code, value in fields if code in ("32", "33")], _FULL_SUBFIELD)
    kind = [value for code, value in fields if code == "00"]
    account = [value for code, value in fields if code == "31"]
    return Purpose(joined(payee), joined(_SEPA.sub(" ", purpose), *kind, *account))


def _slashed(text: str) -> Purpose:
    """`/NAME/` whom, `/REMI/` and the other words the text; `/CNTP/account/bic/name/` is both."""
    _, *parts = _WORD.split(text)
    payee, memo = "", []
    for word, value in zip(parts[::2], parts[1::2], strict=True):
        value = value.strip()
        if word == "NAME":
            payee = payee or value.strip("/ ")
        elif word == "CNTP":
            account, _, name = (*value.split("/"), "", "", "")[:3]
            payee = payee or name
            memo.append(account)
        elif word == "REMI":
            memo.append(re.sub("^(USTD//|STRD/(CUR|ISO|SEPA)?/)", "", value).strip("/ "))
        elif word not in _DROPPED:
            memo.append(value.strip("/ "))
    return Purpose(joined(payee), joined(*memo))


def _of_ns(lines: list[str]) -> Purpose:
    """`01` to `14` the text, `15` and `16` whom, `17` the kind of booking."""
    fields = [(line[:2], line[2:]) for line in lines]
    payee = joined(*(value for code, value in fields if code in ("15", "16")))
    text = [value for code, value in fields if "01" <= code <= "14" or code == "17"]
    return Purpose(payee, joined(*text))


def _rejoined(parts: list[str], full: int) -> str:
    """Text that was cut into parts: a full one goes on in the next, a shorter one ends a word."""
    text = ""
    for part in parts:
        text += part if len(part) >= full else f"{part} "
    return text
