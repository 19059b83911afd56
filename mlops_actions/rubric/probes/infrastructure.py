"""INFRA1 to INFRA7: tests for ML infrastructure."""

from __future__ import annotations

from mlops_actions.results.score import Remediation
from mlops_actions.results.training import SHARE_LEFT_OUT
from mlops_actions.rubric.facts import PipelineFact, QualityFact, ReproductionFact
from mlops_actions.rubric.probe import Need, Probe
from mlops_actions.rubric.probes import infra1_reproducible, infra3_pipeline
from mlops_actions.rubric.probes.infra4_quality import judge_quality

LESS = f"{SHARE_LEFT_OUT:.0%} of the training rows left out"

PROBES: tuple[Probe, ...] = (
    Probe(
        id="INFRA1",
        title="Training is reproducible",
        idea_2016="Test the reproducibility of training",
        question="Does training twice on the same data give the same model?",
        motivation="A model that changes by itself makes every comparison and every rollback a guess.",
        method=f"The candidate is trained twice and predictions are compared; then once more, {LESS}.",
        limit_source="1e-6 on predictions, else 0.1 % flips and the declared metric tolerance: this project",
        half_point="The log of two trainings with the digests of data and models.",
        self_test=f"Trained once more, {LESS}: predictions must change. Copied files are no training.",
        remediation=Remediation(
            effort="low",
            text="Fix the seeds and thread counts (MLOPS_SEED, OMP_NUM_THREADS) and train twice.",
            action="mlops train, mlops evaluate",
        ),
        needs=(Need("a second training of the candidate (mlops train)", ReproductionFact),),
        cost="L",
        minimum_rows=infra1_reproducible.MINIMUM_ROWS,
        judge=infra1_reproducible.judge_reproducible,
    ),
    Probe(
        id="INFRA2",
        title="Model specs are unit tested",
        idea_2016="Unit test model specification code",
        question="Is the code of the model specification unit-tested?",
        motivation="Faults in a specification cost hours of training before they show.",
        method="Contract tests: fits random data, loss falls, overfits 32 rows, saves and loads, resumes.",
        limit_source="all 5 contracts; overfit accuracy of at least 0.99 unless declared: this project",
        half_point="The list of tests and the log of a run.",
        self_test="A specification that ignores its labels must go red.",
        remediation=Remediation(
            effort="medium",
            text="Test that it fits random data, overfits a few rows and survives save and load.",
            action="mlops/evidence/INFRA2.md (mlops explain INFRA2)",
        ),
        needs=(Need("a callable model specification and its contract tests' JUnit file"),),
        cost="M",
    ),
    Probe(
        id="INFRA3",
        title="The full ML pipeline is integration tested",
        idea_2016="Integration test the full ML pipeline",
        question="Does the whole pipeline run from raw data to served predictions, automatically?",
        motivation="Each part can pass its tests while the whole is broken.",
        method="All stages run from a clean checkout; single answers of the server must equal the batch.",
        limit_source="every stage ends, every row is answered, online = offline within 1e-6",
        half_point="The runbook and the log of the last end-to-end run.",
        self_test=f"The same pipeline, {LESS}: predictions must change (no cached output).",
        remediation=Remediation(
            effort="low",
            text="Run all stages in one workflow, with the candidate served through its own API.",
            action="mlops run (or the root action)",
        ),
        needs=(Need("the results of validate, train and evaluate (mlops run)", PipelineFact),),
        cost="L",
        minimum_rows=infra3_pipeline.MINIMUM_OUTPUTS,
        judge=infra3_pipeline.judge_pipeline,
    ),
    Probe(
        id="INFRA4",
        title="Model quality is validated before serving",
        idea_2016="Test model quality before attempting to serve it",
        question="Is a model that is bad, or worse than the serving one, vetoed before it serves?",
        motivation="A floor stops slow decay, a comparison a sudden drop; one does not replace the other.",
        method="Floors and changes of the gate are judged; a deliberately degraded model must be vetoed.",
        limit_source="the gate rules of the base commit",
        half_point="A signed validation report of the model that serves.",
        self_test="A degraded model must be vetoed.",
        remediation=Remediation(
            effort="low",
            text="Declare a minimum and a max_regression for the metric that matters.",
            action="gate.rules in mlops.yaml, then mlops gate",
        ),
        needs=(Need("metric rules judged on the evaluation result (gate.rules)", QualityFact),),
        cost="S",
        minimum_rows=100,
        judge=judge_quality,
    ),
    Probe(
        id="INFRA5",
        title="The model is debuggable",
        idea_2016="Test that a single example can be sent to the model and traced",
        question="Can one row be sent through the model, step by step, and looked at?",
        motivation="A wrong prediction is understood by following one example.",
        method="One row is traced: every step's output is present and varies with the input.",
        limit_source="at least 1 intermediate a stage, within 60 seconds: this project",
        half_point="A debugging runbook with a worked example.",
        self_test="Another row must give other intermediates.",
        remediation=Remediation(
            effort="low",
            text="Write down how to send one row through each step, with a worked example.",
            action="mlops/evidence/INFRA5.md (mlops explain INFRA5)",
        ),
        needs=(Need("a trace of one row through the model's steps"),),
        cost="S",
    ),
    Probe(
        id="INFRA6",
        title="Models are canaried before serving",
        idea_2016="Test models via a canary process before they enter production serving environments",
        question="Does a new model meet a little real traffic before it meets all of it?",
        motivation="A model may load in training and fail in the production binary, or on production input.",
        method="The candidate replays a sample of the serving log in the production image; the ramp is read.",
        limit_source="0 load errors; first step of at most 10 %: this project; SRE workbook: canarying",
        half_point="The canary log of the last release.",
        self_test="A candidate with a missing operator must be stopped.",
        remediation=Remediation(
            effort="high",
            text="Send a small share of traffic to the candidate, compare with control, abort by itself.",
            action="mlops/evidence/INFRA6.md (mlops explain INFRA6)",
        ),
        needs=(Need("a serving log (data.serving_log)"), Need("the deployments API or a canary's metrics")),
        cost="M",
    ),
    Probe(
        id="INFRA7",
        title="Serving models can be rolled back",
        idea_2016="Test how quickly and safely a model can be rolled back to a previous serving version",
        question="Has the way back to the previous model been practised?",
        motivation="A rollback is an emergency procedure; it works when it was rehearsed in calm times.",
        method="A drill: deploy N, then N+1, roll back, time it, predictions must equal N's.",
        limit_source="the declared recovery time; predictions equal exactly; a drill of at most 90 days",
        half_point="A dated record of a drill with its time.",
        self_test="A rollback to the same digest must be refused.",
        remediation=Remediation(
            effort="medium",
            text="Roll the last release back in staging and write down digests, time and predictions.",
            action="mlops/evidence/INFRA7.md (mlops explain INFRA7)",
        ),
        needs=(Need("two released model digests and a deploy command"),),
        cost="M",
        period_days=90,
    ),
)
