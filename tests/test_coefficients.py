"""Each coefficient gives the figure of a published worked example, and agrees with a library where there is one."""

from __future__ import annotations

from collections import Counter

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpusbuild.agreement.coefficients import alpha, f1, gaps, kappa, masi, ordinal_alpha, share, unitizing_alpha, unitizing_sums
from corpusbuild.agreement.matching import assign, dice, match, merged, shared
from corpusbuild.agreement.resampling import Tally
from corpusbuild.agreement.scoring import _alike
from corpusbuild.agreement.skipping import closed_up
from corpusbuild.agreement.tokens import touched, words
from corpusbuild.text.span import Span


def one(coefficient, sums) -> float:
    return float(coefficient(np.array([sums], dtype=float))[0])


def nominal(pairs) -> float:
    values = sorted({each for pair in pairs for each in pair}, key=repr)
    used = Counter(each for pair in pairs for each in pair)
    return one(alpha(), [*(used[value] for value in values), sum(a != b for a, b in pairs)])


def kappa_of(table) -> float:
    table = np.array(table)
    return one(kappa(len(table)), [*table.sum(axis=1), *table.sum(axis=0), np.trace(table)])


def masi_alpha(pairs) -> float:
    sets = list({each for pair in pairs for each in pair})
    used = Counter(each for pair in pairs for each in pair)
    return one(alpha(_alike(sets)), [*(used[each] for each in sets), sum(masi(a, b) for a, b in pairs)])


def unitizing(ours, theirs, size) -> float:
    sums, lengths, spaces = unitizing_sums(ours, theirs, size)
    units, holes = sorted(set(lengths)), sorted(set(spaces))
    counts = [Counter(lengths)[n] for n in units] + [Counter(spaces)[n] for n in holes]
    return one(unitizing_alpha(units, holes), sums + counts)


def test_sets_are_as_alike_as_masi_says_however_much_they_share():
    sets = [frozenset("abc"), frozenset("ab"), frozenset("bd"), frozenset("x")]
    assert _alike(sets).toarray() == pytest.approx(np.array([[1 - masi(a, b) for b in sets] for a in sets]))


def test_a_span_without_words_covers_nothing():
    assert merged([Span(3, 3), Span(5, 7), Span(7, 7)]) == [(5, 7)]


def test_ranges_that_meet_where_a_text_lacks_what_was_between_are_one():
    assert closed_up([(0, 3), (5, 8)], [(3, 5)]) == [(0, 6)]
    assert closed_up([(0, 3), (4, 5)], [(3, 5)]) == [(0, 3)]


# ---- published figures ----

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, twelve units, missing values.
# nominal 0.743, ordinal 0.815.
RELIABILITY_DATA = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def coincidences(rows) -> np.ndarray:
    """The coincidence matrix: each unit's ordered pairs of values, over one less than it has values."""
    found = np.zeros((5, 5))
    for unit in zip(*rows, strict=True):
        values = [value for value in unit if value is not None]
        for i, a in enumerate(values):
            for j, b in enumerate(values):
                if i != j:
                    found[a - 1, b - 1] += 1 / (len(values) - 1)
    return found


def test_alpha_is_that_of_krippendorff_2011_for_nominal_data():
    found = coincidences(RELIABILITY_DATA)
    differing = (found.sum() - np.trace(found)) / 2  # our sums count a pair of values once
    assert one(alpha(), [*found.sum(axis=0), differing]) == pytest.approx(0.743, abs=5e-4)


def test_ordinal_alpha_is_that_of_krippendorff_2011():
    assert one(ordinal_alpha(5), (coincidences(RELIABILITY_DATA) / 2).ravel()) == pytest.approx(0.815, abs=5e-4)


def test_alpha_and_kappa_are_those_of_krippendorff_1995_for_two_observers():
    # Krippendorff, On the reliability of unitizing contiguous data (1995), p. 57, continuum A cut into 24 units:
    # alpha 0.329, kappa 0.385.
    bertha = "001111111100001111110000"
    bill = "000011110000000110000000"
    pairs = list(zip(bertha, bill, strict=True))
    assert nominal(pairs) == pytest.approx(0.329, abs=5e-4)
    table = [[sum(pair == (a, b) for pair in pairs) for b in "01"] for a in "01"]
    assert kappa_of(table) == pytest.approx(0.385, abs=5e-4)


def test_kappa_is_that_of_cohen_1960():
    # Cohen, A Coefficient of Agreement for Nominal Scales (1960), table 2 b, p. 45: kappa 0.492.
    assert kappa_of([[88, 14, 18], [10, 40, 10], [2, 6, 12]]) == pytest.approx(0.492, abs=5e-4)


def test_kappa_is_that_of_artstein_and_poesio_2008():
    # Artstein and Poesio, Inter-Coder Agreement for Computational Linguistics (2008), p. 568: A_o 0.88, A_e 0.396, kappa 0.801.
    assert kappa_of([[46, 0, 0], [6, 32, 6], [0, 0, 10]]) == pytest.approx(0.801, abs=5e-4)


@pytest.mark.parametrize(
    ("ours", "theirs", "distance"),
    [
        ("12", "1234", 2 / 3),  # Jaccard 1/2, one holds the other
        ("123", "2345", 1 - 2 / 5 / 3),  # Jaccard 2/5, they overlap
        ("1", "2", 1),
        ("12", "21", 0),
        ("", "", 0),
        ("", "1", 1),
    ],
)
def test_masi_is_jaccard_times_monotonicity(ours, theirs, distance):
    assert masi(set(ours), set(theirs)) == pytest.approx(distance)
    assert masi(set(theirs), set(ours)) == pytest.approx(distance)


def test_masi_is_that_of_passonneau_2006():
    # Passonneau, Measuring Agreement on Set-valued Items (MASI) (2006), figure 2 with the errata that its author confirmed for
    # the tests of the Perl module Statistics::Krippendorff: the mean similarity is 2/9; in figure 3 it is 0.
    figure_2 = [("y", "yz"), ("x", "xz"), ("", "xy")]
    figure_3 = [("y", ""), ("x", "z"), ("", "y")]
    assert np.mean([1 - masi(set(a), set(b)) for a, b in figure_2]) == pytest.approx(2 / 9)
    assert np.mean([1 - masi(set(a), set(b)) for a, b in figure_3]) == 0


def test_unitizing_alpha_is_that_of_krippendorff_2004():
    # Krippendorff, Content Analysis (2004), p. 254: a continuum from 150 to 450, two observers; category c 0.7286, k 1.
    def section(*units):
        return [(start - 150, start - 150 + length) for start, length in units]

    i, j = section((225, 70), (370, 30)), section((220, 80), (355, 20), (400, 20))
    assert unitizing(i, j, 300) == pytest.approx(0.7286, abs=1e-4)
    k = section((180, 60), (300, 50))
    assert unitizing(k, k, 300) == 1


@pytest.mark.parametrize(
    ("ours", "theirs", "disagreement"),
    [
        # Krippendorff (1995), p. 57: observed disagreements of the continua A and C.
        ([(2, 10), (14, 20)], [(4, 8), (15, 17)], 0.03125),
        ([(2, 8), (10, 12), (14, 18), (20, 22)], [(0, 2), (4, 8), (10, 14), (16, 18), (20, 22)], 0.02777),
    ],
)
def test_the_observed_disagreement_of_units_is_that_of_krippendorff_1995(ours, theirs, disagreement):
    (observed, size, *_), _, _ = unitizing_sums(ours, theirs, 24)
    assert observed / (2 * size**2) == pytest.approx(disagreement, abs=1e-5)


def test_agr_is_the_share_of_one_annotators_items_and_f1_the_harmonic_mean_of_both_directions():
    # Wiebe, Wilson and Cardie (2005): agr(a||b) = |A matching B| / |A|.
    assert one(share, [3, 4]) == 0.75
    assert one(f1, [3, 4, 5]) == pytest.approx(2 * (3 / 4) * (3 / 5) / (3 / 4 + 3 / 5))


# ---- against a library ----

ratings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40)


@given(ratings)
def test_alpha_is_that_of_the_library(pairs):
    data = np.array(pairs, dtype=float).T
    assume(len(np.unique(data)) > 1)
    assert nominal(pairs) == pytest.approx(krippendorff.alpha(data, level_of_measurement="nominal"))
    table = np.zeros((5, 5))
    for a, b in pairs:
        table[a, b] += 1
    expected = krippendorff.alpha(data, value_domain=range(5), level_of_measurement="ordinal")
    assert one(ordinal_alpha(5), table.ravel()) == pytest.approx(expected)


SETS = [frozenset(), frozenset("a"), frozenset("b"), frozenset("ab"), frozenset("bc")]


@given(ratings)
def test_alpha_with_masi_distance_is_that_of_the_library(pairs):
    data = np.array(pairs, dtype=float).T
    assume(len(np.unique(data)) > 1)
    distances = np.array([[masi(x, y) for y in SETS] for x in SETS])

    def metric(v1, v2, i1, i2, n_v, dtype=None):
        return distances[v1.astype(int), v2.astype(int)]

    ours = masi_alpha([(SETS[a], SETS[b]) for a, b in pairs])
    assert ours == pytest.approx(krippendorff.alpha(data, value_domain=range(5), level_of_measurement=metric))


# ---- laws ----


@given(ratings)
def test_who_is_first_changes_no_symmetric_figure(pairs):
    turned = [(b, a) for a, b in pairs]
    table = np.zeros((5, 5))
    for a, b in pairs:
        table[a, b] += 1
    assert nominal(pairs) == pytest.approx(nominal(turned), nan_ok=True)
    assert kappa_of(table) == pytest.approx(kappa_of(table.T), nan_ok=True)
    assert one(ordinal_alpha(5), table.ravel()) == pytest.approx(one(ordinal_alpha(5), table.T.ravel()), nan_ok=True)


def test_no_variance_and_nothing_at_all_have_no_figure():
    assert np.isnan(nominal([("x", "x"), ("x", "x")]))
    assert np.isnan(one(alpha(), [0, 0, 0]))
    assert np.isnan(kappa_of([[3, 0], [0, 0]]))
    assert np.isnan(kappa_of([[0, 0], [0, 0]]))
    assert np.isnan(one(ordinal_alpha(2), [4, 0, 0, 0]))
    assert np.isnan(one(f1, [0, 0, 0]))
    assert np.isnan(one(share, [0, 0]))
    assert np.isnan(unitizing([], [], 30))


@st.composite
def ranges(draw, size=40):
    cuts = sorted(draw(st.sets(st.integers(0, size), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [pair for i, pair in enumerate(pairs) if i == 0 or pairs[i - 1][1] < pair[0]]


@given(ranges(), ranges())
def test_unitizing_is_symmetric_and_perfect_for_the_same_units(ours, theirs):
    assert unitizing(ours, theirs, 40) == pytest.approx(unitizing(theirs, ours, 40), nan_ok=True)
    same = unitizing(ours, ours, 40)
    assert same == 1 or np.isnan(same)


@given(ranges(), ranges())
def test_shared_points_are_those_of_sets(ours, theirs):
    def points(found):
        return {point for start, end in found for point in range(start, end)}

    assert shared(ours, theirs) == len(points(ours) & points(theirs))
    assert points(gaps(ours, 40)) == set(range(40)) - points(ours)
    spans = [Span(a, b) for a, b in ours + theirs]
    assert points(merged(spans)) == points(ours) | points(theirs)
    both = len(points(ours)) + len(points(theirs))
    assert dice(ours, theirs) == pytest.approx(2 * len(points(ours) & points(theirs)) / both if both else 0)


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=4), st.permutations(range(3)))
def test_a_matching_does_not_depend_on_the_order_of_rows(scores, order):
    table = np.array(scores, dtype=float)
    names_a, names_b = [f"a{i}" for i in range(len(table))], ["b0", "b1", "b2"]
    plain = match(table, names_a, names_b, swap=False)
    mixed = match(table[:, order], names_a, [names_b[j] for j in order], swap=False)
    assert set(plain.pairs) == {(i, order[j]) for i, j in mixed.pairs}
    turned = match(table.T, names_b, names_a, swap=True)
    assert set(plain.pairs) == {(i, j) for j, i in turned.pairs}


def test_the_best_matching_is_of_all_pairs_together():
    # Greedily, the first row would take the first column, and leave the second row with nothing.
    assert assign(np.array([[0.9, 0.8], [0.7, 0.0]])) == [(0, 1), (1, 0)]


# ---- words ----


def test_words_are_those_of_uax_29_that_have_a_letter_or_a_digit():
    text = "Kapal itu berangkat pukul 10.30 (kata Sari): “orang-orang can't e\u0301te\u0301 3,5!”"
    assert [text[a:b] for a, b in words(text)] == [
        "Kapal", "itu", "berangkat", "pukul", "10.30", "kata", "Sari", "orang", "orang", "can't", "e\u0301te\u0301", "3,5",
    ]  # fmt: skip
    assert words("") == []
    assert words(" … ") == []


@given(ranges(), ranges())
def test_touched_tokens_are_those_that_share_a_point(tokens, marked):
    expected = {i for i, (a, b) in enumerate(tokens) if any(max(a, c) < min(b, d) for c, d in marked)}
    assert touched(tokens, marked) == expected


# ---- intervals ----


def tally(counts) -> Tally:
    found = Tally("claims", None, "aligned F1", "rows", f1, 3)
    found.counts = {f"article-{i}": dict(enumerate(each)) for i, each in enumerate(counts)}
    found.used = sum(a + b for _, a, b in counts)
    return found


def test_articles_that_are_alike_have_an_interval_of_no_width():
    figure = tally([(3, 4, 5)] * 7).figure()
    assert figure.low == figure.high == pytest.approx(figure.value)


def test_without_a_draw_that_has_a_value_there_is_no_interval():
    """Of two articles that use one label each, a draw that has the same one twice has no variance."""
    found = Tally("claims", "type", "alpha", "rows", alpha(), 3, {"a": {0: 2}, "b": {1: 2}}, used=2)
    figures = [found.figure(draws=1, seed=seed) for seed in range(8)]
    notes = {(each.value, each.low, each.high, each.note) for each in figures}
    assert notes == {(1.0, 1.0, 1.0, None), (1.0, None, None, "no draw has a value, so no interval")}
    assert found.figure(draws=100).note.endswith(" of 100 draws have no value")


def test_an_interval_is_the_middle_of_what_whole_articles_give():
    """Of two articles, one agrees in all and one in nothing: a quarter of the draws has the first twice, a quarter the second."""
    figure = tally([(4, 4, 4), (0, 4, 4)]).figure()
    assert (figure.value, figure.low, figure.high) == (0.5, 0.0, 1.0)
    assert figure == tally([(4, 4, 4), (0, 4, 4)]).figure()  # seeded
    # With many articles the interval is near to that of the binomial distribution: 0.5 ± 1.96 * sqrt(0.25 / 400).
    many = tally([(4, 4, 4), (0, 4, 4)] * 200).figure()
    assert many.low == pytest.approx(0.451, abs=0.01)
    assert many.high == pytest.approx(0.549, abs=0.01)


def test_where_some_draws_have_no_figure_it_is_said():
    figure = tally([(4, 4, 4), (0, 0, 0)]).figure()
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)
    assert figure.note is not None
    assert figure.note.endswith("of 1,000 draws have no value")
