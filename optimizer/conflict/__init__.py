"""Why there is no plan: which rules cannot be kept together, and what would have to give way."""
