"""The rules of the attribution layer, in code order."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from corpusbuild.layers.attribution import (
    claim_in_furniture,
    contradictory_stance,
    direct_claim_without_quotation_marks,
    duplicate_relation,
    nested_claim_outside_content,
    relation_across_splits,
    relation_cycle,
    relation_to_itself,
    speaker_alias_collision,
    stance_without_evidence,
    unnamed_speaker_shared,
    unused_speaker,
    unused_target,
)

RULES: tuple[ModuleType, ...] = (
    claim_in_furniture,
    nested_claim_outside_content,
    relation_to_itself,
    relation_cycle,
    direct_claim_without_quotation_marks,
    contradictory_stance,
    stance_without_evidence,
    unused_speaker,
    unused_target,
    speaker_alias_collision,
    unnamed_speaker_shared,
    duplicate_relation,
    relation_across_splits,
)

SPEAKS_OF: Mapping[str, frozenset[str]] = {
    "claims.attribution": frozenset({"direct", "mixed", "indirect"}),
    "stances.label": frozenset({"favor", "against"}),
    "relations.type": frozenset({"restates", "agrees", "contradicts", "supports", "updates"}),
    "zones.kind": frozenset({"furniture"}),
}
"""The labels that these rules know by name: under another they would find nothing, and say nothing of it."""
