"""What a budget is worth: the best plan at every amount of a grid, and what one more unit earns."""
