"""The `privacy:` part."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mlops_actions.config.parse import parse
from mlops_actions.config.privacy import Canary
from mlops_actions.errors import ConfigError

HEAD = "version: 1\nproject: p\ndata: {train: a.csv, target: y}\n"


def test_canaries_are_digests() -> None:
    canary = f"{{id: trap, sha256: {{mail: {'ab' * 32}}}}}"
    text = f"{HEAD}privacy:\n  canaries:\n    - {canary}\n  quasi_identifiers: [age]\n"
    privacy = parse(text, "mlops.yaml").privacy
    assert privacy.canaries[0].digests == {"mail": "ab" * 32}
    assert not privacy.canaries[0].keyed
    assert privacy.named_columns() == [(("privacy", "quasi_identifiers", 0), "age")]


@pytest.mark.parametrize("parts", [{}, {"sha256": {"a": "ab" * 32}, "hmac_sha256": {"a": "ab" * 32}}])
def test_exactly_one_kind_of_digest(parts: dict[str, dict[str, str]]) -> None:
    with pytest.raises(ValidationError, match="one of sha256 and hmac_sha256 is required"):
        Canary(id="trap", **parts)  # type: ignore[arg-type]  # as yaml gives it


def test_a_value_in_place_of_its_digest_is_refused_with_its_line() -> None:
    text = f"{HEAD}privacy:\n  canaries:\n    - id: trap\n      sha256: {{mail: ann@example.org}}\n"
    with pytest.raises(ConfigError) as caught:
        parse(text, "mlops.yaml")
    (problem,) = caught.value.problems
    assert str(problem).startswith("mlops.yaml:7: privacy.canaries[0].sha256.mail: 64 hex digits")
    assert "ann@" not in str(problem) + str(caught.value) + problem.hint


def test_two_canaries_of_one_name() -> None:
    one = f"    - {{id: trap, sha256: {{a: {'ab' * 32}}}}}\n"
    with pytest.raises(ConfigError, match="'trap' stands twice"):
        parse(f"{HEAD}privacy:\n  canaries:\n{one}{one}", "mlops.yaml")


def test_an_upper_case_digest_is_the_same_one_and_a_role_is_one_that_the_change_can_mend() -> None:
    assert Canary(id="trap", sha256={"mail": "AB" * 32}).digests == {"mail": "ab" * 32}
    with pytest.raises(ValidationError, match="'train', 'evaluation' or 'serving_log'"):
        Canary.model_validate({"id": "trap", "sha256": {"mail": "ab" * 32}, "role": "reference"})
