"""Bank statements in: one small module a format, all giving `StatementLine`s."""
