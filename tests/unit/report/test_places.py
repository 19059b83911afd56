"""Places in words, in the comment's fold and beside the check on the page."""

from __future__ import annotations

import pytest

from mlops_actions.report.data_page.page import render_page
from mlops_actions.report.places import COUNTED, places
from mlops_actions.results.dataset import FailureCase
from mlops_actions.results.verdict import Outcome
from tests.unit.report.data_sample import check, data_view, payload
from tests.unit.report.sample import envelope
from tests.unit.report.test_data_first import whole

MANY = tuple(FailureCase(where="train.income", rows=(at,)) for at in range(1, 21))


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (FailureCase(where="train.income", rows=(1017,)), "row 1,017"),
        (FailureCase(where="train.income", rows=(4, 17), count=2), "rows 4 and 17"),
        (FailureCase(where="train.income", rows=(4, 17, 20, 21), count=12), "12 rows, such as 4, 17 and 20"),
        (FailureCase(where="train.income", rows=(4,), value="-5.0", key="id 7"), "row 4: -5.0 (key id 7)"),
        (
            FailureCase(where="evaluation, equal to row 9 of train", rows=(4,)),
            "row 4 of evaluation, equal to row 9 of train",
        ),
        (FailureCase(where="train.income: why not", count=12), "train.income: why not (12 rows)"),
        (FailureCase(where="slice of 10 rows", count=10), "slice of 10 rows"),
        (FailureCase(where="train.income", key="id 7"), "1 row (key id 7)"),
    ],
)
def test_a_place_in_words(case: FailureCase, said: str) -> None:
    assert places(check(failures=(case,)), 5) == (said,)


def test_more_than_are_asked_for_are_counted_and_what_says_nothing_is_left_out() -> None:
    assert places(check(failures=MANY), 5)[4:] == ("row 5", "15 places more")
    assert places(check(failures=(FailureCase(where="train.income", count=3),)), 5) == ()
    assert places(check(failures=MANY), 20)[-1] == "row 20"


def test_what_the_sentence_says_already_is_no_place() -> None:
    drifted = (FailureCase(where="a", count=500), FailureCase(where="k9", count=500))
    seen = check("DS301", Outcome.WARN, sentence="1 of 2 columns drift: a (KS 0.5)", failures=drifted)
    assert places(seen, 5) == ("k9 (500 rows)",)
    assert "Data: the rows of" not in whole(data_view(seen))


def test_the_comment_folds_five_of_each_check_below_the_failures() -> None:
    page = whole(data_view(check(failures=MANY), check("DS209", Outcome.WARN, failures=MANY[:1])))
    assert "<summary>Data: the rows of 2 checks" in page
    assert "row 1; row 2; row 3; row 4; row 5; 15 places more" in page
    assert COUNTED in page
    assert page.index("What to do") < page.index("Data: the rows of 2 checks") < page.index("Data: 1 warning")
    assert "Data: the rows of" not in whole(data_view(check()))


def test_the_page_has_all_of_them_beside_the_check() -> None:
    page = render_page("p", envelope("dataset", payload(check(failures=MANY))))
    assert "At row 1; row 2; row 3; row 4; row 5.</small><details><summary>15 more</summary>" in page
    assert "row 20." in page
    assert page.count("15 places more") == 1  # on the column's card
