"""Letters: filled from the ledger by a template, then a person's to change, then written out.

A template is Jinja: its first line says what it is for, `Subject:` comes next, then the body. A
person's own stand beside the ledger in the folder `letters`, and one of the same name replaces
ours. What is to be filled in by hand stands in [brackets].
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from email import policy
from email.message import EmailMessage
from pathlib import Path
from unicodedata import normalize

from sqlmodel import Session

from store.ledger.documents import File
from store.papers import filling, output, payment_record
from store.papers.letter_facts import Case
from store.papers.letter_fields import Facts
from store.papers.paper import Bullets, Heading, Lines, Paragraph, Part, Small
from store.records import revisions
from store.rules.errors import BadInput, NotFound

OURS = Path(__file__).parent / "templates"
OWN = "letters"
"""The folder beside the ledger in which a person's own templates are."""

NAMES = (
    "hardship",
    "offer",
    "counter_offer",
    "confirm_call",
    "ask_in_writing",
    "renegotiate",
    "freeze_not_applied",
    "settlement",
    "prove_debt",
    "closing_statement",
    "payment_record",
    "write_only",
)
"""Our templates, in the order of the way out of debt."""

WITH_RECORD = "payment_record"
"""The template with which the payment record goes."""

FORMATS = (*output.FORMATS, "eml")


@dataclass(frozen=True, slots=True)
class Template:
    """A letter that can be written: its name, and what it is for."""

    name: str
    title: str
    path: Path

    @property
    def is_own(self) -> bool:
        """Whether a person wrote it."""
        return self.path.parent != OURS


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it stands: what is typed in it is `subject` and `body`.

    In the body an empty line parts paragraphs, and a line that begins with "- " is a point of a
    list. `made` are the gaps that its template made, with their brackets; `enclosed` goes with it;
    `mark` is the ledger's newest entry.
    """

    name: str
    title: str
    case: Case
    on: date
    subject: str
    body: str
    made: Sequence[str] = ()
    enclosed: Sequence[Part] = ()
    mark: str = ""

    @property
    def gaps(self) -> list[str]:
        """What is still to be filled in, also in part, with its brackets; not a person's own."""
        found = _GAP.findall(f"{self.subject}\n{self.body}")
        return [each for each in found if any(_is_left_of(each, gap) for gap in self.made)]

    @property
    def file_stem(self) -> str:
        """What a file of it is called, but for its ending."""
        words = re.sub(r"\W+", "-", f"{self.name} {self.case.facts.creditor.name}".casefold())
        return f"{self.on.isoformat()}-{words.replace('_', '-').strip('-')}"


_GAP = re.compile(r"\[[^\[\]\n]+\]")


def _is_left_of(found: str, gap: str) -> bool:
    """Whether something in brackets is a gap, or what is left of one that was half filled in."""
    words, wanted = (set(re.findall(r"\w+", each.casefold())) for each in (found, gap))
    return found == gap or len(words & wanted) > 1


def _brackets(value: object) -> Iterator[str]:
    """Whatever stands in brackets in the texts of some facts."""
    match value:
        case str():
            yield from _GAP.findall(value)
        case dict():
            for each in value.values():
                yield from _brackets(each)
        case list() | tuple():
            for each in value:
                yield from _brackets(each)


def templates(folder: Path) -> list[Template]:
    """Every template: ours, then those of the `folder` beside the ledger that add to them."""
    own = {}
    for path in sorted(folder.glob("*.j2")) if folder.is_dir() else ():
        own[_named(path.stem)] = path
    every = {name: own.get(name, OURS / f"{name}.j2") for name in (*NAMES, *own)}
    return [Template(name, _title(path), path) for name, path in every.items()]


def find(folder: Path, name: str) -> Template:
    """The template of that name; raises `NotFound`, and says which there are."""
    known = templates(folder)
    wanted = _named(name)
    named = [each for each in known if each.name == wanted] or [
        each for each in known if each.name.startswith(wanted)
    ]
    if len(named) == 1 and wanted:
        return named[0]
    listed = ", ".join(each.name.replace("_", "-") for each in known)
    raise NotFound(f"No letter is called “{name}”. There are: {listed}.", field="template")


def suggested(facts: Facts) -> str:
    """The name of the letter that the record asks for first."""
    if facts.charges:
        return "freeze_not_applied"
    if facts.is_over:
        return "closing_statement"
    if facts.agreement is not None:
        state = facts.agreement.writing
        if state == "unwritten" or (state == "requested" and not facts.wrote_lately):
            return "ask_in_writing"
        return "renegotiate" if facts.is_late else "payment_record"
    if facts.their_offer is not None:
        return "counter_offer"
    if facts.offer is not None:
        return "offer"
    return "prove_debt" if facts.creditor.is_collector else "hardship"


def write(session: Session, template: Template, case: Case, on: date) -> Letter:
    """The letter that a template makes of a case.

    Raises `BadInput` where the template names a field that there is not, or cannot be read.
    """
    said = filling.fill(template.path.name, _read(template.path), case.facts)
    subject, body = _parted(said, template)
    enclosed: Sequence[Part] = ()
    if template.name == WITH_RECORD:
        record = payment_record.collect(session, on, case.creditor_id)
        enclosed = payment_record.parts(record, case.locale)
    mark = output.mark(revisions.newest(session))
    own = set(_brackets({**asdict(case.facts), "closing": ""}))
    made = [each for each in _GAP.findall(f"{subject}\n{body}") if each not in own]
    return Letter(template.name, template.title, case, on, subject, body, made, enclosed, mark)


def edited(letter: Letter, subject: str, body: str) -> Letter:
    """The letter with what a person made of its words."""
    if not subject.strip():
        raise BadInput("A letter needs a subject.", field="subject")
    if not body.strip():
        raise BadInput("There is nothing in the letter.", field="body")
    return replace(letter, subject=subject.strip(), body=body.strip())


# --- written out ----------------------------------------------------------------------------


def parts(letter: Letter) -> list[Part]:
    """The letter as a paper: who writes to whom, when and what about, and what is said."""
    facts = letter.case.facts
    me, to = facts.me, facts.creditor
    sender = [me.name, *me.address.splitlines(), me.email, me.phone]
    found: list[Part] = []
    if any(sender):
        found.append(Lines([each for each in sender if each], right=True))
    found.append(Lines([to.name, *(each for each in to.address.splitlines() if each)]))
    found += [Paragraph(facts.today), Heading(letter.subject)]
    found += _with_room_to_sign(_paragraphs(letter.body))
    if letter.mark:
        found.append(Small(letter.mark))
    return [*found, *letter.enclosed]


def file(letter: Letter, format: str) -> File:
    """The letter as a file in one of `FORMATS`."""
    if format == "eml":
        return File(f"{letter.file_stem}.eml", email(letter))
    return output.file(
        parts(letter),
        format,
        letter.file_stem,
        letter.subject,
        letter.case.facts.me.name,
        letter.on,
    )


def email(letter: Letter) -> bytes:
    """The letter as a draft that a mail program opens; what goes with it is attached as PDF."""
    facts = letter.case.facts
    to, sender = (_address(each) for each in (facts.creditor.email, facts.me.email))
    # A name before the @ that is not ASCII can only stand there as it is (RFC 6532).
    as_it_is = re.search(r"[^\x00-\x7f][^\s<>,;]*@", f"{to},{sender}") is not None
    draft = EmailMessage(policy.default.clone(utf8=as_it_is))
    draft["Subject"] = _line(letter.subject)
    if to:
        draft["To"] = to
    if sender:
        draft["From"] = sender
    # What mail programs know a message by that is still to be sent.
    draft["X-Unsent"] = "1"
    mark = f"\n\n--\n{letter.mark}" if letter.mark else ""
    draft.set_content(f"{letter.body}{mark}\n")
    if letter.enclosed:
        record = output.record(letter.enclosed, "pdf", letter.subject, facts.me.name, letter.on)
        draft.add_attachment(
            record, maintype="application", subtype="pdf", filename="payment-record.pdf"
        )
    return draft.as_bytes()


def _address(text: str) -> str:
    """An address, or several, with each domain in the letters that mail knows (RFC 5890)."""

    def ascii(label: str) -> str:
        if label.isascii():
            return label
        return f"xn--{normalize('NFKC', label.lower()).encode('punycode').decode()}"

    def domain(found: re.Match[str]) -> str:
        return ".".join(map(ascii, found[0].split(".")))

    return re.sub(r"(?<=@)[^\s<>,;]+", domain, _line(text))


def _line(text: str) -> str:
    """A header's text on one line."""
    return " ".join(text.split())


def _paragraphs(body: str) -> list[Part]:
    found: list[Part] = []
    for block in re.split(r"\n\s*\n", body.strip()):
        lines = [each.rstrip() for each in block.splitlines()]
        while lines:
            points = _leading(lines, "- ")
            if points:
                found.append(Bullets([each.lstrip()[2:].strip() for each in points]))
                lines = lines[len(points) :]
                continue
            plain = []
            while lines and not lines[0].lstrip().startswith("- "):
                plain.append(lines.pop(0))
            found.append(Paragraph(plain[0]) if len(plain) == 1 else Lines(plain))
    return found


def _with_room_to_sign(found: list[Part]) -> list[Part]:
    """The name under a letter stands a hand's breadth below what comes before it."""
    match found:
        case [*before, Paragraph(greeting), Paragraph(name)]:
            return [*before, Lines([greeting, "", "", name])]
        case _:
            return found


def _leading(lines: Sequence[str], sign: str) -> list[str]:
    found = []
    for each in lines:
        if not each.lstrip().startswith(sign):
            break
        found.append(each)
    return found


# --- templates ------------------------------------------------------------------------------


def _title(path: Path) -> str:
    """What the first line of a template says it is for; else its name."""
    try:
        text = _read(path)
    except BadInput:
        # One that cannot be read must not take the others away.
        return f"{path.name}, which cannot be read"
    said = re.match(r"\s*(?:\{#\s*(.+?)\s*#\}|(?!Subject:)([^\n{]+)\nSubject:)", text)
    if said is None:
        return re.sub("[_-]", " ", path.stem).capitalize()
    return (said[1] or said[2]).strip()


def _named(text: str) -> str:
    """A template's name as it is compared: small letters, words joined by underscores."""
    return re.sub(r"[\s_-]+", "_", text.strip().casefold())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"The template {path} cannot be read as text.", field="template") from None


def _parted(said: str, template: Template) -> tuple[str, str]:
    """Subject and body; several empty lines in a row are one, what is before it is the title."""
    found = re.search(r"^Subject:(.*)$", said, re.MULTILINE)
    if found is None or said[: found.start()].strip() not in ("", template.title):
        raise BadInput(
            f"{template.path.name} has no line that begins with “Subject:” before its words.",
            field="template",
        )
    lines = [each.rstrip() for each in said[found.end() :].splitlines()]
    return found[1].strip(), re.sub(r"\n\s*\n\s*", "\n\n", "\n".join(lines)).strip()
