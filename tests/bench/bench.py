#!/usr/bin/env python3
"""bench.py BUILD - what caseward does in a second, beside what others do.

One JSON object a line; all of one run on one machine, so that they can be
compared.  Settings by environment: BENCH_MAILS (10000), BENCH_CASES
(1000000), BENCH_DIR (/tmp), BENCH_ONLY (names, comma separated).

  mbsync    copies the inbox over TLS into a Maildir, fsync on
  reader    mails read in this process and in the reader's jail; the memory of
            the child for mails of 50 MB
  bare      libetpan over TLS, each mail durably in SQLite, 20 a commit
  once      caseward: the same inbox to committed, threaded cases
  smtp      what `once` queued, to smtp-sink; smtp-source with as many mails
  idle      a pass with nothing due, with one case and with BENCH_CASES
  tick      caseward: a pass over BENCH_CASES open cases, few of them due
"""
import json
import os
import pathlib
import re
import shutil
import sqlite3
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
NOW = "2026-11-10T15:00:00Z"  # a Tuesday, in office hours of New York
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


def multiply_cases(db, count):
    """Make `count` open cases of the one that is there, nothing of them due within a month; the time of its opening."""
    columns = [c[1] for c in db.execute("PRAGMA table_info(casefile)") if c[1] != "no"]
    (first, opened_at), = db.execute("SELECT no, opened_at FROM casefile WHERE is_open")
    db.execute("UPDATE agenda SET due_at = due_at + 2678400 WHERE case_no = ?", (first,))
    db.execute("UPDATE casefile SET due_at = due_at + 2678400, step_due_at = step_due_at + 2678400,"
               " step_planned_at = step_planned_at + 2678400 WHERE no = ?", (first,))
    numbers = f"WITH RECURSIVE t(n) AS (SELECT {first} + 1 UNION ALL SELECT n + 1 FROM t WHERE n < {first} + {count} - 1)"
    for table, key, names in (
            ("casefile", "no", columns),
            ("agenda", "case_no", ["kind", "key", "due_at"]),
            ("participant", "case_no", ["email", "audience"]),
            ("subscriber", "case_no", ["name"]),
            ("event_head", "case_no", ["seq", "hash"])):
        names = ", ".join(names)
        db.execute(f"INSERT INTO {table} ({key}, {names}) {numbers} SELECT n, {names} FROM t, {table} WHERE {key} = {first}")
    return opened_at


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

    def reader(self):
        inbox = self.dir / "read"
        for sub in ("cur", "new", "tmp"):
            (inbox / sub).mkdir(parents=True)
        run(self.build / "bench/gen", inbox, min(MAILS, 3000))
        say("reader", **json.loads(run(self.build / "bench/read", inbox)[2]))

    def settings(self, name, mailbox, transport):
        """The shipped settings with another way in and out; -c FILE."""
        shipped = HERE.parents[1]
        place = self.dir / name
        shutil.copytree(shipped / "config", place / "config")
        shutil.copytree(shipped / "templates", place / "templates")
        (place / "password").write_text("pw\n")
        (place / "password").chmod(0o600)
        path = place / "config/caseward.yaml"
        text = path.read_text()
        for section, lines in (("mailboxes", mailbox), ("transport", transport)):
            if lines:
                text = re.sub(rf"^{section}:\n(?:[ #-].*\n)+", f"{section}:\n{lines}\n", text, flags=re.M)
        path.write_text(text)
        return path

    def caseward(self, settings, *args):
        return run(self.build / "caseward", "-c", settings, *args)

    def once(self):
        settings = self.settings("once", f"""  - name: inbox
    kind: imap
    host: localhost
    port: {self.host.imaps_port}
    tls: implicit
    ca_file: {self.host.ca}
    user: er
    password_file: ../password
    folder: INBOX
    after: leave
""", "")
        self.caseward(settings, "init", "--manual-clock")
        seconds, rss, out = self.caseward(settings, "once", "--no-send", "--now", NOW, "--json")
        n = json.loads(out)
        done = n["opened"] + n["appended"] + n["filed"] + n["unverified"]
        assert n["taken"] == done == MAILS, n
        say("once", mails=MAILS, seconds=round(seconds, 2), mails_per_s=round(MAILS / seconds), rss_mb=round(rss, 1),
            cases=n["opened"], threaded=n["appended"], filed=n["filed"], unverified=n["unverified"])

    def smtp(self):
        for connections in (1, 4):
            self.smtp_by(connections)

    def smtp_by(self, connections):
        port = mailhost.free_ports(1)[0]
        sink = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL)
        try:
            mailhost.wait_for("smtp-sink listens", lambda: mailhost.listens(port))
            settings = self.settings(f"smtp{connections}", "", f"""  kind: smtp
  host: 127.0.0.1
  port: {port}
  tls: none
  max_connections: {connections}
  per_minute: 0
""")
            shutil.copytree(self.dir / "once/config/var", settings.parent / "var")
            seconds, rss, out = self.caseward(settings, "once", "--no-intake", "--now", NOW, "--json")
            n = json.loads(out)["sent"]
            with sqlite3.connect(settings.parent / "var/caseward.db") as db:
                size, left = db.execute("SELECT avg(size), sum(o.state <> 'sent') FROM outbox o JOIN blob b ON b.id = o.blob"
                                        " WHERE channel = 'mail'").fetchone()
            theirs = run("smtp-source", "-s", connections, "-m", n, "-l", int(size), "-f", "er@northwind.example",
                         "-t", "e1@client.example", "-N", "-d", f"127.0.0.1:{port}")[0]
            say("smtp", connections=connections, mails=n, left=left, mean_bytes=int(size), seconds=round(seconds, 2),
                mails_per_s=round(n / seconds), smtp_source_mails_per_s=round(n / theirs), rss_mb=round(rss, 1))
        finally:
            sink.terminate()
            sink.wait()

    def idle(self, settings, at):
        """Seconds of a pass with nothing due, the best of ten."""
        return min(self.caseward(settings, "once", "--no-intake", "--no-send", "--now", at)[0] for _ in range(10))

    def tick(self):
        settings = self.settings("tick", "", "")
        place = settings.parent / "var"
        self.caseward(settings, "init", "--manual-clock")
        mail = self.dir / "first.eml"
        mail.write_text("From: e1@client.example\nTo: er@northwind.example\nSubject: Overtime\nMessage-ID: <1@client.example>\n\nPlease check.\n")
        self.caseward(settings, "ingest", mail, "--now", NOW)
        self.caseward(settings, "once", "--now", NOW)
        idle = self.idle(settings, NOW)
        with sqlite3.connect(place / "caseward.db") as db:
            now = multiply_cases(db, CASES)
        # what the cases add to a pass that has nothing to do: the rest is the start of the program
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
        self.caseward(settings, "once", "--no-intake", "--no-send", "--now", at, "--json")
        full = self.idle(settings, at)
        say("idle", open_cases=CASES, ms=round(1000 * full, 1), ms_with_one_case=round(1000 * idle, 1),
            ms_for_the_cases=round(1000 * (full - idle), 1))
        for minute, due in enumerate((0, 100, 10000), 1):
            now += 60
            with sqlite3.connect(place / "caseward.db") as db:
                db.execute("UPDATE agenda SET due_at = ? WHERE kind = 'step' AND case_no BETWEEN ? AND ?",
                           (now, minute * 20000, minute * 20000 + due - 1))
                db.execute("UPDATE casefile SET step_due_at = ?, step_planned_at = ? WHERE no BETWEEN ? AND ?",
                           (now, now, minute * 20000, minute * 20000 + due - 1))
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
            seconds, rss, out = self.caseward(settings, "once", "--no-intake", "--no-send", "--now", at, "--json")
            fired = json.loads(out)["fired"]
            assert fired == due, out
            say("tick", open_cases=CASES, due=due, seconds=round(seconds, 3), steps_per_s=round(due / seconds), rss_mb=round(rss, 1))

    def all(self):
        inbox = {"mbsync", "bare", "once", "smtp"}
        if not any(ONLY) or inbox & set(ONLY):
            self.host.start()
            try:
                self.fill()
                for name in ("mbsync", "bare", "once"):
                    self.one(name)
            finally:
                self.host.stop()
        self.one("reader")
        self.one("smtp")
        self.one("tick")

    def one(self, name):
        if not any(ONLY) or name in ONLY:
            getattr(self, name)()


def main():
    with tempfile.TemporaryDirectory(prefix="caseward-bench-", dir=os.environ.get("BENCH_DIR")) as folder:
        os.chmod(folder, 0o755)
        Bench(sys.argv[1], folder).all()


if __name__ == "__main__":
    main()
