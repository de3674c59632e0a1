"""Delivers signed events over kept connections and compares what was answered with what is in the
database. usage: load.py PORT DELIVERIES CONNECTIONS DATABASE"""

import hashlib
import hmac
import json
import multiprocessing
import socket
import sqlite3
import sys
import time

PORT, DELIVERIES, CONNECTIONS, DATABASE = (
    int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
GOAL = 1000  # deliveries a second
TYPES = ["invoice.paid", "customer.subscription.updated", "charge.succeeded"]


def request(number):
    """The HTTP request that delivers the event of this number."""
    kind = TYPES[number % len(TYPES)]
    body = json.dumps({
        "id": f"evt_{number}", "object": "event", "api_version": "2026-10-28.endive",
        "created": int(time.time()), "livemode": False, "pending_webhooks": 1, "type": kind,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": {"id": f"in_{number}", "object": kind.split(".")[0],
                            "customer": "cus_none", "description": "x" * 2000}},
    }).encode()
    now = str(int(time.time()))
    sign = hmac.new(b"whsec_bench", now.encode() + b"." + body, hashlib.sha256).hexdigest()
    head = (f"POST /api/v1/webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Stripe-Signature: t={now},v1={sign}\r\n\r\n")
    return head.encode() + body


def answer(stream):
    """Status and body of one answer."""
    status = int(stream.readline().split()[1])
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, stream.read(length)


def deliver(numbers, go, results):
    """Delivers these one after the other over one connection."""
    requests = [request(number) for number in numbers]
    go.wait()
    taken = {}
    took = []
    connection = socket.create_connection(("127.0.0.1", PORT))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = connection.makefile("rb")
    for one in requests:
        since = time.perf_counter()
        connection.sendall(one)
        status, body = answer(stream)
        took.append(time.perf_counter() - since)
        result = json.loads(body).get("result", status)
        taken[result] = taken.get(result, 0) + 1
    results.put((taken, took))


def main():
    """Delivers everything, every tenth twice, and says what came of it."""
    numbers = list(range(DELIVERIES)) + list(range(0, DELIVERIES, 10))
    shares = [numbers[i::CONNECTIONS] for i in range(CONNECTIONS)]
    go, results = multiprocessing.Event(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=deliver, args=(share, go, results))
               for share in shares]
    for worker in workers:
        worker.start()
    time.sleep(2 + DELIVERIES / 20000)
    since = time.perf_counter()
    go.set()
    taken, took = {}, []
    for _ in workers:
        counts, times = results.get()
        took += times
        for result, count in counts.items():
            taken[result] = taken.get(result, 0) + count
    seconds = time.perf_counter() - since
    for worker in workers:
        worker.join()
    took.sort()
    rate = len(numbers) / seconds
    print(f"{len(numbers)} deliveries over {CONNECTIONS} connections in {seconds:.2f} s: "
          f"{rate:.0f} a second (goal {GOAL}: {'holds' if rate >= GOAL else 'MISSED'}); "
          f"median {took[len(took) // 2] * 1000:.1f} ms, "
          f"99 % within {took[len(took) * 99 // 100] * 1000:.1f} ms; {taken}")
    kept = sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True).execute(
        "SELECT count(*), count(DISTINCT id) FROM stripe_event").fetchone()
    print(f"kept: {kept[0]}")
    is_right = (kept == (DELIVERIES, DELIVERIES)
                and taken.get("duplicate", 0) == len(numbers) - DELIVERIES
                and sum(taken.get(word, 0) for word in ("accepted", "ignored")) == DELIVERIES)
    print("nothing was lost" if is_right else "LOST OR DOUBLED")
    sys.exit(0 if is_right and rate >= GOAL else 1)


main()
