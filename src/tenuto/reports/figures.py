"""How much was reported, decided and appealed, from the record alone: so whoever leaves changes no number."""

from collections import Counter
from typing import Any

from django.db.models import Count

from tenuto.reports.models import Step
from tenuto.reports.record import head
from tenuto.reports.words import KINDS, MEASURES, REASONS

Act = Step.Act


def figures() -> dict[str, Any]:
    """The tables of the page of numbers; one question to the database, and two about the record's end."""
    rows = Step.objects.values("act", "kind", "reason", "measure", "changed").annotate(count=Count("pk")).order_by()
    acts: Counter[str] = Counter()
    by: dict[str, Counter[str]] = {"kind": Counter(), "reason": Counter(), "measure": Counter()}
    changed = 0
    for row in rows:
        acts[row["act"]] += row["count"]
        if row["act"] == Act.REPORTED:
            by["kind"][row["kind"]] += row["count"]
            by["reason"][row["reason"]] += row["count"]
        elif row["act"] == Act.DECIDED:
            by["measure"][row["measure"]] += row["count"]
        elif row["act"] == Act.REVIEWED and row["changed"]:
            changed += row["count"]
    lines, digest, at = head()
    return {
        "reported": acts[Act.REPORTED],
        "decided": acts[Act.DECIDED],
        "appealed": acts[Act.APPEALED],
        "reviewed": acts[Act.REVIEWED],
        "changed": changed,
        "kinds": [(words, by["kind"][one]) for one, words in KINDS.items()],
        "reasons": [(words, by["reason"][one]) for one, words in REASONS.items()],
        "measures": [(words, by["measure"][one]) for one, words in MEASURES.items()],
        "lines": lines,
        "digest": digest,
        "last_at": at,
    }
