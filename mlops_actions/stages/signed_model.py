"""A model is signed when a key is given, and is never used when its bytes are not those that were trained."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_actions.adapters.checkout.base import ABOUT_A_MERGE
from mlops_actions.adapters.containers.model_folder import read_model_folder
from mlops_actions.adapters.results_folder import sha256_file
from mlops_actions.errors import ConfigError, TrustError
from mlops_actions.results.training import TITLES, ModelRun
from mlops_actions.results.verdict import Outcome

if TYPE_CHECKING:
    from mlops_actions.results.training import TrainingResult
    from mlops_actions.stages.context import RunContext

VARIABLE = "MLOPS_SIGNING_KEY"  # path of the private key; the code that is trained is never told
NAME = "model.sig"
PROPOSED = frozenset({*ABOUT_A_MERGE, "merge_group"})  # events of a proposed change


def with_signature(context: RunContext, run: ModelRun) -> ModelRun:
    """Sign a trained model beside its folder, and check that the declared public key says so.

    Raises:
        ConfigError, DependencyError, TrustError: no usable key; no library; not the declared key.
    """
    folder = context.results.folder / "models" / run.role
    (folder / NAME).unlink(missing_ok=True)
    key = os.environ.get(VARIABLE, "")
    if not key or run.outcome is not Outcome.PASS:
        return run
    if not run.contained and context.is_anybodys_code:
        raise TrustError(
            f"{VARIABLE}: code of a pull request that is not contained could read the key",
            hint="Give the key to a job on the default branch only.",
        )
    from mlops_actions.adapters.signing import sign_folder

    place = Path(key)
    if not place.is_absolute() or place.resolve().is_relative_to(context.root.resolve()):
        raise ConfigError(f"{VARIABLE}: an absolute path outside the repository is needed")
    sign_folder(context.results.folder / run.model_path, folder / NAME, place)
    signed = run.model_copy(
        update={
            "signature": f"models/{run.role}/{NAME}",
            "signature_sha256": sha256_file(folder / NAME),
        }
    )
    check_signature(context, signed)
    return signed


def check_models(context: RunContext, training: TrainingResult) -> tuple[str, ...]:
    """Before anything is said or reused of them: all trained models. Returns what is to be told of them.

    Raises:
        TrustError: one changed since its training, or its signature is missing or does not hold.
        ConfigError, DependencyError: a signature cannot be looked at.
    """
    runs = [run for run in training.runs if run.outcome is Outcome.PASS and run.model_path]
    for run in runs:
        check_model(context, run)
    unsigned = [TITLES[run.role] for run in runs if not run.signature]
    train = context.config.train
    if train is None or train.signing is None or not unsigned:
        return ()
    return (f"not signed (no key in this run), although a public key is declared: {', '.join(unsigned)}",)


def check_model(context: RunContext, run: ModelRun) -> None:
    """Before a model is served.

    Raises:
        TrustError: it or its bill of materials changed since its training, its signature does not hold, or it
            has none where one is required.
        ConfigError, DependencyError: the signature cannot be looked at.
    """
    name = TITLES[run.role]
    again = "Run `mlops train` again; nothing may write into the results folder in between."
    seen = read_model_folder(context.results.folder / run.model_path).digest
    if run.model_digest and seen != run.model_digest:
        raise TrustError(
            f"{name}: its model was changed after the training: {seen[:19]}... is there, "
            f"training.json says {run.model_digest[:19]}...",
            hint=again,
        )
    if run.sbom_sha256 and _digest(context.results.folder / run.sbom) != run.sbom_sha256:
        raise TrustError(f"{name}: {run.sbom} was changed after the training", hint=again)
    beside = context.results.folder / "models" / run.role / NAME
    if not run.signature and (beside.exists() or beside.is_symlink()):
        raise TrustError(
            f"{name}: {NAME} lies beside it, but training.json tells of no signature: it was changed",
            hint=again,
        )
    if run.signature or _required(context):
        check_signature(context, run)


def _required(context: RunContext) -> bool:
    """Whether a model without a signature is refused: never by what the results folder says.

    It is where this process was given the key, and on every event of GitHub's but those of a proposed change,
    which has no secrets (a fork's) or need not have them; of a run that another run brought about
    (workflow_run) that one's event counts. On a laptop without the key it is not.
    """
    if os.environ.get(VARIABLE):
        return True
    if context.source.event == "workflow_run":
        return context.triggered_by not in PROPOSED
    return not (context.pull_request_event or context.source.event in {"local", *PROPOSED})


def _digest(path: Path) -> str:
    """Hex sha256; empty where there is no such file."""
    return sha256_file(path) if path.is_file() and not path.is_symlink() else ""


def check_signature(context: RunContext, run: ModelRun) -> None:
    """The signature of a model, by the public key that the base commit declares; without one: nothing.

    Raises:
        TrustError: it is missing, altered, or not of these files and that key.
    """
    train = context.config.train
    if train is None or train.signing is None:
        return
    name = TITLES[run.role]
    signature = context.results.folder / run.signature
    if not run.signature or not signature.is_file():
        raise TrustError(
            f"{name}: it is not signed",
            hint=f"train.signing.public_key is declared: train it again with {VARIABLE}.",
        )
    if sha256_file(signature) != run.signature_sha256:
        raise TrustError(f"{name}: {NAME} was changed after the training", hint="Train it again.")
    from mlops_actions.adapters.public_key import refuse_no_public_key
    from mlops_actions.adapters.signing import verify_folder

    key = context.judged(train.signing.public_key)
    refuse_no_public_key(key, f"train.signing.public_key: {train.signing.public_key}")
    verify_folder(context.results.folder / run.model_path, signature, key, name)
