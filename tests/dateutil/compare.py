"""Compares the occurrences of random rules with python-dateutil's.

    compare.py PROBE [NUMBER [SEED]]

Exit status 77 where dateutil is missing. A seed repeats a run; a difference prints the rule.
"""
import datetime
import random
import subprocess
import sys
import warnings

try:
    from dateutil import rrule
except ImportError:
    print("skipped: no python3-dateutil")
    sys.exit(77)

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
PIECES = 12
# Posts are made at most five years ahead; caas gives a rule of days up that finds nothing in ten.
REACH = datetime.timedelta(days=9 * 365)


class Calendar:
    """The module datetime with an earlier end: dateutil looks for what never comes until then."""

    MAXYEAR = 2040

    def __getattr__(self, name):
        return getattr(datetime, name)


rrule.datetime = Calendar()


def some(chance, values, most):
    return ",".join(str(v) for v in chance.sample(values, chance.randint(1, most)))


def rule_of(chance, start):
    freq = chance.choice(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = ["FREQ=" + freq]
    if chance.random() < 0.5:
        parts.append("INTERVAL=%d" % chance.choice([1, 2, 3, 4, 5, 7, 12, 13, 25]))
    if chance.random() < 0.2:
        parts.append("BYMONTH=" + some(chance, range(1, 13), 4))
    month_days = freq != "WEEKLY" and chance.random() < 0.35
    if month_days:
        parts.append("BYMONTHDAY=" + some(chance, [n for n in range(-31, 32) if n], 5))
    if chance.random() < 0.45:
        # dateutil joins plain and numbered days of one rule otherwise than RFC 5545 does.
        numbered = freq in ("MONTHLY", "YEARLY") and chance.random() < 0.6
        most = 5 if freq == "MONTHLY" or "BYMONTH" in parts[-1] else 53
        days = chance.sample(DAYS, chance.randint(1, 4))
        if numbered:
            days = [str(chance.choice([-1, 1]) * chance.randint(1, most)) + d for d in days]
        parts.append("BYDAY=" + ",".join(days))
    if chance.random() < 0.4:
        parts.append("BYHOUR=" + some(chance, range(24), 4))
    if chance.random() < 0.4:
        parts.append("BYMINUTE=" + some(chance, range(60), 3))
    # dateutil chooses from the rest of a week that the start cuts, RFC 5545 from the week.
    if freq != "WEEKLY" and parts[-1].startswith("BY") and chance.random() < 0.2:
        parts.append("BYSETPOS=" + some(chance, [1, 2, 3, 5, -1, -2, -3], 2))
    if chance.random() < 0.2:
        parts.append("WKST=" + chance.choice(DAYS))
    end = chance.random()
    if end < 0.25:
        parts.append("COUNT=%d" % chance.randint(1, 15))
    elif end < 0.4:
        until = start + datetime.timedelta(days=chance.randint(0, 900), minutes=chance.randint(0, 1439))
        parts.append("UNTIL=" + until.strftime("%Y%m%dT%H%M00"))
    return ";".join(parts)


def expected(rule, start):
    out = []
    try:
        times = rrule.rrulestr(rule, dtstart=start)
    except ValueError:  # an hour that its interval never meets
        return out
    for when in times:
        if when > start + REACH or len(out) == PIECES:
            break
        out.append(when.strftime("%Y-%m-%d %H:%M"))
    return out


def shown(answer, start):
    """What the probe found, as far as it is compared."""
    last = (start + REACH).strftime("%Y-%m-%d %H:%M")
    return [when for when in answer.split(",") if when and when <= last]


def main():
    probe = sys.argv[1]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    warnings.simplefilter("ignore")
    rules = []
    while len(rules) < number:
        start = datetime.datetime(2024, 1, 1) + datetime.timedelta(minutes=chance.randrange(60 * 24 * 1500))
        rules.append((rule_of(chance, start), start))
    lines = "".join("%d\t%s\t%s\n" % (PIECES, s.strftime("%Y-%m-%d %H:%M"), r) for r, s in rules)
    answers = subprocess.run([probe], input=lines, capture_output=True, text=True, check=True).stdout.split("\n")
    bad = empty = 0
    for (rule, start), answer in zip(rules, answers):
        want = expected(rule, start)
        empty += not want
        if shown(answer, start) != want:
            bad += 1
            if bad <= 10:
                print("DTSTART", start, "RULE", rule, "\n  caas    ", answer, "\n  dateutil", ",".join(want))
    print("%d rules, %d without occurrence, %d differ" % (number, empty, bad))
    return 1 if bad else 0


sys.exit(main())
