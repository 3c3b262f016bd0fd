"""`python -m workbench` is the command `tradewind`."""

from workbench.app import main

main()
