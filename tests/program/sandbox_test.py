#!/usr/bin/env python3
"""caasd --sandbox as a new user tries it: accounts are connected at the pretend platforms with a
browser, posts are written by a pretend provider, scheduled, published with the very tokens that the
sign-ins gave out, and seen on the sandbox's page. Nothing of it reaches anybody else."""

import html
import re
import socket
import struct
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import zlib

import program

# What the tokens and codes of every pretend platform begin with, and what is typed.
SECRETS = (
    *(f"pretend-{kind}-" for kind in ("code", "access", "refresh", "short", "page")),
    "eyJhbGciOiJub25lIn0.",
    "sandbox-password",
    "sandbox-secret",
)
BROWSER = ("x", "linkedin", "mastodon", "threads", "instagram", "facebook")


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def picture(width=640, height=480):
    """A PNG, as bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"\x20\x60\xa0" * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")
    )


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def get(url, form=None):
    """A page as a browser gets it, redirects not followed: (status, headers, text)."""
    body = urllib.parse.urlencode(form).encode() if form else None
    opener = urllib.request.build_opener(Stay, urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, body, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read()


class SandboxCase(program.Case):
    """A test with a `self.home` of a sandbox, and what one does with its page."""

    def setUp(self):
        super().setUp()
        self.home.acts_elsewhere = False
        self.heard = []
        run = self.home.run

        def run_and_hear(*arguments, **more):
            result = run(*arguments, **more)
            self.heard += [result.out, result.err]
            return result

        self.home.run = run_and_hear
        ports = free_ports(2)
        self.url, self.pretend = (f"http://127.0.0.1:{port}" for port in ports)
        self.env = {
            "CAAS_HTTP_LISTEN": f"127.0.0.1:{ports[0]}",
            "CAAS_SANDBOX_LISTEN": f"127.0.0.1:{ports[1]}",
        }

    def start(self, **more):
        return self.home.daemon("--sandbox", env={**self.env, **more})

    def ok(self, *arguments, **more):
        return self.home.ok(*arguments, env=self.env, **more)

    def page(self):
        status, headers, body = get(self.pretend + "/sandbox")
        self.assertEqual(status, 200)
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn(b"<script", body)
        return body.decode()

    def wall(self, platform):
        """The part of the page that is a platform's."""
        return re.search(rf'<section id="{platform}">.*?</section>', self.page(), re.S)[0]

    def texts(self, platform):
        return [html.unescape(text) for text in re.findall(r'<p class="text">(.*?)</p>', self.wall(platform), re.S)]

    def allow(self, link, answer="Allow"):
        """Opens the platform's page and clicks; where the browser is sent."""
        self.assertTrue(link.startswith(self.pretend), link)
        status, headers, body = get(link)
        self.assertEqual(status, 200, body)
        self.assertIn(b"This is a sandbox", body)
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        button = re.search(r'href="([^"]+)">' + answer, body.decode())[1]
        status, headers, body = get(self.pretend + html.unescape(button))
        self.assertEqual(status, 302, body)
        return headers["Location"]

    def connect(self, platform, *more, answer="Allow"):
        process = subprocess.Popen(
            [program.BIN / "caas", "account", "connect", platform, "--no-browser", "--name", platform, *more],
            env=self.home.environment(self.env),
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
        back = self.allow(re.search(r"https?://\S+", said.decode())[0], answer)
        status, headers, body = get(back)
        # Meta's platforms send browsers back to the daemon, which asks for whom the account is.
        if back.startswith(self.url):
            page = body.decode()
            self.assertIn("Connect this account?", page)
            form = {
                name: html.unescape(re.search(rf'name="{name}" value="([^"]+)"', page)[1])
                for name in ("confirmation", "identity")
            }
            status, headers, body = get(back.split("?")[0], form)
        self.assertEqual(status, 200, body)
        out, err = process.communicate(timeout=program.PATIENCE)
        self.heard += [out.decode(), err.decode()]
        return process.returncode, err.decode()

    def assert_nothing_leaks(self, *daemons):
        """No token of any platform was printed, logged, or is stored in clear."""
        heard = "".join(self.heard) + "".join(daemon.said() for daemon in daemons)
        for secret in SECRETS:
            self.assertNotIn(secret, heard)
            for file in self.home.files():
                self.assertNotIn(secret.encode(), file.read_bytes(), file)

    def wait_published(self, post_id):
        def is_there():
            post = self.ok("posts", "show", post_id, "--json")
            self.assertNotIn(post["state"], ("failed", "unconfirmed", "canceled"), post)
            return post["state"] == "published"

        program.wait_for(is_there, f"post {post_id} to be published", 60)

    def play(self, platform, fault):
        return get(self.pretend + "/sandbox/faults", {"platform": platform, "fault": fault})[0]


class Sandbox(SandboxCase):
    def test_a_new_user_tries_it_all(self):
        daemon = self.start()
        self.assertIn("This is a sandbox", daemon.said())
        self.assertIn(self.pretend + "/sandbox", daemon.said())
        for platform in BROWSER:
            status, err = self.connect(platform)
            self.assertEqual(status, 0, err)
        self.ok(
            "account", "connect", "bluesky", "--name", "bluesky", "--identifier", "you.sandbox.test",
            stdin="sandbox-password\n",
        )
        # Written by the pretend provider, as a real one would be asked.
        written = self.ok("generate", "Our app works offline", "--platform", "x", "--json")
        self.assertEqual(written["version"]["provider"], "openai")
        picture_file = self.home.scratch / "roof.png"
        picture_file.write_bytes(picture())
        accounts = [word for platform in (*BROWSER, "bluesky") for word in ("--account", platform)]
        content = self.ok(
            "content", "add", "-", "--media", str(picture_file), "--alt", "A blue roof", "--json",
            stdin="Offline mode is here & <well>",
        )["id"]
        posts = self.ok("schedule", content, *accounts, "--in", "1s", "--json")["items"]
        self.assertEqual(len(posts), len(BROWSER) + 1)
        for post in posts:
            self.wait_published(post["id"])
        for platform in (*BROWSER, "bluesky"):
            self.assertIn("Offline mode is here & <well>", self.texts(platform), platform)
            wall = self.wall(platform)
            self.assertIn('alt="A blue roof"', wall, platform)
            source = html.unescape(re.search(r'<img loading="lazy" src="([^"]+)"', wall)[1])
            status, headers, body = get(self.pretend + source)
            self.assertEqual(status, 200, platform)
            self.assertIn(headers["Content-Type"], ("image/png", "image/jpeg"), platform)
            self.assertIn("sandbox", headers["Content-Security-Policy"])
        # A thread keeps its order, and what is newest is on top.
        thread = self.ok("content", "add", "-", "--json", stdin="First\n\n---\n\nSecond\n\n---\n\nThird")["id"]
        for platform in ("x", "mastodon", "bluesky"):
            self.ok("publish", thread, "--account", platform)
            self.assertEqual([text.strip() for text in self.texts(platform)[:3]], ["First", "Second", "Third"], platform)
            self.assertEqual(self.wall(platform).count('<li class="reply">'), 2, platform)
        for platform in (*BROWSER, "bluesky"):
            self.ok("account", "check", platform, "--json")
        self.assertEqual(get(self.url + "/sandbox")[1]["Location"], self.pretend + "/sandbox")
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_leaks(daemon)

    def test_faults_are_played_and_every_part_is_there_once(self):
        daemon = self.start()
        self.assertEqual(self.connect("mastodon")[0], 0)
        self.assertEqual(self.connect("x")[0], 0)
        for number, fault in enumerate(("error_after", "lost_after")):
            self.assertEqual(self.play("mastodon", fault), 303)
            text = f"Number {number}"
            content = self.home.add(text)
            self.home.caas("publish", content, "--account", "mastodon", env=self.env)
            post = [p for p in self.ok("posts", "list", "--json")["items"] if p["content_id"] == content][0]
            if post["state"] != "published":
                self.wait_published(post["id"])
            self.assertEqual(self.texts("mastodon").count(text), 1, fault)
        # A token that has run out is renewed with the pretend sign-in, in the middle of a thread.
        self.play("x", "expired_token")
        thread = self.ok("content", "add", "-", "--json", stdin="One\n\n---\n\nTwo")["id"]
        self.ok("publish", thread, "--account", "x")
        self.assertEqual([text.strip() for text in self.texts("x")[:2]], ["One", "Two"])
        self.play("x", "duplicate")
        refused = self.home.caas("publish", self.home.add("Alone"), "--account", "x", env=self.env)
        self.assertNotEqual(refused.status, 0, refused)
        self.assertEqual(self.play("x", "no-such-fault"), 422)
        # Whoever takes the permission back signs the account out.
        get(self.pretend + "/sandbox/sign-outs", {"platform": "x"})
        self.home.caas("publish", self.home.add("Too late"), "--account", "x", env=self.env)
        state = [a["state"] for a in self.ok("account", "list", "--json")["items"] if a["platform"] == "x"]
        self.assertEqual(state, ["needs_sign_in"])
        self.assertEqual(daemon.stop(), 0)
        self.assert_nothing_leaks(daemon)

    def test_a_check_finds_out_that_an_account_is_signed_out(self):
        self.start()
        for platform in BROWSER:
            self.assertEqual(self.connect(platform)[0], 0)
            get(self.pretend + "/sandbox/sign-outs", {"platform": platform})
            checked = self.home.caas("account", "check", platform, env=self.env)
            self.assert_refused(checked, 3, f"caas account connect {platform}")
        states = {a["platform"]: a["state"] for a in self.ok("account", "list", "--json")["items"]}
        for platform in BROWSER:
            self.assertEqual(states[platform], "needs_sign_in", platform)

    def test_accounts_outlive_a_restart(self):
        self.start().stop()
        daemon = self.start()
        for platform in BROWSER:
            self.assertEqual(self.connect(platform)[0], 0)
        self.assertEqual(daemon.stop(), 0)
        daemon = self.start()
        for platform in BROWSER:
            for _ in range(2):
                checked = self.ok("account", "check", platform, "--json")
                self.assertEqual(checked["identity"]["missing_scopes"], [], platform)
        picture_file = self.home.scratch / "roof.png"
        picture_file.write_bytes(picture())
        content = self.ok("content", "add", "-", "--media", str(picture_file), "--json", stdin="Again")["id"]
        accounts = [word for platform in BROWSER for word in ("--account", platform)]
        posts = self.ok("schedule", content, *accounts, "--in", "1s", "--json")["items"]
        self.assertEqual(len(posts), len(BROWSER))
        for post in posts:
            self.wait_published(post["id"])
        for platform in BROWSER:
            self.assertEqual(self.texts(platform), ["Again"])
        # Without it, one is told what to start.
        self.assertEqual(daemon.stop(), 0)
        unheard = self.home.caas("account", "check", "x", env=self.env)
        self.assertNotEqual(unheard.status, 0)
        self.assertIn("start caasd --sandbox", unheard.err)

    def test_whoever_refuses_is_not_connected(self):
        self.start()
        status, err = self.connect("linkedin", answer="Refuse")
        self.assertNotEqual(status, 0)
        self.assertIn("refused at LinkedIn", err)

    def test_of_several_pages_the_one_that_is_named_is_connected(self):
        self.start()
        status, err = self.connect("facebook", "--identity", "Beta")
        self.assertEqual(status, 0, err)
        handles = [a["handle"] for a in self.ok("account", "list", "--json")["items"] if a["platform"] == "facebook"]
        self.assertEqual(handles, ["Beta"])

    def test_nothing_outside_is_reached_whatever_the_environment_says(self):
        real = {
            "CAAS_PLATFORMS_X_BASE_URL": "https://api.x.com",
            "OPENAI_API_KEY": "sk-real-key",
            "OPENAI_BASE_URL": "https://api.openai.com/v1",
            "DATABASE_URL": "postgresql://production.example/caas",
            "CAAS_MAIL_SMTP": "smtps://mail.example.com",
        }
        self.start(**real)
        settings = self.home.ok("config", "list", "--origin", env={**self.env, **real})
        for name in ("api.x.com", "api.openai.com", "production.example", "mail.example.com", "sk-real"):
            self.assertNotIn(name, settings)
        for line in settings.splitlines():
            if "http" in line and "base_url" in line:
                self.assertIn(self.pretend, line)
        refused = self.home.caas(
            "account", "connect", "webhook", "--name", "out", "--url", "https://hooks.example.com/x",
            env={**self.env, **real}, stdin="a-secret-of-a-webhook\n",
        )
        self.assertEqual(refused.status, 0, refused)
        sent = self.home.caas("publish", self.home.add("Out"), "--account", "out", env={**self.env, **real})
        self.assertNotEqual(sent.status, 0, sent)
        self.assertIn("this is a sandbox", sent.out + sent.err)

    def test_a_home_with_real_accounts_is_left_alone(self):
        self.home.add("Real")
        started = self.home.run("caasd", "--sandbox", env=self.env)
        self.assert_refused(started, 6, "is in use and is no sandbox", "--home DIR")
        self.assertFalse((self.home.path / "config.toml").exists())

    def test_a_home_whose_database_is_elsewhere_is_left_alone(self):
        for made, is_folder in (("secret.key", False), ("media", True), ("outbox", True)):
            home = self.new_home()
            path = home.path / made
            path.mkdir() if is_folder else path.write_text("0" * 64)
            started = home.run("caasd", "--sandbox", env=self.env)
            self.assert_refused(started, 6, "is in use and is no sandbox", "--home DIR")
            self.assertEqual([entry.name for entry in home.path.iterdir()], [made])

    def test_a_sandbox_remembers_where_it_listens(self):
        address = self.url.removeprefix("http://")
        (self.home.path / "caasd.lock").touch()  # of a daemon that was refused
        daemon = self.home.daemon("--sandbox", "--listen", address, env={**self.env, "CAAS_HTTP_LISTEN": ""})
        self.assertEqual(daemon.stop(), 0)
        plain = {"CAAS_HTTP_LISTEN": ""}
        settings = {
            item["key"]: item["value"]
            for item in self.home.ok("config", "list", "--json", env=plain)["items"]
        }
        self.assertEqual(settings["http.listen"], address)
        self.assertEqual(settings["http.public_url"], self.url)
        self.assertEqual(settings["platforms.x.base_url"], self.pretend)
        self.home.daemon(env=plain)
        self.page()

    def test_an_address_that_is_taken_names_the_setting_that_moves_it(self):
        address = self.pretend.removeprefix("http://")
        port = int(address.split(":")[1])
        with socket.create_server(("127.0.0.1", port)):
            first = self.home.run("caasd", "--sandbox", env=self.env)
        self.assert_refused(first, 6, f"The address {address} is in use", "another address: CAAS_SANDBOX_LISTEN")
        self.assertEqual(self.start().stop(), 0)
        with socket.create_server(("127.0.0.1", port)):
            later = self.home.run("caasd", "--sandbox", env={**self.env, "CAAS_SANDBOX_LISTEN": ""})
        self.assert_refused(later, 6, f"The address {address} is in use", f"listen of [sandbox] in {self.home.path}/config.toml")
        self.assertNotIn("--listen", first.err + later.err)

    def test_the_daemon_and_the_pretend_platforms_cannot_have_one_port(self):
        address = self.pretend.removeprefix("http://")
        refused = self.home.run("caasd", "--sandbox", "--listen", address, env=self.env)
        self.assert_refused(
            refused, 6, "are to listen on the same port, " + address.split(":")[1], "--listen HOST:PORT", "CAAS_SANDBOX_LISTEN"
        )
        self.assertNotIn("is in use", refused.err)

    def test_a_home_whose_start_failed_reaches_no_real_platform(self):
        taken = free_ports(1)[0]
        with socket.create_server(("127.0.0.1", taken)):
            for env in (
                {"CAAS_HTTP_LISTEN": f"127.0.0.1:{taken}"},
                {"CAAS_SANDBOX_LISTEN": f"127.0.0.1:{taken}"},
                {"CAAS_SANDBOX_LISTEN": "no address"},
            ):
                home = self.new_home()
                failed = home.run("caasd", "--sandbox", env={**self.env, **env})
                self.assertNotEqual(failed.status, 0, failed)
                items = home.ok("config", "list", "--json")["items"]
                settings = {item["key"]: item["value"] for item in items}
                self.assertEqual(settings["sandbox.enabled"], "true", env)
                self.assertEqual(settings["platforms.x.base_url"], "http://127.0.0.1:8001", env)

    def test_the_addresses_of_a_start_that_fails_are_not_remembered(self):
        wrong = free_ports(1)[0]
        here, there = (url.removeprefix("http://") for url in (self.url, self.pretend))
        with socket.create_server(("127.0.0.1", wrong)):
            taken = f"127.0.0.1:{wrong}"
            for listen, pretend in ((taken, there), (here, taken)):
                env = {"CAAS_HTTP_LISTEN": listen, "CAAS_SANDBOX_LISTEN": pretend}
                refused = self.home.run("caasd", "--sandbox", env=env)
                self.assert_refused(refused, 6, f"The address {taken} is in use")
        self.assertEqual(self.start().stop(), 0)
        items = self.home.ok("config", "list", "--json", env={"CAAS_HTTP_LISTEN": ""})["items"]
        settings = {item["key"]: item["value"] for item in items}
        self.assertEqual((settings["http.listen"], settings["sandbox.listen"]), (here, there))

    def test_the_environment_makes_no_home_a_sandbox(self):
        for program_name, *words in (("caasd", "--check"), ("caas", "posts", "list")):
            refused = self.home.run(program_name, *words, env={"CAAS_SANDBOX_ENABLED": "true"})
            self.assert_refused(refused, 4, "CAAS_SANDBOX_ENABLED", "Unset it")
        self.assertEqual(list(self.home.path.iterdir()), [])

    def test_a_variable_leads_nobody_out_of_a_sandbox(self):
        self.start()
        out = {"CAAS_SERVER": "https://caas.example.org", "CAAS_TOKEN": "caas_t"}
        for words in (("posts", "list"), ("login", "--token", "-")):
            refused = self.home.caas(*words, env={**self.env, **out}, stdin="caas_t\n")
            self.assert_refused(refused, 2, "This home is a sandbox, but CAAS_SERVER names https://caas.example.org", "unset it")
        here = {"CAAS_SERVER": self.url, "CAAS_TOKEN": self.home.token("read")}
        self.home.ok("posts", "list", "--json", env={**self.env, **here})

    def test_the_next_command_can_be_copied(self):
        self.start()
        connected = self.home.caas(
            "account", "connect", "webhook", "--name", "The sandbox", "--url", self.pretend + "/hook",
            env=self.env, stdin="sandbox-webhook-secret\n",
        )  # fmt: skip
        self.assertIn("Next: caas publish ID --account 'The sandbox'\n", connected.err)

    def test_a_sandbox_has_a_home_of_its_own(self):
        env = {**self.env, "CAAS_HOME": "", "HOME": str(self.home.scratch)}
        daemon = self.home.daemon("--sandbox", env=env)
        self.assertTrue((self.home.scratch / ".local/share/caas-sandbox/caas.db").exists())
        self.assertEqual(daemon.stop(), 0)


if __name__ == "__main__":
    program.main()
