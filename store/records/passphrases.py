"""Giving a ledger a passphrase, another one, or none any more; its copies follow."""

from pathlib import Path

from store.records import backups, copies, encryption
from store.records.database import Ledger


def check(ledger: Ledger, passphrase: str) -> None:
    """Raise `WrongPassphrase`, not at once, where it is not the one that opened the ledger."""
    if not ledger.is_opened_by(passphrase):
        encryption.refuse(field="current")


def give(ledger: Ledger, passphrase: str | None) -> list[Path]:
    """Lock a ledger with a passphrase from now on, or (None) with none.

    The copies that are kept beside it follow; gives those that cannot, as they have another one.
    Nothing that was plain is left there. Raises `BadInput` for a passphrase that is too short and
    `LedgerError` where somebody else has the ledger open; all is as it was then.
    """
    encryption.check_cipher()
    was = ledger.key
    key = None if passphrase is None else encryption.new_key(passphrase)
    backups.make(ledger, "before passphrase")
    with ledger.put_down(key):
        copies.rewrite(ledger.path, was, key)
    return backups.follow(ledger.path, was, key)
