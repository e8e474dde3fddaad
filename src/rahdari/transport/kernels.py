"""The inner loops of the multi-criteria search: plain Python over flat sequences, which numba can compile as they are.

One source serves both: given lists they run as Python, given arrays they may be compiled; the answers are the same.
They hold no names and no checks; `search` prepares what they take and reads what they give back.
"""

from __future__ import annotations

import heapq
from collections.abc import MutableSequence, Sequence

INFINITE = float("inf")
ROUNDING = 1e-12  # sums made in another order differ by this much at most


def least_costs(
    begins: Sequence[int], tails: Sequence[int], cost: Sequence[float], ends: Sequence[int], criteria: int
) -> list[float]:
    """The least cost from every vertex to the nearest of `ends` by each criterion alone, vertices x criteria, flat.

    Edges come sorted by head: those into v are `begins[v]:begins[v + 1]`, with `tails` and `cost` (edges x criteria,
    flat). Inf where there is no way (Dijkstra 1959, one run backward for each criterion).
    """
    size = len(begins) - 1
    low = [INFINITE] * (size * criteria)
    for k in range(criteria):
        queue = [(0.0, ends[0])]
        for end in ends:
            low[end * criteria + k] = 0.0
            heapq.heappush(queue, (0.0, end))
        while queue:
            reached, vertex = heapq.heappop(queue)
            if reached > low[vertex * criteria + k]:
                continue
            for edge in range(begins[vertex], begins[vertex + 1]):
                whole = reached + cost[edge * criteria + k]
                if whole < low[tails[edge] * criteria + k]:
                    low[tails[edge] * criteria + k] = whole
                    heapq.heappush(queue, (whole, tails[edge]))
    return low


def search_labels(  # noqa: C901, PLR0912, PLR0915, PLR0917 - a solver's loop, compiled as one function
    begins: Sequence[int],
    heads: Sequence[int],
    cost: Sequence[float],
    risks: Sequence[int],
    risk_cost: Sequence[float],
    zones: Sequence[int],
    low: Sequence[float],
    starts: Sequence[int],
    goal: Sequence[int],
    criteria: int,
    slack: float,
    apex: MutableSequence[float],
    path: MutableSequence[float],
    vertices: MutableSequence[int],
    parents: MutableSequence[int],
    edges: MutableSequence[int],
    met: MutableSequence[int],
    seen: MutableSequence[int],
    last: MutableSequence[int],
    alive: MutableSequence[int],
    open_below: MutableSequence[int],
    closed_below: MutableSequence[int],
    found: MutableSequence[int],
) -> tuple[int, int]:
    """How many labels of `found` are the front, and how many were expanded; (-1, -1) where there was no room.

    Apex search (see `search` for the proof). Edges come sorted by tail. `risks` are bit masks; bit b adds
    `risk_cost[b]` (risks x criteria, flat) when it is first met. `zones` are bits too, 0 where a vertex lies in
    none: no label enters a zone again that it has left. `low` is what `least_costs` gives. `apex` and the sequences
    after it are room for labels; `parents` and `edges` lead back from those found.
    """
    size = len(begins) - 1
    room = len(vertices)
    factor = (1.0 + slack) * (1.0 + ROUNDING)
    weights = [1.0] * criteria
    for k in range(criteria):
        least = low[starts[0] * criteria + k]
        for start in starts:
            least = min(least, low[start * criteria + k])
        if 0.0 < least < INFINITE:
            weights[k] = 1.0 / least
    opened = [-1] * size
    closed = [-1] * size
    queue = [(0.0, 0)]
    queue.pop()
    count = 0  # labels made
    fronts = 0  # labels found
    expanded = 0
    for start in starts:
        if low[start * criteria] == INFINITE:
            continue
        key = 0.0
        for k in range(criteria):
            apex[count * criteria + k] = 0.0
            path[count * criteria + k] = 0.0
            key += weights[k] * low[start * criteria + k]
        vertices[count] = start
        parents[count] = -1
        edges[count] = -1
        met[count] = 0
        seen[count] = zones[start]
        last[count] = zones[start]
        alive[count] = 1
        heapq.heappush(queue, (key, count))
        count += 1
    while queue:
        _, label = heapq.heappop(queue)
        if not alive[label]:
            continue
        alive[label] = 0
        vertex = vertices[label]
        at, base = label * criteria, vertex * criteria
        # is a complete way found already that is as good within the slack, whatever follows?
        is_covered = False
        for position in range(fronts):
            other = found[position] * criteria
            is_covered = True
            for k in range(criteria):
                if path[other + k] > factor * (apex[at + k] + low[base + k]):
                    is_covered = False
                    break
            if is_covered:
                # what covers once covers often: it is looked at earlier next time
                found[position], found[position // 2] = found[position // 2], found[position]
                break
        if is_covered:
            continue
        other = closed[vertex]
        while other >= 0:
            if seen[other] & ~seen[label] == 0 and (
                last[other] == last[label] or (seen[other] & ~last[other]) & ~(seen[label] & ~last[label]) == 0
            ):
                is_covered = True
                extra = met[label] & ~met[other]
                for k in range(criteria):
                    whole = apex[other * criteria + k]
                    if extra:
                        bit, rest = 0, extra
                        while rest:
                            if rest & 1:
                                whole += risk_cost[bit * criteria + k]
                            rest >>= 1
                            bit += 1
                    if whole > apex[at + k]:
                        is_covered = False
                        break
                if is_covered:
                    break
            other = closed_below[other]
        if is_covered:
            continue
        expanded += 1
        if goal[vertex]:
            found[fronts] = label
            fronts += 1
            continue
        closed_below[label] = closed[vertex]
        closed[vertex] = label
        for edge in range(begins[vertex], begins[vertex + 1]):
            head = heads[edge]
            zone = zones[head]
            if low[head * criteria] == INFINITE or (zone and zone != last[label] and seen[label] & zone):
                continue
            if count == room:
                return -1, -1
            first, base = count * criteria, head * criteria
            fresh = risks[edge] & ~met[label]
            for k in range(criteria):
                step = cost[edge * criteria + k]
                if fresh:
                    bit, rest = 0, fresh
                    while rest:
                        if rest & 1:
                            step += risk_cost[bit * criteria + k]
                        rest >>= 1
                        bit += 1
                apex[first + k] = apex[at + k] + step
                path[first + k] = path[at + k] + step
            is_covered = False
            for position in range(fronts):
                other = found[position] * criteria
                is_covered = True
                for k in range(criteria):
                    if path[other + k] > factor * (apex[first + k] + low[base + k]):
                        is_covered = False
                        break
                if is_covered:
                    found[position], found[position // 2] = found[position // 2], found[position]
                    break
            if is_covered:
                continue
            met[count] = met[label] | risks[edge]
            seen[count] = seen[label] | zone
            last[count] = zone or last[label]
            parents[count] = label
            edges[count] = edge
            other = closed[head]
            while other >= 0:
                if seen[other] & ~seen[count] == 0 and (
                    last[other] == last[count] or (seen[other] & ~last[other]) & ~(seen[count] & ~last[count]) == 0
                ):
                    is_covered = True
                    extra = met[count] & ~met[other]
                    for k in range(criteria):
                        whole = apex[other * criteria + k]
                        if extra:
                            bit, rest = 0, extra
                            while rest:
                                if rest & 1:
                                    whole += risk_cost[bit * criteria + k]
                                rest >>= 1
                                bit += 1
                        if whole > apex[first + k]:
                            is_covered = False
                            break
                    if is_covered:
                        break
                other = closed_below[other]
            if is_covered:
                continue
            # merge with open labels of the vertex: the apex takes the less of both, one way stays
            before = -1
            other = opened[head]
            while other >= 0:
                after = open_below[other]
                keep = -1
                if not alive[other]:
                    keep = -2
                elif met[other] == met[count] and last[other] == last[count]:
                    if seen[other] & ~seen[count] == 0:
                        keep = other
                        for k in range(criteria):
                            ahead = low[base + k]
                            if path[other * criteria + k] + ahead > factor * (
                                min(apex[first + k], apex[other * criteria + k]) + ahead
                            ):
                                keep = -1
                                break
                    if keep < 0 and seen[count] & ~seen[other] == 0:
                        keep = count
                        for k in range(criteria):
                            ahead = low[base + k]
                            if path[first + k] + ahead > factor * (
                                min(apex[first + k], apex[other * criteria + k]) + ahead
                            ):
                                keep = -1
                                break
                if keep == -1:
                    before = other
                    other = after
                    continue
                if keep >= 0:
                    for k in range(criteria):
                        apex[first + k] = min(apex[first + k], apex[other * criteria + k])
                        if keep == other:
                            path[first + k] = path[other * criteria + k]
                    if keep == other:
                        seen[count] = seen[other]
                        parents[count] = parents[other]
                        edges[count] = edges[other]
                    alive[other] = 0
                if before < 0:
                    opened[head] = after
                else:
                    open_below[before] = after
                other = after
            vertices[count] = head
            alive[count] = 1
            open_below[count] = opened[head]
            opened[head] = count
            key = 0.0
            for k in range(criteria):
                key += weights[k] * (apex[first + k] + low[base + k])
            heapq.heappush(queue, (key, count))
            count += 1
    return fronts, expanded
