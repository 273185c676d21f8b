"""caseward doctor: every check says ok, warn or FAIL and what to do; and the alarms of a pass about the same things."""
import email.utils
import re
import subprocess
import time

import pytest
from fakeserver import Fake, FakeSmtp
from mailhost import Pki

ALARMS = "alarms:\n  {}\nfiles:\n"


def doctor(desk, ok=(0, 1)):
    """{what: line}"""
    return {line["what"]: line for line in desk.cli("doctor", ok=ok)}


def standing(desk):
    return {a["kind"]: a["text"] for a in desk.cli("status", ok=(0, 1))["alarms"]}


@pytest.fixture
def small_disk(tmp_path):
    """small_disk("50m") gives a folder that is a disk of this size; again: another size."""
    folder = tmp_path / "small"
    folder.mkdir()
    how = []

    def make(size):
        r = subprocess.run(["mount", "-t", "tmpfs", "-o", f"{''.join(how)}size={size}", "tmpfs", folder], capture_output=True)
        if r.returncode != 0 and not how:
            pytest.skip("may not mount")
        assert r.returncode == 0, r.stderr
        how[:] = ["remount,"]
        return folder

    yield make
    subprocess.run(["umount", "-l", folder], check=bool(how), capture_output=True)


def test_disk(make_desk, small_disk):
    """H8 L17: little room where database or backups are is warned of, nearly none fails; a pass raises the alarm and ends it."""
    folder = small_disk("50m")
    (folder / "data").mkdir()
    desk = make_desk(edit=[("database: var/caseward.db", f"database: {folder}/data/caseward.db")])
    desk.cli("backup", desk.dir / "b.db")
    line = doctor(desk, ok=(1,))["disk of database"]
    assert line["level"] == "FAIL" and "MB are free" in line["text"] and "make room" in line["do"]
    desk.once("2026-11-02 10:00")
    assert "MB are left" in standing(desk)["disk"]
    small_disk("300m")
    found = doctor(desk)
    assert found["disk of database"]["level"] == "warn" and found["disk of status file"]["level"] == "ok"
    assert str(desk.dir) in found["disk of backups"]["text"]
    desk.once("2026-11-02 10:30")
    assert "disk" not in standing(desk)


def test_disk_by_setting(make_desk):
    """L17: how much room is little is a setting; 0: it is never said."""
    desk = make_desk(edit=[("files:\n", ALARMS.format("disk_mb: 1000000000"))])
    assert doctor(desk, ok=(1,))["disk of database"]["level"] == "FAIL"
    desk.once("2026-11-02 10:00")
    assert "disk" in standing(desk)
    desk.edit(("disk_mb: 1000000000", "disk_mb: 0"))
    desk.once("2026-11-02 10:30")
    assert "disk" not in standing(desk)


def test_backup(make_desk):
    """H6 L17: no backup, an old one, one that is gone; the alarm is said after so many days as the setting says."""
    desk = make_desk(edit=[("files:\n", ALARMS.format("backup_days: 2"))])
    assert "none" in doctor(desk)["backup"]["text"] and "caseward backup" in doctor(desk)["backup"]["do"]
    desk.once("2026-11-02 10:00")
    assert "none" in standing(desk)["backup"]
    desk.cli("backup", desk.dir / "b.db")
    desk.once("2026-11-04 10:00")
    assert "backup" not in standing(desk)
    desk.once("2026-11-04 10:01")
    assert "2026" in standing(desk)["backup"]
    desk.cli("backup", desk.dir / "c.db", now="2020-01-01 10:00")
    assert "2020-01-01" in doctor(desk)["backup"]["text"]
    other = make_desk(manual=False)
    other.run("backup", other.dir / "b.db")
    assert doctor(other)["backup"]["level"] == "ok"
    (other.dir / "b.db").unlink()
    assert doctor(other)["backup"]["level"] == "warn"
    assert doctor(desk)["backup"]["level"] == "warn"


# --- servers ---------------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pki"))


FOLDER = "kind: maildir\n  path: var/mail/outbox\n"


def starttls(server, ca):
    """Settings to send by a fake."""
    return (FOLDER, f"kind: smtp\n  host: localhost\n  port: {server.port}\n  tls: starttls\n  ca_file: {ca}\n")


def plain(server):
    return (FOLDER, f"kind: smtp\n  host: 127.0.0.1\n  port: {server.port}\n  tls: none\n")


def test_certificates(hosted):
    """L17 M1 M2: until when the servers' certificates are good."""
    found = hosted(manual=False).cli("doctor", ok=(0,))
    assert [c["level"] for c in found if c["what"] == "certificate localhost"] == ["ok", "ok"]
    assert all("good until" in c["text"] for c in found if c["what"] == "certificate localhost")


def test_certificate_ends_soon(make_desk, pki):
    """L17: three weeks ahead it is warned of, and said who must act; one that is over is refused by the way itself, once."""
    with FakeSmtp(pki.cert("soon"), ["STARTTLS"]) as server:
        desk = make_desk(manual=False, edit=[starttls(server, pki.ca)])
        line = doctor(desk)["certificate localhost"]
        assert line["level"] == "warn" and re.search("ends in [89] days, on 20", line["text"]) and "renew" in line["do"]
        assert not server.mails
    with FakeSmtp(pki.cert("expired"), ["STARTTLS"]) as server:
        found = doctor(make_desk(manual=False, edit=[starttls(server, pki.ca)]), ok=(1,))
        assert "certificate" in found["transport"]["do"] and "certificate localhost" not in found


class Web(Fake):
    """Answers every request with one line and a date."""
    date = "Mon, 01 Jan 2001 00:00:00 GMT"

    def talk(self, line):
        while line.hear():
            pass
        line.say(f"HTTP/1.1 405 No\r\nDate: {self.date}\r\nContent-Length: 0\r\n")


def webhook(url):
    return ("files:\n", ALARMS.format(f"webhook: {url}"))


def test_webhook(make_desk, pki):
    """L17: its server is looked at and nothing is posted; one that cannot be trusted or reached fails; the secret is not shown."""
    with Web() as server:
        url = f"http://127.0.0.1:{server.port}/SECRET"
        desk = make_desk(manual=False, edit=[webhook(url)])
        assert doctor(desk)["webhook of alarms"]["level"] == "ok"
        assert [h for h in server.heard if "HTTP" in h] == ["HEAD /SECRET HTTP/1.1"]
    line = doctor(desk, ok=(1,))["webhook of alarms"]
    assert line["level"] == "FAIL" and "reachable" in line["do"] and "SECRET" not in str(line)
    with Web(pki.cert("good"), tls=True) as server:
        line = doctor(make_desk(manual=False, edit=[webhook(f"https://localhost:{server.port}/SECRET")]), ok=(1,))["webhook of alarms"]
        assert "not to be trusted" in line["text"] and "certificate" in line["do"] and "SECRET" not in str(line)


def test_clock(make_desk):
    """H8 L24: our clock beside that of a server; and a jump since the last pass, which doctor says and leaves as it is."""
    with Web() as server:
        desk = make_desk(manual=False, edit=[webhook(f"http://127.0.0.1:{server.port}/x")])
        line = doctor(desk, ok=(1,))["clock"]
        assert line["level"] == "FAIL" and "seconds ahead of" in line["text"] and "time service" in line["do"]
        for seconds, level in ((120, "warn"), (0, "ok"), (-120, "warn")):
            server.date = email.utils.formatdate(time.time() - seconds, usegmt=True)
            assert doctor(desk)["clock"]["level"] == level, seconds
    assert make_desk(manual=False).run("doctor").stdout.count("no server to ask") == 1
    mark = desk.config.parent / "var/caseward.db.lock"
    assert not mark.exists()  # doctor made none
    later = f"ended x {int(time.time()) + 40000} 100\n"
    mark.write_text(later)
    line = doctor(desk, ok=(1,))["clock"]
    assert line["level"] == "FAIL" and "before the last pass" in line["text"] and "clock accept" in line["do"]
    assert mark.read_text() == later


# --- mail that leaves ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("code", ["550", "553", "450"])
def test_sender(make_desk, code):
    """L17 L20 M2: a server that lets us in and takes no mail of our address is found, with no mail sent."""
    with FakeSmtp(mail=f"{code} not your address") as server:
        desk = make_desk(manual=False, edit=[plain(server)])
        line = doctor(desk, ok=(1,))["transport"]
        assert f"takes no mail from {desk.address}: {code} not your address" in line["text"] and "desk.address" in line["do"]
        server.answers["mail"] = "250 ok"
        assert doctor(desk)["transport"]["level"] == "ok"
        assert server.mails == [] and not [h for h in server.heard if h.startswith(("RCPT", "DATA"))]


def test_send(hosted):
    """H8 M2: --send sends one mail, which says what it is and is not of a case; without it none leaves."""
    desk = hosted(manual=False)
    desk.cli("doctor", ok=(0,))
    found = {c["what"]: c for c in desk.cli("doctor", "--send", desk["grace.kim"], ok=(0,))}
    assert found["test mail"]["level"] == "ok" and desk["grace.kim"] in found["test mail"]["text"]
    mails = desk.host.wait_delivered(desk["grace.kim"].split("@")[0], 1)
    assert len(mails) == 1 and b"This is a test" in mails[0]["raw"] and b"ER-0" not in mails[0]["raw"]


def test_send_refused(make_desk):
    """L20: what the server says of the test mail is a FAIL, and its words are shown."""
    with FakeSmtp(rcpt="550 nobody here") as server:
        other = make_desk(manual=False, edit=[plain(server)])
        found = {c["what"]: c for c in other.cli("doctor", "--send", "x@test.example", ok=(1,))}
        assert found["transport"]["level"] == "ok" and "nobody here" in found["test mail"]["text"]
        assert other.run("doctor", "x@test.example").returncode == 2


# --- people ----------------------------------------------------------------------------------------------------------------------

def test_people(make_desk):
    """G21 G22 L17: who has left by the directory, a zone that there is not, and a directory that is empty are said."""
    desk = make_desk(manual=False)
    found = doctor(desk)
    assert found["people"]["level"] == found["directory"]["level"] == "ok"
    csv = desk.config.parent / "directory.csv"
    head, *rows = csv.read_text().splitlines()
    rows = [r.replace("America/New_York", "America/Nowhere") for r in rows]
    rows.append(f"990001,Lee Okafor,{desk['lee.okafor']},Northwind Traders,NWT-01,HR,East,America/New_York,en,,left")
    csv.write_text("\n".join([head, *rows]) + "\n")
    desk.cli("directory", "import", csv)
    found = doctor(desk)
    assert found["person lee.okafor"]["level"] == "warn" and "has left" in found["person lee.okafor"]["text"]
    assert "America/Nowhere" in found["directory"]["text"] and found["directory"]["level"] == "warn"
    assert [c["what"] for c in desk.cli("doctor", ok=(0, 1))].count("directory") == 1


def test_key_and_order(make_desk):
    """H6: a key that others can read is a FAIL that says how to close it; without a database the rest is still looked at."""
    desk = make_desk(manual=False)
    (desk.config.parent / "var/caseward.key").chmod(0o644)
    found = doctor(desk, ok=(1,))
    assert found["database"]["level"] == "FAIL" and "chmod 600" in found["database"]["text"]
    assert found["transport"]["level"] == "ok" and "people" not in found and found["reader of mail"]["level"] == "ok"


def test_password_files(hosted):
    """M1 M2 H6: a password that is missing, empty, another user's, or open to all: which file, and what to do about it."""
    desk = hosted(manual=False)
    path = desk.config.parent / "door.password"
    text = desk.config.read_text()
    desk.config.write_text(text.replace("password_env: CASEWARD_TEST_SECRET", f"password_file: {path}", 1))
    box = next(k for k in doctor(desk, ok=(1,)) if k.startswith("mailbox "))
    assert "no such file" in doctor(desk, ok=(1,))[box]["text"] and "first line" in doctor(desk, ok=(1,))[box]["do"]
    path.write_text("\n")
    path.chmod(0o600)
    assert "is empty" in doctor(desk, ok=(1,))[box]["text"]
    path.write_text("pw\n")
    assert [c["level"] for c in desk.cli("doctor", ok=(0, 1)) if c["what"] == box] == ["ok"]
    path.chmod(0o644)
    said = [c for c in desk.cli("doctor", ok=(0, 1)) if c["what"] == box]
    assert [c["level"] for c in said] == ["ok", "warn"] and f"chmod 600 {path}" == said[1]["do"]


def test_people_out_of_reach(make_desk):
    """G21 L20: whoever's address the server has refused for ever is named until mail arrives there."""
    with FakeSmtp(rcpt="550 5.1.1 no such user") as server:
        desk = make_desk(edit=[plain(server)])
        desk.mail_from("alice.martin", "My payslip", "It is wrong.\n")
        desk.once("2026-11-02 10:00")
        found = [c for c in desk.cli("doctor", ok=(0, 1)) if c["what"].startswith("person ")]
        assert found and all("came back" in c["text"] and "address" in c["do"] for c in found)
