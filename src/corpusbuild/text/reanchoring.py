"""Where words went when their text was corrected. Never guesses.

With the text as it was, the span of the words is known there, and every place in the corrected text is judged by its
*cost*: how many characters must be put in or taken out, in all of the text, to make the one text of the other with the
words at that place. Two readings may rival the cheapest place, and each must cost clearly more: that the words are
at another place, or were taken out. What is new elsewhere must not be more like the words than their home, and long words
must begin and end as before.

The *score* of a place is how like the words are to those that were there, from 0 to 1: one less the Levenshtein distance
as a share of the longer. The *margin* is how much more the best rival costs, as a share of the words' length. An
untouched place has a margin of about 2 (the words taken out here, put in there), two that nothing tells apart one of 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import ceil

from rapidfuzz.distance import Indel, Levenshtein, Opcodes

from corpusbuild.text.anchors import Ends, Position, Quote, places
from corpusbuild.text.check import check_value
from corpusbuild.text.span import Span
from corpusbuild.text.words import joined

THRESHOLD = 0.75
"""A quarter of the words' characters may be others, as in what ``check --fix --unsafe`` proposes: one letter of *kata*."""

MARGIN = 0.5
"""What a place costs that differs in a quarter of its characters, each taken out and put in: such a one is a lookalike."""

CERTAIN = 16
"""Without the earlier text, fewer characters than this, context included, are known by nothing but their words."""

_LEAST = 2  # characters that any rival must cost more
_LIKE = 0.5  # half of the words: from here on, a place is looked at, and may be shown
_GLANCE = 0.3  # of as many characters as the words have, where the place may have more or fewer
_SHOWN = 5
_EDGE = 24  # characters at either end that must be as like as the whole
_REACH = 48  # characters from an edge in which a better one is looked for
_BESIDE = 32  # characters of context on either side


class Why(StrEnum):
    """Why words have no home."""

    TAKEN_OUT = "taken out"
    CHANGED = "changed"
    ENDS_CHANGED = "ends changed"
    SEVERAL = "several places"
    MOVED_AWAY = "moved away"
    NO_EARLIER = "no earlier text"
    ELSEWHERE = "elsewhere"
    OUT_OF_ORDER = "out of order"
    NO_FORM = "no form"


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A place that words may have gone to, and how like them the words there are, from 0 to 1."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where words went: their ``home``, or ``why`` they have none, and the best candidates.

    ``margin`` is how much more the best rival of the home costs, as a share of the words' length; None where it was proved.
    """

    home: Candidate | None
    margin: float | None
    why: Why | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Correction:
    """A text as it was and as it is now: where the words of the one are in the other."""

    old: str
    new: str
    _costs: dict[tuple[bool, int, int], int] = field(default_factory=dict, repr=False, compare=False)

    def home(
        self,
        span: Span,
        *,
        within: tuple[Sequence[Span] | None, Sequence[Span] | None] = (None, None),
        threshold: float = THRESHOLD,
        margin: float = MARGIN,
    ) -> Verdict:
        """Where the words at ``span`` of the old text are in the new one; ``within`` holds them to spans of the old and of the new."""
        words = span.of(self.old)
        if not words:
            return Verdict(None, None, Why.TAKEN_OUT, ())
        least = max(_LEAST, ceil(margin * len(words)))
        there = list(_held(dict.fromkeys([*self._images(span), *self._alike(span, self.new)]), within[1]))
        candidates = _best(Candidate(place, _score(words, place.of(self.new))) for place in there)
        costs = self._cheapest(span, there, least)
        if not costs:
            return Verdict(None, None, Why.TAKEN_OUT, candidates)
        home = min(costs, key=lambda place: (costs[place], -_score(words, place.of(self.new)), place.end - place.start))
        best = Candidate(home, _score(words, home.of(self.new)))
        gone = self._without(span) - costs[home]
        # Words that overlap the home are the same words with other edges, unless they are the same there, too.
        apart = [place for place in costs if not _overlap(place, home) or (place != home and place.of(self.new) == home.of(self.new))]
        rival = min([gone, *(costs[place] - costs[home] for place in apart)])
        found = rival / len(words)
        if gone < least:
            return Verdict(None, found, Why.TAKEN_OUT, candidates)
        if best.score < threshold or self._frayed(span, home, threshold):
            why = Why.CHANGED if best.score < threshold else Why.ENDS_CHANGED
            return Verdict(None, found, why, _apart([best, *candidates]))
        if rival < least:
            return Verdict(None, found, Why.SEVERAL, candidates)
        doubt = self._doubt(span, home, there, within[0])
        if doubt is not None:
            return Verdict(None, found, doubt, candidates)
        return Verdict(best, found, None, candidates)

    def contradicts(self, span: Span, place: Span, *, margin: float = MARGIN) -> bool:
        """Whether the words at ``span`` of the old text clearly are not those at ``place`` of the new one, though they may be the same.

        A sentence that was moved as a whole is known by itself: half of what stands in and around it must be the same.
        """
        least = max(_LEAST, ceil(margin * (span.end - span.start)))
        cost = self.cost(span, place)
        rivals = [each for each in self._images(span) if not _overlap(each, place)]
        if min([self._without(span), *(self.cost(span, each) for each in rivals)]) + least > cost:
            return False
        return _score(_around(self.old, span, _BESIDE), _around(self.new, place, _BESIDE)) < _LIKE

    def cost(self, span: Span, place: Span) -> int:
        """The characters put in or taken out in all of the text, if the words at ``span`` went to ``place``."""
        middle: int = Indel.distance(span.of(self.old), place.of(self.new))
        return self._before(span.start, place.start) + middle + self._behind(span.end, place.end)

    def _before(self, old: int, new: int) -> int:
        key = (False, old, new)
        if key not in self._costs:
            self._costs[key] = Indel.distance(self.old[:old], self.new[:new])
        return self._costs[key]

    def _behind(self, old: int, new: int) -> int:
        key = (True, old, new)
        if key not in self._costs:
            self._costs[key] = Indel.distance(self.old[old:], self.new[new:])
        return self._costs[key]

    def _without(self, span: Span) -> int:
        """The same, if the words were taken out."""
        rest: int = Indel.distance(self.old[: span.start] + self.old[span.end :], self.new)
        return rest + span.end - span.start

    def _cheapest(self, span: Span, there: Sequence[Span], least: int) -> dict[Span, int]:
        """The costs of those places that are the cheapest, or rivals of it."""
        costs: dict[Span, int] = {}
        best: int | None = None
        for low, place in sorted((self._at_least(span, place), place) for place in there):
            if best is not None and low > best + least:
                break
            costs[place] = self.cost(span, place)
            best = costs[place] if best is None else min(best, costs[place])
        return costs

    def _at_least(self, span: Span, place: Span) -> int:
        """What a place costs at least: the texts before it, and behind it, differ in length."""
        behind = (len(self.old) - span.end) - (len(self.new) - place.end)
        return abs(span.start - place.start) + abs(behind)

    def _doubt(self, span: Span, home: Span, there: Sequence[Span], within: Sequence[Span] | None) -> Why | None:
        """What speaks against a home that is the cheapest place by far: something that was not there before.

        Where a text was turned round, an alignment of the whole may find a place for words at what stands there now. So
        nothing elsewhere may be more like the words, nor have more of what stood directly before or behind them; and where
        the words were written once more, the home must have more of that than the copy.
        """
        words = span.of(self.old)
        before = [place for place in _held(self._alike(span, self.old), within) if not _overlap(place, span)]
        now = [place for place in there if not _overlap(place, home)]
        score = _score(words, home.of(self.new))
        scores = [_score(words, place.of(self.new)) for place in now]
        known = [_score(words, place.of(self.old)) for place in before]
        if sum(each > score for each in scores) > sum(each > score for each in known):
            return Why.MOVED_AWAY
        beside = [self._beside(span, self.new, place) for place in now]
        ours = self._beside(span, self.new, home)
        most = [max(ours[side], *(self._beside(span, self.old, place)[side] for place in before), 0) for side in (0, 1)]
        if any(each[side] > most[side] + _LEAST for each in beside for side in (0, 1)):
            return Why.MOVED_AWAY
        copies = [max(each) for each, like in zip(beside, scores, strict=True) if like >= score]
        copied = len(copies) > sum(each >= score for each in known)
        return Why.SEVERAL if copied and max(ours) <= max(copies) + _LEAST else None

    def _frayed(self, span: Span, home: Span, threshold: float) -> bool:
        """Whether the words begin or end with others than before: of long ones, a sentence may be missing there, or be too much."""
        ours, theirs = span.of(self.old), home.of(self.new)
        ends = ((ours[:_EDGE], theirs[:_EDGE]), (ours[-_EDGE:], theirs[-_EDGE:]))
        return min(_score(one, other) for one, other in ends) < threshold

    def _beside(self, span: Span, text: str, place: Span) -> tuple[int, int]:
        """How many characters directly before and behind ``place`` of ``text`` are those that stood there in the old text."""
        return _same_before(self.old, span, text, place), _same_behind(self.old, span, text, place)

    # ---- places to look at ----

    @cached_property
    def _changes(self) -> Opcodes:
        return Levenshtein.opcodes(self.old, self.new)

    def _images(self, span: Span) -> Iterator[Span]:
        """Where an alignment of the texts puts ``span``: the same words, or the cheapest with edges near there."""
        first = next((each for each in self._changes if each.src_start <= span.start < each.src_end), None)
        last = next((each for each in self._changes if each.src_start < span.end <= each.src_end), None)
        if first is None or last is None:
            return
        low = first.dest_start + (span.start - first.src_start if first.tag == "equal" else 0)
        high = last.dest_start + span.end - last.src_start if last.tag == "equal" else last.dest_end
        if low < high and self.new[low:high] == span.of(self.old):
            yield Span(low, high)
            return
        starts = list(self._edges(low, span, start=True))
        ends = list(self._edges(high, span, start=False))
        pairs = [Span(start, end) for start in starts for end in ends if start < end]
        if pairs:
            words = span.of(self.old)
            yield min(pairs, key=lambda each: (self.cost(span, each), -_score(words, each.of(self.new)), each))

    def _edges(self, at: int, span: Span, *, start: bool) -> Iterator[int]:
        """Where words may begin or end near ``at``, as they did at ``span``."""
        for edge in range(max(at - _REACH, 0), min(at + _REACH, len(self.new)) + 1):
            if _may_be_edge(self.new, edge, self.old, span, start=start):
                yield edge

    def _alike(self, span: Span, text: str) -> Iterator[Span]:
        """The places in a text whose words are at least half like those at ``span``, ends fitted to words."""
        words = span.of(self.old)
        for start in range(len(text)):
            if not _may_be_edge(text, start, self.old, span, start=True):
                continue
            end = start + len(words)
            if text.startswith(words, start) and _may_be_edge(text, end, self.old, span, start=False):
                yield Span(start, end)
            elif Levenshtein.normalized_similarity(words, text[start:end], score_cutoff=_GLANCE):
                reach = min(len(words) // 2, _REACH)
                near = range(max(end - reach, start + 1), min(end + reach, len(text)) + 1)
                ends = [each for each in near if _may_be_edge(text, each, self.old, span, start=False)]
                scored = [Candidate(Span(start, each), _score(words, text[start:each])) for each in ends]
                best = max(scored, key=lambda each: (each.score, -each.span.end), default=None)
                if best is not None and best.score >= _LIKE:
                    yield best.span


def _may_be_edge(text: str, at: int, old: str, span: Span, *, start: bool) -> bool:
    """Whether words may begin (end) at ``at``, as those at ``span`` do: not inside a word, nor with white space, unless these do."""
    edge = span.start if start else span.end
    if joined(text, at) and not joined(old, edge):
        return False
    ours, theirs = (text[at : at + 1], old[edge : edge + 1]) if start else (text[max(at - 1, 0) : at], old[edge - 1 : edge])
    return bool(ours) and (not ours.isspace() or theirs.isspace())


# ---- without the earlier text ----


def alone(anchor: Quote | Ends, text: str, within: Sequence[Span] | None = None) -> Verdict:
    """The home of an anchor whose ``start`` no longer is right: where its words and its context stand, if only once.

    Words that are few are known by nothing but their start: they have none. Nor have words that are not there: a
    corrected word and a lookalike may differ from them in the same way, and only the earlier text tells the one from the other.
    """
    floating = Quote(anchor.exact, anchor.prefix, anchor.suffix) if isinstance(anchor, Quote) else Ends(*_ends(anchor))
    found = places(floating, text, within) if anchor.start is not None else []
    known = sum(map(len, _ends(anchor))) if isinstance(anchor, Ends) else len(anchor.prefix + anchor.exact + anchor.suffix)
    candidates = tuple(Candidate(span, 1.0) for span in found[:_SHOWN])
    if len(found) == 1 and known >= CERTAIN:
        return Verdict(candidates[0], None, None, candidates)
    if not candidates:
        words = anchor.exact if isinstance(anchor, Quote) else ""
        alike = Correction(words, text)._alike(Span(0, len(words)), text) if words else ()  # noqa: SLF001  same module
        candidates = _best(Candidate(place, _score(words, place.of(text))) for place in _held(alike, within))
    return Verdict(None, None, Why.SEVERAL if len(found) > 1 else Why.NO_EARLIER, candidates)


def _ends(anchor: Ends) -> tuple[str, str, str, str]:
    return anchor.first, anchor.last, anchor.prefix, anchor.suffix


def proved(position: Position, text: str, within: Sequence[Span] | None = None) -> Verdict:
    """The home of a position: where its check value proves its words, in the paragraph in which they stood, if only once."""
    length = position.end - position.start
    spans = _held((Span(start, start + length) for start in range(len(text) - length + 1)) if length > 0 else (), within)
    found = tuple(Candidate(span, 1.0) for span in spans if check_value(text, span) == position.check)
    if len(found) == 1:
        return Verdict(found[0], None, None, found)
    return Verdict(None, None, Why.SEVERAL if found else Why.NO_EARLIER, found[:_SHOWN])


# ---- places ----


def _score(words: str, there: str) -> float:
    score: float = Levenshtein.normalized_similarity(words, there)
    return score


def _best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The best of ``candidates``, those that overlap a better one aside."""
    return _apart(sorted({each for each in candidates if each.score >= _LIKE}, key=lambda each: (-each.score, each.span)))


def _apart(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    kept: list[Candidate] = []
    for each in candidates:
        if len(kept) < _SHOWN and not any(_overlap(each.span, other.span) for other in kept):
            kept.append(each)
    return tuple(kept)


def _held(spans: Iterable[Span], within: Sequence[Span] | None) -> Iterator[Span]:
    return (span for span in spans if within is None or any(home.holds(span) for home in within))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _same_before(old: str, span: Span, new: str, place: Span) -> int:
    """How many characters directly before ``place`` are those before ``span``."""
    count, most = 0, min(span.start, place.start)
    while count < most and old[span.start - 1 - count] == new[place.start - 1 - count]:
        count += 1
    return count


def _same_behind(old: str, span: Span, new: str, place: Span) -> int:
    """The same behind them."""
    count, most = 0, min(len(old) - span.end, len(new) - place.end)
    while count < most and old[span.end + count] == new[place.end + count]:
        count += 1
    return count


def _around(text: str, span: Span, reach: int) -> str:
    return text[max(span.start - reach, 0) : span.end + reach]
