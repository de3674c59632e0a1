#!/usr/bin/env python3
"""caas restore beside what was published: nothing goes out a second time by itself."""

import datetime

import program


class Restoring(program.Case):
    def setUp(self):
        super().setUp()
        self.receiver = program.Receiver()
        self.addCleanup(self.receiver.close)
        self.home.ok(
            "account", "connect", "webhook", "--url", self.receiver.url, "--name", "hook",
            env={"CAAS_WEBHOOK_SECRET": "irrelevant here"},
        )  # fmt: skip
        self.backup = str(self.home.scratch / "backup")

    def schedule(self, text):
        """A post that is due in a moment."""
        (post,) = self.home.ok("schedule", self.home.add(text), "--account", "hook", "--in", "2s", "--json")["items"]
        return post

    def publish_all(self, *posts):
        due = max(datetime.datetime.fromisoformat(post["due_at"]) for post in posts)
        program.wait_for(lambda: datetime.datetime.now(datetime.timezone.utc) > due, "all to be due")
        return self.once()

    def once(self):
        once = self.home.run("caasd", "--once")
        self.assertEqual(once.status, 0, once)
        return once.err


class Held(Restoring):
    def test_what_went_out_since_the_backup_waits_for_a_person(self):
        seen, unseen = self.schedule("Seen"), self.schedule("Not seen")
        self.home.ok("backup", self.backup)
        self.assertIn("2 published", self.publish_all(seen, unseen))

        restored = self.home.ok("restore", self.backup, "--yes", "--json")
        self.assertEqual((restored["held_posts"], restored["held_series"]), (2, 0))
        self.assertIn("nothing was due", self.once())
        self.assertEqual(len(self.receiver.accepted()), 2)

        self.home.ok("posts", "reconcile", seen["id"], "--sent", self.receiver.url)
        self.home.ok("posts", "reconcile", unseen["id"], "--not-sent")
        self.assertIn("1 published", self.once())
        self.assertEqual(len(self.receiver.accepted()), 3)
        self.assertEqual({post["state"] for post in self.home.posts()}, {"published"})

    def test_a_restore_says_what_is_left_to_do(self):
        post = self.schedule("Once")
        self.home.ok("backup", self.backup)
        self.publish_all(post)
        said = self.home.caas("restore", self.backup, "--yes")
        self.assertEqual(said.status, 0, said)
        for words in ("1 post may have been sent", "posts list --state unconfirmed", "--sent URL | --not-sent"):
            self.assertIn(words, said.err)


if __name__ == "__main__":
    program.main()
