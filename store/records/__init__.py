"""What is written down: tables, the SQLite file that holds them, and its chain of revisions."""
