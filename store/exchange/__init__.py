"""In and out: the ways a ledger meets other files and programs."""
