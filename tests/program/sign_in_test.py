#!/usr/bin/env python3
"""Connecting an account with a browser, with the real programs and a pretend X that was written
apart from caas: by the command's own address, by the daemon's, and by hand. The daemon renews ahead,
and nothing that is secret is printed, logged or stored in clear."""

import base64
import hashlib
import http.server
import json
import re
import secrets
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import program

CLIENT, SECRET = "an-x-client", "an-x-client-secret"


class PretendX(program.Loopback):
    """X's authorization server and GET /2/users/me. Codes and refresh tokens work once."""

    def __init__(self, life=7200):
        self.life = life
        self.codes, self.access, self.refresh, self.given = {}, {}, set(), []
        self.refreshes = 0
        self.lock = threading.Lock()
        pretend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with pretend.lock:
                    pretend.get(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with pretend.lock:
                    pretend.post(self, dict(urllib.parse.parse_qsl(body, strict_parsing=True)))

            def answer(self, status, body, **headers):
                text = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def settings(self):
        return {
            "CAAS_PLATFORMS_X_CLIENT_ID": CLIENT,
            "CAAS_PLATFORMS_X_CLIENT_SECRET": SECRET,
            "CAAS_PLATFORMS_X_BASE_URL": self.url,
            "CAAS_PLATFORMS_X_AUTHORIZE_URL": self.url + "/i/oauth2/authorize",
            "CAAS_PLATFORMS_X_TOKEN_URL": self.url + "/2/oauth2/token",
        }

    def make(self, kind):
        text = f"pretend-{kind}-{secrets.token_hex(12)}"
        self.given.append(text)
        return text

    def get(self, request):
        url = urllib.parse.urlsplit(request.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/i/oauth2/authorize":
            if query.get("code_challenge_method") != "S256" or query.get("client_id") != CLIENT:
                return request.answer(400, {"error": "invalid_request"})
            code = self.make("code")
            self.codes[code] = query
            back = urllib.parse.urlencode({"state": query["state"], "code": code})
            return request.answer(302, {}, Location=f"{query['redirect_uri']}?{back}")
        token = (request.headers["Authorization"] or "").removeprefix("Bearer ")
        if url.path == "/2/users/me" and self.access.get(token, 0) > time.monotonic():
            return request.answer(200, {"data": {"id": "77", "name": "Ana", "username": "ana"}})
        return request.answer(401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"})

    def post(self, request, form):
        pair = f"{CLIENT}:{SECRET}".encode()
        if request.headers["Authorization"] != "Basic " + base64.b64encode(pair).decode():
            return request.answer(401, {"error": "unauthorized_client"})
        if request.path == "/2/oauth2/revoke":
            return request.answer(200, {"revoked": True})
        if form["grant_type"] == "refresh_token":
            self.refreshes += 1
            if form["refresh_token"] not in self.refresh:
                return request.answer(400, {"error": "invalid_request"})
            self.refresh.remove(form["refresh_token"])
        else:
            asked = self.codes.pop(form["code"], None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if not asked or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
                return request.answer(400, {"error": "invalid_request"})
            self.given.append(form["code_verifier"])
        access, refresh = self.make("access"), self.make("refresh")
        self.access[access] = time.monotonic() + self.life
        self.refresh.add(refresh)
        answer = {"token_type": "bearer", "expires_in": self.life, "access_token": access}
        answer |= {"refresh_token": refresh, "scope": "tweet.read users.read offline.access"}
        return request.answer(200, answer)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def sent_to(url):
    """Where a browser that opens `url` is sent."""
    try:
        urllib.request.build_opener(Stay).open(url, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError("nobody was sent anywhere")


def browse(url, form=None):
    body = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(url, body, timeout=10) as answer:
        return answer.read().decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SignIn(program.Case):
    def setUp(self):
        super().setUp()
        self.home.acts_elsewhere = False
        self.x = PretendX()
        self.addCleanup(self.x.close)
        self.heard = ""

    def start(self, *arguments, env):
        """A caas that waits for a browser; its process and the link it shows."""
        process = subprocess.Popen(
            [program.BIN / "caas", "account", "connect", "x", "--no-browser", *arguments],
            env=self.home.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(process.kill)
        said = b""
        while b"http" not in said or not said.endswith(b"\n\n"):
            piece = process.stderr.read(1)
            self.assertTrue(piece, said)
            said += piece
        return process, re.search(r"https?://\S+", said.decode())[0]

    def end(self, process):
        out, err = process.communicate(timeout=program.PATIENCE)
        self.heard += (out + err).decode()
        return process.returncode, out.decode(), err.decode()

    def hear(self, result):
        self.heard += result.out + result.err
        return result

    def assert_nothing_leaks(self, *daemons):
        heard = self.heard + "".join(daemon.said() for daemon in daemons)
        self.assertGreater(len(self.x.given), 3)
        for secret in self.x.given + [SECRET]:
            self.assertNotIn(secret, heard)
            for file in self.home.path.rglob("*"):
                if file.is_file():
                    self.assertNotIn(secret.encode(), file.read_bytes(), file)

    def test_the_browser_comes_back_to_the_command(self):
        env = self.x.settings()
        process, link = self.start("--name", "work", env=env)
        back = sent_to(link)
        self.assertTrue(back.startswith("http://127.0.0.1:"))
        self.assertIn("Back to the terminal", browse(back))
        status, out, err = self.end(process)
        self.assertEqual(status, 0, err)
        self.assertIn("Connected work (ana)", err)
        checked = self.hear(self.home.caas("account", "check", "work", env=env))
        self.assertEqual(checked.status, 0, checked)
        self.assertIn("caas renews it by itself", checked.err)
        self.assertIn("tweet.write", checked.err)
        shown = self.hear(self.home.caas("account", "check", "work", "--json", env=env)).json()
        self.assertEqual(shown["identity"]["missing_scopes"], ["tweet.write", "media.write"])
        self.assert_nothing_leaks()

    def test_a_link_is_pasted_where_there_is_no_browser(self):
        env = self.x.settings()
        process = subprocess.Popen(
            [program.BIN / "caas", "account", "connect", "x", "--paste", "--json"],
            env=self.home.environment(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(process.kill)
        said = b""
        while not re.search(rb"https?://\S+\s", said):
            said += process.stderr.read(1)
        link = re.search(r"https?://\S+", said.decode())[0]
        out, err = process.communicate(sent_to(link).encode() + b"\n", timeout=program.PATIENCE)
        self.heard += (out + err).decode()
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(json.loads(out)["handle"], "ana")
        self.assert_nothing_leaks()

    def test_the_browser_comes_back_to_the_daemon_and_confirms_there(self):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        daemon = self.home.daemon(
            env=self.x.settings() | {"CAAS_HTTP_LISTEN": f"127.0.0.1:{port}", "CAAS_HTTP_PUBLIC_URL": url}
        )
        token = self.home.token("admin")
        process, link = self.start(
            env={"CAAS_SERVER": url, "CAAS_TOKEN": token},
        )
        back = sent_to(link)
        self.assertTrue(back.startswith(url + "/api/v1/oauth/x/callback?"))
        page = browse(back)
        self.assertIn("Connect this account?", page)
        form = {
            "confirmation": re.search(r'name="confirmation" value="([^"]+)"', page)[1],
            "identity": "77",
        }
        self.x.given.append(form["confirmation"])
        self.assertIn("Connected", browse(url + "/api/v1/oauth/x/callback", form))
        with self.assertRaises(urllib.error.HTTPError) as again:
            browse(back)
        self.assertEqual(again.exception.code, 409)
        self.assertIn("No sign-in waits here", again.exception.read().decode())
        status, out, err = self.end(process)
        self.assertEqual(status, 0, err)
        self.assertIn("Connected ana", err)
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["state"][0]
        self.x.given.append(state)
        self.assert_nothing_leaks(daemon)

    def test_a_daemon_renews_ahead(self):
        self.x.life = 4
        env = self.x.settings()
        process, link = self.start(env=env)
        browse(sent_to(link))
        self.assertEqual(self.end(process)[0], 0)
        daemon = self.home.daemon(env=env)
        program.wait_for(lambda: self.x.refreshes >= 2, "two renewals")
        self.assertEqual(daemon.stop(), 0)
        # Each answered: nothing was asked with a token that had been used.
        account = self.home.ok("account", "list", "--json")["items"]
        self.assertEqual([a["state"] for a in account if a["platform"] == "x"], ["active"])
        self.assertIn('"event":"account.renewed"', daemon.said())
        self.assert_nothing_leaks(daemon)

    def test_a_revoked_sign_in_makes_the_account_wait(self):
        self.x.life = 4
        env = self.x.settings()
        process, link = self.start("--name", "work", env=env)
        browse(sent_to(link))
        self.assertEqual(self.end(process)[0], 0)
        with self.x.lock:
            self.x.refresh.clear()
        daemon = self.home.daemon(env=env)

        def is_signed_out():
            accounts = self.home.ok("account", "list", "--json")["items"]
            return [a for a in accounts if a["platform"] == "x" and a["state"] == "needs_sign_in"]

        account = program.wait_for(is_signed_out, "the account to be signed out")[0]
        self.assertIn("no longer accepts the sign-in", account["state_reason"])
        self.assert_nothing_leaks(daemon)


if __name__ == "__main__":
    program.main()
