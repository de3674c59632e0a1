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
        self.assertGreaterEqual(sum(report["kills"].values()), kills)
        return report

    def test_killed_at_any_place_and_instant_it_sends_each_part_once(self):
        report = self.run_campaign(KILLS)
        # It dies where it is dangerous, not only where it idles.
        for place in ("intent.durable", "perform.answered", "record.begun", "commit.durable", "accept"):
            self.assertGreater(report["kills"][place], 0, place)
        self.assertGreater(sum(report["in_flight"].values()), 0)

    def test_a_power_failure_at_any_instant_loses_and_doubles_nothing(self):
        report = self.run_campaign(max(KILLS // 3, 1), has_power=True)
        self.assertGreater(report["lost_writes"], 0)

    def test_a_disk_that_lies_is_found_out(self):
        """Without syncs the same campaign must find losses, or it could not find any."""
        report = campaign.run(200, SEED, has_power=True, lies=True, stops_early=True)
        self.assertNotEqual(report["wrong"], [])


if __name__ == "__main__":
    for part in PARTS:
        if not (program.BIN / part).exists():
            print(f"skipped: there is no {program.BIN / part}; build it, or set CAAS_BIN", file=sys.stderr)
            sys.exit(program.SKIPPED)
    program.main()
