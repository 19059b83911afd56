"""A protection that was given up is told as what the training had, never as what it was without."""

from __future__ import annotations

import pytest

from mlops_actions.adapters.containers.job import Hardening
from mlops_actions.results.containment import OPENED, contained_words, opened_words

ALL = Hardening(network=True, writable_root=True, root_user=True, keep_capabilities=True)


@pytest.mark.parametrize(
    ("opted", "said"),
    [
        ((), "contained"),
        (("network",), "contained, but with a network"),
        (
            ("network (in fetch, join)", "root_user"),
            "contained, but with a network (in fetch, join), as root",
        ),
        (("pids limit not enforced by this engine",), "contained; pids limit not enforced by this engine"),
        (
            ("keep_capabilities", "memory limit not enforced by this engine"),
            "contained, but with the engine's capabilities; memory limit not enforced by this engine",
        ),
    ],
)
def test_in_words(opted: tuple[str, ...], said: str) -> None:
    assert contained_words(opted, contained=True) == said
    assert contained_words(opted, contained=False) == "not contained"


def test_every_opt_out_has_words() -> None:
    assert set(ALL.opt_outs) == set(OPENED)
    assert opened_words(ALL.opt_outs) == list(OPENED.values())
    assert not any("without" in words for words in OPENED.values())
