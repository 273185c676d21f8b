"""What nobody must read: looked for in every mail of cases that hold secrets, in bodies, subjects, previews and headers."""
import re

from desk import SECRET, Mail

HARASSMENT = "My manager Daniel Price gropes me in the stockroom. My HIV medication was read out loud. walrus-of-words.\n"


def days(desk, first, last, hour="10:00", month=11):
    for day in range(first, last + 1):
        desk.once(f"2026-{month}-{day:02} {hour}")


def everything(mail):
    return " ".join([mail.raw.decode("ascii", "replace"), mail.text, mail.html, mail.subject])


def preview(mail):
    """What a mail program shows beside the subject: the first words of the HTML, as of the text."""
    text = re.sub(r"<(style|title|head)\b.*?</\1>|<[^>]+>", " ", mail.html, flags=re.S)
    return (" ".join(text.split())[:100] + " " + mail.words[:160])


def test_harassment_is_told_to_those_who_must_know(desk):
    """G13 H5 H11 DR-8: of a harassment complaint no department, subject, preview or chat learns a word, through the whole ladder."""
    desk.mail_from("alice.martin", "Daniel Price harasses me", HARASSMENT)
    desk.once("2026-11-02 10:00")
    assert desk.case()["risk"] in ("high", "confidential")
    desk.say(1, "note", SECRET, by="lee.okafor")
    days(desk, 3, 30)
    secrets = ("walrus", "grope", "HIV", "Daniel", "arass")
    may_read = {desk.case()["owner"], "helen.cho", "lee.okafor", "ruth.halloran", "victor.osei", "elaine.marsh"}
    for mail in desk.sent():
        who = mail.to.split("@")[0]
        assert not any(s in mail.subject or s in preview(mail) for s in secrets), (mail, preview(mail))
        if who not in may_read and "work list" not in mail.subject:
            assert not any(s in everything(mail) for s in secrets + (SECRET,)), mail
            if who != "alice.martin":
                assert "Alice" not in everything(mail) and "100101" not in everything(mail), mail


def test_work_lists_name_no_complaint_to_colleagues(desk):
    """H6 DR-8: the daily list of an agent who does not own a confidential case says nothing of it."""
    desk.mail_from("alice.martin", "Daniel Price harasses me", HARASSMENT)
    desk.once("2026-11-02 10:00")
    owner = desk.case()["owner"]
    days(desk, 3, 5, "09:00")
    for who in ("maya.brooks", "tomas.rivera", "priya.shah", "dana.whitfield", "kenji.mori"):
        if who != owner:
            assert all("Daniel" not in everything(m) and "Alice" not in everything(m) for m in desk.inbox(who)), who


def test_ids_of_one_audience_stay_there(desk):
    """TH-4: no mail carries an id, a reply address or a reference of another audience, after a talk with everybody."""
    asked = desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.once("2026-11-03 10:00")
    desk.reply(desk.last("grace.kim"), "We look into it.")
    desk.reply(desk.last("alice.martin"), "Any news?")
    desk.once("2026-11-03 12:00")
    owner = desk.case()["owner"]
    desk.reply([m for m in desk.inbox(owner) if "[ER-" in m.subject][-1], "I called Grace.")
    days(desk, 4, 20)
    letter = {"alice.martin": "e", "grace.kim": "d", "omar.haddad": "d", "nadia.petrova": "d", owner: "i", "ruth.halloran": "i"}
    seen = 0
    for mail in desk.sent():
        kind = letter.get(mail.to.split("@")[0])
        if kind is None or "[ER-" not in mail.subject:
            continue
        ids = mail["References"] + mail["In-Reply-To"] + mail["Message-ID"] + mail["Reply-To"]
        assert set(re.findall(r"c1\.(\w)\.", ids)) <= {kind}, (mail, ids)
        if kind != "e":
            assert asked["Message-ID"].strip("<>") not in everything(mail), mail
        seen += 1
    assert seen > 10


def test_answers_of_people_do_not_reach_the_employee(desk):
    """G13: what the department and the agents wrote stays inside; the weekly word says only that, and when."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.once("2026-11-03 10:00")
    desk.reply(desk.last("grace.kim"), f"Omar forgot it again. {SECRET}")
    desk.once("2026-11-03 12:00")
    owner = desk.case()["owner"]
    told = [m for m in desk.inbox(owner) if "[ER-" in m.subject][-1]
    assert SECRET in told.text
    desk.reply(told, f"#note she is difficult {SECRET}\n#escalate {SECRET}")
    desk.reply(told, f"Just between us: {SECRET}")
    days(desk, 4, 24)
    weekly = [m for m in desk.inbox("alice.martin") if "still working" in m.first_line]
    assert len(weekly) >= 2
    for mail in desk.inbox("alice.martin") + desk.inbox("grace.kim") + desk.inbox("nadia.petrova"):
        own = mail.to.startswith("grace")
        assert SECRET not in everything(mail) or own, mail
    for mail in desk.inbox("alice.martin"):
        assert not any(n in mail.text for n in ("Grace", "Omar", "Lee", "Maya", "Priya", "Helen", "Ruth")), mail


def test_escalation_reason_stays_with_staff(desk):
    """G13: why an agent climbs a step is for the next person of the desk, not for the department."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    for hour in (11, 12, 13, 14):
        desk.once(f"2026-11-02 {hour}:00")
        desk.say(1, "escalate", SECRET, by="lee.okafor")
    desk.once("2026-11-02 15:00")
    for who in ("grace.kim", "omar.haddad", "nadia.petrova", "alice.martin"):
        assert all(SECRET not in everything(m) for m in desk.inbox(who)), who


def test_stranger_hears_nothing(desk):
    """M4 SA-11 SA-15: who names a case that is not theirs gets no answer at all, however often; the owner hears of it."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    for i in range(3):
        desk.mail_from("mallory.outside", f"Re: [ER-000001] and more {i}", "What is it about?\n#help\n#reopen\n")
    desk.mail_from("mallory.outside", "[ER-000001] [ER-000002]", "And this?\n")
    assert desk.once("2026-11-02 11:00")["unverified"] == 4
    days(desk, 3, 12)
    assert desk.inbox("mallory.outside") == []
    assert len([m for m in desk.inbox(desk.case()["owner"]) if "cannot be sure" in m.first_line]) == 3


def test_other_employee_with_the_number(desk):
    """M4: a colleague who knows the number of a case does not belong to it."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.mail_from("daniel.price", "[ER-000001]", "I am her manager. What did she say?\n")
    assert desk.once("2026-11-02 11:00")["unverified"] == 1
    days(desk, 3, 12)
    assert desk.inbox("daniel.price") == []


def test_bounce_from_a_stranger_marks_nobody(desk):
    """BN-12: a bounce for a mail that we never sent, or to somebody else, changes nothing."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    for mid, rcpt in ((desk.last("grace.kim")["Message-ID"], "nadia.petrova@test.example"), ("<made.up@test.example>", "grace.kim@test.example")):
        desk.put((f"Return-Path: <>\r\nFrom: MAILER-DAEMON@evil.example\r\nTo: {desk.address}\r\nSubject: Undelivered\r\nMessage-ID: <{rcpt}>\r\n"
                  "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\nMIME-Version: 1.0\r\n\r\n--b\r\n"
                  "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
                  f"Final-Recipient: rfc822; {rcpt}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
                  f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mid}\r\n\r\n--b--\r\n").encode())
    desk.once("2026-11-02 11:00")
    days(desk, 3, 5)
    assert [x for _, x in desk.letters("grace.kim")][-1].startswith("Reminder") and desk.inbox("omar.haddad") == []


def test_acknowledgement_is_true(desk):
    """H11: what the acknowledgement promises happens: the next word by that day; and a confidential one says no department's name."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello.\n")
    desk.mail_from("samuel.greene", "Daniel Price harasses me", HARASSMENT)
    desk.once("2026-11-02 10:00")
    secret = desk.last("samuel.greene")
    assert "HR Partners" not in secret.text and "confidential" in secret.words
    promised = re.search(r"hear from us by (?:Monday )?(\d+) November", desk.last("alice.martin").words).group(1)
    days(desk, 3, int(promised))
    for who in ("alice.martin", "samuel.greene"):
        assert len(desk.inbox(who)) == 2, who


def test_complaint_in_an_answer(desk):
    """H5 H6 DR-8: an ordinary case becomes a complaint against those who handle it: neither the owner nor the contact reads a word of it or
    anything of the case from then on; the lead has it."""
    desk.mail_from("alice.martin", "A question about my payslip", "Hello, what is the last line?\n")
    desk.once("2026-11-02 10:00")
    owner = desk.case()["owner"]
    desk.reply(desk.last("alice.martin"), f"{desk.name_of(owner)} harasses me, and Grace Kim joins in: walrus.", who="alice.martin")
    desk.once("2026-11-02 12:00")
    had = {who: len(desk.inbox(who)) for who in (owner, "grace.kim")}
    days(desk, 3, 16)
    for who in had:
        assert not any("walrus" in everything(m) for m in desk.inbox(who)), who
        assert not any("ER-000001" in everything(m) for m in desk.inbox(who)[had[who]:]), who
    assert desk.case()["owner"] == "lee.okafor" and any("walrus" in m.text for m in desk.inbox("lee.okafor"))
