"""What `accord check` says: of the record and its file, of the rules, and of who may read it.

Every finding is a sentence, with what to do about it.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from sqlmodel import Session

from store.records import backups, checking, database, encryption, states
from store.records.database import Ledger
from store.records.failures import PUT_A_BACKUP
from store.rules.errors import Inaccessible, LedgerError

_UNDO = "Put a backup in its place (`accord restore FILE`), or undo what was done to it."
_CORRECT = "Correct that in the app, or put a backup in its place (`accord restore FILE`)."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and what to do about it."""

    said: str
    remedy: str


def everything(ledger: Ledger) -> list[Finding]:
    """All that is wrong with a ledger, its file and its copies; none when all is well."""
    found: list[Finding] = []
    try:
        with ledger.reading() as session:
            found.extend(Finding(said, _UNDO) for said in checking.damage(session))
            found.extend(contradictions(session))
    except Inaccessible as error:
        found.append(Finding(error.message, "What is in it may be whole: `accord check` again."))
    except LedgerError as error:
        # Too damaged to be read on: what was found before stands.
        found.append(Finding(error.message.removesuffix(f" {PUT_A_BACKUP}"), _UNDO))
    found.extend(unusable(ledger))
    # What this program has open beside the file goes with it; what stays is another's.
    ledger.close()
    found.extend(exposed(ledger.path, has_passphrase=ledger.has_passphrase))
    return found


_RULES = (
    (
        "payment",
        "is for more than its amount",
        "SELECT payment.id FROM payment JOIN allotment ON payment_id = payment.id"
        " GROUP BY payment.id HAVING sum(allotment.amount) > payment.amount",
    ),
    (
        "allotment",
        "is for an instalment of another debt than its payment's",
        "SELECT allotment.id FROM allotment JOIN payment ON payment.id = payment_id"
        " JOIN instalment ON instalment.id = instalment_id"
        " JOIN agreement ON agreement.id = agreement_id"
        " WHERE agreement.debt_id <> payment.debt_id",
    ),
    (
        "payment",
        "came back before it was made",
        "SELECT id FROM payment WHERE returned_on < paid_on",
    ),
    (
        "agreement",
        "has no instalments",
        "SELECT id FROM agreement WHERE id NOT IN (SELECT agreement_id FROM instalment)",
    ),
    (
        "agreement",
        "has instalments whose numbers are not 1, 2, 3 and so on",
        "SELECT agreement_id FROM instalment GROUP BY agreement_id"
        " HAVING min(number) <> 1 OR max(number) <> count(*)",
    ),
    (
        "agreement",
        "replaces one on another debt, or one that was made later",
        "SELECT new.id FROM agreement AS new JOIN agreement AS old ON old.id = new.supersedes_id"
        " WHERE old.debt_id <> new.debt_id OR old.made_on > new.made_on OR old.id = new.id",
    ),
    (
        "document",
        "belongs to no record, or to several",
        "SELECT id FROM document WHERE (creditor_id IS NOT NULL) + (debt_id IS NOT NULL)"
        " + (contact_id IS NOT NULL) + (agreement_id IS NOT NULL) + (payment_id IS NOT NULL) <> 1",
    ),
)
"""What the rules never let happen: of which table, in words, and the numbers where it did.

What a constraint of the tables forbids is left to SQLite's own check.
"""


def contradictions(session: Session) -> Iterator[Finding]:
    """Records that contradict the rules, however they came to."""
    for table, said, query in _RULES:
        for (number,) in session.connection().exec_driver_sql(query).all():
            row = next(database.stored(session, table, "id", number), {"id": number})
            yield Finding(f"{states.label(table, row)} {said}.", _CORRECT)


def unusable(ledger: Ledger) -> Iterator[Finding]:
    """Copies that could not be put back, which nobody wants to learn when they are needed."""
    for copy in backups.kept(ledger.path):
        try:
            if copy.was_damaged or backups.is_whole(copy.path, ledger.key):
                continue
        except Inaccessible as error:
            yield Finding(error.message, "Then `accord check` can say whether it is whole.")
            continue
        if encryption.is_encrypted(copy.path):
            yield Finding(
                f"{copy.path} is damaged, or has another passphrase than the ledger.",
                "Remove it, unless you know its passphrase; `accord backup` makes a new one.",
            )
        else:
            yield Finding(
                f"{copy.path} is no whole ledger any more: it cannot be put back.",
                "Remove it; `accord backup` makes a new one.",
            )


def exposed(path: Path, *, has_passphrase: bool) -> Iterator[Finding]:
    """Whether others than their owner may read the ledger, what stands beside it, or its copies.

    By their modes, where files have such, and by what is encrypted.
    """
    folder = backups.folder(path)
    private = [path.with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm", "-journal")]
    private += [each.path for each in backups.kept(path)]
    if has_passphrase:
        for copy in backups.kept(path):
            if not encryption.is_encrypted(copy.path):
                yield Finding(
                    f"{copy.path} can be read without the passphrase that the ledger has.",
                    "Open the app, which encrypts it; or remove it.",
                )
    if os.name != "posix":
        return
    for each, wanted in ((folder, 0o700), *((file, 0o600) for file in private)):
        try:
            mode = stat.S_IMODE(each.stat().st_mode)
        except OSError:
            continue
        if mode & 0o077:
            yield Finding(
                f"Others than you can get at {each}: its mode is {mode:o}, not {wanted:o}.",
                f"chmod {wanted:o} {quote(str(each))}",
            )
