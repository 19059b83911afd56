"""Which images of a Dockerfile can change under the same commit."""

from __future__ import annotations

import pytest

from mlops_actions.adapters.containers.base_images import BaseImage, base_images

DIGEST = f"sha256:{'ab' * 32}"


def kinds(text: str, **arguments: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.image, each.kind) for each in base_images(text, arguments)]


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("python:3.11", "floating"),
        ("python", "floating"),
        ("registry:5000/a/b", "floating"),
        (f"python@{DIGEST}", "digest"),
        (f"registry:5000/a/python:3.11@{DIGEST}", "digest"),
        (DIGEST, "digest"),
        ("python@sha256:abc", "floating"),
        ("scratch", "scratch"),
    ],
)
def test_a_from_line(image: str, kind: str) -> None:
    assert kinds(f"# x\nfrom --platform=linux/amd64 {image} AS x\n") == [(2, image, kind)]


def test_an_earlier_stage_is_no_image_and_a_later_one_is() -> None:
    text = f"FROM b\nFROM a@{DIGEST} AS Build\nFROM build\nFROM late\nFROM scratch AS late\n"
    assert [kind for _, _, kind in kinds(text)] == ["floating", "digest", "stage", "floating", "scratch"]


def test_arguments_are_put_in() -> None:
    text = 'ARG NAME=python\nARG TAG="3.11" BASE=$NAME:${TAG}\nFROM ${BASE} AS x\nFROM $NAME${AT:-@none}\n'
    assert kinds(text)[0] == (3, "python:3.11", "floating")
    assert kinds(text, TAG=f"3@{DIGEST}")[0] == (3, f"python:3@{DIGEST}", "digest")
    assert kinds(text)[1] == (4, "python@none", "floating")
    found = base_images(text, {"BASE": f"other@{DIGEST}"})[0]
    assert found == BaseImage(3, "${BASE}", f"other@{DIGEST}", "digest", "BASE")


@pytest.mark.parametrize(
    ("written", "image"),
    [
        ("${A:-b}", "b"), ("${A-b}", "b"), ("${E:-b}", "b"), ("x${E-b}", "x"), ("${F:-b}", "f"),
        ("${F:+b}", "b"), ("x${A:+b}", "x"), ("${A:-${F}}", "f"),
    ],
)  # fmt: skip
def test_defaults_are_those_of_a_shell(written: str, image: str) -> None:
    assert kinds(f"ARG A\nARG E=\nARG F=f\nFROM {written}\n")[0][1] == image


@pytest.mark.parametrize("written", ["$A", "${A}", "${B}", "${F%x}", "${A:-$B}"])
def test_what_cannot_be_told_is_not_guessed(written: str) -> None:
    assert kinds(f"ARG A\nARG F=f\nFROM {written}\n")[0][2] == "unknown"


def test_an_argument_of_a_stage_is_not_seen_by_the_next_from() -> None:
    assert kinds("FROM scratch\nARG TAG=3\nFROM python:$TAG\n")[1] == (3, "", "unknown")


def test_what_is_copied_out_of_an_image_counts() -> None:
    text = (
        f"FROM a@{DIGEST} AS one\nFROM one\nCOPY --from=one a b\nCOPY --from=0 a b\nCOPY --from=tools:1 a b\n"
        "RUN --mount=type=bind,from=other:2,target=/x make\nCOPY a b\n"
    )
    assert kinds(text)[2:] == [
        (3, "one", "stage"), (4, "0", "stage"), (5, "tools:1", "floating"), (6, "other:2", "floating"),
    ]  # fmt: skip


def test_a_here_document_s_from_is_none() -> None:
    assert len(base_images("FROM a\nCOPY <<EOF /Dockerfile\nFROM python:3.11\nEOF\n")) == 1


def test_the_frontend_is_an_image_that_can_move() -> None:
    text = "# escape=`\n# syntax=docker/dockerfile:1\nFROM scratch\n# syntax=no:directive\n"
    assert kinds(text) == [(2, "docker/dockerfile:1", "floating"), (3, "scratch", "scratch")]
    assert base_images(text)[0].what == "Dockerfile frontend"
    assert kinds(f"#syntax = docker/dockerfile:1@{DIGEST}\nFROM scratch\n")[0][2] == "digest"
    assert kinds("# a comment\n# syntax=docker/dockerfile:1\nFROM scratch\n") == [(3, "scratch", "scratch")]
