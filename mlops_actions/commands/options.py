"""The options every stage command shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mlops_actions import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = click.option(
    "--config", "config_file", default="mlops.yaml", show_default=True, help="The configuration."
)
RESULTS = click.option(
    "--results",
    "results_folder",
    default=".mlops/results",
    show_default=True,
    help="Where stages hand over their JSON files, relative to mlops.yaml's folder.",
)
CONFIG_UNUSED = click.option(
    "--config", "config_file", default="mlops.yaml", help="Accepted as everywhere; nothing is read from it."
)
RESULTS_UNUSED = click.option(
    "--results",
    "results_folder",
    default=".mlops/results",
    help="Accepted as everywhere; nothing is read or written there.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document, of an error too.")
EXECUTOR = click.option(
    "--executor",
    type=click.Choice(["auto", "docker", "process", "kubernetes"]),
    default=None,
    help="Override train.executor on your own machine; base policy still rules on pull requests.",
)
REUSE = click.option(
    "--reuse/--no-reuse",
    default=True,
    show_default=True,
    help="Take what is unchanged from an earlier run on this machine; --no-reuse trains and evaluates anew.",
)
COMMENT = (
    click.option("--comment/--no-comment", default=True, show_default=True, help="Post the sticky comment."),
    click.option("--comment-key", default=None, help="Which sticky comment; default: the project's name."),
    click.option(
        "--comment-author",
        default=None,
        help="The login that the token posts as; default: github-actions[bot].",
    ),
)
BASELINE = (
    click.option(
        "--baseline-artifact",
        default="mlops-baseline",
        show_default=True,
        help="On Actions: the artifact with the base commit's results, for rules on a change of the score.",
    ),
    click.option(
        "--baseline-results",
        default=None,
        metavar="FOLDER",
        help="The same results in a folder; no artifact is looked for then.",
    ),
)
VERSION = click.version_option(__version__, prog_name="mlops")


def comment_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--comment, --comment-key and --comment-author."""
    for option in reversed(COMMENT):
        function = option(function)
    return function


def baseline_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--baseline-artifact and --baseline-results."""
    for option in reversed(BASELINE):
        function = option(function)
    return function


def stage_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--config, --results, --json and --version."""
    for option in (VERSION, JSON, RESULTS, CONFIG):
        function = option(function)
    return function
