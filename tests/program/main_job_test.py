#!/usr/bin/env python3
"""The main job, end to end: generate, edit, compare, lint, schedule, publish."""

import datetime
import pathlib
import shutil
import subprocess
import unittest

import program

CONFLICT = 6
PROMPT = "Our app now works offline"
GENERATE = (
    "generate", PROMPT, "--platform", "x,linkedin,instagram", "--tone", "casual",
    "--provider", "offline", "--json",
)  # fmt: skip


class MainJob(program.Case):
    def check_generated(self, content):
        self.assertEqual(content["latest"], 1)
        self.assertIn(PROMPT, content["text"])
        self.assertEqual(content["version"]["origin"], "generated")
        self.assertEqual(content["version"]["provider"], "offline")
        self.assertEqual(content["version"]["brief"]["tone"], "casual")
        self.assertRegex(content["version"]["digest"], r"\A[0-9a-f]{64}\Z")
        self.assertRegex(content["version"]["template_digest"], r"\A[0-9a-f]{64}\Z")
        lints = {lint["platform"]: lint for lint in content["platforms"]}
        self.assertEqual(set(lints), {"x", "linkedin", "instagram"})
        for lint in lints.values():
            self.assertTrue(lint["valid"], lint)
            self.assertLessEqual(lint["length"], lint["limit"])
        self.assertEqual(lints["x"]["limit"], 280)
        # generate ignores missing media: a warning, not an error
        self.assertIn(
            ("instagram.media.required", "warning"),
            [(issue["rule"], issue["severity"]) for issue in lints["instagram"]["issues"]],
        )

    def check_post_file(self, post, text):
        name = post["url"].removeprefix("file://")
        self.assertEqual(pathlib.Path(name).parent, self.home.path / "outbox")
        self.assertIn(text, pathlib.Path(name).read_text("utf-8"))

    @unittest.skipUnless(shutil.which("patch"), "patch is missing")
    def test_a_unified_difference_is_a_patch_for_the_text(self):
        for old, new in (
            ("one\ntwo\n", "one\n2\nthree\n"),
            ("first\n---\nsecond\n", "first\n---\n2nd\n---\n3rd\n"),
        ):
            content_id = self.home.ok("content", "add", "-", "--json", stdin=old)["id"]
            self.home.ok("content", "edit", content_id, "--file", "-", stdin=new)
            text = self.home.path / "text"
            text.write_text(self.home.ok("content", "show", content_id, "--version", "1", "--text"))
            change = self.home.ok("content", "diff", content_id, "1", "2", "--unified")
            subprocess.run(["patch", "--fuzz=0", text], input=change.encode(), check=True)
            self.assertEqual(text.read_text("utf-8"), new)

    def test_every_line_of_the_issue_works_as_written(self):
        content = self.home.ok(*GENERATE)
        self.check_generated(content)
        content_id = content["id"]

        versions = self.home.ok("content", "versions", content_id, "--json")["items"]
        self.assertEqual([version["number"] for version in versions], [1])
        self.assertIn("1", self.home.ok("content", "versions", content_id))

        edited = self.home.ok(
            "content", "edit", content_id, "--file", "-", "--json", stdin="Zażółć offline 🎉\n"
        )
        self.assertEqual(edited["latest"], 2)
        self.assertEqual(edited["version"]["origin"], "written")
        self.assertEqual(edited["version"]["parts"][0]["text"], "Zażółć offline 🎉")
        # the overrides stay as they were
        self.assertEqual(edited["version"]["overrides"], content["version"]["overrides"])

        difference = self.home.ok("content", "diff", content_id, "1", "2", "--json")
        self.assertEqual((difference["from"], difference["to"], difference["same"]), (1, 2, False))
        changes = difference["sections"][0]["changes"]
        for ops, text in (
            (("equal", "erase"), content["version"]["parts"][0]["text"]),
            (("equal", "insert"), "Zażółć offline 🎉"),
        ):
            self.assertEqual("".join(c["text"] for c in changes if c["op"] in ops), text)
        self.assertIn("+Zażółć", self.home.ok("content", "diff", content_id, "1", "2", "--unified"))

        posts = self.home.ok("schedule", content_id, "--account", "outbox", "--in", "2s", "--json")
        self.assertEqual(len(posts["items"]), 1)
        self.assertIsNone(posts["next_cursor"])
        post = posts["items"][0]
        self.assertEqual((post["state"], post["account"], post["version"]), ("scheduled", "outbox", 2))
        due = datetime.datetime.fromisoformat(post["due_at"])
        made = datetime.datetime.fromisoformat(post["created_at"])
        self.assertEqual((due - made).total_seconds(), 2)

        # too early: it stays as it is
        early = self.home.run("caasd", "--once")
        self.assertEqual(early.status, 0, early)
        self.assertEqual(self.home.outbox(), [])

        now = lambda: datetime.datetime.now(datetime.timezone.utc)
        program.wait_for(lambda: now() > due, "the post to be due")
        once = self.home.run("caasd", "--once")
        self.assertEqual(once.status, 0, once)
        self.assertEqual(once.out, "")

        shown = self.home.post(post["id"])
        self.assertEqual(shown["state"], "published")
        self.assertEqual((shown["parts"], shown["parts_published"]), (1, 1))
        self.check_post_file(shown, "Zażółć offline 🎉")
        human = self.home.ok("posts", "show", post["id"])
        self.assertRegex(human, r"state +published")
        attempts = self.home.ok("api", "GET", f"posts/{post['id']}/attempts", "--json")["items"]
        self.assertEqual([attempt["state"] for attempt in attempts], ["done"])
        # once more changes nothing
        self.home.run("caasd", "--once")
        self.assertEqual(len(self.home.outbox()), 1)

    def test_lint_measures_standard_input_and_exits_4_for_a_broken_rule(self):
        report = self.home.ok("lint", "-", "--platform", "x", "--json", stdin="See example.com 🎉\n")
        # 4 for "See ", 23 for the address, 1 blank, 2 for the emoji, 1 for the line end
        self.assertEqual(
            report,
            {"platforms": [{"platform": "x", "length": 31, "limit": 280, "unit": "weighted",
                            "valid": True, "issues": []}]},
        )  # fmt: skip
        broken = self.home.caas("lint", "-", "--platform", "x", "--json", stdin="a" * 281)
        self.assertEqual(broken.status, 4)
        (lint,) = broken.json()["platforms"]
        self.assertFalse(lint["valid"])
        self.assertEqual(lint["length"], 281)
        self.assertIn("x.text.too_long", [issue["rule"] for issue in lint["issues"]])
        self.assertEqual(self.home.contents(), [])

    def test_publish_works_with_no_daemon_and_waits_for_the_outcome(self):
        content = self.home.add("Right away")
        result = self.home.caas("publish", content, "--account", "outbox", "--json")
        self.assertEqual(result.status, 0, result)
        (post,) = self.home.posts()
        self.assertEqual(post["state"], "published")
        self.check_post_file(post, "Right away")

    def test_a_job_that_names_what_it_does_may_be_run_again(self):
        def job():
            name = ("--idempotency-key", "nightly")
            content = self.home.ok("content", "add", "-", "--json", *name, stdin="Good night")["id"]
            publish = ("publish", content, "--account", "outbox", "--json", "--idempotency-key", "nightly/2")
            later = ("schedule", content, "--account", "outbox", "--in", "9h", "--json", "--idempotency-key", "3")
            return [post["id"] for order in (publish, later) for post in self.home.ok(*order)["items"]]

        first = job()
        self.assertEqual(job(), first)
        self.assertEqual(sorted(post["id"] for post in self.home.posts()), sorted(first))
        other = self.home.add("Another thing")
        self.assert_refused(
            self.home.caas("publish", other, "--account", "outbox", "--idempotency-key", "nightly/2"),
            CONFLICT,
            "was used for another request",
        )
        self.assertEqual(len(self.home.posts()), 2)


class OverHttp(program.Case):
    def setUp(self):
        super().setUp()
        self.token = self.home.token()
        self.daemon = self.home.daemon()
        self.api = self.daemon.url + "/api/v1/"

    def call(self, method, path, body=None, **more):
        more.setdefault("token", self.token)
        return program.call(method, self.api + path, body, **more)

    def test_the_main_job_with_plain_requests(self):
        made = self.call(
            "POST",
            "content/generate",
            {"prompt": PROMPT, "platforms": ["x", "linkedin"], "tone": "casual", "provider": "offline"},
        )
        self.assertEqual(made.status, 201, made.body)
        content = made.json()
        self.assertEqual([p["platform"] for p in content["platforms"]], ["x", "linkedin"])
        lint = self.call("POST", "content/lint", {"text": "Hello", "platforms": ["x"]})
        self.assertEqual(lint.status, 200, lint.body)
        self.assertEqual(lint.json()["platforms"][0]["length"], 5)
        versions = self.call("GET", f"content/{content['id']}/versions")
        self.assertEqual(len(versions.json()["items"]), 1)

        posted = self.call(
            "POST", "posts", {"content_id": content["id"], "accounts": ["outbox"], "in_seconds": 1}
        )
        self.assertEqual(posted.status, 201, posted.body)
        (post,) = posted.json()["items"]
        shown = self.call("GET", f"posts/{post['id']}?wait=20").json()
        self.assertEqual(shown["state"], "published")
        # both ways in see the same
        self.assertEqual(self.home.post(post["id"]), shown)

    def test_the_main_job_with_the_cli_and_a_server(self):
        # a home that is not the daemon's, so that nothing can be done in process by mistake
        other = self.new_home()
        env = {"CAAS_TOKEN": self.token}
        remote = lambda *a, **more: other.ok("--server", self.daemon.url, *a, env=env, **more)
        content = remote(*GENERATE)
        edited = remote("content", "edit", content["id"], "--file", "-", "--json", stdin="By wire\n")
        self.assertEqual(edited["latest"], 2)
        self.assertFalse(remote("content", "diff", content["id"], "1", "2", "--json")["same"])
        self.assertTrue(remote("lint", "-", "--platform", "x", "--json", stdin="Hi")["platforms"][0]["valid"])
        (post,) = remote("schedule", content["id"], "--account", "outbox", "--in", "1s", "--json")["items"]
        program.wait_for(
            lambda: remote("posts", "show", post["id"], "--json")["state"] == "published",
            "the post to be published",
        )
        self.assertEqual(len(self.home.outbox()), 1)
        self.assertFalse((other.path / "caas.db").exists())

    def test_the_seed_call_works_as_it_stands(self):
        me = self.home.ok("org", "show", "--json")["id"]
        made = self.call(
            "POST",
            "content/generate/",
            {"platform": "twitter", "tone": "professional", "prompt": "Announce our new platform",
             "organization_id": me, "ai_provider": "offline"},
        )  # fmt: skip
        self.assertEqual(made.status, 201, made.body)
        content = made.json()
        self.assertEqual([p["platform"] for p in content["platforms"]], ["x"])
        self.assertEqual(content["version"]["brief"]["tone"], "professional")
        self.assertEqual(self.home.ok("content", "show", content["id"], "--json")["id"], content["id"])

    def test_a_wrong_or_missing_token_is_401_before_any_look_at_the_body(self):
        wrong = self.token[:-1] + ("a" if self.token[-1] != "a" else "b")
        for token in (None, wrong, "caas_", "nonsense"):
            answer = self.call("POST", "content/generate", b"{ no json", token=token)
            self.assert_problem(answer, 401)
            self.assertIn("WWW-Authenticate", answer.headers)
        for env in ({}, {"CAAS_TOKEN": wrong}):
            refused = self.new_home().caas("--server", self.daemon.url, "content", "list", env=env)
            self.assert_refused(refused, 3)
        self.assertEqual(self.home.contents(), [])

    def test_a_token_does_no_more_than_its_scope(self):
        reader = self.home.token("read")
        self.assertEqual(self.call("GET", "content", token=reader).status, 200)
        answer = self.call("POST", "content", {"text": "no"}, token=reader)
        self.assert_problem(answer, 403)
        self.assertEqual(self.home.contents(), [])


if __name__ == "__main__":
    program.main()
