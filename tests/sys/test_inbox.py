"""The inbox, on a real Dovecot: every way to reach it, nothing deleted, nothing taken twice; damage; the daemon."""
import json
import os
import re
import signal
import sqlite3
import subprocess
import time

import pytest

from desk import CASEWARD, TOP, Mail, clock
from fakeserver import FakeImap
from mailhost import PASSWORD, wait_for

CORPUS = TOP / "tests/corpus"


def ask(desk, n=1, who="alice.martin"):
    return desk.mail_from(who, f"Question {n} about my payslip", f"Hello, this is question {n}.\n")


def inbox_of(desk, folder="INBOX"):
    return desk.host.messages(f"{desk.prefix}er", folder)


def second_mailbox(desk, name="second", **more):
    """One more mailbox in the settings."""
    lines = dict(kind="imap", host="localhost", port=desk.host.imaps_port, tls="implicit", ca_file=desk.host.ca,
                 user=f"{desk.prefix}{name}", password_env="CASEWARD_TEST_SECRET", **more)
    block = f"  - name: {name}\n" + "".join(f"    {k}: {v}\n" for k, v in lines.items())
    desk.edit(("\ntransport:\n", f"{block}\ntransport:\n"))


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_encrypted_ways_in(hosted, tls):
    """M1 IM-3: implicit TLS and STARTTLS, with a password; what was taken is left as it was, unread and undeleted."""
    desk = hosted()
    if tls == "starttls":
        desk.edit((f"port: {desk.host.imaps_port}\n    tls: implicit", f"port: {desk.host.imap_port}\n    tls: starttls"))
    for n in range(3):
        ask(desk, n)
    assert desk.once("2026-11-02 10:00")["opened"] == 3
    kept = inbox_of(desk)
    assert len(kept) == 3 and not any(f in m["flags"] for m in kept for f in ("\\Seen", "\\Deleted", "\\Answered"))


@pytest.mark.parametrize("wrong", ["authority", "password"])
def test_refused_ways_in(hosted, wrong):
    """M1 L17: an authority that we do not know, or a wrong password: nothing is read, the pass says so, and what waits is taken
    as soon as it is mended."""
    desk = hosted()
    ask(desk)
    good = desk.config.read_text()
    first, rest = good.split("transport:")
    bad = {"authority": (f"ca_file: {desk.host.ca}", f"ca_file: {desk.host.pki.dir}/evilca.crt"),
           "password": ("CASEWARD_TEST_SECRET", "WRONG")}[wrong]
    assert bad[0] in first
    desk.config.write_text(first.replace(*bad) + "transport:" + rest)
    desk.env["WRONG"] = "wrong"
    assert desk.once("2026-11-02 10:00", ok=(1,))["failed_mailboxes"] == 1
    box, = desk.cli("status", ok=(1,))["mailboxes"]
    assert box["failures"] == 1 and box["error"] and box["ok_at"] is None and desk.cli("case", "list") == []
    desk.config.write_text(good)
    assert desk.once("2026-11-02 10:30")["opened"] == 1
    assert desk.cli("status")["mailboxes"][0]["failures"] == 0


def test_secrets_that_systemd_hands_over(hosted, tmp_path):
    """H6 M1 M2: a secret in $CREDENTIALS_DIRECTORY under the last part of the file's name goes before the file, for both ways; a folder
    that is not named in full, or has no such secret, counts for nothing."""
    desk = hosted()
    desk.edit(("password_env: CASEWARD_TEST_SECRET", "password_file: secrets/desk-password"))
    own, there, empty = desk.config.parent / "secrets", tmp_path / "credentials", tmp_path / "empty"
    for folder, text in ((own, "wrong"), (there, PASSWORD + "\n"), (empty, None)):
        folder.mkdir()
        if text:
            (folder / "desk-password").write_text(text)
    ask(desk)
    for folder in (None, empty, os.path.relpath(there)):
        desk.env.pop("CREDENTIALS_DIRECTORY", None)
        desk.env.update({"CREDENTIALS_DIRECTORY": str(folder)} if folder else {})
        assert desk.once("2026-11-02 10:00", ok=(1,))["failed_mailboxes"] == 1, folder
        assert PASSWORD not in str(desk.cli("status", ok=(1,)))
    desk.env["CREDENTIALS_DIRECTORY"] = str(there)
    n = desk.once("2026-11-02 10:30")
    assert (n["failed_mailboxes"], n["opened"], n["sent"]) == (0, 1, 2)
    desk.env["CREDENTIALS_DIRECTORY"] = str(empty)
    (own / "desk-password").write_text(PASSWORD)
    ask(desk, 2, "noah.kim")
    assert desk.once("2026-11-02 11:00")["sent"] == 2
    (own / "desk-password").unlink()
    r = desk.run("once", "--now", clock("2026-11-02 11:30"))
    assert r.returncode == 1 and "desk-password: no such file" in r.stderr + str(desk.cli("status", ok=(1,)))


@pytest.mark.parametrize("cert", ["wrong", "untrusted", "expired"])
def test_certificate_that_does_not_hold(hosted, cert):
    """M1: another's name, an unknown authority, an old date: not a word is said to such a server, least of all the password."""
    desk = hosted()
    with FakeImap({}, cert=desk.host.pki.cert(cert), tls=True) as server:
        desk.edit((f"port: {desk.host.imaps_port}", f"port: {server.port}"))
        assert desk.once("2026-11-02 10:00", ok=(1,))["failed_mailboxes"] == 1
        assert server.connections > 0 and server.heard == []


def test_mailboxes_fail_alone(hosted):
    """M1 L18 L9: three mailboxes; the one in the middle cannot be reached, the others are read; one mail to two of them is in
    both, and opens one case."""
    desk = hosted()
    second_mailbox(desk, "second")
    second_mailbox(desk, "third")
    desk.edit((f"user: {desk.prefix}second\n    password_env: CASEWARD_TEST_SECRET", f"user: {desk.prefix}second\n    password_env: WRONG"))
    desk.env["WRONG"] = "wrong"
    asked = ask(desk)
    desk.host.append(f"{desk.prefix}second", ask(desk, 2).raw)
    desk.host.append(f"{desk.prefix}third", asked.raw.replace(b"question 1", b"question 3").replace(b"Message-ID: <", b"Message-ID: <x"))
    n = desk.once("2026-11-02 10:00", ok=(1,))
    assert n["failed_mailboxes"] == 1 and n["opened"] == 3
    assert [b["failures"] for b in desk.cli("status", ok=(1,))["mailboxes"]] == [0, 1, 0]


def test_uidvalidity_changes(hosted):
    """M1 M3 IM-1: after a restore the mails have other numbers: none is taken a second time, and new ones are taken."""
    desk = hosted()
    for n in range(4):
        ask(desk, n)
    desk.once("2026-11-02 10:00")
    desk.host.change_uidvalidity(f"{desk.prefix}er")
    n = desk.once("2026-11-02 10:30")
    assert n["opened"] == n["sent"] == 0
    ask(desk, 5)
    assert desk.once("2026-11-02 11:00")["opened"] == 1
    assert len(desk.cli("case", "list")) == 5 and len(desk.inbox("alice.martin")) >= 3


def test_delivered_twice(hosted):
    """M3 L8: one mail by two ways differs in its trace headers; it is one mail, also in another mailbox that is a copy."""
    desk = hosted()
    m = ask(desk)
    desk.put(m.raw)  # another Received, another envelope
    n = desk.once("2026-11-02 10:00")
    assert (n["taken"], n["opened"], n["duplicate"]) == (2, 1, 1)
    desk.put(b"Received: from far.example by near.example; Mon, 2 Nov 2026 10:10:00 -0500\r\n" + m.raw)
    assert desk.once("2026-11-02 10:30")["duplicate"] == 1
    assert len(desk.cli("case", "list")) == 1 and len(desk.inbox("alice.martin")) == 1


@pytest.mark.parametrize("after", ["leave", "flag", "move"])
def test_what_happens_to_a_taken_mail(hosted, after):
    """M1 L4: left, flagged or moved, as the settings say; never deleted, and a second pass changes nothing."""
    desk = hosted()
    desk.edit((f"user: {desk.prefix}er\n    password_env: CASEWARD_TEST_SECRET\n",
               f"user: {desk.prefix}er\n    password_env: CASEWARD_TEST_SECRET\n    after: {after}\n" +
               ("    move_to: Done\n" if after == "move" else "")))
    if after == "move":
        desk.host.append(f"{desk.prefix}er", b"Subject: old\r\n\r\nold\r\n", folder="Done")
    for n in range(3):
        ask(desk, n)
    desk.once("2026-11-02 10:00")
    for time_of_day in ("10:10", "10:20"):
        here, flags = inbox_of(desk), [m["flags"] for m in inbox_of(desk)]
        if after == "move":
            assert here == [] and len(inbox_of(desk, "Done")) == 4
        else:
            assert len(here) == 3 and all(("$CasewardDone" in f) == (after == "flag") for f in flags)
        assert not any("\\Deleted" in f or "\\Seen" in f for f in flags)
        assert desk.once(f"2026-11-02 {time_of_day}")["taken"] == 0


def test_damaged_mails_do_not_stop_the_queue(desk):
    """M7 L1 L21: every odd mail of the collection, with sound ones between them: all are taken in, each is kept byte for byte, what
    could not be parsed is in quarantine and reported, the sound ones are answered."""
    files = sorted(f for f in CORPUS.glob("*.eml"))
    for i, f in enumerate(files):
        desk.put(f.read_bytes())
        if i % 10 == 0:
            desk.mail_from("noah.kim", f"Sound {i}", "Hello.\n")
    n = desk.once("2026-11-02 10:00", ok=(0, 1))
    assert n["taken"] == desk.delivered
    desk.once("2026-11-02 10:05", ok=(0, 1))
    assert desk.cli("audit") == []
    assert len([c for c in desk.cli("case", "list") if c["brief"].startswith("Sound")]) == (len(files) + 9) // 10
    for q in desk.cli("quarantine"):
        if q["state"] == "quarantined":
            assert q["why"] and any(f"Mail {q['mail']} of mailbox" in m.words for m in desk.inbox("lee.okafor"))


@pytest.mark.skipif("-san" in CASEWARD.parent.name, reason="the sanitizer needs all memory: the reader has no limit")
def test_reader_is_killed(desk):
    """M7 M3: a mail whose parser dies is threaded by its headers, kept raw, in quarantine and reported; those behind it go on."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    ack = desk.last("alice.martin")
    head = desk.reply(ack, "Boom", send=False).raw.split(b"\r\n\r\n")[0] + b"\r\n"
    head = re.sub(rb"(?i)(Content-Type|Content-Transfer-Encoding|MIME-Version):[^\r]*\r\n", b"", head)
    bomb = head + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + b"a: b\r\n" * 2_000_000
    desk.mail_from("samuel.greene", "My desk", "Hello.\n")
    desk.put(bomb)
    desk.mail_from("noah.kim", "My pension", "Hello.\n")
    n = desk.once("2026-11-02 11:00", ok=(0, 1))
    assert n["taken"] == 3 and n["opened"] == 2 and n["quarantined"] == 1
    assert all(any("Hello." in m.text and f"ER-00000{no}" in m.subject for m in desk.sent()) for no in (2, 3))
    kept, = desk.cli("quarantine")
    assert kept["state"] == "quarantined" and "killed the reader (out of memory" in kept["why"]
    assert [m["outcome"] for m in desk.case()["messages"] if m["direction"] == "in"] == ["opened", "appended"]
    assert desk.original([m for m in desk.case()["messages"] if m["direction"] == "in"][-1]) == bomb
    assert "kept in quarantine" in [m for m in desk.inbox("lee.okafor")][-1].words
    assert desk.cli("status", ok=(1,))["quarantined"] == 1


@pytest.mark.skipif("-san" in CASEWARD.parent.name, reason="the sanitizer needs calls that the jail forbids: there is none")
def test_no_jail_no_reading(desk):
    """M7 L17: where the kernel refuses the reader's jail no mail is taken in or given up, dates are kept, the supervisor hears of it,
    doctor says what to do; with the jail back everything is read."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.mail_from("noah.kim", "My pension", "Hello.\n")
    at = "2026-11-05 10:00"
    before = len(desk.sent())
    for _ in range(5):
        r = subprocess.run([CASEWARD.parent / "tools/noseccomp", CASEWARD, "-c", desk.config, "once", "--json", "--now", clock(at)],
                           capture_output=True, text=True, env=desk.env)
        assert "refuses seccomp" in r.stderr and json.loads(r.stdout)["taken"] == 0, r
    assert len(desk.sent()) > before
    assert any("has not been read since" in m.words and "seccomp" in m.text for m in desk.sent())
    r = subprocess.run([CASEWARD.parent / "tools/noseccomp", CASEWARD, "-c", desk.config, "doctor"], capture_output=True, text=True,
                       env=desk.env)
    assert r.returncode == 1 and "FAIL  reader of mail" in r.stdout and "security profile" in r.stdout
    n = desk.once("2026-11-05 10:30")
    assert n["opened"] == 1 and n["quarantined"] == 0 and desk.cli("quarantine") == []


def test_large_mail(hosted):
    """M7 G10: a mail of 20 MB is a case like any other, whole, and the one behind it is not held up."""
    desk = hosted()
    large = desk.mail_from("alice.martin", "My payslip", "As promised.\n", attachments=[("scan.tiff", bytes(15_000_000))], send=False)
    desk.host.append(f"{desk.prefix}er", large.raw)
    desk.delivered += 1
    ask(desk, 2, "noah.kim")
    assert desk.once("2026-11-02 10:00")["opened"] == 2
    scan, = desk.case(1)["attachments"]
    assert scan["size"] == 15_000_000 and desk.original(desk.case(1)["messages"][0]) == large.raw
    assert len(inbox_of(desk)) == 2


class Daemon:
    """caseward run; ends with its block."""

    def __init__(self, desk):
        self.log = open(desk.dir / "daemon.log", "w+")
        self.process = subprocess.Popen([CASEWARD, "-c", desk.config, "-v", "run"], stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, env=desk.env)

    def said(self, word):
        self.log.flush()
        return word in open(self.log.name).read()

    def __enter__(self):
        wait_for("the daemon", lambda: self.said("event=started") or self.said("started"))
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        self.log.close()


def test_daemon(hosted):
    """M1 G14 M3: the daemon waits in IDLE: a mail is answered within seconds; SIGHUP takes new settings and refuses bad ones;
    SIGTERM ends it at once and leaves no process behind."""
    desk = hosted(manual=False)
    second_mailbox(desk, "second", idle="yes")
    desk.edit((f"user: {desk.prefix}er\n    password_env: CASEWARD_TEST_SECRET\n",
               f"user: {desk.prefix}er\n    password_env: CASEWARD_TEST_SECRET\n    idle: yes\n"))
    box = f"{desk.prefix}alice.martin"
    with Daemon(desk) as d:
        wait_for("IDLE", lambda: "IDLE" in desk.host.logs() or len(children(d.process.pid)) >= 2)
        time.sleep(0.5)
        began = time.monotonic()
        ask(desk)
        desk.host.wait_delivered(box, 1)
        assert time.monotonic() - began < 10
        assert Mail(desk.host.messages(box)[0]["raw"]).first_line == "We have your message"
        settings = desk.config.read_text()
        desk.config.write_text(settings.replace("name: Employee Relations ", "name: Human Relations "))
        d.process.send_signal(signal.SIGHUP)
        wait_for("reload", lambda: d.said("reloaded"))
        ask(desk, 2)
        desk.host.wait_delivered(box, 2)
        assert "Human Relations" in Mail(desk.host.messages(box)[1]["raw"])["From"]
        desk.config.write_text(settings.replace("zone: America/New_York", "zone: America/Nowhere"))
        d.process.send_signal(signal.SIGHUP)
        wait_for("refusal", lambda: d.said("reload-refused"))
        ask(desk, 3)
        desk.host.wait_delivered(box, 3)
        desk.config.write_text(settings)
        family = [d.process.pid, *children(d.process.pid)]
        began = time.monotonic()
        d.process.send_signal(signal.SIGTERM)
        assert d.process.wait(10) == 0 and time.monotonic() - began < 8
        assert not [p for p in family if os.path.exists(f"/proc/{p}")]


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(p) for p in f.read().split()]


def test_daemon_survives_its_children(hosted):
    """M3 L7: a pass that is killed is started again; the mail is taken once."""
    desk = hosted(manual=False)
    with Daemon(desk) as d:
        for _ in range(5):
            for pid in children(d.process.pid):
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        ask(desk)
        d.process.send_signal(signal.SIGHUP)  # read again now
        desk.host.wait_delivered(f"{desk.prefix}alice.martin", 1)
        assert d.process.poll() is None
    assert PASSWORD not in open(d.log.name).read().split()


def test_what_could_not_be_kept_comes_again(hosted):
    """M3 L1: the database refuses a mail (a full disk, say): the place in the mailbox stays where it was, and the mail is taken
    as soon as there is room."""
    desk = hosted()
    for n in range(3):
        ask(desk, n)
    with sqlite3.connect(desk.dir / "config/var/caseward.db") as db:
        db.execute("CREATE TRIGGER full BEFORE INSERT ON spool WHEN NEW.uid = 2 BEGIN SELECT RAISE(ABORT, 'no room'); END")
    assert desk.once("2026-11-02 10:00", ok=(1,))["failed_mailboxes"] == 1
    with sqlite3.connect(desk.dir / "config/var/caseward.db") as db:
        db.execute("DROP TRIGGER full")
    desk.once("2026-11-02 10:30")
    assert len(desk.cli("case", "list")) == 3
