"""One reader a file format: from a file to raw cells, with its rows numbered."""
