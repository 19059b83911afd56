"""What the code may see, what it leaves, and what is made of it: no process, no engine."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from mlops_actions.adapters.containers import staging
from mlops_actions.adapters.containers.disk_usage import folder_bytes
from mlops_actions.adapters.containers.environment import (
    ContractPaths,
    check_channel_name,
    serving_environment,
    training_environment,
    write_input_config,
)
from mlops_actions.adapters.containers.exclusion import Exclusion, inside, visible
from mlops_actions.adapters.containers.job import Hardening, Resources, TrainingJob
from mlops_actions.adapters.containers.log_capture import MAX_PASSED_BYTES, LogCapture
from mlops_actions.adapters.containers.machine import cpu_model
from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.adapters.containers.outcome import Ended, judge_end, read_failure, read_metrics
from mlops_actions.errors import ConfigError, InputError, TrainingError, TrustError


@pytest.mark.parametrize(
    ("pattern", "path", "left_out"),
    [
        ("data/train.csv", "data/train.csv", True),
        ("data/train.csv", "data/train.csv.bak", False),
        ("data", "data/deep/file", True),
        ("./data/", "data/deep/file", True),
        ("data", "database/file", False),
        ("data/*.csv", "data/a.csv", True),
        ("data/*.csv", "data/deep/a.csv", False),
        ("data/**/*.csv", "data/deep/er/a.csv", True),
        ("data/**/*.csv", "data/a.csv", True),
        ("**/secret", "a/b/secret/c", True),
        ("part-?.csv", "part-1.csv", True),
        ("part-?.csv", "part-12.csv", False),
        ("a+b.csv", "a+b.csv", True),
        ("a+b.csv", "aab.csv", False),
        (".", "anything", False),
    ],
)
def test_patterns_mean_a_path_and_all_below(pattern: str, path: str, *, left_out: bool) -> None:
    assert Exclusion.of([pattern], []).matches(path) is left_out


def test_only_links_that_stay_inside_are_visible(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "code").mkdir(parents=True)
    (root / "code/a.py").write_text("a")
    (root / "hidden.csv").write_text("rows")
    (tmp_path / "outside").write_text("rows")
    for name, target in {
        "good": "code/a.py",
        "to-hidden": "hidden.csv",
        "up": "../outside",
        "absolute": str(root / "code/a.py"),
        "dangling": "nowhere",
    }.items():
        (root / name).symlink_to(target)
    (root / "chain").symlink_to("to-hidden")
    os.mkfifo(root / "pipe")
    seen = [relative for relative, _ in visible(root, Exclusion.of(["hidden.csv"], []))]
    assert seen == ["code", "code/a.py", "dangling", "good"]


def test_withheld_bytes_are_left_out_under_any_name(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for name, text in {"copy.bin": "rows", "other.bin": "ROWS", "empty": ""}.items():
        (root / name).write_text(text)
    withheld = tmp_path / "folder"
    withheld.mkdir()
    (withheld / "evaluation.csv").write_text("rows")
    (withheld / "empty").write_text("")
    assert [name for name, _ in visible(root, Exclusion.of([], [withheld]))] == ["empty", "other.bin"]


def test_a_path_that_leaves_the_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root/link").symlink_to("..")
    for path in ("..", "link", "/etc"):
        with pytest.raises(TrustError, match="leaves the repository"):
            inside(tmp_path / "root", path, "build")
    assert inside(tmp_path / "root", ".", "build") == (tmp_path / "root").resolve()


def test_a_copy_keeps_code_and_the_executable_bit(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "bin").mkdir(parents=True)
    (source / "bin/run").write_text("#!/bin/sh\n")
    (source / "bin/run").chmod(0o755)
    (source / "read.me").write_text("x")
    (source / "read.me").chmod(0o600)
    (source / "link").symlink_to("bin/run")
    staging.copy_source(source, tmp_path / "copy", Exclusion(()))
    assert os.access(tmp_path / "copy/bin/run", os.X_OK)
    assert (tmp_path / "copy/read.me").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "copy/link").readlink() == Path("bin/run")


def test_two_files_of_one_name_in_a_channel_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.csv").write_text(name)
    job = TrainingJob(
        tmp_path, tmp_path / "out", {"train": (tmp_path / "a/rows.csv", tmp_path / "b/rows.csv")}
    )
    with pytest.raises(InputError, match=r"channel train: two files are named rows.csv"):
        staging.channel_files(job)


@pytest.mark.parametrize("folder", [".git/objects/ab", ".mlops/results", "sub/.git"])
@pytest.mark.parametrize("whole", [True, False])
def test_git_and_results_are_no_channel(tmp_path: Path, folder: str, *, whole: bool) -> None:
    """Both hold the evaluation rows: git's objects compressed, so that their bytes are not known again."""
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "cdef").write_text("blob")
    channel = tmp_path / folder if whole else tmp_path / folder / "cdef"
    job = TrainingJob(tmp_path, tmp_path / "out", {"train": (channel,)})
    with pytest.raises(TrustError, match=r"lies in \.(git|mlops), which holds the evaluation rows, too"):
        staging.channel_files(job)


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".", "..", "-x", "a b", "x" * 65])
def test_a_channel_name_is_a_folder_name(name: str) -> None:
    with pytest.raises(ConfigError, match="not a folder name"):
        check_channel_name(name)


def test_an_output_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to("elsewhere")
    with pytest.raises(TrustError, match="symbolic link"):
        staging.empty_folder(tmp_path / "out")


def test_a_scratch_folder_is_removed_even_when_locked(tmp_path: Path) -> None:
    with staging.scratch_folder(tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "locked").mkdir()
        (folder / "locked/file").write_text("x")
        (folder / "locked").chmod(0)
    assert list(tmp_path.iterdir()) == []


def test_a_locked_folder_is_removed_by_a_common_user_too(tmp_path: Path) -> None:
    """root passes every mode: the same as user 65534, in a child."""
    if os.getuid() != 0:
        pytest.skip("the test before is that one")
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents:
        if parent.stat().st_uid == 0 and parent != Path("/") and "pytest" in str(parent):
            parent.chmod(0o755)
    program = f"""
import os, sys
os.setgid(65534); os.setuid(65534)
from pathlib import Path
with staging.scratch_folder(Path({str(tmp_path)!r})) as folder:
    (folder / "locked/deep").mkdir(parents=True)
    (folder / "locked/deep/file").write_text("x")
    (folder / "locked/deep").chmod(0)
    (folder / "locked").chmod(0)
"""
    imports = "from mlops_actions.adapters.containers import staging\n"
    subprocess.run([sys.executable, "-c", imports + program], check=True, timeout=30)
    assert list(tmp_path.iterdir()) == []


def test_the_model_digest_is_that_of_names_and_contents(tmp_path: Path) -> None:
    def folder(name: str, files: dict[str, str]) -> str:
        for relative, text in files.items():
            path = tmp_path / name / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return read_model_folder(tmp_path / name).digest

    same = folder("one", {"a": "1", "b/c": "2"})
    assert same == folder("two", {"b/c": "2", "a": "1"})
    others = [{"a": "1", "b/c": "3"}, {"a": "1", "b/d": "2"}, {"a": "1"}, {"a": "1", "b/c": "2", "e": ""}]
    digests = [folder(f"other{number}", files) for number, files in enumerate(others)]
    assert len({same, *digests}) == 5
    one, two = (hashlib.sha256(text).hexdigest() for text in (b"1", b"2"))
    listing = f"a\0{one}\nb/c\0{two}\n".encode()
    assert same == f"sha256:{hashlib.sha256(listing).hexdigest()}"


@pytest.mark.parametrize("kind", ["link", "folder link", "pipe"])
def test_a_model_of_other_than_files_is_refused(tmp_path: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(tmp_path / "bad")
    else:
        (tmp_path / "bad").symlink_to("/etc/passwd" if kind == "link" else "/etc")
    with pytest.raises(TrustError, match=r"model file bad: a (symbolic link|named pipe)"):
        read_model_folder(tmp_path)


def test_disk_counts_sparse_and_empty_files(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10 * 2**20)
    for number in range(10):
        (tmp_path / f"empty-{number}").touch()
    assert 10 * 2**20 + 10 * 4096 <= folder_bytes(tmp_path) < 11 * 2**20
    assert folder_bytes(tmp_path / "absent") == 0


def test_the_log_is_whole_lines_however_it_is_cut() -> None:
    lines: list[str] = []
    capture = LogCapture(lines.append)
    for byte in "first\r\nümlaut\n\nlast".encode():
        capture.feed(bytes([byte]))
    capture.finish()
    assert lines == ["first", "ümlaut", "", "last"] == list(capture.tail)


def test_an_endless_line_is_cut_once() -> None:
    lines: list[str] = []
    capture = LogCapture(lines.append)
    for _ in range(100):
        capture.feed(b"x" * 1000)
    capture.feed(b"\nnext\n")
    assert [len(line) for line in lines] == [4096 + len(" [line cut]"), 4]


def test_a_flood_is_passed_on_up_to_a_limit() -> None:
    lines: list[str] = []
    capture = LogCapture(lines.append)
    for number in range(MAX_PASSED_BYTES // 1000 + 500):
        capture.feed(f"{number:<999}\n".encode())
    assert sum(map(len, lines)) <= MAX_PASSED_BYTES
    assert lines[-1] == "[log cut: more than 10 MiB]"
    assert capture.tail[-1].startswith(str(MAX_PASSED_BYTES // 1000 + 499))


def test_hyperparameters_and_channels_become_variables(tmp_path: Path) -> None:
    environment = training_environment(
        ContractPaths(), ["train", "extra-rows"], {"learning.rate": "0.1"}, Resources(cpus=2.9), seed=3
    )
    assert environment["SM_HP_LEARNING_RATE"] == "0.1"
    assert environment["SM_CHANNEL_EXTRA_ROWS"] == "/opt/ml/input/data/extra-rows"
    assert environment["SM_CHANNELS"] == '["extra-rows", "train"]'
    assert environment["OMP_NUM_THREADS"] == environment["SM_NUM_CPUS"] == "2"
    assert environment["HOME"] == ContractPaths().temporary
    write_input_config(tmp_path / "config", ["train"], {"a": "1"})
    assert json.loads((tmp_path / "config/hyperparameters.json").read_text()) == {"a": "1"}
    assert not any(file.stat().st_mode & 0o222 for file in (tmp_path / "config").iterdir())


def test_a_server_is_told_its_port_and_model() -> None:
    environment = serving_environment(ContractPaths("/x", "/y"), Resources(cpus=0.5), seed=1, port=1234)
    assert (environment["AIP_HTTP_PORT"], environment["SM_MODEL_DIR"]) == ("1234", "/x/model")
    assert environment["OMP_NUM_THREADS"] == "1"
    assert not any(name.startswith("SM_CHANNEL") for name in environment)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "list"),
        ('{"a": true}', "a is true"),
        ('{"a": "1"}', 'a is "1"'),
        ('{"a": null}', "a is null"),
        ('{"a": {"b": 1}}', "a is {"),
        ('{"a": Infinity}', "a is Infinity"),
        ('{"a": 1e999}', "a is Infinity"),
        (f'{{"a": 1{"0" * 400}}}', "a is 1000"),
        (f'{{"a": -1{"0" * 10_000}}}', "a is Infinity"),
        ("[" * 100_000, "not JSON"),
        ('{"a": "' + "x" * 2**20 + '"}', "more than 1048576 bytes"),
    ],
)
def test_metrics_are_flat_finite_numbers(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(TrainingError, match=r"metrics\.json: ") as caught:
        read_metrics(tmp_path / "metrics.json")
    assert message in str(caught.value)


def test_outputs_are_read_without_following_anything(tmp_path: Path) -> None:
    assert read_metrics(tmp_path / "metrics.json") == {}
    assert read_failure(tmp_path / "failure") == ""
    (tmp_path / "failure").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "metrics.json")
    with pytest.raises(TrustError, match="failure cannot be read"):
        read_failure(tmp_path / "failure")
    with pytest.raises(TrustError, match="only a regular file"):
        read_metrics(tmp_path / "metrics.json")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TrustError, match="only a regular file"):
        read_failure(tmp_path / "folder")


def test_a_long_failure_is_cut(tmp_path: Path) -> None:
    (tmp_path / "failure").write_bytes(b"\xff" + b"x" * 100_000)
    assert len(read_failure(tmp_path / "failure")) == 4096


@pytest.mark.parametrize(
    ("ended", "reason", "sentence"),
    [
        (Ended(None, 2.04, "timeout"), "timeout", "stopped after 2.0 s: timeout, limit 20 s"),
        (Ended(None, 2, "oom"), "oom", "killed after 2.0 s: out of memory, limit 64 MiB"),
        (Ended(None, 2, "disk"), "disk", "stopped after 2.0 s: wrote more than 1 MiB to disk"),
        (Ended(None, 2, "exit_code", "30 processes"), "exit_code", "stopped after 2.0 s (30 processes)"),
        (Ended(-11, 2), "exit_code", "training ended with signal 11 after 2.0 s"),
        (Ended(137, 2), "exit_code", "SIGKILL from outside this tool"),
        (Ended(None, 2, "timeout", child_killed=True), "oom", "by the timeout after 2.0 s: out of memory"),
        (Ended(3, 2, child_killed=True), "oom", "ended with exit code 3 after 2.0 s: out of memory (a child"),
        (Ended(0, 2, child_killed=True), "oom", "ended without a model after 2.0 s: out of memory (a child"),
        (Ended(None, 2, "disk", child_killed=True), "disk", "wrote more than 1 MiB to disk"),
        (Ended(2, 2), "exit_code", "training ended with exit code 2 after 2.0 s"),
        (Ended(0, 2), "exit_code", "exit code 0 after 2.0 s but wrote no file into SM_MODEL_DIR"),
    ],
)  # fmt: skip
def test_every_end_has_one_sentence(tmp_path: Path, ended: Ended, reason: str, sentence: str) -> None:
    limits = Resources(memory_bytes=64 * 2**20, timeout_seconds=20, disk_bytes=2**20)
    (tmp_path / "model").mkdir()
    judged = judge_end(ended, limits, tmp_path / "model", tmp_path)
    assert judged.reason == reason
    assert sentence in judged.sentence
    assert judged.model.digest == ""


def test_a_killed_child_is_told_of_a_training_that_says_all_is_well(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/model.json").write_text("{}")
    ended = Ended(0, 2, child_killed=True)
    judged = judge_end(ended, Resources(memory_bytes=64 * 2**20), tmp_path / "model", tmp_path)
    assert judged.reason == "completed"
    assert judged.sentence == (
        "completed after 2.0 s, although a child process was killed: out of memory (limit 64 MiB)"
    )


def test_opt_outs_are_named() -> None:
    assert Hardening().opt_outs == ()
    assert replace(Hardening(), network=True, root_user=True).opt_outs == ("network", "root_user")


def test_the_cpu_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Fine CPU 3000\n")
    assert cpu_model(tmp_path / "cpuinfo") == "Fine CPU 3000"
    assert cpu_model(tmp_path / "absent")


@pytest.mark.parametrize("kind", ["file", "folder", "chain"])
def test_what_the_links_of_a_withheld_folder_lead_to_is_withheld(tmp_path: Path, kind: str) -> None:
    """DVC's cache.type symlink: the folder of evaluation rows holds links alone."""
    root, withheld, cache = tmp_path / "root", tmp_path / "evaluation", tmp_path / "cache"
    for folder in (root, withheld, cache / "inner"):
        folder.mkdir(parents=True)
    (root / "copy.bin").write_text("rows")
    (root / "code.py").write_text("code")
    (cache / "inner/object").write_text("rows")
    (cache / "second").symlink_to("inner/object")
    (cache / "inner/round").symlink_to("..")
    target = {"file": "inner/object", "folder": "inner", "chain": "second"}[kind]
    (withheld / "part.csv").symlink_to(cache / target)
    assert [name for name, _ in visible(root, Exclusion.of([], [withheld]))] == ["code.py"]


@pytest.mark.parametrize("channel", [".dvc", ".dvc/cache/ab", ".dvc/cache/ab/cd"])
def test_a_dvc_cache_is_no_channel_and_in_no_context(tmp_path: Path, channel: str) -> None:
    for folder in ("sub/.dvc/cache", ".dvc/cache/ab"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".dvc/cache/ab/cd").write_text("rows of another commit")
    (tmp_path / ".dvc/config").write_text("")
    job = TrainingJob(tmp_path, tmp_path / "out", {"train": (tmp_path / channel,)})
    seen = [relative for relative, _ in visible(tmp_path, Exclusion(job.left_out))]
    assert seen == [".dvc", ".dvc/config", "sub", "sub/.dvc"]
    with pytest.raises(TrustError, match="lies in DVC's cache"):
        staging.channel_files(job)
