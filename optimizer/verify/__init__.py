"""A second opinion on every plan: recomputed from its folder and the inputs alone.

Nothing here imports the optimiser's own idea of value, rules or attribution, on purpose: what
both get wrong in the same way would go unnoticed.
"""

from optimizer.verify.verdict import Finding, verify

__all__ = ["Finding", "verify"]
