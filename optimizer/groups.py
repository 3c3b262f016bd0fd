"""Groups: blocks that touch each other's sales, directly or through others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.response import Response
from optimizer.blocks import Pairs
from optimizer.problem import Bools, Ints


def touching(response: Response, pairs: Pairs) -> tuple[Ints, Ints, pd.DataFrame]:
    """Rows of `cross` and `rival` as (target, source) numbers of pairs, -1 where not a pair.

    The frame, aligned with both arrays (n,), has the columns `lag` and `coefficient`.
    """
    cross, rival = response.cross, response.rival
    target = [pairs.find(t["account"], t["product"]) for t in (cross, rival)]
    source = [
        pairs.find(cross["account"], cross["by_product"]),
        pairs.find(rival["by_account"], rival["product"]),
    ]
    effects = pd.concat([cross[["lag", "coefficient"]], rival[["lag", "coefficient"]]])
    return np.concatenate(target), np.concatenate(source), effects.reset_index(drop=True)


def components(response: Response, pairs: Pairs, lines: tuple[Ints, ...] = ()) -> Ints:
    """The connected component of each pair, numbered in the order of their first pairs: (n,).

    The pairs of one of the `lines` are connected too.
    """
    target, source, _ = touching(response, pairs)
    inside = (target >= 0) & (source >= 0)
    ends = np.concatenate([target[inside], *(line[1:] for line in lines)])
    starts = np.concatenate([source[inside], *(line[:-1] for line in lines)])
    return connected(len(pairs), ends, starts)


def connected(count: int, one: Ints, other: Ints) -> Ints:
    """The connected component of each of `count` things, of which `one` and `other` are linked.

    Everything takes the lowest number among its neighbours' until nothing changes, and that one's
    own lowest at once, so that long chains take few rounds: Shiloach & Vishkin, Journal of
    Algorithms 3 (1982), without their parallel machine. Components are numbered in the order of
    their first members: (count,).
    """
    lowest = np.arange(count, dtype=np.int64)
    while True:
        before = lowest.copy()
        least = np.minimum(lowest[one], lowest[other])
        for ends in (lowest[one], lowest[other]):
            np.minimum.at(lowest, ends, least)
        lowest = lowest[lowest]
        if (lowest == before).all():
            return np.asarray(np.unique(lowest, return_inverse=True)[1], dtype=np.int64)


def grouped(
    response: Response, pairs: Pairs, included: Bools, lines: tuple[Ints, ...] = ()
) -> tuple[Ints, Ints]:
    """Which pairs (sorted by account, product) make the problem, in the order of its blocks.

    Returns their numbers, groups contiguous and ordered by their first pair, and the group of
    each. Groups without an included pair are left out.
    """
    component = components(response, pairs, lines)
    wanted = np.zeros(component.max(initial=-1) + 1, dtype=np.bool_)
    wanted[component[included]] = True
    kept = np.flatnonzero(wanted[component])
    order = kept[np.argsort(component[kept], kind="stable")]
    _, group = np.unique(component[order], return_inverse=True)
    return order, np.asarray(group, dtype=np.int64)
