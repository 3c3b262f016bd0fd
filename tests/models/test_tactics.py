from __future__ import annotations

import numpy as np
import pandas as pd

from models.tactics import in_force

PAIRS = pd.DataFrame(
    {"account": ["A", "A", "B"], "product": ["p", "q", "p"], "brand": ["x", "y", "x"]}
)


def table(*rows: tuple[str, float, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["tactic", "depth", "account", "brand", "product"])
    return frame.assign(feature=0.5, display=0.0)


def test_most_selectors_win_then_product_account_brand() -> None:
    found = in_force(
        table(
            ("t", 0.1, "", "", ""),
            ("t", 0.2, "", "x", ""),
            ("t", 0.3, "A", "", ""),
            ("t", 0.4, "", "", "p"),
            ("t", 0.5, "A", "x", ""),
        ),
        PAIRS,
    )
    np.testing.assert_allclose(found.depth[:, 0], [0.5, 0.3, 0.4])
    np.testing.assert_allclose(found.feature[:, 0], 0.5)


def test_tactic_without_a_matching_row_cannot_run() -> None:
    found = in_force(table(("t", 0.1, "B", "", ""), ("a", 0.2, "", "", "")), PAIRS)
    assert found.names == ("a", "t")
    np.testing.assert_array_equal(found.allowed, [[True, False], [True, False], [True, True]])
    assert found.depth[0, 1] == 0.0


def test_no_tactics() -> None:
    assert in_force(table().iloc[:0], PAIRS).allowed.shape == (3, 0)
