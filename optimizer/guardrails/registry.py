"""Every rule that a scenario may ask for. Adding one is adding a file and naming it here."""

from __future__ import annotations

from optimizer.guardrails import (
    apart,
    blackout,
    deal_share_ceiling,
    max_depth,
    max_events,
    max_weeks_on_deal,
    min_gap_weeks,
    pack_price_order,
    price_ceiling,
    price_floor,
    price_parity,
    prior_price,
    required,
    retailer_margin_floor,
    rivals_apart,
    roi_floor,
    slots,
    together,
    volume_floor,
)
from optimizer.guardrails.kind import Kind

RULES: dict[str, Kind] = {
    module.KIND.rule: module.KIND
    for module in (
        max_events,
        max_weeks_on_deal,
        min_gap_weeks,
        slots,
        blackout,
        required,
        max_depth,
        price_floor,
        price_ceiling,
        retailer_margin_floor,
        volume_floor,
        roi_floor,
        deal_share_ceiling,
        together,
        apart,
        rivals_apart,
        prior_price,
        pack_price_order,
        price_parity,
    )
}
