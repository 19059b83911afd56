"""Every way a training can end, with both executors."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlops_actions.adapters.containers.process.group import process_table
from mlops_actions.errors import InputError, TrainingError, TrustError

if TYPE_CHECKING:
    from tests.adapters.containers.bench import Bench

MIB = 2**20


def left(bench: Bench, name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((bench.folder / "out/output/data" / name).read_text())
    return document


def test_success_hands_over_model_metrics_and_log(bench: Bench) -> None:
    run = bench.run("success")
    assert (run.reason, run.exit_code, run.succeeded) == ("completed", 0, True)
    assert (run.executor, run.contained) == (("docker", True) if bench.docker else ("process", False))
    assert (run.model_dir / "model.txt").read_text() == "seed 11 rows 3\n"
    assert run.metrics == {"rows": 3.0, "score": 0.5}
    assert {"trained on 3 lines", "to stderr"} <= set(run.log_tail)
    assert {"trained on 3 lines", "to stderr"} <= set(bench.lines)
    assert run.opt_outs == ()
    assert 0 < run.duration_seconds < 20
    assert run.environment.cpu_model
    assert run.image_digest is None or run.image_digest.startswith("sha256:")


def test_what_it_runs_in_can_be_made_before(bench: Bench) -> None:
    bench.executor.prepare(bench.job("success"), bench.lines.append)
    assert not (bench.folder / "out" / "model").exists()
    run = bench.run("success")
    assert run.succeeded
    assert run.setup_seconds > 0
    assert "making the locked environment" not in " ".join(bench.lines[-5:])


def test_the_same_training_twice_gives_the_same_digest(bench: Bench) -> None:
    first = bench.run("success")
    again = bench.run("success")
    other = bench.executor.train(replace(bench.job("success"), seed=12))
    assert first.model_digest == again.model_digest != other.model_digest


def test_the_code_sees_the_sagemaker_contract(bench: Bench) -> None:
    bench.run("success", C="0.5")
    seen = left(bench, "seen.json")
    environment = seen["environment"]
    root = environment["SM_MODEL_DIR"].removesuffix("/model")
    assert root == "/opt/ml" or not bench.docker
    assert environment["SM_CHANNEL_TRAIN"] == f"{root}/input/data/train"
    assert environment["SM_CHANNELS"] == '["train"]'
    assert environment["SM_HP_C"] == "0.5"
    assert environment["SM_OUTPUT_DATA_DIR"] == f"{root}/output/data"
    assert {key: environment[key] for key in ("MLOPS_SEED", "PYTHONHASHSEED", "OMP_NUM_THREADS")} == {
        "MLOPS_SEED": "11",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
    }
    assert environment["AIP_HEALTH_ROUTE"] == "/ping"
    assert environment["HOME"] == environment["MPLCONFIGDIR"] == environment["TMPDIR"]
    assert seen["config"]["hyperparameters"] == {"scenario": "success", "C": "0.5"}
    assert list(seen["config"]["inputdataconfig"]) == ["train"]


@pytest.mark.parametrize(
    ("scenario", "reason", "code", "word"),
    [
        ("exit_code", "exit_code", 3, "giving up"),
        ("crash", "exit_code", 1, "ZeroDivisionError"),
        ("no_model", "exit_code", 0, ""),
    ],
)
def test_an_exit_code_is_reported_with_the_last_lines(
    bench: Bench, scenario: str, reason: str, code: int, word: str
) -> None:
    run = bench.run(scenario)
    assert (run.reason, run.exit_code, run.model_digest) == (reason, code, "")
    assert f"exit code {code}" in run.sentence
    assert word in "\n".join(run.log_tail)


def test_the_failure_file_gives_the_reason(bench: Bench) -> None:
    run = bench.run("failure_file")
    assert run.reason == "failure_file"
    assert run.failure.startswith("ValueError: column age is missing")
    assert run.sentence.endswith("ValueError: column age is missing")


def test_a_hang_is_stopped_with_all_its_children(bench: Bench) -> None:
    started = time.monotonic()
    run = bench.run("hang", replace(bench.job("hang").resources, timeout_seconds=2))
    assert (run.reason, run.exit_code) == ("timeout", None)
    assert "limit 2 s" in run.sentence
    assert time.monotonic() - started < 20
    words = next(line for line in run.log_tail if line.startswith("grandchild")).split()
    if not bench.docker:
        assert int(words[1]) not in {row.pid for row in process_table()}


def test_memory_above_the_limit_is_out_of_memory(bench: Bench) -> None:
    run = bench.run("memory", replace(bench.job("memory").resources, memory_bytes=96 * MIB))
    assert run.reason == "oom"
    assert "out of memory, limit 96 MiB" in run.sentence
    assert "taking memory" in run.log_tail


@pytest.mark.parametrize("scenario", ["disk", "big_file"])
def test_disk_above_the_limit_is_stopped(bench: Bench, scenario: str) -> None:
    run = bench.run(scenario, replace(bench.job(scenario).resources, disk_bytes=8 * MIB))
    assert run.reason == "disk"
    assert "more than 8 MiB" in run.sentence


@pytest.mark.parametrize("scenario", ["disk", "big_file", "half_a_model", "link_in_model"])
def test_a_failed_training_leaves_no_partial_model(bench: Bench, scenario: str) -> None:
    job = bench.job(scenario, replace(bench.job(scenario).resources, disk_bytes=8 * MIB))
    try:
        run = bench.executor.train(job)
    except TrustError:
        assert scenario == "link_in_model"
    else:
        assert not run.succeeded
        assert run.sentence.endswith(" MiB) is not kept")
    files = [path for path in (bench.folder / "out").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files if path.name != "build.log") == 0


def test_processes_above_the_limit_do_not_stay(bench: Bench) -> None:
    limits = replace(bench.job("forks").resources, pids=20, memory_bytes=1024 * MIB)
    run = bench.run("forks", limits)
    assert run.reason == "exit_code"
    assert run.duration_seconds < 20


def test_what_was_there_before_is_kept_apart(bench: Bench) -> None:
    kept = bench.folder / "out" / "dataset.json"
    kept.parent.mkdir()
    kept.write_text("{}")
    bench.run("crash")
    assert kept.read_text() == "{}"


def test_a_loud_log_is_bounded(bench: Bench) -> None:
    run = bench.run("noisy")
    assert run.succeeded
    assert len(run.log_tail) == 40
    assert run.log_tail[-1] == "line 4999"
    assert max(len(line) for line in bench.lines) < 4200
    assert any(line.endswith("[line cut]") for line in bench.lines)


def test_metrics_that_are_not_finite_are_an_error(bench: Bench) -> None:
    with pytest.raises(TrainingError, match=r"metrics.json: loss is NaN"):
        bench.run("bad_metrics")


def test_a_link_in_the_model_is_refused(bench: Bench) -> None:
    with pytest.raises(TrustError, match="passwd: a symbolic link"):
        bench.run("link_in_model")


def test_links_in_the_output_are_dropped(bench: Bench) -> None:
    run = bench.run("link_in_output")
    assert run.succeeded
    assert [each.name for each in (bench.folder / "out/output/data").iterdir()] == ["kept.txt"]


def test_a_cheating_training_finds_no_evaluation_row_and_no_token(bench: Bench) -> None:
    run = bench.run("cheat", needle="evaluation-row-7f3a91")
    assert run.succeeded, run.log_tail
    found = left(bench, "found.json")
    assert found["looked"] > 10
    assert found["rows"] == []
    assert found["secrets"] == []


def test_the_cheating_training_can_find_what_is_there(bench: Bench) -> None:
    """The same search with one row left in the source: it proves that the search works."""
    job = bench.job("cheat", needle="evaluation-row-7f3a91")
    (job.source / "notes.txt").write_text("see evaluation-row-7f3a91")
    bench.executor.train(job)
    assert [Path(each).name for each in left(bench, "found.json")["rows"]] == ["notes.txt"]


def test_a_channel_with_evaluation_rows_is_refused(bench: Bench) -> None:
    job = bench.job("success")
    for path in (job.source / "data", job.source / "lookup.bin", job.source / "alias.csv"):
        told = "holds evaluation rows|a symbolic link to what training code does not see"
        with pytest.raises(TrustError, match=told):
            bench.executor.train(replace(job, channels={"train": path}))


def test_a_missing_or_empty_channel_is_an_input_error(bench: Bench) -> None:
    job = bench.job("success")
    (bench.folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"channel train: .* is not there"):
        bench.executor.train(replace(job, channels={"train": job.source / "data/absent.csv"}))
    with pytest.raises(InputError, match="no file"):
        bench.executor.train(replace(job, channels={"train": bench.folder / "empty"}))


def test_a_channel_can_be_a_folder_or_several_files(bench: Bench) -> None:
    job = bench.job("success")
    folder = bench.folder / "parts"
    (folder / "deep").mkdir(parents=True)
    (folder / "train.csv").write_text("x\n1\n")
    (folder / "deep" / "more.csv").write_text("x\n2\n")
    run = bench.executor.train(replace(job, channels={"train": folder}))
    assert run.metrics["rows"] == 2
    several = (folder / "train.csv", folder / "deep" / "more.csv")
    assert bench.executor.train(replace(job, channels={"train": several})).succeeded
