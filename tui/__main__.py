"""`accord` and `python -m tui`."""

import sys

from tui import cli


def main() -> None:
    """Run Accord and leave with its exit code."""
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
