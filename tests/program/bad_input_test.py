#!/usr/bin/env python3
"""Bad input gets a clear error with the documented exit status, and nothing is stored."""

import json
import os
import subprocess
import unittest

import program

USAGE, INVALID, NOT_FOUND, TEMPORARY = 2, 4, 5, 75
OFFLINE = ("--provider", "offline")


class BadInput(program.Case):
    def setUp(self):
        super().setUp()
        self.content = self.home.add("What was there before\n")
        self.before = self.stored()

    def stored(self):
        # versions, accounts and posts too: an edit must not have been half done
        return [
            self.home.all("content"),
            self.home.all("posts"),
            self.home.ok("content", "versions", self.content, "--json"),
            self.home.ok("account", "list", "--json"),
        ]

    def refused(self, status, words, *arguments, **more):
        """`words` must be in what is said; nothing is stored, now and later."""
        words = (words,) if isinstance(words, str) else words
        result = self.home.caas(*arguments, **more)
        with self.subTest(arguments=[a[:60] for a in arguments]):
            self.assert_refused(result, status, *words)
            self.assertEqual(self.stored(), self.before)
            self.assertNotIn("exception", result.err.lower())

    def file(self, name, data):
        path = self.home.scratch / name
        path.write_bytes(data)
        return str(path)

    def test_text_that_is_not_utf_8(self):
        for bad, at in ((b"a\xff", 1), (b"caf\xe9 au lait", 3), (b"\xed\xa0\x80", 0), (b"ok \xc0\x80", 3), (b"\xf0\x9f\x8e", 0)):
            words = ("not valid UTF-8", f"offset {at} ")
            self.refused(INVALID, words, "content", "add", "-", stdin=bad)
            self.refused(INVALID, words, "generate", "-", *OFFLINE, stdin=bad)
            self.refused(INVALID, words, "content", "edit", self.content, "--file", "-", stdin=bad)
        self.refused(INVALID, "not valid UTF-8", "lint", "-", stdin=b"a\xff")
        self.refused(INVALID, "bad.md", "content", "add", self.file("bad.md", b"a\xff"))
        self.refused(INVALID, "UTF-8", "generate", os.fsdecode(b"argument \xff"), *OFFLINE)

    def test_ten_megabytes(self):
        big = b"All work and no play. " * (10_000_000 // 22)
        for arguments in (
            ("generate", "-", *OFFLINE),
            ("content", "add", "-"),
            ("content", "edit", self.content, "--file", "-"),
            ("lint", "-"),
        ):
            self.refused(INVALID, "large", *arguments, stdin=big)
        self.refused(INVALID, "large", "content", "add", self.file("big.md", big))

    def test_empty_text(self):
        self.refused(INVALID, "empty", "generate", "", *OFFLINE)
        self.refused(INVALID, "empty", "generate", "-", *OFFLINE)
        self.refused(INVALID, "empty", "content", "add", "-")
        self.refused(INVALID, "empty", "content", "edit", self.content, "--file", "-")

    def test_names_that_nobody_has(self):
        self.refused(INVALID, ("myspace", "hint: "), "generate", "x", *OFFLINE, "--platform", "myspace")
        self.refused(INVALID, ("angry", "casual"), "generate", "x", *OFFLINE, "--tone", "angry")
        self.refused(INVALID, ("nope", "offline"), "generate", "x", "--provider", "nope")
        self.refused(INVALID, "myspace", "lint", "-", "--platform", "myspace", stdin="x")
        self.refused(INVALID, "myspace", "account", "connect", "myspace")
        self.refused(
            INVALID, "Mars/Phobos",
            "schedule", self.content, "--account", "outbox", "--at", "2999-01-01 09:00", "--tz", "Mars/Phobos",
        )  # fmt: skip

    def test_times_that_cannot_be(self):
        schedule = ("schedule", self.content, "--account", "outbox")
        self.refused(INVALID, "past", *schedule, "--at", "2020-01-01 09:00")
        self.refused(INVALID, "past", *schedule, "--at", "2020-01-01T09:00:00Z")
        for bad in ("tomorrowish", "2999-02-30 09:00", "2999-01-01 25:00", ""):
            self.refused(INVALID, "time", *schedule, "--at", bad)
        for bad in ("5parsecs", "-5s", "", "99999999999999999999s"):
            self.refused(USAGE, "--in", *schedule, "--in", bad)
        self.refused(USAGE, "time", *schedule)

    def test_what_is_not_there(self):
        self.refused(NOT_FOUND, "nobody", "schedule", self.content, "--account", "nobody", "--in", "1h")
        self.refused(NOT_FOUND, "nobody", "publish", self.content, "--account", "nobody")
        self.refused(USAGE, "--account", "schedule", self.content, "--in", "1h")
        self.refused(USAGE, "--account", "publish", self.content)
        self.refused(NOT_FOUND, "deadbeef", "content", "show", "deadbeef")
        self.refused(NOT_FOUND, "deadbeef", "posts", "show", "deadbeef")
        self.refused(NOT_FOUND, "deadbeef", "content", "edit", "deadbeef", "--file", "-", stdin="x")
        self.refused(NOT_FOUND, "version 9", "content", "restore", self.content, "9")
        self.refused(NOT_FOUND, "version 9", "content", "diff", self.content, "1", "9")

    def test_an_empty_id_is_not_the_list(self):
        for command in ("content show", "content versions", "posts show", "posts cancel", "series show"):
            self.refused(USAGE, "script", *command.split(), "")

    def test_files_that_cannot_be_read(self):
        missing = str(self.home.scratch / "missing.md")
        self.refused(NOT_FOUND, "missing.md", "content", "add", missing)
        self.refused(NOT_FOUND, "missing.md", "content", "edit", self.content, "--file", missing)
        self.refused(NOT_FOUND, "missing.md", "lint", missing)
        folder = str(self.home.scratch)
        self.refused(INVALID, "folder", "content", "add", folder)
        self.refused(INVALID, "folder", "content", "edit", self.content, "--file", folder)
        self.refused(INVALID, "folder", "lint", folder)

    def test_a_file_that_has_no_name_is_too_big_or_leads_nowhere(self):
        self.refused(USAGE, "FILE", "content", "add", "")
        loop = self.home.scratch / "loop"
        loop.symlink_to("loop")
        self.refused(INVALID, "circle", "content", "add", str(loop))
        self.refused(INVALID, "too long", "content", "add", "a" * 300)
        self.refused(USAGE, "--home", "--home", "", "content", "list")

    def test_what_shows_nothing_is_no_text(self):
        for nothing in ("\u200b\u200b", "\ufeff \n", "\u202e\u202c"):
            self.refused(INVALID, "empty", "content", "add", "-", stdin=nothing)
            self.refused(INVALID, "empty", "generate", "-", *OFFLINE, stdin=nothing)
        if not program.REMOTE:  # an outbox writes files where its daemon is, and is made there
            self.refused(INVALID, "name", "account", "connect", "outbox", "--name", "\u200b")

    @unittest.skipIf(program.REMOTE, "opens files of this home")
    def test_a_closed_standard_stream_is_no_file_of_ours(self):
        caas = [str(program.BIN / "caas"), "--home", str(self.home.path)]
        run = lambda line, *words: subprocess.run(
            ["sh", "-c", f'"$@" {line}', "sh", *words], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
        closed = run("<&-", *caas, "content", "add", "-")
        self.assertEqual(closed.returncode, INVALID)
        self.assertIn(b"Standard input could not be read", closed.stderr)
        self.assertEqual(run(">&-", *caas, "content", "list").returncode, 1)
        run("<&- >&- 2>&-", *caas, "content", "list")
        caasd = [str(program.BIN / "caasd"), "--home", str(self.home.path), "--once"]
        self.assertEqual(run("<&- >&- 2>&-", *caasd).returncode, 0)
        self.assertEqual(self.home.caas("db", "check").status, 0)

    def test_a_mistyped_command_or_option_names_the_near_one(self):
        self.refused(USAGE, "did you mean `caas generate`?", "genrate", "x")
        self.refused(USAGE, "did you mean `caas content`?", "contnet", "list")
        self.refused(USAGE, "did you mean `caas content add`?", "content", "ad", "-")
        self.refused(USAGE, "did you mean `--platform`?", "generate", "x", *OFFLINE, "--platfrom", "x")
        self.refused(USAGE, "--account", "schedule", self.content, "--acount", "outbox", "--in", "1h")
        self.refused(USAGE, "needs", "content", "show")
        self.refused(USAGE, "", "content", "list", "surplus")

    def test_a_broken_setting_is_named(self):
        config = self.home.path / "config.toml"
        config.write_text('[http]\nlistn = "127.0.0.1:0"\n')
        result = self.home.caas("content", "list")
        self.assert_refused(result, INVALID, "config.toml", "2", "listn", "listen")

    def test_the_error_as_json_is_the_apis_problem(self):
        result = self.home.caas("generate", "x", *OFFLINE, "--tone", "angry", "--json")
        self.assertEqual((result.status, result.out), (INVALID, ""))
        problem = json.loads(result.err)
        self.assertEqual(problem["status"], 422)
        for field in ("code", "detail", "hint", "title", "type"):
            self.assertIn(field, problem)

    def test_a_server_that_is_not_there_is_temporary(self):
        # port 1 of loopback: nobody listens there
        self.refused(TEMPORARY, "127.0.0.1:1", "--server", "http://127.0.0.1:1", "content", "list")

    def test_what_is_local_only_says_so_with_a_server(self):
        for command in ("doctor", "db check", "config list"):
            self.refused(USAGE, "", "--server", "http://127.0.0.1:1", *command.split())


if __name__ == "__main__":
    program.main()
