#!/usr/bin/env python3
"""Pictures and videos from a file to where they are published, with the real programs."""

import http.client
import os
import re
import struct
import unittest
import urllib.parse
import zlib

import program

INVALID, NOT_FOUND, CONFLICT, REFUSED = 4, 5, 6, 7
MEGABYTES = int(os.environ.get("CAAS_TEST_UPLOAD_MB", "200"))


def png(width, height, shade=0):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + bytes([shade, x % 256, x // 256]) * width for x in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def box(name, *content):
    whole = b"".join(content)
    return struct.pack(">I", len(whole) + 8) + name + whole


def video_head(data_bytes):
    """An MP4 of 640x360 and two seconds, up to where `data_bytes` of pictures begin."""
    times = bytes(12) + struct.pack(">II", 1000, 2000)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    entry = box(b"avc1", bytes(24), struct.pack(">HH", 640, 360), bytes(50))
    table = box(
        b"moov",
        box(b"mvhd", times, bytes(80)),
        box(
            b"trak",
            box(b"tkhd", bytes(12), struct.pack(">III", 1, 0, 2000), bytes(16), matrix, struct.pack(">II", 640 << 16, 360 << 16)),
            box(
                b"mdia",
                box(b"mdhd", times, bytes(4)),
                box(b"hdlr", bytes(8), b"vide", bytes(13)),
                box(
                    b"minf",
                    box(
                        b"stbl",
                        box(b"stsd", struct.pack(">II", 0, 1), entry),
                        box(b"stts", struct.pack(">IIII", 0, 1, 60, 33)),
                    ),
                ),
            ),
        ),
    )
    return box(b"ftyp", b"isom", bytes(4), b"isom") + table + struct.pack(">I4s", data_bytes + 8, b"mdat")


class Media(program.Case):
    def file(self, name, content):
        path = self.home.scratch / name
        path.write_bytes(content)
        return str(path)

    def test_a_picture_goes_from_a_file_to_the_outbox(self):
        picture = png(64, 48)
        added = self.home.caas("media", "add", self.file("roof.png", picture), "--alt", "A roof", "--json")
        self.assertEqual(added.status, 0, added)
        medium = added.json()
        self.assertEqual((medium["type"], medium["width"], medium["height"]), ("image/png", 64, 48))
        listed = self.home.caas("media", "list")
        self.assertIn("roof.png", listed.out)
        self.assertIn("64x48", listed.out)

        content = self.home.caas("content", "add", "-", "--media", medium["id"], stdin="Look")
        self.assertEqual(content.status, 0, content)
        published = self.home.caas("publish", content.out.strip(), "--account", "outbox")
        self.assertEqual(published.status, 0, published)
        if not program.REMOTE:
            box_folder = self.home.path / "outbox"
            text = next(box_folder.glob("*.md")).read_text()
            name = re.search(r"!\[A roof\]\(([^)]+)\)", text)[1]
            self.assertEqual((box_folder / name).read_bytes(), picture)
        deleted = self.home.caas("media", "delete", medium["id"], "--yes")
        self.assertEqual(deleted.status, 0, deleted)
        self.assertEqual(self.home.caas("media", "delete", medium["id"], "--yes").status, NOT_FOUND)

    def test_a_content_gets_its_pictures_from_files_and_keeps_them_while_its_text_changes(self):
        one = self.file("one.png", png(10, 10, 1))
        two = self.file("two.png", png(10, 10, 2))
        content = self.home.caas(
            "content", "add", "-", "--media", one, "--media", two, "--alt", "First", "--alt", "Second", stdin="Two"
        ).out.strip()
        shown = self.home.caas("content", "show", content, "--json").json()
        media = shown["version"]["parts"][0]["media"]
        self.assertEqual(len(media), 2)
        words = [self.home.caas("api", "GET", f"media/{one}").json()["alt"] for one in media]
        self.assertEqual(words, ["First", "Second"])
        self.home.caas("content", "edit", content, "--file", "-", stdin="New words")
        again = self.home.caas("content", "show", content, "--json").json()
        self.assertEqual(again["version"]["parts"][0], {"text": "New words", "media": media})
        self.home.caas("content", "edit", content, "--no-media")
        bare = self.home.caas("content", "show", content, "--json").json()
        self.assertEqual(bare["version"]["parts"][0], {"text": "New words", "media": []})
        written = self.home.caas("generate", "Look", "--provider", "offline", "--media", one, "--json").json()
        self.assertEqual(written["version"]["parts"][0]["media"], [media[0]])

    @unittest.skipIf(program.REMOTE, "the file lies in the home of the daemon")
    def test_a_damaged_file_is_not_published_and_is_mended_by_adding_it_again(self):
        picture = self.file("roof.png", png(64, 48))
        medium = self.home.ok("media", "add", picture, "--alt", "A roof", "--json")
        content = self.home.ok("content", "add", "-", "--media", medium["id"], stdin="Look").strip()
        kept = next((self.home.path / "media").rglob(medium["sha256"]))
        whole = kept.read_bytes()
        for damaged in (os.urandom(len(whole)), whole[:100], b""):
            kept.write_bytes(damaged)
            refused = self.home.caas("publish", content, "--account", "outbox", "--json")
            self.assertEqual(refused.status, REFUSED, refused)
            self.assertIn("The file of roof.png is damaged: add it again: caas media add FILE", refused.out)
            self.assertEqual(list((self.home.path / "outbox").glob("*.md")), [])
            self.home.ok("media", "add", picture)
            self.assertEqual(kept.read_bytes(), whole)
        self.home.ok("publish", content, "--account", "outbox")

    def test_what_is_no_picture_is_refused_with_words(self):
        refused = self.home.caas("media", "add", self.file("x.jpg", b"<html>"))
        self.assertEqual(refused.status, INVALID)
        self.assertIn("no picture or video", refused.err)
        self.assertEqual(self.home.caas("media", "add", "nowhere.jpg").status, NOT_FOUND)

    def test_a_long_video_is_taken_in_without_memory_growing_with_it(self):
        daemon = self.home.daemon()
        token = self.home.token("draft")
        process = daemon.process.pid

        def memory(name):
            text = open(f"/proc/{process}/status", encoding="ascii").read()
            return int(re.search(name + r":\s+(\d+) kB", text)[1])

        size = MEGABYTES * 1_000_000
        head = video_head(size)
        before = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="long.mp4"\r\n\r\n' + head
        after = b"\r\n--xyz--\r\n"
        idle = memory("VmRSS")
        url = urllib.parse.urlsplit(daemon.url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=120)
        connection.putrequest("POST", "/api/v1/media")
        connection.putheader("Authorization", "Bearer " + token)
        connection.putheader("Content-Type", "multipart/form-data; boundary=xyz")
        connection.putheader("Content-Length", str(len(before) + size + len(after)))
        connection.endheaders()
        connection.send(before)
        piece = os.urandom(1_000_000)
        for _ in range(MEGABYTES):
            connection.send(piece)
        connection.send(after)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 201, answer.read(2000))
        grown = memory("VmHWM") - idle
        print(f"{MEGABYTES} MB: memory grew by {grown} kB over {idle} kB")
        self.assertLess(grown, 40_000)


if __name__ == "__main__":
    program.main()
