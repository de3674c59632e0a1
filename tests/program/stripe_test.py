#!/usr/bin/env python3
"""A plan is bought, renewed in test, changed and ended with the real programs and a pretend Stripe."""

import json
import subprocess
import unittest
import urllib.error

import program

SECRETS = {"STRIPE_SECRET_KEY": "sk_test_sandbox", "STRIPE_WEBHOOK_SECRET": "whsec_sandbox"}
# Where a daemon may die while it takes or works on events.
PLACES = ("event.received", "event.claimed", "event.applied")


class Stripe:
    """The pretend Stripe of core/sandbox on loopback."""

    def __init__(self):
        self.process = subprocess.Popen(
            [program.BIN / "caas_stripe_server", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        self.delivered = 0

    def act(self, what):
        return program.call("POST", f"{self.url}/sandbox/{what}", b"").body.decode()

    def signed(self):
        """What is to be delivered since the last time: (header, body)."""
        events = json.loads(self.act("signed"))
        new = events[self.delivered :]
        self.delivered = len(events)
        return [(event["header"], event["body"].encode()) for event in new]

    def close(self):
        self.process.stdin.close()
        self.process.wait(program.PATIENCE)
        self.process.stdout.close()


def deliver(url, header, body):
    """The status of one delivery; None where there was no answer."""
    try:
        return program.call("POST", url + "/api/v1/webhooks/stripe", body, headers={"Stripe-Signature": header}).status
    except (OSError, urllib.error.URLError):
        return None


class Life(program.Case):
    def setUp(self):
        super().setUp()
        if program.REMOTE:
            self.skipTest("the daemon is this test's own")
        if not (program.BIN / "caas_stripe_server").exists():
            self.skipTest("caas_stripe_server was not built")
        self.stripe = Stripe()
        self.addCleanup(self.stripe.close)
        self.env = {**SECRETS, "CAAS_STRIPE_BASE_URL": self.stripe.url}

    def status(self):
        return self.home.ok("billing", "status", "--json", env=self.env)

    def wait_plan(self, plan):
        program.wait_for(lambda: self.status()["plan"] == plan, f"the plan {plan}")

    def deliver_all(self, url):
        for header, body in self.stripe.signed():
            self.assertEqual(deliver(url, header, body), 200)

    def buy(self, plan):
        page = self.home.ok("billing", "checkout", plan, "--json", env=self.env)
        self.assertEqual(self.stripe.act("pay/" + page["id"]), "paid")

    def test_a_plan_is_bought_changed_and_ended(self):
        daemon = self.home.daemon(env=self.env)
        self.assertEqual(self.status()["plan"], "free")
        link = self.home.ok("billing", "checkout", "pro", "--no-browser", env=self.env)
        self.assertTrue(link.startswith("https://"))
        self.buy("pro")
        self.deliver_all(daemon.url)
        self.wait_plan("pro")
        usage = self.home.ok("usage", "--json", env=self.env)
        self.assertGreaterEqual(usage["tokens"]["granted"], 5000)
        refused = self.home.caas("billing", "checkout", "team", env=self.env)
        self.assert_refused(refused, 6, "already", "caas billing change")
        self.assertIn("due now: USD", self.home.ok("billing", "change", "team", "--preview", env=self.env))
        unasked = self.home.caas("billing", "change", "team", env=self.env)
        self.assert_refused(unasked, 2, "--yes")
        self.assertEqual(self.status()["plan"], "pro")
        self.assertIn("team holds now", self.home.ok("billing", "change", "team", "--yes", env=self.env))
        self.assertEqual(self.status()["plan"], "team")
        self.assertIn("ends on", self.home.ok("billing", "cancel", "--yes", env=self.env))
        self.assertTrue(self.status()["cancel_at_period_end"])
        self.home.ok("billing", "resume", env=self.env)
        self.assertFalse(self.status()["cancel_at_period_end"])
        self.assertTrue(self.home.ok("billing", "portal", env=self.env).startswith("https://"))
        self.deliver_all(daemon.url)
        self.assertEqual(self.home.ok("billing", "sync", "--json", env=self.env)["differences"], [])
        audit = self.home.caas("org", "audit", "--verify", env=self.env)
        self.assertEqual(audit.status, 0, audit)

    def test_without_a_daemon_sync_brings_what_was_bought(self):
        self.buy("pro")
        self.assertEqual(self.status()["plan"], "free")
        self.assertIn("pro, active", self.home.ok("billing", "sync", env=self.env))
        self.assertEqual(self.status()["plan"], "pro")
        said = self.home.caas("billing", "sync", env=self.env)
        self.assertIn("Nothing differed", said.err)

    def test_where_nothing_is_sold_it_says_so(self):
        for words in (("checkout", "pro"), ("portal",), ("change", "pro"), ("sync",)):
            refused = self.home.caas("billing", *words)
            self.assert_refused(refused, 4, "sells no plans")

    def test_a_daemon_that_dies_over_events_loses_none_and_gives_nothing_twice(self):
        if not (program.BIN / "caasd_stoppable").exists():
            self.skipTest("caasd_stoppable was not built")
        self.buy("pro")
        pending = self.stripe.signed()
        for place in PLACES:
            daemon = self.home.launch(
                env={**self.env, "CAAS_STOP_AT": place + ":1"}, name="caasd_stoppable"
            ).wait_ready()
            # Stripe delivers again what was not answered.
            pending = [event for event in pending if deliver(daemon.url, *event) != 200]
            daemon.process.wait(program.PATIENCE)
            self.assertEqual(daemon.process.returncode, -9)
        daemon = self.home.daemon(env=self.env)
        for event in pending + pending:
            self.assertEqual(deliver(daemon.url, *event), 200)
        self.home.ok("billing", "sync", env=self.env)
        self.wait_plan("pro")
        usage = self.home.ok("usage", "--json", env=self.env)
        self.assertLess(usage["tokens"]["granted"], 2 * 5000)

    def test_bad_deliveries_change_nothing_and_are_counted(self):
        daemon = self.home.daemon(env=self.env)
        self.buy("pro")
        header, body = self.stripe.signed()[0]
        self.assertEqual(deliver(daemon.url, "", body), 400)
        self.assertEqual(deliver(daemon.url, header, body + b" "), 400)
        self.assertEqual(deliver(daemon.url, header, b"x" * (10 << 20)) or 413, 413)
        page = program.call("GET", daemon.url + "/metrics").body.decode()
        self.assertIn('caas_stripe_deliveries_total{result="forged"} 1', page)
        self.assertIn('caas_stripe_deliveries_total{result="no_signature"} 1', page)
        self.assertIn('caas_stripe_deliveries_total{result="too_large"} 1', page)
        self.assertIn('caas_stripe_events{state="waiting"} 0', page)
        self.assertEqual(self.status()["plan"], "free")


if __name__ == "__main__":
    program.main()
