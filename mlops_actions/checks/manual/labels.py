"""DS5xx and DS6xx: labels, size and cost."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

_MODEL = "with the toolkit's own simple model, not yours, on a bounded sample within a time budget"
ENTRIES = {
    "DS501": Entry(
        "Null labels; of classes, how many there are and the rows of the rarest.",
        "no null; min_class_rows and max_classes",
        "a class with one row too few",
        "train.churned: 2 classes, the rarest has 29 rows, minimum 30 (n=400)",
    ),
    "DS502": Entry(
        f"Labels that disagree with out-of-fold probabilities however sure the model is, {_MODEL}. The share "
        "of wrong labels is told apart from honest doubt; rows stand out by the confident joint.",
        "max_share at the interval's lower end, 0.02 by default; at least min_rows rows",
        "one label in ten swapped",
        "",
        "Northcutt, Jiang and Chuang 2021 (confident learning)",
    ),
    "DS503": Entry(
        "Rows of the rarest class for each of the commonest; how even the classes are, as entropy.",
        "min_ratio, 0.01 by default",
        "one row of a class among 400",
        "",
    ),
    "DS504": Entry(
        "Days from the newest value of data.time to the clock of the run.",
        "max_age_days; not judged without it",
        "every row a year older",
        "",
    ),
    "DS505": Entry(
        "Each annotator, and each batch, against all the others: the share of each class by chi-square, "
        "numbers by KS, adjusted by Holm.",
        "significant (alpha) and material at the interval's lower end; groups of at least min_rows rows",
        "an annotator who swaps the classes",
        "",
    ),
    "DS506": Entry(
        "Nulls in the columns that data.provenance names.",
        "none: a label that nobody answers for cannot be mended",
        "one row without its annotator",
        "",
    ),
    "DS601": Entry(
        "Rows of each split.",
        "min_rows, 100 by default: with fewer, intervals of every metric are wider than any change",
        "99 rows",
        "train: 99 rows, at least 100 are needed to judge a model",
    ),
    "DS602": Entry(
        f"The score of held-out rows at rising sizes, {_MODEL}; a power law a - b n^-c through them, its "
        "intervals by the bootstrap over repeats.",
        "target, where it is declared: how many rows more reach it, or that none do",
        "labels that no feature tells, and a target above what they allow",
        "",
        "Hestness et al. 2017; Viering and Loog 2021 (shapes of learning curves)",
    ),
    "DS603": Entry(
        f"Seconds and peak memory of fits on rising subsamples, {_MODEL}, drawn out to all rows.",
        "max_minutes, max_memory and max_cost, where they are declared",
        "a limit below what a fit takes",
        "",
    ),
    "DS604": Entry(
        "Evaluation rows of each value of evaluate.slices, null being one of its own.",
        "evaluate.min_slice_rows",
        "a slice with one row too few",
        "",
    ),
}
