"""Many questions: scenario files, runs, and the folders that they leave."""
