"""Planned against actual: what a plan promised, what came, and why they differ."""
