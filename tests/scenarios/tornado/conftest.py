"""The workspace of the comparison's tests, to spoil."""

from tests.scenarios.comparison.conftest import own as own
from tests.scenarios.comparison.conftest import plans as plans
