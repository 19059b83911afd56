from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from mlops_actions.report.data_page.card import cards_of, show
from mlops_actions.report.data_page.chart import cell_name, chart, comparable, described, edge_name
from mlops_actions.report.data_page.elements import Html, element, joined
from mlops_actions.report.data_page.page import OPEN, render_page, size
from mlops_actions.results.dataset import ColumnSummary, DatasetResult, FailureCase
from mlops_actions.results.verdict import Outcome
from tests.unit.report.data_sample import check, column, data_view, drift_row, payload, split
from tests.unit.report.hostile import HOSTILE
from tests.unit.report.sample import envelope
from tests.unit.report.test_data_first import whole

VOID = {"meta", "input", "path", "use", "circle"}
MEGABYTE = 1_000_000


class Reader(HTMLParser):
    """Every element and text of a page; AssertionError where the nesting is broken."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def cell_names(made: ColumnSummary, cells: int) -> list[str]:
    return [cell_name(made, place) for place in range(cells)]


def page_of(made: DatasetResult, outcome: Outcome = Outcome.FAIL) -> str:
    return render_page("churn", envelope("dataset", made, outcome))


def test_text_is_escaped_and_markup_made_here_is_not() -> None:
    made = element("p", "<b>", Html("<i>x</i>"), data_label='"&', class_="n", hidden=None)
    assert made == '<p data-label="&quot;&amp;" class="n">&lt;b&gt;<i>x</i></p>'
    assert joined("a&", made) == f"a&amp;{made}"


def test_failures_come_first_then_splits_then_a_card_a_column() -> None:
    read = Reader(
        page_of(payload(check(failures=(FailureCase(where="row 7", count=2),)), check("DS201", Outcome.WARN)))
    )
    order = ["churn: data", "1 failure", "1 warning", "Splits", "1 column", "Checks"]
    places = [read.text.index(word) for word in order]
    assert places == sorted(places)
    assert "0 of 2 checks pass, 1 fail, 1 warn." in read.text
    assert "not decided" not in read.text
    assert "Look at the values outside. At row 7 (2 rows)." in read.text
    assert "2.0 KiB" in read.text


def test_what_is_not_decided_is_no_warning() -> None:
    warn, undecided = check("DS201", Outcome.WARN), check("DS305", Outcome.INCONCLUSIVE)
    read = Reader(page_of(payload(warn, warn, undecided)))
    assert "0 of 3 checks pass, 2 warn, 1 not decided." in read.text
    assert "2 warnings, 1 not decided" in read.text
    read = Reader(page_of(payload(undecided)))
    assert read.text.count("1 not decided") == 2
    assert "warning" not in read.text


def test_a_card_tells_what_the_changes_own_file_shows_of_its_column() -> None:
    """Else a column stays green that is broken in the evaluation rows as they will be."""
    own = "data/ev.csv of this change"
    rows = (
        drift_row(outcome=Outcome.PASS),
        drift_row("age", Outcome.WARN, pair=f"training against evaluation in {own}"),
    )
    made = payload(
        check(subject=f"income in {own}"),
        datasets=(split("train", column(), column("age"), column("visits")),),
        drift=rows,
    )
    assert [(each.name, each.outcome) for each in cards_of(made)] == [
        ("income", Outcome.FAIL),
        ("age", Outcome.WARN),
        ("visits", Outcome.PASS),
    ]
    page = show(cards_of(made)[1], is_open=True)
    assert f"training against evaluation in {own}: " in page


def test_both_splits_are_drawn_in_the_same_cells_on_one_scale() -> None:
    columns = {"train": column(), "evaluation": column(histogram=(0, 75, 75, 150))}
    drawn = chart(columns["train"], comparable(columns))
    bars, line = re.findall(r' d="([^"]*)"', drawn)
    assert bars == "M2.0 80v-39.0h76.0v39.0zM82.0 80v-78.0h76.0v78.0zM242.0 80v-39.0h76.0v39.0z"
    assert line == "M0 80V80.0H80.0V41.0H160.0V41.0H240.0V2.0H320.0V80"
    assert 'aria-label="training most in 5 to 10 (50%); evaluation most in 15 to 20 (50%)"' in drawn


def test_a_split_with_other_cells_is_not_drawn_over_training() -> None:
    columns = {"train": column(), "evaluation": column(start=1.0), "reference": column(histogram=(1, 2))}
    assert list(comparable(columns)) == ["train"]
    assert comparable({"evaluation": column()}) == {}
    assert comparable({"train": column(histogram=(0, 0, 0, 0))}) == {}


def test_categories_have_ranks_and_no_names_unless_values_are_shown() -> None:
    plain = column(type="string", ranks=2, start=None, width=None, histogram=(5, 3, 1, 0), mean=None)
    other = plain.model_copy(update={"histogram": (3, 3, 1, 3)})
    shares = comparable({"train": plain, "evaluation": other})
    assert cell_names(plain, 4) == ["category 1", "category 2", "others", "new"]
    assert (
        described(plain, shares) == "training most in category 1 (56%); evaluation most in category 1 (30%)"
    )
    assert cell_names(plain.model_copy(update={"labels": ("", "Oslo")}), 3) == [
        "category 1",
        "Oslo",
        "others",
    ]
    named = plain.model_copy(update={"labels": ("Oslo", "Bergen")})
    (card,) = cards_of(payload(datasets=(split("train", named),)))
    assert '<p class="axis named"><span title="Oslo">Oslo</span><span title="Bergen">' in show(
        card, is_open=True
    )
    assert "most common" not in show(card, is_open=True)
    (card,) = cards_of(payload(datasets=(split("train", plain),)))
    assert "most common" in show(card, is_open=True)


def test_dates_and_truth_values_have_edges_in_words() -> None:
    day = 86_400e6
    dates = column(type="date", start=19_000 * day, width=day, histogram=(1, 1))
    assert cell_names(dates, 2) == ["2022-01-08 to 2022-01-09", "2022-01-09 to 2022-01-10"]
    assert cell_names(column(type="boolean", start=0.0, width=1.0, histogram=(1, 3)), 2) == ["false", "true"]
    far = column(type="timestamp", start=1e30, width=day, histogram=(1,))
    assert cell_names(far, 1) == ["1e+30 to 1e+30"]


@pytest.mark.parametrize(
    ("start", "width", "low", "high"),
    [
        (1.7e12, 5e6, "1,700,000,000,000", "1,700,010,000,000"),
        (1e15, 1000, "1,000,000,000,000,000", "1,000,000,000,002,000"),
        (0.9999975, 2.5e-6, "0.9999975", "1.0000025"),
        (0.99999675, 2.5e-7, "0.99999675", "0.99999725"),
        (-4e-9, 2e-9, "−4e−09", "0"),
        (1e300, 1e299, "1e+300", "1.2e+300"),
        (0.0, 1e12, "0", "2e+12"),
        (-1.0, 0.25, "−1.00", "−0.50"),
    ],
)
def test_the_ends_of_an_axis_tell_its_cells_apart(start: float, width: float, low: str, high: str) -> None:
    numbers = column(type="number", start=start, width=width)
    assert [edge_name(numbers, at) for at in (0, 2)] == [low, high]


def test_a_long_figure_breaks_behind_its_commas_to_stay_in_its_card() -> None:
    (card,) = cards_of(payload(datasets=(split("train", column(mean=1.7e15 + 12345, std=9.0, distinct=9)),)))
    drawn = show(card, is_open=True)
    assert '<td class="n">1,<wbr>700,<wbr>000,<wbr>000,<wbr>012,<wbr>345</td>' in drawn
    assert '<td class="n">9</td>' in drawn


def test_a_column_that_training_does_not_have_says_where_it_is() -> None:
    found = [split("train"), split("serving_log", column("prediction")), split("reference", column("old"))]
    by_name = {card.name: show(card, is_open=True) for card in cards_of(payload(datasets=tuple(found)))}
    assert "only in the serving log" in by_name["prediction"]
    assert "only in the reference" in by_name["old"]


def test_a_sentence_is_whole_or_cut_between_words() -> None:
    long = "material above a hundred " * 20
    page = page_of(payload(check(sentence=long)))
    assert long.strip() in page
    page = page_of(payload(check(sentence=long * 3)))
    assert re.search(r"(material|above|a|hundred)…", page)


def test_the_gravest_columns_come_first_and_say_why() -> None:
    made = payload(
        check(subject="b", sentence="train.b: bad"),
        datasets=(
            split("train", column("a"), column("b"), column("c"), column("d", hidden="a key", histogram=())),
        ),
        drift=(drift_row("c"), drift_row("a", Outcome.PASS, effect=0.01)),
    )
    cards = cards_of(made)
    assert [each.name for each in cards] == ["b", "c", "a", "d"]
    assert [each.words for each in cards] == ["loud", "loud drift", "", ""]
    read = Reader(page_of(made))
    assert "train.b: bad" in read.text
    assert "KS 0.2100, at least 0.1700" in read.text
    assert "KS 0.0100, no drift" in read.text
    assert "not shown: a key" in read.text


def test_the_page_asks_nobody_and_runs_only_its_own_script() -> None:
    page = page_of(payload())
    read = Reader(page)
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"img", "link", "iframe", "object", "base", "a"}
    assert not re.search(r"https?:|url\(|@import", page)
    (policy,) = [attrs["content"] for tag, attrs in read.elements if attrs.get("http-equiv")]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'", policy or ""
    )
    assert not [
        attrs for _, attrs in read.elements if any(name.startswith(("on", "style")) for name in attrs)
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_only_text(hostile: str) -> None:
    made = payload(
        check(hostile, subject=hostile, sentence=hostile, remediation=hostile, title=hostile),
        datasets=(
            split("train", column(hostile, type=hostile, ranks=1, labels=(hostile,)), path=hostile),
            split(hostile),
        ),
        drift=(drift_row(hostile, pair=hostile, sentence=hostile, statistic=hostile),),
        notes=(hostile,),
    )
    plain = Reader(page_of(payload(*made.checks, datasets=made.datasets, drift=made.drift)))
    read = Reader(render_page(hostile, envelope("dataset", made, Outcome.FAIL)))
    assert sum(tag == "script" for tag, _ in read.elements) == 1
    assert {tag for tag, _ in read.elements} == {tag for tag, _ in plain.elements}
    assert not {tag for tag, _ in read.elements} & {"img", "h6", "a", "iframe"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x07\x1b]", read.text)


def test_few_columns_are_open_and_many_are_folded() -> None:
    few = Reader(page_of(payload()))
    many = Reader(page_of(payload(datasets=(split("train", *(column(f"c{at}") for at in range(OPEN + 1))),))))
    opened = [
        sum(attrs.get("class") == "card" and "open" in attrs for _, attrs in read.elements)
        for read in (few, many)
    ]
    assert opened == [1, 0]


def test_two_thousand_columns_are_less_than_five_megabytes_and_more_are_counted() -> None:
    names = [f"column_{place:04d}" for place in range(2100)]
    columns = tuple(column(name, histogram=tuple(range(1, 31))) for name in names)
    made = payload(
        check(subject=names[-1]),
        datasets=(split("train", *columns), split("evaluation", *columns)),
        drift=tuple(drift_row(name, Outcome.PASS) for name in names),
    )
    page = page_of(made)
    assert len(page.encode()) < 5 * MEGABYTE
    assert page.count('class="card"') == 2000
    assert "100 more columns, the least grave ones, are in dataset.json." in page
    assert names[-1] in page


def test_sizes_as_people_read_them() -> None:
    assert [size(value) for value in (999, 2048, 5 * 2**30)] == ["999 B", "2.0 KiB", "5.0 GiB"]


def test_figures_have_the_digits_that_are_known_as_the_checks_and_the_comment_write_them() -> None:
    shown = column("income", mean=115_800.0, median=53.8, std=87_000.0)
    flag = column("flag", mean=0.305, median=0.0, std=0.46)
    paid = column("paid", mean=17_000.0, median=19.6, std=498_000.0, iqr=24.1)
    page = page_of(payload(datasets=(split("train", shown, flag, paid),)))
    comment = whole(data_view(datasets=(split("train", shown, flag, paid),)))
    for figure in ("115,800", "87,000", "0.305", "0.46", "17,000", "19.6", "498,000"):
        assert f">{figure}</td>" in page
        assert f"| {figure} |" in comment
    assert not re.search(r"\d\.\d*0</td>", page)  # no padding


def test_figures_never_break_and_many_splits_have_broad_cards() -> None:
    """At 1,000 px four splits were torn in mid-number: any place may break in a cell of figures."""
    four = ("train", "evaluation", "reference", "serving_log")
    nulls = column("a", rows=400, nulls=200)
    page = page_of(payload(datasets=tuple(split(role, nulls) for role in four)))
    assert 'class="cards broad"' in page
    assert page.count('<div class="scroll"><table>') == 1
    assert "200 (50.0\u00a0%)" in page
    rule = next(line for line in page.splitlines() if line.startswith(".card th, .card td"))
    assert "overflow-wrap" not in rule
    assert 'class="cards"' in page_of(payload(datasets=tuple(split(role, nulls) for role in four[:2])))


def test_four_splits_of_two_thousand_columns_stop_at_the_limit() -> None:
    columns = tuple(column(f"c{place}", histogram=tuple(range(1, 31))) for place in range(2000))
    roles = ("train", "evaluation", "reference", "serving_log")
    page = page_of(payload(datasets=tuple(split(role, *columns) for role in roles)))
    assert len(page.encode()) < 5 * MEGABYTE
    shown = page.count('class="card"')
    assert 1000 < shown < 2000
    assert f"{2000 - shown:,} more columns, the least grave ones" in page
