"""Mails out: nothing is lost while a server is away, nothing is sent twice that need not be, and dead letters are told."""
import collections
import contextlib
import sqlite3
import subprocess

import pytest

from desk import CASEWARD, Mail, clock
from fakeserver import Fake, FakeSmtp
from mailhost import wait_for

MAILDIR = "kind: maildir\n  path: var/mail/outbox\n"


def smtp(port, tls="none", **more):
    lines = dict(kind="smtp", host="localhost", port=port, tls=tls, **more)
    return (MAILDIR, "".join(f"{k}: {v}\n  " for k, v in lines.items())[:-2])


def open_case(desk, who="alice.martin", subject="A question about my payslip"):
    desk.mail_from(who, subject, "Hello.\n")
    return desk.once("2026-11-02 10:00", ok=(0, 1))


def rcpts(server):
    return collections.Counter(Mail(m.encode()).to for m in server.mails)


class PickySmtp(FakeSmtp):
    """`refused` is {recipient: reply}."""

    refused = {}

    def _answer(self, line, what):
        if what == "rcpt":
            self.answers["rcpt"] = next((r for who, r in self.refused.items() if who in self.heard[-1]), "250 ok")
        return super()._answer(line, what)


def test_server_away(make_desk):
    """M2 M3 L20 H3: while the server is away mails wait, nothing is counted against them, and the server is tried less and less
    often; then each leaves once, under its own id."""
    with FakeSmtp(greeting="421 busy") as server:
        desk = make_desk(edit=[smtp(server.port)])
        assert open_case(desk)["later"] == 2
        rows = desk.outbox()
        assert [(r["state"], r["attempts"]) for r in rows] == [("queued", 0)] * 2 and all(r["reply"] for r in rows)
        for minute, tries in ((1, 1), (2, 2), (5, 2), (6, 3), (13, 3), (14, 4), (29, 4), (30, 5), (59, 5)):
            desk.once(f"2026-11-02 10:{minute:02}")
            assert server.connections == tries, minute
        assert {r["attempts"] for r in desk.outbox()} == {0} and desk.cli("status", ok=(0, 1))["queued"] == 2
        server.answers["greeting"] = "220 back"
        desk.once("2026-11-02 11:00")
        desk.once("2026-11-02 12:00")
        assert rcpts(server) == {desk["alice.martin"]: 1, desk["grace.kim"]: 1}
        assert {Mail(m.encode()).id for m in server.mails} == {r["message_id"] for r in rows}
    assert {r["state"] for r in desk.outbox()} == {"sent"}


def test_refused_for_ever(hosted):
    """M2 M6 G19 L20: Postfix refuses the department's address for good: a dead letter, the owner is told, the ladder goes to the
    backup; the employee's mail is not held up."""
    desk = hosted()
    desk.edit((f"{desk.prefix}grace.kim@test.example", "nobody@test.example"), name="people.yaml")
    assert open_case(desk)["failed"] == 1
    assert len(desk.inbox("alice.martin")) == 1
    dead, = desk.outbox(state="failed")
    assert (dead["to"], dead["attempts"]) == ("nobody@test.example", 1) and "550" in dead["reply"]
    assert desk.cli("status", ok=(1,))["dead_letters"] == 1
    desk.once("2026-11-02 10:01")
    owner = desk.case()["owner"]
    told = desk.last(owner)
    assert told.first_line == "A mail on ER-000001 did not arrive" and "nobody@test.example" in told.words
    for day in (3, 5):
        desk.once(f"2026-11-{day:02} 10:00")
    assert desk.letters("omar.haddad") == [("2026-11-02 10:00", "New case for Payroll: ER-000001"),
                                           ("2026-11-03 10:00", "Please tell us how ER-000001 stands"),
                                           ("2026-11-05 10:00", "Reminder: we still need your answer on ER-000001")]
    assert len(desk.outbox(to="nobody@test.example")) == 1
    desk.cli("outbox", "retry", dead["id"])
    desk.once("2026-11-05 11:00")
    assert desk.outbox(to="nobody@test.example")[0]["attempts"] == 2


def test_refused_for_now(hosted):
    """M2 M6: a 4xx is tried for five days, alone; then it is a dead letter as well."""
    desk = hosted()
    desk.edit((f"{desk.prefix}grace.kim@test.example", "later@test.example"), name="people.yaml")
    assert (open_case(desk)["sent"], desk.once("2026-11-02 10:01")["sent"]) == (1, 0)
    row, = desk.outbox(to="later@test.example")
    assert row["state"] == "queued" and "450" in row["reply"]
    for day in range(3, 10):
        for hour in range(0, 24, 4):
            desk.once(f"2026-11-{day:02} {hour:02}:10")
    states = [r["state"] for r in desk.outbox(to="later@test.example")]
    assert states[0] == "failed" and desk.outbox(to="later@test.example")[0]["attempts"] == 40
    owner = desk.case()["owner"]
    assert "A mail on ER-000001 did not arrive" in [line for _, line in desk.letters(owner)]


@pytest.mark.parametrize("comes_back", [True, False])
def test_reply_lost_after_the_dot(make_desk, comes_back):
    """M3 L20 OF-15: the server may have taken the mail and died before it said so: again, later, under the same Message-ID. Three times
    without a word: a dead letter, and somebody is told, for nobody knows whether it arrived."""
    with FakeSmtp(dot="close") as server:
        desk = make_desk(edit=[smtp(server.port, max_connections=1)])
        assert open_case(desk)["unsure"] >= 1
        assert {r["state"] for r in desk.outbox()} <= {"unsure", "queued"}
        if comes_back:
            server.answers["dot"] = "250 ok"
        for minute in (5, 10, 20, 30, 45):
            desk.once(f"2026-11-02 10:{minute:02}")
        for hour in (12, 15, 18):
            desk.once(f"2026-11-02 {hour}:00")
        ids = collections.Counter(Mail(m.encode()).id for m in server.mails)
        assert set(ids) == {r["message_id"] for r in desk.outbox()}
        asked = {r["id"]: r["state"] for r in desk.outbox() if r["created_at"] == clock("2026-11-02 10:00")}
        assert set(asked.values()) == {"sent" if comes_back else "failed"} and max(ids.values()) == (2 if comes_back else 3)
        told = [Mail(desk.run("outbox", "show", r["id"]).stdout.encode()) for r in desk.outbox(template="undeliverable")]
        assert bool(told) != comes_back and all("nobody knows whether it arrived" in m.words for m in told) and len(desk.outbox()) < 12


class DeadlySmtp(FakeSmtp):
    """Ends its client: when the third mail is begun ("mail"), or before it says that it took the third one ("dot")."""

    def __init__(self, where, **more):
        super().__init__(**more)
        self.where, self.client = where, None

    def _answer(self, line, what):
        if self.client and what == self.where and len(self.mails) == (2 if what == "mail" else 3):
            self.client.kill()
            self.client.wait()
            self.client = None
        return super()._answer(line, what)


@pytest.mark.parametrize("where, twice", [("mail", 0), ("dot", 1)])
def test_killed_in_the_middle_of_a_round(make_desk, where, twice):
    """M3 OF-15: a pass that is killed with ten claimed mails repeats at most the one whose answer was not heard; those taken are sent,
    those not begun wait in their place."""
    with DeadlySmtp(where) as server:
        desk = make_desk(edit=[smtp(server.port, max_connections=1)])
        for i, who in enumerate(("alice.martin", "samuel.greene", "noah.kim", "grace.obi", "luis.herrera")):
            desk.mail_from(who, f"Payslip {i}", "Hello.\n")
        desk.once("2026-11-02 10:00", "--no-send")
        server.client = subprocess.Popen([CASEWARD, "-c", str(desk.config), "once", "--now", clock("2026-11-02 10:01")], env=desk.env,
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the end of the pass", lambda: server.client is None)
        for minute in (2, 20, 40):
            desk.once(f"2026-11-02 10:{minute:02}")
        ids = collections.Counter(Mail(m.encode()).id for m in server.mails)
        assert set(ids) == {r["message_id"] for r in desk.outbox()} and len(ids) == 10
        assert sorted(ids.values())[-2:] == [1, 1 + twice] and {r["state"] for r in desk.outbox()} == {"sent"}
        assert max(r["attempts"] for r in desk.outbox()) == 1 + twice


def test_rate_limit(make_desk):
    """M2 OA-12: never more than the configured mails in a minute, however often a pass runs; the rest follows."""
    with FakeSmtp() as server:
        desk = make_desk(edit=[smtp(server.port, per_minute=3)])
        for i in range(5):
            desk.mail_from(("alice.martin", "samuel.greene", "noah.kim", "grace.obi", "luis.herrera")[i], f"Payslip {i}", "Hello.\n")
        for second in (0, 10, 59):
            desk.once(f"2026-11-02T15:00:{second:02}Z")
            assert len(server.mails) == 3, second
        for minute in (1, 2, 3, 4, 5):
            desk.once(f"2026-11-02T15:{minute:02}:59Z")
            assert len(server.mails) <= 3 + 3 * minute
        assert len(server.mails) == len(desk.outbox(state="sent")) == 10


def test_one_bad_recipient(make_desk):
    """M2 L20: each recipient has a mail and a result of its own."""
    with PickySmtp() as server:
        server.refused = {"alice.martin": "550 5.1.1 gone", "samuel.greene": "451 4.3.0 busy"}
        desk = make_desk(edit=[smtp(server.port)])
        for who in ("alice.martin", "samuel.greene", "noah.kim"):
            desk.mail_from(who, "My payslip", "Hello.\n")
        desk.once("2026-11-02 10:00")
        state = {r["to"]: r["state"] for r in desk.outbox(template="ack")}
        assert state == {desk["alice.martin"]: "failed", desk["samuel.greene"]: "queued", desk["noah.kim"]: "sent"}
        assert "call-employee" in [t["kind"] for t in desk.case(1)["tasks"]]


@pytest.mark.parametrize("harm", ["SET data = x'00'", "SET size = size + 1", None])
def test_bytes_that_are_lost(make_desk, harm):
    """M2 M7: a mail whose bytes are lost is a dead letter that is told, and holds up no other."""
    with PickySmtp() as server:
        server.refused = {"example": "451 4.3.0 busy"}
        desk = make_desk(edit=[smtp(server.port)])
        for who in ("alice.martin", "noah.kim"):
            desk.mail_from(who, "My payslip", "Hello.\n")
        desk.once("2026-11-02 10:00")
        with contextlib.closing(sqlite3.connect(desk.config.parent / "var/caseward.db", isolation_level=None)) as db:
            (blob,), = db.execute("SELECT blob FROM outbox WHERE template = 'ack' AND rcpt LIKE 'alice%'")
            db.execute(f"UPDATE blob {harm} WHERE id = ?" if harm else "DELETE FROM blob WHERE id = ?", (blob,))
        server.refused = {}
        desk.once("2026-11-02 11:00")
        desk.once("2026-11-02 11:30")
        assert {r["to"]: r["state"] for r in desk.outbox(template="ack")} == {desk["alice.martin"]: "failed", desk["noah.kim"]: "sent"}
        assert [r["state"] for r in desk.outbox(template="undeliverable")] == ["sent"]


@pytest.mark.parametrize("cert", ["untrusted", "wrong", "expired"])
def test_server_that_cannot_be_trusted(make_desk, mailhost, cert):
    """M2: with a certificate that does not hold nothing is said, no password and no mail; the mails wait."""
    with FakeSmtp(cert=mailhost.pki.cert(cert), extensions=["STARTTLS", "AUTH PLAIN"]) as server:
        desk = make_desk(edit=[smtp(server.port, "starttls", ca_file=mailhost.ca, user="er", password_env="CASEWARD_TEST_SECRET")])
        open_case(desk)
        assert server.mails == [] and not any("AUTH" in line for line in server.heard)
        assert {r["state"] for r in desk.outbox()} == {"queued"}


def test_starttls_taken_away(make_desk, mailhost):
    """M2: a server that offers no TLS gets nothing."""
    with FakeSmtp(extensions=["AUTH PLAIN"]) as server:
        desk = make_desk(edit=[smtp(server.port, "starttls", ca_file=mailhost.ca, user="er", password_env="CASEWARD_TEST_SECRET")])
        open_case(desk)
        assert server.mails == [] and not any(line.startswith(("AUTH", "MAIL")) for line in server.heard)
        assert {r["state"] for r in desk.outbox()} == {"queued"}


def test_password(hosted):
    """M2 L17: we log in with our password; a wrong one is no fault of the mails: they wait for the right one."""
    desk = hosted()
    head, tail = desk.config.read_text().split("transport:")
    desk.config.write_text(head + "transport:" + tail.replace("CASEWARD_TEST_SECRET", "OUR_PASSWORD"))
    desk.env["OUR_PASSWORD"] = "wrong"
    open_case(desk)
    assert {r["state"] for r in desk.outbox()} == {"queued"} and desk.inbox("alice.martin") == []
    desk.env["OUR_PASSWORD"] = "pw"
    desk.once("2026-11-02 11:00")
    ack, = desk.inbox("alice.martin")
    assert f"Authenticated sender: {desk.prefix}er".encode() in ack.raw


class FakeChat(Fake):
    answer = "503 Away"

    def talk(self, line):
        while line.hear() != "":
            pass
        line.say(f"HTTP/1.1 {self.answer}\r\nConnection: close\r\nContent-Length: 0\r\n")


def test_chat_channel_in_trouble(make_desk):
    """G17 M2 L7: a chat channel that is away costs one post in a pass, not one for each case, and the pass ends; later each is posted."""
    with FakeChat() as chat:
        desk = make_desk()
        (desk.config.parent / "payroll.webhook").write_text(f"http://127.0.0.1:{chat.port}/hook\n")
        desk.edit(("    # webhook_file: payroll.webhook", "    webhook_file: payroll.webhook #"), name="people.yaml")
        for i, who in enumerate(("alice.martin", "samuel.greene", "noah.kim")):
            desk.mail_from(who, f"Payslip {i}", "Hello.\n")
        desk.once("2026-11-02 10:00")
        assert desk.once("2026-11-03 10:00")["later"] == 3 and chat.connections == 1
        assert [r["attempts"] for r in desk.outbox() if r["channel"] == "webhook"].count(0) == 2
        chat.answer = "200 OK"
        desk.once("2026-11-03 10:30")
        assert chat.connections == 4 and {r["state"] for r in desk.outbox()} == {"sent"}


@pytest.mark.parametrize("per_minute", [0, 2])
def test_clock_set_back(make_desk, per_minute):
    """M2 L7: after the clock was set back a server that is away is tried once in a pass, and less and less often; the limit of a
    minute holds nothing up for longer than that."""
    with FakeSmtp(greeting="421 busy") as server:
        desk = make_desk(edit=[smtp(server.port, per_minute=per_minute)])
        desk.mail_from("alice.martin", "Payslip", "Hello.\n")
        desk.once("2026-11-02 09:00", "--no-send")
        for clock_time, tries in (("10:00", 1), ("09:30", 2), ("09:31", 2), ("09:33", 2), ("09:34", 3)):
            desk.once(f"2026-11-02 {clock_time}")
            assert server.connections == tries, clock_time
        server.answers["greeting"] = "220 back"
        desk.once("2026-11-02 09:20")
        assert len(server.mails) == 2
