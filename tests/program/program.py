"""Runs the built programs caas and caasd, each test in a home of its own.

Needs CAAS_BIN (the folder of the two programs; build/bin of this tree if not given) and nothing
but Python's own library. Everything waits for a condition with a deadline, never for a time.
With CAAS_TEST_REMOTE=1 the commands act on a daemon in another home, where they can.
With CAAS_TEST_PROXY="ADDRESS URL" daemons listen at ADDRESS, one after the other, and are reached by
URL, where something stands that forwards to ADDRESS (tests/npm/contract/run.sh: prism).
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

TREE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("CAAS_BIN", TREE / "build" / "bin")).resolve()
REMOTE = os.environ.get("CAAS_TEST_REMOTE") == "1"
PROXY = os.environ.get("CAAS_TEST_PROXY", "").split()
# What works on one machine only, or names another server or home by itself.
LOCAL = ("doctor", "backup", "restore", "db", "config", "completion")
SKIPPED = 77
PATIENCE = 30.0

# Nothing of whoever runs the tests may reach the programs.
PASSED_ON = ("PATH", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")


def wait_for(condition, what, seconds=PATIENCE):
    """The first true answer of condition(); AssertionError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)


class Result:
    """What a command left: status, out and err as text, json() of stdout."""

    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"status {self.status}, stdout {self.out[:800]!r}, stderr {self.err[:2000]!r}"


class Daemon:
    """A running caasd. `url` is where it answers."""

    def __init__(self, home, arguments, environment, name="caasd"):
        self.home = home
        self.log = home.scratch / f"caasd-{time.monotonic_ns()}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [BIN / name, *arguments],
                env=home.environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.url = None

    def said(self):
        return self.log.read_text("utf-8", "replace")

    def wait_ready(self):
        def find_address():
            if self.process.poll() is not None:
                raise AssertionError(f"caasd ended with {self.process.returncode}: {self.said()}")
            found = re.search(r'"event":"daemon\.ready".*?"address":"([^"]+)"', self.said())
            return found and found[1]

        self.url = "http://" + wait_for(find_address, "caasd to be ready")
        if PROXY:
            self.url = PROXY[1]
        return self

    def stop(self, seconds=PATIENCE):
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(seconds)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)


class Home:
    """A folder of its own for caas; `close` ends its daemons and removes it."""

    def __init__(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="caas-test-"))
        self.path = self.scratch / "home"
        self.path.mkdir(mode=0o700)
        self.daemons = []
        self.acts_elsewhere = REMOTE
        self.far = None  # the other home, with a daemon

    def elsewhere(self):
        if not self.far:
            self.far = Home()
            self.far.acts_elsewhere = False
            self.far.reached_by = {"CAAS_TOKEN": self.far.token("admin"), "CAAS_SERVER": self.far.daemon().url}
        return self.far.reached_by

    def close(self):
        if self.far:
            self.far.close()
        for daemon in self.daemons:
            daemon.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def environment(self, more=None):
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment.update(CAAS_HOME=str(self.path), CAAS_HTTP_LISTEN="127.0.0.1:0", TZ="UTC")
        if PROXY:
            environment.update(CAAS_HTTP_LISTEN=PROXY[0], CAAS_HTTP_PUBLIC_URL=PROXY[1])
        environment.update(more or {})
        return environment

    def run(self, program, *arguments, stdin=b"", env=None, seconds=PATIENCE, **more):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        return Result(
            subprocess.run(
                [BIN / program, *arguments],
                input=stdin,
                capture_output=True,
                env=self.environment(env),
                timeout=seconds,
                **more,
            )
        )

    def caas(self, *arguments, **more):
        """Runs caas, however it ends."""
        env = more.pop("env", None) or {}
        is_local = arguments[0] in LOCAL or {"--server", "--home"}.intersection(arguments)
        if self.acts_elsewhere and not is_local:
            env = {**self.elsewhere(), **env}
        return self.run("caas", *arguments, env=env, **more)

    def ok(self, *arguments, **more):
        """Runs caas, which must succeed; what it printed as JSON, or as text without --json."""
        result = self.caas(*arguments, **more)
        if result.status != 0:
            raise AssertionError(f"caas {arguments} failed: {result}")
        return result.json() if "--json" in arguments else result.out

    def daemon(self, *arguments, env=None):
        """Starts caasd and waits until it answers."""
        return self.launch(*arguments, env=env).wait_ready()

    def launch(self, *arguments, env=None, name="caasd"):
        started = Daemon(self, arguments, env, name)
        self.daemons.append(started)
        return started

    def add(self, text):
        """Stores a content; its id."""
        return self.ok("content", "add", "-", "--json", stdin=text)["id"]

    def token(self, scope="publish"):
        return self.ok("token", "create", "--scope", scope, "--name", "t", "--json")["token"]

    def post(self, post_id):
        return self.ok("posts", "show", post_id, "--json")

    def posts(self):
        """All posts, page by page."""
        return self.all("posts")

    def contents(self):
        return self.all("content")

    def all(self, resource):
        items, cursor = [], ""
        while True:
            page = self.ok("api", "GET", f"{resource}?limit=200{cursor}", "--json")
            items += page["items"]
            if not page["next_cursor"]:
                return items
            cursor = "&cursor=" + page["next_cursor"]

    def wait_state(self, post_id, state, seconds=PATIENCE):
        def is_there():
            post = self.post(post_id)
            return post if post["state"] == state else None

        return wait_for(is_there, f"post {post_id} to be {state}", seconds)

    def files(self):
        return [path for path in self.path.rglob("*") if path.is_file() and not path.is_symlink()]

    def outbox(self):
        return sorted((self.path / "outbox").glob("*.md"))


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


def call(method, url, body=None, token=None, headers=None):
    """One HTTP request; an Answer whatever the status."""
    head = dict(headers or {})
    if token:
        head["Authorization"] = "Bearer " + token
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        head.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(url, data=body, method=method, headers=head)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


class Loopback:
    """An HTTP server on loopback that answers as `handler` says."""

    def __init__(self, handler):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Receiver:
    """A webhook's receiver on loopback that counts what it accepted, by delivery."""

    def __init__(self):
        receiver = self
        self.lock = threading.Lock()
        self.taken = []  # (Caas-Delivery, Caas-Signature, body)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                # Half a body is of a sender that died: nothing was accepted.
                if len(body) < length:
                    self.close_connection = True
                    return
                with receiver.lock:
                    receiver.taken.append(
                        (self.headers["Caas-Delivery"], self.headers["Caas-Signature"], body)
                    )
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")
                except OSError:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def accepted(self):
        with self.lock:
            return list(self.taken)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Case(unittest.TestCase):
    """A test with `self.home`; more homes with `new_home()`."""

    maxDiff = None

    def setUp(self):
        self.home = self.new_home()

    def new_home(self):
        home = Home()
        self.addCleanup(home.close)
        return home

    def assert_refused(self, result, status, *words):
        """Ended with `status`, an error on stderr with all `words`, nothing on stdout."""
        self.assertEqual(result.status, status, result)
        self.assertRegex(result.err, r"\A(caas|caasd): error: \S", result)
        self.assertEqual(result.out, "", result)
        for word in words:
            self.assertIn(word, result.err)

    def assert_problem(self, answer, status, code=None):
        self.assertEqual(answer.status, status, answer.body)
        self.assertTrue(
            answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers
        )
        problem = answer.json()
        for field in ("type", "title", "status", "detail", "code", "request_id"):
            self.assertIn(field, problem)
        self.assertEqual(problem["status"], status)
        if code:
            self.assertEqual(problem["code"], code)
        return problem


def main():
    """Runs the tests of the file that calls it; exits 77 when there are no programs to test."""
    for program in ("caas", "caasd"):
        if not os.access(BIN / program, os.X_OK):
            print(f"skipped: there is no {BIN / program}; build it, or set CAAS_BIN", file=sys.stderr)
            sys.exit(SKIPPED)
    unittest.main(verbosity=2)
