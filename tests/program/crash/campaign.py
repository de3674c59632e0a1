"""Kills caasd again and again while it publishes to pretend platforms, and checks what came of it.

    campaign.py [--kills 200] [--seed N] [--power] [--lies] [--processes N] [--trial K]

A trial is a small queue in a home of its own: six accounts on platforms with different promises
(platforms.py and an outbox), each with a post of one part and one of two. caasd is killed at named
places of the code (stoppable.cc), at random instants, and just when a platform has taken a request;
started again, killed again, until the queue is empty. With --power each kill is a power failure.

After each trial: every part was accepted exactly once, or its post is reported as unconfirmed and
no part of it was accepted twice; where repeats are harmless or absence is certain nothing is
unconfirmed; elsewhere no more than the calls that were under way at the kills, and the answers that
said nothing.

A trial follows from the seed and its number (but for the timing of threads): --seed N --trial K runs
one again and says what happened.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import platforms  # noqa: E402
import power  # noqa: E402
import program  # noqa: E402

ACCOUNTS = (*platforms.KINDS, "file")
CERTAIN = (*platforms.CERTAIN, "file")
PACE_MS = "4"
# A program that is killed while it renews a sign-in holds the renewal for 40 s (core/flow/renew.h).
PATIENCE = 75.0
# Trials mostly wait: for programs to start, for calls that are slow on purpose, for what a dead one holds.
PROCESSES = 4 * (os.cpu_count() or 1)
# How many kills a process of a campaign says nothing for.
SILENCE = 25
# Reached seldom enough that all of its visits can be tried.
MOST_VISITS = 12

WAITING = """SELECT count(*) FROM post
WHERE state NOT IN ('published', 'failed', 'canceled', 'missed')
    AND (state <> 'unconfirmed' OR wake_at IS NOT NULL)"""
HELD = "SELECT count(*) FROM lane WHERE held_by IS NOT NULL"
IN_FLIGHT = """SELECT a.name, count(*) FROM attempt t
JOIN post p ON p.id = t.post_id
JOIN account a ON a.id = p.account_id
WHERE t.state = 'started' AND t.ended_at IS NULL
GROUP BY a.name"""


def texts_of(account, number):
    """What a platform sees of a post; a webhook gets its parts at once."""
    parts = [f"{account}-{number}/{part}" for part in range(1, number + 1)]
    return ["\n\n".join(parts)] if account in ("once", "safe") else parts


class Wrong(Exception):
    """What may not be; the sentence says what."""


class Site:
    """One home, its platforms, and the programs; for one thread."""

    def __init__(self):
        self.platforms = platforms.Platforms()
        self.platforms.enter(platforms.World(0, False))
        self.home = program.Home()
        self.scratch = self.home.scratch
        self.template = self.scratch / "template"
        self.log = self.scratch / "caasd.log"
        self.set_up()

    def close(self):
        self.platforms.close()
        self.home.close()

    def set_up(self):
        for kind in ("once", "safe"):
            self.home.ok(
                "account", "connect", "webhook", "--name", kind, "--url", self.platforms.url(kind) + "/hook",
                env={"CAAS_WEBHOOK_SECRET": "irrelevant here"},
            )  # fmt: skip
        for kind in ("keyed", "plain"):
            self.home.ok(
                "account", "connect", "mastodon", "--name", kind, "--url", self.platforms.url(kind),
                env={"CAAS_MASTODON_TOKEN": "irrelevant here"},
            )  # fmt: skip
        self.home.ok(
            "account", "connect", "bluesky", "--name", "sky", "--identifier", "ana.test",
            "--url", self.platforms.url("sky"), env={"CAAS_BLUESKY_PASSWORD": "irrelevant here"},
        )  # fmt: skip
        self.home.ok("account", "connect", "outbox", "--name", "file", "--identifier", str(self.home.path / "files"))
        self.posts = {}  # id: (account, number of parts)
        for account in ACCOUNTS:
            for number in (1, 2):
                parts = [{"text": f"{account}-{number}/{part}"} for part in range(1, number + 1)]
                content = self.api("POST", "content", {"parts": parts})
                made = self.api("POST", "posts", {"content_id": content["id"], "accounts": [account]})
                self.posts[made["items"][0]["id"]] = (account, number)
        with sqlite3.connect(self.home.path / "caas.db") as database:
            row = database.execute("SELECT id, config FROM account WHERE name = 'safe'").fetchone()
            config = {**json.loads(row[1]), "repeats": "safe"}
            database.execute("UPDATE account SET config = ? WHERE id = ?", (json.dumps(config), row[0]))
        database.close()
        shutil.copytree(self.home.path, self.template, ignore=lambda *_: ["wake.sock"])

    def api(self, method, path, body):
        return self.home.ok("api", method, path, "--input", "-", "--json", stdin=json.dumps(body))

    def reset(self):
        shutil.rmtree(self.home.path)
        shutil.copytree(self.template, self.home.path)
        self.log.unlink(missing_ok=True)

    def launch(self, environment):
        with open(self.log, "ab") as log:
            self.log_start = log.tell()
            return subprocess.Popen(
                [program.BIN / "caasd_stoppable"],
                env=self.home.environment({"CAAS_PACE_MS": PACE_MS, **environment}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def ask(self, *queries):
        """Asks the living database, as it is at one moment."""
        database = sqlite3.connect(f"file:{self.home.path}/caas.db?mode=ro", uri=True, timeout=5)
        try:
            database.execute("BEGIN")
            return [database.execute(query).fetchall() for query in queries]
        finally:
            database.close()

    def ask_dead(self, query):
        """Asks a copy, so that the next caasd finds the files as the last one left them."""
        place = self.scratch / "copy"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for name in ("caas.db", "caas.db-wal"):
            if (self.home.path / name).exists():
                shutil.copyfile(self.home.path / name, place / name)
        database = sqlite3.connect(place / "caas.db")
        try:
            return database.execute(query).fetchall()
        except sqlite3.Error as fault:
            raise Wrong(f"the database is damaged: {fault}") from None
        finally:
            database.close()

    def is_empty(self):
        # Whoever opens the database first makes its log; that must be caasd, which is watched.
        with open(self.log, "rb") as log:
            log.seek(self.log_start)
            if b'"daemon.ready"' not in log.read():
                return False
        try:
            waiting, held = self.ask(WAITING, HELD)
        except sqlite3.Error:
            return False
        return waiting[0][0] == 0 and held[0][0] == 0

    def files(self):
        found = collections.Counter()
        for path in (self.home.path / "files").glob("*.md"):
            found.update(line for line in path.read_text("utf-8").splitlines() if line.startswith("file-"))
        return found


class Trial:
    def __init__(self, site, seed, number, first_stop=None, has_power=False, lies=False):
        self.site = site
        self.dice = random.Random(f"{seed}/{number}")
        self.first_stop = first_stop
        self.has_power = has_power
        self.lies = lies
        self.world = platforms.World(
            f"{seed}/{number}/world", has_faults=self.dice.random() < 0.5, has_old_tokens=self.dice.random() < 0.3
        )
        self.kills = collections.Counter()
        self.in_flight = collections.Counter()
        self.lost_writes = 0
        self.lives = []  # how each began and ended, for whoever reads a complaint

    def run(self, names):
        self.site.reset()
        self.site.platforms.enter(self.world)
        most = self.dice.randint(2, 8)
        # Some places are reached only after a death, some only with a token that has ended.
        when = self.dice.randint(0, 1)
        if self.first_stop and self.first_stop[0].startswith(("burial", "look")):
            when = 1
        if self.first_stop and self.first_stop[0].startswith("refresh"):
            self.world.has_old_tokens = True
        for number in range(most):
            plan = self.first_stop if number == when and self.first_stop else self.choose(names)
            if not self.live(plan):
                break
        self.live(("none", 0))
        self.check()
        if self.doubtful and self.dice.random() < 0.25:
            self.settle()

    def choose(self, names):
        kind = self.dice.choices(("point", "instant", "request", "accept"), (45, 25, 12, 18))[0]
        if kind == "point":
            return self.dice.choice(names), self.dice.choice((1, 1, 2, 3, 4, 6))
        if kind == "instant":
            return kind, self.dice.uniform(0.001, 0.12)
        return kind, self.dice.randint(1, 5)

    def live(self, plan):
        """One life of caasd. True: it was killed; False: the queue was empty before."""
        kind, what = plan
        environment = {}
        if kind not in ("none", "instant", "request", "accept"):
            environment["CAAS_STOP_AT"] = f"{kind}:{what}"
        watch = None
        if self.has_power:
            library = program.BIN / "power.so"
            watch = power.Power(self.site.home.path, self.site.scratch, library, self.lies)
            environment.update(watch.environment)
        start = time.monotonic()
        self.site_process = process = self.site.launch(environment)
        self.arm(kind, what, process)
        was_killed = False
        next_look = start + 0.03
        while True:
            if process.poll() is not None:
                was_killed = True
                break
            now = time.monotonic()
            if kind == "instant" and now - start >= what:
                process.kill()
                process.wait()
                was_killed = True
                break
            if now >= next_look:
                if self.site.is_empty():
                    break
                next_look = time.monotonic() + 0.01
            if now - start > PATIENCE:
                process.kill()
                process.wait()
                raise Wrong(f"the queue is not empty after {PATIENCE} s")
            time.sleep(0.001)
        self.arm("none", 0, process)
        if was_killed:
            if process.returncode != -signal.SIGKILL:
                raise Wrong(f"caasd ended by itself with {process.returncode}")
            self.kills[kind] += 1
        elif kind == "none" and self.dice.random() < 0.2:
            process.terminate()
            if process.wait(PATIENCE) != 0:
                raise Wrong(f"caasd stopped with {process.returncode}")
        else:
            # Nothing is under way, so this tells little; the power may fail all the same.
            process.kill()
            process.wait()
        self.lives.append(f"{kind} {what} {'killed' if was_killed else 'empty'}")
        if watch:
            self.lost_writes += watch.fail(self.dice)
            self.lives[-1] += f" ({watch.said})"
        if was_killed:
            for account, count in self.site.ask_dead(IN_FLIGHT):
                self.in_flight[account] += count
        return was_killed

    def arm(self, kind, count, process):
        """The platforms kill it when they have got, or accepted, their count-th create from now."""
        left = [count]
        lock = threading.Lock()

        def strike():
            with lock:
                left[0] -= 1
                if left[0] == 0:
                    process.kill()

        self.world.on_request = strike if kind == "request" else lambda: None
        self.world.on_accept = strike if kind == "accept" else lambda: None

    def check(self):
        # What is still on its way to a platform arrives.
        time.sleep(0.06)
        rows = self.site.ask_dead("SELECT id, state, parts_published, code FROM post ORDER BY id")
        wrong = list(self.world.wrong)
        with self.world.lock:
            accepted = collections.Counter(self.world.accepted)
        accepted.update(self.site.files())
        if {row[0] for row in rows} != set(self.site.posts):
            wrong.append("a post was lost or made up")
        doubtful = collections.Counter()
        for post, state, _, code in rows:
            account, number = self.site.posts[post]
            times = [accepted.pop(text, 0) for text in texts_of(account, number)]
            said = f"{account} post of {number} parts ({post}), {state} {code or ''}, accepted {times}"
            if max(times) > 1:
                wrong.append("sent twice: " + said)
            if state == "published" and min(times) < 1:
                wrong.append("never sent: " + said)
            if state == "unconfirmed":
                doubtful[account] += 1
            elif state != "published":
                wrong.append("neither published nor unconfirmed: " + said)
        if accepted:
            wrong.append(f"nobody wrote {dict(accepted)}")
        for account in CERTAIN:
            if doubtful[account]:
                wrong.append(f"{doubtful[account]} of {account} unconfirmed, where nothing need be")
        for account in set(ACCOUNTS) - set(CERTAIN):
            most = self.in_flight[account] + self.world.ambiguous[account]
            if doubtful[account] > most:
                wrong.append(f"{doubtful[account]} of {account} unconfirmed, of at most {most} in flight")
        self.doubtful = doubtful
        if wrong:
            raise Wrong("; ".join(wrong))

    def settle(self):
        """A person looks at the platforms and says what became of what is in doubt."""
        self.world.has_faults = False
        for _ in range(4):
            rows = self.site.ask_dead("SELECT id, parts_published FROM post WHERE state = 'unconfirmed'")
            if not rows:
                break
            for post, parts in rows:
                texts = texts_of(*self.site.posts[post])
                made = [made for made in self.world.statuses if made["text"] == texts[min(parts, len(texts) - 1)]]
                said = ("--sent", f"http://127.0.0.1/@ana/{made[0]['id']}") if made else ("--not-sent",)
                self.site.home.ok("posts", "reconcile", post, *said)
            # Of a thread that was in doubt in the middle the rest is still to be sent.
            for (post,) in self.site.ask_dead("SELECT id FROM post WHERE code = 'thread_stopped'"):
                self.site.home.ok("posts", "retry", post)
            self.live(("none", 0))
        self.check()
        if self.doubtful:
            raise Wrong(f"still in doubt after a person has said what they see: {self.doubtful}")
        if set(self.world.accepted.values()) != {1}:
            raise Wrong(f"not each once: {self.world.accepted}")

    def story(self):
        try:
            return self.tell()
        except Wrong as fault:
            return str(fault)

    def tell(self):
        rows = self.site.ask_dead(
            """SELECT a.name, p.id, p.state, t.number, t.step, t.part, t.state, t.outcome, t.code, t.started_at,
    t.ended_at FROM attempt t JOIN post p ON p.id = t.post_id JOIN account a ON a.id = p.account_id
ORDER BY p.id, t.number"""
        )
        log = self.site.log.read_text("utf-8", "replace") if self.site.log.exists() else ""
        return "\n".join(self.lives) + "\n" + "\n".join(str(row) for row in rows) + "\n" + log[-4000:]


def scout(site):
    """The names of all places where it can be killed, and how often a whole queue comes by each."""
    visits = collections.Counter()
    log = site.scratch / "stops.log"
    for number in range(3):
        world = platforms.World(f"scout/{number}", has_faults=number > 0, has_old_tokens=True)
        site.reset()
        site.platforms.enter(world)
        log.unlink(missing_ok=True)
        # The second life comes by what follows a death.
        for stop in ("perform.answered:2", ""):
            process = site.launch({"CAAS_STOP_LOG": str(log), "CAAS_STOP_AT": stop})
            end = time.monotonic() + PATIENCE
            while process.poll() is None and not site.is_empty() and time.monotonic() < end:
                time.sleep(0.005)
            process.kill()
            process.wait()
        for name, count in collections.Counter(log.read_text().split()).items():
            visits[name] = max(visits[name], count)
    return visits


def work(order):
    """One process's share: trials until so many kills. Gives a report."""
    report = {"kills": collections.Counter(), "trials": 0, "wrong": [], "doubtful": collections.Counter(),
              "in_flight": collections.Counter(), "accepted": 0, "lost_writes": 0, "visits": {}, "broken": []}  # fmt: skip
    site = Site()
    try:
        visits = scout(site)
        report["visits"] = dict(visits)
        names = sorted(visits)
        stops = [(name, n) for name in names for n in range(1, min(visits[name], MOST_VISITS) + 1)]
        random.Random(f"{order['seed']}/stops").shuffle(stops)
        # Each place once before any a second time.
        stops.sort(key=lambda stop: stop[1] > 1)
        number = order["first"]
        begun = time.monotonic()
        end = begun + order["seconds"]
        extra = 0
        while time.monotonic() < end:
            if order["trial"] is not None:
                number = order["trial"]
            # By the number alone, so that it can be tried again.
            first = stops[(number - number // 5) % len(stops)] if number % 5 else None
            if sum(report["kills"].values()) >= order["kills"]:
                # Some places are hard to come by: until it has died at each of them.
                missed = [name for name in names if not report["kills"][name]]
                extra += 1
                if not missed or order["kills"] < 50 or extra > 60:
                    break
                first = (missed[0], 1)
            trial = Trial(site, order["seed"], number, first, order["power"], order["lies"])
            try:
                trial.run(names)
            except Wrong as fault:
                report["wrong"].append(f"trial {number}: {fault}")
                report["wrong"][-1] += "\n" + trial.story()
            report["trials"] += 1
            said = sum(report["kills"].values()) // SILENCE
            report["kills"].update(trial.kills)
            if order["tells"] and sum(report["kills"].values()) // SILENCE > said:
                tell(report, f"process {order['first']}, {time.monotonic() - begun:.0f} s")
            report["in_flight"].update(trial.in_flight)
            report["doubtful"].update(getattr(trial, "doubtful", {}))
            report["accepted"] += sum(trial.world.accepted.values())
            report["lost_writes"] += trial.lost_writes
            number += order["stride"]
            if order["trial"] is not None or (report["wrong"] and order["stops_early"]) or len(report["wrong"]) > 20:
                break
    except Exception:  # what was tried before counts all the same
        report["broken"].append(f"broken off after {report['trials']} trials\n{traceback.format_exc()}")
    finally:
        site.close()
    return report


def tell(report, who):
    """One line of how far it is."""
    print(
        f"{who}: {sum(report['kills'].values())} kills in {report['trials']} trials, {len(report['wrong'])} went wrong",
        file=sys.stderr,
        flush=True,
    )


def run(kills, seed, has_power=False, lies=False, processes=PROCESSES, trial=None, seconds=3600.0, stops_early=False,
        tells=False):  # fmt: skip
    """Runs a campaign in several processes; the reports added up."""
    # Enough for each of them to die at every place.
    processes = 1 if trial is not None else min(processes, max(2, kills // 50))
    orders = [
        {"kills": -(-kills // processes), "seed": seed, "power": has_power, "lies": lies, "first": i,
         "stride": processes, "trial": trial, "seconds": seconds, "stops_early": stops_early,
         "tells": tells}
        for i in range(processes)
    ]  # fmt: skip
    start = time.monotonic()
    with concurrent.futures.ProcessPoolExecutor(processes) as pool:
        reports = list(pool.map(work, orders))
    total = reports[0]
    for report in reports[1:]:
        for name in ("kills", "doubtful", "in_flight"):
            total[name].update(report[name])
        for name in ("trials", "accepted", "lost_writes"):
            total[name] += report[name]
        total["wrong"] += report["wrong"]
        total["broken"] += report["broken"]
        total["visits"].update(report["visits"])
    total["seconds"] = time.monotonic() - start
    return total


def describe(report, seed):
    kills = report["kills"]
    lines = [
        f"seed {seed}: {sum(kills.values())} kills in {report['trials']} trials, {report['seconds']:.1f} s;"
        f" {report['accepted']} creates accepted, {len(report['wrong'])} trials went wrong",
        f"  calls in flight at the kills {dict(report['in_flight'])}, unconfirmed {dict(report['doubtful'])}",
        "  killed at " + ", ".join(f"{name} {count}" for name, count in sorted(kills.items())),
    ]
    if report["lost_writes"]:
        lines.append(f"  {report['lost_writes']} writes and names were lost with the power")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--power", action="store_true", help="each kill is a power failure")
    parser.add_argument("--lies", action="store_true", help="the disk does not sync: losses must be found")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="four a processor if not given")
    parser.add_argument("--trial", type=int, help="runs only this trial of the seed")
    options = parser.parse_args()
    seed = options.seed or random.SystemRandom().randrange(1, 2**31)
    # A kill takes a few seconds; the limit is for a campaign that gets nowhere.
    seconds = 600.0 + 10.0 * options.kills
    report = run(
        options.kills, seed, options.power, options.lies, options.processes, options.trial, seconds, tells=True
    )  # fmt: skip
    for wrong in (*report["wrong"], *report["broken"]):
        print(wrong)
    print(describe(report, seed))
    is_short = options.trial is None and sum(report["kills"].values()) < options.kills
    if is_short:
        print(f"it was to be {options.kills} kills")
    return 1 if report["wrong"] or report["broken"] or is_short else 0


if __name__ == "__main__":
    sys.exit(main())
