#!/usr/bin/env python3
"""The command line against a daemon elsewhere: signing in and out, what it says when that fails,
and the daemon's line for each request."""

import http.server
import json
import os
import pty
import re
import select
import stat
import subprocess
import threading
import time
import unittest
import urllib.parse

import program

USAGE, SIGNED_OUT, NOT_FOUND, TEMPORARY = 2, 3, 5, 75


class Stranger(program.Loopback):
    """Something that is not caas: answers everything with one status, type and body."""

    def __init__(self, status, body, headers=()):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_DELETE = do_GET

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class Forgetful(program.Loopback):
    """Passes requests on to a daemon, and loses its answers to the first `losses` orders of posts."""

    def __init__(self, url, losses):
        forgetful = self
        self.losses = losses

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
                head = {
                    name: self.headers[name]
                    for name in ("Authorization", "Content-Type", "Idempotency-Key")
                    if name in self.headers
                }
                answer = program.call(self.command, url + self.path, body, headers=head)
                if (self.command, self.path) == ("POST", "/api/v1/posts") and forgetful.losses > 0:
                    forgetful.losses -= 1
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name in ("Content-Type", "Retry-After"):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        super().__init__(Handler)


class Remote(program.Case):
    def setUp(self):
        super().setUp()
        self.home.acts_elsewhere = False
        self.daemon = self.home.daemon(env={"CAAS_AUTH_REGISTRATION": "open"})
        self.desk = self.new_home()
        self.desk.acts_elsewhere = False
        self.servers = self.desk.path / "servers.toml"

    def remote(self, *arguments, **more):
        return self.desk.caas("--server", self.daemon.url, *arguments, **more)

    def sign_in(self, scope="publish"):
        token = self.home.token(scope)
        result = self.remote("login", "--token", "-", stdin=token + "\n")
        self.assertEqual(result.status, 0, result)
        return token

    def test_a_token_is_kept_used_and_given_back(self):
        signed_out = self.remote("content", "list")
        # A proxy that knows the document answers by itself to whoever shows no token.
        self.assert_refused(signed_out, SIGNED_OUT, "sign-in" if program.PROXY else "caas login --server")
        token = self.sign_in()
        self.assertEqual(stat.S_IMODE(os.stat(self.servers).st_mode), 0o600)
        self.assertEqual(self.remote("content", "list").status, 0)
        self.assertEqual(self.desk.caas("status", env={"CAAS_SERVER": self.daemon.url + "/"}).status, 0)
        out = self.desk.caas("logout")
        self.assertEqual(out.status, 0, out)
        self.assertNotIn(token, self.servers.read_text())
        self.assertEqual(program.call("GET", self.daemon.url + "/api/v1/content", token=token).status, 401)
        self.assert_refused(self.desk.caas("logout"), NOT_FOUND)
        self.assertFalse((self.desk.path / "caas.db").exists())

    def test_scopes_expiry_and_revocation_are_heeded_at_once(self):
        self.sign_in("draft")
        content = json.loads(self.remote("content", "add", "-", "--json", stdin="Hello").out)["id"]
        self.assert_refused(self.remote("publish", content, "--account", "outbox"), SIGNED_OUT)
        admin = {"CAAS_TOKEN": self.home.token("admin")}
        made = json.loads(
            self.remote(
                "token", "create", "--scope", "read", "--name", "short", "--expires-in-days", "1", "--json",
                env=admin,
            ).out
        )  # fmt: skip
        listed = json.loads(self.remote("token", "list", "--json", env=admin).out)["items"]
        short = next(item for item in listed if item["id"] == made["id"])
        self.assertEqual((short["scope"], short["name"]), ("read", "short"))
        self.assertIsNotNone(short["expires_at"])
        own = {"CAAS_TOKEN": made["token"]}
        self.assertEqual(self.remote("content", "list", env=own).status, 0)
        used = json.loads(self.remote("token", "list", "--json", env=admin).out)["items"]
        self.assertIsNotNone(next(item for item in used if item["id"] == made["id"])["last_used_at"])
        self.assertEqual(self.remote("token", "revoke", made["id"], "--yes", env=admin).status, 0)
        self.assert_refused(self.remote("content", "list", env=own), SIGNED_OUT, "does not accept")

    def test_publish_waits_for_the_outcome(self):
        self.sign_in()
        content = json.loads(self.remote("content", "add", "-", "--json", stdin="Hello").out)["id"]
        result = self.remote("publish", content, "--account", "outbox")
        self.assertEqual(result.status, 0, result)
        self.assertRegex(result.out, r"\Apublished  outbox")
        self.assertEqual(len(self.home.outbox()), 1)

    def test_an_order_whose_answer_is_lost_is_given_once(self):
        token = {"CAAS_TOKEN": self.home.token()}
        forgetful = Forgetful(self.daemon.url, 0)
        self.addCleanup(forgetful.close)
        content = self.home.add("Hello")
        for order in (["publish", content], ["schedule", content, "--in", "2h"]):
            with self.subTest(order=order):
                forgetful.losses = 1
                result = self.desk.caas("--server", forgetful.url, *order, "--account", "outbox", env=token)
                self.assertEqual(result.status, 0, result)
                self.assertEqual(forgetful.losses, 0)
        self.assertEqual(sorted(post["state"] for post in self.home.posts()), ["published", "scheduled"])
        self.assertEqual(len(self.home.outbox()), 1)

    def test_what_is_not_caas_is_told_apart(self):
        for status, body, headers, exit_status, words in (
            (502, b"<html>nginx", [("Content-Type", "text/html")], TEMPORARY, "status 502"),
            (404, b"404 page not found", [], 1, "proxy or another program"),
            (200, b"<html>Welcome to the hotel", [("Content-Type", "text/html")], 1, "web page"),
            (301, b"", [("Location", "https://caas.example.org/x")], USAGE, "--server https://caas.example.org"),
            (200, b"[]", [("Content-Type", "application/json")], 1, "not what this version"),
        ):
            with self.subTest(status=status, body=body):
                stranger = Stranger(status, body, headers)
                self.addCleanup(stranger.close)
                result = self.desk.caas("--server", stranger.url, "content", "list", env={"CAAS_TOKEN": "caas_x"})
                self.assertEqual(result.status, exit_status, result)
                self.assertIn(words, result.err)
                self.assertNotIn("<html>", result.err)

    def test_no_connection_and_no_name(self):
        self.assert_refused(
            self.desk.caas("--server", "http://127.0.0.1:1", "status"), TEMPORARY, "is caasd running there"
        )
        self.assert_refused(
            self.desk.caas("--server", "https://nowhere.invalid", "status"), TEMPORARY, "spelled"
        )
        self.assert_refused(self.desk.caas("--server", "http://example.org", "status"), USAGE, "https")

    def test_https_to_a_daemon_that_speaks_http_is_a_fault_of_tls(self):
        url = self.daemon.url.replace("http://", "https://")
        self.assert_refused(self.desk.caas("--server", url, "status"), 1, "CAAS_NET_CA_FILE")

    def test_another_version_is_named_when_something_is_missing(self):
        answers = {
            "/api/v1/status": (200, {"version": "99.0.0"}),
            "/api/v1/voices": (404, {"code": "not_found", "detail": "There is no such route", "status": 404}),
        }

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = answers.get(self.path.split("?")[0], answers["/api/v1/voices"])
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        result = self.desk.caas("--server", f"http://127.0.0.1:{server.server_port}", "content", "list")
        self.assertEqual(result.status, NOT_FOUND, result)
        self.assertIn("99.0.0", result.err)

    def test_sign_in_in_a_browser(self):
        person = {"email": "ana@example.org", "password": "correct horse battery"}
        registered = program.call("POST", self.daemon.url + "/api/v1/auth/register", person)
        self.assertEqual(registered.status, 201, registered.body)
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [program.BIN / "caas", "--server", self.daemon.url, "login", "--name", "test machine"],
            env=self.desk.environment({"TERM": "dumb"}), stdin=follower, stdout=follower, stderr=follower,
        )  # fmt: skip
        os.close(follower)
        self.addCleanup(os.close, leader)
        self.addCleanup(process.kill)
        said = ""
        deadline = time.monotonic() + program.PATIENCE
        while "code=" not in said or "It must show" not in said:
            self.assertLess(time.monotonic(), deadline, said)
            if select.select([leader], [], [], 0.5)[0]:
                said += os.read(leader, 4096).decode()
        link = re.search(r"http\S+/device\?code=\S+", said)[0]
        page = program.call("GET", link)
        self.assertIn(b"test machine", page.body)
        form = {"code": link.split("code=")[1], "decision": "approve", **person}
        approved = program.call(
            "POST", self.daemon.url + "/device", urllib.parse.urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": self.daemon.url},
        )  # fmt: skip
        self.assertIn(b"Approved", approved.body)
        self.assertEqual(process.wait(program.PATIENCE), 0)
        self.assertEqual(self.remote("content", "list").status, 0)
        self.assertNotIn("caas_", said)
        # Another site's page cannot send the form.
        foreign = program.call(
            "POST", self.daemon.url + "/device", urllib.parse.urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://evil.example"},
        )  # fmt: skip
        self.assertEqual(foreign.status, 403)

    @unittest.skipIf(program.PROXY, "a proxy forwards nothing that the document does not know")
    def test_each_request_is_one_line_in_the_log_and_tells_no_secret(self):
        token = self.home.token("read")
        id = "01a20589-c185-76e8-b121-dc53aa6c6b0a"
        for path in (f"/api/v1/content/{id}", "/api/v1/oauth/x/callback?code=SECRET1&state=SECRET2",
                     f"/nowhere/{token}?x=SECRET3"):  # fmt: skip
            program.call("GET", self.daemon.url + path, token=token)
        lines = program.wait_for(
            lambda: (found := [json.loads(line) for line in self.daemon.said().splitlines() if '"http.request"' in line])
            and len(found) >= 3
            and found,
            "three lines",
        )
        # Each worker writes its line after its answer, so that lines may change places.
        (first,) = [line for line in lines if line["route"] == "/api/v1/content/{id}"]
        self.assertEqual((first["method"], first["status"]), ("GET", "404"))
        self.assertRegex(first["ms"], r"\A\d+\.\d\Z")
        self.assertRegex(first["request_id"], r"\A[0-9a-f]{16}\Z")
        log = self.daemon.said()
        for secret in (token, token[:20], "SECRET"):
            self.assertNotIn(secret, log)


if __name__ == "__main__":
    program.main()
