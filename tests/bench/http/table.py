#!/usr/bin/env python3
"""Prints the table of tests/bench/http/run.sh from its raw figures: table.py RESULTS.tsv"""
import collections
import json
import statistics
import sys

NAMES = {
    "list": "GET /api/v1/content?limit=20",
    "add": "POST /api/v1/content",
    "healthz": "GET /healthz",
}
LEAST = {"list": 2.0, "add": 1.0, "healthz": 2.0}
MOST_P99_MS, MOST_MEMORY = 20.0, 0.2

figures = collections.defaultdict(list)
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        who, route, connections, data = line.rstrip("\n").split("\t")
        figures[who, route, int(connections)].append(json.loads(data))


def median(who, route, connections, what):
    found = [one[what] for one in figures.get((who, route, connections), [])]
    return statistics.median(found) if found else None


def said(value, form):
    return "-" if value is None else format(value, form)


def verdict(holds):
    return "" if holds is None else "holds" if holds else "MISSED"


print(f"{'':30}{'conn':>5}{'caas/s':>10}{'peer/s':>10}{'ratio':>7}{'p99 ms':>9}{'peer':>9}  goal")
for route, name in NAMES.items():
    for connections in sorted({key[2] for key in figures if key[1] == route}):
        our, their = (median(who, route, connections, "rate") for who in ("caas", "peer"))
        late, late_peer = (median(who, route, connections, "p99") for who in ("caas", "peer"))
        ratio = our / their if our and their else None
        goals = []
        if ratio is not None:
            goals.append(f">= {LEAST[route]:g} x: {verdict(ratio >= LEAST[route])}")
        if connections == 16:
            goals.append(f"p99 < {MOST_P99_MS:g} ms: {verdict(late < MOST_P99_MS)}")
        bad = sum(one["bad"] for one in figures["caas", route, connections])
        if bad:
            goals.append(f"{bad} FAILED")
        print(
            f"{name:30}{connections:>5}{said(our, '10.0f')}{said(their, '.0f'):>10}{said(ratio, '.2f'):>7}"
            f"{said(late, '9.2f')}{said(late_peer, '.2f'):>9}  {', '.join(goals)}"
        )
our, their = (median(who, "memory", 0, "kb") for who in ("caas", "peer"))
share = our / their if their else None
print(
    f"{'resident memory, MB':35}{our / 1024:10.1f}{said(their and their / 1024, '.1f'):>10}{said(share, '.2f'):>7}"
    f"{'':18}  {'' if share is None else f'<= {MOST_MEMORY:g}: {verdict(share <= MOST_MEMORY)}'}"
)
