"""YAML to values and lines: what cannot be read is told with its line, and a short text stays small."""

from __future__ import annotations

import pytest

from mlops_actions.config.lines import MAX_VALUES, dotted, read_yaml
from mlops_actions.errors import ConfigError

TEXT = """\
# a comment
data:
  train: a.csv
  key: [id,
    day]
gate:
  rules:
    - {metric: f1}
    - metric: r2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("data",), 2),
        (("data", "train"), 3),
        (("data", "key", 1), 5),
        (("gate", "rules", 1, "metric"), 9),
        (("gate", "rules", 0, "absent", "deeper"), 8),
        (("nowhere",), 2),
    ],
)
def test_every_path_has_the_line_of_its_longest_known_part(path: tuple[str | int, ...], line: int) -> None:
    assert read_yaml(TEXT, "x.yaml").line(path) == line


def test_an_empty_text_is_none_on_line_one() -> None:
    document = read_yaml("# nothing\n", "x.yaml")
    assert document.value is None
    assert document.line(("a",)) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [1\nc: 2\n", r"x.yaml:3: not valid YAML: .* a flow sequence that starts on line 2\)"),
        ("a: 1\n\tb: 2\n", r"x.yaml:2: not valid YAML: found character '\\t'"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: not valid YAML: a second document; one is allowed"),
        ("a: 1\nb: !!python/name:os.system x\n", "x.yaml:2: not valid YAML: .*python/name"),
        ("a: *nowhere\n", "x.yaml:1: not valid YAML: found undefined alias"),
        ("a: 1\nb: \x00\n", "x.yaml:2: not valid YAML: the character #x0000 is not allowed"),
        ("a: 1\nb: {c: [2020-13-45]}\n", "x.yaml:2: not valid YAML: '2020-13-45': month must be in 1..12"),
        (f"a: 1\nb: {'9' * 5000}\n", r"x.yaml:2: not valid YAML: '9+\.\.\.': Exceeds the limit"),
        ("a: " + "[" * 5000, "x.yaml: not valid YAML: nested too deeply"),
        ("a: 1\nb: &b [1, *b]\n", "x.yaml:2: not valid YAML: an alias to a part of itself"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line_and_a_next_step(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        read_yaml(text, "x.yaml")
    assert caught.value.problems[0].hint


def test_aliases_cannot_make_a_short_text_a_huge_one() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ConfigError, match=r"x.yaml:\d: not valid YAML: aliases for far too much") as caught:
        read_yaml("\n".join(lines), "x.yaml")
    assert f"{MAX_VALUES:,}" in caught.value.hint


def test_an_alias_and_a_merge_key_are_fine() -> None:
    document = read_yaml("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\n", "x.yaml")
    assert document.value == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}
    assert document.line(("c", "y")) == 3


def test_every_repeated_key_is_told_with_both_lines() -> None:
    text = "a: 1\nb:\n  - {c: 1, c: 2}\na: 3\n"
    with pytest.raises(ConfigError) as caught:
        read_yaml(text, "x.yaml")
    assert [str(each) for each in caught.value.problems] == [
        "x.yaml:3: b[0].c: the key stands twice (first: line 3). Remove one of them.",
        "x.yaml:4: a: the key stands twice (first: line 1). Remove one of them.",
    ]


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("no", 'x.yaml:2: a.no: the key is no text (bool). Quote it: "no".'),
        ("2019", 'x.yaml:2: a.2019: the key is no text (int). Quote it: "2019".'),
        ("~", 'x.yaml:2: a.~: the key is no text (null). Quote it: "~".'),
        ("? [1, 2]\n  ", "x.yaml:2: a.a list or mapping: the key is no text (seq)."),
    ],
)
def test_a_key_that_yaml_reads_as_no_text_is_told(key: str, seen: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(f"a:\n  {key}: 1\n", "x.yaml")
    assert str(caught.value).startswith(seen)


def test_a_path_as_it_is_written() -> None:
    assert dotted(("gate", "rules", 0, "metric")) == "gate.rules[0].metric"
    assert dotted(()) == ""


@pytest.mark.parametrize("number", ["01", "010", "-007", "0_1", "12:30", "1:30.5", "+0123"])
def test_a_number_that_yaml_reads_otherwise_than_a_person_is_refused(number: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_yaml(f"a:\n  - 1\n  - {number}\n", "x.yaml")
    assert str(caught.value) == (
        f"x.yaml:3: a[1]: {number}: YAML reads another number than a person does. "
        f'Write it without zeros and colons, or quote it: "{number}".'
    )


@pytest.mark.parametrize(
    "number", ["0", "-0", "10", "0.5", "00.5", "1e3", "0x1f", "1_000", "'01'", "2020-01-01", "08"]
)
def test_other_numbers_are_read(number: str) -> None:
    assert read_yaml(f"a: {number}\n", "x.yaml").value is not None
