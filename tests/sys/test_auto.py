"""Machines on the other side: absences, lists, loops, bounces. None of them is answered, none of them counts as an answer."""
import collections

import pytest

from desk import TOP, Mail, local
from mailhost import wait_for

CORPUS = TOP / "tests/corpus"
HUMAN = {"auto-calendar-invite.eml", "list-group-reply.eml"}  # a person asks for an answer
VACATION = {"Auto-Submitted": "auto-replied", "Precedence": "bulk"}


def asked(desk, at="2026-11-03 10:00"):
    """A case about pay whose department was asked; the request."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello, what is the last line of my payslip?\n")
    desk.once("2026-11-02 10:00")
    desk.once(at)
    return desk.last("grace.kim")


def test_out_of_office_of_the_department(hosted):
    """M5 G19 L16: the same step goes to the backup at once; it is no answer, and nobody writes to the machine."""
    desk = hosted()
    request = asked(desk)
    before = desk.case()
    desk.reply(request, "I am out of the office until Monday, 16 November 2026.\nFor urgent matters: Omar Haddad.",
               subject="Automatic reply: " + request.subject, headers=VACATION)
    desk.once("2026-11-03 10:05")
    assert desk.letters("omar.haddad") == [("2026-11-03 10:05", "Please tell us how ER-000001 stands")]
    assert len(desk.inbox("grace.kim")) == 2
    case = desk.case()
    assert case["step"] == before["step"] == 1 and case["step_due_at"] >= before["step_due_at"] and case["state"] == before["state"]
    away, = desk.cli("absence")
    assert away["email"] == desk["grace.kim"] and local(away["absent_until"]).startswith("2026-11-1")
    assert "is out of office until" in desk.last(case["owner"]).words
    desk.reply(request, "Still away.", subject="Automatic reply: " + request.subject, headers=VACATION)
    desk.once("2026-11-03 11:00")
    assert len(desk.inbox("omar.haddad")) == 1
    desk.once("2026-11-05 12:00")
    assert desk.letters("omar.haddad")[-1][1].startswith("Reminder")
    assert desk.case()["messages"][-1]["to"] != desk["grace.kim"]
    desk.once("2026-11-09 10:00")
    assert "ER-000001 needs your decision" in [line for _, line in desk.letters("lee.okafor")]


def test_out_of_office_of_the_employee(desk):
    """M5 L14 L16: an employee's vacation program gets no answer, opens nothing and changes no state."""
    asked(desk)
    ack = desk.inbox("alice.martin")[0]
    before = desk.case()
    desk.reply(ack, "I am away.", subject="Automatische Antwort: " + ack.subject, headers=VACATION)
    desk.mail_from("alice.martin", "Out of Office: hello", "I am away.\n", headers={"Auto-Submitted": "auto-replied"})
    n = desk.once("2026-11-03 12:00")
    assert n["filed"] == 2 and n["opened"] == n["appended"] == n["sent"] == 0
    assert {k: desk.case()[k] for k in ("state", "step", "step_due_at", "due_at")} == {
        k: before[k] for k in ("state", "step", "step_due_at", "due_at")}


@pytest.mark.parametrize("pattern", ["auto-*.eml", "list-*.eml", "bounce-*.eml", "dsn-*.eml"])
def test_machines_are_never_answered(desk, pattern):
    """M5 M7 AR-1: none of the odd automatic mails ever seen gets an answer or opens a case."""
    files = [f for f in sorted(CORPUS.glob(pattern)) if f.name not in HUMAN]
    assert files
    for f in files:
        desk.put(f.read_bytes())
    n = desk.once("2026-11-02 10:00")
    assert n["taken"] == len(files) and n["opened"] == 0 and n["sent"] == 0, [
        r for r in desk.cli("case", "list")]


@pytest.mark.parametrize("headers", [
    {"Auto-Submitted": "auto-generated"}, {"Precedence": "bulk"}, {"List-Id": "<all.test.example>"},
    {"X-Auto-Response-Suppress": "All"}, {"Return-Path": "<>"}, {"From": "MAILER-DAEMON@test.example"},
    {"From": "no-reply@test.example"}, {"From": "er@test.example"}, {"X-Caseward-Loop": "er@test.example"}])
def test_no_answer_to(desk, headers):
    """M5: whoever asks for silence, a machine or ourselves, gets no acknowledgement; the mail is kept all the same."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n", headers=headers)
    n = desk.once("2026-11-02 10:00")
    assert n["taken"] == 1
    assert not [m for m in desk.sent() if m.first_line == "We have your message"]


def test_not_addressed_to_us(desk):
    """M5 AR-7: a mail in whose head we do not stand opens a case, and is not acknowledged."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n", to="undisclosed-recipients:;")
    assert desk.once("2026-11-02 10:00")["opened"] == 1
    assert desk.inbox("alice.martin") == [] and len(desk.inbox("grace.kim")) == 1


def test_two_desks_write_to_each_other(hosted):
    """M5 L14: two cawewards with each other's address stop after the first mail each."""
    ours, theirs = hosted(), hosted()
    ours.mail_from(theirs.address, "A question", "Hello from the other side.\n")
    total = 0
    for i in range(6):
        now = f"2026-11-02 10:{10 * i:02}"
        total += ours.once(now)["sent"]
        theirs.delivered = theirs.host.count(f"{theirs.prefix}er")
        total += theirs.once(now)["sent"]
        wait_for("mail between the desks", lambda: ours.host.count(f"{ours.prefix}er") >= ours.delivered)
    assert total == 2  # acknowledgement and notice of the first one
    assert theirs.cli("case", "list") == [] and len(ours.cli("case", "list")) == 1


def test_a_bot_that_says_nothing_of_itself(desk):
    """M5 L15 AR-14: a bot that answers every mail with a new one gets three acknowledgements an hour and ten a day; the rest are
    late, never dropped, and the case says so."""
    seen = 0
    for minute in range(0, 60, 3):
        desk.now = f"2026-11-02T15:{minute:02}:00Z"
        if seen == 0 or len(desk.inbox("robo.tron")) >= seen:
            desk.mail_from("robo.tron", f"Question {minute}", f"Beep {minute}.\n")
            seen += 1
        desk.once(f"2026-11-02 10:{minute:02}")
    assert len(desk.inbox("robo.tron")) == 3
    for i in range(12):
        desk.mail_from("robo.tron", f"More {i}", f"Boop {i}.\n")
    for hour in range(11, 24):
        for minute in (0, 20, 40):
            desk.once(f"2026-11-02 {hour}:{minute:02}")
    for day in (3, 4, 5, 6):
        for hour in range(9, 18):
            desk.once(f"2026-11-0{day} {hour:02}:30")
    cases = len(desk.cli("case", "list"))
    left = [r["sent_at"] for r in desk.outbox(to=desk["robo.tron"], template="ack")]
    assert len(left) == cases >= 15
    assert max(collections.Counter(t[:13] for t in left).values()) == 3
    assert max(collections.Counter(t[:10] for t in left).values()) <= 10
    assert any(h["kind"] == "ack-deferred" for h in desk.history(cases))


def test_real_bounce(hosted):
    """M6 M3 BN-8: Postfix cannot deliver to the department's contact: its report is matched to the mail and case, the address is
    marked, the backup is asked at once, the owner is told; nothing more goes to that address."""
    desk = hosted(edit=[])
    desk.edit((f"{desk.prefix}grace.kim@test.example", f"{desk.prefix}grace.kim@gone.example"), name="people.yaml")
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.delivered += 1
    wait_for("the report", lambda: desk.host.count(f"{desk.prefix}er") >= desk.delivered)
    desk.once("2026-11-02 10:10")
    report = Mail(desk.host.messages(f"{desk.prefix}er")[-1]["raw"])
    assert report.msg.get_content_type() == "multipart/report"
    case = desk.case()
    owner = case["owner"]
    assert [m["class"] for m in case["messages"] if m["direction"] == "in"] == ["human", "bounce"]
    told = desk.last(owner)
    assert "did not arrive" in told.first_line and f"{desk.prefix}grace.kim@gone.example" in told.words
    marked, = desk.cli("absence")
    assert marked["undeliverable_since"] and marked["email"].endswith("@gone.example")
    for day in (3, 5, 9):
        desk.once(f"2026-11-{day:02} 10:00")
    assert [line.split(":")[0] for _, line in desk.letters("omar.haddad")] == [
        "New case for Payroll", "Please tell us how ER-000001 stands", "Reminder"]
    assert len(desk.outbox(to=f"{desk.prefix}grace.kim@gone.example")) == 1
    assert [line for _, line in desk.letters(owner)].count("A mail on ER-000001 did not arrive") == 1
    assert len(desk.inbox("alice.martin")) >= 1


def test_employee_bounces(hosted):
    """M6 G20: mail to the employee comes back: the owner is asked to call, the ladder goes on, the weekly word is a call."""
    desk = hosted()
    desk.mail_from(f"{desk.prefix}someone@gone.example", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.delivered += 1
    wait_for("the report", lambda: desk.host.count(f"{desk.prefix}er") >= desk.delivered)
    for day in (2, 3, 9):
        desk.once(f"2026-11-{day:02} 11:00")
    tasks = {t["kind"] for t in desk.case()["tasks"]}
    assert "call-employee" in tasks and len(desk.outbox(to=f"{desk.prefix}someone@gone.example")) == 1
    assert desk.letters("grace.kim")[1][1] == "Please tell us how ER-000001 stands"


def test_forged_bounce(desk):
    """M6 BN-9 BN-12: a report about a mail that we never sent, or to somebody else, marks nobody."""
    request = asked(desk)
    for ours, rcpt in (("c1.d.o99.aaaaaaaaaaaaaaaaaaaaaaaaaa@test.example", "grace.kim@test.example"), (request.id, "lee.okafor@test.example")):
        desk.put(report(ours, rcpt))
    desk.once("2026-11-03 11:00")
    assert desk.cli("absence") == [] and desk.inbox("omar.haddad") == []
    desk.put(report(request.id, "grace.kim@test.example"))
    desk.once("2026-11-03 12:00")
    assert [a["email"] for a in desk.cli("absence")] == ["grace.kim@test.example"] and len(desk.inbox("omar.haddad")) == 1


def report(message_id, rcpt):
    """A bounce as a mail server writes it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.test.example (Mail Delivery System)
To: er@test.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <{message_id[:12]}.{rcpt[:3]}@mx.test.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1

I could not deliver.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test.example

Final-Recipient: rfc822; {rcpt}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b1
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
To: {rcpt}
Subject: [ER-000001] Payroll question

--b1--
""".replace("\n", "\r\n").encode()
