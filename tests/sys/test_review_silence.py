"""Nothing falls silent: people who are gone or away, mails that cannot arrive, rows that fail, mails that look like machines'."""
import datetime
import http.server
import re
import threading


def open_case(desk, who="alice.martin", subject="A question about my payslip", text="Hello, what is the last line?\n", at="2026-11-02 10:00"):
    desk.mail_from(who, subject, text)
    desk.once(at)
    return max(c["no"] if isinstance(c["no"], int) else int(str(c["no"])[3:]) for c in desk.cli("case", "list"))


def days(desk, first, last, hour="10:00"):
    day = datetime.date.fromisoformat(first)
    while day <= datetime.date.fromisoformat(last):
        desk.once(f"{day} {hour}")
        day += datetime.timedelta(days=1)


def bounce(desk, mail, status="5.1.1", action="failed", rcpt=None, at=None, body_rcpt=True):
    rcpt = rcpt or mail.to
    raw = (f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {desk.address}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
           f"Message-ID: <{desk.delivered}.b@mx.example>\r\nMIME-Version: 1.0\r\nDate: Mon, 2 Nov 2026 10:00:00 -0500\r\n"
           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
           "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
           f"Final-Recipient: rfc822; {rcpt}\r\nAction: {action}\r\nStatus: {status}\r\n"
           f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['Message-ID']}\r\nSubject: x\r\n\r\n--b--\r\n")
    desk.put(raw.encode())
    if at:
        desk.once(at)


def away(desk, who, until="9 November 2026", mail=None, text=None):
    return desk.reply(mail or desk.last(who), text or f"I am out of office and back on {until}.", who=who, subject="Automatic reply: case",
                      headers={"Auto-Submitted": "auto-replied"})


def about(desk, who):
    return [m for m in desk.inbox(who) if "[ER-" in m.subject]


def test_owner_gone_from_the_settings(desk):
    """H10 L25 W12: the case of somebody who left the settings gets a living owner by the next review, and the lead is told."""
    no = open_case(desk)
    desk.say(no, "own", by="maya.brooks")
    people = (desk.config.parent / "people.yaml").read_text()
    line = next(x for x in people.splitlines(True) if "id: maya.brooks" in x)
    desk.edit((line, ""), ("members: [maya.brooks, ", "members: ["), name="people.yaml")
    desk.once("2026-11-03 10:00")
    case = desk.case(no)
    assert case["owner"] in desk.staff and case["owner"] != "maya.brooks", case["owner"]
    assert any("maya.brooks" in h["text"] for h in desk.history(no, "owner"))
    assert any("maya.brooks" in m.text for m in about(desk, "lee.okafor"))


def test_department_gone_from_the_settings(desk):
    """L25: the case of a department that is no longer in the settings goes to the default department, which is told."""
    no = open_case(desk)
    assert desk.case(no)["department"] == "payroll"
    people = (desk.config.parent / "people.yaml").read_text()
    block = re.search(r"  - id: payroll\n.*?(?=  - id: benefits)", people, re.S).group()
    desk.edit((block, ""), name="people.yaml")
    desk.edit(("department: payroll,", "department: hr-partners,"), name="rules.yaml")
    desk.once("2026-11-03 10:00")
    assert desk.case(no)["department"] == "hr-partners"
    assert any(m.first_line.startswith("New case for HR Partners") for m in about(desk, "peter.lang"))
    days(desk, "2026-11-04", "2026-11-20")
    assert desk.cli("audit") == []


def test_owner_away_the_backup_hears(desk):
    """G21: while the owner is out of office, mail on the case goes to a colleague of the region, not to the one who is away."""
    no = open_case(desk)
    desk.say(no, "own", by="maya.brooks")
    desk.mail_from("alice.martin", "[ER-000001] more", "First.\n")
    desk.once("2026-11-02 11:00")
    away(desk, "maya.brooks", mail=about(desk, "maya.brooks")[-1])
    desk.once("2026-11-02 12:00")
    had = len(about(desk, "maya.brooks"))
    desk.mail_from("alice.martin", "[ER-000001] more", "Please, this is urgent: walrus.\n")
    desk.once("2026-11-02 13:00")
    assert len(about(desk, "maya.brooks")) == had
    heard = [w for w in ("tomas.rivera", "priya.shah") if any("walrus" in m.text for m in about(desk, w))]
    assert len(heard) == 1
    desk.mail_from("alice.martin", "[ER-000001] more", "And now: seal.\n")
    desk.once("2026-11-10 13:00")  # back again
    assert "seal" in about(desk, "maya.brooks")[-1].text


def test_no_loop_with_a_headerless_responder(desk):
    """M5: the inbox of whoever stands in for the owner answers each mail with words and no sign of a machine: it ends at once."""
    no = open_case(desk)
    desk.say(no, "own", by="maya.brooks")
    desk.mail_from("alice.martin", "[ER-000001] more", "First.\n")
    desk.once("2026-11-02 11:00")
    away(desk, "maya.brooks", mail=about(desk, "maya.brooks")[-1])
    desk.mail_from("alice.martin", "[ER-000001] more", "Second.\n")
    desk.once("2026-11-02 12:00")
    who = next(w for w in ("tomas.rivera", "priya.shah") if about(desk, w))
    for i in range(3):
        desk.reply(about(desk, who)[-1], "Your mail was received.", who=who)
        desk.once(f"2026-11-02 13:0{i}")
    assert len(about(desk, who)) <= 2
    assert no


def test_absence_says_only_what_was_done(desk):
    """G21 AR-12: the owner is told who is away, until when and who they name; "the backup was asked" only where one was."""
    open_case(desk)
    owner = desk.case()["owner"]
    away(desk, "grace.kim", text="I am out of office until 9 November 2026. In urgent cases contact omar.haddad@test.example.")
    desk.once("2026-11-02 11:00")
    told = about(desk, owner)[-1]
    assert "out of office" in told.words and "omar.haddad" in told.words
    assert "the backup was asked" not in told.words  # the step comes tomorrow
    desk.once("2026-11-03 10:00")
    assert about(desk, "omar.haddad")[-1].first_line == "Please tell us how ER-000001 stands"
    desk.once("2026-11-04 11:00")
    away(desk, "omar.haddad", mail=about(desk, "omar.haddad")[-1])
    desk.once("2026-11-04 12:00")
    assert "asked instead" in desk.history(kind="divert")[-1]["text"]


def test_digest_that_comes_back(desk):
    """M6 BN-13: an agent whose mailbox is dead is found by the work list that bounces, not by chance: the supervisor is told."""
    open_case(desk)
    desk.once("2026-11-03 09:00")
    work_list = [m for m in desk.inbox("maya.brooks") + desk.inbox("tomas.rivera") + desk.inbox("priya.shah") if "work list" in m.subject][0]
    bounce(desk, work_list, at="2026-11-03 09:30")
    assert any(work_list.to in m.text and "did not arrive" in m.words for m in desk.inbox("ruth.halloran"))


def test_a_working_mail_clears_the_mark(desk):
    """BN-13: who is heard from by an answer to our own mail is reachable again."""
    no = open_case(desk)
    ack = desk.last("alice.martin")
    bounce(desk, ack, at="2026-11-02 11:00")
    assert any(t["kind"] == "call-employee" for t in desk.case(no)["tasks"])
    desk.reply(ack, "I am here again.")
    desk.once("2026-11-02 12:00")
    desk.say(no, "message", "Good", "to", "hear", by="lee.okafor")
    desk.once("2026-11-02 13:00")
    assert desk.last("alice.martin").first_line == "A message about your case"


def test_delay_and_success_are_no_bounce(desk):
    """BN-3 BN-5: a warning or a success report changes nothing; a refusal by policy tells the owner and blames no address."""
    no = open_case(desk)
    notice = desk.last("grace.kim")
    bounce(desk, notice, "4.4.1", "delayed", at="2026-11-02 11:00")
    bounce(desk, notice, "2.0.0", "delivered", at="2026-11-02 11:10")
    assert [r for r in desk.outbox(to=notice.to) if r.get("bounced_at")] == []
    bounce(desk, notice, "5.7.1", at="2026-11-02 11:20")
    desk.once("2026-11-03 10:00")
    assert about(desk, "grace.kim")[-1].first_line == "Please tell us how ER-000001 stands"
    assert any("5.7.1" in m.text for m in about(desk, desk.case(no)["owner"]))


def test_three_soft_bounces(desk):
    """BN-13: a full mailbox is tried again; the third time in two weeks counts as dead, and the backup is asked."""
    open_case(desk)
    bounce(desk, desk.last("grace.kim"), "4.2.2", at="2026-11-02 11:00")
    desk.once("2026-11-03 10:00")
    bounce(desk, desk.last("grace.kim"), "4.2.2", at="2026-11-03 11:00")
    desk.once("2026-11-05 10:00")
    assert about(desk, "omar.haddad") == []
    bounce(desk, desk.last("grace.kim"), "4.2.2", at="2026-11-05 11:00")
    assert about(desk, "omar.haddad")[-1].first_line == "Reminder: we still need your answer on ER-000001"


def test_bounce_that_names_nobody(desk):
    """BN-8 BN-9: a report that holds our mail but no address: the mail had one recipient, so it is that one."""
    open_case(desk)
    notice = desk.last("grace.kim")
    desk.put((f"Return-Path: <>\r\nFrom: postmaster@mx.example\r\nTo: {desk.address}\r\nSubject: Unzustellbar\r\nMessage-ID: <b1@mx>\r\n"
              f"In-Reply-To: {notice['Message-ID']}\r\nDate: Mon, 2 Nov 2026 10:00:00 -0500\r\n\r\n"
              "Die Nachricht konnte nicht zugestellt werden. 5.1.1 unbekannter Empfaenger\r\n").encode())
    desk.once("2026-11-02 11:00")
    assert any("5.1.1" in h["text"] for h in desk.history(kind="bounce"))
    assert "did not arrive" in about(desk, desk.case()["owner"])[-1].first_line


def test_subject_like_an_automatic_reply(desk):
    """AR-8 AR-11: "Out of office ..." as a subject is no proof: the mail opens a case, without an acknowledgement."""
    desk.mail_from("alice.martin", "Out of office pay for last week", "I was not paid for the days that I worked out of office.\n")
    assert desk.once("2026-11-02 10:00")["opened"] == 1
    assert desk.inbox("alice.martin") == []
    assert desk.case()["owner"] in desk.staff


SUBJECTS = ["Absence", "Absence : certificat médical", "On leave - my pay is missing", "Vakantie", "Abwesend: Krankmeldung anbei",
            "Verification required for my mortgage", "FW: Automatic reply: my question to payroll", "Re: Absence"]


def test_subjects_of_people_that_machines_write_too(desk):
    """AR-8 AR-11: absences are what people write to HR about: such a subject makes no machine of who wrote of their own accord."""
    for i, subject in enumerate(SUBJECTS):
        desk.mail_from("alice.martin", subject, f"Please see to it, thing {i}.\n")
        assert desk.once(f"2026-11-02 10:{i:02}")["opened"] == 1, subject


def test_forwarded_bounce_and_cancelled_meeting(desk):
    """AR-5 AR-8 BN-1: a person who sends on a bounce, or attaches a meeting that was called off, is a person."""
    status = "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; pay@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    meeting = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    for i, (subject, kind, name, body) in enumerate([("Fwd: Undelivered Mail Returned to Sender", "message/delivery-status", "", status),
                                                     ("My hearing was called off", "application/ics", "; name=invite.ics", meeting)]):
        desk.put((f"From: Alice Martin <alice.martin@client.example>\r\nTo: {desk.address}\r\nSubject: {subject}\r\n"
                  f"Message-ID: <fwd{i}@client.example>\r\nDate: Mon, 2 Nov 2026 09:00:00 -0500\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
                  f"Please help, what does this mean? {i}\r\n--b\r\nContent-Type: {kind}{name}\r\n"
                  f"Content-Disposition: attachment\r\n\r\n{body}\r\n--b--\r\n").encode())
        assert desk.once(f"2026-11-02 10:{i:02}")["opened"] == 1, subject


def test_desk_address_is_a_list(desk):
    """AR-3 AR-8: where the HR alias is a mail group, List-Id stands on everybody's mail: it is mail like any
    other."""
    desk.mail_from("alice.martin", "Missing pay", "I was not paid.\n", headers={"List-Id": "ER <er.test.example>", "Precedence": "list"})
    assert desk.once("2026-11-02 10:00")["opened"] == 1
    assert desk.last("alice.martin").first_line == "We have your message"


def test_ticket_system_of_a_department(make_desk):
    """AR-12: a department whose ticket system makes its answers look automatic is marked so in the settings; then they count."""
    for marked in (False, True):
        desk = make_desk()
        if marked:
            desk.edit(("    contact: grace.kim\n", "    contact: grace.kim\n    answers_look_automatic: yes\n"), name="people.yaml")
        open_case(desk)
        desk.once("2026-11-03 10:00")
        desk.reply(desk.last("grace.kim"), "It has been paid with the run of Tuesday.", headers={"Auto-Submitted": "auto-generated"})
        desk.once("2026-11-03 11:00")
        assert bool(desk.history(kind="resolution-proposed")) == marked


def test_answer_of_the_lead_is_not_the_departments(desk):
    """G19 DESIGN 3.1: the lead gets a copy of the mail to the leadership; the lead's answer to it is internal and postpones nothing."""
    open_case(desk)
    for day in range(3, 11):
        desk.once(f"2026-11-{day:02} 10:00")
    copy = [m for m in about(desk, "lee.okafor") if m.first_line.startswith("We need your help")][-1]
    before = desk.case()["step_due_at"]
    desk.reply(copy, "I will call Nadia. It is done soon.", who="lee.okafor")
    desk.once("2026-11-10 11:00")
    case = desk.case()
    assert not case["resolution_proposed"] and case["step_due_at"] == before
    assert any("call Nadia" in n["text"] for n in case["notes"])


def test_waiting_for_the_department(desk):
    """G19: "#wait department 3 business days" moves the next step there, and the due date still guards."""
    no = open_case(desk)
    desk.once("2026-11-03 10:00")
    desk.say(no, "wait", "department", "3 business days", by="lee.okafor")
    days(desk, "2026-11-04", "2026-11-05")
    assert desk.letters("grace.kim")[-1][1] == "Please tell us how ER-000001 stands"
    desk.once("2026-11-06 10:00")
    assert desk.letters("grace.kim")[-1][1] == "Reminder: we still need your answer on ER-000001"
    assert desk.cli("audit") == []


def test_employee_is_the_contact_of_the_department(desk):
    """H10 DESIGN 5: who asks is never asked: the payroll contact's own payroll question goes to the backup, and nothing is held."""
    open_case(desk, who="grace.kim")
    days(desk, "2026-11-03", "2026-11-05")
    assert [x for _, x in desk.letters("omar.haddad")] == [
        "New case for Payroll: ER-000001", "Please tell us how ER-000001 stands", "Reminder: we still need your answer on ER-000001"]
    assert desk.letters("grace.kim")[0][1] == "We have your message"
    assert desk.history(kind="held") == []


def test_closing_needs_what_is_missing(desk):
    """H4: time alone closes nothing that lacks what closing needs."""
    desk.mail_from("lee.okafor", "", "")
    desk.once("2026-11-02 10:00")
    desk.say(1, "resolve", "nothing to do", by="lee.okafor")
    days(desk, "2026-11-03", "2026-11-12")
    case = desk.case()
    assert case["state"] == "resolved"
    assert any("closing needs" in t["text"] for t in case["tasks"])


def test_late_answer_links_both_ways(desk):
    """TH-14 H12: an answer long after the end opens a new case; each of the two names the other."""
    no = open_case(desk)
    ack = desk.last("alice.martin")
    desk.say(no, "resolve", "explained", by="lee.okafor")
    desk.once("2026-11-12 10:00")
    desk.now = "2027-01-20T15:00:00Z"
    desk.reply(ack, "It happened again.")
    assert desk.once("2027-01-20 10:00")["opened"] == 1
    assert any("ER-000002" in h["text"] for h in desk.history(1)), desk.history(1)
    assert any("ER-000001" in h["text"] for h in desk.history(2)), desk.history(2)
    assert "[ER-000002]" in desk.last("alice.martin").subject


def test_later_mail_that_must_be_heard_at_once(desk):
    """H5: a harmless question turns into harassment in a later mail: who must hear of it hears at once, and once."""
    no = open_case(desk)
    desk.once("2026-11-03 10:00")
    desk.reply(desk.last("alice.martin"), "By the way, my manager keeps harassing me since I asked.")
    desk.once("2026-11-03 11:00")
    assert [m.first_line for m in about(desk, "helen.cho")] == ["ER-000001 needs you now"]
    assert desk.case(no)["risk"] in ("high", "confidential")
    desk.reply(desk.last("alice.martin"), "He harasses me every day.")
    desk.once("2026-11-03 12:00")
    assert len(about(desk, "helen.cho")) == 1
    desk.once("2026-11-05 10:00")
    assert "arass" not in about(desk, "grace.kim")[-1].text and "confidential" in about(desk, "grace.kim")[-1].text


def test_category_brings_its_risk(desk):
    """H2 DR-8: a case that is named harassment later is confidential from then on."""
    no = open_case(desk)
    desk.say(no, "field", "category", "harassment", by="lee.okafor")
    desk.once("2026-11-03 10:00")
    mail = about(desk, "grace.kim")[-1]
    assert "Alice" not in mail.text and "payslip" not in mail.text and "confidential" in mail.text


def test_new_department_gets_what_it_needs(desk):
    """G17: a department that is given the case later reads what the first one read, and is asked when it was told it would be."""
    no = open_case(desk, text="The walrus deduction of 5 dollars is wrong.\n")
    days(desk, "2026-11-03", "2026-11-05")
    desk.say(no, "assign", "benefits", by="lee.okafor")
    desk.once("2026-11-05 11:00")
    notice = about(desk, "ben.castillo")[-1]
    assert "walrus deduction" in notice.words
    days(desk, "2026-11-06", "2026-11-09")
    assert "Please tell us how ER-000001 stands" in [x for _, x in desk.letters("ben.castillo")]


def test_row_that_fails_again_and_again(desk):
    """L24 L25: what is due by time and cannot be done is tried each hour, and the supervisor hears of it once a day."""
    import sqlite3
    open_case(desk)
    with sqlite3.connect(desk.config.parent / "var/caseward.db") as db:
        db.execute("INSERT INTO agenda VALUES (1, 'step', 'no such kind of key', 1)")
        db.execute("UPDATE agenda SET kind = 'unheard-of' WHERE key = 'no such kind of key'")
    for hour in range(11, 16):
        desk.once(f"2026-11-02 {hour}:30")
    told = [m for m in desk.inbox("ruth.halloran") if "could not be done" in m.words]
    assert len(told) == 1 and "unheard-of" in told[0].text and "ER-000001" in told[0].text


ANCHOR = ("    path: var/mail/inbox\n", "    path: var/mail/inbox\n    trust_authserv_id: mx.test.example\n")


def test_absences_that_fail_stop_nothing_else(desk):
    """L24 G21: where it cannot be noted that somebody goes, mail is taken in and the ladder climbed all the same, and people are told."""
    import sqlite3
    desk.say(open_case(desk), "own", by="maya.brooks")
    desk.cli("absence", "maya.brooks", "2026-11-03", "until", "2026-11-20")
    with sqlite3.connect(desk.config.parent / "var/caseward.db") as db:
        db.execute("CREATE TRIGGER broken BEFORE UPDATE OF away_since ON address BEGIN SELECT RAISE(ABORT, 'broken'); END")
        db.execute("CREATE TRIGGER broken_too BEFORE INSERT ON absence BEGIN SELECT RAISE(ABORT, 'broken too'); END")
    open_case(desk, who="samuel.greene", at="2026-11-03 10:00")
    assert desk.last("grace.kim") and desk.case(1)["step"] == 1 and desk.last("samuel.greene")
    assert any("could not be done" in m.words and "absence" in m.text for m in desk.inbox("ruth.halloran"))
    (desk.config.parent / "team.ics").write_text("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20261109\r\n"
                                                 "SUMMARY:Priya Shah\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    desk.edit(("\nabsence:\n", "\nabsence:\n  calendars: [team.ics]\n"))
    open_case(desk, who="noah.kim", at="2026-11-03 11:00")
    assert desk.last("noah.kim")
    assert any("Who is away is not kept up to date" in m.text for m in desk.inbox("ruth.halloran"))


def test_commands_need_a_passed_check(make_desk):
    """M9 SA-11 SA-14: where the mailbox checks senders, the keyed address alone commands nothing; a failed check is a stranger's."""
    desk = make_desk(edit=[ANCHOR])
    open_case(desk)
    owner = desk.case()["owner"]
    desk.mail_from("alice.martin", "[ER-000001] more", "More.\n", headers={"Authentication-Results": "mx.test.example; dmarc=pass header.from=test.example"})
    desk.once("2026-11-02 11:00")
    told = about(desk, owner)[-1]
    for result, priority in (("", "low"), ("dmarc=fail header.from=test.example", "low"), ("dmarc=pass header.from=test.example", "high")):
        headers = {"Authentication-Results": "mx.test.example; " + result} if result else {}
        desk.reply(told, "#priority high", headers=headers)
        desk.once()
        assert desk.case()["priority"] == priority, result
    before = desk.case()["messages"]
    desk.mail_from("alice.martin", "[ER-000001] more", "Forged.\n", headers={"Authentication-Results": "mx.test.example; dmarc=fail header.from=test.example"})
    assert desk.once("2026-11-02 12:00")["unverified"] == 1
    assert len(desk.case()["messages"]) >= len(before)


def test_reply_to_elsewhere(desk):
    """SA-6: no commands where Reply-To is in another domain than From."""
    open_case(desk)
    desk.mail_from("alice.martin", "[ER-000001] more", "More.\n")
    desk.once("2026-11-02 11:00")
    told = about(desk, desk.case()["owner"])[-1]
    desk.reply(told, "#priority high", headers={"Reply-To": "x@evil.example"})
    desk.once("2026-11-02 12:00")
    assert desk.case()["priority"] == "low"


def test_answer_of_somebody_else_by_a_forwarded_mail(desk):
    """SA-15: who got our mail forwarded and answers by its key is kept on the case, and the owner reads who it really was."""
    open_case(desk)
    desk.reply(desk.last("alice.martin"), "I am her lawyer: walrus.", who="lawyer.private")
    desk.once("2026-11-02 11:00")
    told = about(desk, desk.case()["owner"])[-1]
    assert "lawyer.private@test.example" in told.words and "check who wrote" in told.words
    assert desk.inbox("lawyer.private") == []
    desk.once("2026-11-09 10:00")
    assert desk.inbox("lawyer.private") == [] and len(desk.inbox("alice.martin")) == 2


def test_complaint_that_names_somebody(desk):
    """G7 G13 DR-8: a stranger's complaint that names an employee is answered to the stranger, and greets nobody by that name."""
    open_case(desk, who="someone.private", text="Regarding Samuel Greene: he harasses me, and the manager does nothing.\n")
    ack = desk.last("someone.private")
    assert "Samuel" not in ack.text + ack.subject and desk.inbox("samuel.greene") == []
    for day in (9, 10, 16, 17):
        desk.once(f"2026-11-{day:02} 10:00")
    assert desk.inbox("samuel.greene") == []
    assert all("Samuel" not in m.text for m in desk.inbox("someone.private"))


def test_lists_of_who_is_away(desk):
    """G21: the work list of an agent who is away, and the digest of a lead, are read by who stands in, and say whose they are."""
    no = open_case(desk)
    desk.say(no, "own", by="maya.brooks")
    desk.cli("absence", "maya.brooks", "2026-11-06")
    desk.cli("absence", "lee.okafor", "2026-11-06")
    desk.once("2026-11-03 09:00")
    assert [m for m in desk.inbox("maya.brooks") + desk.inbox("lee.okafor") if m.when >= "2026-11-03"] == []
    heard = [m for w in ("tomas.rivera", "priya.shah") for m in desk.inbox(w) if "For Maya Brooks, who cannot be reached now." in m.words]
    assert len(heard) == 1 and "ER-000001" in heard[0].text
    assert any("For Lee Okafor, who cannot be reached now." in m.words for m in desk.sent())
    desk.once("2026-11-09 09:00")
    assert "ER-000001" in desk.last("maya.brooks").text and "For Maya" not in desk.last("maya.brooks").text


def test_employee_without_an_address(desk):
    """G20 H10: where nobody can be written to, the owner is asked each week to call; the ladder runs as ever."""
    desk.mail_from("maya.brooks", "Somebody called about the payslip", "A caller did not give a name. The payslip is wrong.\n")
    desk.once("2026-11-02 10:00")
    assert desk.case()["employee_email"] == ""
    days(desk, "2026-11-03", "2026-11-20")
    case = desk.case()
    assert [t["kind"] for t in case["tasks"]].count("call-employee") == 1
    assert len([h for h in desk.history(kind="weekly")]) >= 2
    assert desk.letters("ruth.halloran") and desk.cli("audit") == []


def test_same_mail_to_two_addresses(desk):
    """M3 L8 L9: a mail that comes twice, with other trace headers, is on one case once; so is one that is put in by hand."""
    mail = desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.put(b"Received: from elsewhere by mx.example; Mon, 2 Nov 2026 10:00:00 -0500\r\n" + mail.raw)
    n = desk.once("2026-11-02 10:00")
    assert (n["opened"], n["duplicate"]) == (1, 1)
    path = desk.dir / "again.eml"
    path.write_bytes(mail.raw)
    desk.cli("ingest", path)
    desk.cli("ingest", path)
    desk.once("2026-11-02 10:10")
    assert len(desk.cli("case", "list")) == 1, desk.cli("case", "list")
    assert len(desk.inbox("alice.martin")) == 1


def test_weekly_word_tells_what_happened(desk):
    """G20: the weekly word says what happened since the mail before it, each thing once."""
    open_case(desk)
    days(desk, "2026-11-03", "2026-11-05")
    desk.reply(desk.last("grace.kim"), "We look into it.")
    days(desk, "2026-11-06", "2026-11-16")
    first, second = [m.words for m in desk.inbox("alice.martin") if "still working" in m.first_line]
    assert "Tuesday 3 November: We asked the responsible department for an update." in first
    assert "Friday 6 November: The department that can answer your question wrote back to us." in first
    assert "Tuesday 3 November" not in second and "Friday 6 November" not in second
    assert "leadership of the responsible department" in second


def test_backup_gets_what_it_needs(desk):
    """G17 AR-12: who stands in for the contact and has had no mail of the case reads what the contact read."""
    open_case(desk, text="The walrus deduction of 5 dollars is wrong.\n")
    desk.cli("absence", "grace.kim", "2026-11-10")
    desk.once("2026-11-03 10:00")
    assert "walrus deduction" in desk.last("omar.haddad").words
    desk.once("2026-11-05 10:00")
    assert "walrus" not in desk.last("omar.haddad").words  # it is in the thread


def test_who_must_hear_at_once_is_away(desk):
    """H5 G21: harassment is heard of today, also while the one who is named for it is on holiday."""
    desk.once("2026-11-02 09:00")
    desk.cli("absence", "helen.cho", "2026-11-20")
    open_case(desk, text="My manager keeps harassing me.\n")
    told = about(desk, "ruth.halloran")
    assert [m.first_line for m in told] == ["ER-000001 needs you now"] and "For Helen Cho" in told[0].words


def test_old_mail_commands_nothing(desk):
    """SA-14: a mail of ours from last month commands nothing any more; a newer one does."""
    open_case(desk)
    desk.mail_from("alice.martin", "[ER-000001] more", "More.\n")
    desk.once("2026-11-02 11:00")
    owner = desk.case()["owner"]
    old = about(desk, owner)[-1]
    days(desk, "2026-11-03", "2026-11-20")
    desk.reply(old, "#priority high")
    desk.once("2026-11-20 11:00")
    assert desk.case()["priority"] == "low" and "14 days" in about(desk, owner)[-1].words
    desk.reply(about(desk, owner)[-1], "#priority high")
    desk.once("2026-11-20 12:00")
    assert desk.case()["priority"] == "high"


def test_mailbox_that_cannot_be_read(desk):
    """L17: a mailbox that has not been read for hours is told to the supervisor by mail, once a day, and so is its return."""
    open_case(desk)
    inbox = desk.config.parent / "var/mail/inbox"
    inbox.rename(inbox.with_name("elsewhere"))
    inbox.write_text("no folder")
    for hour in range(11, 18):
        desk.once(f"2026-11-02 {hour}:00", ok=(0, 1))
    told = [m for m in desk.inbox("ruth.halloran") if "has not been read since" in m.words]
    assert len(told) == 1 and told[0].when == "2026-11-02 12:00"
    desk.once("2026-11-03 13:00", ok=(0, 1))
    assert len([m for m in desk.inbox("ruth.halloran") if "has not been read since" in m.words]) == 2
    inbox.unlink()
    inbox.with_name("elsewhere").rename(inbox)
    desk.once("2026-11-03 13:30")
    desk.once("2026-11-03 14:00")
    assert len([m for m in desk.inbox("ruth.halloran") if "is read again" in m.words]) == 1


class Gone(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(404)

    def log_message(self, *_):
        pass


def test_chat_channel_that_is_gone(make_desk):
    """G17 L20: a chat channel that refuses is told to the supervisor, without its address; the mail goes out all the same."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Gone)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk = make_desk()
    (desk.config.parent / "payroll.webhook").write_text(f"http://127.0.0.1:{server.server_port}/secret-path\n")
    desk.edit(("    # webhook_file: payroll.webhook", "    webhook_file: payroll.webhook #"), name="people.yaml")
    open_case(desk)
    days(desk, "2026-11-03", "2026-11-05")
    server.shutdown()
    assert desk.letters("grace.kim")[1][1] == "Please tell us how ER-000001 stands"
    assert len([m for m in desk.inbox("ruth.halloran") if "chat channel of Payroll" in m.words]) == 1
    assert "secret-path" not in "".join(m.text for m in desk.sent())


def test_thanks_open_nothing(desk):
    """L16: "thank you" leaves a resolved case as it is, and the owner hears of it; anything more opens it again."""
    open_case(desk)
    desk.say(1, "resolve", "paid", by="lee.okafor")
    desk.once("2026-11-02 11:00")
    desk.reply(desk.last("alice.martin"), "Thank you very much!\n\nAlice")
    desk.once("2026-11-02 12:00")
    assert desk.case()["state"] == "resolved" and "thanks only" in about(desk, desk.case()["owner"])[-1].words
    desk.reply(desk.last("alice.martin"), "Thank you, but it did not arrive.")
    desk.once("2026-11-02 13:00")
    assert desk.case()["state"] == "in-progress"
