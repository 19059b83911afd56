"""An image build's log: short for who waits, whole in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.adapters.containers.docker.build_log import BuildLog

if TYPE_CHECKING:
    from pathlib import Path

CACHED = [
    "Step 1/4 : FROM base\n",
    " ---> aaaa\n",
    "Step 2/4 : RUN pip install x\n",
    " ---> Using cache\n",
    " ---> bbbb\n",
    "Step 3/4 : COPY . .\n",
    " ---> Using cache\n",
    " ---> cccc\n",
    "Step 4/4 : LABEL a=b\n",
    " ---> Using cache\n",
    " ---> dddd\n",
    "Successfully built dddd\n",
]
BUILT = [
    *CACHED[:5],
    "Step 3/4 : COPY . .\n",
    " ---> eeee\n",
    "Step 4/4 : RUN make \x1b[31m--all\n",
    " ---> Running in ffff\n",
    "\x1b[32mcompiling\r done\n",
    "Removing intermediate container ffff\n",
    " ---> 1111\n",
]


def told(events: list[str], file: Path | None = None) -> tuple[list[str], BuildLog]:
    lines: list[str] = []
    log = BuildLog(lines.append, file)
    for text in events:
        log.take({"stream": text})
    log.end()
    return lines, log


def test_a_cached_build_is_one_line() -> None:
    assert told(CACHED)[0] == ["image: all 4 steps cached"]


def test_each_step_that_is_built_is_one_line() -> None:
    assert told(BUILT)[0] == ["build 3/4: COPY . .", "build 4/4: RUN make --all"]


def test_podman_s_words_are_understood() -> None:
    podman = ["STEP 1/2: FROM base\n", "STEP 2/2: RUN x\n", "--> Using cache aaaa\n", "--> aaaa\n"]
    assert told(podman)[0] == ["image: all 2 steps cached"]


def test_the_whole_log_is_kept_and_the_next_build_s_takes_its_place(tmp_path: Path) -> None:
    file = tmp_path / "models" / "build.log"
    _, log = told(BUILT, file)
    assert file.read_text().splitlines() == [
        line.replace("\x1b[31m", "").replace("\x1b[32mcompiling\r", "").rstrip("\n") for line in BUILT
    ]
    assert log.tail[-1] == " ---> 1111"
    assert str(file) in log.hint
    told(CACHED, file)
    assert "compiling" not in file.read_text()


def test_a_long_instruction_and_a_long_log_are_bounded(tmp_path: Path) -> None:
    file = tmp_path / "build.log"
    lines, log = told(["Step 1/1 : RUN " + "x" * 500, " ---> Running in a", *["y" * 1_000_000] * 12], file)
    assert [len(line) for line in lines] == [100]
    assert file.stat().st_size < 11 * 2**20
    assert len(log.tail) == 14


def test_a_pull_is_one_line() -> None:
    lines: list[str] = []
    log = BuildLog(lines.append)
    log.take({"status": "Pulling from library/python", "id": "3.12-slim"})
    for done in range(1000):
        log.take({"status": "Downloading", "progressDetail": {"current": done}, "id": "aaaa"})
    log.take({"status": "Digest: sha256:aaaa"})
    log.end()
    assert lines == ["pull library/python"]
    assert log.tail == ("Pulling from library/python", "Digest: sha256:aaaa")


BUILDKIT = [
    "#1 [internal] load remote build context",
    "#1 DONE 0.0s",
    "#4 [1/3] FROM docker.io/library/base",
    "#4 sha256:8153",
    "#4 DONE 0.0s",
    "#5 [build 2/3] RUN pip install x",
    "#5 CACHED",
]


def test_buildkit_s_steps_are_told_once_they_are_built() -> None:
    lines: list[str] = []
    log = BuildLog(lines.append)
    for line in [*BUILDKIT, "#6 [3/3] RUN make", "#6 sha256:0000", "#6 0.044 compiling", "#6 DONE 0.1s"]:
        log.take_line(line)
    log.end()
    assert lines == ["build 3/3: RUN make"]


def test_a_silent_step_of_buildkit_is_told_when_nothing_comes() -> None:
    lines: list[str] = []
    log = BuildLog(lines.append)
    for line in [*BUILDKIT, "#6 [3/3] RUN sleep"]:
        log.take_line(line)
    assert lines == []
    log.idle()
    log.idle()
    assert lines == ["build 3/3: RUN sleep"]


def test_a_cached_build_of_buildkit_is_one_line() -> None:
    lines: list[str] = []
    log = BuildLog(lines.append)
    for line in BUILDKIT:
        log.take_line(line)
    log.idle()
    log.end()
    assert lines == ["image: all 2 steps cached"]


def test_a_failed_build_of_buildkit_names_its_last_error() -> None:
    log = BuildLog()
    for line in ("#5 ERROR: x", "------", "ERROR: failed to solve: process did not complete", "more"):
        log.take_line(line)
    assert log.last_error == "ERROR: failed to solve: process did not complete"


def test_a_secret_is_hidden_line_by_line_and_the_longest_first(tmp_path: Path) -> None:
    lines: list[str] = []
    log = BuildLog(lines.append, tmp_path / "log", hidden=("abcd", "abcd-long\nab\nsecond", ""))
    log.take({"stream": "Step 1/1 : RUN echo abcd-long abcd second ab\n ---> Running in x\nabcd\n"})
    log.take_line("#5 0.1 second")
    assert lines == ["build 1/1: RUN echo *** *** *** ab"]
    assert log.tail[-2:] == ("***", "#5 0.1 ***")
    assert not {"abcd", "second"} & set((tmp_path / "log").read_text().split())


def test_a_long_step_s_newest_line_is_shown_now_and_then() -> None:
    now, lines = [0.0], list[str]()
    log = BuildLog(lines.append, clock=lambda: now[0])
    log.take({"stream": "Step 2/2 : RUN pip install\n ---> Running in x\n"})
    for second in range(25):
        now[0] = float(second)
        log.take({"stream": f"Collecting package{second}\n"})
    assert lines == [
        "build 2/2: RUN pip install",
        "build 2/2: ... Collecting package10",
        "build 2/2: ... Collecting package20",
    ]


def test_a_pull_says_how_far_it_is() -> None:
    now, lines = [0.0], list[str]()
    log = BuildLog(lines.append, clock=lambda: now[0])
    log.take({"status": "Pulling from library/python", "id": "3.12"})
    for second in range(8):
        now[0] = float(second)
        for layer in ("a", "b"):
            detail = {"current": second * 10**6, "total": 50 * 10**6}
            log.take({"status": "Downloading", "progressDetail": detail, "id": layer})
    log.take({"status": "Extracting", "progressDetail": {"current": 1, "total": 2}, "id": "a"})
    assert lines == ["pull library/python", "pulled 5 of 100 MB", "pulled 11 of 100 MB"]


def test_a_pull_of_buildkit_says_how_far_it_is() -> None:
    now, lines = [0.0], list[str]()
    log = BuildLog(lines.append, clock=lambda: now[0])
    log.take_line("#4 [1/2] FROM docker.io/library/python:3.12@sha256:00")
    for second in (0, 4):
        now[0] = float(second)
        log.take_line(f"#4 sha256:0011aa {second}.50MB / 29.13MB 0.{second}s")
    assert lines == ["pulled 4 of 29 MB"]
