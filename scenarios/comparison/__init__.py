"""Scenarios side by side: what each earns, what of a difference is proven, what changes and why."""
