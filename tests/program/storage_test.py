#!/usr/bin/env python3
"""What is stored: against disks that refuse, damaged files, neighbours and curious eyes."""

import base64
import concurrent.futures
import os
import resource
import signal
import sqlite3
import stat
import unittest

import program

FAILED, INVALID, CONFLICT, TEMPORARY = 1, 4, 6, 75
NOBODY = 65534


class Refusing(program.Case):
    @unittest.skipUnless(os.geteuid() == 0, "only root can start a program as somebody else")
    def test_a_read_only_home_loses_nothing_and_can_be_read(self):
        content = self.home.add("Before it was locked away")
        path = self.home.path
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        os.chmod(self.home.scratch, 0o755)
        os.chmod(path, 0o555)
        for file in self.home.files():
            os.chmod(file, 0o444)
        try:
            probe = self.home.run("caas", "--version", **as_nobody)
        except PermissionError as error:
            self.skipTest(f"another user cannot run the programs: {error}")
        self.assertEqual(probe.status, 0)
        before = {file: file.read_bytes() for file in self.home.files()}
        for arguments, stdin in (
            (("content", "add", "-"), "lost?"),
            (("generate", "x", "--provider", "offline"), ""),
            (("schedule", content, "--account", "outbox", "--in", "1h"), ""),
        ):
            refused = self.home.caas(*arguments, stdin=stdin, **as_nobody)
            self.assertNotEqual(refused.status, 0)
            self.assert_refused(refused, refused.status, "hint: ")
            self.assertRegex(refused.err, "(?i)read-only|written|permission|access", refused)
        refused = self.home.run("caasd", "--once", **as_nobody)
        self.assertNotEqual(refused.status, 0)
        listed = self.home.caas("content", "list", "--json", **as_nobody)
        self.assertEqual(listed.status, 0, listed)
        self.assertEqual([item["id"] for item in listed.json()["items"]], [content])
        self.assertEqual({file: file.read_bytes() for file in self.home.files()}, before)

    @unittest.skipUnless(os.geteuid() == 0, "only root can start a program as somebody else")
    def test_a_home_of_somebody_else_is_refused(self):
        os.chmod(self.home.scratch, 0o755)
        try:
            refused = self.home.caas("content", "list", user=NOBODY, group=NOBODY, extra_groups=[])
        except PermissionError as error:
            self.skipTest(f"another user cannot run the programs: {error}")
        self.assertNotEqual(refused.status, 0)
        self.assert_refused(refused, refused.status)

    def test_a_full_disk_loses_nothing(self):
        self.home.add("Before the disk was full")
        before = self.home.contents()
        text = "All work and no play makes a full disk.\n" * 2000

        def full(size):
            def limit():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

            return limit

        for size in (0, 4096, 60_000):
            refused = self.home.caas("content", "add", "-", stdin=text, preexec_fn=full(size))
            with self.subTest(size=size):
                self.assertNotEqual(refused.status, 0)
                self.assert_refused(refused, refused.status, "hint: ")
                self.assertEqual(self.home.contents(), before)
                listed = self.home.caas("content", "list", "--json", preexec_fn=full(size))
                self.assertEqual(listed.status, 0, listed)
                ids = [item["id"] for item in listed.json()["items"]]
                self.assertEqual(ids, [item["id"] for item in before])
        # with room again, everything works
        self.assertEqual(self.home.ok("content", "add", "-", "--json", stdin=text)["latest"], 1)
        self.assertEqual(len(self.home.contents()), 2)

    def test_a_full_disk_at_first_use_leaves_nothing_half_made(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        refused = self.home.caas("content", "add", "-", stdin="x", preexec_fn=limit)
        self.assertNotEqual(refused.status, 0)
        self.assert_refused(refused, refused.status)
        self.home.add("Now there is room")
        self.assertEqual(len(self.home.contents()), 1)


class Damaged(program.Case):
    def refuse_all(self, *words):
        database = self.home.path / "caas.db"
        before = database.read_bytes()
        for program_name, arguments in (
            ("caas", ("content", "list")),
            ("caas", ("content", "add", "-")),
            ("caasd", ("--once",)),
            ("caasd", ()),
        ):
            refused = self.home.run(program_name, *arguments, stdin="x")
            with self.subTest(program=program_name, arguments=arguments):
                self.assertIn(refused.status, (FAILED, CONFLICT, INVALID), refused)
                self.assert_refused(refused, refused.status, "hint: ", *words)
                # what can perhaps be mended must stay as it is
                self.assertEqual(database.read_bytes(), before)

    def test_a_file_that_is_no_database(self):
        self.home.add("x")
        (self.home.path / "caas.db").write_bytes(b"This was a database once. " * 1000)
        self.refuse_all("caas.db")

    def test_a_database_that_was_cut_short(self):
        self.home.add("x")
        database = self.home.path / "caas.db"
        database.write_bytes(database.read_bytes()[:20_000])
        self.refuse_all()

    def test_a_database_of_a_newer_version(self):
        self.home.add("x")
        with sqlite3.connect(self.home.path / "caas.db") as database:
            database.execute("INSERT INTO migration VALUES (9999, 'from_tomorrow', 'x', 0)")
        database.close()
        self.refuse_all("newer")

    def test_a_database_of_another_program(self):
        with sqlite3.connect(self.home.path / "caas.db") as database:
            database.execute("CREATE TABLE diary (page TEXT)")
        database.close()
        self.refuse_all("caas.db")


class Together(program.Case):
    def test_forty_programs_that_write_at_once_lose_nothing(self):
        # also the first use of a home is a race of all
        with concurrent.futures.ThreadPoolExecutor(40) as pool:
            results = list(
                pool.map(
                    lambda i: self.home.caas("content", "add", "-", stdin=f"Number {i}", seconds=120),
                    range(40),
                )
            )
        for result in results:
            self.assertEqual(result.status, 0, result)
        texts = {content["text"] for content in self.home.contents()}
        self.assertEqual(texts, {f"Number {i}" for i in range(40)})
        self.assertEqual(len(self.home.ok("account", "list", "--json")["items"]), 1)
        self.home.ok("db", "check")

    def test_a_daemon_on_an_existing_database_keeps_its_lock_of_it(self):
        # The daemon opened the file to create it and closed it again, which dropped its own locks:
        # the next program to leave deleted the log, and what the daemon wrote went nowhere.
        self.home.add("so that there is a database")
        daemon = self.home.daemon()
        for i in range(3):
            content = self.home.add(f"Number {i}")
            (post,) = self.home.ok("schedule", content, "--account", "outbox", "--in", "1s", "--json")["items"]
        folder = f"/proc/{daemon.process.pid}/fd"
        open_files = [os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)]
        self.assertTrue(any(name.endswith("caas.db-wal") for name in open_files), open_files)
        self.assertEqual([name for name in open_files if name.endswith("(deleted)")], [])
        self.home.wait_state(post["id"], "published")
        daemon.kill()
        self.assertEqual(self.home.post(post["id"])["state"], "published")

    def test_the_daemon_and_the_cli_write_at_once(self):
        daemon = self.home.daemon()
        token = self.home.token()
        api = daemon.url + "/api/v1/content"

        def write(i):
            if i % 2:
                return self.home.caas("content", "add", "-", stdin=f"Number {i}", seconds=120).status == 0
            return program.call("POST", api, {"text": f"Number {i}"}, token=token).status == 201

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(list(pool.map(write, range(40))), [True] * 40)
        daemon.kill()
        self.assertEqual(len(self.home.contents()), 40)


@unittest.skipUnless(os.geteuid() == 0, "only root can work on the data of somebody else")
class Service(program.Case):
    """Root looks after the data of a service, which runs as somebody else."""

    # A leak checker looks at its process from outside, which a change of the user forbids.
    QUIET = {name: os.environ.get(name, "") + ":detect_leaks=0" for name in ("ASAN_OPTIONS", "LSAN_OPTIONS")}

    def setUp(self):
        super().setUp()
        os.chmod(self.home.scratch, 0o755)
        os.chown(self.home.path, NOBODY, NOBODY)
        try:
            self.as_service("--version")
        except PermissionError as error:
            self.skipTest(f"another user cannot run the programs: {error}")

    def as_service(self, *arguments):
        return self.home.run("caas", *arguments, user=NOBODY, group=NOBODY, extra_groups=[])

    def as_root(self, *arguments, **more):
        env = {**self.QUIET, **more.pop("env", {})}
        done = self.home.run("caas", *arguments, env=env, **more)
        self.assertEqual(done.status, 0, done)
        return done

    def assert_all_are_the_services(self):
        for path in self.home.path.rglob("*"):
            facts = path.lstat()
            self.assertEqual((facts.st_uid, facts.st_gid), (NOBODY, NOBODY), path)

    def test_what_root_makes_can_be_read_by_the_service(self):
        self.as_root("user", "create", "--email", "ana@example.org")
        self.as_root("account", "connect", "webhook", "--url", "http://127.0.0.1:9/", "--name", "hook",
                     env={"CAAS_WEBHOOK_SECRET": "irrelevant"})  # fmt: skip
        picture = self.home.scratch / "dot.gif"
        picture.write_bytes(base64.b64decode("R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs="))
        picture.chmod(0o644)
        self.as_root("media", "add", str(picture))
        self.assert_all_are_the_services()
        for arguments in (("db", "check"), ("media", "list"), ("account", "list")):
            read = self.as_service(*arguments)
            self.assertEqual(read.status, 0, read)

    def test_where_only_root_may_enter(self):
        # As systemd keeps the folders of dynamic users.
        os.chmod(self.home.scratch, 0o700)
        self.as_root("content", "add", "-", stdin="x")
        self.as_root("content", "list")
        self.assert_all_are_the_services()

    def test_a_daemon_of_root_is_the_services(self):
        daemon = self.home.daemon(env=self.QUIET)
        with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as file:
            self.assertIn(f"\nUid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n", file.read())
        daemon.stop()
        self.assert_all_are_the_services()


class Secrets(program.Case):
    def test_files_are_their_owners_alone(self):
        self.home.ok("account", "connect", "webhook", "--url", "http://127.0.0.1:9/", "--name", "h",
                     env={"CAAS_WEBHOOK_SECRET": "irrelevant"}, umask=0)  # fmt: skip
        for name in ("secret.key", "caas.db"):
            mode = stat.S_IMODE((self.home.path / name).stat().st_mode)
            self.assertEqual(oct(mode), oct(0o600), name)

    def test_no_secret_lies_in_clear_in_any_file(self):
        secret = "correct-horse-battery-staple-42"
        env = {"CAAS_WEBHOOK_SECRET": secret}
        # while the daemon runs, so that the log of the database is looked at too
        daemon = self.home.daemon()
        self.home.ok("account", "connect", "webhook", "--url", "http://127.0.0.1:9/hook", "--name", "hook", env=env)
        token = self.home.token()
        program.call("GET", daemon.url + "/api/v1/content", token=token)
        self.look(secret, token)
        daemon.stop()
        self.look(secret, token)

    def look(self, *secrets):
        files = self.home.files()
        self.assertTrue(any(file.name == "caas.db" for file in files))
        needles = []
        for secret in secrets:
            needles += [secret.encode(), secret.encode().hex().encode(), base64.b64encode(secret.encode())]
        # the part of a token behind the prefix that is shown
        needles.append(secrets[1][11:].encode())
        for file in files + [daemon.log for daemon in self.home.daemons]:
            data = file.read_bytes()
            for needle in needles:
                self.assertNotIn(needle, data, file)


if __name__ == "__main__":
    program.main()
