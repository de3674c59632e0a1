#!/usr/bin/env python3
"""Kills caasd between any two steps of a thread of three parts with two pictures, on X, Mastodon and
Bluesky at once: it goes on where it was, no part is there twice, and the order is kept. The
platforms are those of a caasd --sandbox of its own, which lives on."""

import contextlib
import html
import re
import signal
import sqlite3
import subprocess

import program
import sandbox_test

PLATFORMS = ("x", "mastodon", "bluesky")
# Written down but not yet asked; answered but not yet written down.
PLACES = ("intent.durable", "perform.answered")
MOST = 60
# Whoever is still looking, or has not given its lane back, is not at an end.
STATES = """SELECT id, CASE WHEN state = 'unconfirmed' AND wake_at IS NOT NULL THEN 'looking'
    WHEN EXISTS (SELECT 1 FROM lane WHERE lane.account_id = post.account_id AND held_by IS NOT NULL) THEN 'held'
    ELSE state END
FROM post"""


class ThreadKill(sandbox_test.SandboxCase):
    def setUp(self):
        super().setUp()
        if not (program.BIN / "caasd_stoppable").exists():
            self.skipTest("caasd_stoppable is not built")
        self.start()
        # The home whose daemon is killed is no sandbox: it only has its platforms there.
        self.home = self.new_home()
        self.home.acts_elsewhere = False
        self.env = {
            "CAAS_PLATFORMS_X_CLIENT_ID": "sandbox",
            "CAAS_PLATFORMS_X_CLIENT_SECRET": "sandbox-secret",
            "CAAS_PLATFORMS_X_BASE_URL": self.pretend,
            "CAAS_PLATFORMS_X_AUTHORIZE_URL": self.pretend + "/i/oauth2/authorize",
            "CAAS_PLATFORMS_X_TOKEN_URL": self.pretend + "/2/oauth2/token",
            "CAAS_METRICS_ENABLED": "false",
        }
        self.assertEqual(self.connect("x")[0], 0)
        self.assertEqual(self.connect("mastodon", "--url", self.pretend)[0], 0)
        self.ok(
            "account", "connect", "bluesky", "--name", "bluesky", "--identifier", "you.sandbox.test",
            "--url", self.pretend, stdin="sandbox-password\n",
        )  # fmt: skip
        self.media = []
        for number in range(2):
            path = self.home.scratch / f"{number}.png"
            path.write_bytes(sandbox_test.picture(320 + number, 240))
            self.media.append(self.ok("media", "add", str(path), "--alt", f"Picture {number}", "--json")["id"])

    def launch(self, stop=None):
        more = {"CAAS_STOP_AT": stop} if stop else {}
        return self.home_launch({**self.env, "CAAS_PACE_MS": "4", **more})

    def home_launch(self, environment):
        process = subprocess.Popen(
            [program.BIN / "caasd_stoppable"],
            env=self.home.environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(process.kill)
        return process

    def states(self, ids):
        database = sqlite3.connect(f"file:{self.home.path}/caas.db?mode=ro", uri=True, timeout=5)
        try:
            posts = dict(database.execute(STATES).fetchall())
        finally:
            database.close()
        return [posts[one] for one in ids]

    def trial(self, place, number):
        """Whether it was killed there."""
        tag = f"{place} {number}"
        # X lets through a hundred parts in a quarter of an hour: that is not what is tried here.
        with contextlib.closing(sqlite3.connect(self.home.path / "caas.db", timeout=5)) as database:
            database.execute("DELETE FROM budget")
            database.commit()
        text = "\n---\n".join(f"{tag}: part {part}" for part in (1, 2, 3))
        media = [word for one in self.media for word in ("--media", one)]
        content = self.ok("content", "add", "-", *media, "--json", stdin=text)["id"]
        accounts = [word for name in PLATFORMS for word in ("--account", name)]
        ids = [post["id"] for post in self.ok("schedule", content, *accounts, "--in", "0s", "--json")["items"]]

        def is_over():
            return all(state in ("published", "unconfirmed", "failed") for state in self.states(ids))

        process = self.launch(f"{place}:{number}")
        program.wait_for(lambda: process.poll() is not None or is_over(), f"{tag}: a death or an end", 60)
        was_killed = process.poll() is not None
        if was_killed:
            self.assertEqual(process.returncode, -signal.SIGKILL)
            process = self.launch()
            program.wait_for(is_over, f"{tag}: an end", 60)
        # Nothing is under way any more.
        process.kill()
        process.wait(program.PATIENCE)
        self.check(tag, dict(zip(PLATFORMS, self.states(ids))))
        return was_killed

    def check(self, tag, states):
        for platform in PLATFORMS:
            posts = re.findall(
                r'<li( class="reply")?>.*?<p class="text">(.*?)</p>(.*?)</li>', self.wall(platform), re.S
            )
            seen = [
                (html.unescape(text).strip(), reply != "", more.count("<img"))
                for reply, text, more in posts
                if html.unescape(text).strip().startswith(tag + ":")
            ]
            # The page shows a thread in its order, and everything after its head as a reply.
            whole = [(f"{tag}: part {part}", part > 1, 2 if part == 1 else 0) for part in (1, 2, 3)]
            self.assertEqual(seen, whole[: len(seen)], f"{platform}, {states[platform]}")
            if states[platform] != "unconfirmed":
                self.assertEqual((states[platform], len(seen)), ("published", 3), platform)
            self.assertTrue(platform != "bluesky" or states[platform] == "published", states)

    def test_killed_between_any_two_steps_it_goes_on_and_sends_each_part_once(self):
        kills = 0
        for place in PLACES:
            for number in range(1, MOST):
                if not self.trial(place, number):
                    break
                kills += 1
            else:
                self.fail(f"{place} is reached more than {MOST} times")
        print(f"{kills} kills", flush=True)
        # Two uploads and three parts of each platform, at least.
        self.assertGreaterEqual(kills, 2 * 5 * len(PLATFORMS))


if __name__ == "__main__":
    program.main()
