"""From bytes to text, in the encoding that the file has."""

import codecs
import re

from store.rules.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Letters that stand in Polish words in one encoding, and between words as signs in the other.
_POLISH = re.compile(rb"[A-Za-z][\xb9\x9c]|[\xb3\xbf\x9f][a-z]")


def encoding_of(data: bytes, declared: str = "") -> str:
    """The encoding: by its mark, else UTF-8 if that fits, else the declared, else a Windows one."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    head = data[:2000]
    if head.count(0) * 3 > len(head):
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    if is_text(data, "utf-8"):
        return "utf-8"
    if declared and is_text(data, declared):
        return declared
    if _POLISH.search(data) and is_text(data, "cp1250"):
        return "cp1250"
    return "cp1252" if is_text(data, "cp1252") else "latin-1"


def is_text(data: bytes, encoding: str) -> bool:
    """Whether the bytes can be text of this encoding."""
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def decoded(data: bytes, encoding: str) -> str:
    """The text of a file. Raises BadInput where it is not in this encoding, or holds NUL bytes."""
    try:
        text = data.decode(encoding)
    except LookupError:
        raise BadInput(f"there is no encoding “{encoding}”, such as utf-8 or cp1252") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(f"line {line}: the text is not in {encoding}") from None
    except (UnicodeError, ValueError):
        raise BadInput(f"the text is not in {encoding}") from None
    place = text.find("\0")
    if place >= 0:
        line = text.count("\n", 0, place) + 1
        raise BadInput(f"line {line}: there is a NUL character, so this is no text")
    return text.removeprefix("\ufeff")
