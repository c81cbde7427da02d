"""The domain: pure functions over small frozen dataclasses; no I/O, no clock, no database."""
