#!/usr/bin/env python3
"""Kills caasd again and again while it publishes: nothing is sent twice, nothing is lost.

CAAS_KILLS says how often (15 if not given), CAAS_SEED repeats a run whose seed was printed.
"""

import collections
import datetime
import json
import os
import random
import time

import program

KILLS = int(os.environ.get("CAAS_KILLS", "15"))
SEED = int(os.environ.get("CAAS_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
POSTS = 40
LANES = 4
SETTLED = ("published", "unconfirmed")


class Crash(program.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        print(f"CAAS_SEED={SEED} CAAS_KILLS={KILLS}", flush=True)

    def connect(self, platform, arguments, env=None):
        names = [f"{platform}-{i}" for i in range(LANES)]
        for i, name in enumerate(names):
            self.home.ok("account", "connect", platform, "--name", name, *(a(i) for a in arguments), env=env)
        return names

    def schedule(self, accounts):
        """40 contents with one post each, due one after the other; the contents by post."""
        daemon = self.home.daemon()
        token = self.home.token()
        api = daemon.url + "/api/v1/"
        # spread over about as long as the kills take
        first = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        apart = datetime.timedelta(seconds=0.25 * KILLS / POSTS)
        by_post = {}
        for i in range(POSTS):
            content = program.call("POST", api + "content", {"text": f"Number {i}."}, token=token).json()
            made = program.call(
                "POST",
                api + "posts",
                {"content_id": content["id"], "accounts": [accounts[i % LANES]],
                 "due_at": (first + i * apart).isoformat()},
                token=token,
            )  # fmt: skip
            self.assertEqual(made.status, 201, made.body)
            by_post[made.json()["items"][0]["id"]] = content["id"]
        return daemon, by_post

    def kill_often(self, daemon, progress):
        """Kills at once, in the start, a while after it, or just when something was sent."""
        for _ in range(KILLS):
            kind = self.random.choice(("start", "while", "sent", "sent"))
            if kind == "start":
                time.sleep(self.random.uniform(0, 0.2))
            elif kind == "while":
                daemon.wait_ready()
                time.sleep(self.random.uniform(0, 0.3))
            else:
                daemon.wait_ready()
                before = progress()
                end = time.monotonic() + 1
                while progress() == before and time.monotonic() < end:
                    time.sleep(0.0005)
                time.sleep(self.random.uniform(0, 0.01))
            daemon.kill()
            daemon = self.home.launch()
        return daemon.wait_ready()

    def wait_settled(self):
        def settled():
            posts = self.home.posts()
            return posts if all(post["state"] in SETTLED for post in posts) else None

        try:
            return program.wait_for(settled, "all posts to settle", 60)
        except AssertionError as error:
            states = collections.Counter(post["state"] for post in self.home.posts())
            raise AssertionError(f"{error}; they are {dict(states)}") from None

    def test_a_webhook_gets_each_post_at_most_once_and_none_is_lost(self):
        receiver = program.Receiver()
        self.addCleanup(receiver.close)
        accounts = self.connect(
            "webhook",
            (lambda _: "--url", lambda i: f"{receiver.url}/{i}"),
            env={"CAAS_WEBHOOK_SECRET": "irrelevant here"},
        )
        daemon, by_post = self.schedule(accounts)
        daemon = self.kill_often(daemon, lambda: len(receiver.accepted()))
        posts = self.wait_settled()

        def accepted():
            return collections.Counter(json.loads(body)["post_id"] for _, _, body in receiver.accepted())

        taken = accepted()
        self.assertEqual({post["id"] for post in posts}, set(by_post), "a post was lost")
        self.assertEqual({content["id"] for content in self.home.contents()}, set(by_post.values()))
        self.assertEqual({post for post, times in taken.items() if times > 1}, set(), "sent twice")
        doubtful = [post for post in posts if post["state"] == "unconfirmed"]
        for post in posts:
            if post["state"] == "published":
                self.assertEqual(taken[post["id"]], 1, post)
            # a lane is in hand of one post at a time
        self.assertLessEqual(len(doubtful), LANES * KILLS)
        print(f"{len(doubtful)} of {POSTS} unconfirmed, {sum(taken.values())} accepted", flush=True)

        # a person looks at the receiver and says what became of them; then each was sent once
        for post in doubtful:
            said = ("--sent", receiver.url) if taken[post["id"]] else ("--not-sent",)
            self.home.ok("posts", "reconcile", post["id"], *said)
        program.wait_for(
            lambda: all(post["state"] == "published" for post in self.home.posts()), "all to be published"
        )
        self.assertEqual(accepted(), {post: 1 for post in by_post})
        self.assertEqual(daemon.stop(), 0)

    def test_an_outbox_gets_each_post_exactly_once(self):
        accounts = self.connect(
            "outbox",
            (lambda _: "--identifier", lambda i: str(self.home.path / f"outbox-{i}")),
        )

        def files():
            return [file for file in self.home.path.glob("outbox-*/*") if file.is_file()]

        daemon, by_post = self.schedule(accounts)
        daemon = self.kill_often(daemon, lambda: len(files()))
        posts = self.wait_settled()
        self.assertEqual({post["id"] for post in posts}, set(by_post), "a post was lost")
        self.assertEqual([post for post in posts if post["state"] != "published"], [])
        written = [file for file in files() if file.suffix == ".md"]
        texts = collections.Counter(
            line for file in written for line in file.read_text("utf-8").splitlines() if line.startswith("Number")
        )
        self.assertEqual(texts, {f"Number {i}.": 1 for i in range(POSTS)})
        self.assertEqual(len(written), POSTS)
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    program.main()
