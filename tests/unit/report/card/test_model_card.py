"""The card says what is known and what is not; a hostile text changes neither its header nor its markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import cmarkgfm  # type: ignore[import-untyped]
import pytest
import yaml

from mlops_actions.report.card.about import About, DataSet
from mlops_actions.report.card.model_card import model_card
from mlops_actions.results.envelope import InputRecord, Source
from mlops_actions.results.evaluation import Reproduction
from mlops_actions.results.failure import Failure
from mlops_actions.results.reuse import Reused
from mlops_actions.results.training import Environment, ModelRun, TrainingResult
from mlops_actions.results.verdict import Outcome
from tests.unit.report.sample import envelope, gate, rule, view

SECTIONS = (
    "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
    "Quantitative analyses", "Ethical considerations", "Caveats and recommendations", "How to reproduce",
)  # fmt: skip
ABOUT = About(
    target="churned",
    train="data/train.parquet",
    evaluation="data/evaluation.parquet",
    sensitive=("gender",),
    output="a label",
    sources=(DataSet("data/train.parquet", "data-team", "CC0-1.0", "docs/data.md", "e" * 64),),
    public_key="mlops/model.pub",
)
MODEL = ".mlops/results/models/candidate/model"


def run(**changes: Any) -> ModelRun:
    values: dict[str, Any] = {
        "role": "candidate",
        "sha": "1" * 40,
        "outcome": Outcome.PASS,
        "executor": "docker",
        "contained": True,
        "duration_seconds": 75.0,
        "cpu_seconds": 70.0,
        "peak_rss_bytes": 300 * 2**20,
        "model_digest": f"sha256:{'d' * 64}",
        "model_bytes": 1234,
        "key": "k" * 64,
        "channels": {"train": "a" * 64, "more": "b" * 64},
        "source_sha256": "c" * 64,
        "hyperparameters": {"C": "0.1"},
        "seed": 7,
        "sbom": "sbom.candidate.cdx.json",
        "sbom_sha256": "f" * 64,
        "model_path": "models/candidate/model",
        "signature": "models/candidate/model.sig",
        "signature_sha256": "9" * 64,
        "environment": Environment(
            python="3.12.1", cpu_model="EPYC", threads=2, hash_seed=0, image_digest="sha256:8"
        ),
    }
    return ModelRun(**{**values, **changes})


def card(trained: ModelRun | None = None, **parts: Any) -> str:
    record = InputRecord(role="train", path="data/train.parquet", sha256="a" * 64, bytes=1)
    training = envelope("training", TrainingResult(runs=(trained or run(),))).model_copy(
        update={"inputs": (record,)}
    )
    return model_card(view(training=training, **parts), ABOUT)


def caveats(text: str) -> list[str]:
    part = text.partition("## Caveats and recommendations\n")[2].partition("\n## ")[0]
    return [line.removeprefix("- ") for line in part.splitlines() if line]


def test_every_section_of_the_paper_in_its_order() -> None:
    lines = card().splitlines()
    assert tuple(line[3:] for line in lines if line.startswith("## ")) == SECTIONS
    assert "# Model card: churn" in lines


def test_the_header_is_what_the_hub_reads() -> None:
    _, header, _ = card().split("---\n", 2)
    document = yaml.safe_load(header)
    assert document["pipeline_tag"] == "tabular-classification"
    (entry,) = document["model-index"]
    (result,) = entry["results"]
    assert result["task"] == {"type": "tabular-classification"}
    assert result["metrics"][0] == {"name": "ROC AUC", "type": "roc_auc", "value": 0.85, "verified": False}
    assert [each["type"] for each in result["metrics"]] == ["roc_auc", "brier"]  # no money, no slice


@pytest.mark.parametrize(
    "line",
    [
        f"| Model | `sha256:{'d' * 64}` |",
        f"| Commit | `{'1' * 40}` |",
        f"| Source | `{'c' * 64}` |",
        f"| its sha256 | `{'f' * 64}` |",
        "| Verified with | `mlops/model.pub` |",
        "| Seed, hash seed, threads | 7, 0, 2 |",
        "| Training took | 1 min 15 s, 1 min 10 s of a processor, at most 300 MiB |",
        f"| sha256 | `{'a' * 64}` |",
        f"| Channel more | `{'b' * 64}` |",
        "| Source | data-team, CC0-1.0; authorised by docs/data.md |",
        "| `region=north` (n = 77) | **0.8500** | — |",
        "Sensitive columns are never inputs of the model: gender.",
        f"git checkout {'1' * 40}",
        "mlops run --no-reuse --no-comment --executor docker",
        f"model_signing verify key {MODEL} --signature {MODEL}.sig --public_key mlops/model.pub",
        "It was trained once: whether that can be repeated is not known.",
    ],
)
def test_it_says(line: str) -> None:
    assert line in card().splitlines()


def test_what_is_not_well_stands_under_caveats() -> None:
    failed = rule("roc_auc 0.7 < minimum 0.8", Outcome.FAIL)
    open_ = rule("interval contains the limit", Outcome.INCONCLUSIVE)
    trained = run(
        executor="process",
        contained=False,
        signature="",
        signature_sha256="",
        sbom_sha256="",
        sbom_reason="no",
    )
    text = card(
        trained,
        gate=envelope("gate", gate(failed, open_, outcome=Outcome.FAIL)),
        source=Source(dirty=True),
        failures=(Failure(stage="score", title="Evidence error", exit_code=5, problems=("it broke",)),),
    )
    found = caveats(text)
    for said in (
        "Stage score ended in an error: it broke",
        "Fails: roc\\_auc 0.7 &lt; minimum 0.8",
        "Not decided: interval contains the limit",
        "It was trained outside a container: what its code could read or reach is not bounded.",
        "It is not signed: its digest tells a changed byte, and not who made it.",
        "There is no bill of materials: no.",
        "No groups of people were compared.",
        "The data was not validated.",
        "It was made from a working copy with changes that no commit holds.",
    ):
        assert said in found
    assert "**The gate's rules do not let it pass.**" in text
    assert "Verified with" not in text


def test_what_the_training_was_opened_to_is_a_caveat() -> None:
    text = card(run(opt_outs=("network", "root_user")))
    assert "The training was contained, but with a network, as root." in caveats(text)
    assert "executor docker, contained, but with a network, as root" in text


def test_a_good_run_still_has_limits() -> None:
    found = caveats(card())
    assert found[-1].startswith("The figures are of the evaluation rows above.")
    assert not any(
        each.startswith(("It was trained outside", "It is not signed", "There is no bill")) for each in found
    )


def test_a_training_that_cannot_be_repeated_is_a_caveat() -> None:
    twice = Reproduction(
        rows=1234,
        max_abs_difference=0.03,
        flips=2,
        same_model_digest=False,
        differing=12,
        beyond=12,
        tolerance=1e-9,
    )
    base = view()
    assert base.evaluation is not None
    payload = base.evaluation.payload.model_copy(update={"reproduction": twice})
    text = card(evaluation=envelope("evaluation", payload))
    assert any("the training is not reproducible" in each for each in caveats(text))


def test_reused_says_from_which_run() -> None:
    made = Reused(sha="5" * 40, created_at=datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert "unchanged, reused from `555555555555` of 2026-01-01 12:00 UTC" in card(run(reused=made))


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.ERROR])
def test_no_model_no_card(outcome: Outcome) -> None:
    assert card(run(outcome=outcome)) == ""
    assert model_card(view(), ABOUT) == ""


def test_without_an_evaluation_it_says_so() -> None:
    text = card(evaluation=None, gate=None)
    assert "The model was not evaluated: it has no figures." in caveats(text)
    assert "**No rule has judged it.**" in text
    assert "model-index" not in text


HOSTILE = "x\n---\n# Owned\n<script>alert(1)</script> @maintainers ![i](http://evil/x) `|` fixes #1"


def test_a_hostile_text_stays_text() -> None:
    about = replace(ABOUT, target=HOSTILE, evaluation=HOSTILE, sensitive=(HOSTILE,), config_file=HOSTILE)
    training = envelope("training", TrainingResult(runs=(run(hyperparameters={HOSTILE: HOSTILE}),)))
    text = model_card(view(training=training, objective=HOSTILE, project="p", owner=HOSTILE), about)
    _, header, body = text.split("\n---\n", 1)[0][:3], *text[4:].split("\n---\n", 1)
    assert yaml.safe_load(header)["model-index"][0]["results"][0]["dataset"]["name"] == " ".join(
        HOSTILE.split()
    )
    page = cmarkgfm.github_flavored_markdown_to_html(body)
    assert page.count("<h1>") == 1
    assert page.count("<h2>") == len(SECTIONS)
    for bad in ("<script", "<img", "<a ", "@maintainers"):
        assert bad not in re.sub("<code.*?</code>", "", page, flags=re.DOTALL)
    assert "<script" not in page
