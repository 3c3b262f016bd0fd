"""What demand does: panel, estimator, response, backtest, simulator."""
