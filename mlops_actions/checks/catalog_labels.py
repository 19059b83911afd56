"""The catalog's entries on labels, on size and cost, and on what tells the label too well."""

from __future__ import annotations

from mlops_actions.checks.check import Check

_MODEL = ("data.target", "validate.model_checks", "the evaluate extra")
POWER_LEAK = Check(
    "DS404",
    "Single-feature target power",
    "Does one feature alone nearly determine the label?",
    "Ask when the feature is known: one written after the label is a leak. Exclude it, or say why it stays.",
    _MODEL,
)
FUTURE_LEAK = Check(
    "DS405",
    "Future columns",
    "Does a model input hold dates after the row's own time?",
    "Leave out what was not known at that time; a date that is planned ahead belongs into exclude.",
    ("data.time",),
)
TIME_LEAK = Check(
    "DS406",
    "Training after evaluation",
    "Does training hold rows from after the time that the model is evaluated on?",
    "Split by time: train on what lies before the first evaluation row. Where evaluation on an earlier time "
    "is meant, raise max_share; 1 allows any order.",
    ("data.evaluation", "data.time"),
)
LABEL_ERRORS = Check(
    "DS502",
    "Label errors",
    "Do labels disagree with the features however sure a model is?",
    "Look at the rows named here first, mend their labels, and ask how they came about.",
    _MODEL,
)
IMBALANCE = Check(
    "DS503",
    "Imbalance",
    "Is the rarest class common enough beside the commonest?",
    "Collect more of the rare class, or weigh it; judge by average_precision rather than accuracy.",
    ("data.target",),
)
FRESHNESS = Check(
    "DS504",
    "Freshness",
    "Is the newest row young enough?",
    "Bring newer rows, or raise max_age_days if the world is slow.",
    ("data.time", "validate.checks.DS504.max_age_days"),
)
LABEL_DRIFT = Check(
    "DS505",
    "Labels by annotator or batch",
    "Does an annotator or a batch label unlike the others?",
    "The rows that are named lead to each such group. Let two annotators label the same rows; look for "
    "another rule, tool or population behind the group.",
    ("data.provenance.annotator or data.provenance.batch",),
)
PROVENANCE = Check(
    "DS506",
    "Label provenance",
    "Does every row say who labelled it, when, and from which source?",
    "Fill the columns where labels are written; rows without provenance cannot be asked about.",
    ("data.provenance",),
)
LEARNING_CURVE = Check(
    "DS602",
    "Learning curve",
    "Would more rows help, and how many reach the target?",
    "Collect that many rows; where the curve levels off too low, better features or labels are needed.",
    _MODEL,
)
TRAINING_COST = Check(
    "DS603",
    "Training cost",
    "What do time, memory and runner of a fit on all rows come to?",
    "Train on a sample, on a larger runner, or raise the limit.",
    _MODEL,
)
SLICE_ROWS = Check(
    "DS604",
    "Slice sizes",
    "Has every slice enough evaluation rows to be judged?",
    "Collect evaluation rows of the small slices, or merge them.",
    ("data.evaluation", "evaluate.slices"),
)
