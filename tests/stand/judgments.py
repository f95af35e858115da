"""The hotel's rule with each judgment that a rule may have."""

from __future__ import annotations

from tests.stand.hotel import RULE

SPIKE = RULE[RULE.index("spike:") : RULE.index("then:")]
JUDGMENTS = {
    "spike": SPIKE,
    "share": """\
share:
  window: 1 hour
  at_least: 6 posts
  from: 3 authors
  above_usual: 2 times
  rarer_than: once a week
  hold: 5 minutes
  calm_after: 30 minutes
""",
    "share by the hour": """\
share:
  window: 1 hour
  at_least: 6 posts
  rarer_than: once a week
  usual: same hour of the week, last 4 weeks
  calm_after: 30 minutes
""",
    "stars": """\
stars:
  window: 3 hours
  at_least: 4 reviews
  from: 2 authors
  rarer_than: once a week
  usual: last 4 weeks
  calm_after: 30 minutes
""",
    "crisis": """\
crisis:
  says: [dirty]
  at_least: 2 posts
  from: 2 authors
  window: 30 minutes
  calm_after: 30 minutes
""",
    "silence": """\
silence:
  window: 2 hours
  rarer_than: once a week
  calm_after: 30 minutes
""",
}
SHARES = (
    "usual: 6 per hour\n      usual_share: 10%\n      every: 1 hour\n      posts: 6 6\n      negatives: 1 0"
)
QUIET = {
    "share": SHARES,
    "share by the hour": SHARES,
    "stars": "usual: 1 per day\n      usual_stars: 4.4 stars\n      every: 12 hours\n      stars: 5 4",
    "crisis": "usual: 0 per day\n      every: 30 minutes\n      negatives: 0 0",
    "silence": "usual: 8 per hour\n      every: 1 hour\n      posts: 8 6",
}
"""An example for each, as rules must have one."""


def rule_of(kind: str) -> str:
    """The hotel's rule with another judgment."""
    if kind == "spike":
        return RULE
    whole = RULE.replace(SPIKE, JUDGMENTS[kind])
    if kind in {"crisis", "silence"}:
        whole = whole.replace("negative:\n  says: [dirty, filthy]\n", "")
    quiet = f"  timelines:\n    - name: an ordinary evening\n      {QUIET[kind]}\n      expect: quiet\n"
    return whole[: whole.index("  timelines:")] + quiet
