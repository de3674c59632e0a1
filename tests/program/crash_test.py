#!/usr/bin/env python3
"""Kills caasd again and again while it publishes: nothing is sent twice, nothing is lost.

CAAS_KILLS says how often (220 if not given; tests/bench/crash/run.sh tries thousands), CAAS_SEED
repeats a run whose seed was printed. See crash/campaign.py.
"""

import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "crash"))

import campaign  # noqa: E402
import platforms  # noqa: E402
import power  # noqa: E402
import program  # noqa: E402

KILLS = int(os.environ.get("CAAS_KILLS", "220"))
SEED = int(os.environ.get("CAAS_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
PARTS = ("caasd_stoppable", "power.so")


class Crash(unittest.TestCase):
    maxDiff = None

    def run_campaign(self, kills, **more):
        report = campaign.run(kills, SEED, **more)
        print(campaign.describe(report, SEED), flush=True)
        again = f"again: tests/program/crash/campaign.py --seed {SEED}"
        again += " --power" if more.get("has_power") else ""
        self.assertEqual("\n".join(report["wrong"]), "", again + " --trial NUMBER")
        self.assertEqual("\n".join(report["broken"]), "")
        self.assertGreaterEqual(sum(report["kills"].values()), kills)
        return report

    def test_killed_at_any_place_and_instant_it_sends_each_part_once(self):
        report = self.run_campaign(KILLS)
        # It dies where it is dangerous, not only where it idles.
        for place in ("claim.written", "intent.durable", "perform.answered", "commit.durable", "burial.written"):
            self.assertIn(place, report["visits"])
        missed = [place for place in (*report["visits"], "accept", "request") if not report["kills"][place]]
        self.assertEqual(missed, [], "places where it never died")
        self.assertGreater(sum(report["in_flight"].values()), 0)

    def test_a_power_failure_at_any_instant_loses_and_doubles_nothing(self):
        report = self.run_campaign(max(KILLS // 3, 1), has_power=True)
        self.assertGreater(report["lost_writes"], 0)

    def test_what_a_command_said_survives_a_power_failure_after_it(self):
        home = program.Home()
        self.addCleanup(home.close)
        dice = random.Random(SEED)
        receivers = platforms.Platforms()
        self.addCleanup(receivers.close)
        receivers.enter(platforms.World(SEED, False))

        def say(*command, stdin="", **environment):
            """Runs a command; the power fails just after it has said what it did."""
            watch = power.Power(home.path, home.scratch, program.BIN / "power.so")
            said = home.ok(*command, "--json", stdin=stdin, env={**watch.environment, **environment})
            watch.fail(dice)
            return said

        contents = [say("content", "add", "-", stdin=f"Number {i}.")["id"] for i in range(3)]
        say(
            "account", "connect", "webhook", "--name", "hook", "--url", receivers.url("safe") + "/hook",
            CAAS_WEBHOOK_SECRET="irrelevant here",
        )  # fmt: skip
        posts = [
            say("schedule", content, "--in", "30d", "--account", "hook") for content in contents
        ]  # fmt: skip
        published = say("publish", contents[0], "--account", "hook")

        self.assertEqual({content["id"] for content in home.contents()}, set(contents))
        states = sorted(post["state"] for post in home.posts())
        self.assertEqual(states, ["published", "scheduled", "scheduled", "scheduled"], (posts, published))
        findings = {item["check"]: item["state"] for item in home.caas("doctor", "--json").json()["items"]}
        self.assertEqual((findings["database"], findings["secret key"]), ("ok", "ok"))

    def test_a_disk_that_lies_is_found_out(self):
        """Without syncs the same campaign must find losses, or it could not find any."""
        report = campaign.run(200, SEED, has_power=True, lies=True, stops_early=True)
        print(f"found out after {sum(report['kills'].values())} kills", flush=True)
        self.assertEqual("\n".join(report["broken"]), "")
        self.assertNotEqual(report["wrong"], [])


if __name__ == "__main__":
    for part in PARTS:
        if not (program.BIN / part).exists():
            print(f"skipped: there is no {program.BIN / part}; build it, or set CAAS_BIN", file=sys.stderr)
            sys.exit(program.SKIPPED)
    program.main()
