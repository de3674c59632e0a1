#!/usr/bin/env python3
"""Slots, series and zones, through the real programs."""

import datetime
import sqlite3
import unittest

import program


def minutes_from_now(minutes):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (now + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")


class Time(program.Case):
    def database_file(self):
        return next(path for path in self.home.files() if path.name == "caas.db")

    def change(self, sql, *values):
        """As if the world had gone on meanwhile."""
        connection = sqlite3.connect(self.database_file(), timeout=10)
        with connection:
            connection.execute(sql, values)
        connection.close()

    def test_posts_take_weekly_slots_one_after_the_other(self):
        content = self.home.add("In its slot")
        refused = self.home.caas("schedule", content, "--account", "outbox", "--next-slot")
        self.assert_refused(refused, 6, "caas slots set outbox")
        self.home.ok("slots", "set", "outbox", "mon,wed 09:00, fri 17:30")
        listed = self.home.ok("slots", "list", "outbox", "--json")
        self.assertEqual([slot["day"] for slot in listed["items"]], ["mon", "wed", "fri"])
        due = set()
        for _ in range(4):
            made = self.home.ok("schedule", content, "--account", "outbox", "--next-slot", "--json")
            due.add(made["items"][0]["due_at"])
        self.assertEqual(len(due), 4)
        self.assertLessEqual({slot["next_at"] for slot in listed["items"]}, due)

    def test_a_series_goes_on_with_the_daemon_that_runs_once(self):
        content = self.home.add("Again and again")
        made = self.home.ok(
            "schedule", content, "--account", "outbox", "--every", "FREQ=HOURLY;BYMINUTE=0", "--json"
        )["items"]
        self.assertEqual(len(made), 2)
        series = made[0]["series_id"]
        self.assertEqual(self.home.run("caasd", "--once").status, 0)
        # The first one is skipped, and three hours go by.
        self.home.ok("posts", "cancel", made[0]["id"])
        past = 3 * 3600 * 1000
        self.change("UPDATE post SET due_at = due_at - ?, wake_at = wake_at - ?", past, past)
        self.change("UPDATE lane SET wake_at = wake_at - ?", past)
        self.change("UPDATE series SET top_up_at = 1")
        self.assertEqual(self.home.run("caasd", "--once").status, 0)
        self.assertEqual(self.home.run("caasd", "--once").status, 0)
        posts = {post["occurrence"]: post for post in self.home.posts()}
        self.assertEqual(posts[made[0]["occurrence"]]["state"], "canceled")
        self.assertEqual(posts[made[1]["occurrence"]]["state"], "published")
        self.assertEqual(len(self.home.outbox()), 1)
        self.assertEqual(len(self.home.posts()), len(posts))
        ended = self.home.ok("series", "end", series, "--yes", "--json")
        self.assertEqual(ended["state"], "ended")
        self.assertEqual(self.home.ok("posts", "list", "--state", "scheduled", "--json")["items"], [])

    def test_the_daemon_makes_the_next_post_when_one_is_due(self):
        content = self.home.add("While it runs")
        daemon = self.home.daemon()
        made = self.home.ok(
            "schedule", content, "--account", "outbox", "--every", "FREQ=HOURLY;BYMINUTE=0", "--json"
        )["items"]
        self.home.ok("posts", "cancel", made[1]["id"])
        self.change("UPDATE series SET top_up_at = 1, made_to = ?", made[0]["occurrence"])
        self.change("DELETE FROM post WHERE id = ?", made[1]["id"])
        # Anything that wakes the daemon lets it look.
        self.home.ok("schedule", content, "--account", "outbox", "--in", "2h")
        program.wait_for(lambda: len(self.home.posts()) == 3, "the post to be made again")
        self.assertEqual(daemon.stop(), 0)

    def test_new_zone_data_move_what_waits_for_a_local_time(self):
        content = self.home.add("At nine")
        at = minutes_from_now(60 * 24 * 3)
        made = self.home.ok(
            "schedule", content, "--account", "outbox", "--at", at, "--tz", "Asia/Kolkata", "--json"
        )["items"][0]
        self.assertEqual(self.home.run("caasd", "--once").status, 0)
        # What an older edition of the zone data would have left.
        self.change("UPDATE fact SET value = '1970a' WHERE name = 'zone_data'")
        self.change("UPDATE post SET due_at = due_at + 1800000, wake_at = wake_at + 1800000")
        daemon = self.home.daemon()
        program.wait_for(lambda: "zones.changed" in daemon.said(), "the change to be said")
        self.assertIn('"moved_posts":"1"', daemon.said())
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.home.post(made["id"])["due_at"], made["due_at"])

    def test_a_time_that_does_not_exist_is_said_and_marked(self):
        content = self.home.add("In the gap")
        year = datetime.date.today().year + 1
        # The last Sunday of March.
        day = max(
            datetime.date(year, 3, n) for n in range(25, 32) if datetime.date(year, 3, n).weekday() == 6
        )
        done = self.home.caas(
            "schedule", content, "--account", "outbox", "--at", f"{day} 02:30", "--tz", "Europe/Berlin", "--json"
        )
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.json()["items"][0]["time_note"], "moved_forward")
        self.assertEqual(done.json()["items"][0]["due_at"], f"{day}T01:30:00.000Z")
        self.assertIn("does not exist in Europe/Berlin", done.err)


if __name__ == "__main__":
    program.main()
