"""Head's mlops.yaml: what can be read of it, and every mistake that its text alone shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_actions.checks.parameters import parse_parameters
from mlops_actions.config.lines import read_yaml
from mlops_actions.config.parse import parse_partly
from mlops_actions.errors import ConfigError, MlopsError
from mlops_actions.stages.named_subjects import check_subjects
from mlops_actions.stages.places import collected
from mlops_actions.stages.policy_checks import check_features, check_paths, check_sources_once

if TYPE_CHECKING:
    from mlops_actions.config.model import Config

CHECKS = (check_paths, check_features, check_sources_once, check_subjects)


def read_head(text: str, file: str) -> tuple[Config | None, list[MlopsError]]:
    """The configuration without its mistakes (None: nothing can be read), and the mistakes.

    Raises:
        ConfigError: no YAML, or no mapping.
    """
    config, problems = parse_partly(text, file)
    errors: list[MlopsError] = [ConfigError(problems[0].message, problems=problems)] if problems else []
    if config is None:
        return None, errors
    document = read_yaml(text, file)
    for check in CHECKS:
        with collected(errors):
            check(config, document, file)
    with collected(errors):
        parse_parameters(config.validate_, text, file)
    return config, errors
