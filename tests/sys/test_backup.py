"""Copies of the database while it is in use, a disaster, and the database put back: every mail is accounted for, and what may have
left before waits for a person."""
import fcntl
import os
import sqlite3
import subprocess

import pytest


def open_case(desk, who, subject="My payslip", at=None):
    desk.mail_from(who, subject, "Hello.\n")
    return desk.once(at)


def files(folder):
    return sorted(p.name for p in folder.iterdir())


def lose(desk):
    """The database is gone, with all that belongs to it but the lock."""
    for end in ("", "-wal", "-shm"):
        (desk.config.parent / f"var/caseward.db{end}").unlink(missing_ok=True)


def test_backup_is_a_checked_copy(desk, tmp_path):
    """H6: private, whole, without the key; never over another file; readable by sqlite alone."""
    open_case(desk, "alice.martin", at="2026-11-02 10:00")
    said = desk.cli("backup", tmp_path / "b.db")
    assert "checked copy" in said and "caseward.key" in said
    assert (tmp_path / "b.db").stat().st_mode & 0o777 == 0o600
    db = sqlite3.connect(tmp_path / "b.db")
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("SELECT count(*) FROM casefile").fetchone() == (1,)
    key = (desk.config.parent / "var/caseward.key").read_text().split()[-1]
    db.close()
    assert key.encode() not in (tmp_path / "b.db").read_bytes() and bytes.fromhex(key) not in (tmp_path / "b.db").read_bytes()
    before = (tmp_path / "b.db").read_bytes()
    r = desk.run("backup", str(tmp_path / "b.db"))
    assert r.returncode == 4 and "there already" in r.stderr and (tmp_path / "b.db").read_bytes() == before
    assert [n for n in files(tmp_path) if n.startswith("b.db")] == ["b.db"]


def test_backups_in_a_folder_take_turns(desk, tmp_path):
    """H6: named by their time; the newest N stay, other files are left alone; the key goes to a place of its own."""
    folder = tmp_path / "backups"
    for day in (2, 3, 4):
        desk.once(f"2026-11-{day:02} 12:00")
        desk.cli("backup", "--dir", folder, "--keep", "2", "--with-key", tmp_path / "key")
        (folder / "caseward-notes.db").write_text("mine")
    assert files(folder) == ["caseward-20261103T170000Z.db", "caseward-20261104T170000Z.db", "caseward-notes.db"]
    assert (tmp_path / "key").read_bytes() == (desk.config.parent / "var/caseward.key").read_bytes()
    (tmp_path / "key").write_text("another")
    assert desk.run("backup", str(tmp_path / "c.db"), "--with-key", str(tmp_path / "key")).returncode == 4
    assert desk.run("backup", "--keep", "2", str(tmp_path / "d.db")).returncode == 2


def test_a_bad_copy_is_no_backup(desk, tmp_path):
    """H6 L4: a database with a changed history gives no backup, and says why."""
    open_case(desk, "alice.martin", at="2026-11-02 10:00")
    db = sqlite3.connect(desk.config.parent / "var/caseward.db")
    db.execute("UPDATE event SET text = 'nothing happened' WHERE id = 1")
    db.commit()
    db.close()
    r = desk.run("backup", str(tmp_path / "b.db"))
    assert r.returncode == 4 and "event 1" in r.stderr and not [n for n in files(tmp_path) if n.startswith("b.db")]


def test_disaster_and_catching_up(desk, tmp_path):
    """M3 G6 L1 L8 L20: a day after the backup the database is lost. It is put back: every mail since then is taken in again, once;
    no number is given twice; nothing leaves before a person has looked; then everything goes on."""
    open_case(desk, "alice.martin", at="2026-11-02 10:00")
    desk.mail_from("samuel.greene", "My pension", "Hello.\n")
    desk.once("2026-11-02 11:00", "--no-send")  # its mails wait while the backup is made
    desk.cli("backup", tmp_path / "b.db")
    desk.once("2026-11-02 11:30")
    open_case(desk, "chloe.bennett", at="2026-11-02 12:00")  # opened after the backup
    desk.reply(desk.last("grace.kim"), "Paid tomorrow.", who="grace.kim")
    desk.once("2026-11-03 10:00")
    sent = {m.id: m for m in desk.sent()}
    lost_case = desk.case(3)
    late = desk.reply(desk.last("chloe.bennett"), "Any news?")  # answers a mail of a case that is lost

    lose(desk)
    assert desk.run("once").returncode == 4
    said = desk.run("restore", str(tmp_path / "b.db")).stdout
    assert "outbox release" in said and "backup of 2026-11-02T16:00:00Z" in said
    held = desk.outbox(state="held")
    assert held and {r["template"] for r in held} >= {"ack"} and all(r["case"] == 2 for r in held)

    counts = desk.once("2026-11-03 11:00")
    assert counts["taken"] == 3 and counts["sent"] == 0 and desk.cli("audit") == []
    assert counts["opened"] == 2 and counts["appended"] == 1  # late leads to no case: it is one of its own
    assert {m.id for m in desk.sent()} == set(sent)
    cases = {c["no"]: c for c in desk.cli("case", "list")}
    assert set(cases) == {1, 2, 1003, 1004} and lost_case["no"] not in cases
    inbound = [desk.original(m) for no in cases for m in desk.case(no)["messages"] if m["direction"] == "in"]
    assert len(inbound) == len(set(inbound)) == 5 and late.raw in inbound
    again = desk.outbox(state="held")
    assert len(again) > len(held) and not {r["message_id"] for r in again if r["id"] > 1000} & set(sent)
    assert desk.cli("status", ok=(1,))["held"] == len(again)

    desk.cli("outbox", "release")
    counts = desk.once("2026-11-03 11:30")
    assert counts["sent"] >= len(again) and desk.outbox(state="held") == [] and desk.cli("status")["sick"] is False
    ids = [m.id for m in desk.sent()]
    assert len(ids) == len(set(ids)) and desk.cli("audit", "verify")["sound"]
    open_case(desk, "noah.kim", at="2026-11-03 12:00")
    assert desk.outbox(state="held") == [] and desk.last("noah.kim").when == "2026-11-03 12:00"


def letters(desk):
    return {m.id for m in desk.sent() if not m.id.startswith("alarm.")}


def test_catching_up_waits_for_every_mailbox(desk, tmp_path):
    """M3 L17: the mailbox cannot be read when the backup was put back: its mails are answered again only when a person has looked, also
    if they come in a later pass; after a day nothing waits for it any more."""
    open_case(desk, "alice.martin", at="2026-11-02 10:00")
    desk.cli("backup", tmp_path / "b.db")
    open_case(desk, "chloe.bennett", at="2026-11-02 12:00")
    sent = letters(desk)
    lose(desk)
    desk.cli("restore", tmp_path / "b.db")
    inbox = desk.config.parent / "var/mail/inbox"
    inbox.rename(inbox.with_name("elsewhere"))
    inbox.write_text("no folder")
    desk.once("2026-11-02 13:00", ok=(0, 1))
    inbox.unlink()
    inbox.with_name("elsewhere").rename(inbox)
    assert desk.once("2026-11-02 13:30")["taken"] == 1 and letters(desk) == sent
    assert "ack" in {r["template"] for r in desk.outbox(state="held")}
    open_case(desk, "noah.kim", at="2026-11-02 14:00")
    assert desk.last("noah.kim").when == "2026-11-02 14:00"
    lose(desk)
    desk.cli("restore", tmp_path / "b.db")
    inbox.rename(inbox.with_name("elsewhere"))
    inbox.write_text("no folder")
    for when in ("2026-11-02 14:30", "2026-11-03 14:30", "2026-11-05 14:30"):
        had = letters(desk)
        desk.once(when, ok=(0, 1))
    assert letters(desk) - had


def test_what_is_not_put_back(desk, tmp_path):
    """H6: over a sound database that has gone on only with --force, and it is kept; never what is damaged, changed or another key's;
    never while a caseward is at work; a failed try changes nothing."""
    var = desk.config.parent / "var"
    open_case(desk, "alice.martin", at="2026-11-02 10:00")
    desk.cli("backup", tmp_path / "b.db", "--with-key", tmp_path / "key")
    whole = (tmp_path / "b.db").read_bytes()
    open_case(desk, "samuel.greene", at="2026-11-02 11:00")

    def refused(code, words, *args):
        r = desk.run("restore", *map(str, args))
        assert r.returncode == code and words in r.stderr, r.stderr
        assert not [n for n in files(var) if ".restore" in n or ".lost" in n] and desk.case(2)["no"] == 2

    refused(4, "--force", tmp_path / "b.db")
    refused(4, "No such file", tmp_path / "nothing.db", "--force")
    (tmp_path / "b.db").write_bytes(whole[:len(whole) // 2])
    refused(4, "damaged", tmp_path / "b.db", "--force")
    (tmp_path / "b.db").write_bytes(whole)
    (var / "caseward.key").write_text("caseward-key v1\n1 " + "ab" * 32 + "\n")
    assert "another database" in desk.run("restore", str(tmp_path / "b.db"), "--force").stderr
    (var / "caseward.key").write_bytes((tmp_path / "key").read_bytes())
    with open(var / "caseward.db.lock", "r+") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        refused(3, "stop caseward first", tmp_path / "b.db", "--force")

    assert desk.run("restore", str(tmp_path / "b.db"), "--force").returncode == 0
    old, = [n for n in files(var) if ".lost-" in n and not n.endswith(("-wal", "-shm"))]
    db = sqlite3.connect(var / old)
    assert db.execute("SELECT count(*) FROM casefile").fetchone() == (2,)
    db.close()
    assert [c["no"] for c in desk.cli("case", "list")] == [1]


def test_the_key_comes_back_with_it(desk, tmp_path):
    """H6 M9: a new machine: database and key from the backup; an answer to an old mail finds its case."""
    open_case(desk, "alice.martin", at="2026-11-02 10:00")
    desk.cli("backup", tmp_path / "b.db", "--with-key", tmp_path / "key")
    lose(desk)
    for name in ("caseward.key", "caseward.db.lock"):
        os.unlink(desk.config.parent / "var" / name)
    assert "copy of the key" in desk.run("restore", str(tmp_path / "b.db")).stderr
    assert desk.run("restore", str(tmp_path / "b.db"), "--with-key", str(tmp_path / "key")).returncode == 0
    desk.reply(desk.last("alice.martin"), "Any news?")
    assert desk.once("2026-11-02 11:00")["appended"] == 1


@pytest.mark.parametrize("n", range(1, 3))
def test_backup_while_it_works(desk, tmp_path, n):
    """M3: a backup made in the middle of a pass is one moment: it verifies, and what it holds agrees with itself."""
    for i in range(6 * n):
        desk.mail_from("alice.martin", f"Question {i}", "Hello.\n")
    p = subprocess.Popen([os.environ["CASEWARD"], "-c", str(desk.config), "once", "--now", "2026-11-02T15:00:00Z", "-q"])
    made = [desk.run("backup", str(tmp_path / f"{i}.db")).returncode for i in range(4)]
    assert p.wait(60) == 0 and made == [0] * 4
