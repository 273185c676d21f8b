#!/usr/bin/env python3
"""soak.py BUILD - an hour of simulated weeks: mails in, mails out, random kills, servers that fail, and at the end the books.

Two desks on one real Dovecot and Postfix, both behind a network that fails (proxy.py):
  weeks  a pass every half hour of simulated time, nights by two hours, each a process that is killed at a random moment now and then
  live   the daemon on the real clock, with IDLE; its children are killed now and then, itself too

SOAK_SECONDS (3600), SOAK_MAILS (20000), SOAK_SEED (1), SOAK_DIR (/dev/shm). Prints a line a minute, and one JSON object at the end; exit 1
if a mail is not accounted for.
"""
import contextlib
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "sys")]
import mailhost  # noqa: E402
from books import Books  # noqa: E402
from desk import CASEWARD, TOP, Desk, clock  # noqa: E402
from proxy import Proxy  # noqa: E402
from world import World  # noqa: E402

SECONDS = int(os.environ.get("SOAK_SECONDS", "3600"))
MAILS = int(os.environ.get("SOAK_MAILS", "20000"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
EMPLOYEES = 1000
KILLED = 0.12  # of the passes
OUTAGE = 0.004  # begins at a pass
START = datetime.datetime(2026, 11, 2, 14, 0, tzinfo=datetime.UTC)
OFTEN = ("poll_every_minutes: 30", "poll_every_minutes: 1")


class Behind:
    """The mail host as the desk sees it: through the proxies."""

    def __init__(self, host, imap, smtp):
        self.ca, self.imaps_port, self.smtp_port = host.ca, imap.port, smtp.port


def memory_kb(pid):
    """What a process and its children hold now; what they share counts once (PSS)."""
    total, found = 0, [pid]
    for p in found:
        with contextlib.suppress(OSError, IndexError):
            for task in pathlib.Path(f"/proc/{p}/task").glob("*/children"):
                found += [int(c) for c in task.read_text().split()]
            total += int(pathlib.Path(f"/proc/{p}/smaps_rollup").read_text().split("\nPss:")[1].split()[0])
    return total


def names_and_addresses(desk):
    """A directory of many employees, a few of them behind a server that bounces, two whom the server refuses, for ever or for now;
    [(address, name)]."""
    rows, people = [], []
    for i in range(EMPLOYEES):
        host = "gone.example" if i % 50 == 7 else "test.example"
        address, name = {3: "nobody@test.example", 4: "later@test.example"}.get(i, f"{desk.prefix}e{i}@{host}"), f"Employee Number{i}"
        language = "es" if i % 5 == 0 else "en"
        rows.append(f"2{i:05},{name},{address},Northwind Traders,NWT-01,Retail East,East,America/New_York,{language},,active\n")
        people.append((address, name))
    with (desk.config.parent / "directory.csv").open("a") as f:
        f.writelines(rows)
    return people


def habits(desk):
    """{address: habit} of the staff."""
    departments = "grace.kim omar.haddad ben.castillo amara.nwosu ivan.kolar mei.zhou paula.reyes erik.sand walt.jensen nina.falk peter.lang yusuf.demir"
    agents = "maya.brooks tomas.rivera priya.shah dana.whitfield kenji.mori lucia.ortega james.adeyemi"
    return {desk[who]: "department" if who in departments.split() else "agent" if who in agents.split() else "chief" for who in desk.staff}


class Inbox:
    """Mails written as files, taken in by Dovecot at the next look."""

    def __init__(self, host, user):
        with host.session(user):
            pass  # makes the folder
        self.path, self.count = host.maildir(user), 0
        self.owner = self.path.stat()

    def put(self, mails):
        for m in mails:
            self.count += 1
            name = f"{1800000000 + self.count}.M{self.count}P1.soak"
            f = self.path / "tmp" / name
            f.write_bytes(m)
            os.chown(f, self.owner.st_uid, self.owner.st_gid)
            f.rename(self.path / "new" / name)


class Weeks:
    """The desk of simulated time."""

    def __init__(self, soak):
        self.soak, self.chance = soak, random.Random(SEED)
        self.desk = Desk(soak.dir / "weeks", soak.behind, "w-")
        self.inbox = Inbox(soak.host, "w-er")
        corpus = [f.read_bytes() for f in sorted((TOP / "tests/corpus").glob("*.eml"))]
        self.world = World(self.desk.address, names_and_addresses(self.desk), habits(self.desk), soak.host.dir / "mail", SEED, corpus)
        self.now, self.passes, self.killed, self.failed = START, 0, 0, 0
        self.peaks, self.times = [], []
        self.outage_until = None

    def _step(self):
        eastern = (self.now.hour - 5) % 24
        return datetime.timedelta(minutes=30 if 8 <= eastern < 18 and self.now.weekday() < 5 else 120)

    def _faults(self):
        if self.outage_until is None and self.chance.random() < OUTAGE:
            self.outage_until = self.now + datetime.timedelta(hours=self.chance.randrange(1, 12))
        if self.outage_until is not None and self.now >= self.outage_until:
            self.outage_until = None
        out = self.outage_until is not None
        self.soak.imap.outage = out and self.passes % 3 != 0
        self.soak.smtp.outage = out

    def run_pass(self, may_die=True):
        """One process; killed at a random moment, sometimes."""
        dies = may_die and self.chance.random() < KILLED
        begin = time.monotonic()
        p = subprocess.Popen([CASEWARD, "-c", str(self.desk.config), "once", "--now", clock(self.now), "--json"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=self.soak.log, env=self.desk.env, start_new_session=True)
        usual = sorted(self.times[-50:])[len(self.times[-50:]) // 2] if self.times else 0.3
        end = begin + self.chance.uniform(0, 1.3 * usual) if dies else begin + 300
        peak = 0
        while p.poll() is None and time.monotonic() < end:
            peak = max(peak, memory_kb(p.pid))
            time.sleep(0.01)
        if p.poll() is None:
            if not dies:
                self.soak.problems.append(f"a pass hung at {self.now}")
            (os.killpg if self.chance.random() < 0.5 else os.kill)(p.pid, signal.SIGKILL)
            self.killed += 1
        out = p.stdout.read()
        p.wait()
        self.passes += 1
        if p.returncode >= 0:
            self.times.append(time.monotonic() - begin)
            self.peaks.append(peak)
            self._finished(p.returncode, out)

    def _finished(self, code, out):
        counts = json.loads(out) if out.startswith(b"{") else {}
        if code not in (0, 1) or not counts:
            self.failed += 1
        if counts.get("findings"):
            self.soak.problems.append(f"{counts['findings']} findings at {self.now}")

    def turn(self, share):
        """One pass; `share` of the hour is over."""
        self.now += self._step()
        seconds = self.now.timestamp()
        self._faults()
        self.world.read(seconds)
        wanted = int(MAILS * min(share, 1)) - self.inbox.count
        self.inbox.put(self.world.mails(seconds, max(0, min(wanted, 200))))
        self.run_pass()

    def finish(self):
        """No more faults; until nothing is queued and nothing new arrives."""
        quiet = 0
        while quiet < 3:
            self.now += datetime.timedelta(hours=4)
            self.run_pass(may_die=False)
            self.world.read(self.now.timestamp())
            left = [r for r in self.desk.cli("outbox", "list", now=self.now) if r["state"] in ("queued", "unsure", "sending")]
            quiet = quiet + 1 if not left else 0
            if self.passes > 50 + self.soak.passes_before_end + 100:
                self.soak.problems.append(f"never quiet: {left[:3]}")
                return


class Live:
    """The daemon on the real clock."""

    def __init__(self, soak):
        self.soak, self.chance = soak, random.Random(SEED + 1)
        self.desk = Desk(soak.dir / "live", soak.behind, "l-", edit=[OFTEN], manual=False)
        self.desk.edit(("    password_env: CASEWARD_TEST_SECRET\n", "    password_env: CASEWARD_TEST_SECRET\n    idle: yes\n"))
        self.inbox = Inbox(soak.host, "l-er")
        self.sent, self.killed, self.restarts, self.readings = 0, 0, 0, []
        self._start()

    def _start(self):
        self.process = subprocess.Popen([CASEWARD, "-c", str(self.desk.config), "run"], stdin=subprocess.DEVNULL, stdout=self.soak.log,
                                        stderr=self.soak.log, env=self.desk.env)

    def turn(self):
        """Called every few seconds: a mail, now and then a kill."""
        if self.process.poll() is not None:
            self.soak.problems.append(f"the daemon ended: {self.process.returncode}")
            self._start()
        self.sent += 1
        m = (f"From: E <l-e{self.sent % 97}@test.example>\r\nTo: {self.desk.address}\r\nSubject: live {self.sent}\r\n"
             f"Message-ID: <live{self.sent}@mua.example>\r\n\r\nMail {self.sent}.\r\n")
        self.inbox.put([m.encode()])
        if self.chance.random() < 0.05:
            self._kill()

    def _kill(self):
        """A child; one time in ten the daemon itself."""
        if self.chance.random() < 0.1:
            self.process.kill()
            self.process.wait()
            self.restarts += 1
            self._start()
        else:
            with contextlib.suppress(OSError, IndexError, ProcessLookupError):
                children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
                os.kill(int(self.chance.choice(children)), signal.SIGKILL)
        self.killed += 1

    def read_memory(self):
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            fds = len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))
            self.readings.append((int(status.split("VmRSS:")[1].split()[0]), fds))

    def finish(self):
        """Until all is taken in and sent; then an orderly end."""
        try:
            mailhost.wait_for("the daemon takes in all", self._is_quiet, 180)
        except TimeoutError as e:
            self.soak.problems.append(str(e))
        self.process.terminate()
        if self.process.wait(60) != 0:
            self.soak.problems.append(f"the daemon's end: {self.process.returncode}")

    def _is_quiet(self):
        time.sleep(0.5)
        s = self.desk.cli("status", ok=(0, 1))
        return s["open"] >= self.sent  # acknowledgements beyond the hour's limit for one sender leave later


class Soak:
    def __init__(self, folder, host):
        self.dir, self.host, self.problems = folder, host, []
        self.log = (folder / "log").open("wb")
        self.imap, self.smtp = Proxy(host.imaps_port, SEED), Proxy(host.smtp_port, SEED + 1)
        self.imap.calm = self.smtp.calm = True  # while the desks are made
        self.behind = Behind(host, self.imap, self.smtp)
        self.weeks, self.live = Weeks(self), Live(self)
        self.passes_before_end = 0

    def run(self):
        begin = told = fed = time.monotonic()
        self.imap.calm = self.smtp.calm = False
        while (spent := time.monotonic() - begin) < SECONDS or self.weeks.inbox.count < MAILS:
            self.weeks.turn(spent / (SECONDS * 0.97))
            if time.monotonic() - fed > 2:
                fed = time.monotonic()
                self.live.turn()
            if time.monotonic() - told > min(60, SECONDS / 5):
                told = time.monotonic()
                self.live.read_memory()
                self._tell(spent)
        self.imap.calm = self.smtp.calm = True
        self.imap.outage = self.smtp.outage = False
        self.passes_before_end = self.weeks.passes
        self.weeks.finish()
        self.live.finish()
        self.live.read_memory()
        self._postfix_is_empty()

    def _postfix_is_empty(self):
        """All that Postfix took is delivered."""
        queues = [self.host.dir / "spool" / q for q in ("incoming", "active", "deferred", "maildrop")]
        mailhost.wait_for("an empty queue", lambda: not any(f.is_file() for q in queues for f in q.rglob("*")), 120)
        self.weeks.world.read(self.weeks.now.timestamp())

    def _tell(self, spent):
        w = self.weeks
        print(f"{spent:5.0f} s  {w.now:%Y-%m-%d %H:%M}  in {w.inbox.count}  out {sum(w.world.copies.values())}  passes {w.passes}  killed {w.killed}"
              f"  failed {w.failed}  pass {sorted(w.times[-20:])[len(w.times[-20:]) // 2]:.2f} s  {max(w.peaks[-20:], default=0) // 1024} MB"
              f"  daemon {self.live.readings[-1][0] if self.live.readings else 0} KB", flush=True)

    def _memory(self):
        """The peak of a pass with its children, in ten parts of the run: [median, highest]; and the daemon, first to last."""
        w = self.weeks.peaks
        n = max(1, len(w) // 10)
        parts = [sorted(w[i:i + n]) for i in range(0, len(w) - n + 1, n)]
        return dict(passes_kb=[[p[len(p) // 2], p[-1]] for p in parts], daemon_kb=[r[0] for r in self.live.readings][::max(1, len(self.live.readings) // 8)],
                    daemon_fds=sorted({r[1] for r in self.live.readings}))

    def close_books(self):
        w, books = self.weeks, {}
        for name, desk, inbox in (("weeks", w.desk, w.inbox), ("live", self.live.desk, self.live.inbox)):
            database = desk.config.parent / "var/caseward.db"
            copies = {mail[1]: n for mail, n in w.world.copies.items() if desk.prefix.startswith(mail[0])}
            books[name] = Books(database, inbox.path, copies, lambda address: address.endswith("@gone.example"))
            self.problems += [f"{name}: {p}" for p in books[name].problems]
            for args in (("audit",), ("audit", "verify")):
                r = desk.run(*args, *(["--now", clock(w.now)] if desk.manual else []))
                if r.returncode != 0:
                    self.problems.append(f"{name}: {args}: {r.stdout[-400:]} {r.stderr[-400:]}")
        return dict(soak="figures", seconds=SECONDS, weeks=round((w.now - START).days / 7, 1), passes=w.passes, killed=w.killed, failed_passes=w.failed,
                    live=dict(mails=self.live.sent, children_killed=self.live.killed, daemon_killed=self.live.restarts),
                    imap=self.imap.fates, smtp=self.smtp.fates, delivered=w.world.kinds, memory=self._memory(),
                    books={n: b.figures for n, b in books.items()}, problems=self.problems)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="caseward-soak-", dir=os.environ.get("SOAK_DIR", "/dev/shm")))
    folder.chmod(0o755)
    try:
        with mailhost.Mailhost(folder / "host") as host:
            soak = Soak(folder, host)
            soak.run()
            figures = soak.close_books()
        print(json.dumps(figures), flush=True)
    finally:
        if os.environ.get("SOAK_KEEP"):
            print(f"kept: {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if figures["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
