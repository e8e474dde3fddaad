"""How fast routes and skims are, beside peers in the same run, and how near the answers are to the best.

Run with `.venv/bin/python benchmarks/transport.py` after installing the group `bench` (`pip install --group bench`);
`--write` puts the table into benchmarks/RESULTS-transport.md. Sizes and seeds are fixed. Each time is the best of
several runs, since other programs may be using the machine; peers that take seconds run on a part of the draws, scaled.
"""

from __future__ import annotations

import heapq
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import numba
import numpy as np
import psutil
import rustworkx as rx
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from rahdari.case import find_case, read_case
from rahdari.transport import search
from rahdari.transport.alternatives import usable_edges
from rahdari.transport.archive import archive_graph, find_cheapest, read_archive, write_archive
from rahdari.transport.availability import conditions_on
from rahdari.transport.candidate_set import gather_candidates, measure_regret
from rahdari.transport.cargo import Cargo, read_cargo
from rahdari.transport.elements import Elements, build_elements, collect_estimates, draw_values
from rahdari.transport.graph import Graph, build_graph
from rahdari.transport.search import Front, SearchSpace, find_front, only_additive, prepare_search
from rahdari.transport.skims import skim, tabulate_routes

NODES, LINKS = 500, 2_000
BOUND = 0.01
SPREAD = 0.17  # of each criterion around its part of the distance: whole fronts of up to about a thousand routes
NETWORKS, PAIRS_EACH = 3, 10
DRAWS, PAIRS, SCATTER = 10_000, 20, 0.1
LARGE_NODES, LARGE_LINKS = 50_000, 100_000
ZONES, COMMODITIES, SKIM_DRAWS = 25, 10, 1_000
OPEN_DAY = date(2024, 7, 15)  # before the crossings were shut: more routes, and so the harder case
SCALE = 20.0
RESULTS = Path(__file__).with_name("RESULTS-transport.md")

NOTES = """
How to read it:

- The random networks' criteria scatter by 17 % around the distance, chosen so that whole fronts reach about a thousand
  routes. With 25 % one pair in thirty had 3,145: the bounded front then took 203 ms, the textbook's 3.2 s.
- Only the bounded search is quicker than the textbook's where fronts are large. For the whole front it is up to four
  times slower: it keeps two costs a label, and pays for shocks and countries that these networks do not have.
- Compiled, a question costs under a millisecond; but importing and compiling numba takes seconds. A case's network of
  some hundred vertices takes tenths of a second in plain Python, so that is the default, and numba is the extra `fast`.
- Times and costs of links scatter by 10 % in the draws. With 20 % on every link by itself, 1,000 draws and 8,900 routes
  still left 0.55 %: fixed candidates suit figures that move together more than noise on each link.
- The worst draw of the shipped case is one pair whose best route no gathered draw had shown.
- scipy searches from all starts without tracing routes, and in the last row starts from arrays in memory.
"""

Rows = list[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True)
class Plane:
    """Places on a square and links between near ones: graph, and length of each link."""

    graph: Graph
    link_km: np.ndarray


def best_of(job: Callable[[], object], runs: int) -> float:
    """The least time of several runs in seconds."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        job()
        times.append(time.perf_counter() - begun)
    return min(times)


def make_plane(nodes: int, links: int, *, seed: int) -> Plane:
    """Random places, each joined to its nearest, then to its second nearest, and so on until there are enough links."""
    rng = np.random.default_rng(seed)
    places = rng.random((nodes, 2)) * 3_000
    _, near = cKDTree(places).query(places, k=12)
    pairs: dict[tuple[int, int], None] = {}
    for rank in range(1, 12):
        for place in range(nodes):
            other = int(near[place, rank])
            if len(pairs) < links:
                pairs[min(place, other), max(place, other)] = None
    ends = np.array(sorted(pairs))
    km = np.hypot(*(places[ends[:, 0]] - places[ends[:, 1]]).T)
    graph = Graph(
        vertices=tuple((f"n{place}", "road") for place in range(nodes)),
        countries=("XNO",) * nodes,
        tails=ends.ravel(),
        heads=ends[:, ::-1].ravel(),
        links=np.repeat(np.arange(links), 2),
        elements=tuple((link,) for link in range(links) for _ in (0, 1)),
        modes=("road",) * (2 * links),
    )
    return Plane(graph, km)


def measure_fronts(rows: Rows) -> None:
    """Four-criteria fronts: with the bound, whole, in plain Python, and by a textbook label setting."""
    bounded, whole, textbook, plain, sizes, full, gap = [], [], [], [], [], [], 0.0
    begun = time.perf_counter()
    for seed in range(NETWORKS):
        plane = make_plane(NODES, LINKS, seed=seed)
        rng = np.random.default_rng(100 + seed)
        cost = (plane.link_km[:, None] * rng.uniform(1 - SPREAD, 1 + SPREAD, (LINKS, 4)))[plane.graph.links]
        usable = np.ones(len(cost), dtype=bool)
        space = prepare_search(plane.graph, only_additive(("cost", "time", "co2e", "risk"), cost), usable=usable)
        for trial in range(PAIRS_EACH):
            start, end = (f"n{place}" for place in rng.choice(NODES, 2, replace=False))
            near = find_front(space, start, end, bound=BOUND, compiled=True)
            if seed == trial == 0:
                rows.append(("compiling, the first search ever", f"{time.perf_counter() - begun:.1f} s", "", ""))
            exact = find_front(space, start, end, compiled=True)
            bounded.append(best_of(lambda: find_front(space, start, end, bound=BOUND, compiled=True), 5))  # noqa: B023
            whole.append(best_of(lambda: find_front(space, start, end, compiled=True), 2))  # noqa: B023
            labels = textbook_front(space, start, end)
            if abs(labels - len(exact.routes)) > 0:
                raise AssertionError(f"fronts of {labels} and {len(exact.routes)} routes")
            textbook.append(best_of(lambda: textbook_front(space, start, end), 1))  # noqa: B023
            if trial < 2:
                plain.append(best_of(lambda: find_front(space, start, end, bound=BOUND), 1))  # noqa: B023
            sizes.append(len(near.routes))
            full.append(len(exact.routes))
            gap = max(gap, worst_gap(near, exact))
    ratio = f"{np.median(textbook) / np.median(bounded):.1f} / {max(textbook) / max(bounded):.1f}"
    rows.append((f"four-criteria front, {NODES}/{LINKS}, bound 1 %: median / worst", milliseconds(bounded),
                 f"textbook label setting (numba, no bound): {milliseconds(textbook)}", ratio))  # fmt: skip
    rows.append(("the same, whole front", milliseconds(whole), "as above",
                 f"{np.median(textbook) / np.median(whole):.1f} / {max(textbook) / max(whole):.1f}"))  # fmt: skip
    rows.append(("the same, bound 1 %, plain Python without numba", milliseconds(plain), "", ""))
    rows.append(("routes on the front with the bound / whole: median (most)",
                 f"{np.median(sizes):.0f} ({max(sizes)}) / {np.median(full):.0f} ({max(full)})", "", ""))  # fmt: skip
    rows.append(("farthest that a route of the whole front is from the bounded one", f"{gap:.3%}", "", ""))


def worst_gap(near: Front, exact: Front) -> float:
    """The least factor (less 1) by which the bounded front must grow to cover every route of the whole one."""
    return max(float((near.cost / way).max(axis=1).min()) - 1 for way in exact.cost)


def milliseconds(times: Sequence[float]) -> str:
    """Median and worst."""
    return f"{1e3 * np.median(times):.2f} / {1e3 * max(times):.1f} ms"


def textbook_front(space: SearchSpace, start: str, end: str) -> int:
    """How many routes the whole front has, by label setting with lower bounds (Martins 1984), compiled by numba."""
    first, last = (space.graph.vertices.index((name, "road")) for name in (start, end))
    least, _ = search._compile()  # noqa: SLF001 - the same lower bounds for both
    back, ahead = space.backward, space.forward
    low = np.array(least(back.begins, back.far, back.cost.ravel(), np.array([last]), 4)).reshape(-1, 4)
    return int(_textbook(ahead.begins, ahead.far, ahead.cost, low, first, last))


@numba.njit(cache=True)
def _textbook(  # noqa: C901, PLR0912, PLR0917 - a solver's loop, compiled as one function
    begins: np.ndarray, heads: np.ndarray, cost: np.ndarray, low: np.ndarray, first: int, last: int
) -> int:
    size, room = len(begins) - 1, 1024
    costs, places, below = np.zeros((room, 4)), np.zeros(room, np.int64), np.full(room, -1)
    alive, kept = np.ones(room, np.bool_), np.full(size, -1)
    places[0] = first
    kept[first] = 0
    count, queue = 1, [(low[first, 0], low[first, 1], low[first, 2], low[first, 3], 0)]
    while queue:
        _, _, _, _, label = heapq.heappop(queue)
        if not alive[label] or places[label] == last:
            continue
        for edge in range(begins[places[label]], begins[places[label] + 1]):
            head = heads[edge]
            new = costs[label] + cost[edge]
            is_worse = False
            for vertex in (head, last):
                held = kept[vertex]
                while held >= 0 and not is_worse:
                    is_worse = True
                    for k in range(4):
                        reached = new[k] if vertex == head else new[k] + low[head, k]
                        if costs[held, k] > reached * (1 + 1e-12):
                            is_worse = False
                    held = below[held]
            if is_worse:
                continue
            held, before = kept[head], -1
            while held >= 0:
                is_better = alive[held]
                for k in range(4):
                    if new[k] > costs[held, k]:
                        is_better = False
                if is_better:
                    alive[held] = False
                    if before < 0:
                        kept[head] = below[held]
                    else:
                        below[before] = below[held]
                else:
                    before = held
                held = below[held]
            if count == room:
                costs, places = np.concatenate((costs, np.zeros((room, 4)))), np.concatenate((places, 0 * places))
                below = np.concatenate((below, np.full(room, -1)))
                alive = np.concatenate((alive, np.ones(room, np.bool_)))
                room *= 2
            costs[count], places[count], below[count] = new, head, kept[head]
            kept[head] = count
            f = new + low[head]
            heapq.heappush(queue, (f[0], f[1], f[2], f[3], count))
            count += 1
    found, held = 0, kept[last]
    while held >= 0:
        found += alive[held]
        held = below[held]
    return found


def scattered(km: np.ndarray, draws: int, *, seed: int) -> Elements:
    """Log-normal draws of time and cost of every link around 60 km/h and 0.05 USD/tkm."""
    rng = np.random.default_rng(seed)
    none = np.broadcast_to(0.0, (draws, len(km)))
    time_h, cost = (np.exp(SCATTER * rng.standard_normal((draws, len(km)))) for _ in range(2))
    time_h *= km / 60
    cost *= km * 0.05
    return Elements(time_h, none, none, cost, km, 0 * km)


def measure_draws(rows: Rows) -> None:
    """Ten thousand draws of twenty pairs by products, beside a search in every draw, and what the products miss."""
    plane = make_plane(NODES, LINKS, seed=0)
    graph = plane.graph
    usable = np.ones(len(graph.tails), dtype=bool)
    rng = np.random.default_rng(7)
    ends = [rng.choice(NODES, 2, replace=False) for _ in range(PAIRS)]
    pairs = [(f"n{a}", f"n{b}") for a, b in ends]
    cargo = Cargo("goods", "Goods", 1_000.0, 0.5, ("road",), ())
    begun = time.perf_counter()
    gathered = gather_candidates(graph, scattered(plane.link_km, 2_000, seed=1), pairs=pairs, cargoes=[cargo],
                                 usable=usable, batch=50)  # fmt: skip
    gathering = time.perf_counter() - begun
    table = tabulate_routes(graph, gathered.routes, length_km=plane.link_km)
    draws = scattered(plane.link_km, DRAWS, seed=2)
    ours = best_of(lambda: skim(table, draws, cargoes=[cargo], scale=SCALE), 5)
    memory = peak_mb()
    fresh = measure_regret(graph, scattered(plane.link_km, 100, seed=3), routes=gathered.routes, cargoes=[cargo],
                           usable=usable)  # fmt: skip
    some = draws.cost_usd_per_t[:100] + cargo.time_usd_per_t_h * draws.moving_h[:100]
    peers = peers_by_draw(graph, some[:, graph.links], ends)
    first = "; ".join(f"{name}: {seconds * DRAWS:.0f} s" for name, seconds in peers)
    ratios = " / ".join(f"{seconds * DRAWS / ours:.0f}" for _, seconds in peers)
    rows.append((f"{DRAWS:,} draws x {PAIRS} pairs, {NODES}/{LINKS}: logsums of {len(table.routes)} fixed routes",
                 f"{ours:.3f} s", first, ratios))  # fmt: skip
    rows.append((f"gathering those routes from {gathered.draws} draws, once", f"{gathering:.1f} s", "", ""))
    rows.append(("dearer than the best route of 100 fresh draws: mean (worst of any draw)",
                 f"{fresh.mean:.3%} ({fresh.worst:.1%})", "", ""))  # fmt: skip
    rows.append(("peak memory of the process until here (with draws and peers' modules)", f"{memory:.0f} MB", "", ""))


def peers_by_draw(graph: Graph, weights: np.ndarray, ends: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """Seconds for all pairs of one draw by each peer's own search."""
    order = np.argsort(graph.tails, kind="stable")
    begins = np.searchsorted(graph.tails[order], np.arange(NODES + 1))
    starts = [int(a) for a, _ in ends]

    def by_scipy(count: int) -> None:
        for weight in weights[:count]:
            dijkstra(csr_array((weight[order], graph.heads[order], begins), shape=(NODES, NODES)), indices=starts)

    tails, heads = graph.tails.tolist(), graph.heads.tolist()
    drawn: Any = nx.DiGraph()
    rust: Any = rx.PyDiGraph()
    rust.add_nodes_from(range(NODES))

    def by_networkx(count: int) -> None:
        for weight in weights[:count].tolist():
            drawn.add_weighted_edges_from(zip(tails, heads, weight, strict=True))
            for a, b in ends:
                nx.bidirectional_dijkstra(drawn, int(a), int(b))

    def by_rustworkx(count: int) -> None:
        for weight in weights[:count].tolist():
            rust.clear_edges()
            rust.add_edges_from(list(zip(tails, heads, weight, strict=True)))
            for a, b in ends:
                rx.dijkstra_shortest_path_lengths(rust, int(a), float, goal=int(b))

    return [
        (f"scipy {version('scipy')} per draw", best_of(lambda: by_scipy(100), 2) / 100),
        (f"rustworkx {version('rustworkx')}", best_of(lambda: by_rustworkx(20), 2) / 20),
        (f"networkx {version('networkx')}", best_of(lambda: by_networkx(5), 2) / 5),
    ]


def measure_shipped(rows: Rows) -> None:
    """All pairs of 25 places of the shipped case x 10 commodities x 1,000 draws."""
    case = read_case(find_case("pakistan_kazakhstan"))
    network = case.network
    graph = build_graph(network)
    every = [read_cargo(commodity, case.claims) for commodity in network.commodities]
    cargoes = sorted(every, key=lambda cargo: cargo.time_usd_per_t_h)[:COMMODITIES]
    estimates = collect_estimates(network, case.claims)
    draws = build_elements(network, draw_values(estimates, rng=np.random.default_rng(1), draws=SKIM_DRAWS))
    other = build_elements(network, draw_values(estimates, rng=np.random.default_rng(2), draws=400))
    usable = usable_edges(graph, conditions_on(network, OPEN_DAY), modes=("road", "rail", "sea", "ferry"))
    joined = {graph.vertices[vertex][0] for vertex in graph.tails[usable].tolist()}
    zones = [node.id for node in network.nodes if node.kind == "city" and node.id in joined][::2][:ZONES]
    pairs = [(a, b) for a in zones for b in zones if a != b]
    some = [cargoes[0], cargoes[COMMODITIES // 2], cargoes[-1]]
    begun = time.perf_counter()
    gathered = gather_candidates(graph, other, pairs=pairs, cargoes=some, usable=usable, batch=20, tolerance=0.004)
    gathering = time.perf_counter() - begun
    table = tabulate_routes(graph, gathered.routes, length_km=draws.length_km)
    ours = best_of(lambda: skim(table, draws, cargoes=cargoes, scale=SCALE), 3)
    last = build_elements(network, draw_values(estimates, rng=np.random.default_rng(3), draws=10))
    regret = measure_regret(graph, last, routes=gathered.routes, cargoes=some, usable=usable)
    what = (
        f"shipped network ({len(graph.vertices)} vertices, {len(graph.tails)} edges): {len(pairs)} pairs of "
        f"{len(zones)} zones x {len(cargoes)} commodities x {SKIM_DRAWS:,} draws, {len(table.routes)} routes"
    )
    rows.append((what, f"{ours:.2f} s", "", ""))
    rows.append((f"gathering those routes from {gathered.draws} draws, once", f"{gathering:.1f} s", "", ""))
    rows.append(("dearer than the best route of 10 fresh draws: mean (worst of any draw)",
                 f"{regret.mean:.3%} ({regret.worst:.1%})", "", ""))  # fmt: skip


def measure_large(rows: Rows) -> None:
    """One pair on a hundred thousand links, from the file to the answer."""
    plane = make_plane(LARGE_NODES, LARGE_LINKS, seed=4)
    graph = plane.graph
    cost = (plane.link_km * 0.1)[graph.links]
    usable = np.ones(len(cost), dtype=bool)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.npz"
        write_archive(path, archive_graph(graph, cost_usd_per_t=cost, time_h=0 * cost, usable=usable))

        def answer() -> None:
            if find_cheapest(read_archive(path), "n0", "n777", time_usd_per_t_h=1.0) is None:
                raise AssertionError("no way")

        ours = best_of(answer, 9)
    ends = list(zip(graph.tails.tolist(), graph.heads.tolist(), cost.tolist(), strict=True))
    drawn: Any = nx.DiGraph()
    rust: Any = rx.PyDiGraph()

    def load_networkx() -> None:
        drawn.clear()
        drawn.add_weighted_edges_from(ends)
        nx.bidirectional_dijkstra(drawn, 0, 777)

    def load_rustworkx() -> None:
        rust.clear()
        rust.add_nodes_from(range(LARGE_NODES))
        rust.add_edges_from(ends)
        rx.dijkstra_shortest_paths(rust, 0, target=777, weight_fn=float)

    def load_scipy() -> None:
        shape = (LARGE_NODES, LARGE_NODES)
        dijkstra(csr_array((cost, (graph.tails, graph.heads)), shape=shape), indices=0, return_predecessors=True)

    peers = [
        (f"{name} {version(name)}", best_of(job, 3))
        for name, job in (("scipy", load_scipy), ("rustworkx", load_rustworkx), ("networkx", load_networkx))
    ]
    rows.append((f"{LARGE_LINKS:,} links both ways: read from its file and one pair answered", f"{1e3 * ours:.0f} ms",
                 "from memory, no file: " + "; ".join(f"{name}: {1e3 * seconds:.0f} ms" for name, seconds in peers),
                 " / ".join(f"{seconds / ours:.1f}" for _, seconds in peers)))  # fmt: skip


def measure_imports(rows: Rows) -> None:
    """A new interpreter with and without the package."""
    for statement in ("import rahdari", "import rahdari.transport.search", "import numba"):
        job = [sys.executable, "-c", statement]
        bare = best_of(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 5)
        whole = best_of(lambda: subprocess.run(job, check=True), 5)  # noqa: B023, S603
        rows.append((f"`{statement}` beyond the bare interpreter", f"{whole - bare:.2f} s", "", ""))


def peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000


def describe(rows: Rows) -> str:
    """The results as Markdown, with what they were measured on."""
    packages = ("numpy", "scipy", "numba", "networkx", "rustworkx")
    load = psutil.getloadavg()[0]
    lines = [
        "# Routes and skims: measured",
        "",
        f"Measured on {datetime.now(tz=UTC).date()} with `benchmarks/transport.py`: {psutil.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages)
        + f". Other programs were running (load {load:.1f} on average over the last minute); each time is the best of "
        "several runs. Ratios are the peer's time over ours, in the order of the peers; above 1 ours is quicker.",
        "",
        "| what | ours | peers, same run | ratio |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        NOTES,
    ]
    return "\n".join(lines)


def main() -> None:
    """Prints the table, and with `--write` keeps it."""
    rows: Rows = []
    for part in (measure_imports, measure_fronts, measure_draws, measure_shipped, measure_large):
        part(rows)
        sys.stderr.write(f"{part.__name__} done\n")
    text = describe(rows)
    sys.stdout.write(text)
    if "--write" in sys.argv:
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
