"""`plan.xlsx`: the plan for finance, with live formulas from weekly rows to every total."""
