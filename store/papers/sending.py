"""A letter goes out: it is written to a file, kept in the ledger, and logged as a contact."""

from datetime import date
from pathlib import Path

from store.ledger import letters as ledger_letters
from store.ledger.contacts import Logged
from store.ledger.letters import ToSend
from store.papers import letters
from store.papers.letters import Letter
from store.records.database import Ledger, prepared_file

ASKS = "ask_in_writing"
"""The letter after which a paper is asked for."""


def send(
    ledger: Ledger,
    letter: Letter,
    *,
    format: str,
    today: date,
    path: Path | None = None,
    undertaking_id: int | None = None,
) -> Logged:
    """Write, keep and log a letter; all of it, or nothing where something fails.

    `path` is where its file goes, if anywhere; `undertaking_id` what I said I would do, and is
    done by it. Raises `BadInput` where the letter cannot be written in that format.
    """
    case = letter.case
    letter = letters.edited(letter, letter.subject, letter.body)
    file = letters.file(letter, format)
    told = case.facts.situation and case.facts.situation in letter.body
    to_send = ToSend(
        case.creditor_id,
        case.debt_id,
        "email" if format == "eml" else "letter",
        letter.subject,
        [file],
        situation_id=case.situation_id if told else None,
        undertaking_id=undertaking_id,
        agreement_id=case.agreement_id if letter.name == ASKS else None,
    )
    if path is None:
        return ledger_letters.sent(ledger, to_send, today)
    # The ledger has it only once the file is on the disk; then the file takes its place.
    with prepared_file(path, file.content):
        return ledger_letters.sent(ledger, to_send, today)
