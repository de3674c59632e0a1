#!/usr/bin/env python3
"""What caas restore brings back, beside what was published: nothing goes out a second time by itself."""

import base64
import concurrent.futures
import datetime
import http.server
import shutil
import threading

import program

CORRUPT, INVALID, CONFLICT, UNCONFIRMED = 1, 4, 6, 8


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
        seen, unseen, dropped = (self.schedule(text) for text in ("Seen", "Not seen", "Not wanted any more"))
        self.home.ok("backup", self.backup)
        self.assertIn("3 published", self.publish_all(seen, unseen, dropped))

        restored = self.home.ok("restore", self.backup, "--yes", "--json")
        self.assertEqual((restored["held_posts"], restored["held_series"]), (3, 0))
        self.assertIn("nothing was due", self.once())
        self.assertEqual(len(self.receiver.accepted()), 3)

        self.home.ok("posts", "reconcile", seen["id"], "--sent", self.receiver.url)
        self.home.ok("posts", "reconcile", unseen["id"], "--not-sent")
        self.home.ok("posts", "reconcile", dropped["id"], "--not-sent", "--cancel")
        self.assertIn("1 published", self.once())
        self.assertEqual(len(self.receiver.accepted()), 4)
        states = [self.home.post(post["id"])["state"] for post in (seen, unseen, dropped)]
        self.assertEqual(states, ["published", "published", "canceled"])

    def send_early(self):
        """A post that is due in an hour by the backup, and went out already."""
        (post,) = self.home.ok("schedule", self.home.add("Early"), "--account", "hook", "--in", "1h", "--json")["items"]
        self.home.ok("backup", self.backup)
        self.home.ok("posts", "move", post["id"], "--in", "0s")
        self.assertIn("1 published", self.once())
        return post

    def test_what_was_moved_to_an_earlier_time_and_sent_waits_for_a_person(self):
        post = self.send_early()
        restored = self.home.ok("restore", self.backup, "--yes", "--json")
        self.assertEqual((restored["held_posts"], restored["unchecked_posts"]), (1, 0))
        self.assertEqual(self.home.post(post["id"])["state"], "unconfirmed")

    def test_a_restore_says_that_nobody_knows_what_was_sent_early(self):
        self.send_early()
        for part in ("", "-wal", "-shm"):
            (self.home.path / f"caas.db{part}").unlink(missing_ok=True)
        said = self.home.caas("restore", self.backup, "--yes")
        self.assertEqual(said.status, 0, said)
        self.assertIn("1 post goes out at the time that the backup has", said.err)
        self.assertIn("there was no database here to tell", said.err)

    def test_a_job_that_runs_again_after_the_restore_sends_nothing_again(self):
        content = self.home.add("Release")
        self.home.ok("backup", self.backup)
        job = ("publish", content, "--account", "hook", "--idempotency-key", "release")
        self.home.ok(*job)

        said = self.home.caas("restore", self.backup, "--yes")
        self.assertEqual(said.status, 0, said)
        self.assertIn("1 post was made since the backup and is not in it", said.err)

        again = self.home.caas(*job)
        self.assertEqual((again.status, again.out), (UNCONFIRMED, ""), again)
        self.assertIn("is not on record any more", again.err)
        self.assertIn("it may be out", again.err)
        self.assertEqual(len(self.receiver.accepted()), 1)

    def test_a_restore_says_what_is_left_to_do(self):
        post = self.schedule("Once")
        self.home.ok("backup", self.backup)
        self.publish_all(post)
        said = self.home.caas("restore", self.backup, "--yes")
        self.assertEqual(said.status, 0, said)
        for words in ("1 post may have been sent", "posts list --state unconfirmed", "--sent URL | --not-sent"):
            self.assertIn(words, said.err)


class NotRestored(Restoring):
    def test_a_backup_in_the_place_of_the_database_sends_nothing(self):
        post = self.schedule("Once")
        self.home.ok("backup", self.backup)
        self.assertIn("1 published", self.publish_all(post))
        database = self.home.path / "caas.db"
        for part in ("", "-wal", "-shm"):
            (self.home.path / f"caas.db{part}").unlink(missing_ok=True)
        shutil.copyfile(self.backup, database)

        words = f"caas restore {database}"
        self.assert_refused(self.home.run("caasd", "--once"), CONFLICT, words)
        self.assert_refused(self.home.run("caas", "posts", "list"), CONFLICT, words)
        self.home.ok("restore", str(database), "--yes")
        self.assertIn("nothing was due", self.once())
        self.assertEqual(len(self.receiver.accepted()), 1)

    def test_a_restore_that_is_undone_sends_nothing_again(self):
        post = self.schedule("Once")
        self.home.ok("backup", self.backup)
        kept = self.home.ok("restore", self.backup, "--yes", "--json")["kept"]
        if self.home.post(post["id"])["state"] == "unconfirmed":  # the machine is slow
            self.home.ok("posts", "reconcile", post["id"], "--not-sent")
        self.assertIn("1 published", self.publish_all(post))

        said = self.home.caas("restore", kept, "--yes")
        self.assertEqual(said.status, 0, said)
        self.assertIn("Go back to it with: caas restore", said.err)
        self.assertEqual(self.home.post(post["id"])["state"], "unconfirmed")
        self.assertIn("nothing was due", self.once())
        self.assertEqual(len(self.receiver.accepted()), 1)

    def test_a_backup_is_not_copied_like_a_database(self):
        self.home.ok("backup", self.backup)
        copied = self.home.caas("db", "copy", self.backup, str(self.home.scratch / "copy.db"))
        self.assert_refused(copied, CONFLICT, f"caas restore {self.backup}")

    def test_who_has_another_database_is_told_which_file_to_copy_into_it(self):
        self.home.ok("backup", self.backup)
        said = self.home.caas("restore", self.backup, "--yes", env={"DATABASE_URL": "postgresql://nowhere.invalid/caas"})
        self.assert_refused(said, INVALID, f"caas db copy {self.home.path / 'caas.db'} URL")


class Keys(program.Case):
    def restored(self, home):
        backup = str(home.scratch / "backup")
        home.ok("backup", backup, "--without-keys")
        said = home.caas("restore", backup, "--yes")
        self.assertEqual(said.status, 0, said)
        return said.err

    def test_only_a_backup_with_secrets_asks_for_their_key(self):
        self.home.add("Of a home without secrets")
        self.assertNotIn("holds no key", self.restored(self.home))
        other = self.new_home()
        other.ok(
            "account", "connect", "webhook", "--url", "http://127.0.0.1:9/hook", "--name", "hook",
            env={"CAAS_WEBHOOK_SECRET": "irrelevant here"},
        )  # fmt: skip
        self.assertIn("holds no key: without the former secret.key", self.restored(other))


class Media(program.Case):
    def test_the_pictures_are_in_a_backup_and_lost_ones_are_told_of(self):
        picture = self.home.scratch / "dot.gif"
        picture.write_bytes(base64.b64decode("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="))
        medium = self.home.ok("media", "add", str(picture), "--json")
        backup = str(self.home.scratch / "backup")
        saved = self.home.caas("backup", backup)
        self.assertEqual(saved.status, 0, saved)
        self.assertIn(f"It holds 1 file of media, {medium['size']} B.", saved.err)
        self.home.ok("db", "check")

        shutil.rmtree(self.home.path / "media")
        checked = self.home.caas("db", "check")
        self.assertEqual(checked.status, CORRUPT, checked)
        self.assertIn("The file of 1 medium is missing: dot.gif.", checked.out)
        lacking = self.home.scratch / "lacking"
        saved = self.home.caas("backup", str(lacking))
        self.assertEqual(saved.status, CORRUPT, saved)
        self.assertEqual(saved.out, f"{lacking}\n")
        self.assertIn("verified, but not all media.", saved.err)
        self.assertIn("The file of 1 medium is missing: dot.gif.", saved.err)
        self.assertTrue(lacking.exists())
        doctor = self.home.caas("doctor")
        self.assertEqual(doctor.status, 1, doctor)
        self.assertIn("The file of 1 medium is missing: dot.gif.", doctor.out)

        restored = self.home.ok("restore", backup, "--yes", "--json")
        self.assertEqual(restored["media"], {"files": 1, "bytes": medium["size"], "missing": 0})
        self.home.ok("db", "check")

    def test_of_several_backups_at_once_one_gets_the_name(self):
        self.home.add("Saved")
        backup = str(self.home.scratch / "backup")
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            saved = list(pool.map(lambda _: self.home.caas("backup", backup), range(6)))
        self.assertEqual(sorted(one.status for one in saved), [0] + [CONFLICT] * 5, saved)

    def test_a_backup_without_media_says_so(self):
        saved = self.home.caas("backup", str(self.home.scratch / "backup"), "--without-media")
        self.assertEqual(saved.status, 0, saved)
        self.assertIn("The media are not in it: copy the folder media/", saved.err)


class Copied(program.Case):
    def test_who_copies_a_database_is_told_to_use_one_of_them(self):
        self.home.add("Both have it")
        copied = self.home.caas("db", "copy", str(self.home.path / "caas.db"), str(self.home.scratch / "copy.db"))
        self.assertEqual(copied.status, 0, copied)
        self.assertIn("use only one of them from now on, and set the other aside.", copied.err)


class Elsewhere(program.Case):
    def test_what_is_restored_into_another_home_is_written_there(self):
        self.home.ok("schedule", self.home.add("Later"), "--account", "outbox", "--in", "1h")
        backup = str(self.home.scratch / "backup")
        self.home.ok("backup", backup)
        other = self.new_home()
        said = other.caas("restore", backup, "--yes")
        self.assertEqual(said.status, 0, said)
        self.assertIn("1 outbox writes into this home now", said.err)

        other.ok("publish", other.add("Here"), "--account", "outbox")
        self.assertEqual((len(other.outbox()), len(self.home.outbox())), (1, 0))


class SlowReceiver(program.Loopback):
    """A webhook's receiver that keeps its callers waiting until `answer` is set."""

    def __init__(self):
        slow = self
        self.asked, self.answer = threading.Event(), threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                slow.asked.set()
                slow.answer.wait(program.PATIENCE)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def close(self):
        self.answer.set()
        super().close()


class Beside(program.Case):
    def test_neither_a_restore_nor_a_copy_is_made_while_a_post_is_being_sent(self):
        slow = SlowReceiver()
        self.addCleanup(slow.close)
        self.home.ok(
            "account", "connect", "webhook", "--url", slow.url + "/hook", "--name", "hook",
            env={"CAAS_WEBHOOK_SECRET": "irrelevant here"},
        )  # fmt: skip
        (post,) = self.home.ok("schedule", self.home.add("Slow"), "--account", "hook", "--in", "0s", "--json")["items"]
        backup, copy = (str(self.home.scratch / name) for name in ("backup", "copy.db"))
        self.home.ok("backup", backup)
        once = self.home.launch("--once")
        self.assertTrue(slow.asked.wait(program.PATIENCE), once.said())

        words = "`caasd --once` or `caas publish`"
        self.assert_refused(self.home.caas("restore", backup, "--yes"), CONFLICT, words)
        self.assert_refused(self.home.caas("db", "copy", str(self.home.path / "caas.db"), copy), CONFLICT, words)

        slow.answer.set()
        self.assertEqual(once.process.wait(program.PATIENCE), 0)
        self.assertEqual(self.home.post(post["id"])["state"], "published")


if __name__ == "__main__":
    program.main()
