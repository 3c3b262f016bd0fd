"""What a person reads in the terminal: one file a screen, each a function to rich renderables."""
