"""The rules that a plan must keep: one file each, listed in `registry`."""
