"""A plan's folder made by hand."""

from __future__ import annotations

import json
from pathlib import Path


def write_folder(folder: Path, **changes: object) -> Path:
    """Every file of a plan, small and odd: codes with zeros, quotes, commas and new lines."""
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "scenario": "base",
        "workspace": "../../..",
        "response": "../../../response",
        "scenario_file": "../../../scenarios/base.yaml",
        "scenario_sha256": "s",
        "inputs_sha256": "i" * 64,
        "status": "optimal",
        "objective": 710.27,
        "bound": 710.3,
        "gap": 0.0,
        "verified": True,
        "seconds": 1.25,
        "versions": {"tradewind": "0.1.0"},
        "totals": {"spend": 7.5, "events": 1},
        **changes,
    }
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    (folder / "plan.json").write_text(text, encoding="utf-8", newline="\n")
    tables = {
        "calendar": 'event,account,reason\nE1,001,"a ""deal"", of\nours"\n',
        "weekly": "account,product,units\n001,NA,1.50\n001,ñ,\n",
        "budgets": "budget,planned\n=cmd(),7.50\n",
        "pnl": "account,line\n001,profit\n",
        "supply": "product,week\n",
        "sop": "product,week,units\nNA,2026-01-05,1.5\n",
        "guardrails": "rule,value\n",
    }
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8", newline="\n")
    return folder
