"""`mlops serve`: the serving contract for a fitted model, in its image or on a laptop."""

from __future__ import annotations

import click


@click.command(
    "serve",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> int:
    """Serve a fitted model; the options are those of `python -m mlops_actions.serving`."""
    from mlops_actions.serving.__main__ import run

    return run(arguments, "mlops serve")
