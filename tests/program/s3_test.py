#!/usr/bin/env python3
"""Media in storage that speaks S3, over a real socket: a pretend S3 that was written apart from caas
checks each signature (AWS Signature Version 4) as strictly as AWS does, and may be slow or away."""

import hashlib
import hmac
import http.server
import re
import threading
import time
import urllib.parse

import media_test
import program

KEY, SECRET, REGION, BUCKET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-test-1", "a bucket"
LARGE = 24_000_000
CLOCK_SKEW = 15 * 60
UNAVAILABLE = 75


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class PretendS3:
    """One bucket. `complaints` says why a request was refused."""

    def __init__(self):
        self.objects, self.complaints, self.methods = {}, [], []
        self.status = None  # instead of doing anything
        self.drops = 0  # connections that end after the request, without an answer
        pretend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def work(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                pretend.methods.append(self.command)
                if pretend.drops > 0:
                    pretend.drops -= 1
                    self.close_connection = True
                    return
                why = pretend.complaint(self, body)
                if why:
                    pretend.complaints.append(why)
                    self.answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
                elif pretend.status:
                    self.answer(pretend.status, b"<Error><Code>SlowDown</Code></Error>")
                else:
                    self.answer(*pretend.do(self.command, self.path, body))

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = work

            def answer(self, status, body):
                self.send_response(status)
                if status != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def do(self, method, path, body):
        if method == "PUT":
            self.objects[path] = body
            return 200, b""
        if method == "DELETE":
            self.objects.pop(path, None)
            return 204, b""
        if path not in self.objects:
            return 404, b"<Error><Code>NoSuchKey</Code></Error>"
        return 200, self.objects[path]

    def complaint(self, request, body):
        """What is wrong with the signature; None when nothing is."""
        headers = {name.lower(): value.strip() for name, value in request.headers.items()}
        shape = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, ?"
            r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if not shape:
            return "no such header: " + headers.get("authorization", "none")
        key, day, region, names, signature = shape.groups()
        stamp = headers.get("x-amz-date", "")
        if (key, region) != (KEY, REGION) or not stamp.startswith(day):
            return f"another key, region or day: {key} {region} {day} {stamp}"
        moment = time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%SZ")) - time.timezone
        if abs(moment - time.time()) > CLOCK_SKEW:
            return "RequestTimeTooSkewed"
        payload = headers.get("x-amz-content-sha256", "")
        if payload != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        signed = names.split(";")
        wanted = ["host"] + [name for name in headers if name.startswith("x-amz-") or name == "content-type"]
        if signed != sorted(signed) or not set(wanted) <= set(signed):
            return f"not signed: {sorted(set(wanted) - set(signed))}"
        path, _, query = request.path.partition("?")
        canonical = "\n".join(
            [request.command, path, query, *(f"{name}:{headers[name]}" for name in signed), "", names, payload]
        )
        scope = f"{day}/{region}/s3/aws4_request"
        text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        derived = sign(("AWS4" + SECRET).encode(), day)
        for step in (region, "s3", "aws4_request"):
            derived = sign(derived, step)
        if not hmac.compare_digest(sign(derived, text).hex(), signature):
            return "SignatureDoesNotMatch"
        return None

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class S3(program.Case):
    def setUp(self):
        super().setUp()
        self.home.acts_elsewhere = False
        self.s3 = PretendS3()
        self.addCleanup(self.s3.close)
        self.env = {
            "CAAS_MEDIA_STORAGE": "s3",
            "CAAS_MEDIA_S3_ENDPOINT": self.s3.url,
            "CAAS_MEDIA_S3_BUCKET": BUCKET,
            "CAAS_MEDIA_S3_REGION": REGION,
            "CAAS_MEDIA_S3_PREFIX": "caas/",
            "CAAS_MEDIA_S3_ACCESS_KEY": KEY,
            "CAAS_MEDIA_S3_SECRET_KEY": SECRET,
        }

    def file(self, name, content):
        path = self.home.scratch / name
        path.write_bytes(content)
        return str(path)

    def add(self, name, content, **env):
        return self.home.caas("media", "add", self.file(name, content), "--json", env={**self.env, **env})

    def read(self, medium):
        token = self.home.token("draft")
        return program.call("GET", f"{self.daemon.url}/api/v1/media/{medium}/file", token=token)

    def test_a_picture_lies_in_the_bucket_and_comes_from_there(self):
        picture = media_test.png(64, 48)
        added = self.add("roof.png", picture)
        self.assertEqual(added.status, 0, added)
        self.assertEqual(self.s3.complaints, [])
        digest = hashlib.sha256(picture).hexdigest()
        self.assertEqual(self.s3.objects, {f"/{urllib.parse.quote(BUCKET)}/caas/{digest}": picture})
        # Another machine, or this one after its copy is gone, fetches it.
        for copy in self.home.files():
            if copy.name == digest:
                copy.unlink()
        self.daemon = self.home.daemon(env=self.env)
        answer = self.read(added.json()["id"])
        self.assertEqual((answer.status, answer.body), (200, picture))
        self.assertEqual(self.s3.methods, ["PUT", "GET"])
        self.read(added.json()["id"])
        self.assertEqual(self.s3.methods, ["PUT", "GET"], "it is kept once it was fetched")
        self.assertEqual(self.s3.complaints, [])

    def test_what_is_large_goes_through_whole(self):
        video = media_test.video_head(LARGE) + bytes(range(256)) * (LARGE // 256)
        added = self.add("long.mp4", video)
        self.assertEqual(added.status, 0, added)
        self.assertEqual(list(self.s3.objects.values()), [video])
        self.assertEqual(self.s3.complaints, [])

    def test_a_wrong_secret_is_said_with_what_to_check(self):
        refused = self.add("roof.png", media_test.png(8, 8), CAAS_MEDIA_S3_SECRET_KEY="another")
        self.assertEqual(refused.status, UNAVAILABLE, refused)
        self.assertIn("HTTP 403", refused.err)
        self.assertIn("media.s3_endpoint, media.s3_bucket and the keys", refused.err)
        self.assertEqual(self.s3.complaints, ["SignatureDoesNotMatch"])
        self.assertEqual(self.s3.objects, {})
        for said in (refused.out, refused.err):
            self.assertNotIn("another", said)

    def test_a_storage_that_is_away_loses_nothing(self):
        for trouble in ("status", "drops"):
            setattr(self.s3, trouble, 503 if trouble == "status" else 2)
            refused = self.add("roof.png", media_test.png(9, 9))
            self.assertEqual(refused.status, UNAVAILABLE, refused)
            self.assertEqual(self.home.ok("media", "list", "--json", env=self.env)["items"], [])
            self.s3.status, self.s3.drops = None, 0
        added = self.add("roof.png", media_test.png(9, 9))
        self.assertEqual(added.status, 0, added)
        self.assertEqual(len(self.s3.objects), 1)

    def test_bytes_that_changed_there_are_not_given_out(self):
        added = self.add("roof.png", media_test.png(10, 10))
        for name in self.s3.objects:
            self.s3.objects[name] = media_test.png(11, 11)
        for copy in self.home.files():
            if len(copy.name) == 64:
                copy.unlink()
        self.daemon = self.home.daemon(env=self.env)
        answer = self.read(added.json()["id"])
        self.assert_problem(answer, 503)

    def test_what_is_read_is_printed_without_the_secret(self):
        shown = self.home.caas("config", "list", "--origin", env=self.env)
        self.assertNotIn(SECRET, shown.out)


if __name__ == "__main__":
    program.main()
