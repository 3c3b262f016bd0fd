"""Pages: one self-contained HTML file each, offline, in the reader's language."""
