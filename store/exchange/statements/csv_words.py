"""The words that banks write above their columns, and those for money in and out.

They are folded: small letters without accents, signs as spaces, without a currency at the end.
In each list the surer word comes first.
"""

import re
import unicodedata

DATE = """
transaction date|trans date|date transaction
booking date|posted date|posting date|post date|date posted|completed date|buchungstag|buchungsdatum
buchung|boekdatum|boekingsdatum|date comptable|date de comptabilisation|date operation
date d operation|date de l operation|fecha operacion|fecha de operacion|fecha contable
data contabile|data operazione|data ksiegowania|data operacji|date|datum|fecha|data
date and time|date time|datetime|transaktionsdatum|transactiedatum|umsatzdatum|belegdatum
data transakcji|started date|created on|entry date|process date|settlement date|effective date
value date|valutadatum|wertstellung|wertstellungstag|valuta|rentedatum|date de valeur|date valeur
fecha valor|data valuta|data waluty
"""
AMOUNT = """
amount|transaction amount|betrag|umsatz|bedrag|montant|importe|importo|kwota|kwota operacji
kwota transakcji|betrag in|umsatz in|transactiebedrag|mutatiebedrag|montant de l operation|monto
amount in account currency|billing amount|net amount|net|netto|valor|value|gross|money|wert
"""
DEBIT = """
debit|debit amount|debits|paid out|money out|withdrawal|withdrawals|withdrawal amount|withdrawal amt
out|soll|belastung|ausgang|ausgaben|debet|af|uitgaven|uitgaand|depense|depenses|debito|cargo|cargos
gasto|gastos|addebito|addebiti|uscite|uscita|dare|obciazenie|obciazenia|wydatki|spent|amount debit
"""
CREDIT = """
credit|credit amount|credits|paid in|money in|deposit|deposits|deposit amount|deposit amt|in|haben
gutschrift|eingang|einnahmen|bij|inkomsten|inkomend|recette|recettes|credito|abono|abonos|ingreso
ingresos|accredito|accrediti|entrate|entrata|avere|uznanie|uznania|wplywy|received|amount credit
"""
PAYEE = """
payee|counterparty|counter party|counterparty name|partner name|partner|beneficiary|beneficiary name
recipient|recipient name|merchant|merchant name|zahlungsempfanger in|zahlungsempfanger|empfanger
beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger|auftraggeber empfanger
empfanger auftraggeber|auftraggeber begunstigter|begunstigter auftraggeber|name zahlungsbeteiligter
zahlungspflichtige r|naam tegenpartij|naam omschrijving|naam tegenrekening|tegenpartij|naam
beneficiaire|nom du tiers|contrepartie|tiers|beneficiario|ordenante|contraparte|controparte
nombre|odbiorca|nadawca odbiorca|nazwa odbiorcy nadawcy|dane kontrahenta|kontrahent|name|nom|to
"""
TEXT = """
description|transaction description|details|narrative|transaction details|particulars|memo
payment details|original description|verwendungszweck|buchungstext|vorgang|omschrijving
mededelingen|mededeling|omschrijving 1|omschrijving 2|omschrijving 3|libelle|libelle operation
libelle de l operation|detail|intitule|communication|communications|concepto|descripcion|movimiento
observaciones|descrizione|causale|descrizione operazione|descrizione estesa|tytul|tytul operacji
opis|opis operacji|opis transakcji|text
"""
REFERENCE = """
reference|payment reference|referenz|kundenreferenz|kundenreferenz end to end|mandatsreferenz
kenmerk|betalingskenmerk|referencia|riferimento|reference number|end to end reference|bank reference
customer reference|check number|cheque number|cheque no|check no|check|num|number|notes|note|comment
comments|remarks|message|iban|partner iban|counterparty account|counterparty iban|tegenrekening
iban tegenrekening|tegenrekening iban bban|kontonummer iban|glaubiger id|numer rachunku
"""
ID = """
transaction id|fitid|id|unique id|transaction number|transaction ref|transactie id
transactiereferentie|transaktionsnummer|id transazione|numer transakcji|volgnr|volgnummer
"""
ACCOUNT = """
account number|account no|account|account name|auftragskonto|iban auftragskonto|rekening
rekeningnummer|iban bban|compte|numero de compte|cuenta|numero de cuenta|conto|rachunek|konto
numer konta|card no|card number|card|kartennummer
"""
CURRENCY = """
currency|currency code|ccy|wahrung|waehrung|muntsoort|munt|valuta|devise|divisa|moneda|waluta
"""
KIND = """
debit credit|credit debit|debit credit indicator|credit debit indicator|dr cr|cr dr|d c|dc
soll haben|s h|af bij|bij af|sens|direction|indicator|transaction type|type
umsatztyp|tipo|typ|richtung
"""

_OUT = (
    "debit debet dr d s db soll af out withdrawal sortie addebito dare cargo obciazenie belastung"
)
_IN = "credit kredit cr c h haben bij in deposit entree accredito avere abono uznanie gutschrift"
_WORDS_OUT = {*_OUT.split(), "-", "paid out", "money out", "ausgang", "uitgaand", "uscita"}
_WORDS_IN = {*_IN.split(), "+", "paid in", "money in", "eingang", "inkomend", "entrata"}


def listed(words: str) -> list[str]:
    """The words of one of the lists above, in order."""
    return [word for line in words.strip().splitlines() for word in line.split("|")]


def folded(name: str) -> str:
    """A column's name as the lists have it."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ł", "l").replace("ß", "ss"))
    plain = re.sub(r"\([^)]*\)", " ", plain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r" (eur|usd|gbp|chf|pln|aud|cad|nzd)$", "", " ".join(re.findall(r"\w+", plain)))


def goes_out(kind: str) -> bool | None:
    """Whether a word of a kind column says that money went out; None where it does not say."""
    word = kind.strip().casefold()
    if word not in ("+", "-"):
        word = folded(word)
    return True if word in _WORDS_OUT else False if word in _WORDS_IN else None
