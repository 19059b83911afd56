from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlops_actions.report.markdown import MAX_BYTES, render_markdown
from mlops_actions.report.sections.data.first import data, is_red
from mlops_actions.report.sections.folds import folds
from mlops_actions.report.sections.headline import word
from mlops_actions.report.sections.top import top
from mlops_actions.results.changes import ColumnChange, ColumnShift, DataChange
from mlops_actions.results.dataset import SelfTest
from mlops_actions.results.schema_change import SchemaChange
from mlops_actions.results.verdict import Outcome
from tests.unit.report.data_sample import check, column, data_view, drift_row, split
from tests.unit.report.hostile import HOSTILE, acts, to_html
from tests.unit.report.sample import view

if TYPE_CHECKING:
    from mlops_actions.report.view import View

WARN, PASS = Outcome.WARN, Outcome.PASS


def first(made: View) -> str:
    return _plain(render_markdown(data(made)))


def whole(made: View) -> str:
    return _plain(render_markdown((*top(made), *folds(made))))


def _plain(markdown: str) -> str:
    return markdown.replace("\u00a0", " ").replace("\\", "").replace("\u200b", "")


def test_without_a_result_nothing_is_said() -> None:
    assert data(view()) == ()
    assert "Data" not in whole(view())


def test_the_verdict_counts_every_outcome_and_names_the_sizes() -> None:
    said = first(
        data_view(check(), check(outcome=WARN), check(outcome=PASS), check(outcome=Outcome.INCONCLUSIVE))
    )
    line = "**Data:** ❌ 1 of 4 checks pass, 1 fails, 1 warns, 1 not decided."
    assert said.startswith(f"{line} train 400 rows x 1 column; evaluation 300 rows x 1 column.")


def test_failures_stand_first_ten_of_them_and_the_rest_is_folded() -> None:
    red = [check(subject=f"c{place}", sentence=f"train.c{place}: bad {place}") for place in range(13)]
    made = data_view(check("DS201", WARN, sentence="train: twice"), *red)
    said = first(made)
    assert "| ❌ | `DS103` `train.c0` | bad 0 | Look at the values outside. |" in said
    assert said.count("| ❌ |") == 10
    assert "and 3 failures more, below" in said
    assert "twice" not in said
    page = whole(made)
    assert page.index("<summary>Data: 3 failures more") < page.index("<summary>Data: 1 warning<")
    assert page.count("| ❌ | `DS103`") == 13


def test_data_that_failed_goes_before_money_and_data_that_holds_after_it() -> None:
    red, green = data_view(check()), data_view()
    assert is_red(red)
    assert not is_red(green)
    assert whole(red).index("**Data:**") < whole(red).index("**Objective:")
    assert whole(green).index("**Objective:") < whole(green).index("**Data:**")


def test_labels_size_and_cost_are_on_the_first_screen_where_they_warn_and_folded_else() -> None:
    view = data_view(
        check("DS602", Outcome.WARN, title="Learning curve", sentence="train: about 12,000 rows more"),
        check("DS603", PASS, title="Training cost", sentence="train: 0.2 seconds"),
        check("DS502", Outcome.SKIPPED, title="Label errors", sentence="off"),
    )
    said, page = first(view), whole(view)
    assert "- **Learning curve:** train: about 12,000 rows more" in said
    assert "Training cost" not in said
    assert "- **Training cost:** train: 0.2 seconds" in page[page.index("<summary>Data: before training") :]
    assert "Label errors" not in page


def test_what_a_reader_must_know_is_said_in_the_data_part() -> None:
    assert "The training data is not compared" in first(
        data_view(notes=("The training data is not compared with the base commit's: x.",))
    )


def test_a_sentence_of_five_columns_that_drift_is_shown_to_its_end() -> None:
    told = ", ".join(f"column_{at} (KS 0.5000, at least 0.4000, material above 0.05)" for at in range(5))
    said = f"6 of 7 columns drift between training and the serving log: {told}, and 1 more (n=20,000)"
    drift = check("DS305", WARN, subject="training against the serving log", sentence=said)
    assert f"| {said} |" in whole(data_view(drift))


def test_what_stands_between_backticks_in_a_note_is_code() -> None:
    made = data_view(notes=("data.schema is not declared: run `mlops schema infer` on the data",))
    shown = to_html(render_markdown(data(made)))
    assert "run <code>mlops schema infer</code> on the data</sub>" in shown.replace("\u00a0", " ")


def test_a_category_of_the_schema_is_named_by_its_column_once() -> None:
    change = SchemaChange(
        where="who.categories", effect="wider", sentence="who: category 'dee' added: wider", new="dee"
    )
    assert "- `who.categories` category 'dee' added: wider" in whole(data_view(schema_changes=(change,)))


def test_what_changed_is_in_the_verdict_and_its_details_are_folded() -> None:
    made = data_view(
        schema_changes=(
            SchemaChange(where="age", effect="narrower", sentence="age added (integer): narrower"),
            SchemaChange(
                where="income.maximum",
                effect="wider",
                sentence="income.maximum 10 -> 1000000: wider",
                old="10",
                new="1000000",
            ),
            SchemaChange(where="age.unit", effect="changed", sentence="age.unit nothing -> a: b", new="a: b"),
        ),
        data_changes=(
            DataChange(
                role="train", key=("id",), rows_before=380, rows_now=400, added=21, removed=1, changed=7,
                columns=(ColumnChange(column="income", rows=7),), columns_added=("age",),
            ),
            DataChange(
                role="evaluation", rows_before=9, rows_now=8, reason="the base commit's file is a pointer"
            ),
        ),
    )  # fmt: skip
    wanted = (
        "Changed: train 21 rows added, 1 row removed, 7 rows changed, 1 column added; 3 parts of the schema."
    )
    assert wanted in first(made)
    page = whole(made)
    assert "<summary>Data: 3 changes of the schema, 1 wider</summary>" in page
    assert page.index("- `income.maximum` `10` → `1000000`: wider") < page.index(
        "- `age` added (integer): narrower"
    )
    assert "- `age.unit` nothing → `a: b`\n" in page
    assert "| `train` | 380 | 400 | 21 | 1 | 7 |" in page
    assert "| `evaluation` | 9 | 8 | - | - | - |" in page
    assert "- train: rows changed in income (7)" in page
    assert "- evaluation: the base commit's file is a pointer" in page


def test_a_column_that_moved_is_told_with_its_split() -> None:
    moved = ColumnShift(
        column="pay", sentence="pay: KS 0.100 (n=9 and 9)", kind_before="number", kind_now="number",
        null_rate_before=0, null_rate_now=0,
    )  # fmt: skip
    changes = tuple(DataChange(role=role, shifts=(moved,) * 12) for role in ("train", "evaluation"))
    page = whole(data_view(data_changes=changes))
    for role in ("train", "evaluation"):
        assert f"- {role}: pay: KS 0.100 (n=9 and 9)" in page
        assert f"- {role}: 2 columns more that moved, in dataset.json" in page


def test_drift_is_drawn_in_both_samples_on_one_scale() -> None:
    page = whole(data_view(drift=(drift_row(), drift_row("visits", PASS, effect=0.01, effect_low=0.0))))
    assert "<summary>Data: 1 of 2 columns drift</summary>" in page
    assert "Training against evaluation, the largest first (n=400 and 300)" in page
    assert "| ⚠️ | `income` | `▅█\u2007▅` | `\u2007▅▅█` | 0.2100 | 0.1700 | 1.5e−20 | 0.4000 |" in page
    assert page.index("`income` | `▅") < page.index("`visits` | `▅")
    named = whole(data_view(drift=(drift_row("city", labels=("Oslo", "", "Bergen")),)))
    assert "`city` <sub>Oslo, …, Bergen</sub>" in named or "`city` Oslo, …, Bergen" in named


def test_each_pair_of_samples_has_a_table_and_what_was_not_judged_is_counted() -> None:
    rows = (
        drift_row(),
        drift_row("day", Outcome.SKIPPED, sentence="day: a date, which moves on by itself"),
        drift_row(pair="training against the serving log"),
    )
    page = whole(data_view(drift=rows))
    assert "Data: 2 of 2 comparisons drift" in page
    assert "Training against the serving log" in page
    assert "1 not judged (day: a date, which moves on by itself)" in page


def test_the_self_test_and_the_columns_are_folded() -> None:
    noticed = SelfTest(probe="DATA1", fault="10 % nulls", column="income", noticed=True)
    made = data_view(
        datasets=(split("train", column(), column("age", nulls=100, mean=None, median=None, std=None)),),
        self_tests=(noticed,),
    )
    page = whole(made)
    assert "<summary>Data: 2 columns in numbers</summary>" in page
    assert "Self-test: every injected fault noticed (1)." in page
    assert "| train | `age` | number | 100 | 25.00% | 20 | — | — | — |" in page
    assert page.index("| `age` |") < page.index("| `income` |")


def test_two_thousand_columns_fit_a_comment_with_the_failures_kept() -> None:
    names = [f"column_{place:04d}_{'x' * 60}" for place in range(2000)]
    columns = tuple(column(name) for name in names)
    red = [check(subject=name, sentence=f"train.{name}: {'long ' * 400}") for name in names]
    made = data_view(
        *red,
        *(check("DS201", WARN, subject=name) for name in names),
        datasets=(split("train", *columns), split("evaluation", *columns)),
        drift=tuple(drift_row(name) for name in names),
    )
    page = render_markdown((*top(made), *folds(made)))
    assert len(page.encode()) <= MAX_BYTES
    assert page.count("| ❌ | `DS103`") >= 10
    assert "and 1,990 failures more, below" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_sentences_stay_text(text: str) -> None:
    made = data_view(
        check(subject=text, sentence=text, remediation=text),
        check("DS602", PASS, title=text, sentence=text),
        check("DS201", WARN, subject=text, sentence=text),
        datasets=(split("train", column(text)),),
        drift=(drift_row(text, pair=text, sentence=text),),
        schema_changes=(SchemaChange(where=text, effect="changed", sentence=text),),
        data_changes=(DataChange(role=text, columns_added=(text,)),),
    )
    assert acts(to_html(render_markdown((*top(made), *folds(made))))) == []


def test_a_pass_over_data_that_warn_says_how_many_in_its_headline() -> None:
    loud = data_view(check("DS301", WARN), check("DS302", WARN), check("DS101", PASS))
    assert word(loud) == "pass, 2 data warnings"
    assert word(data_view(check("DS101", PASS))) == "pass"
