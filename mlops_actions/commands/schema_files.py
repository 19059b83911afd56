"""Schema files in and out for `mlops schema`: read as UTF-8, never written over another file."""

from __future__ import annotations

from pathlib import Path

from mlops_actions.errors import ConfigError, InputError, Location, UsageError

MAX_BYTES = 50_000_000


def read_text(name: str) -> str:
    """The text of a file that a person named.

    Raises:
        ConfigError: no such file.
        InputError: too long, or not UTF-8.
    """
    path = Path(name)
    if not path.is_file():
        raise ConfigError("no such file", location=Location(name), hint="Name a file that is there.")
    if path.stat().st_size > MAX_BYTES:
        message = f"{name}: {path.stat().st_size:,} bytes; at most {MAX_BYTES:,} are read"
        raise InputError(message, hint="A schema names columns; it holds no rows.")
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 at byte {error.start}", hint="Save it as UTF-8.") from None


def write_new(output: str, text: str) -> None:
    """Write a file that is not there yet.

    Raises:
        UsageError: it is there, or its folder is not.
    """
    try:
        with Path(output).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        message = f"{output}: exists, and is not overwritten"
        raise UsageError(message, hint="Name another file, and compare.") from None
    except OSError as error:
        message = f"{output}: cannot be written ({error.strerror})"
        raise UsageError(message, hint="Name a file in a folder that is there.") from None
