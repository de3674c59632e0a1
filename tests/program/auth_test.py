#!/usr/bin/env python3
"""People sign in to a real daemon, and those who guess, forge and replay do not."""

import base64
import hashlib
import hmac
import http.client
import json
import random
import re
import socketserver
import sqlite3
import threading
import time
import urllib.parse

import program

KEY = "k" * 32
PASSWORD = "correct horse battery"
# Hashing must not be what takes the time of a test.
CHEAP = {
    "CAAS_AUTH_ARGON2_MEMORY_KIB": "64",
    "CAAS_AUTH_ARGON2_PASSES": "1",
    "JWT_SECRET": KEY,
}
ATTEMPTS = 10_000
THREADS = 6


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(header, claims, key=KEY, algorithm=hashlib.sha256):
    part = encode(json.dumps(header).encode()) + "." + encode(json.dumps(claims).encode())
    return part + "." + encode(hmac.new(key.encode(), part.encode(), algorithm).digest())


def decode(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


class Auth(program.Case):
    def make_owner(self):
        """The first person, by the link of `caas user create`."""
        made = self.home.ok("user", "create", "--email", "owner@example.org", "--json", env=CHEAP)
        self.assertTrue(made["is_installation_owner"])
        done = self.home.caas(
            "user", "password", "--reset", stdin=made["token"] + "\n" + PASSWORD + "\n", env=CHEAP
        )
        self.assertEqual(done.status, 0, done)
        return made

    def post(self, daemon, path, body=None, **more):
        return program.call("POST", daemon.url + "/api/v1/auth/" + path, body, **more)

    def login(self, daemon, headers=None, **more):
        body = {"email": "owner@example.org", "password": PASSWORD, "with_refresh_token": True}
        answer = self.post(daemon, "login", {**body, **more}, headers=headers)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def me(self, daemon, token):
        return program.call("GET", daemon.url + "/api/v1/auth/me", token=token)

    def sessions_in_store(self):
        with sqlite3.connect(self.home.path / "caas.db") as database:
            return database.execute("SELECT count(*) FROM session").fetchone()[0]

    def test_the_link_leads_to_where_the_daemon_answers(self):
        daemon = self.home.daemon("--listen", "127.0.0.1:0", env=CHEAP)

        made = self.make_owner()

        self.assertTrue(made["url"].startswith(daemon.url + "/app/"), made["url"])

    def test_the_first_person_owns_the_home_and_its_contents(self):
        content = self.home.add("Written before anybody signed in\n")
        made = self.make_owner()
        daemon = self.home.daemon(env=CHEAP)

        entered = self.login(daemon)

        me = self.me(daemon, entered["access_token"]).json()
        self.assertEqual(me["email"], "owner@example.org")
        self.assertEqual(me["role"], "owner")
        self.assertTrue(me["is_installation_owner"])
        shown = program.call(
            "GET", f"{daemon.url}/api/v1/content/{content}", token=entered["access_token"]
        )
        self.assertEqual(shown.status, 200, shown.body)
        again = self.post(daemon, "reset-password", {"token": made["token"], "password": "another one now"})
        self.assert_problem(again, 403, "forbidden")
        closed = self.post(daemon, "register", {"email": "eve@example.org", "password": PASSWORD})
        self.assert_problem(closed, 403, "forbidden")

    def test_a_browser_stays_signed_in_by_its_cookie(self):
        self.make_owner()
        daemon = self.home.daemon(env=CHEAP)
        browser = {"Origin": daemon.url, "X-Caas-Request": "1"}
        entered = self.post(
            daemon, "login", {"email": "owner@example.org", "password": PASSWORD}, headers=browser
        )
        cookie = entered.headers["Set-Cookie"]
        self.assertNotIn("refresh_token", entered.json())
        for part in ("; Path=/api/v1/auth", "; HttpOnly", "; SameSite=Strict"):
            self.assertIn(part, cookie)
        self.assertNotIn("Secure", cookie)  # http to this very machine

        pair = cookie.split(";")[0]
        next_one = self.post(daemon, "refresh", {}, headers={**browser, "Cookie": pair})
        self.assertEqual(next_one.status, 200, next_one.body)
        replayed = self.post(daemon, "refresh", {}, headers={**browser, "Cookie": pair})
        self.assertEqual(replayed.status, 401, replayed.body)
        self.assertEqual(self.me(daemon, next_one.json()["access_token"]).status, 401)

    def test_keys_are_changed_without_signing_anybody_out(self):
        self.make_owner()
        first = self.home.daemon(env=CHEAP)
        token = self.login(first)["access_token"]
        first.stop()
        both = self.home.daemon(env={**CHEAP, "JWT_SECRET": "n" * 40 + " " + KEY})
        self.assertEqual(self.me(both, token).status, 200)
        newer = self.login(both)["access_token"]
        self.assertNotEqual(decode(newer.split(".")[0])["kid"], decode(token.split(".")[0])["kid"])
        both.stop()
        only = self.home.daemon(env={**CHEAP, "JWT_SECRET": "n" * 40})
        self.assertEqual(self.me(only, token).status, 401)
        self.assertEqual(self.me(only, newer).status, 200)

    def test_without_a_setting_the_key_is_made_for_its_owner_alone(self):
        self.make_owner()
        without = {name: CHEAP[name] for name in CHEAP if name != "JWT_SECRET"}
        first = self.home.daemon(env=without)
        token = self.login(first)["access_token"]
        key = self.home.path / "session.key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        first.stop()
        self.assertEqual(self.me(self.home.daemon(env=without), token).status, 200)

    def test_what_cannot_sign_or_send_is_said_before_the_start(self):
        for bad, word in (({"JWT_SECRET": "hunter2"}, "JWT_SECRET"), ({"CAAS_MAIL_SMTP": "mail"}, "smtp://")):
            for arguments in (("--check",), ()):
                refused = self.home.run("caasd", *arguments, env=bad)
                self.assertEqual(refused.status, 4, refused)
                self.assertIn(word, refused.err)
                self.assertNotIn("hunter2", refused.err)

    def test_without_a_mail_server_mails_are_files_and_the_log_says_so(self):
        self.make_owner()
        daemon = self.home.daemon(env=CHEAP)
        folder = self.home.path / "outbox" / "mail"
        before = set(folder.glob("*.eml"))

        self.assertEqual(self.post(daemon, "reset-password", {"email": "owner@example.org"}).status, 204)

        def token():
            for file in set(folder.glob("*.eml")) - before:
                found = re.search(r"#token=(caas1_\S+)", file.read_text("utf-8"))
                if found:
                    return found[1]

        found = program.wait_for(token, "the mail")
        program.wait_for(lambda: '"event":"mail.sent"' in daemon.said(), "the log to say so")
        self.assertNotIn(found, daemon.said())
        changed = self.post(daemon, "reset-password", {"token": found, "password": "staple outside twelve"})
        self.assertEqual(changed.status, 204, changed.body)

    def test_a_mail_server_is_given_the_mail(self):
        letters = []

        class Server(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"220 test\r\n")
                while line := self.rfile.readline():
                    word = line.split()[0].upper() if line.split() else b""
                    if word != b"DATA":
                        self.wfile.write(b"250 fine\r\n")
                        continue
                    self.wfile.write(b"354 go on\r\n")
                    text = b""
                    while (line := self.rfile.readline()) and line != b".\r\n":
                        text += line
                    letters.append(text)
                    self.wfile.write(b"250 taken\r\n")

        class Threads(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.make_owner()
        with Threads(("127.0.0.1", 0), Server) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            daemon = self.home.daemon(
                env={**CHEAP, "CAAS_MAIL_SMTP": f"smtp://127.0.0.1:{server.server_address[1]}"}
            )
            self.post(daemon, "reset-password", {"email": "owner@example.org"})
            program.wait_for(lambda: letters, "the mail")
            server.shutdown()
        head, body = letters[0].split(b"\r\n\r\n", 1)
        self.assertIn(b"To: owner@example.org", head)
        self.assertIn(b"caas1_", base64.b64decode(body))

    def test_hammering_lets_nobody_in_and_keeps_the_daemon_answering(self):
        self.make_owner()
        daemon = self.home.daemon(
            env={**CHEAP, "CAAS_HTTP_TRUSTED_PROXIES": "127.0.0.1",
                 "CAAS_HTTP_PUBLIC_URL": "https://caas.example.org"}
        )  # fmt: skip
        at_home = {"X-Forwarded-For": "192.0.2.77"}
        kept = self.login(daemon, headers=at_home)
        stolen = self.login(daemon, headers=at_home)
        moved = self.post(daemon, "refresh", {"refresh_token": stolen["refresh_token"]}, headers=at_home)
        self.assertEqual(moved.status, 200, moved.body)
        spent = stolen["refresh_token"]
        header, claims = (decode(part) for part in kept["access_token"].split(".")[:2])
        expired = jwt(header, {**claims, "iat": claims["iat"] - 3600, "exp": claims["exp"] - 3600})
        forged = forgeries(kept["access_token"], header, claims) + [expired]
        before = self.sessions_in_store()

        hammer = Hammer(daemon.url, forged, spent)
        slowest = 0.0
        started = time.monotonic()
        hammer.start()
        while hammer.is_running():
            asked = time.monotonic()
            self.assertEqual(program.call("GET", daemon.url + "/healthz").status, 200)
            answer = self.me(daemon, kept["access_token"])
            self.assertEqual(answer.status, 200, answer.body)
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.05)
        hammer.join()
        took = time.monotonic() - started

        self.assertEqual(hammer.faults, [])
        self.assertEqual(sum(hammer.statuses.values()), ATTEMPTS)
        self.assertLessEqual(set(hammer.statuses), {401, 403, 429, 503}, hammer.statuses)
        self.assertGreater(hammer.statuses[429], 0)
        self.assertEqual(self.sessions_in_store(), before)
        self.assertLess(slowest, 5.0)
        # The replays ended the session they were of, and no other.
        self.assertEqual(self.me(daemon, moved.json()["access_token"]).status, 401)
        self.assertEqual(self.me(daemon, kept["access_token"]).status, 200)
        # Whoever was signed in at home is not locked out by those who guess elsewhere.
        self.login(daemon, headers=at_home)
        self.assertEqual(daemon.stop(), 0)
        print(f"{ATTEMPTS} attempts in {took:.1f} s, {hammer.statuses}, "
              f"slowest rightful pair of requests {slowest * 1000:.0f} ms", flush=True)  # fmt: skip


def forgeries(token, header, claims):
    """What somebody makes who has seen an access token but not the key."""
    part = ".".join(token.split(".")[:2])
    none = [
        encode(json.dumps({**header, "alg": name}).encode()) + "." + token.split(".")[1] + "."
        for name in ("none", "None", "NONE", "nOnE", "")
    ]
    other = "019aa3a4-0000-7000-8000-000000000000"
    return none + [
        part + ".",
        part,
        part + "." + encode(b"\0" * 32),
        token[:-1] + ("A" if token[-1] != "A" else "Q"),
        token + "A",
        jwt(header, claims, key=""),
        jwt(header, claims, key=header["kid"]),
        jwt({**header, "alg": "HS512"}, claims, algorithm=hashlib.sha512),
        jwt({**header, "alg": "RS256"}, claims),
        jwt({**header, "kid": "../../dev/null"}, claims, key=""),
        jwt({**header, "kid": None}, claims),
        jwt({**header, "jwk": {"kty": "oct", "k": encode(b"x")}}, claims, key="x"),
        # Signed with the right key, as by somebody who got hold of an old backup of it.
        jwt(header, {**claims, "sid": other}),
        jwt(header, {**claims, "sub": other}),
        jwt(header, {**claims, "exp": claims["iat"]}),
        jwt(header, {**claims, "iss": "elsewhere"}),
        "caas_" + "A" * 49,
        "caasr_" + "A" * 43,
        "." * 2000,
    ]


class Hammer:
    """ATTEMPTS requests of all kinds from many addresses, as fast as they go."""

    def __init__(self, url, forged, spent):
        place = urllib.parse.urlsplit(url)
        self.place = (place.hostname, place.port)
        self.forged = forged
        self.spent = spent
        self.lock = threading.Lock()
        self.statuses = {}
        self.faults = []
        self.threads = [
            threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(THREADS)
        ]

    def start(self):
        for thread in self.threads:
            thread.start()

    def is_running(self):
        return any(thread.is_alive() for thread in self.threads)

    def join(self):
        for thread in self.threads:
            thread.join()

    def attempt(self, dice):
        """method, path, body, headers of something that must not succeed."""
        kind = dice.randrange(8)
        if kind == 0:
            return "POST", "login", {"email": "owner@example.org", "password": f"guess {dice.random()}"}, {}
        if kind == 1:
            return "POST", "login", {"email": f"p{dice.randrange(500)}@example.org", "password": PASSWORD}, {}
        if kind == 2:
            return "POST", "login", {"email": "owner@example.org", "password": PASSWORD + "\0"}, {}
        if kind == 3:
            return "POST", "refresh", {"refresh_token": self.spent}, {}
        if kind == 4:
            return "POST", "refresh", {"refresh_token": "caasr_" + encode(dice.randbytes(32))}, {}
        if kind == 5:
            token = "caas1_" + encode(dice.randbytes(32))
            return "POST", "reset-password", {"token": token, "password": PASSWORD}, {}
        bearer = {"Authorization": "Bearer " + dice.choice(self.forged)}
        return ("GET", "me", None, bearer) if kind == 6 else ("POST", "logout-all", {}, bearer)

    def run(self, number):
        dice = random.Random(number)
        connection = http.client.HTTPConnection(*self.place, timeout=program.PATIENCE)
        counts = {}
        try:
            for _ in range(number, ATTEMPTS, THREADS):
                method, path, body, headers = self.attempt(dice)
                headers["X-Forwarded-For"] = f"198.51.{dice.randrange(4)}.{dice.randrange(1, 40)}"
                data = None if body is None else json.dumps(body)
                if data is not None:
                    headers["Content-Type"] = "application/json"
                connection.request(method, "/api/v1/auth/" + path, data, headers)
                answer = connection.getresponse()
                text = answer.read()
                counts[answer.status] = counts.get(answer.status, 0) + 1
                if answer.status < 400 or answer.status in (500, 502, 504):
                    self.fault(f"{method} {path} {body} {headers}: {answer.status} {text[:300]}")
        except Exception as error:  # a thread that dies silently would count as success
            self.fault(repr(error))
        connection.close()
        with self.lock:
            for status, count in counts.items():
                self.statuses[status] = self.statuses.get(status, 0) + count

    def fault(self, what):
        with self.lock:
            self.faults.append(what)


if __name__ == "__main__":
    program.main()
