"""The `mlops` program: lazy commands, and errors mapped to exit codes. Nothing heavy is imported here."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import TYPE_CHECKING, ClassVar, NoReturn

import click

from mlops_actions import __version__

if TYPE_CHECKING:
    from mlops_actions.commands.interrupts import Interrupts

INTERRUPTED = 130

ENGINES = ("duckdb", "_duckdb", "pyarrow")


class LazyGroup(click.Group):
    """Commands are imported when they are called; `--help` needs only this table."""

    commands_of: ClassVar[dict[str, tuple[str, str]]] = {
        "validate": ("validate", "Validate the dataset: schema, integrity, drift, leakage, sources."),
        "train": ("train", "Train candidate and baseline in a container (or a process)."),
        "evaluate": ("evaluate", "Compare candidate and baseline on the same rows, in metrics and money."),
        "score": ("score", "Compute the ML Test Score from evidence."),
        "report": ("report", "Render report.md and report.html; post the sticky comment on Actions."),
        "gate": ("gate", "Judge every rule with the policy of the base commit."),
        "run": ("run", "All stages in order: validate, train, evaluate, score, gate, report."),
        "demo": ("demo", "Run everything on an example in a scratch repository."),
        "config": ("config", "Check mlops.yaml."),
        "schema": ("schema", "Infer, compare and import data schemas."),
        "serve": ("serve", "Serve a fitted model: /ping and /invocations, in its image or here."),
        "render": ("render", "Write what a cluster would be asked for, as Kubernetes manifests."),
        "explain": ("explain", "Explain a dataset check or a test of the ML Test Score."),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names in the order of the work."""
        del ctx
        return list(self.commands_of)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's module."""
        del ctx
        if cmd_name not in self.commands_of:
            return None
        module = importlib.import_module(f"mlops_actions.commands.{self.commands_of[cmd_name][0]}")
        command = module.command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing any command."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.commands_of.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mlops")
def program() -> None:
    """Codecov for models: validate, train, evaluate, score, report and gate a pull request.

    Exit code 0: pass or warn. 1: the verdict is fail. 2 and up: one per error class (README).
    """


def main() -> NoReturn:
    """Run the program; on a runner nothing that it prints is a workflow command by accident.

    SIGTERM and SIGINT are one: both end it through every clean-up, with exit code 130.
    """
    try:
        code = _run()
    except KeyboardInterrupt:  # while an error was being told
        code = INTERRUPTED
    sys.exit(code)


def _run() -> int:
    from mlops_actions.commands.interrupts import interrupt_on_signals
    from mlops_actions.commands.streams import lasting

    interrupts = interrupt_on_signals()
    try:
        with lasting() as streams:
            code = INTERRUPTED
            try:
                _guarded(interrupts)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 0
            return streams.ended(code)
    finally:
        interrupts.end()


def _guarded(interrupts: Interrupts) -> NoReturn:
    if os.environ.get("GITHUB_ACTIONS") != "true":
        _main(interrupts)
    from mlops_actions.commands.console import guarded

    with guarded():
        _main(interrupts)


def _main(interrupts: Interrupts) -> NoReturn:
    """The only place that turns an error into an exit code."""
    as_json = "--json" in sys.argv[1:]  # also where the command line could not be parsed
    try:
        code = program.main(standalone_mode=False) or 0
        if interrupts.asked:
            _interrupted(as_json=as_json)
        sys.exit(code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        _interrupted(as_json=as_json)
    except click.ClickException as error:
        error.show()
        sys.exit(_told(error.exit_code, "Usage error", error.format_message(), as_json=as_json))
    except Exception as error:  # noqa: BLE001 - exit code 1 means a verdict, never a defect of ours
        from mlops_actions.commands.errors import missing_extra
        from mlops_actions.commands.interrupts import is_interruption
        from mlops_actions.errors import MlopsError

        if interrupts.asked or is_interruption(error):
            _interrupted(as_json=as_json)
        if isinstance(error, ImportError):
            error = missing_extra(error) or error
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            error = _too_long(error)
        if not isinstance(error, MlopsError):
            import traceback

            said = f"{type(error).__name__}: {error}"
            if type(error).__module__.split(".")[0] in ENGINES:
                said = f"{type(error).__name__} (its text may hold cells of the data, and is not shown)"
                traceback.print_tb(error.__traceback__)
                click.echo(said, err=True)
            else:
                traceback.print_exc()
            click.echo("Internal error (exit code 70): please report it with the lines above.", err=True)
            sys.exit(_told(MlopsError.exit_code, MlopsError.title, said, as_json=as_json))
        from mlops_actions.commands.errors import show_error

        sys.exit(show_error(error, as_json=as_json))


def _interrupted(*, as_json: bool) -> NoReturn:
    click.echo("Interrupted.", err=True)
    sys.exit(_told(INTERRUPTED, "Interrupted", "interrupted", as_json=as_json))


def _too_long(error: OSError) -> Exception:
    """Of the command line: the names in mlops.yaml are looked at before they are opened."""
    from mlops_actions.errors import UsageError

    name = str(error.filename or "")
    message = f"a name of {len(name.encode()):,} bytes ({name[:40]}...) is too long for a file"
    return UsageError(message, hint="Name a shorter one.")


def _told(code: int, title: str, message: str, *, as_json: bool) -> int:
    """With --json the error as a document on standard output, too; returns the exit code."""
    if as_json:
        from mlops_actions.commands.errors import document

        click.echo(document(code, title, (message, None, None, "")))
    return code
