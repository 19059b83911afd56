"""The `train.signing:` part."""

from __future__ import annotations

from mlops_actions.config.base import ConfigModel, RelativePath


class SigningConfig(ConfigModel):
    """Whose signature a model must have, if it has one; the private key is never in the configuration."""

    public_key: RelativePath
