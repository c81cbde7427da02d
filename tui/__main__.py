"""`accord` and `python -m tui`."""

import gc
import sys

# A start makes many objects and hardly any garbage: looking for it would cost a tenth of the time.
gc.set_threshold(1_000_000, 20, 20)

# A key waits no longer than this for a thread that reads.
sys.setswitchinterval(0.0005)

from tui import cli  # noqa: E402


def main() -> None:
    """Run Accord and leave with its exit code."""
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
