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
        "of wrong labels is told apart from honest doubt; where its interval reaches 0, none is said to be "
        "wrong. Rows stand out by the confident joint.",
        "max_share at the interval's lower end, 0.02 by default, inconclusive where only its upper end is "
        "above; at least min_rows rows",
        "one label in ten swapped",
        "train.churned: about 9.7% of n=4,000 labels look wrong (388; 99 % interval 8.1% to 11.4%), maximum "
        "2.0% (a linear model, out of fold)",
        "Northcutt, Jiang and Chuang 2021 (confident learning)",
        made_up=True,
    ),
    "DS503": Entry(
        "Rows of the rarest class for each of the commonest; how even the classes are, as entropy.",
        "min_ratio, 0.01 by default",
        "three rows of a class among 400",
        "train.churned: the rarest of 2 classes has 3 rows, the commonest 397, ratio 0.0076, minimum "
        "0.01 (entropy 6% of an even split, n=400)",
    ),
    "DS504": Entry(
        "Days from the newest value of data.time to the clock of the run.",
        "max_age_days; not judged without it",
        "every row forty days older",
        "train.seen: the newest row is 41.0 days old, maximum 30 (n=400)",
    ),
    "DS505": Entry(
        "Each annotator, and each batch, against all the others: the share of each class by chi-square, "
        "numbers by KS, adjusted by Holm. The one that is farthest off is set aside before the rest are "
        "compared among themselves; of two both are named.",
        "significant (alpha) and material at the interval's lower end; groups of at least min_rows rows",
        "an annotator for each class",
        "train.who: 2 of 2 annotators label unlike the others; largest gap of a label's share 1.000, "
        "at least 0.956 (material above 0.05, 119 rows of n=400)",
    ),
    "DS506": Entry(
        "Nulls in the columns that data.provenance names.",
        "none: a label that nobody answers for cannot be mended",
        "two rows without their annotator",
        "train.who: 2 of n=400 rows do not say their annotator, maximum 0",
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
        "target, where it is declared: how many rows more reach it, that more than 100 times the rows would "
        "be needed, or never, where the interval of the curve's level lies below it",
        "a target above what the rows at hand reach",
        "train: roc_auc 0.8410 (0.8350 to 0.8470) at n=4,000, target 0.86: about 27,000 rows more "
        "(14,000 to 72,000); twice the rows add 0.0060 (0.0030 to 0.0090) (a linear model, 4 sizes up to "
        "2,000 rows, 5 repeats)",
        "Hestness et al. 2017; Viering and Loog 2021 (shapes of learning curves)",
        made_up=True,
    ),
    "DS603": Entry(
        f"Seconds and peak memory of fits on rising subsamples, {_MODEL}, drawn out to all rows.",
        "max_minutes, max_memory and max_cost, where they are declared",
        "a limit of fifteen minutes, where a fit takes twenty-five",
        "train: one fit of the toolkit's own simple model, not yours, on n=6,700,000 rows takes about "
        "25 minutes (22 to 29, maximum 15), 2,956 MiB (2,670 to 3,338) (a linear model, timed up to "
        "20,000 rows)",
        made_up=True,
    ),
    "DS604": Entry(
        "Evaluation rows of each value of evaluate.slices, null being one of its own.",
        "evaluate.min_slice_rows",
        "thirty rows of a slice that had none",
        "evaluation.city: 1 of 4 slices with fewer than 50 rows (30 of n=300 rows), the smallest has 30",
    ),
}
