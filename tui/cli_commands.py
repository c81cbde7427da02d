"""What each command of the command line does: runs one use case or view, prints text or JSON.

Nothing that is heavy is imported before a command needs it.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.rules.errors import AccordError, BadInput
from tui.arguments import day, ledger_path

if TYPE_CHECKING:
    from argparse import Namespace

    from store.ledger.limitation_queries import Where
    from store.records.database import Ledger

CASH_AHEAD = 30
"""Days ahead for which `today` says whether the cash is short."""


def opened(args: "Namespace", *, create: bool = False, makes_copy: bool = False) -> "Ledger":
    """The ledger that the arguments name, copied if this is its first use on a day.

    For what `makes_copy` itself, it is no matter whether that could be done.
    """
    from store.records import backups
    from store.records.database import open_ledger
    from tui import passphrase

    path = ledger_path(getattr(args, "ledger", None))
    ledger = passphrase.opening(
        getattr(args, "passphrase_command", None),
        lambda given: open_ledger(path, args.clock, create=create, passphrase=given),
    )
    if (missing := backups.daily_or_why_not(ledger)) is not None and not makes_copy:
        print(f"accord: {missing}", file=sys.stderr)
    return ledger


def spare(ledger: "Ledger", name: str | None) -> None:
    """Refuse to write over the ledger, what SQLite keeps beside it, or its copies."""
    from store.records import backups

    if name is not None:
        backups.check_spare(ledger.path, Path(name))


def show(args: "Namespace", as_json: Callable[[], Any], as_text: Callable[[], str]) -> int:
    """Print JSON if it is asked for, else text; gives the exit code."""
    from tui import printing

    wants_json = getattr(args, "json", False)
    print(printing.json_text(as_json()) if wants_json else printing.harmless_lines(as_text()))
    return 0


def load(args: "Namespace") -> int:
    """Enter what an Accord JSON file says."""
    from store.exchange import portable
    from tui import printing

    text = _read(args.file)
    path = ledger_path(getattr(args, "ledger", None))
    portable.read(text)
    is_new = not path.exists()
    new_folders = [each for each in path.parents if not each.exists()]
    ledger = opened(args, create=True)
    try:
        report = portable.load(ledger, text)
    except AccordError:
        if is_new and ledger.is_unused():
            # What this load began holds nothing: leave no trace of it.
            ledger.close()
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            for folder in new_folders:
                folder.rmdir()
        raise
    return show(args, lambda: printing.load_json(report), lambda: printing.load_text(report, path))


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}.") from error


def dump(args: "Namespace") -> int:
    """Write the whole ledger as Accord JSON."""
    from store.exchange import portable
    from store.records.database import write_privately

    ledger = opened(args)
    text = portable.dump(ledger)
    spare(ledger, args.file)
    if args.file is None:
        sys.stdout.write(text)
    else:
        write_privately(Path(args.file), text.encode())
        print(f"Written to {args.file}.")
    return 0


def show_today(args: "Namespace") -> int:
    """Print what needs me now, and what comes next."""
    from store.ledger import forecast_queries, today_queries
    from tui import printing, settings

    if not 0 <= args.days <= 3_660:
        raise BadInput(f"--days {args.days} cannot be: take 0 to 3660.")
    with opened(args).viewing() as session:
        country = settings.read(()).settings.country
        locale = settings.people_locale()
        view = today_queries.today(session, args.today, args.days, country, locale)
        used = dict.fromkeys(each.currency for each in view.owed)
        outlooks = (
            forecast_queries.outlook(session, args.today, CASH_AHEAD, currency) for currency in used
        )
        view = replace(view, outlooks=tuple(outlooks))
    show(args, lambda: printing.today_json(view), lambda: printing.today_text(view, args.days))
    return 1 if args.due and view.is_something_due else 0


def show_promises(args: "Namespace") -> int:
    """Print promised payments and what became of them."""
    from store.ledger import names, queries
    from tui import printing

    since = day(args.since, args.today) if args.since else None
    until = day(args.until, args.today) if args.until else None
    if since and until and until < since:
        raise BadInput(f"--to {until} is before --from {since}.")
    with opened(args).viewing() as session:
        creditor_id = None
        if args.creditor is not None:
            creditor_id = names.find("creditor", args.creditor, names.creditors(session)).id
        found = queries.promises(
            session, args.today, since=since, until=until, creditor_id=creditor_id
        )
    return show(
        args,
        lambda: [printing.promise_json(each) for each in found],
        lambda: printing.promises_text(found, args.today),
    )


def show_score(args: "Namespace") -> int:
    """Print how my word stands, on a day or over time."""
    from store.ledger import names, scores
    from tui import printing

    as_of = day(args.as_of, args.today) if args.as_of else args.today
    with opened(args).viewing() as session:
        creditor_id = None
        if args.creditor is not None:
            creditor_id = names.find("creditor", args.creditor, names.creditors(session)).id
        if args.history:
            days = _steps(args, as_of)
            points = list(zip(days, scores.history(session, days, creditor_id), strict=True))
        else:
            found = scores.standing(session, as_of, creditor_id)
    if args.history:
        return show(
            args,
            lambda: printing.history_json(points),
            lambda: printing.history_text(points, args.today),
        )
    return show(
        args, lambda: printing.score_json(found), lambda: printing.score_text(found, args.today)
    )


def _steps(args: "Namespace", as_of: date) -> list[date]:
    """The days of a history: from a year before, by day, week or month."""
    from datetime import timedelta

    from store.rules import dates

    until = day(args.until, args.today) if args.until else as_of
    since = day(args.since, args.today) if args.since else dates.add_months(until, -12)
    if until < since:
        raise BadInput(f"--to {until} is before --from {since}.")
    days = [since]
    while days[-1] <= until:
        if args.step == "month":
            days.append(dates.add_months(since, len(days)))
        else:
            days.append(days[-1] + timedelta(days=7 if args.step == "week" else 1))
    return days[:-1]


def pay(args: "Namespace") -> int:
    """Log a payment."""
    from store.ledger import limitation_queries, names, payments
    from store.rules import money
    from tui import printing
    from tui.formats import logged_text, owed_text
    from tui.settings import people_locale

    ledger = opened(args)
    with ledger.viewing() as session:
        debt = names.find("debt", args.debt, names.debts(session, args.today))
        currency = payments.currency_of(session, debt.id)
        caution = limitation_queries.cautions(session, args.today, _where()).get(debt.id)
    logged = payments.record(
        ledger,
        debt_id=debt.id,
        amount=money.parse(args.amount, currency, people_locale()),
        paid_on=day(args.on, args.today, past=True) if args.on else args.today,
        today=args.today,
        due_on=day(args.due, args.today) if args.due else None,
        method=args.method,
        note=args.note,
    )
    locale = people_locale()
    said = [logged_text(logged, args.today, locale), owed_text(logged, args.today, locale)]
    _warn([] if caution is None else [caution])
    return show(args, lambda: printing.logged_json(logged), lambda: "\n".join(filter(None, said)))


def _where() -> "Where":
    """Whose rules count."""
    from store.ledger.limitation_queries import Where
    from tui import settings

    return Where(settings.read(()).settings.country, settings.people_locale())


def _warn(cautions: Sequence[str]) -> None:
    """Say what is to be known beside what a command did, a line each, apart from what it prints."""
    from tui.formats import harmless

    for each in cautions:
        print(f"accord: {harmless(each)}", file=sys.stderr)


def record_cash(args: "Namespace") -> int:
    """Record what cash there is."""
    from store.ledger import cash, cash_queries
    from store.rules import dates, money
    from tui.settings import currency_of, people_locale

    ledger = opened(args)
    with ledger.viewing() as session:
        used = cash_queries.currencies(session)
    locale = people_locale()
    currency = (args.currency or (used[0] if used else currency_of(locale))).upper()
    amount = money.parse(args.amount, currency, locale, lowest=-money.LARGEST)
    on = day(args.on, args.today, past=True) if args.on else args.today
    id_ = cash.record(ledger, amount, currency, on=on, today=args.today)
    return show(
        args,
        lambda: {
            "cash": id_,
            "amount": money.to_text(amount, currency),
            "currency": currency,
            "on": on.isoformat(),
        },
        lambda: f"Cash: {money.format(amount, currency, locale)}, {dates.short(on, args.today)}",
    )


def show_plan(args: "Namespace") -> int:
    """Print the surplus and its shares."""
    from store.ledger import plan_queries
    from store.rules import money
    from store.rules.affordability import Strategy
    from tui import planning, settings
    from tui.settings import currency_of, people_locale

    locale, strategy = people_locale(), Strategy(args.strategy)
    with opened(args).viewing() as session:
        currency = plan_queries.currency_of(session, args.currency, currency_of(locale))
        surplus = None
        if args.surplus is not None:
            lowest = -money.LARGEST
            surplus = money.parse(args.surplus, currency, locale, lowest=lowest)
        found = plan_queries.plan(
            session,
            args.today,
            currency,
            surplus=surplus,
            country=settings.read(()).settings.country,
            locale=locale,
        )
    return show(
        args,
        lambda: planning.plan_json(found, strategy),
        lambda: planning.plan_text(found, strategy),
    )


def show_offers(args: "Namespace") -> int:
    """Print the offers on a debt beside what goes on now."""
    from store.ledger import names, offer_queries
    from tui import planning

    with opened(args).reading() as session:
        debt = names.find("debt", args.debt, names.debts(session, args.today))
        found = offer_queries.compare(session, args.today, debt.id)
    return show(args, lambda: planning.offers_json(found), lambda: planning.offers_text(found))


def show_forecast(args: "Namespace") -> int:
    """Print the cash ahead."""
    from store.ledger import forecast_queries, plan_queries
    from tui import planning
    from tui.settings import currency_of, people_locale

    if not 0 <= args.days <= 3_660:
        raise BadInput(f"--days {args.days} cannot be: take 0 to 3660.")
    with opened(args).viewing() as session:
        currency = plan_queries.currency_of(session, args.currency, currency_of(people_locale()))
        found = forecast_queries.outlook(session, args.today, args.days, currency)
    return show(args, lambda: planning.forecast_json(found), lambda: planning.forecast_text(found))


def list_creditors(args: "Namespace") -> int:
    """Print whom I owe."""
    from store.ledger import creditor_queries
    from tui import listing

    with opened(args).viewing() as session:
        found = creditor_queries.creditors(session, args.today).creditors
    return show(
        args,
        lambda: listing.creditors_json(found),
        lambda: listing.creditors_text(found, args.today),
    )


def list_debts(args: "Namespace") -> int:
    """Print what I owe."""
    from store.ledger import creditor_queries, names
    from tui import listing

    with opened(args).viewing() as session:
        found = creditor_queries.debts(session, args.today)
        keys = {each.id: each.key for each in names.creditors(session)}
    return show(args, lambda: listing.debts_json(found, keys), lambda: listing.debts_text(found))


def list_contacts(args: "Namespace") -> int:
    """Print what was said."""
    from store.ledger import contact_queries, names
    from tui import listing

    with opened(args).viewing() as session:
        creditor_id = None
        if args.creditor is not None:
            creditor_id = names.find("creditor", args.creditor, names.creditors(session)).id
        words = " ".join(args.words)
        found = contact_queries.contacts(session, creditor_id=creditor_id, words=words)
    return show(
        args,
        lambda: listing.contacts_json(found),
        lambda: listing.contacts_text(found, args.today),
    )


def list_agreements(args: "Namespace") -> int:
    """Print what was agreed."""
    from store.ledger import agreement_queries
    from tui import listing

    with opened(args).viewing() as session:
        found = agreement_queries.agreements(session, args.today)
    return show(
        args,
        lambda: listing.agreements_json(found),
        lambda: listing.agreements_text(found, args.today),
    )


def log_contact(args: "Namespace") -> int:
    """Log a contact."""
    from store.ledger import contact_queries, contacts, limitation_queries, names
    from store.rules import dates
    from tui import listing
    from tui.settings import people_locale

    ledger = opened(args)
    now = ledger.now().astimezone()
    with ledger.viewing() as session:
        creditor = names.find("creditor", args.creditor, names.creditors(session))
        debt = None
        if args.debt is not None:
            debt = names.find("debt", args.debt, names.debts(session, args.today)).id
        cautions: Sequence[str] = ()
        if args.direction == "out" and args.channel in limitation_queries.WRITTEN:
            cautions = limitation_queries.before_writing(
                session, args.today, _where(), creditor.id, debt
            )
    undertakings = []
    if args.i_will:
        by = day(args.by, args.today) if args.by else None
        undertakings.append(contacts.Said("me", args.i_will, by))
    if args.they_will:
        by = day(args.they_by, args.today) if args.they_by else None
        undertakings.append(contacts.Said("creditor", args.they_will, by))
    if (args.by and not args.i_will) or (args.they_by and not args.they_will):
        raise BadInput("A day needs what is to be done by then: --i-will or --they-will.")
    logged = contacts.log(
        ledger,
        creditor_id=creditor.id,
        debt_id=debt,
        at=dates.moment(args.at, now, people_locale()) if args.at else now,
        channel=args.channel,
        direction=args.direction,
        summary=args.summary,
        person=args.person,
        reference=args.reference,
        undertakings=undertakings,
    )
    with ledger.viewing() as session:
        found = contact_queries.contact(session, logged.contact_id)
    assert found is not None
    _warn(cautions)
    return show(
        args,
        lambda: listing.contacts_json([found])[0],
        lambda: f"Logged {logged.key}: {listing.contacts_text([found], args.today)}",
    )
