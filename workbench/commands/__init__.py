"""The commands, one file each. They load the floors below only when they run."""
