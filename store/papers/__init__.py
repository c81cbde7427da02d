"""Papers: what is written for others to read, made from the ledger."""
