"""The fingerprint of what decides counting, so that history outlives a change of words or thresholds."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sentinel.rulebook.types import Rule

_GRAMMAR = 1
"""Raise it when the same words come to count differently: every past is then counted anew."""


def fingerprint(rule: Rule) -> str:
    """Twelve hex digits of `watch` (word lists resolved), of what counts and `then.group_by`, in whatever order written."""
    negative = rule.counted
    threshold = negative.sentiment
    parts = {
        "grammar": _GRAMMAR,
        "brands": sorted(set(rule.watch.brands)),
        "any_of": sorted(set(rule.watch.any_of)),
        "none_of": sorted(set(rule.watch.none_of)),
        "languages": sorted(set(rule.watch.languages)),
        "sources": sorted(set(rule.watch.sources)),
        "sentiment": [threshold.side, threshold.value] if threshold else None,
        "stars": negative.stars,
        "says": sorted(set(negative.says)),
        "group_by": sorted(set(rule.then.group_by)),
    }
    if threshold and negative.engine:
        parts["engine"] = negative.engine
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
