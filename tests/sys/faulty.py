"""faulty.py - a desk whose disk or clock fails (tests/fault/disk.c): the same program, preloaded."""
import os
import pathlib
import shutil
import struct

from desk import CASEWARD, Desk, clock

LIBRARY = CASEWARD.parent / "fault/disk.so"
EVERY = int(os.environ.get("CASEWARD_FAULT_EVERY", "0"))  # make kill: 1, each operation


def faulty(desk, *args, count=None, **faults):
    """A command with faults: full_at=n, once=1, kill_at=n, log=path, clock=seconds."""
    env = {f"FAULT_{k.upper()}": str(v) for k, v in faults.items()}
    if count:
        env["FAULT_COUNT"] = str(count)
    return desk.run(*args, LD_PRELOAD=str(LIBRARY), ASAN_OPTIONS="verify_asan_link_order=0", **env)


def operations(desk, folder, *args):
    """How many operations on files a command takes; the desk is copied first, so nothing happens to it."""
    twin, count = copy_of(desk, folder), pathlib.Path(f"{folder}.count")
    count.write_bytes(bytes(8))
    r = faulty(twin, *args, count=count)
    assert r.returncode == 0, r.stderr
    shutil.rmtree(folder)
    return struct.unpack("q", count.read_bytes())[0]


def each(total, most):
    """The operations to try: all of them in `make kill`, else `most` of them, evenly spread."""
    step = EVERY or max(1, total // most)
    return range(1, total + 1, step)


def copy_of(desk, folder):
    """The same desk, with its key, its clock and its mails, in another place."""
    shutil.copytree(desk.dir, folder)
    twin = Desk.__new__(Desk)
    twin.__dict__.update(desk.__dict__, dir=folder, config=folder / "config/caseward.yaml", _got={})
    return twin


def passes(desk, times):
    for t in times:
        desk.once(t)
    return desk


def end_state(desk):
    """All that an outsider can see, but for when each mail was tried, and what the operator was told of the machine meanwhile (alarms have
    no number)."""
    cases = [desk.case(c["no"]) for c in desk.cli("case", "list")]
    outbox = [(r["id"], r["case"], r["template"], r["to"], r["message_id"], r["state"]) for r in desk.outbox()]
    return dict(cases=cases, outbox=outbox, agenda=desk.cli("agenda"), quarantine=desk.cli("quarantine"),
                mails=sorted(m.raw for m in desk.sent() if m.number), audit=desk.cli("audit"))


__all__ = ["clock", "copy_of", "each", "end_state", "faulty", "operations", "passes"]
