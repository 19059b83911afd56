"""What a Dockerfile's text says: instructions, and what the classic build does not know."""

from __future__ import annotations

import pytest

from mlops_actions.adapters.containers.dockerfile import instructions, needs_buildkit


def words(text: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.word, each.rest) for each in instructions(text)]


def test_continuation_comments_and_empty_lines_make_one_instruction() -> None:
    text = "# a\n\nFROM a\nRUN x \\  \n  # said between\n\n  y \\\n  z\nCMD c\n"
    assert words(text) == [(3, "FROM", "a"), (4, "RUN", "x   y   z"), (9, "CMD", "c")]


def test_another_escape_is_obeyed() -> None:
    text = "# syntax=docker/dockerfile:1\n# Escape = `\nFROM a\nCOPY a `\n  c:\\\nRUN b\n"
    assert words(text) == [(3, "FROM", "a"), (4, "COPY", "a   c:\\"), (6, "RUN", "b")]


def test_a_directive_counts_only_at_the_top() -> None:
    assert words("# said\n# escape=`\nFROM a\nRUN b `\nRUN c\n")[1:] == [(4, "RUN", "b `"), (5, "RUN", "c")]


def test_a_doubled_escape_ends_the_line() -> None:
    assert words("FROM a\nRUN echo \\\\\nUSER b\n")[1:] == [(2, "RUN", "echo \\\\"), (3, "USER", "b")]


@pytest.mark.parametrize(
    "opening",
    [
        "RUN <<EOF",
        "RUN cat <<'EOF' > /x",
        'COPY <<"EOF" /x',
        "RUN python3 <<-EOF",
        "ADD --chmod=644 <<EOF /x",
    ],
)
def test_nothing_in_a_here_document_is_an_instruction(opening: str) -> None:
    end = "\tEOF" if "<<-" in opening else "EOF"
    text = f"FROM a\n{opening}\nFROM python:3.11\n EOF\n{end}\nUSER b\n"
    assert [word for _, word, _ in words(text)] == ["FROM", opening.split(maxsplit=1)[0], "USER"]


def test_two_here_documents_end_in_turn() -> None:
    text = "FROM a\nCOPY <<A <<B /x/\nB\nA\nFROM no\nB\nUSER b\n"
    assert [word for _, word, _ in words(text)] == ["FROM", "COPY", "USER"]


@pytest.mark.parametrize("run", ['RUN echo "x <<EOF y"', 'RUN ["sh", "-c", "<<EOF"]', "RUN echo $((1<<4))"])
def test_what_only_looks_like_a_here_document_is_none(run: str) -> None:
    assert [word for _, word, _ in words(f"FROM a\n{run}\nUSER b\n")] == ["FROM", "RUN", "USER"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nRUN make\nCOPY --from=a --chown=1 x y\n", None),
        ("FROM a\n# RUN --mount=type=cache\nRUN make\n", None),
        ("FROM a\nRUN make \\\n --mount=x\n", None),
        ("FROM --platform=linux/amd64 a\n", None),
        ("ARG TARGETARCH=x\nFROM a-${TARGETARCH}\n", None),
        ("FROM a\nRUN \\\n  --mount=type=cache,target=/x make\n", (2, "RUN --mount")),
        ("FROM a\nrun --network=none make\n", (2, "RUN --network")),
        ("FROM a\nCOPY --link a b\n", (2, "COPY --link")),
        ("FROM a\nCOPY --from=x --chmod=755 a b\n", (2, "COPY --chmod")),
        ("FROM a\nADD --checksum=sha256:00 a b\n", (2, "ADD --checksum")),
        ("FROM a\nCOPY <<EOF /x\nEOF\n", (2, "COPY <<")),
        ("FROM a\nONBUILD RUN --mount=type=cache,target=/x make\n", (2, "RUN --mount")),
        ("FROM --platform=$BUILDPLATFORM a\n", (1, "$BUILDPLATFORM")),
        ("FROM a-${TARGETARCH}\n", (1, "$TARGETARCH")),
    ],
)
def test_what_needs_buildkit(text: str, expected: tuple[int, str] | None) -> None:
    assert needs_buildkit(text) == expected
