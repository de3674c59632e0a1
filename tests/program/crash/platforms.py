"""Pretend platforms on loopback that count what they accepted, by content.

Each speaks the wire format that a driver of caas publishes with and keeps that platform's promise
about repeats, as core/platform/<name>/ relies on it:

  once    a webhook that takes every request for a new one; nothing can be looked up
  safe    a webhook that knows a Caas-Delivery it has seen
  keyed   Mastodon: a status is made once an Idempotency-Key
  plain   a server that speaks Mastodon's API and ignores the key; the account's posts can be listed
  sky     Bluesky: one record a key, so that its absence is certain

They can be slow before and after they accept, drop the connection, lie with a 500, and say "later",
as a Script with a seed tells them to.
"""

import collections
import http.server
import json
import random
import socket
import threading
import time

KINDS = ("once", "safe", "keyed", "plain", "sky")
# Where a repeat is harmless or absence is certain, nothing may ever stay in doubt.
CERTAIN = ("safe", "keyed", "sky")
DID = "did:plc:caastestcaastestcaastest"
TOKEN = "e30.eyJleHAiOjQwMDAwMDAwMDB9.e30"  # a JWT that ends in 2096
AMBIGUOUS = ("drop_before", "drop_after", "lie_500", "error_500")


class World:
    """What the platforms hold and do in one trial."""

    def __init__(self, seed, has_faults, has_old_tokens=False):
        self.lock = threading.Lock()
        self.random = random.Random(seed)
        self.has_faults = has_faults
        self.has_old_tokens = has_old_tokens
        self.accepted = collections.Counter()  # by text
        self.wrong = []  # what no platform should ever see
        self.ambiguous = collections.Counter()  # answers that say nothing, by kind
        self.by_key = {}  # kind and key: what was made
        self.statuses = []  # of `plain` and `keyed`, newest last
        self.count = 0
        self.requests = 0
        self.on_request = lambda: None  # a create has arrived whole and is not yet accepted
        self.on_accept = lambda: None  # it is accepted and not yet answered

    def plan(self, kind):
        """How one create goes: milliseconds before and after it is accepted, and a fault."""
        with self.lock:
            self.requests += 1
            dice = self.random
            before = dice.choice((0, 0, 0, 1, 3, dice.uniform(0, 25)))
            after = dice.choice((0, 0, 0, 1, 3, dice.uniform(0, 25)))
            fault = "ok"
            if self.has_faults and dice.random() < 0.25:
                fault = dice.choice((*AMBIGUOUS, "busy_429"))
            if fault in AMBIGUOUS:
                self.ambiguous[kind] += 1
            return before / 1000, after / 1000, fault

    def make(self, kind, key, text, reply_to=None, record=None):
        """Accepts one thing; what was made, and whether it was there before."""
        with self.lock:
            if key is not None and (kind, key) in self.by_key:
                return self.by_key[kind, key], True
            self.count += 1
            made = {
                "id": str(1000 + self.count),
                "kind": kind,
                "text": text,
                "reply_to": reply_to,
                "record": record,
                "at": time.time(),
            }
            self.accepted[text] += 1
            if key is not None:
                self.by_key[kind, key] = made
            self.statuses.append(made)
            first = text.rsplit("/", 1)[0] + "/1"
            if reply_to is None and text != first and kind in ("keyed", "plain", "sky"):
                self.wrong.append(f"{kind}: {text} is no reply")
            elif reply_to is not None:
                parents = [s for s in self.statuses if s["kind"] == kind and s["id"] == reply_to]
                if not parents or parents[0]["text"].rsplit("/", 1)[0] != text.rsplit("/", 1)[0]:
                    self.wrong.append(f"{kind}: {text} replies to {reply_to}")
            return made, False


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def drop(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def create(self, world, key, text, answer, reply_to=None, **more):
        """One create through its faults. `answer(made, was_there)` gives status and body."""
        kind = self.server.kind
        before, after, fault = world.plan(kind)
        world.on_request()
        time.sleep(before)
        if fault == "busy_429":
            return self.answer(429, {"error": "busy"}, [("Retry-After", "0")])
        if fault == "drop_before":
            return self.drop()
        if fault == "error_500":
            return self.answer(500, {"error": "InternalServerError"})
        made, was_there = world.make(kind, key, text, reply_to, **more)
        world.on_accept()
        time.sleep(after)
        if fault == "drop_after":
            return self.drop()
        if fault == "lie_500":
            return self.answer(500, {"error": "InternalServerError"})
        return self.answer(*answer(made, was_there))

    def do_POST(self):
        world = self.server.world
        length = int(self.headers.get("Content-Length", "0"))
        raw = self.rfile.read(length)
        if len(raw) < length or world is None:  # of a sender that died in mid-sentence
            self.close_connection = True
            return
        body = json.loads(raw) if raw else {}
        kind = self.server.kind
        if kind in ("once", "safe"):
            key = self.headers["Caas-Delivery"] if kind == "safe" else None
            self.create(world, key, body["text"], lambda made, _: (200, {"id": made["id"]}))
        elif self.path == "/api/v1/statuses":
            key = self.headers["Idempotency-Key"] if kind == "keyed" else None
            self.create(
                world, key, body["status"], lambda made, _: (200, self.status(made)), body.get("in_reply_to_id")
            )
        elif self.path == "/xrpc/com.atproto.repo.putRecord":
            self.put_record(world, body)
        elif self.path.startswith("/xrpc/com.atproto.server."):
            token = TOKEN if self.path.endswith("createSession") else TOKEN + "new"
            if self.path.endswith("refreshSession"):
                world.on_request()
            self.answer(
                200,
                {"did": DID, "handle": "ana.test", "active": True, "accessJwt": token, "refreshJwt": TOKEN + "r"},
            )
        else:
            self.answer(404, {"error": "NotFound"})

    def put_record(self, world, body):
        if world.has_old_tokens and self.headers["Authorization"] == "Bearer " + TOKEN:
            self.answer(400, {"error": "ExpiredToken", "message": "Token has expired"})
            return
        reply = body["record"].get("reply")
        parent = None
        if reply:
            parent = reply["parent"]["cid"].removeprefix("cid")

        def answer(made, was_there):
            # An equal record changes nothing, another one is refused (wire/platforms.md, 7.3).
            if was_there and made["record"] != body["record"]:
                return 400, {"error": "InvalidSwap", "message": "Record was at another"}
            return 200, self.record(body["rkey"], made)

        self.create(world, body["rkey"], body["record"]["text"], answer, parent, record=body["record"])

    @staticmethod
    def record(rkey, made):
        return {"uri": f"at://{DID}/app.bsky.feed.post/{rkey}", "cid": "cid" + made["id"]}

    def status(self, made):
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(made["at"])) + ".000Z"
        return {
            "id": made["id"],
            "created_at": at,
            "in_reply_to_id": made["reply_to"],
            "url": f"http://127.0.0.1/@ana/{made['id']}",
        }

    def do_GET(self):
        world = self.server.world
        kind = self.server.kind
        path, _, query = self.path.partition("?")
        if kind == "sky":
            if not path.endswith("getRecord"):
                return self.answer(404, {"error": "NotFound"})
            if world.has_faults and self.dice(world) < 0.15:
                return self.answer(502, {})
            rkey = query.partition("rkey=")[2].partition("&")[0]
            with world.lock:
                made = world.by_key.get((kind, rkey))
            if made is None:
                return self.answer(400, {"error": "RecordNotFound", "message": "Could not locate record"})
            return self.answer(200, {**self.record(rkey, made), "value": {}})
        if path == "/api/v1/accounts/verify_credentials":
            return self.answer(200, {"id": "7", "acct": "ana"})
        if path.startswith("/api/v2/instance"):
            version = "4.3.1" if kind == "keyed" else "2.7.2 (compatible; Pleroma 2.6.0)"
            return self.answer(200, {"version": version, "configuration": {"statuses": {"max_characters": 500}}})
        if path.startswith("/api/v1/accounts/"):
            # A listing shows what is new a little late, now and then.
            lag = 0.2 if self.dice(world) < 0.3 else 0
            with world.lock:
                made = [s for s in world.statuses if s["kind"] == kind and s["at"] <= time.time() - lag]
            return self.answer(200, [self.status(s) for s in reversed(made[-40:])])
        if path.endswith("/source"):
            number = path.split("/")[-2]
            with world.lock:
                made = [s for s in world.statuses if s["kind"] == kind and s["id"] == number]
            if made:
                return self.answer(200, {"id": number, "text": made[0]["text"], "spoiler_text": ""})
        return self.answer(404, {"error": "NotFound"})

    @staticmethod
    def dice(world):
        with world.lock:
            return world.random.random()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, kind):
        super().__init__(("127.0.0.1", 0), Handler)
        self.kind = kind
        self.world = None
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.thread = threading.Thread(target=self.serve_forever, args=(0.2,), daemon=True)
        self.thread.start()

    def handle_error(self, *_):
        pass


class Platforms:
    """One server a kind; `world` is swapped for every trial, and what is late keeps its own."""

    def __init__(self):
        self.servers = {kind: Server(kind) for kind in KINDS}

    def url(self, kind):
        return self.servers[kind].url

    def enter(self, world):
        for server in self.servers.values():
            server.world = world

    def close(self):
        for server in self.servers.values():
            server.shutdown()
            server.server_close()
