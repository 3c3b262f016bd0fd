"""What others would forecast from the same weeks: the estimator's reference points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from models.base_price import RegularPrices
from models.panel import Panel
from models.peers.account_ols import account_ols
from models.peers.moving_average import moving_average
from models.peers.pooled_ols import pooled_ols

# Expected units (N, T) of the panel's own series in all its weeks, learned from `panel.used`.
Peer = Callable[[Panel, RegularPrices], NDArray[np.float64]]

PEERS: Mapping[str, Peer] = {
    "moving_average": moving_average,
    "account_ols": account_ols,
    "pooled_ols": pooled_ols,
}
