#!/usr/bin/env python3
"""caasd as a process: in time, alone on its home, obedient to signals, honest about itself."""

import datetime
import os
import pathlib
import re
import resource
import signal
import socket
import time

import program

CONFLICT, INVALID, USAGE = 6, 4, 2
# What a post may be late.
LATEST_MS = 500


def lateness_ms(post):
    due, settled = (datetime.datetime.fromisoformat(post[key]) for key in ("due_at", "settled_at"))
    return (settled - due).total_seconds() * 1000


class Scheduling(program.Case):
    def test_a_post_scheduled_while_the_daemon_sleeps_is_published_in_time(self):
        daemon = self.home.daemon()
        late = []
        # it sleeps without anything to do, then with something far away
        for text in ("Into an idle daemon", "Before what waits"):
            content = self.home.add(text)
            (post,) = self.home.ok("schedule", content, "--account", "outbox", "--in", "1s", "--json")["items"]
            late.append(lateness_ms(self.home.wait_state(post["id"], "published")))
            self.home.ok("schedule", content, "--account", "outbox", "--in", "2h", "--json")
        for ms in late:
            self.assertGreaterEqual(ms, 0)
            self.assertLess(ms, LATEST_MS)
        self.assertEqual(len(self.home.outbox()), 2)
        self.assertEqual(daemon.stop(), 0)

    def test_a_post_that_is_canceled_or_moved_keeps_still(self):
        self.home.daemon()
        content = self.home.add("Not this one")
        schedule = ("schedule", content, "--account", "outbox", "--json")
        (gone,) = self.home.ok(*schedule, "--in", "2s")["items"]
        (moved,) = self.home.ok(*schedule, "--in", "2s")["items"]
        self.home.ok("posts", "cancel", gone["id"], "--yes")
        self.home.ok("posts", "move", moved["id"], "--in", "1h")
        (last,) = self.home.ok(*schedule, "--in", "3s")["items"]
        self.home.wait_state(last["id"], "published")
        self.assertEqual(self.home.post(gone["id"])["state"], "canceled")
        self.assertEqual(self.home.post(moved["id"])["state"], "scheduled")
        self.assertEqual(len(self.home.outbox()), 1)

    def test_what_fell_due_while_no_daemon_ran_is_published_at_start(self):
        content = self.home.add("Somebody was asleep")
        (post,) = self.home.ok("schedule", content, "--account", "outbox", "--in", "1s", "--json")["items"]
        due = datetime.datetime.fromisoformat(post["due_at"])
        program.wait_for(lambda: datetime.datetime.now(datetime.timezone.utc) > due, "it to be due")
        self.home.daemon()
        self.home.wait_state(post["id"], "published")

    def test_once_publishes_what_is_due_and_leaves(self):
        self.assertEqual(self.home.run("caasd", "--once").status, 0)
        contents = [self.home.add(f"Number {i}") for i in range(3)]
        posts = [
            self.home.ok("schedule", c, "--account", "outbox", "--in", "1s", "--json")["items"][0]
            for c in contents
        ]
        later = self.home.ok("schedule", contents[0], "--account", "outbox", "--in", "1h", "--json")
        due = max(datetime.datetime.fromisoformat(post["due_at"]) for post in posts)
        program.wait_for(lambda: datetime.datetime.now(datetime.timezone.utc) > due, "all to be due")
        once = self.home.run("caasd", "--once")
        self.assertEqual((once.status, once.out), (0, ""), once)
        self.assertIn("3 published", once.err)
        self.assertEqual(len(self.home.outbox()), 3)
        self.assertEqual(self.home.post(later["items"][0]["id"])["state"], "scheduled")


class Alone(program.Case):
    def test_a_second_daemon_on_one_home_is_refused_and_told_who_runs(self):
        first = self.home.daemon()
        second = self.home.run("caasd")
        self.assert_refused(second, CONFLICT, f"process {first.process.pid}", "hint: ")
        self.assertIsNone(first.process.poll())
        status = self.home.ok("status", "--json")["daemon"]
        self.assertTrue(status["is_running"])
        self.assertIn(str(first.process.pid), status["description"])
        self.assertIn(first.url.removeprefix("http://"), status["description"])
        # and after its death, however sudden, the next one is welcome
        first.kill()
        self.assertFalse(self.home.ok("status", "--json")["daemon"]["is_running"])
        self.home.daemon()

    def test_a_second_home_on_the_same_port_is_told_who_holds_it(self):
        first = self.home.daemon()
        address = first.url.removeprefix("http://")
        second = self.new_home().run("caasd", "--listen", address)
        self.assertNotEqual(second.status, 0)
        self.assert_refused(second, CONFLICT, address.rsplit(":", 1)[1])
        if os.geteuid() == 0:
            self.assertIn(str(first.process.pid), second.err)
        self.assertEqual(program.call("GET", first.url + "/healthz").status, 200)

    def test_a_port_that_needs_no_daemon_to_be_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as holder:
            port = holder.getsockname()[1]
            refused = self.home.run("caasd", "--listen", f"127.0.0.1:{port}")
        self.assert_refused(refused, CONFLICT, str(port))


class Signals(program.Case):
    def test_sigterm_and_sigint_end_it_at_once_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = self.home.daemon()
            began = time.monotonic()
            daemon.process.send_signal(number)
            self.assertEqual(daemon.process.wait(program.PATIENCE), 0, daemon.said())
            self.assertLess(time.monotonic() - began, 3)
            self.assertFalse(self.home.ok("status", "--json")["daemon"]["is_running"])

    def test_an_open_connection_that_says_nothing_does_not_hold_it_up(self):
        daemon = self.home.daemon()
        host, port = daemon.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))):
            began = time.monotonic()
            self.assertEqual(daemon.stop(), 0)
            self.assertLess(time.monotonic() - began, 8)

    def test_sighup_keeps_serving(self):
        daemon = self.home.daemon()
        token = self.home.token()
        for _ in range(3):
            daemon.process.send_signal(signal.SIGHUP)
            for _ in range(5):
                self.assertEqual(program.call("GET", daemon.url + "/healthz").status, 200)
        answer = program.call("GET", daemon.url + "/api/v1/content", token=token)
        self.assertEqual(answer.status, 200)
        self.assertEqual(daemon.stop(), 0)

    def test_sighup_takes_a_changed_configuration_and_refuses_a_broken_one(self):
        config = self.home.path / "config.toml"
        config.write_text('[log]\nlevel = "info"\n')
        daemon = self.home.daemon()
        config.write_text("[log\n")
        daemon.process.send_signal(signal.SIGHUP)
        program.wait_for(lambda: "daemon.reload_refused" in daemon.said(), "the refusal in the log")
        self.assertEqual(program.call("GET", daemon.url + "/healthz").status, 200)
        config.write_text('[log]\nlevel = "debug"\n')
        daemon.process.send_signal(signal.SIGHUP)
        program.wait_for(lambda: daemon.said().count("daemon.ready") == 2, "the second start")
        self.assertEqual(program.call("GET", daemon.url + "/healthz").status, 200)
        # it still publishes
        content = self.home.add("After a reload")
        (post,) = self.home.ok("schedule", content, "--account", "outbox", "--in", "1s", "--json")["items"]
        self.home.wait_state(post["id"], "published")
        self.assertEqual(daemon.stop(), 0)

    def test_readiness_is_told_to_whoever_started_it(self):
        path = str(self.home.scratch / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(path)
            ear.settimeout(program.PATIENCE)
            daemon = self.home.launch(env={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"})
            heard = ear.recv(4096).decode()
            self.assertIn("READY=1", heard.splitlines())
            # ready means that it answers
            daemon.wait_ready()
            self.assertEqual(program.call("GET", daemon.url + "/readyz").status, 200)

            def hear(word):
                program.wait_for(lambda: word in ear.recv(4096).decode().splitlines(), word)

            hear("WATCHDOG=1")
            daemon.process.send_signal(signal.SIGHUP)
            hear("RELOADING=1")
            hear("READY=1")
            daemon.process.terminate()
            hear("STOPPING=1")
            self.assertEqual(daemon.process.wait(program.PATIENCE), 0)


class Check(program.Case):
    def test_a_good_configuration(self):
        for text in (None, '[http]\nlisten = "127.0.0.1:8123"\n'):
            if text:
                (self.home.path / "config.toml").write_text(text)
            result = self.home.run("caasd", "--check")
            self.assertEqual((result.status, result.out), (0, ""), result)
            self.assertIn("valid", result.err)
        # it looked and touched nothing
        self.assertEqual([path.name for path in self.home.files()], ["config.toml"])

    def test_a_bad_configuration_is_named_by_file_line_and_key(self):
        config = self.home.path / "config.toml"
        for text, words in (
            ('[http]\n\nlistn = "127.0.0.1:1"\n', ("3", "listn", "listen")),
            ("[http\n", ("1",)),
            ("[http]\nlisten = 5\n", ("2", "listen")),
            ('[nonsense]\na = "b"\n', ("nonsense",)),
            ('[log]\nlevel = "loud"\n', ("2", "level")),
        ):
            config.write_text(text)
            for arguments in (("--check",), ("--once",), ()):
                with self.subTest(text=text, arguments=arguments):
                    self.assert_refused(self.home.run("caasd", *arguments), INVALID, "config.toml", *words)

    def test_settings_that_cannot_work(self):
        config = self.home.path / "config.toml"
        for text, words in (
            ('[media]\nstorage = "s3"\n', ("2: media.storage", "media.s3_endpoint")),
            ('[net]\nca_file = "/nope"\n', ("2: net.ca_file", "/nope")),
            ('[http]\ncors_origins = ["foo"]\n', ("2: http.cors_origins", "foo")),
        ):
            config.write_text(text)
            with self.subTest(text=text):
                self.assert_refused(self.home.run("caasd", "--check"), INVALID, "config.toml", *words)

    def test_a_bad_command_line(self):
        self.assert_refused(self.home.run("caasd", "--onse"), USAGE, "--once")
        self.assert_refused(self.home.run("caasd", "surplus"), USAGE)
        refused = self.home.run("caasd", "--config", str(self.home.scratch / "missing.toml"))
        self.assert_refused(refused, 5, "missing.toml")
        refused = self.home.run("caasd", "--check", "--listen", "nowhere")
        self.assert_refused(refused, INVALID, "nowhere")


class Answers(program.Case):
    def test_health_needs_no_token_and_the_api_does(self):
        daemon = self.home.daemon()
        token = self.home.token()
        for path in ("/healthz", "/readyz"):
            self.assertEqual(program.call("GET", daemon.url + path).status, 200)
        api = daemon.url + "/api/v1/"
        for path in ("content", "posts", "accounts", "status", "content/generate"):
            self.assert_problem(program.call("GET", api + path), 401)
        self.assert_problem(program.call("GET", api + "nonsense", token=token), 404)
        self.assert_problem(program.call("GET", daemon.url + "/nonsense", token=token), 404)
        self.assert_problem(program.call("GET", api + "content/no-such-id", token=token), 404)
        absent = "01a20450-0000-7000-8000-000000000000"
        self.assert_problem(program.call("GET", f"{api}content/{absent}", token=token), 404)
        refused = program.call("PUT", api + "content", {}, token=token)
        self.assert_problem(refused, 405)
        self.assertIn("GET", refused.headers["Allow"])
        self.assert_problem(program.call("POST", api + "content", b"{", token=token,
                                         headers={"Content-Type": "application/json"}), 400)  # fmt: skip
        self.assertEqual(self.home.contents(), [])

    def exhaust(self, daemon, spare=6):
        """Leaves the daemon `spare` descriptors and takes these; the connections that hold them."""
        process = daemon.process.pid
        least = len(os.listdir(f"/proc/{process}/fd")) + spare
        resource.prlimit(process, resource.RLIMIT_NOFILE, (least, least))
        address = tuple(daemon.url.removeprefix("http://").split(":"))
        held = []
        for _ in range(spare + 10):
            one = socket.create_connection(address, timeout=program.PATIENCE)
            self.addCleanup(one.close)
            held.append(one)
        program.wait_for(
            lambda: len(os.listdir(f"/proc/{process}/fd")) == least, "the descriptors to be used up"
        )
        return address, held

    def answered(self, connection, patience=program.PATIENCE):
        connection.settimeout(patience)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        except TimeoutError:
            return False

    def processor_seconds(self, daemon):
        fields = pathlib.Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_out_of_descriptors_it_serves_whom_it_has_does_not_spin_and_recovers(self):
        daemon = self.home.daemon()
        address, held = self.exhaust(daemon)
        for one in held:
            one.sendall(b"GET /healthz HTTP/1.1\r\n")
        before = self.processor_seconds(daemon)
        # Nobody is idle, so there is no room for one more: it waits in the kernel's queue.
        late = socket.create_connection(address, timeout=program.PATIENCE)
        self.addCleanup(late.close)
        self.assertFalse(self.answered(late, patience=2))
        self.assertLess(self.processor_seconds(daemon) - before, 1)

        held[0].sendall(b"Host: localhost\r\n\r\n")
        self.assertTrue(held[0].recv(4096).startswith(b"HTTP/1.1 200 "))
        for one in held:
            one.close()
        self.assertTrue(late.recv(4096).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(daemon.stop(), 0)

    def test_out_of_descriptors_whoever_idles_longest_makes_room(self):
        daemon = self.home.daemon()
        address, held = self.exhaust(daemon)
        first = held[0]
        self.assertTrue(self.answered(first))

        # All that waited for a descriptor get theirs from those who were served and idle.
        for one in held[1:]:
            self.assertTrue(self.answered(one))
        self.assertEqual(first.recv(4096), b"")
        self.assertEqual(daemon.stop(), 0)

    def test_the_log_and_the_answers_tell_no_token(self):
        daemon = self.home.daemon()
        token = self.home.token()
        program.call("GET", daemon.url + "/api/v1/content", token=token)
        program.call("GET", daemon.url + "/api/v1/content?token=" + token)
        self.assertEqual(daemon.stop(), 0)
        self.assertNotIn(token, daemon.said())
        self.assertTrue(re.search(r'"status":"?401', daemon.said()), daemon.said())


if __name__ == "__main__":
    program.main()
