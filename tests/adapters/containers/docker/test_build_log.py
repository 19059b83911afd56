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
