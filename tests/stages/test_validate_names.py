"""What the validation says of names that no file has: the key, its line, the nearest name, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.errors import ConfigError, InputError
from mlops_actions.stages import validate
from tests.stages.small import CONFIG, make_small

if TYPE_CHECKING:
    from pathlib import Path

GENDER = (
    r"^mlops\.yaml:8: data\.sensitive\[0\]: no column 'gendr' in data/train\.parquet or "
    r"data/evaluation\.parquet\. Did you mean 'gender'\? Columns: customer, gender, city, visits, churned\.$"
)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "sensitive: [gender]",
            "sensitive: [gendr]",
            GENDER,
        ),
        ("target: churned", "target: chrned", r"^mlops\.yaml:6: data\.target: no column 'chrned' in"),
        (
            "  metrics:",
            "  slices: [cty]\n  metrics:",
            r"^mlops\.yaml:12: evaluate\.slices\[0\]: no column 'cty' in data/evaluation\.parquet\. ",
        ),
        ("key: customer", "key: custmer", r"^mlops\.yaml:7: data\.key.*: no column 'custmer'"),
        (
            "  schema:",
            "  exclude: [towns]\n  schema:",
            r"^mlops\.yaml:9: data\.exclude\[0\]: no column 'towns'",
        ),
        (
            "  schema:",
            "  features: [city, visit]\n  schema:",
            r"^mlops\.yaml:9: data\.features\[1\]: no column",
        ),
        ("  schema:", "  time: day\n  schema:", r"^mlops\.yaml:9: data\.time: no column 'day'"),
        ("  schema:", "  weight: w\n  schema:", r"^mlops\.yaml:9: data\.weight: no column 'w'"),
        (
            "evaluate:",
            "validate:\n  checks:\n    DS202:\n      exclude: [town]\nevaluate:",
            r"^mlops\.yaml:13: validate\.checks\.DS202\.exclude\[0\]: no column 'town'",
        ),
        (
            "evaluate:",
            "validate: {checks: {DS301: {columns: {vists: {}}}}}\nevaluate:",
            r"^mlops\.yaml:10: validate\.checks\.DS301\.columns\.vists: no column .* Did you mean 'visits'\?",
        ),
    ],
)
def test_a_column_that_no_file_has_is_a_typing_error(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = CONFIG.replace(old, new)
    with pytest.raises(InputError, match=says):
        validate.run(make_small(tmp_path, head=text, base=text))


def test_the_line_is_only_told_where_the_text_at_hand_says_it(tmp_path: Path) -> None:
    """The base commit's target rules: head's line says another."""
    context = make_small(tmp_path, base=CONFIG.replace("target: churned", "target: chrned"))
    with pytest.raises(InputError, match=r"^mlops\.yaml: data\.target: no column 'chrned' in data/train"):
        validate.run(context)


def test_every_expression_is_read_before_anything_is_trained(tmp_path: Path) -> None:
    text = CONFIG + (
        "business:\n  kpis:\n"
        '    - {id: a, title: A, row_value: "score * (visits"}\n'
        '    - {id: b, title: B, aggregate: ratio, row_value: "score", denominator: "vists"}\n'
    )
    context = make_small(tmp_path, head=text, base=text)
    with pytest.raises(ConfigError) as caught:
        validate.run(context)
    assert [str(each.location) for each in caught.value.problems] == ["mlops.yaml:15", "mlops.yaml:16"]
    assert "ends too early at character" in caught.value.problems[0].message
    assert "'vists'" in caught.value.problems[1].message
    assert not context.results.has("dataset")


def test_all_unknown_columns_are_told_together(tmp_path: Path) -> None:
    text = CONFIG.replace("[gender]", "[sex, age]").replace("key: customer", "key: id")
    with pytest.raises(InputError) as caught:
        validate.run(make_small(tmp_path, head=text, base=text))
    assert [each.message.split(":")[0] for each in caught.value.problems] == [
        "data.key[0]",
        "data.sensitive[0]",
        "data.sensitive[1]",
    ]
