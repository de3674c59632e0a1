#!/usr/bin/env python3
"""Several caasd on one PostgreSQL database, with homes of their own: one of them is killed, the server
is killed, and everything goes out once. And caas db copy, there and back.

Starts a server of its own (tests/fake/postgres.sh), synced as in earnest; skipped where PostgreSQL is
not installed.
"""

import collections
import http.server
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import program

SCRIPT = program.TREE / "tests" / "fake" / "postgres.sh"
POSTS = 150
ACCOUNTS = 10
WORKERS = 8  # of one engine, unless set
SECRET_KEY = "5f" * 32  # the same for all: it opens the secrets of accounts


class Server:
    def __init__(self):
        self.folder = tempfile.mktemp(prefix="caas-pg-", dir="/tmp")
        self.do("start", "--durable")

    def do(self, what, *more):
        done = subprocess.run([SCRIPT, what, self.folder, *more], stdout=subprocess.PIPE, text=True)
        if done.returncode == program.SKIPPED:
            print(done.stdout.strip(), file=sys.stderr)
            sys.exit(program.SKIPPED)
        done.check_returncode()

    def url(self):
        return pathlib.Path(self.folder, "url").read_text().strip()

    def ask(self, sql):
        done = subprocess.run(["psql", "-At", self.url(), "-c", sql], capture_output=True, text=True, check=True)
        return done.stdout.strip()


class SlowReceiver:
    """Accepts after a while and counts by delivery; it takes every request for a new post."""

    def __init__(self, seed):
        self.lock = threading.Lock()
        self.accepted = collections.Counter()
        self.in_flight = 0
        self.dice = random.Random(seed)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                if len(self.rfile.read(length)) < length:
                    self.close_connection = True
                    return
                with receiver.lock:
                    receiver.accepted[self.headers["Caas-Delivery"]] += 1
                    receiver.in_flight += 1
                    pause = receiver.dice.uniform(0.02, 0.25)
                time.sleep(pause)
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")
                except OSError:
                    self.close_connection = True
                finally:
                    with receiver.lock:
                        receiver.in_flight -= 1

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def counts(self):
        with self.lock:
            return collections.Counter(self.accepted), self.in_flight

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Several(program.Case):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.do, "stop")

    def setUp(self):
        super().setUp()
        self.schema = f"test_{time.monotonic_ns()}"
        self.server.ask(f"CREATE SCHEMA {self.schema}")
        self.url = self.server.url() + f"&options=-csearch_path%3D{self.schema}"
        self.env = {"DATABASE_URL": self.url, "SECRET_KEY": SECRET_KEY}

    def states(self):
        counts = collections.Counter()
        rows = self.server.ask(f"SELECT state, count(*) FROM {self.schema}.post GROUP BY state")
        for line in rows.splitlines():
            state, count = line.split("|")
            counts[state] = int(count)
        return counts

    def prepare(self, home, receiver):
        """Webhook accounts, and posts that are due at once; gives how many."""
        accounts = [f"hook{i}" for i in range(ACCOUNTS)]
        for account in accounts:
            home.ok(
                "account", "connect", "webhook", "--name", account, "--url", receiver.url,
                env={**self.env, "CAAS_WEBHOOK_SECRET": "the secret of a test"},
            )  # fmt: skip
        for i in range(POSTS // ACCOUNTS):
            content = home.ok("content", "add", "-", "--json", stdin=f"Post {i}.", env=self.env)["id"]
            body = json.dumps({"content_id": content, "accounts": accounts, "in_seconds": 2})
            home.ok("api", "POST", "posts", "--input", "-", "--json", stdin=body, env=self.env)
        return POSTS

    def test_one_daemon_and_the_server_are_killed_and_nothing_is_lost_or_doubled(self):
        receiver = SlowReceiver(7)
        self.addCleanup(receiver.close)
        first, second = self.home, self.new_home()
        posts = self.prepare(first, receiver)
        one = first.daemon(env=self.env)
        two = second.daemon(env=self.env)
        told = first.ok("status", env=self.env)
        self.assertIn("running", told)

        def accepted(count):
            return lambda: sum(receiver.counts()[0].values()) >= count

        program.wait_for(accepted(posts // 6), "the first posts to arrive")
        in_hand = int(self.server.ask(f"SELECT count(*) FROM {self.schema}.lane WHERE held_by IS NOT NULL"))
        one.kill()
        killed_at = time.monotonic()
        # Of the accounts it has two at least, the dead one at most as many as it has workers: what
        # those had in flight may still arrive.
        arrived = sum(receiver.counts()[0].values())
        program.wait_for(accepted(arrived + WORKERS + 6), "the other daemon to go on")
        self.server.do("crash")
        self.server.do("go")
        # What the dead one had in hand is taken over once its beat has stood still for 30 s.
        def is_over():
            time.sleep(0.3)  # a look is a psql of its own
            states = self.states()
            return states["published"] + states["unconfirmed"] == posts and states

        states = program.wait_for(is_over, "all posts to be settled", 75)
        counts, _ = receiver.counts()
        print(
            f"{posts} posts, {in_hand} in hand at the kill: {dict(states)}, over "
            f"{time.monotonic() - killed_at:.1f} s after it",
            file=sys.stderr,
        )
        self.assertEqual([key for key, count in counts.items() if count != 1], [], "accepted twice")
        # Only what was in flight when a process died may be in doubt, and that arrived at most once.
        self.assertLessEqual(states["unconfirmed"], 2 * ACCOUNTS)
        self.assertGreaterEqual(len(counts), states["published"])
        self.assertEqual(two.process.poll(), None)
        self.assertEqual(two.stop(), 0)

    def test_a_command_wakes_a_daemon_of_another_home(self):
        receiver = program.Receiver()
        self.addCleanup(receiver.close)
        elsewhere = self.new_home()
        daemon = elsewhere.daemon(env=self.env)
        self.home.ok(
            "account", "connect", "webhook", "--name", "hook", "--url", receiver.url,
            env={**self.env, "CAAS_WEBHOOK_SECRET": "the secret of a test"},
        )  # fmt: skip
        content = self.home.ok("content", "add", "-", "--json", stdin="Wake up.", env=self.env)["id"]
        began = time.monotonic()
        self.home.ok("schedule", content, "--in", "1s", "--account", "hook", env=self.env)
        program.wait_for(lambda: receiver.accepted(), "the post to arrive", 8)
        self.assertLess(time.monotonic() - began, 5, "it was rung for, not looked for")
        self.assertEqual(program.call("GET", daemon.url + "/readyz").status, 200)
        self.assertIn("running", self.home.ok("status", env=self.env))

    def test_an_installation_moves_to_postgres_and_back(self):
        home = self.home
        ids = [home.add(f"Content {i}, with \u00fc and \U0001f600.") for i in range(12)]
        home.ok("publish", ids[0], "--account", "outbox")
        before = home.contents()
        home.ok("db", "copy", str(home.path / "caas.db"), self.url)
        self.assertEqual(home.ok("api", "GET", "content?limit=200", "--json", env=self.env)["items"], before)
        refused = home.caas("db", "copy", str(home.path / "caas.db"), self.url)
        self.assert_refused(refused, 6, "not empty")
        back = home.scratch / "back.db"
        facts = home.ok("db", "copy", self.url, str(back), "--json")
        self.assertGreater(facts["rows"], 24)
        (home.path / "caas.db").rename(home.scratch / "former.db")
        back.rename(home.path / "caas.db")
        self.assertEqual(home.contents(), before)
        self.assertEqual(home.ok("db", "check").split(",")[0], "sound")

    def test_a_backup_of_postgres_that_is_put_back_sends_nothing_again(self):
        receiver = program.Receiver()
        self.addCleanup(receiver.close)
        self.home.ok(
            "account", "connect", "webhook", "--url", receiver.url, "--name", "hook",
            env={**self.env, "CAAS_WEBHOOK_SECRET": "the secret of a test"},
        )  # fmt: skip
        content = self.home.ok("content", "add", "-", "--json", stdin="Once.", env=self.env)["id"]
        order = self.home.ok("schedule", content, "--account", "hook", "--in", "2s", "--json", env=self.env)
        (post,) = order["items"]
        daemon = self.home.daemon(env=self.env)
        backup = str(self.home.scratch / "backup")
        # The daemon works on the database, and goes on.
        self.assertEqual(self.home.ok("backup", backup, "--json", env=self.env)["posts"], 1)
        program.wait_for(lambda: receiver.accepted(), "the post to arrive", 20)
        daemon.stop()

        self.home.ok("restore", backup, "--yes", env={"SECRET_KEY": SECRET_KEY})
        empty = f"{self.schema}_again"
        self.server.ask(f"CREATE SCHEMA {empty}")
        again = {**self.env, "DATABASE_URL": self.server.url() + f"&options=-csearch_path%3D{empty}"}
        self.home.ok("db", "copy", str(self.home.path / "caas.db"), again["DATABASE_URL"])

        once = self.home.run("caasd", "--once", env=again)
        self.assertEqual(once.status, 0, once)
        self.assertIn("nothing was due", once.err)
        self.assertEqual(self.home.ok("posts", "show", post["id"], "--json", env=again)["state"], "unconfirmed")
        self.assertEqual(len(receiver.accepted()), 1)

    def test_what_is_wrong_with_the_address_is_said_without_the_password(self):
        for url, status, words in (
            ("postgresql://caas:hunter2@127.0.0.1:1/caas", 75, "cannot be reached"),
            ("postgresql://caas:hunter2@[::1/caas", 4, "not understood"),
            ("mysql://caas:hunter2@localhost/caas", 4, "not understood"),
        ):
            result = self.home.caas("content", "list", env={"DATABASE_URL": url})
            self.assert_refused(result, status, words)
            self.assertNotIn("hunter2", result.err)

    def test_check_names_the_database(self):
        told = self.home.run("caasd", "--check", env=self.env)
        self.assertEqual(told.status, 0)
        self.assertIn("database PostgreSQL caas at", told.err)
        self.assertIn("PostgreSQL", self.home.caas("doctor", env=self.env).out)

    def test_doctor_finds_out_that_the_user_may_only_read(self):
        self.home.ok("content", "list", env=self.env)
        user = f"reader_of_{self.schema}"
        self.server.ask(
            f"CREATE ROLE {user} LOGIN; GRANT USAGE ON SCHEMA {self.schema} TO {user};"
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {self.schema} TO {user}"
        )
        url = self.url.replace("//caas@", f"//{user}@")
        told = self.home.caas("doctor", env={**self.env, "DATABASE_URL": url})
        self.assertEqual(told.status, 1)
        self.assertIn(f"{user} may not change the table account and ", told.out)
        self.assertIn(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {self.schema} TO {user}", told.out)


if __name__ == "__main__":
    program.main()
