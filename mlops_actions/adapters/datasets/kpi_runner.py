"""KPI expressions from the outside: each is checked and evaluated in a child process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_actions.errors import ConfigError, InputError, Location
from mlops_actions.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

CHILD = ("-I", "-m", "mlops_actions.adapters.datasets.kpi_child")


@dataclass(frozen=True)
class KpiLimits:
    """Ceilings of one child: memory beside the interpreter, processor time, and the clock on the wall."""

    memory_bytes: int = 2**30
    cpu_seconds: int = 20
    timeout_seconds: float = 30.0


@dataclass(frozen=True)
class _Subject:
    """Which expression a message speaks of."""

    kpi: str
    location: Location | None
    expression: str

    def error(self, seen: str, allowed: str, position: int | None = None) -> ConfigError:
        where = f"KPI {self.kpi!r}: " if self.kpi else ""
        at = ""
        if position is not None:
            start = max(0, position - 21)
            before, after = (
                self.expression[start : position - 1],
                self.expression[position - 1 : position + 20],
            )
            at = f" at character {position} ({before}>>>{after})".replace("\n", " ")
        return ConfigError(f"{where}{seen}{at}. Allowed: {allowed}.", location=self.location)


def check_expression(
    expression: str,
    columns: Sequence[str],
    *,
    kpi: str = "",
    location: Location | None = None,
    limits: KpiLimits | None = None,
) -> None:
    """Refuse an expression that is not row-wise arithmetic over `columns`; nothing is evaluated.

    Raises:
        ConfigError: with what was seen, the character, and what is allowed.
    """
    subject = _Subject(kpi, location, expression)
    _run(subject, columns, None, limits or KpiLimits())


def row_values(
    expression: str,
    parquet: Path,
    columns: Sequence[str],
    *,
    kpi: str = "",
    location: Location | None = None,
    limits: KpiLimits | None = None,
) -> npt.NDArray[np.float64]:
    """The expression's value in each row of a Parquet file: shape (rows,), in the file's order, all finite.

    `columns` are those an expression may name: label, prediction, score and the declared data columns.

    Raises:
        ConfigError: the expression is refused, fails, is not a finite number somewhere, or breaks its limits.
        InputError: the file cannot be read or lacks a column the expression uses.
    """
    subject = _Subject(kpi, location, expression)
    return _run(subject, columns, parquet.resolve(), limits or KpiLimits())


def _run(
    subject: _Subject, columns: Sequence[str], parquet: Path | None, limits: KpiLimits
) -> npt.NDArray[np.float64]:
    size = parquet.stat().st_size if parquet is not None and parquet.is_file() else 0
    request = {
        "expression": subject.expression,
        "columns": list(columns),
        "parquet": None if parquet is None else str(parquet),
        "memory_bytes": limits.memory_bytes + 20 * size,  # a decompressed table, with room
        "cpu_seconds": limits.cpu_seconds,
    }
    with scratch("mlops-kpi-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, *CHILD],
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=limits.timeout_seconds,
                cwd=folder,
                env={
                    "LC_ALL": "C.UTF-8",
                    "OMP_NUM_THREADS": "1",
                    "OPENBLAS_NUM_THREADS": "1",
                    "HOME": str(folder),
                },
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise subject.error(
                f"no answer within {limits.timeout_seconds:g} s", "a simpler expression"
            ) from error
    if done.returncode != 0:
        raise _stopped(subject, done.returncode, done.stderr.decode(errors="replace"), limits)
    line, _, body = done.stdout.partition(b"\n")
    return _read(subject, json.loads(line), body)


def _stopped(subject: _Subject, code: int, log: str, limits: KpiLimits) -> ConfigError:
    """The child did not answer: name the signal, or the last line it wrote."""
    mebibytes = limits.memory_bytes // 2**20
    allowed = f"{mebibytes} MiB beside the table and {limits.cpu_seconds} s of processor time"
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return subject.error("stopped for its processor time", allowed)
    if code < 0:
        return subject.error(
            f"its process ended by {signal.Signals(-code).name}, mostly a sign of too much memory", allowed
        )
    last = (log.strip().splitlines() or [f"exit code {code}"])[-1]
    return subject.error(f"its process failed: {last[:300]}", allowed)


def _read(subject: _Subject, header: dict[str, Any], body: bytes) -> npt.NDArray[np.float64]:
    if "input" in header:
        raise InputError(f"KPI {subject.kpi!r}: {header['input']}", location=subject.location)
    if "seen" in header:
        raise subject.error(header["seen"], header["allowed"], header["position"])
    values = np.frombuffer(body, dtype="<f8").astype(np.float64)
    if values.size != header["rows"] or not np.isfinite(values).all():
        raise subject.error(f"{values.size} values for {header['rows']} rows", "one finite number per row")
    return values
