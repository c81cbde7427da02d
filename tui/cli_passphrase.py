"""`accord passphrase`: give the ledger one, change it, remove it."""

from typing import TYPE_CHECKING

from store.rules.errors import BadInput
from tui import passphrase
from tui.cli_commands import opened, show

if TYPE_CHECKING:
    from argparse import Namespace

DOES = ("set", "change", "remove")

SAID = {
    "set": "{path} has a passphrase now, and so have its backups. Without it nobody can open them: "
    "not even you. Copies that you made elsewhere stay as they are, for all to read.",
    "change": "{path} has a new passphrase, and so have its backups.",
    "remove": "{path} has no passphrase any more: whoever gets at the file can read it.",
}


def give(args: "Namespace") -> int:
    """Do what is asked, and say what it means."""
    from store.records import encryption, passphrases

    encryption.check_cipher()
    given = getattr(args, "passphrase_command", None)
    ledger = opened(args)
    try:
        if args.does == "set" and ledger.has_passphrase:
            raise BadInput("It has a passphrase already; `accord passphrase change` changes it.")
        if args.does != "set" and not ledger.has_passphrase:
            raise BadInput("It has no passphrase; `accord passphrase set` gives it one.")
        new = None
        if args.does != "remove":
            first = passphrase.command(given) if args.does == "set" else None
            new = passphrase.new(args.new_command or first)
        left = passphrases.give(ledger, new)
    finally:
        ledger.close()
    said = [SAID[args.does].format(path=ledger.path)]
    said += [f"{each} could not follow and is as it was." for each in left]
    return show(
        args,
        lambda: {"passphrase": new is not None, "left": [str(each) for each in left]},
        lambda: "\n".join(said),
    )
