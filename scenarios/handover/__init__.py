"""What production and logistics are handed, and how it differs from what they were handed last."""
