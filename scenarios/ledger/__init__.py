"""What signed plans have committed, what has come due, what was claimed and paid, what is left."""
