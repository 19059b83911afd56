"""The peak memory of a training is what its processes had resident, with either executor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mlops_actions.adapters.containers.docker import usage
from mlops_actions.adapters.containers.process.group import ProcessRow
from tests.adapters.containers.bench import QUICK

if TYPE_CHECKING:
    from tests.adapters.containers.bench import Bench

MIB = 2**20


@pytest.fixture(
    params=["process", pytest.param("docker", marks=pytest.mark.docker)],
)
def near(request: pytest.FixtureRequest) -> Bench:
    """An executor that sees the training's processes."""
    made: Bench = request.getfixturevalue(f"{request.param}_bench")
    return made


@pytest.mark.parametrize(
    ("scenario", "least", "most"),
    [("spike", 150, 190), ("spike_in_child", 100, 200), ("mapped", 30, 80), ("success", 1, 40)],
)
def test_it_is_the_most_that_was_resident(near: Bench, scenario: str, least: int, most: int) -> None:
    """`spike` has 150 MiB while the 50 that are doubled are still there."""
    run = near.run(scenario)
    assert run.succeeded, run.sentence
    assert run.peak_rss_bytes is not None
    assert least <= run.peak_rss_bytes / MIB <= most
    assert run.cpu_seconds is not None
    assert 0 < run.cpu_seconds < run.duration_seconds + 5


def test_memory_that_forks_share_counts_once(near: Bench) -> None:
    """Counted for each of them it would be four times as much, and above the limit."""
    run = near.run("forked", replace(QUICK, memory_bytes=150 * MIB))
    assert run.succeeded, run.sentence
    assert run.peak_rss_bytes is not None
    assert 60 <= run.peak_rss_bytes / MIB <= 110


@pytest.mark.parametrize(("charged", "told"), [(500, 500), (0, 600), (800, 600)])
def test_a_sum_of_unlike_moments_is_no_more_than_a_group_can_have(
    monkeypatch: pytest.MonkeyPatch, charged: int, told: int
) -> None:
    monkeypatch.setattr(usage, "resident_bytes", lambda _rows, _known: 900 * MIB)
    seen = usage.Usage("id", 600 * MIB, local=False)
    seen._group_peak = charged * MIB
    seen._together([ProcessRow(1, 0, 0, 450 * MIB), ProcessRow(2, 1, 0, 450 * MIB)])
    assert seen.peak_bytes == told * MIB


def test_out_of_memory_is_at_least_the_limit(bench: Bench) -> None:
    run = bench.run("memory")
    assert run.reason == "oom"
    assert run.peak_rss_bytes is not None
    assert QUICK.memory_bytes <= run.peak_rss_bytes < 2 * QUICK.memory_bytes


@pytest.mark.docker
def test_so_it_is_when_only_a_child_was_killed(docker_bench: Bench) -> None:
    run = docker_bench.run("child_out_of_memory")
    assert run.peak_rss_bytes is not None
    assert run.peak_rss_bytes >= QUICK.memory_bytes


@pytest.mark.docker
def test_an_engine_elsewhere_is_asked_for_samples(remote_bench: Bench) -> None:
    run = remote_bench.run("spike")
    assert run.peak_rss_bytes is not None
    assert 0 < run.peak_rss_bytes < 190 * MIB
