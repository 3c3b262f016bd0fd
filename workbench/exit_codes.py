"""How a command ends, as a number (section 5 of the contract)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the process; every command ends with one of these."""

    DONE = 0
    BAD_INPUT = 1
    BAD_COMMAND_LINE = 2
    NO_PLAN = 3  # no plan satisfies the rules
    STOPPED = 4  # a limit was reached with nothing feasible
    NOT_VERIFIED = 5
    INTERRUPTED = 130  # Ctrl-C, as shells count it
