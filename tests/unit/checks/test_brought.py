"""What a change's own copies are judged by, beside the copies that judge it."""

from __future__ import annotations

from mlops_actions.checks import brought, families

APART = {  # families whose checks are on training alone, or on files by their source
    "target_leaks",
    "sources",
    "data_diff",
}


def names(functions: tuple[object, ...]) -> set[str]:
    return {str(getattr(each, "__module__", "")).rpartition(".")[2] for each in functions}


def test_no_family_is_left_out() -> None:
    """A family that is added judges what a change brings, too, or is named here."""
    also = {"privacy"}  # of what is brought alone
    assert names(families.JUDGES) - APART == names(brought.JUDGES) | also
    assert names(families.NEEDS) - APART == names(brought.NEEDS) | also
