"""The page for production and logistics against sop.csv."""

from __future__ import annotations

import numpy as np

from optimizer.verify.reading import Sheet
from optimizer.verify.workbook_cells import SUMMED, Reader, column_of, day_of

CONSTANTS = {
    4: "units_p50",
    5: "units_p90",
    8: "promoted_units",
    9: "accounts",
    10: "bought_ahead",
    11: "available",
    13: "short_risk",
    15: "lead_time_weeks",
    17: "late",
    18: "tail",
}
LIVE = {3: "units", 6: "baseline_units", 7: "promotion_units"}
LEFT, PEAK, KNOW_BY = 12, 14, 16


def check_sop_page(reader: Reader, sheet: Sheet) -> None:
    """Every cell; what a peak is called may be in any language, but each kind one thing."""
    area = reader.area("tw_sop", len(sheet))
    if area is None:
        return
    for column, name in ((0, "product"), (2, "week"), *CONSTANTS.items()):
        column_of(reader, area, column, sheet, name)
    for column, name in LIVE.items():
        reader.numbers(area, column, sheet.number(name), SUMMED)
    left = sheet.number("available", blank=True) - sheet.number("units")
    reader.numbers(area, LEFT, left, SUMMED)
    known = [day_of(day) if day else np.nan for day in sheet.text("know_by")]
    reader.numbers(area, KNOW_BY, np.array(known))
    said: dict[str, str] = {"": ""}
    words = []
    grid = reader.grid(area)
    for row, peak in enumerate(sheet.text("peak")):
        shown = grid.text.get((area.row + row, area.column + PEAK), "")
        if peak not in said and shown not in said.values():
            said[peak] = shown
        words.append(said.get(peak, peak))
    reader.texts(area, PEAK, words)
