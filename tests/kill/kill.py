"""kill.py - SIGKILL at random moments, under load: the books at the end.

usage: kill.py SECONDS [SEED]

Two desks, one on Maildirs, one on a real IMAP and SMTP server (where they can be started). Each round brings new mails, answers,
commands by mail and on the command line, and a pass that is killed: after a random time, or in front of a random operation on a file
(tests/fault/disk.c), which is as likely between the server's word and our mark as anywhere. Every few rounds the passes are left
alone until nothing is to be done, and the books are made: each mail that was sent to the desk is there once, each command that
said "done" is on record, each planned mail left once, the rules of the audit hold, every event chain verifies.
"""
import datetime
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "sys"))

from desk import CASEWARD, Desk, clock  # noqa: E402
from faulty import LIBRARY  # noqa: E402
from mailhost import Mailhost  # noqa: E402

EMPLOYEES = ("alice.martin", "samuel.greene", "chloe.bennett", "noah.kim")


class Books:
    """What should be there at the end."""

    def __init__(self):
        self.mails, self.notes, self.maybe = set(), set(), set()
        self.kills = self.passes = self.commands = self.doubled_out = self.aside = 0


class Life:
    def __init__(self, desk, rng):
        self.desk, self.rng, self.books = desk, rng, Books()
        self.now = datetime.datetime(2026, 11, 2, 15, tzinfo=datetime.UTC)
        self.n = 0
        self.tick(0)

    def tick(self, minutes):
        self.now += datetime.timedelta(minutes=minutes)
        self.desk.now = clock(self.now)

    # --- load ---
    def mail(self, word):
        self.n += 1
        desk, who = self.desk, self.rng.choice(EMPLOYEES)
        answers = self.answerable() if word != "new" else []
        if not answers:
            m = desk.mail_from(who, f"Question {self.n}", f"Number {self.n}: what is my balance?\n")
        else:
            above = f"#note by mail {self.n}" if word == "command" else f"Number {self.n}: thank you, we look into it."
            m = desk.reply(self.rng.choice(answers), above)
        self.books.mails.add(m.id)

    def answerable(self):
        if self.desk.host:
            who = self.rng.choice((*EMPLOYEES, "grace.kim"))
            return self.desk.inbox(who)[-3:] if self.n % 3 == 0 else []
        return [m for m in self.desk.sent()[-30:] if "[ER-" in m.subject]

    def command(self):
        cases = self.desk.run("case", "list", "--json", "--now", self.desk.now)
        if cases.returncode != 0 or not json.loads(cases.stdout):
            return
        self.n += 1
        no, words = self.rng.choice(json.loads(cases.stdout))["no"], f"by hand {self.n}"
        self.books.commands += 1
        done = self.killed("case", "note", str(no), words)
        (self.books.notes if done else self.books.maybe).add(words)

    # --- death ---
    def killed(self, *args):
        """True: it came to its end."""
        env = dict(self.desk.env)
        delay = None
        if self.rng.random() < 0.6:
            env.update(LD_PRELOAD=str(LIBRARY), FAULT_KILL_AT=str(int(self.rng.random() ** 2 * 300) + 1))
        else:
            delay = self.rng.random() ** 2 * 0.4
        p = subprocess.Popen([CASEWARD, "-c", str(self.desk.config), *args, "--now", self.desk.now], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
        try:
            _, said = p.communicate(timeout=delay if delay is not None else 60)
        except subprocess.TimeoutExpired:
            p.kill()
            _, said = p.communicate()
        assert p.returncode in (0, 1, 3, -9), (args, p.returncode, said)
        self.books.kills += p.returncode == -9
        return p.returncode == 0

    def round(self):
        for _ in range(self.rng.randint(0, 3)):
            self.mail(self.rng.choice(("new", "answer", "command")))
        for _ in range(self.rng.randint(0, 2)):
            self.command()
        self.tick(self.rng.choice((1, 10, 30, 240)))
        self.killed("once")
        self.books.passes += 1

    # --- the books ---
    def settle(self):
        for _ in range(40):
            self.tick(16)
            r = self.desk.run("once", "--now", self.desk.now, "--json")
            if r.returncode == 3:  # a killed child of the pass before is still ending
                time.sleep(0.2)
                continue
            n = json.loads(r.stdout)
            if n["taken"] + n["sent"] + n["later"] + n["unsure"] + n["fired"] + n["failed_mailboxes"] == 0:
                return
        raise AssertionError("it does not come to rest")

    def check(self):
        """A mail that was in hand when the pass was killed too often waits in quarantine: a person says `retry`."""
        self.settle()
        desk, books = self.desk, self.books
        for q in desk.cli("quarantine"):
            if q["state"] == "quarantined":
                self.books.aside += 1
                assert desk.run("quarantine", "retry", str(q["mail"]), "--now", desk.now).returncode == 0
        self.settle()
        desk.cli("audit")
        assert desk.cli("audit", "verify")["sound"]
        assert desk.run("doctor", "--json").stdout.count('"what": "database"') == 1
        seen, notes = [], ""
        for c in desk.cli("case", "list"):
            case = desk.case(c["no"])
            notes += json.dumps(case["notes"])
            for m in case["messages"]:
                if m["direction"] == "in":
                    seen.append(m["message_id"].strip("<>"))
        lost = [i for i in books.mails if i not in seen]
        assert not lost, ("lost", lost, desk.run("status", "--now", desk.now).stdout)
        assert len(seen) == len(set(seen)), ("doubled", [i for i in seen if seen.count(i) > 1])
        assert all(w + '"' in notes for w in books.notes), "a command that said done is gone"
        assert all(notes.count(w + '"') <= 1 for w in books.notes | books.maybe), "a command was done twice"
        self.check_out()

    def check_out(self):
        rows = self.desk.outbox(channel="mail")
        waits = [r for r in rows if r["state"] != "sent"]  # one correspondent gets no more than so many answers an hour
        assert all(r["state"] == "queued" and r["attempts"] == 0 and r["next_try_at"] > self.desk.now for r in waits), waits
        rows = [r for r in rows if r["state"] == "sent"]
        if not self.desk.host:
            left = [m["Message-ID"].strip("<>") for m in self.desk.sent()]
            assert len(left) == len(set(left))
            assert {r["message_id"] for r in rows} <= set(left) and (len(rows) > 900 or len(rows) == len(left))
            return
        left = []
        for who in {r["to"].split("@")[0] for r in rows}:
            got = self.desk.host.wait_delivered(who, sum(r["to"].split("@")[0] == who for r in rows))
            left += [hashlib.sha256(m["raw"].split(b"Message-ID: <", 1)[1].split(b">", 1)[0]).hexdigest() for m in got
                     if b"Message-ID: <c" in m["raw"] or b"Message-ID: <d" in m["raw"]]
        self.books.doubled_out = len(left) - len(set(left))


def main():
    seconds, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    rng, end = random.Random(seed), time.monotonic() + seconds
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="caseward-kill.", dir="/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None) as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)
        host = None
        try:
            host = Mailhost(folder / "host") if (folder / "host").mkdir() is None else None
            host.start()
        except Exception as e:  # no servers here: the folders alone
            print(f"without a mail server: {e}")
            host = None
        lives = [Life(Desk(folder / "a"), rng)] + ([Life(Desk(folder / "b", host, "k-"), rng)] if host else [])
        try:
            rounds = 0
            while time.monotonic() < end:
                life = lives[rounds % len(lives)]
                life.round()
                rounds += 1
                if rounds % 40 < len(lives):
                    life.check()
            for life in lives:
                life.check()
        finally:
            if host:
                host.stop()
        for name, life in zip(("folders", "servers"), lives):
            b = life.books
            print(f"{name}: {b.passes} passes, {b.kills} kills, {len(b.mails)} mails in, {len(life.desk.outbox())} out, "
                  f"{b.commands} commands, {b.aside} put aside; lost 0, doubled 0, sent again by an unsure answer {b.doubled_out}")


main()
