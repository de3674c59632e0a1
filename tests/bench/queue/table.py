#!/usr/bin/env python3
"""Prints the table of tests/bench/queue/run.sh from its raw figures: table.py RESULTS.tsv"""
import collections
import json
import statistics
import sys

# what, words, our figure, the peers' figure, goal in words, how well it holds: (our, always, everysec) -> bool
def at_least(times, also=0):
    return lambda our, always, everysec: (always is None or our >= times * always) and (
        not also or everysec is None or our >= also * everysec)


def at_most(limit, share=0):
    return lambda our, always, _: our <= limit and (not share or always is None or our <= share * always)


ROWS = [
    ('schedule.single', 'schedule, one at a time /s', 'rate', 'jobs_s', '>= 1.2 x always', at_least(1.2)),
    ('schedule.par', 'schedule, 50 callers /s', 'rate', 'jobs_s', '>= 2 x', at_least(2)),
    ('schedule.bulk', 'schedule, 500 a call /s', 'rate', 'jobs_s', '>= 8 x', at_least(8)),
    ('deliver.1', 'deliver, 1 at a time /s', 'rate', 'jobs_s', '>= 1.5 x', at_least(1.5)),
    ('deliver.10', 'deliver, 10 at once /s', 'rate', 'jobs_s', '>= 4 x', at_least(4)),
    ('deliver.50', 'deliver, 50 at once /s', 'rate', 'jobs_s', '>= 6 x, 5 x everysec', at_least(6, 5)),
    ('http.10', 'deliver by HTTP, 10 at once /s', 'rate', None, '', None),
    ('http.50', 'deliver by HTTP, 50 at once /s', 'rate', None, '', None),
    ('late.even', 'due over 20 s: late, p50 ms', 'p50', 'late_ms.p50', '<= 1', at_most(1)),
    ('late.even', 'due over 20 s: late, p99 ms', 'p99', 'late_ms.p99', '<= 10', at_most(10)),
    ('late.burst', '10,000 at once: last begun, ms', 'last', 'late_ms.max', '<= 400, 1/5', at_most(400, 0.2)),
    ('memory.100000', 'memory, 100,000 scheduled, MB', 'mb', 'redis_rss_mb', '<= 20', at_most(20)),
    ('memory.1000000', 'memory, 1,000,000 scheduled, MB', 'mb', None, '<= 25', at_most(25)),
    ('ready.1000000', 'ready, 1,000,000 scheduled, ms', 'ms', None, '<= 100', at_most(100)),
    ('next', 'next-due query, 1,000,000, us', 'us', None, '<= 20', at_most(20)),
    ('kill', 'killed in 2,000: lost', 'lost', None, '0', at_most(0)),
    ('kill', 'killed in 2,000: twice', 'twice', None, '0', at_most(0)),
    ('kill', 'killed in 2,000: unconfirmed', 'unconfirmed', None, '0', at_most(0)),
    ('kill', 'killed in 2,000: goes on after, ms', 'go_on_ms', None, '< 1,000', at_most(999)),
    ('grow', 'first 10,000 of 1,000,000 /s', 'first', None, '', None),
    ('grow', 'last 10,000 of 1,000,000 /s', 'last', None, '>= first / 1.2', None),
    ('idle', 'idle caasd: processor %', 'cpu_percent', None, '< 0.1', at_most(0.1)),
    ('idle', 'idle caasd: wake-ups in 20 s', 'wake_ups', None, '', None),
]

# The same on PostgreSQL: graphile-worker as it comes, and with its local queue, which keeps no journal.
POSTGRES_ROWS = [
    ('pg.deliver.1', 'deliver, 1 at a time /s', 'rate', 'jobs_s', '>= 4 x plain', at_least(4)),
    ('pg.deliver.10', 'deliver, 10 at once /s', 'rate', 'jobs_s', '>= 4 x plain', at_least(4)),
    ('pg.deliver.50', 'deliver, 50 at once /s', 'rate', 'jobs_s', '>= 4 x, 0.5 x local', at_least(4, 0.5)),
    ('pg.burst', '10,000 at once: last begun, ms', 'last', 'late_ms.max', '<= local', lambda our, _, local: our <= (local or our)),
]


def pick(record, path):
    for step in path.split('.'):
        record = record[step]
    return record


def show(value):
    if value is None:
        return '-'
    return f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def main():
    raw = collections.defaultdict(list)
    for line in open(sys.argv[1], encoding='utf-8'):
        who, what, text = line.rstrip('\n').split('\t', 2)
        try:
            raw[who, what].append(json.loads(text))
        except ValueError:
            print(f'no figure: {who} {what}', file=sys.stderr)

    def median(who, what, path):
        records = raw.get((who, what))
        return statistics.median(pick(r, path) for r in records) if records and path else None

    def print_rows(rows, first, second):
        for what, words, our_path, peer_path, goal, holds in rows:
            our = median('caas', what, our_path)
            if our is None:
                continue
            peers = [median(mode, what, peer_path) for mode in (first, second)]
            ratio = [f'{our / peer:.2f}' if peer else '-' for peer in peers]
            verdict = '' if holds is None else 'holds' if holds(our, *peers) else 'MISSED'
            print(form.format(words, show(our), show(peers[0]), ratio[0], show(peers[1]), ratio[1], goal, verdict))

    form = '{:<34} {:>10} {:>12} {:>8} {:>12} {:>8}  {:<22} {}'
    print(form.format('', 'caas', 'BullMQ fsync', 'ratio', 'everysec', 'ratio', 'goal', ''))
    print_rows(ROWS, 'always', 'everysec')
    if any(who == 'caas' and what.startswith('pg.') for who, what in raw):
        print()
        print(form.format('on PostgreSQL', 'caas', 'graphile', 'ratio', 'local queue', 'ratio', 'goal', ''))
        print_rows(POSTGRES_ROWS, 'plain', 'local')


main()
