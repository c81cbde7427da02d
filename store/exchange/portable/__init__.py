"""Accord JSON: a whole ledger as one text, in and out.

`shapes` is what a file may say, `loading` enters it, `dumping` writes it. `load` is all or nothing
and adds nothing twice; what `dump` gives loads back to an equal ledger.
"""

from store.exchange.portable.dumping import dump
from store.exchange.portable.loading import Difference, Report, load
from store.exchange.portable.shapes import read

__all__ = ["Difference", "Report", "dump", "load", "read"]
