"""`mlops`, and `python -m mlops_actions`: signals are handled before anything that takes time is imported."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the program; see `mlops_actions.cli`."""
    try:
        from mlops_actions.commands.interrupts import interrupt_on_signals  # noqa: PLC0415 - within the block

        interrupt_on_signals()
        from mlops_actions.cli import main as program  # noqa: PLC0415 - it imports click
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    program()


if __name__ == "__main__":
    main()
