"""Take in the texts of detached articles from a reader's own folders, by hash: whole, or paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpusbuild.corpus.at_hand import LARGEST as LARGEST_TEXT
from corpusbuild.corpus.at_hand import paragraphs_at_hand, text_at_hand
from corpusbuild.errors import CannotGoOn
from corpusbuild.facts import AnnotationFact, ArticleFact
from corpusbuild.placing import place_document
from corpusbuild.plan import Plan
from corpusbuild.rules import span_check_mismatch
from corpusbuild.text.pieces import Paragraph, out_of_order, parse_blocks, put_together, sha256_of
from corpusbuild.units import read_unit
from corpusbuild.workflow.analysis import analyse
from corpusbuild.workflow.comparing import Refused, has_half, is_near, refused, refused_whole
from corpusbuild.workflow.copies import Copy, Folders
from corpusbuild.workflow.keeping import keep_paragraphs, keep_text, make_room

# Of copies that are nearly the same text, a few say all.
_FEW = 64

_LITTLE = 8


@dataclass(frozen=True, slots=True)
class HydratedArticle:
    """What is at hand of a detached article: how many of its paragraphs (0 of 0 where nothing says where they lie), and from where.

    Of ``spans``, ``unproven`` could not be checked against words, and ``wrong`` are of other words.
    """

    id: str
    whole: bool
    at_hand: int
    paragraphs: int
    sources: tuple[str, ...]
    spans: int = 0
    unproven: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Hydrated:
    """What became of hydrating: every detached article, the files that are nearly the text of one, and how many were no text."""

    articles: tuple[HydratedArticle, ...]
    refused: tuple[Refused, ...]
    unread: int

    @property
    def ok(self) -> bool:
        """Whether every detached text is at hand whole, no file was refused, and no span is of other words."""
        return not self.refused and all(each.whole and not each.wrong for each in self.articles)


def hydrate(root: Path, folders: Sequence[str | Path]) -> Hydrated:
    """Look for the texts of the corpus at ``root`` in ``folders``, keep what is found, and check the spans that it proves.

    Raises :class:`~corpusbuild.errors.CannotGoOn` where the corpus or a folder cannot be read, or nothing can be kept.
    """
    analysis = analyse(root)
    if analysis.plan is None or analysis.linked is None:
        raise CannotGoOn("the schemas are not valid", "schema", "mend what `corpusbuild check` finds first")
    plan = analysis.plan
    annotations = {fact.id: each for _, fact, each in analysis.linked.blocks.units()}
    detached = sorted((fact for fact in analysis.facts.articles if fact.detached), key=lambda fact: fact.id.encode())
    wanted = [_Wanted.of(fact, plan) for fact in detached]
    where = Folders(folders)
    _look(wanted, where)
    if wanted:
        make_room(root)
    articles: list[HydratedArticle] = []
    turned_down: list[Refused] = []
    for each in wanted:
        found = each.keep(root)
        articles.append(_proven(found, each.fact, annotations.get(each.fact.id, ()), plan))
        turned_down += each.refused() if not each.found_whole else ()
    return Hydrated(tuple(articles), tuple(turned_down), where.unread)


@dataclass
class _Wanted:
    """A detached article, and what has been found of its text so far."""

    fact: ArticleFact
    blocks: tuple[Paragraph, ...]
    text: str | None
    words: dict[str, str] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)
    near: list[Copy] = field(default_factory=list)
    found_whole: bool = False

    @classmethod
    def of(cls, fact: ArticleFact, plan: Plan) -> _Wanted:
        blocks = parse_blocks(read_unit(fact, (), plan).article.metadata.get("blocks")) or ()
        if fact.chars > LARGEST_TEXT or out_of_order(blocks, fact.chars) is not None:
            blocks = ()  # a finding says so
        own = {block.sha256 for block in blocks}
        kept = {sha256_of(each): each for each in paragraphs_at_hand(plan.root, fact.sha256)}
        words = {sha256: each for sha256, each in kept.items() if sha256 in own}
        return cls(fact, blocks, text_at_hand(plan.root, fact.sha256), words, blank=dict(_blank(blocks)))

    def take_whole(self, text: str, path: str) -> None:
        """The text itself has been found."""
        self.text, self.found_whole, self.sources = text, True, {path: None}

    def take(self, copy: Copy) -> None:
        """Take those paragraphs that ``copy`` has."""
        if self.found_whole:
            return
        there = [block.sha256 for block in self.blocks if block.sha256 in copy.hashes]
        new = [sha256 for sha256 in there if sha256 not in self.words]
        self.words.update((sha256, copy.words(sha256)) for sha256 in new)
        if new and self.text is None:
            self.sources[copy.path] = None
        if self._is_all(copy, there):
            self.found_whole = True
        elif is_near(copy, self.blocks, self.fact.chars) and len(self.near) < _FEW:
            self.near.append(copy)

    def _is_all(self, copy: Copy, there: Sequence[str]) -> bool:
        """Whether the paragraphs of ``copy`` alone make the text: another page around them is no fault."""
        words = {**self.blank, **{sha256: copy.words(sha256) for sha256 in there}}
        if not there or any(block.sha256 not in words for block in self.blocks):
            return False
        text = put_together(self.blocks, self.fact.chars, words.values()).text
        if sha256_of(text) != self.fact.sha256:
            return False
        self.take_whole(text, copy.path)
        return True

    def keep(self, root: Path) -> HydratedArticle:
        """Write what has been found to where it is looked for."""
        pieces = put_together(self.blocks, self.fact.chars, self.words.values()) if self.blocks else None
        if self.text is None and self.words:
            whole = put_together(self.blocks, self.fact.chars, [*self.words.values(), *self.blank.values()]).text
            if sha256_of(whole) == self.fact.sha256:
                # Its paragraphs were in several files.
                self.text, self.found_whole = whole, True
        if self.text is not None:
            keep_text(root, self.fact.sha256, self.text)
        elif self.words:
            keep_paragraphs(root, self.fact.sha256, [self.words[block.sha256] for block in self.blocks if block.sha256 in self.words])
        at_hand = len(self.blocks) if self.text is not None else len(pieces.at_hand) if pieces is not None else 0
        return HydratedArticle(self.fact.id, self.text is not None, at_hand, len(self.blocks), tuple(self.sources))

    def refused(self) -> Iterator[Refused]:
        """Why the copies that are nearly the text are not."""
        for copy in self.near:
            if self.blocks:
                found = refused(copy, self.fact.id, self.blocks, self.text, self.blank.keys())
            else:
                found = refused_whole(copy, self.fact.id, Paragraph(0, self.fact.chars, self.fact.sha256), self.text)
            # A text of that length that has nothing else in common is another text.
            if found is not None and (found.difference is not None or has_half(copy, self.blocks)):
                yield found


def _blank(blocks: Sequence[Paragraph]) -> Iterator[tuple[str, str]]:
    """Those paragraphs that are a little white space, which editors take away and nobody misses."""
    for block in blocks:
        for character in " \u00a0\t" if block.end - block.start <= _LITTLE else "":
            words = character * (block.end - block.start)
            if sha256_of(words) == block.sha256:
                yield block.sha256, words


def _look(wanted: Sequence[_Wanted], where: Folders) -> None:
    """Offer every copy to whoever may want it: by the hash of the whole, by those of paragraphs, or by its length."""
    whole: dict[str, list[_Wanted]] = {}
    in_part: dict[str | int, list[_Wanted]] = {}
    for each in wanted:
        whole.setdefault(each.fact.sha256, []).append(each)
        near = range(each.fact.chars - 1, each.fact.chars + 2)
        for key in dict.fromkeys([*(block.sha256 for block in each.blocks), *near]):
            in_part.setdefault(key, []).append(each)
    for copy in where.copies():
        text = next((text for text in copy.wholes() if sha256_of(text) in whole), None)
        if text is not None:
            for each in whole[sha256_of(text)]:
                each.take_whole(text, copy.path)
            continue
        keys: list[str | int] = [*copy.hashes, len(copy.text), len(copy.text.strip())]
        for each in {each.fact.id: each for key in keys for each in in_part.get(key, ())}.values():
            each.take(copy)


def _proven(found: HydratedArticle, fact: ArticleFact, annotations: Sequence[AnnotationFact], plan: Plan) -> HydratedArticle:
    """The article with how many of its spans its words prove."""
    unit = read_unit(fact, annotations, plan)
    spans = unproven = wrong = 0
    for each, document in unit.documents:
        placements, findings = place_document(document, unit.article, each.origin, plan.levels)
        spans += placements.spans
        unproven += placements.unproven(unit.article)
        wrong += sum(finding.code == span_check_mismatch.RULE.code for finding in findings)
    return replace(found, spans=spans + wrong, unproven=unproven, wrong=wrong)
