"""A made-up household: two years and six creditors, as Accord JSON that ends on a given day.

Sam packs vans in a depot and lost a third of the hours two years ago. There is Jo, who works in a
school kitchen, and their daughter Mina. The first months went badly: a promise made to end a phone
call, money that came late. Then Sam did the sums, asked for less and kept to it. One debt is paid
off; another was sold on. Last month four days off sick left two instalments open.

`household` tells it, one function for each creditor; `Story` collects the records. A day is
written `23m20d` (months and days ago, moved back to a working day) or `+3d` (from today). Nobody
and nothing in it exists: addresses end in `.example`, phone numbers are Ofcom's for drama.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from store.demo.story import Record, Story, flow, following, long, terms, text, workday


def household(today: date, seed: int = 7) -> Record:
    """Give the household as an Accord JSON document whose story ends on `today`.

    The same day and seed give the same document. The seed moves small things: a day early, a day
    late, which months slipped.
    """
    story = Story(today, seed)
    _home(story)
    _the_bank(story)
    _the_energy_supplier(story)
    _the_council(story)
    _the_catalogue(story)
    _the_loan(story)
    _my_brother(story)
    _money(story)
    return story.document(
        name="Sam Whitby",
        address="14 Cutler Row\nKettlebridge KB3 2QT",
        email="sam@whitby.example",
    )


def _home(s: "Story") -> None:
    """What happened to us: statements that every creditor hears alike."""
    hours = """The depot cut my hours from 38 to 24 a week. There are three of us: Jo works mornings
        in a school kitchen, and Mina is at primary school. I want to pay everyone back, and I can
        pay what our budget shows."""
    ward = """Jo is in hospital after an operation and will be off for some weeks. I take no extra
        shifts so that I can fetch Mina. This is nobody's business but ours."""
    back = "I am back on 32 hours. Not what it was, but steady; what I promise now I can pay."
    s.add("situations", key="hours-cut", on=s.on("24m"), text=flow(hours))
    stay = {"on": s.on("12m3d"), "until": s.on("9m"), "private": True}
    s.add("situations", key="jo-in-hospital", text=flow(ward), **stay)
    s.add("situations", key="hours-back", on=s.on("10m"), text=back)


def _the_bank(s: "Story") -> None:
    """An offer, a counter-offer, a signed agreement kept ever since; and one wrong charge."""
    s.creditor("larkfield", "Larkfield Bank", "bank", "+44 20 7946 0214")
    s.book["creditors"][-1]["address"] = "PO Box 60\nKettlebridge KB1 6LF"
    card = s.debt("larkfield", "larkfield-card", "Credit card", "2738.60", "23.9", "LB 5512 0847")
    s.book["debts"][-1]["contractual_payment"] = "68.00"
    first = s.today.replace(day=1) - relativedelta(months=21)
    dues = s.monthly(first, weekend="following")
    story = """
        24m 10:05 phone out | person: Morag, id 2216 | reference: LB-CALL-40981
          | situation: hours-cut | hardship: Hours cut from 38 to 24 a week
        Rang before the payment was due. Said my hours are cut and that 68 a month is not there.
        She was kind. No collection calls for 30 days, and I send our budget.
        > me: Send our budget and an offer | 23m16d | 23m20d
        > creditor: No collection calls for 30 days | 23m | 23m

        23m20d 18:30 letter out | situation: hours-cut
        Sent the budget, last month's payslip and an offer of 30 a month with interest stopped.

        23m 08:50 letter in | reference: LB/HS/7731
        They want 46 a month. Then the interest is frozen for as long as I keep to it.

        22m20d 12:35 phone out | person: Tunde
        Jo and I went through it twice; 46 works if the food money holds. Said yes. Will set up a
        standing order for the 1st. They send two copies to sign.
        > creditor: Send the agreement in writing | 22m6d | 22m11d
        > me: Set up the standing order | 22m10d | 22m14d

        wrong-code 09:10 phone out | person: Tunde
        The first standing order never left: I had typed the sort code wrong. Said so at once, and
        paid again the same week. They noted it as late, and the freeze stands.

        11m20d 08:45 letter in
        Yearly review. They ask whether 60 a month is possible now.

        11m12d 19:20 letter out
        Wrote that it stays at 46, with the list of every payment since we agreed.

        15d 08:40 letter in
        Statement shows 38.72 of interest. It is frozen while I pay, and I have paid every month.
        > me: Write to have the interest taken off | +3d

        11d 08:55 letter in | reference: LB/SET/2093
        They would take 1,150 at once and write off the rest. We have nothing like that, unless
        Mum meant what she said. Answer by the date in the letter."""
    s.diary(card, story, {"wrong-code": workday(dues[0] + timedelta(days=4))})
    low = terms("30.00", first, 95, apr="0")
    agreed = terms("46.00", first, 62, last_amount="34.00", apr="0", weekend="following")
    s.offer("larkfield-mine", card, "me", "23m20d", low)
    s.answer("countered", "23m", "Below their minimum", countered_by="larkfield-theirs")
    s.offer("larkfield-theirs", card, "creditor", "23m", agreed)
    s.answer("accepted", "22m20d")
    sixty = terms("60.00", first + relativedelta(months=11), 40, apr="0")
    s.offer("larkfield-review", card, "creditor", "11m20d", sixty)
    s.answer("declined", "11m12d", "It would come out of what the council was promised")
    by_order = agreed | {"paid_by": "standing order"}
    s.agreement("larkfield-plan", card, s.on("22m20d"), by_order, offer="larkfield-theirs")
    s.written("signed", s.on("22m11d"))
    letter = f"""Larkfield Bank, account LB 5512 0847. We agree to 61 payments of £46.00 and one of
        £34.00, on the 1st of each month from {long(first)}. No interest is charged while the
        payments are made. Signed: M. Ruddock, for Larkfield Bank; Sam."""
    s.letter("larkfield-agreement", {"agreement": "larkfield-plan"}, s.on("22m11d"), letter)
    s.charge(card, s.on("23m18d"), "interest", "50.80")
    s.charge(card, s.on("22m24d"), "interest", "50.60")
    s.charge(card, s.on("24d"), "interest", "38.72", "Charged in spite of the freeze; disputed")
    for n, due in enumerate(dues):
        s.pay(card, due, "46.00", "standing order", 5 if n == 0 else 0)
    s.balance(card, s.on("24d"), "Statement")
    rest = text(s.owed(card, s.today) - 115000)
    lump = {"upfront": "1150.00", "upfront_on": s.on("+28d"), "written_off": rest}
    s.offer("larkfield-settlement", card, "creditor", "11d", lump, valid_until=s.on("+9d"))


def _the_energy_supplier(s: "Story") -> None:
    """Gas and light first: every four weeks, three days of grace; one falls due today."""
    s.creditor("beacontide", "Beacon Tide Energy", "utility", "+44 117 496 0318")
    gas = s.debt("beacontide", "beacontide-gas", "Gas and light", "716.40", "0", "BT 30 771 204")
    s.priority("A prepayment meter, or being cut off")
    first = s.today - timedelta(weeks=4 * 24)
    made = workday(first - timedelta(days=12))
    story = """
        23m22d 08:30 letter in
        Red letter. 716.40 behind, and they will fit a prepayment meter unless they hear from me.
        > me: Answer the red letter | 23m8d | 23m9d

        23m9d 12:15 chat out | person: Ines | situation: hours-cut | hardship: Hours cut
        Told them about the hours and gave a reading. No meter while we talk. They ask what we can
        pay on top of what we use.

        made 13:05 chat out | person: Ines | reference: CHAT-552-81
        Agreed 24 every four weeks, with three days' grace. No meter as long as it comes.

        written 15:20 email in
        The plan by email, with all the dates. Printed it and put it on the fridge.

        6m 17:45 email out
        Sent a reading and asked how much is left of the old debt. Their figure agrees with mine."""
    written = made + timedelta(days=3 + 2 * (made.weekday() > 1))
    s.diary(gas, story, {"made": made, "written": written})
    agreed = terms("24.00", first, 30, "4 weeks", last_amount="20.40", grace_days=3)
    s.agreement("beacontide-plan", gas, made, agreed)
    s.written("received", written)
    for n in range(24):
        small = s.roll(3) - 1 if s.roll(10) < 3 else 0
        days, note = {1: (9, "Had to wait until Jo was paid"), 21: (2, None)}.get(n, (small, None))
        s.pay(gas, first + timedelta(weeks=4 * n), "24.00", "card", days, note=note)
    s.balance(gas, s.on("6m5d"), "Bill")


def _the_council(s: "Story") -> None:
    """Council tax: a bounced transfer made good, a letter that never came, one month still open."""
    s.creditor("wexley", "Wexley Borough Council", "authority", "+44 113 496 0440")
    tax = s.debt("wexley", "wexley-tax", "Council tax arrears", "1612.00", "0", "WX 2209 415")
    s.priority("A liability order, then bailiffs or money taken from wages")
    s.book["debts"][-1]["stage"] = "notice"
    missed, first = s.council_days()
    dues = [due for due in s.monthly(first) if due < missed]
    bounced, slipped = dues[-5], 7 + s.roll(5)
    story = """
        23m14d 11:40 visit out | person: Priya, front desk | situation: hours-cut
        Took the reminder to the town hall. Two hours' wait. 58 a month until it is clear, by
        transfer. She said a letter would follow.

        21m24d 09:25 phone out | person: Gareth | reference: CT-9917
        They charged 48.50 for a summons although we have an arrangement. He found it on his screen
        and will take the costs off.
        > creditor: Take the summons costs off | 21m10d | 21m13d

        bounced 12:20 phone out | person: Gareth
        My transfer bounced, wages were a day behind. Said it comes again this week. He has put a
        note on the file so that nothing goes to court.

        40d 10:50 phone out | person: Fatima | reference: CT-12406
        Asked again for the arrangement on paper; nearly two years and no letter. She was surprised
        too. It will come within a fortnight.
        > creditor: Confirm the arrangement by letter | 26d"""
    s.diary(tax, story, {"bounced": following(bounced + timedelta(days=3))})
    s.agreement("wexley-plan", tax, s.on("23m14d"), terms("58.00", first, 28, last_amount="46.00"))
    s.written("requested")
    s.charge(tax, s.on("22m8d"), "fee", "48.50", "Summons costs")
    s.charge(tax, s.on("21m13d"), "waiver", "48.50", "Summons costs taken off")
    for n, due in enumerate(dues):
        early = -s.roll(3)
        if n == 1:
            s.pay(tax, due, "30.00", "transfer", note="All that was left")
            s.pay(tax, due, "28.00", "transfer", 11)
        elif due == bounced:
            s.pay(tax, due, "58.00", "transfer", note="Came back: wages not in")
            s.book["payments"][-1]["returned_on"] = (due + timedelta(days=3)).isoformat()
            s.pay(tax, due, "58.00", "transfer", 6)
        else:
            s.pay(tax, due, "58.00", "transfer", 2 + s.roll(3) if n == slipped else early)
    s.balance(tax, s.on("7m"), "Bill")


def _the_catalogue(s: "Story") -> None:
    """The one that is over: fourteen payments, and a letter that says so."""
    s.creditor("fernley", "Fernley Home", "lender", "+44 117 496 0772")
    card = s.debt("fernley", "fernley-card", "Catalogue card", "386.00", "34.9", "FH-C 884213")
    made, first = s.on("23m2d"), s.today.replace(day=20) - relativedelta(months=22)
    dues = s.monthly(first)[:14]
    over = following(dues[-1] + timedelta(days=5))
    s.book["debts"][-1] |= {"contractual_payment": "32.00", "closed_on": over.isoformat()}
    story = """
        23m2d 16:10 phone in | person: Callum | situation: hours-cut
        They rang about the catalogue. 28 a month by direct debit, no interest while it runs.

        over 08:35 letter in
        Paid off! The letter says nothing is owing and the account is closed. Mina drew a star on
        it. The 28 goes to rent and food first."""
    s.diary(card, story, {"over": over})
    agreed = terms("28.00", first, 14, last_amount="22.00", apr="0", paid_by="direct debit")
    s.agreement("catalogue-plan", card, made, agreed, ended_on=over, ended_how="completed")
    s.written("received", made + timedelta(days=7))
    s.offer("catalogue-lump", card, "creditor", "16m", {"upfront": "150.00"})
    s.answer("lapsed", None, valid_until=s.on("15m15d"))
    for n, due in enumerate(dues):
        amount = "22.00" if n == 13 else "28.00"
        if n == 1:
            s.pay(card, due, amount, "card", 17, note="The account was empty when they collected")
        else:
            s.pay(card, due, amount, "direct debit")
    letter = """Fernley Home, account FH-C 884213. We have received all 14 payments, £386.00.
        Nothing is owing, and the account is closed."""
    s.letter("catalogue-settled", {"agreement": "catalogue-plan"}, over, letter)


def _the_loan(s: "Story") -> None:
    """Promised too much, mended late; then asked in time, and kept when the loan was sold."""
    loan = s.debt("fernley", "fernley-loan", "Furniture loan", "2360.00", "29.9", "FH-L 20655")
    s.book["debts"][-1]["contractual_payment"] = "94.00"
    s.creditor("pellmoor", "Pellmoor Recovery", "collector", "+44 20 7946 0655")
    anchor = s.today - timedelta(days=10)
    anchor = anchor.replace(day=min(anchor.day, 28))
    due = {month: anchor + relativedelta(months=month) for month in range(-22, 1)}
    mended, ahead = workday(due[-20] + timedelta(days=8)), workday(due[-11] - timedelta(days=6))
    sold = workday(due[-7] - timedelta(days=4))
    s.book["transfers"].append({"debt": loan, "to": "pellmoor", "on": sold.isoformat()})
    story = f"""
        23m25d 20:10 email out | situation: hours-cut
        Asked Fernley for 40 a month on the loan, with the budget attached.

        23m5d 18:55 phone in | person: Keith
        He would not hear of 40. 75 a month for a year, or it goes to collections. I said yes to get
        off the phone. I do not know where it will come from.

        mended 09:05 phone out | person: Ade, id 610 | situation: hours-cut | hardship: Hours cut
        Should have rung a week ago. Told her straight: 75 was never real. We did the budget
        together and it says 35. A year at that, less interest, and the fee comes off.
        > creditor: Send the new terms | terms-due | terms-came

        ahead 11:15 phone out | person: Ade, id 610 | hardship: Illness in the family
        Rang before the one of {long(due[-11])}: somebody at home is ill and I lose two months of
        overtime. Nothing for two months, then 52, no more interest. Easier than I feared.

        bought 08:50 letter in | reference: PR 118 2046
        Pellmoor has bought the loan. My stomach turned, but they keep to the 52 and the dates.

        4m12d 17:30 phone in | person: Ross
        He wanted 80. I said the others would pay for that, and that I have kept my dates with them
        all. He left it at 52.

        14d 19:40 email out | hardship: Four days off sick without pay
        Wrote that four days off sick leave me short this month, and that the next payment will come
        after payday. No answer yet."""
    came, bought = mended + timedelta(days=7), following(sold + timedelta(days=3))
    names = {"mended": mended, "ahead": ahead, "bought": bought, "terms-came": came}
    s.diary(loan, story, names | {"terms-due": mended + timedelta(days=10)})
    s.offer("loan-forty", loan, "me", "23m25d", terms("40.00", due[-22], 59, apr="0"))
    s.answer("declined", "23m5d", "They want 75")
    s.agreement("loan-first", loan, s.on("23m5d"), terms("75.00", due[-22], 12, apr="18"))
    s.pay(loan, due[-22], "75.00", "card", 5, note="Borrowed from the food money")
    s.pay(loan, due[-21], "40.00", "card", 2, note="Half, and a bit")
    for month, interest in {-22: "35.40", -21: "34.80", -20: "34.70"}.items():
        s.charge(loan, due[month] + timedelta(days=3), "interest", interest)
    s.charge(loan, due[-20] + timedelta(days=3), "fee", "12.00", "Late payment fee")
    lower = terms("35.00", due[-19], 12, apr="9.9", fees_waived="12.00")
    s.agreement("loan-second", loan, mended, lower, supersedes="loan-first")
    s.written("received", came)
    s.charge(loan, mended, "waiver", "12.00", "Late payment fee taken off")
    for month in range(-19, -11):
        s.pay(loan, due[month], "35.00", "card", -s.roll(2))
    s.charge(loan, due[-16] + timedelta(days=2), "interest", "79.10")
    s.charge(loan, due[-12] + timedelta(days=2), "interest", "66.30")
    count, last = divmod(s.owed(loan, ahead), 5200)
    slow = terms("52.00", due[-9], count + 1, last_amount=text(last), apr="0")
    slow["weekend"] = "following"
    s.agreement("loan-third", loan, ahead, slow, capacity="165.00", supersedes="loan-second")
    s.written("received", ahead + timedelta(days=7))
    s.offer("pellmoor-eighty", loan, "creditor", "4m12d", slow | {"amount": "80.00", "count": 20})
    s.book["offers"][-1]["terms"]["first_due"] = due[-3].isoformat()
    s.answer("declined", "4m12d", "It would come out of what the others were promised")
    slipped = 2 + s.roll(5)
    for n, day in enumerate(s.monthly(due[-9], weekend="following")[:9]):
        early = -s.roll(2)
        s.pay(loan, day, "52.00", "transfer", 1 + s.roll(3) if n == slipped else early)
    s.balance(loan, sold, "Notice of assignment")
    letter = f"""Fernley Home has assigned account FH-L 20655 to Pellmoor Recovery on
        {long(sold)}. The arrangement in force goes on unchanged. Our reference: PR 118 2046."""
    s.letter("notice-of-assignment", {"debt": loan}, sold, letter)


def _my_brother(s: "Story") -> None:
    """Nothing on paper, and no interest but the teasing."""
    s.creditor("danny", "Danny (my brother)", "family", "+44 7700 900461")
    lent = s.on("20m10d")
    loan = s.debt("danny", "danny-car", "For the car repair", "500.00", "0", None)
    s.book["debts"][-1]["balance_on"] = lent.isoformat()
    story = """
        20m10d 19:30 visit out
        Danny lent me 500 so that I can get to the early shift. Whenever I can, he says. I gave him
        dates anyway, and wrote them on his calendar.

        19d 20:15 chat out
        Told him the last 90 is coming as written on his calendar. He sent a thumb and a car."""
    s.diary(loan, story, {})
    days = [s.on(day) for day in ("17m", "12m20d", "7m", "3m", "+24d")]
    amounts = ("100.00", "60.00", "150.00", "100.00", "90.00")
    parts = [{"due_on": day, "amount": part} for day, part in zip(days, amounts, strict=True)]
    s.agreement("danny-dates", loan, lent, None, instalments=parts)
    s.pay(loan, days[0], "100.00", "cash", -s.roll(3))
    s.pay(loan, days[1], "60.00", "cash", -4, note="Before Jo went in")
    s.pay(loan, days[2], "80.00", "cash", -9, **{"for": days[2]})
    s.pay(loan, days[2], "70.00", "cash")
    s.pay(loan, days[3], "100.00", "transfer", note="He says he had forgotten")


def _money(s: "Story") -> None:
    """The budget: wages that fell and came part of the way back, and what we live on."""
    payday = s.next(weekday=4, after=2)
    cut, rise = payday - timedelta(weeks=4 * 26), payday - timedelta(weeks=4 * 11)
    before, claim, dearer = cut - timedelta(weeks=12), cut + timedelta(weeks=7), s.on("9m14d")
    day = timedelta(days=1)
    for name, kind, every, next_on, *amounts in (
        ("Wages", "income", "4 weeks", payday, (before, "1475"), (cut, "965"), (rise, "1225")),
        ("Jo's wages", "income", "4 weeks", payday + 14 * day, (before, "310")),
        ("Child benefit", "income", "4 weeks", payday + 10 * day, (before, "104.20")),
        ("Universal Credit", "income", "month", claim, (claim, "138.60"), (rise + 14 * day, None)),
        ("Rent", "essential", "4 weeks", payday + 3 * day, (before, "548"), (dearer, "572")),
        ("Food", "essential", "week", s.next(5), (before, "82"), (dearer, "96")),
        ("Gas, light and water", "essential", "4 weeks", payday + 4 * day, (before, "142")),
        ("Council tax, this year", "essential", "month", payday + 5 * day, (before, "112")),
        ("Bus and petrol", "essential", "week", s.next(0), (before, "24")),
        ("After-school club", "essential", "week", s.next(0), (before, "20")),
        ("Phone and internet", "essential", "month", payday + 6 * day, (before, "38")),
        ("For a rainy day", "saving", "4 weeks", payday + day, (before, "15")),
    ):
        s.budget({"name": name, "kind": kind, "every": every}, next_on, amounts)
    cash = {"24m": "96.20", "18m": "131.75", "10m": "58.10", "4m": "242.90", "16d": "178.35"}
    for when, amount in cash.items():
        s.add("cash", on=s.on(when), amount=amount)
    s.add("cash", on=s.today - 2 * day, amount="214.60")
