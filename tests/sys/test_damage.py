"""A database or key file that is lost, damaged, foreign or out of reach: every command says what to do, none makes it worse, and
nothing empty takes the place of what is lost."""
import json
import os
import shutil
import sqlite3
import subprocess

import pytest
from desk import TOP, clock

COMMANDS = (["once"], ["run"], ["status"], ["case", "list"], ["audit"], ["init"], ["ingest", "/dev/null"], ["backup", "copy.db"])
PAGE = 4096


@pytest.fixture
def lived_in(desk):
    """A desk with a case and a past."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.db = desk.config.parent / "var/caseward.db"
    desk.key = desk.config.parent / "var/caseward.key"
    settle(desk.db)
    return desk


def settle(path):
    """All of it in the one file."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def pragma(path, words):
    db = sqlite3.connect(path)
    db.execute("PRAGMA " + words)
    db.commit()
    db.close()


def overwrite(path, at, data):
    with open(path, "r+b") as f:
        f.seek(at)
        f.write(data)


def linked(path):
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


DAMAGES = {
    "gone": (lambda d: d.db.unlink(), "is lost"),
    "zero bytes": (lambda d: os.truncate(d.db, 0), "is lost"),
    "not a database": (lambda d: d.db.write_text("Dear diary, today I was a text file.\n" * 200), "restore"),
    "no header": (lambda d: overwrite(d.db, 0, bytes(100)), "restore"),
    "first page full of noise": (lambda d: overwrite(d.db, 100, b"\xa5" * (PAGE - 100)), "restore"),
    "a folder": (lambda d: (d.db.unlink(), d.db.mkdir()), "not a regular file"),
    "a link": (lambda d: linked(d.db), "not a regular file"),
    "newer than the program": (lambda d: pragma(d.db, "user_version = 999"), "install the newer caseward"),
    "of another program": (lambda d: pragma(d.db, "application_id = 7"), "not a database of caseward"),
    "key gone": (lambda d: d.key.unlink(), "is lost, its database is there"),
    "key of another database": (lambda d: d.key.write_text("caseward-key v1\n1 " + "ab" * 32 + "\n"), "another database"),
    "key cut off": (lambda d: os.truncate(d.key, 20), "bad line"),
    "key empty": (lambda d: os.truncate(d.key, 0), "no key file"),
    "key open to all": (lambda d: d.key.chmod(0o644), "chmod 600"),
}


def everything(folder):
    told = (".lock", ".run", ".health", "status.json")  # a daemon that cannot start leaves word, and mail to the operator
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*")
            if p.is_file() and not p.name.endswith(told) and "outbox" not in p.parts}


@pytest.mark.parametrize("name", DAMAGES)
def test_refused_with_words_and_left_alone(lived_in, name):
    """H6 L1: a temporary or permanent failure and a sentence that says what to do, for each command; the files stay as they were."""
    harm, words = DAMAGES[name]
    harm(lived_in)
    before = everything(lived_in.dir)
    for command in COMMANDS:
        r = lived_in.run(*command)
        assert r.returncode in (3, 4), (command, r.returncode, r.stdout, r.stderr)
        said = [line for line in r.stderr.splitlines() if "event=" not in line]
        assert len(said) == 1 and words in said[0], (command, r.stderr)
    assert words in lived_in.run("doctor").stdout
    assert everything(lived_in.dir) == before


def test_a_database_put_back_by_hand_is_closed_to_others(lived_in):
    """H6: a file that others could read is closed to them by the first command that opens it."""
    lived_in.db.chmod(0o644)
    lived_in.cli("status")
    assert lived_in.db.stat().st_mode & 0o777 == 0o600


def test_a_new_key_when_there_is_no_copy(lived_in):
    """H6 M9: `init` alone never replaces a lost key; --new-key does, and an answer to an old mail goes by its subject token then."""
    old = lived_in.key.read_bytes()
    lived_in.key.unlink()
    assert lived_in.run("init").returncode == 4 and not lived_in.key.exists()
    assert lived_in.run("init", "--new-key").returncode == 0
    assert lived_in.key.read_bytes() != old and lived_in.key.stat().st_mode & 0o777 == 0o600
    lived_in.reply(lived_in.last("alice.martin"), "Any news?")
    assert lived_in.once("2026-11-02 11:00")["opened"] == 0
    lived_in.key.write_bytes(old)
    assert "another database" in lived_in.run("status").stderr


def test_a_key_that_is_changed_slowly(lived_in):
    """H6: a new key in the first line and the old one in the second are both known; then the old one may go."""
    old = lived_in.key.read_text().splitlines()[1]
    lived_in.key.write_text("caseward-key v1\n2 " + "cd" * 32 + "\n" + old + "\n")
    lived_in.reply(lived_in.last("alice.martin"), "Any news?")
    assert lived_in.once("2026-11-02 11:00")["appended"] == 1
    lived_in.key.write_text("caseward-key v1\n2 " + "cd" * 32 + "\n")
    lived_in.cli("status")


def test_locked_by_another_process(lived_in):
    """M3: who holds the database longer than we wait for it costs this pass: temporary, and the next one goes on."""
    lived_in.mail_from("samuel.greene", "My pension", "Hello.\n")
    other = sqlite3.connect(lived_in.db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    r = lived_in.run("once", "--now", clock("2026-11-02 10:30"))
    assert r.returncode == 3 and "another process holds the database" in r.stderr
    other.execute("ROLLBACK")
    other.close()
    assert lived_in.once("2026-11-02 10:30")["opened"] == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_files_of_another_user(lived_in):
    """H6: started as a user who may not write: what and where is said, and nothing is made."""
    # The tree may lie where that user sees nothing.
    program, letters = lived_in.dir / "caseward", lived_in.dir / "letters"
    shutil.copy(os.environ["CASEWARD"], program)
    shutil.copytree(TOP / "templates", letters)
    lived_in.edit((f"templates: {TOP / 'templates'}", f"templates: {letters}"))
    for path in (program, *(p for p in letters.rglob("*") if p.is_file())):
        path.chmod(0o755)
    for folder in list(lived_in.dir.parents)[:3]:
        folder.chmod(0o755)
    for path in (lived_in.dir, *lived_in.dir.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.suffix == ".yaml" else path.stat().st_mode & 0o777)
        if path.suffix in (".yaml", ".ics"):
            os.chown(path, 65534, 65534)
    for path, words in ((lived_in.key, "belongs to another user"), (lived_in.db, "may this user write")):
        if path == lived_in.key:
            os.chown(path, 1, 0)
        r = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program, "-c",
                            str(lived_in.config), "once"], capture_output=True, text=True, timeout=60)
        assert r.returncode in (3, 4) and words in r.stderr, r
        os.chown(lived_in.key, 65534, 65534)


def test_root_in_place_of_the_service(lived_in, make_desk):
    """H6: root, by mistake, where everything belongs to the service: each command says as whom to say it, and leaves nothing behind
    that the service could not open; init in such a folder says what to do."""
    var = lived_in.db.parent
    for path in (var, *var.rglob("*")):
        os.chown(path, 65534, 65534)
    for words in (["once"], ["run"], ["case", "list"], ["backup", var / "copy.db"], ["restore", lived_in.db]):
        r = lived_in.run(*words)
        assert r.returncode == 4 and "runuser -u nobody -- caseward" in r.stderr, (words, r)
    assert "runuser -u nobody" in lived_in.run("doctor").stdout
    assert [p for p in var.rglob("*") if p.stat().st_uid == 0] == []
    other = make_desk()
    var = other.config.parent / "var"
    for path in list(var.glob("caseward.*")):
        path.unlink()
    os.chown(var, 65534, 65534)
    assert "chown -R --reference=" in other.run("init", "--manual-clock").stderr and (var / "caseward.db").exists()


def test_damage_inside(lived_in, tmp_path):
    """M3 L1 L8: any page of the file is lost while the program rests: a pass that meets the damage ends with what to do, the others
    go on; no mail leaves twice, no mail is put into quarantine for it, and doctor sees every damage to what is in use."""
    lived_in.mail_from("samuel.greene", "My pension", "Hello.\n")
    twin, met, seen = tmp_path / "twin", 0, 0
    acks = {lived_in["alice.martin"]: 1, lived_in["samuel.greene"]: 1}
    shutil.copytree(lived_in.dir, twin)
    inbox, outbox = twin / "config/var/mail/inbox/new", twin / "config/var/mail/outbox/new"
    db = twin / "config/var/caseward.db"
    pages = db.stat().st_size // PAGE
    for page in range(1, pages, 3):
        shutil.rmtree(twin)
        shutil.copytree(lived_in.dir, twin)
        overwrite(db, page * PAGE, bytes(PAGE))
        r = lived_in.run("once", "--now", clock("2026-11-02 10:30"), config=twin / "config/caseward.yaml")
        assert r.returncode in (0, 4), (page, r.returncode, r.stderr)
        if r.returncode == 4:
            met += 1
            assert "damaged" in r.stderr or "malformed" in r.stderr, (page, r.stderr)
            assert len(list(inbox.iterdir())) >= 1
        for who, most in acks.items():
            mails = [p for p in outbox.iterdir() if b"To: " in p.read_bytes() and who.encode() in p.read_bytes().split(b"\r\n\r\n")[0]]
            assert len(mails) <= most, page
        doctor = json.loads(lived_in.run("doctor", "--json", config=twin / "config/caseward.yaml").stdout)
        seen += [d["ok"] for d in doctor if d["what"] == "database"] == [False]
    assert met >= 3 and seen >= met
