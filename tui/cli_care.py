"""Commands that care for the ledger: take back, look whether it is whole, copy it, put back."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from store.rules.errors import BadInput
from tui.arguments import ledger_path
from tui.cli_commands import opened, show

if TYPE_CHECKING:
    from argparse import Namespace

    from store.ledger.checks import Finding


def undo(args: "Namespace") -> int:
    """Take back the last thing that was recorded."""
    from store.records import revisions

    revision = revisions.undo(opened(args))
    summary = {"undone": revision.summary, "use_case": revision.use_case}
    return show(args, lambda: summary, lambda: f"Took back: {revision.summary}")


def redo(args: "Namespace") -> int:
    """Do again what was taken back."""
    from store.records import revisions

    revision = revisions.redo(opened(args))
    summary = {"redone": revision.summary, "use_case": revision.use_case}
    return show(args, lambda: summary, lambda: f"Did again: {revision.summary}")


def check(args: "Namespace") -> int:
    """Say whether the ledger is whole, or what has a hash; gives 1 when it is not, or nothing."""
    from store.ledger import checks

    if (hash := getattr(args, "hash", None)) is not None:
        return _look_up(args, hash)
    found = checks.everything(opened(args))
    show(
        args,
        lambda: {"ok": not found, "findings": [each.said for each in found]},
        lambda: (
            "\n".join(_findings(found))
            or "All is well: the file is whole, every change in it is accounted for, and only you "
            "can read it."
        ),
    )
    return 1 if found else 0


def _look_up(args: "Namespace", hash: str) -> int:
    """Say which revision has the hash that a paper bears: so old is the paper at least."""
    from store.records import revisions

    with opened(args).reading() as session:
        found = revisions.with_hash(session, hash)
        whole = [revisions.is_as_written(each) for each in found]
    show(
        args,
        lambda: [
            {
                "revision": each.id,
                "at": each.at.isoformat(),
                "summary": each.summary,
                "hash": each.hash,
                "as_written": is_whole,
            }
            for each, is_whole in zip(found, whole, strict=True)
        ],
        lambda: (
            "\n".join(
                f"Revision {each.id} of {each.at:%Y-%m-%d %H:%M} UTC has it: {each.summary}."
                + ("" if is_whole else " But that was altered outside Accord.")
                for each, is_whole in zip(found, whole, strict=True)
            )
            or "Nothing in this ledger has that hash."
        ),
    )
    return 0 if found and all(whole) else 1


def _findings(found: "Sequence[Finding]") -> Iterator[str]:
    """What is wrong, a line each, and after those that need the same what to do about them."""
    for remedy, alike in groupby(found, lambda each: each.remedy):
        yield from (each.said for each in alike)
        yield f"→ {remedy}"


def backup(args: "Namespace") -> int:
    """Write a verified copy of the ledger."""
    from store.records import backups

    ledger = opened(args, makes_copy=True)
    if args.file is None:
        path = backups.make(ledger, "by hand").path
    else:
        path = Path(args.file).expanduser().absolute()
        backups.make_at(ledger, path)
    return show(args, lambda: {"backup": str(path)}, lambda: f"Copied to {path}, and verified.")


def restore(args: "Namespace") -> int:
    """Put a copy in the ledger's place."""
    from store.records import backups
    from tui import passphrase

    path = ledger_path(getattr(args, "ledger", None))
    source = Path(args.file).expanduser().absolute()
    replaced = passphrase.opening(
        getattr(args, "passphrase_command", None),
        lambda given: backups.restore(path, source, args.clock, passphrase=given),
    )
    kept = f" What was there is kept: {replaced}" if replaced else ""
    return show(
        args,
        lambda: {"restored": str(source), "replaced": replaced and str(replaced)},
        lambda: f"{path} is now as it was in {source.name}.{kept}",
    )


def completion(args: "Namespace") -> int:
    """Print the completion script of a shell."""
    try:
        from argcomplete.shell_integration import shellcode
    except ImportError:
        raise BadInput(
            "Completion needs argcomplete: `pip install 'accord[completion]'`."
        ) from None
    print(shellcode(["accord"], shell=args.shell))
    return 0
