"""What must hold in a workspace, one file a subject; each adds its findings to the pass."""
