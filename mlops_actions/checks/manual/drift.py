"""DS3xx: two samples, column by column."""

from __future__ import annotations

from mlops_actions.checks.manual.entry import Entry

_RULE = (
    "Numbers: Kolmogorov-Smirnov distance on exact value counts, from bins above the limit of distinct "
    "values; its p-value is Kolmogorov's limit (SciPy's kstwobign), which in small samples is above the "
    "exact one, so that it alarms later. Categories: chi-square with cells of fewer than 5 expected rows "
    "pooled, L-infinity of the shares. The share of nulls is compared by itself (chi-square, difference "
    "of the shares), of every column that is not excluded. p-values are adjusted by Holm over all of "
    "these. Values of dates, parts of a calendar and ids are not judged unless `judge: true`. PSI, "
    "Jensen-Shannon and Wasserstein distances are shown and not judged: they depend on the binning or the "
    "unit."
)
_LIMIT = (
    "both significant (adjusted p below alpha) and material even at the lower end of its 95 % interval (KS "
    "or L-infinity above material, or the share of a category of at least min_expected expected rows changed "
    "by more than the factor ratio). Below min_rows values the verdict is left open, and so is the whole "
    "where a column is missing or empty in the second sample and nothing drifts"
)
_SOURCE = (
    "Kolmogorov 1933 and Smirnov 1948 (two-sample test); Pearson 1900; Holm 1979; effect beside "
    "significance: Wasserstein and Lazar 2016"
)
ENTRIES = {
    "DS301": Entry(
        _RULE,
        _LIMIT,
        "every evaluation row with the same number of visits",
        "1 of 4 columns drift between training and evaluation: visits (KS 0.8575, at least 0.7444, "
        "material above 0.05) (n=300)",
        _SOURCE,
    ),
    "DS302": Entry(
        "The share of each class in either sample; the class whose change is shown to be largest, by "
        "difference and by ratio, each with its 95 % interval. Of a label that is a number the means and KS.",
        "chi-square p below alpha, and the interval wholly beyond material or beyond the factor ratio",
        "half of the evaluation rows positive",
        "churned, training against evaluation: the share of the most common of 2 classes went from "
        "0.7025 to 0.5000: difference -0.2025 [-0.2731, -0.1295] (material beyond 0.05), ratio x0.713 "
        "[0.626, 0.811] (material beyond x1.5), chi-square p 5e-08 (significant below 0.001), n=400 "
        "and 300",
        "Newcombe 1998 (difference of shares); Walter 1975 (ratio)",
    ),
    "DS303": Entry(
        "Rows of the second sample with a category that the first does not have, with the 95 % interval of "
        "their share (Wilson), and the chance to see so many new ones by luck.",
        "max_share of the rows at the interval's lower end, and Holm's p below alpha",
        "a category that training does not have in a tenth of the evaluation rows",
        "1 of 3 columns hold categories in evaluation that training does not have: city 1 category in "
        "0.1000 of n=300 [0.0709, 0.1392], maximum 0.001, by chance p <= 7.8e-11 (n=300)",
        "Wilson 1927; Joag-Dev and Proschan 1983, for the Chernoff bound of what is new by luck",
    ),
    "DS304": Entry(
        f"The base commit's training data against this training data. {_RULE}",
        _LIMIT,
        "the base commit's visits cut to three values",
        "1 of 4 columns drift between the reference and training: visits (KS 0.5700, at least 0.4617, "
        "material above 0.05) (n=400)",
        _SOURCE,
    ),
    "DS305": Entry(
        f"Training against the features as they were served. {_RULE}",
        _LIMIT,
        "served incomes by the month instead of by the year",
        "1 of 4 columns drift between training and the serving log: income (KS 1.0000, at least 0.8890, "
        "material above 0.05) (n=320)",
        _SOURCE,
    ),
    "DS306": Entry(
        "Served predictions, or their scores, against the predictions on evaluation rows where those are "
        "known, else against training's labels; as DS302 does for labels.",
        "as DS302's",
        "four of five predictions positive",
        "prediction, training's labels against serving: the share of the 2nd most common of 2 classes "
        "went from 0.2975 to 0.8000: difference +0.5025 [+0.4362, +0.5611] (material beyond 0.05), "
        "ratio x2.68 [2.29, 3.15] (material beyond x1.5), chi-square p 5.2e-41 (significant below "
        "0.001), n=400 and 320",
    ),
}
