#!/usr/bin/env python3
"""What plans allow, and that no plan token is lost or spent twice, with the real programs."""

import concurrent.futures
import http.client
import os
import sqlite3
import unittest
import urllib.error

import program

PLAN = 9
SOLD = {"STRIPE_SECRET_KEY": "sk_test_irrelevant"}
# Free, but for how often it may be called.
LARGE = {**SOLD, "CAAS_PLANS_DEFAULT": "team"}
BRIEF = {"prompt": "Our app works offline", "provider": "offline"}
# Everything that a generation passes on its way.
PLACES = ("reserve.written", "reserve.durable", "generate.answered", "settle.written")


class Billing(program.Case):
    def rows(self, query):
        database = sqlite3.connect(self.home.path / "caas.db", timeout=10)
        try:
            with database:
                return database.execute(query).fetchall()
        finally:
            database.close()

    def number(self, query):
        return self.rows(query)[0][0]

    def usage(self, env=None):
        return self.home.ok("usage", "--json", env=env)

    def generate(self, env, *more):
        return self.home.caas("generate", "Our app works offline", "--provider", "offline", *more, env=env)


class Limits(Billing):
    def test_where_nobody_sells_anything_nothing_is_refused(self):
        for _ in range(3):
            self.assertEqual(self.generate(None).status, 0)
        usage = self.usage()
        self.assertEqual(usage["plan"], "self_hosted")
        self.assertEqual(usage["tokens"]["used"], 3)
        self.assertIsNone(usage["tokens"]["granted"])
        self.assertIn("no limit", self.home.ok("usage"))

    def test_a_refused_command_says_which_plan_lifts_the_limit_and_exits_9(self):
        refused = self.generate(SOLD, "--variants", "4")
        self.assert_refused(refused, PLAN, "plan Free allows 3 variants", "caas billing checkout pro")
        refused = self.home.caas("workspace", "create", "two", env=SOLD)
        self.assert_refused(refused, PLAN, "allows 1 workspace", "caas billing checkout pro")
        refused = self.home.caas("member", "invite", "b@example.org", "--role", "viewer", env=SOLD)
        self.assert_refused(refused, PLAN, "allows 1 member")

    def test_a_hundred_generations_and_no_more(self):
        self.generate(SOLD)
        self.rows(
            "INSERT INTO debit SELECT 'x', organization_id, workspace_id, person_id, provider, model, 0, 0, 97, 0, "
            "created_at FROM debit"
        )
        self.rows("INSERT INTO debit_share SELECT 'x', grant_id, 97 FROM debit_share")
        self.assertEqual(self.usage(SOLD)["tokens"], {"used": 98, "reserved": 0, "granted": 100, "left": 2})
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda _: self.generate(SOLD).status, range(8)))
        self.assertEqual(sorted(done), [0, 0] + [PLAN] * 6)
        self.assertEqual(self.usage(SOLD)["tokens"]["left"], 0)

    def test_a_plan_that_is_not_there_is_said_before_the_daemon_serves(self):
        for arguments in (["--check"], []):
            refused = self.home.run("caasd", *arguments, env={"CAAS_PLANS_DEFAULT": "gold"})
            self.assert_refused(refused, 4, "no plan `gold`", "self_hosted, free, pro, team")

    def test_plans_are_shown(self):
        plans = {plan["id"]: plan for plan in self.home.ok("billing", "plans", "--json")["items"]}
        self.assertEqual((plans["free"]["price_cents"], plans["free"]["tokens_per_period"]), (0, 100))
        self.assertEqual((plans["pro"]["price_cents"], plans["pro"]["tokens_per_period"]), (2900, 5000))
        self.assertEqual((plans["team"]["price_cents"], plans["team"]["tokens_per_period"]), (9900, 20000))
        self.assertIn("$29.00", self.home.ok("billing", "plans"))
        self.assertIn("Self-hosted", self.home.ok("billing", "status"))
        self.assertIn("Free", self.home.ok("billing", "status", env=SOLD))


class Crash(Billing):
    def setUp(self):
        super().setUp()
        if not (program.BIN / "caasd_stoppable").exists():
            self.skipTest("caasd_stoppable was not built")

    def ask(self, url, token):
        try:
            return program.call("POST", url + "/api/v1/content/generate", BRIEF, token).status
        except (OSError, urllib.error.URLError, http.client.HTTPException):
            return None

    def crash(self, place, callers, token):
        """Generates until the daemon dies at that place; the answers, None where there was none."""
        daemon = self.home.launch(env={**LARGE, "CAAS_STOP_AT": place}, name="caasd_stoppable").wait_ready()
        with concurrent.futures.ThreadPoolExecutor(callers) as pool:
            answers = list(pool.map(lambda _: self.ask(daemon.url, token), range(callers)))
            # Writes that come together share a commit, so it may take a few more to get there.
            for _ in range(callers if callers > 1 else 0):
                if daemon.process.poll() is None:
                    answers.append(self.ask(daemon.url, token))
        daemon.process.wait(program.PATIENCE)
        self.assertEqual(daemon.process.returncode, -9)
        return answers

    def settle(self, token):
        """As if the time of every reservation had passed; the daemon sweeps them when it starts."""
        self.rows("UPDATE reservation SET expires_at = 1")
        daemon = self.home.daemon(env=LARGE)
        self.assertEqual(self.ask(daemon.url, token), 201)
        program.wait_for(lambda: self.number("SELECT count(*) FROM reservation") == 0, "the sweep")
        self.assertEqual(daemon.stop(), 0)

    def check(self):
        spent = self.number("SELECT COALESCE(SUM(tokens), 0) FROM debit_share")
        self.assertEqual(spent, self.number("SELECT count(*) FROM debit"))
        self.assertEqual(spent, self.number("SELECT count(*) FROM content"))
        self.assertEqual(spent, self.number("SELECT COALESCE(SUM(tokens), 0) FROM usage_day"))
        tokens = self.usage(LARGE)["tokens"]
        self.assertEqual(tokens, {"used": spent, "reserved": 0, "granted": 20000, "left": 20000 - spent})

    def test_a_daemon_killed_between_reserve_and_settle_leaks_nothing(self):
        token = self.home.token("draft")
        for place in PLACES:
            with self.subTest(place):
                before = self.number("SELECT count(*) FROM debit")
                self.assertEqual(self.crash(f"{place}:1", 1, token), [None])
                self.assertEqual(self.number("SELECT count(*) FROM debit"), before)
                reserved = 0 if place == "reserve.written" else 1
                self.assertEqual(self.usage(LARGE)["tokens"]["reserved"], reserved)
                self.settle(token)
                self.check()

    def test_many_at_once_and_a_daemon_that_dies_at_any_moment(self):
        token = self.home.token("draft")
        # As many calls as a token of the largest plan may make within a minute, not more.
        for turn in range(int(os.environ.get("CAAS_TEST_KILLS", "7"))):
            place = PLACES[turn % len(PLACES)]
            answers = self.crash(f"{place}:{1 + turn % 7}", 8, token)
            # What was answered is paid for.
            self.assertLessEqual(
                sum(answer == 201 for answer in answers), self.number("SELECT count(*) FROM debit")
            )
        self.settle(token)
        self.check()


if __name__ == "__main__":
    program.main()
