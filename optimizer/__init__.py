"""What to do: problem, calendars, bound, search, plan, verify."""
