"""Small statements of every format, and how to read one."""

from pathlib import Path
from typing import Any

from store.exchange.statements.line import Statement
from store.exchange.statements.reading import read

OFX = """OFXHEADER:100
DATA:OFXSGML
VERSION:102

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>GBP
<BANKACCTFROM><BANKID>112233<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240131120000[0:GMT]<TRNAMT>-12.50<FITID>A1
<NAME>Tesco &amp; Co<MEMO>Card 1 < 2</STMTTRN>
<STMTTRN><TRNTYPE>CHECK<DTPOSTED>20240201<TRNAMT>-1000<FITID>A2<CHECKNUM>000319
<PAYEE><NAME>Landlord<CITY>Leeds</PAYEE><BANKACCTTO><ACCTID>999</BANKACCTTO></STMTTRN>
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""

QIF = """!Account
NCurrent
TBank
^
!Type:Bank
D31/01'24
T-1,234.56
PLandlord
MRent January
N319
^
D1/ 2'24
T2,000.00
PBoss
^
!Type:Cat
NFood
^
"""

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><CreDtTm>2024-02-01T10:00:00</CreDtTm>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Ntry><NtryRef>N1</NtryRef><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2024-01-31</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs>
<RltdPties><Dbtr><Pty><Nm>Me</Nm></Pty></Dbtr><Cdtr><Pty><Nm>Stadtwerke</Nm></Pty></Cdtr>
</RltdPties><RmtInf><Ustrd>Strom 01/2024</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""

MT940 = """:20:STARTUMS
:25:12030000/0000202051
:28C:1/1
:60F:C240131EUR100,00
:61:2401310131DR12,50N005NONREF//B123
:86:105?00LASTSCHRIFT?20EREF+E2E-1?21SVWZ+Strom 01/2024?30BYLADEM1?31DE02
?32Stadtwerke?33Leipzig
:61:2401310201CR2000,00NTRFNONREF
:86:166?00GUTSCHRIFT?20Lohn?32Chef
:62F:C240201EUR2087,50
-
"""

CSV = """Date,Description,Amount,Reference
31/01/2024,Tesco,-12.50,A1
01/02/2024,"Boss, Ltd","2,000.00",
"""

ALL = {"ofx": OFX, "qif": QIF, "camt": CAMT, "mt940": MT940, "csv": CSV}


def reading(folder: Path, text: str | bytes, **how: Any) -> Statement:
    """The statement in a file of this text."""
    path = folder / "statement.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, **how)
