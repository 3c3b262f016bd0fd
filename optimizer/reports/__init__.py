"""The tables of a plan's folder (contract section 6), one file each."""
