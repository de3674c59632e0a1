"""What run.sh runs: uploads, probing and publishing of the programs in CAAS_BIN, on loopback."""

import asyncio
import concurrent.futures
import datetime
import http.client
import json
import os
import pathlib
import re
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "program"))
import media_test  # noqa: E402
import program  # noqa: E402

UPLOAD = 500_000_000
PICTURES = 1000
POSTS, ACCOUNTS, CONCURRENCY, LATENCY = 1000, 40, 8, 0.1
failed = 0


def row(what, seen, goal, holds):
    global failed
    failed += not holds
    print(f"{what:<58} {seen:>14} {goal:>16} {'' if holds else 'MISSED'}", flush=True)


def memory(process, name):
    text = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(name + r":\s+(\d+) kB", text)[1]) / 1024


def processor_ms(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def sync_ms(folder):
    """What a sync of the disk that the home is on takes, in the middle: each post waits for one or two."""
    times = []
    with open(folder / "sync", "wb") as file:
        for _ in range(50):
            file.write(bytes(4096))
            file.flush()
            begin = time.monotonic()
            os.fsync(file.fileno())
            times.append((time.monotonic() - begin) * 1000)
    return sorted(times)[len(times) // 2]


def connect(daemon):
    url = urllib.parse.urlsplit(daemon.url)
    return http.client.HTTPConnection(url.hostname, url.port, timeout=120)


def multipart(connection, token, name, size, pieces):
    """POST media with a body that is never whole in memory; the answer."""
    before = f'--xyz\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    after = b"\r\n--xyz--\r\n"
    connection.putrequest("POST", "/api/v1/media")
    connection.putheader("Authorization", "Bearer " + token)
    connection.putheader("Content-Type", "multipart/form-data; boundary=xyz")
    connection.putheader("Content-Length", str(len(before) + size + len(after)))
    connection.endheaders()
    connection.send(before)
    for piece in pieces:
        connection.send(piece)
    connection.send(after)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 201, (answer.status, body)
    return json.loads(body)


def upload():
    home = program.Home()
    try:
        daemon = home.daemon()
        token = home.token("draft")
        program.call("GET", daemon.url + "/api/v1/media", token=token)
        idle = memory(daemon.process.pid, "VmRSS")
        head = media_test.video_head(UPLOAD)
        block = bytes(1 << 20)

        def pieces():
            yield head
            left = UPLOAD
            while left > 0:
                yield block[: min(left, len(block))]
                left -= len(block)

        begin = time.monotonic()
        multipart(connect(daemon), token, "long.mp4", len(head) + UPLOAD, pieces())
        took = time.monotonic() - begin
        grown = memory(daemon.process.pid, "VmHWM") - idle
        row("500 MB through the API: memory beyond idle", f"{grown:.1f} MB", "< 40 MB", grown < 40)
        row("500 MB through the API: time", f"{took:.1f} s", "", True)
    finally:
        home.close()


def probe():
    home = program.Home()
    try:
        daemon = home.daemon()
        token = home.token("draft")
        pictures = [media_test.png(640, 480, shade) + b"" for shade in range(4)]
        # Each is another file: a comment of its own at the end of a picture changes nothing else.
        connection = connect(daemon)
        idle = memory(daemon.process.pid, "VmRSS")
        begin = time.monotonic()
        for number in range(PICTURES):
            picture = pictures[number % 4]
            unique = picture[:-12] + media_test_chunk(b"tEXt", b"Comment\0%d" % number) + picture[-12:]
            medium = multipart(connection, token, f"{number}.png", len(unique), [unique])
            assert (medium["width"], medium["height"]) == (640, 480), medium
        took = time.monotonic() - begin
        grown = memory(daemon.process.pid, "VmHWM") - idle
        row(f"{PICTURES} pictures through the API, one after another", f"{took:.1f} s", "< 30 s", took < 30)
        row("a picture: taken in, probed and kept", f"{took / PICTURES * 1000:.1f} ms", "", True)
        row(f"{PICTURES} pictures: memory beyond idle", f"{grown:.1f} MB", "< 40 MB", grown < 40)
    finally:
        home.close()


def media_test_chunk(name, data):
    import struct
    import zlib

    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


class Slow:
    """A receiver of webhooks that takes 100 ms for each, however many come at once."""

    def __init__(self):
        self.times = []
        self.busy = 0.0  # what it took in all, as it measured: more than it meant to, on a busy machine
        self.now = self.most = 0
        self.loop = asyncio.new_event_loop()
        started = threading.Event()

        async def answer(reader, writer):
            begin = time.monotonic()
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
                self.now += 1
                self.most = max(self.most, self.now)
                await asyncio.sleep(LATENCY)
                self.now -= 1
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                await writer.drain()
                self.times.append(time.monotonic())
                self.busy += self.times[-1] - begin
            finally:
                writer.close()

        async def serve():
            server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=256)
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
            started.set()
            async with server:
                await server.serve_forever()

        threading.Thread(target=lambda: self.loop.run_until_complete(serve()), daemon=True).start()
        started.wait()


def publish():
    home = program.Home()
    try:
        receiver = Slow()
        env = {"CAAS_WEBHOOK_SECRET": "a-secret-of-a-webhook"}

        def account(number):
            home.ok("account", "connect", "webhook", "--name", f"w{number}", "--url", receiver.url, env=env)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(account, range(ACCOUNTS)))
        content = home.add("Something to say")
        daemon = home.daemon(env={"CAAS_PUBLISH_CONCURRENCY": str(CONCURRENCY)})
        token = home.token("publish")
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=6)
        orders = [
            {
                "content_id": content,
                "accounts": [f"w{number % ACCOUNTS}"],
                "due_at": due.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            }
            for number in range(POSTS)
        ]
        answer = program.call("POST", daemon.url + "/api/v1/posts/bulk", {"items": orders}, token)
        assert answer.status == 201, answer.body
        start = time.monotonic() + (due - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        program.wait_for(lambda: len(receiver.times) >= POSTS, "all posts to arrive", 120)
        took = max(receiver.times) - start
        row("a sync of the disk", f"{sync_ms(home.scratch):.1f} ms", "", True)
        row("processor time of caasd for a post", f"{processor_ms(daemon.process.pid) / POSTS:.2f} ms", "", True)
        ideal = POSTS * LATENCY / CONCURRENCY
        over = (took / ideal - 1) * 100
        # What the platform really took, which caasd cannot help.
        measured = receiver.busy / CONCURRENCY
        row("a post, as the platform measured it", f"{receiver.busy / POSTS * 1000:.1f} ms", "", True)
        row("beyond the ideal of such a platform", f"{(took / measured - 1) * 100:+.1f} %", "", True)
        row(
            f"{POSTS} posts, {CONCURRENCY} at a time: {took:.1f} s, beyond the ideal {ideal:.1f} s",
            f"{over:+.1f} %",
            "< 10 %",
            over < 10,
        )
        row("posts under way at the same time", str(receiver.most), str(CONCURRENCY), receiver.most <= CONCURRENCY)
        row("posts that arrived twice", str(len(receiver.times) - POSTS), "0", len(receiver.times) == POSTS)
    finally:
        home.close()


parts = {"upload": upload, "probe": probe, "publish": publish}
row("", "seen", "goal", True)
for name in sys.argv[1:] or parts:
    parts[name]()
sys.exit(1 if failed else 0)
