#!/usr/bin/env python3
"""Kills caasd once in the middle of 2,000 deliveries, 10 at once, and prints one line of JSON:

    lost, twice, unconfirmed   of the posts
    go_on_ms                   from the kill to the next request for a post that the platform accepts
    repeated                   requests for a post that the platform had accepted already

    kill.py [POSTS]            CAAS_BIN: the folder of caas and caasd

The platform is a webhook that knows a Caas-Delivery it has seen (tests/program/crash/platforms.py).
"""

import http.client
import itertools
import json
import pathlib
import sqlite3
import sys
import threading
import time

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "program"), str(TESTS / "program" / "crash")]

import platforms  # noqa: E402
import program  # noqa: E402

ACCOUNTS = 100
AT_ONCE = "10"
CALL_S = 0.002  # how long a create takes
UNSETTLED = "SELECT count(*) FROM post WHERE state NOT IN ('published', 'failed', 'missed', 'unconfirmed')"
UNCONFIRMED = "SELECT count(*) FROM post WHERE state = 'unconfirmed'"


class World(platforms.World):
    """Quick and without faults; counts what is asked for again and notes when the others were."""

    def __init__(self):
        super().__init__(0, False)
        self.repeated = 0
        self.asked = threading.local()  # of a request, when it came
        self.asked_at = []  # of what was accepted

    def plan(self, kind):
        self.asked.at = time.monotonic()
        return CALL_S, 0, "ok"

    def make(self, kind, key, text, reply_to=None, record=None):
        made, was_there = super().make(kind, key, text, reply_to, record)
        with self.lock:
            self.repeated += was_there
            if not was_there:
                self.asked_at.append(self.asked.at)
        return made, was_there


def connect(home, receivers):
    for number in range(ACCOUNTS):
        home.ok(
            "account", "connect", "webhook", "--name", f"hook-{number}",
            "--url", f"{receivers.url('safe')}/hook/{number}", env={"CAAS_WEBHOOK_SECRET": "irrelevant here"},
        )  # fmt: skip
    with sqlite3.connect(home.path / "caas.db") as database:
        database.execute("UPDATE account SET config = json_set(config, '$.repeats', 'safe')")
    database.close()


def schedule(home, posts):
    """Through the API of a daemon that goes before any of them is due. Gives their texts."""
    token = home.token("publish")
    daemon = home.daemon()
    line = http.client.HTTPConnection(daemon.url.removeprefix("http://"))

    def ask(path, body):
        line.request(
            "POST", "/api/v1/" + path, json.dumps(body),
            {"Authorization": "Bearer " + token, "Content-Type": "application/json"},
        )  # fmt: skip
        answer = line.getresponse()
        text = answer.read()
        assert answer.status == 201, text
        return json.loads(text)

    contents = [ask("content", {"text": f"Number {i}."})["id"] for i in range(posts)]
    due = time.time() + 5 + posts / 1000
    due_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(due))
    for first in range(0, posts, 500):
        orders = [
            {"content_id": content, "accounts": [f"hook-{i % ACCOUNTS}"], "due_at": due_at}
            for i, content in enumerate(contents[first : first + 500], first)
        ]
        ask("posts/bulk", {"items": orders})
    daemon.stop()
    return {f"Number {i}." for i in range(posts)}


def ask_database(home, query):
    database = sqlite3.connect(f"file:{home.path}/caas.db?mode=ro", uri=True, timeout=5)
    try:
        return database.execute(query).fetchone()[0]
    finally:
        database.close()


def gone_on(asked_at, killed_at):
    """When the longest silence ended: before it the platform still takes what the dead one had sent."""
    times = [killed_at, *sorted(at for at in asked_at if at > killed_at)]
    return max(itertools.pairwise(times), key=lambda pair: pair[1] - pair[0])[1]


def main():
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    receivers = platforms.Platforms()
    world = World()
    receivers.enter(world)
    home = program.Home()
    try:
        connect(home, receivers)
        texts = schedule(home, posts)
        settings = {"CAAS_PUBLISH_CONCURRENCY": AT_ONCE}
        daemon = home.launch(env=settings)
        program.wait_for(lambda: len(world.asked_at) >= posts // 2, "half of the posts", 120)
        daemon.process.kill()
        killed_at = time.monotonic()
        daemon.process.wait()
        home.launch(env=settings)
        program.wait_for(lambda: ask_database(home, UNSETTLED) == 0, "the last post", 120)
        report = {
            "lost": len(texts - set(world.accepted)),
            "twice": sum(count > 1 for count in world.accepted.values()),
            "unconfirmed": ask_database(home, UNCONFIRMED),
            "go_on_ms": round((gone_on(world.asked_at, killed_at) - killed_at) * 1000),
            "repeated": world.repeated,
        }
        print(json.dumps(report))
    finally:
        home.close()
        receivers.close()


main()
