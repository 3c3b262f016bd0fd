"""Workspaces that ship with Tradewind, and the scripts that built them."""
