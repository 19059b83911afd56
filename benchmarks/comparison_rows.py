"""How a comparison's time grows with the evaluation rows: the row bootstrap against blocks, in one run.

    .venv/bin/python benchmarks/comparison_rows.py [ROWS ...]

Prints seconds and peak memory of eight metrics of two models (2,000 resamples), and the ratio of the two ways
at 20,000 rows, where the product changes from one to the other.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from mlops_actions.evaluation import comparison
from mlops_actions.evaluation.comparison import Settings, compare
from mlops_actions.evaluation.figures import metric_figures
from mlops_actions.evaluation.rows import Outputs, Rows

NAMES = (
    "roc_auc", "average_precision", "brier_score_loss", "log_loss", "accuracy", "precision", "recall", "f1",
)  # fmt: skip


def make_rows(n: int) -> Rows:
    """Two models of different noise."""
    generator = np.random.default_rng(1)
    truth = generator.normal(size=n)
    label = (truth + generator.normal(size=n) > 1).astype(float)

    def outputs(noise: float) -> Outputs:
        score = 1 / (1 + np.exp(1 - 1.5 * (truth + noise * generator.normal(size=n))))
        return Outputs(score, score.round())

    return Rows(label, outputs(0.0), outputs(0.3))


def seconds(rows: Rows) -> float:
    """Of one comparison."""
    started = time.perf_counter()
    compare(rows, metric_figures(rows, NAMES), Settings())
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    border = make_rows(comparison.MANY_ROWS)
    by_rows = seconds(border)
    comparison.MANY_ROWS -= 1
    by_blocks = seconds(border)
    ways = f"row bootstrap {by_rows:7.1f} s  blocks {by_blocks:6.1f} s  ratio {by_rows / by_blocks:.1f}"
    print(f"{border.n:>9,} rows  {ways}")
    for n in [int(text) for text in sys.argv[1:]] or [50_000, 200_000]:
        taken = seconds(make_rows(n))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{n:>9,} rows  blocks {taken:6.1f} s  peak {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
