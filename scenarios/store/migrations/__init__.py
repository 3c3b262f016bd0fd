"""How the store's tables came to be: one version a file, applied in turn by Alembic."""
