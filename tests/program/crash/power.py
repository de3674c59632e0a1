"""What a power failure leaves of a folder, worked out from power.c's record.

Strict POSIX: bytes are durable after a sync of the file that began after they were written, names
after a sync of their folder. Of the rest, each write and each half-written block may be there or
not, and of the names of a folder the first few.
"""

import os
import pathlib
import shutil
import struct

HEAD = struct.Struct("=IIIIqq")
BLOCK = 512


class Inode:
    def __init__(self, data=b""):
        self.data = bytearray(data)
        self.pending = []  # (number, write or truncation)

    def apply(self, change):
        kind, offset, payload = change
        if kind == "T":
            if len(self.data) > payload:
                del self.data[payload:]
            else:
                self.data.extend(bytes(payload - len(self.data)))
        else:
            if len(self.data) < offset:
                self.data.extend(bytes(offset - len(self.data)))
            self.data[offset : offset + len(payload)] = payload


class Disk:
    def __init__(self, folder):
        self.live, self.durable = {}, {}
        self.folders = {""}  # durable ones
        self.live_folders = {""}
        self.names = {}  # folder: pending (number, name change)
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_symlink() or path.is_socket():
                continue
            if path.is_dir():
                self.folders.add(name)
                self.live_folders.add(name)
            elif path.is_file():
                self.live[name] = self.durable[name] = Inode(path.read_bytes())
        self.modes = {name: (folder / name).stat().st_mode & 0o777 for name in self.live}

    @staticmethod
    def parent(name):
        return name.rpartition("/")[0]

    def rename_later(self, number, name, change):
        self.names.setdefault(self.parent(name), []).append((number, change))

    def play(self, record):
        """How many bytes of the record are whole."""
        at, number, begun = 0, 0, {}
        while at + HEAD.size <= len(record):
            kind, path, other, ticket, offset, size = HEAD.unpack_from(record, at)
            kind = chr(kind)
            at += HEAD.size
            has_bytes = size if kind == "W" else 0
            if at + path + other + has_bytes > len(record):
                return at - HEAD.size  # the writer died in the middle of it
            name = record[at : at + path].decode()
            second = record[at + path : at + path + other].decode()
            payload = bytes(record[at + path + other : at + path + other + has_bytes])
            at += path + other + has_bytes
            number += 1
            inode = self.live.get(name)
            if kind == "W" and inode is None and not name.endswith(" (deleted)"):
                raise RuntimeError(f"{name} was written and never made")
            if kind == "W" and inode:
                inode.pending.append((number, ("W", offset, payload)))
            elif kind == "T" and inode:
                inode.pending.append((number, ("T", 0, size)))
            elif kind == "B":
                begun[ticket] = (number, inode)
            elif kind == "E" and ticket in begun:
                before, inode = begun.pop(ticket)
                if name in self.live_folders:
                    self.settle_names(name, before)
                elif inode:
                    for seq, change in inode.pending:
                        if seq < before:
                            inode.apply(change)
                    inode.pending = [p for p in inode.pending if p[0] > before]
            elif kind == "C":
                self.live[name] = Inode()
                self.rename_later(number, name, ("add", name, self.live[name]))
            elif kind == "L" and inode:
                self.live[second] = inode
                self.rename_later(number, second, ("add", second, inode))
            elif kind == "R" and inode:
                self.live[second] = self.live.pop(name)
                self.rename_later(number, second, ("move", name, second, inode))
            elif kind == "U" and inode:
                del self.live[name]
                self.rename_later(number, name, ("drop", name))
            elif kind == "D":
                self.live_folders.add(name)
                self.rename_later(number, name, ("folder", name))
        return at

    def settle_names(self, folder, before):
        rest = []
        for number, change in self.names.get(folder, []):
            if number > before:
                rest.append((number, change))
                continue
            self.rename_now(change)
        self.names[folder] = rest

    def rename_now(self, change):
        if change[0] == "add":
            self.durable[change[1]] = change[2]
        elif change[0] == "move":
            self.durable.pop(change[1], None)
            self.durable[change[2]] = change[3]
        elif change[0] == "drop":
            self.durable.pop(change[1], None)
        else:
            self.folders.add(change[1])

    def fail(self, dice):
        """The power goes; some of what was under way is there, some is not."""
        self.mood = mood = dice.choice(("none", "none", "some", "first"))
        lost = 0
        for folder, changes in self.names.items():
            keep = 0 if mood == "none" else dice.randint(0, len(changes))
            lost += len(changes) - keep
            for _, change in changes[:keep]:
                self.rename_now(change)
        for inode in set(self.durable.values()):
            kept = inode.pending
            if mood == "none":
                kept = []
            elif mood == "first":
                kept = kept[: dice.randint(0, len(kept))]
            for _, change in kept:
                if mood == "some" and dice.random() < 0.5:
                    continue
                inode.apply(self.torn(change, dice) if mood == "some" else change)
            lost += len(inode.pending) - len(kept)
        return lost

    @staticmethod
    def torn(change, dice):
        kind, offset, payload = change
        if kind == "T" or dice.random() < 0.7:
            return change
        return kind, offset, payload[: BLOCK * dice.randint(0, len(payload) // BLOCK)]

    def write(self, folder):
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        for name in sorted(self.folders):
            if name and self.has_way(name):
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        for name, inode in self.durable.items():
            # The index of SQLite's log lives in memory and is made anew.
            if name.endswith("-shm") or not self.has_way(name):
                continue
            path = folder / name
            path.write_bytes(inode.data)
            os.chmod(path, self.modes.get(name, 0o600))

    def has_way(self, name):
        parent = self.parent(name)
        return parent == "" or (parent in self.folders and self.has_way(parent))


class Power:
    """Watches one life of a program in `folder`; `fail` replaces the folder by what was durable."""

    def __init__(self, folder, scratch, library, lies=False):
        self.folder = pathlib.Path(folder)
        self.log = pathlib.Path(scratch) / "power.log"
        self.log.unlink(missing_ok=True)
        self.disk = Disk(self.folder)
        self.environment = {
            "LD_PRELOAD": str(library),
            "CAAS_POWER_FOLDER": str(self.folder),
            "CAAS_POWER_LOG": str(self.log),
        }
        if lies:
            self.environment["CAAS_POWER_LIES"] = "1"

    def fail(self, dice):
        """How many doings were lost."""
        record = self.log.read_bytes() if self.log.exists() else b""
        read = self.disk.play(record)
        lost = self.disk.fail(dice)
        self.disk.write(self.folder)
        self.said = f"{len(record)} bytes on record, {read} read, mood {self.disk.mood}, {lost} doings lost"
        return lost
