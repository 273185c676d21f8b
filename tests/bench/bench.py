#!/usr/bin/env python3
"""bench.py BUILD - what caseward does in a second, beside what others do.

One JSON object a line; all of one run on one machine, so that they can be
compared.  Settings by environment: BENCH_MAILS (10000), BENCH_CASES
(1000000), BENCH_OUT (2000), BENCH_ONLY (names, comma separated).

  mbsync    copies the inbox over TLS into a Maildir, fsync on
  bare      libetpan over TLS, each mail durably in SQLite, 20 a commit
  once      caseward: the same inbox to committed, threaded cases
  tick      caseward: a tick over BENCH_CASES open cases, few of them due
  smtp      mails a second to smtp-sink: smtp-source, and caseward's outbox
"""
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sys"))
import mailhost  # noqa: E402

MAILS = int(os.environ.get("BENCH_MAILS", "10000"))
CASES = int(os.environ.get("BENCH_CASES", "1000000"))
OUT = int(os.environ.get("BENCH_OUT", "2000"))
ONLY = os.environ.get("BENCH_ONLY", "").split(",")


def say(name, **figures):
    print(json.dumps({"bench": name, **figures}), flush=True)


def tree(pid):
    """The process and all below it."""
    found = [pid]
    for p in found:
        for t in pathlib.Path(f"/proc/{p}/task").glob("*/children"):
            found += [int(c) for c in t.read_text().split()]
    return found


def pss_kb(pid):
    total = 0
    for p in tree(pid):
        try:
            text = pathlib.Path(f"/proc/{p}/smaps_rollup").read_text()
            total += int(text.split("\nPss:")[1].split()[0])
        except (OSError, IndexError):
            pass  # ended meanwhile
    return total


def run(*args, **options):
    """Run it; seconds, peak memory of all its processes together, output."""
    start = time.monotonic()
    process = subprocess.Popen([str(a) for a in args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, **options)
    peak = [0]

    def watch():
        while process.poll() is None:
            try:
                peak[0] = max(peak[0], pss_kb(process.pid))
            except OSError:
                pass
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.stdout.read()
    process.wait()
    seconds = time.monotonic() - start
    watcher.join()
    if process.returncode != 0:
        raise RuntimeError(f"{args}: exit {process.returncode}: {output}")
    return seconds, peak[0] / 1024, output


class Bench:
    def __init__(self, build, folder):
        self.build = pathlib.Path(build).resolve()
        self.dir = pathlib.Path(folder)
        self.host = mailhost.Mailhost(self.dir / "host")

    def fill(self):
        """The inbox of user "er", written as files and indexed by Dovecot."""
        host = self.host
        with host.session("er"):
            pass
        path = host.maildir("er")
        start = time.monotonic()
        made = json.loads(run(self.build / "bench/gen", path, MAILS)[2])
        uid, gid = path.stat().st_uid, path.stat().st_gid
        for f in (path / "new").iterdir():
            os.chown(f, uid, gid)
        assert host.count("er") == MAILS
        with host.session("er") as c:  # every mail seen once: sizes are in the index
            c.fetch("1:*", "(RFC822.SIZE)")
        say("inbox", mean_bytes=made.pop("bytes") // MAILS, seconds=round(time.monotonic() - start, 1), **made)

    def mbsync(self):
        target = self.dir / "mbsync"
        target.mkdir()
        settings = self.dir / "mbsyncrc"
        settings.write_text(f"""FSync yes

IMAPStore far
Host localhost
Port {self.host.imaps_port}
User er
Pass pw
SSLType IMAPS
CertificateFile {self.host.ca}

MaildirStore near
Path {target}/
Inbox {target}/INBOX

Channel c
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
""")
        seconds, rss, _ = run("mbsync", "-q", "-c", settings, "c", env={**os.environ, "HOME": str(self.dir)})
        n = sum(1 for sub in ("new", "cur") for _ in (target / "INBOX" / sub).iterdir())
        assert n == MAILS, n
        say("mbsync", mails=n, seconds=round(seconds, 2), mails_per_s=round(n / seconds), rss_mb=round(rss, 1))

    def bare(self):
        _, rss, out = run(self.build / "bench/bare", self.host.imaps_port, self.host.ca, "er", "pw", self.dir / "bare.db")
        got = json.loads(out)
        assert got["mails"] == MAILS, got
        say("bare", mails=MAILS, seconds=round(got["seconds"], 2), mails_per_s=round(MAILS / got["seconds"]), rss_mb=round(rss, 1))

    def all(self):
        inbox = {"mbsync", "bare", "once"}
        if not any(ONLY) or inbox & set(ONLY):
            self.host.start()
            try:
                self.fill()
                for name in ("mbsync", "bare"):
                    self.one(name)
            finally:
                self.host.stop()

    def one(self, name):
        if not any(ONLY) or name in ONLY:
            getattr(self, name)()


def main():
    with tempfile.TemporaryDirectory(prefix="caseward-bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        os.chmod(folder, 0o755)
        Bench(sys.argv[1], folder).all()


if __name__ == "__main__":
    main()
