"""DS206 to DS209: what a column should not hold, and honest data on which each must stay silent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mlops_actions.checks.case import Case, Setting
from mlops_actions.checks.parameters import CheckParameters
from mlops_actions.checks.values import judge
from mlops_actions.config.data import DataConfig
from mlops_actions.profile.table import TableProfile
from mlops_actions.results.verdict import Outcome
from tests.unit.checks.tables import column, table

PASS, WARN = Outcome.PASS, Outcome.WARN
RANDOM = np.random.default_rng(11)


def verdicts(values: list[Any], **limits: Any) -> dict[str, tuple[Outcome, str]]:
    """What is said of one input column."""
    rows = {"a": values, "y": [0, 1] * (len(values) // 2) + [0] * (len(values) % 2)}
    setting = Setting(
        DataConfig.model_validate({"train": "data/t.csv", "target": "y"}),
        "binary",
        CheckParameters.model_validate(limits),
        None,
        {"train": {"a": "", "y": "integer"}},
    )
    case = Case(setting, {"train": table("train", rows)})
    return {each.id: (each.outcome, each.sentence) for each in judge(case)}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            ["1.5", "-2", "3e5", ".5", "7."] * 20 + ["x", None],
            "train.a: 1 text among 100 numbers written as text, mixed from 90% numbers (n=101)",
        ),
        (
            ["10"] * 9 + ["ten"],
            "train.a: 1 text among 9 numbers written as text, mixed from 90% numbers (n=10)",
        ),
    ],
)
def test_numbers_written_as_text_with_another_text_among_them(values: list[Any], sentence: str) -> None:
    assert verdicts(values)["DS206"] == (WARN, sentence)


@pytest.mark.parametrize(
    "values",
    [
        ["1.5", "2", " ", ""] * 20,  # blanks are DS203's
        ["00123", "04711", "A1"] * 20,  # codes, not numbers
        ["N14228", "N24211"] * 20,
        ["12", "x"] * 20,  # as many texts as numbers
        ["2026-01-05", "1,5", "1 000", "--1", "."] * 20,
    ],
)
def test_texts_that_are_no_mixed_numbers(values: list[Any]) -> None:
    assert verdicts(values)["DS206"][0] is PASS


@pytest.mark.parametrize(
    "word",
    ["NA", "na", " NA", "N/A", "n.a.", "null", "None", "NULL", "?", "-", "#N/A", "<NA>", "\\N", "NaN"],
)
@pytest.mark.parametrize(
    ("values", "noun"),
    [(["1", "2.5", "-3"], "number"), (["true", "False"], "boolean"), (["2026-01-05"], "date")],
)
def test_words_for_missing_values_are_told_whatever_their_share(
    word: str, values: list[Any], noun: str
) -> None:
    sentence = (
        "train.a: 7 values written as a word for missing (such as NA) make the column text; the other "
        f"{2 * len(values)} are {noun}s (n={2 * len(values) + 8})"
    )
    assert verdicts(values * 2 + [word] * 7 + [" ", None])["DS206"] == (WARN, sentence)
    assert verdicts([*values, word, "x"])["DS206"][0] is PASS


def test_words_alone_or_among_names_are_no_matter_of_kinds() -> None:
    for values in (
        ["NA"],
        ["NA", "Oslo"],
        ["-", "+"],
        ["none", "some", "5"],
        ["007", "NA"],
        ["yes", "no", "?"],
    ):
        assert verdicts(values * 9)["DS206"][0] is PASS


def test_one_word_and_one_number() -> None:
    sentence = (
        "train.a: 1 value written as a word for missing (such as NA) makes the column text; the other one is "
        "a number (n=2)"
    )
    assert verdicts(["5", "NA"])["DS206"] == (WARN, sentence)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([" true", " false", "true"], "18 booleans with white space before or after are text (n=27)"),
        ([" 5.5 ", "7"], "9 numbers with white space before or after are text (n=18)"),
    ],
)
def test_white_space_around_values_is_told(values: list[Any], sentence: str) -> None:
    assert verdicts(values * 9)["DS206"] == (WARN, f"train.a: {sentence}")
    assert verdicts([*values, "Oslo"])["DS206"][0] is PASS


@pytest.mark.parametrize(
    "value",
    [
        "11/01/2024", "1/13/2024", "13-01-2024", "01.02.2024", "1.2.2024", "1/5/24", "24-11-01", "95/11/30",
        "11/01/2024 10:00", "1/5/2024, 9:30 PM", " 11/01/2024",
    ],
)  # fmt: skip
def test_dates_in_a_form_that_can_be_read_two_ways_are_told(value: str) -> None:
    sentence = (
        "train.a: 9 dates with the year last, or of two digits, are text: the form does not say which number "
        "is the month; write ISO 8601 (YYYY-MM-DD); told from 90% dates (n=14)"
    )
    assert verdicts([value] * 9 + ["x"] + ["NA"] * 4)["DS206"] == (WARN, sentence)
    assert verdicts([value, "x"] * 9)["DS206"][0] is PASS


def test_texts_that_are_no_such_dates() -> None:
    for value in ("2024-13-01", "2023-02-29", "1.2.10", "40/01/2024", "11/2024", "555-12-3456", "10:30"):
        assert verdicts([value, "x"] * 9 + [value] * 900)["DS206"][0] is PASS, value


@pytest.mark.parametrize(
    ("values", "other", "noun"),
    [
        (["2024-01-31", "2024-02-29", "2000-02-29", "1999-12-01"], "unknown", "date"),
        (["2024-01-31", "2023-02-28"], "2024-02-30", "date"),
        (["2024-01-31", "2023-02-28"], "2023-02-29", "date"),
        (["2024-01-31", "2023-02-28"], "1900-02-29", "date"),
        (["2024-01-31", "2023-02-28"], "2024-13-01", "date"),
        (["2024-01-31", "2023-02-28"], "0000-00-00", "date"),
        (["2024/01/31", "2024/1/5"], "unknown", "date"),
        (
            ["2024-01-31 10:00:00", "2024-01-31T23:59:60.5Z", "2024-01-31 10:00 +02:00"],
            "2024-01-31 25:00:00",
            "date",
        ),
        (["2024-01-31 10:00:00 UTC", "2024-01-31 24:00:00"], "2024-01-31 10:61:00", "date"),
        (["true", "False"], "maybe", "boolean"),
        (["1", "2.5"], "abc", "number"),
    ],
)
def test_one_other_text_among_values_of_one_kind(values: list[str], other: str, noun: str) -> None:
    sentence = (
        f"train.a: 1 text among {20 * len(values)} {noun}s written as text, mixed from 90% {noun}s "
        f"(n={20 * len(values) + 1})"
    )
    assert verdicts([*values * 20, other])["DS206"] == (WARN, sentence)
    assert verdicts([*values, other])["DS206"][0] is PASS
    assert verdicts(values * 20)["DS206"][0] is PASS


def test_lines_that_begin_with_a_time_are_no_dates() -> None:
    lines = [f"2024-01-01 10:{minute}:00 user {minute} logged in" for minute in range(10, 60)]
    assert verdicts([*lines, "restarted"])["DS206"][0] is PASS


@pytest.mark.parametrize(
    "form", ["{}%", "{} %", "${}", "$1,{}.50", "{} \u20ac", "EUR {}", "\u2212{}", "-${}", "\u2212{}%"]
)
def test_numbers_as_tables_print_them(form: str) -> None:
    sentence = (
        "train.a: 50 numbers written with a percent sign, a currency or a minus that is no hyphen make the "
        "column text, told from 90% numbers (n=55)"
    )
    values = [form.format(number) for number in range(100, 150)]
    assert verdicts([*values, *map(str, range(4)), "x"])["DS206"] == (WARN, sentence)
    assert verdicts([*values, *["x"] * 6])["DS206"][0] is PASS
    assert verdicts([form.format(number) for number in range(100, 109)] * 9)["DS206"][0] is PASS, "labels"


@pytest.mark.parametrize(
    "form", ["{}% off", "A{}%", "{}-{}%", "$", "{}kg", "US{}", "\u2212", "\u2013 {} \u2013"]
)
def test_texts_that_are_no_printed_numbers(form: str) -> None:
    assert verdicts([form.format(number, number) for number in range(100, 150)])["DS206"][0] is PASS


def test_the_time_of_the_rows_is_looked_at_though_it_is_no_model_input() -> None:
    data = DataConfig.model_validate({"train": "t.csv", "target": "y", "time": "moment"})
    setting = Setting(
        data, "binary", CheckParameters(), None, {"train": {"moment": "string", "y": "integer"}}
    )
    profile = table("train", {"moment": ["11/01/2024", "11/02/2024"], "y": [0, 1]})
    found = [each for each in judge(Case(setting, {"train": profile})) if each.id == "DS206"]
    assert [(each.subject, each.outcome) for each in found] == [("moment", WARN)]


@pytest.mark.parametrize("text", ["Bod\ufffd", "BodÃ¸", "itâ€™s", "a\x00b", "bell\x07"])
def test_damaged_text(text: str) -> None:
    found = verdicts(["Oslo", "Bergen"] * 50 + [text])["DS207"]
    assert found == (WARN, "train.a: 1 damaged text, maximum 0 (n=101)")
    assert verdicts(["Oslo"] * 50 + [text], DS207={"max_rows": 1})["DS207"][0] is PASS


@pytest.mark.parametrize(
    "text", ["Bodø", "São Paulo", "Ã", "naïve", "日本", "a\tb", "two\nlines", "it’s", "€5"]
)
def test_text_in_any_language_is_not_damaged(text: str) -> None:
    assert verdicts(["Oslo", text] * 50)["DS207"][0] is PASS


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ([*range(50), float("inf")], 1),
        ([*range(50), float("-inf"), float("inf"), float("inf")], 3),
        ([*range(50), -999, -999], 2),
        ([*np.linspace(0, 1, 40), 99.0, 99.0, 99.0], 3),
    ],
)
def test_values_that_stand_for_something_else(values: list[Any], rows: int) -> None:
    found = verdicts([float(each) for each in values])["DS208"]
    assert found[0] is WARN
    what = "infinite value or stand-in" if rows == 1 else "infinite values or stand-ins"
    assert f"{rows} {what} such as -999" in found[1]


@pytest.mark.parametrize(
    "values",
    [
        [float(each) for each in range(1000)] * 2,  # 999 among its like
        [float(each) for each in range(90)] + [99.0, 99.0],  # a possible age
        [*map(float, range(50)), -999.0],  # once: an outlier, not a code
        [0.0, 999.0] * 30,  # two values
    ],
)
def test_nines_that_are_values(values: list[Any]) -> None:
    assert verdicts(values)["DS208"][0] is PASS


def test_a_slipped_decimal_point_is_an_outlier() -> None:
    values = RANDOM.normal(70, 10, 500).round(1).tolist()
    found = verdicts([*values, 7000.0])["DS209"]
    assert found == (
        WARN,
        "train.a: 1 value beyond 10 times the width of the middle 98 %, maximum 0 (n=501)",
    )
    assert verdicts([*values, 7000.0], DS209={"max_rows": 1})["DS209"][0] is PASS
    assert verdicts([*values, 7000.0], DS209={"spread": 500})["DS209"][0] is PASS


@pytest.mark.parametrize(
    "draw",
    [
        lambda: RANDOM.normal(size=5000),
        lambda: RANDOM.exponential(size=5000),
        lambda: RANDOM.lognormal(0, 2, 5000),
        lambda: RANDOM.pareto(1.5, 5000) + 1,
        lambda: RANDOM.poisson(0.01, 5000).astype(float),
        lambda: RANDOM.integers(0, 1000, 5000).astype(float),
        lambda: RANDOM.standard_t(4, 5000),
    ],
)
def test_honest_distributions_have_no_outliers(draw: Any) -> None:
    for _ in range(20):
        assert verdicts(draw().tolist())["DS209"][0] is PASS


def test_huge_and_few_values_are_judged_without_overflow() -> None:
    assert verdicts([1e308, -1e308] + [float(each) for each in range(300)])["DS209"][0] is WARN
    assert verdicts([1.0, 1e300] * 5)["DS209"][0] is PASS


@pytest.mark.parametrize(
    "values", [["1,006", "12,345,678.5", "7"] * 9, ["0,5", "1.234,5", "2.5"] * 9, ["1,006"] * 19 + ["x"] * 2]
)
def test_numbers_written_with_a_comma_are_told(values: list[Any]) -> None:
    outcome, sentence = verdicts(values)["DS206"]
    assert outcome is WARN
    found = sum("," in value for value in values)
    assert sentence == (
        f"train.a: {found} numbers written with a comma, of thousands or decimals, make the column text, "
        f"told from 90% numbers (n={len(values)})"
    )


def test_lists_with_commas_are_no_numbers() -> None:
    for value in ("a,b", "1,2;3", "1, 2", ",5", "1,,2"):
        assert verdicts([value, "7"] * 9)["DS206"][0] is PASS


def test_infinite_times_are_told_of_any_column() -> None:
    times = replace(column("seen", [1, None, None], "date"), infinite=2)
    target = column("y", [0, 1, 0])
    data = DataConfig.model_validate({"train": "t.csv", "target": "y", "time": "seen", "key": "seen"})
    setting = Setting(data, "binary", CheckParameters(), None, {"train": {"seen": "date", "y": "integer"}})
    profile = TableProfile("train", "t.csv", 3, (times, target), 1, "0" * 64)
    (found,) = judge(Case(setting, {"train": profile}))
    assert (found.id, found.outcome) == ("DS208", WARN)
    assert found.sentence == "train.seen: 2 infinite dates, which count as null, maximum 0 (n=3)"
