"""The power is cut at any moment: of what was written and not synced any part may be gone, whole or torn at a sector; and clocks
that jump."""
import os
import random
import shutil

from desk import clock
from faulty import EVERY, copy_of, end_state, faulty, passes

TIMES = ("2026-11-02 10:00", "2026-11-02 10:30")
SECTOR = 512


def operations(log):
    """What tests/fault/disk.c wrote down: (kind, path, place, bytes)."""
    data, at = log.read_bytes(), 0
    while at < len(data):
        end = data.index(b"\n", at)
        kind, place, n, path = data[at:end].decode().split(" ", 3)
        yield kind, path, int(place), data[end + 1:end + 1 + int(n)]
        at = end + 1 + int(n)


class File:
    """Bytes that are on disk for certain, and changes that are only on their way."""

    def __init__(self, synced=b""):
        self.synced, self.waiting = synced, []

    def after_the_cut(self, rng):
        """Each change that was not synced: there, or not, or in part; in no order."""
        data = bytearray(self.synced)
        for kind, place, new in self.waiting:
            fate = rng.random()
            if fate < 0.4:
                continue
            if kind == "T":
                data[:] = data[:place] + bytes(max(0, place - len(data)))
                continue
            if fate < 0.6:  # some of its sectors
                kept = [new[i:i + SECTOR] if rng.random() < 0.5 else None for i in range(0, len(new), SECTOR)]
            else:
                kept = [new]
            for i, piece in enumerate(kept):
                if piece is not None:
                    start = place + i * SECTOR
                    data += bytes(max(0, start - len(data)))
                    data[start:start + len(piece)] = piece
        return bytes(data)

    def sync(self):
        data = bytearray(self.synced)
        for kind, place, new in self.waiting:
            if kind == "T":
                data[:] = data[:place] + bytes(max(0, place - len(data)))
            else:
                data += bytes(max(0, place - len(data)))
                data[place:place + len(new)] = new
        self.synced, self.waiting = bytes(data), []


def cut(folder, log, stop, rng):
    """Put `folder` into the state that a power cut behind operation `stop` leaves. Names are made, changed and removed in order."""
    files = {str(p): File(p.read_bytes()) for p in folder.rglob("*") if p.is_file()}
    for kind, path, place, new in log[:stop]:
        if not path.startswith(str(folder)) or path.endswith("-shm"):
            continue
        if kind == "M":
            os.makedirs(path, exist_ok=True)
        elif kind == "U":
            files.pop(path, None)
        elif kind in "RL":
            source = files.get(path)
            if source is not None:
                files[new.decode()] = source
                if kind == "R":
                    del files[path]
        elif kind == "O":
            files[path] = File()
        elif kind == "S":
            if path in files:
                files[path].sync()
        else:
            files.setdefault(path, File()).waiting.append((kind, place, new))
    for p in [p for p in folder.rglob("*") if p.is_file()]:
        p.unlink()
    for path, f in files.items():
        if not path.endswith("-shm"):  # memory, never on disk
            with open(path, "wb") as out:
                out.write(f.after_the_cut(rng))
            os.chmod(path, 0o600)


def test_power_cut_with_unsynced_writes(desk, tmp_path):
    """M3 L1 L8 L20: database, its log and the Maildir after a cut anywhere in a pass: the database is sound, what was committed is
    there, the event chains hold, and the next passes end where an undisturbed one would have."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n", attachments=[("a.pdf", b"%PDF")])
    desk.mail_from("samuel.greene", "My pension", "Hello.\n")
    want = end_state(passes(copy_of(desk, tmp_path / "twin"), TIMES))
    shutil.rmtree(tmp_path / "twin")
    assert want["audit"] == [] and len(want["mails"]) == len(want["outbox"])
    twin = copy_of(desk, tmp_path / "twin")
    assert faulty(twin, "once", "--now", clock(TIMES[0]), log=tmp_path / "log").returncode == 0
    log = list(operations(tmp_path / "log"))
    assert len(log) > 100 and {"W", "S", "O", "L", "R", "U"} <= {kind for kind, *_ in log}
    tries = 200 if EVERY else 14
    for seed in range(tries):
        rng = random.Random(seed)
        shutil.rmtree(tmp_path / "twin")
        twin = copy_of(desk, tmp_path / "twin")
        cut(twin.dir, log, rng.randint(1, len(log)), rng)
        assert end_state(passes(twin, TIMES)) == want, f"seed {seed}"
        assert twin.cli("audit", "verify")["sound"]


def test_a_clock_that_jumps(make_desk):
    """G6 L24: by a year, ahead or back: nothing is taken in, asked or sent, each pass says why, and it ends by itself when the clock
    is right again, or when a person says that it is."""
    desk = make_desk(manual=False)
    year = 365 * 86400
    assert desk.run("once").returncode == 0
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    for jump in (year, -year, 2 * 86400, -7200):
        r = faulty(desk, "once", clock=jump)
        assert r.returncode == 3 and "caseward clock accept" in r.stderr, (jump, r.stderr)
        assert faulty(desk, "clock", "--json", clock=jump).returncode == 1
    assert not [m for m in desk.sent() if "[ER-" in m.subject] and desk.cli("case", "list") == []
    assert desk.cli("clock")["verdict"] == "plausible"
    assert desk.once()["opened"] == 1 and len(desk.inbox("alice.martin")) == 1
    desk.mail_from("samuel.greene", "My pension", "Hello.\n")
    assert faulty(desk, "clock", "accept", clock=2 * 86400).returncode == 0
    assert faulty(desk, "once", clock=2 * 86400).returncode == 0
    assert len(desk.inbox("samuel.greene")) == 1
