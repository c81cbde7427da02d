"""What was recorded, and what follows from it. Knows no screen."""

__version__ = "0.1.0"
