"""Who is away, who stands in, and the hand-over both ways; bounces that must not fall silent."""
import datetime
import sqlite3

import pytest

from test_auto import asked, report
from test_review_silence import about, away, bounce, open_case


def owned(desk, by="maya.brooks", **more):
    no = open_case(desk, **more)
    desk.say(no, "own", by=by)
    return no


def first_lines(desk, who):
    return [m.first_line for m in desk.inbox(who)]


def absences(desk):
    return {a["email"].split("@")[0]: a for a in desk.cli("absence")}


def ics(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for n, (what, first, end, more) in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:u{n}", f"DTSTART;VALUE=DATE:{first}", f"DTEND;VALUE=DATE:{end}", f"SUMMARY:{what}", *more, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def test_hand_over_and_back(desk):
    """G21 W12: by command: the colleague of the region with the fewest cases gets a list and then everything; back at the start of
    the day of return both get what came in; the owner stays the owner."""
    no = owned(desk)
    desk.say(owned(desk, by="tomas.rivera", who="robo.tron", subject="Another"), "own", by="tomas.rivera")
    desk.cli("absence", "maya.brooks", "2026-11-04", "until", "2026-11-06")
    desk.once("2026-11-03 12:00")
    assert not about(desk, "priya.shah") and "handed over" not in str(first_lines(desk, "priya.shah"))
    desk.once("2026-11-04 09:00")
    had = len(desk.inbox("maya.brooks"))
    letter = next(m for m in desk.inbox("priya.shah") if m.first_line == "You stand in for somebody who is away")
    assert f"ER-{no:06}" in letter.text and "Maya Brooks is away until Fri 6 Nov" in letter.text
    desk.mail_from("alice.martin", f"[ER-{no:06}] more", "Please, this is urgent: walrus.\n")
    desk.once("2026-11-05 10:00")
    assert any("walrus" in m.text for m in about(desk, "priya.shah"))
    assert any("For Maya Brooks" in m.text and "work list" in m.subject for m in desk.inbox("priya.shah"))
    assert len(desk.inbox("maya.brooks")) == had and desk.case(no)["owner"] == "maya.brooks"
    desk.once("2026-11-06 00:30")
    back = next(m for m in desk.inbox("maya.brooks") if m.first_line == "Handed back: what came in meanwhile")
    assert f"ER-{no:06}" in back.text and "Welcome back" in back.text
    assert "Maya Brooks is back" in desk.inbox("priya.shah")[-1].text
    desk.mail_from("alice.martin", f"[ER-{no:06}] more", "And now: seal.\n")
    desk.once("2026-11-06 10:00")
    assert any("seal" in m.text for m in about(desk, "maya.brooks"))
    assert desk.cli("audit") == []


def test_whoever_stands_in_goes_too(desk):
    """G21: the second one hands over to the third, the last of the region to the lead; two that name each other are no trap."""
    owned(desk)
    desk.once("2026-11-03 09:00")
    for n, (who, to) in enumerate((("maya.brooks", None), ("tomas.rivera", None), ("priya.shah", "lee.okafor"), ("lee.okafor", "sofia.lindgren"),
                                   ("sofia.lindgren", "ruth.halloran"))):
        desk.cli("absence", who, "2026-11-20")
        desk.once(f"2026-11-03 1{n}:00")
        assert to is None or absences(desk)["maya.brooks"]["stand_in"] == desk[to]
    desk.mail_from("alice.martin", "[ER-000001] more", "Please: walrus.\n")
    desk.once("2026-11-03 16:00")
    assert any("walrus" in m.text for m in about(desk, "ruth.halloran"))


def test_calendar_of_absences(desk):
    """G21: a team calendar and a person's own, read again when they change; a bad file keeps what was known and is told."""
    team, own = desk.config.parent / "team.ics", desk.config.parent / "tomas.ics"
    team.write_text(ics(("Maya Brooks: holiday", 20261104, 20261106, []), ("Party", 20261104, 20261105, []),
                        ("Out", 20261104, 20261105, [f"ATTENDEE:mailto:{desk['priya.shah']}"])))
    own.write_text(ics(("x", 20261109, 20261110, ["RRULE:FREQ=WEEKLY;COUNT=3"])))
    desk.edit(("\nabsence:\n", "\nabsence:\n  calendars: [team.ics]\n"))
    desk.edit(("id: tomas.rivera,", "id: tomas.rivera, absences: tomas.ics,"), name="people.yaml")
    desk.once("2026-11-03 10:00")
    assert set(absences(desk)) == {"maya.brooks", "priya.shah", "tomas.rivera"}
    assert any("1 event names no one" in m.text for m in desk.inbox("ruth.halloran"))
    desk.once("2026-11-04 10:00")
    assert absences(desk)["maya.brooks"]["stand_in"] == desk["tomas.rivera"]
    team.write_text("no calendar")
    desk.once("2026-11-04 11:00")
    assert "maya.brooks" in absences(desk) and any("cannot be read" in m.text for m in desk.inbox("ruth.halloran"))
    team.write_text(ics(("Priya Shah", 20261104, 20261106, [])))
    desk.once("2026-11-04 12:00")
    assert set(absences(desk)) == {"priya.shah", "tomas.rivera"}
    assert first_lines(desk, "maya.brooks")[-1] == "Handed back: what came in meanwhile"


def test_out_of_office_to_a_work_list(desk):
    """G21: an agent's out-of-office answers a work list, not a case: it counts as well; a person who writes again is back, but not
    against a command."""
    owned(desk)
    desk.once("2026-11-03 09:00")
    work_list = next(m for m in desk.inbox("maya.brooks") if "work list" in m.subject)
    away(desk, "maya.brooks", mail=work_list, until="20 November 2026")
    desk.once("2026-11-03 09:30")
    assert absences(desk)["maya.brooks"]["source"] == "mail"
    desk.reply(work_list, "I am here after all.", who="maya.brooks")
    desk.once("2026-11-03 10:00")
    assert absences(desk) == {}
    desk.cli("absence", "maya.brooks", "2026-11-20")
    desk.reply(work_list, "One more question.", who="maya.brooks")
    desk.once("2026-11-03 11:00")
    assert absences(desk)["maya.brooks"]["source"] == "command"


def test_stranger_makes_nobody_absent(desk):
    """G21 AR-11: an out-of-office in somebody's name that answers none of our mails is told, and believed by nobody."""
    request = asked(desk)
    assert request
    desk.mail_from("grace.kim", "Automatic reply: [ER-000001]", "I am out of office until 30 November 2026.\n", headers={"Auto-Submitted": "auto-replied"})
    desk.once("2026-11-03 11:00")
    assert absences(desk) == {} and desk.inbox("omar.haddad") == []
    assert any("nothing proves who sent it" in m.text for m in about(desk, desk.case()["owner"]))


def test_absence_by_mail_and_correction(desk):
    """G21 M9: the owner corrects by mail what a reply was taken to say, and says it for themselves."""
    request = asked(desk)
    desk.reply(request, "Ich bin im Urlaub.", subject="Automatische Antwort: x", headers={"Auto-Submitted": "auto-replied"})
    desk.once("2026-11-03 11:00")
    owner = desk.case()["owner"]
    told = about(desk, owner)[-1]
    assert "do you know it?" in told.words and "#absent grace.kim" in told.words
    desk.reply(told, "#absent grace.kim until 20 Nov", who=owner)
    desk.once("2026-11-03 12:00")
    assert absences(desk)["grace.kim"]["absent_until"].startswith("2026-11-20")
    desk.reply(told, "#back grace.kim\n#absent until friday", who=owner)
    desk.once("2026-11-03 13:00")
    assert set(absences(desk)) == {owner}


def test_deputy_of_another_department(desk):
    """G21 AR-12: an out-of-office may name anybody; only one of the same department is written to."""
    people = (desk.config.parent / "people.yaml").read_text()
    assert "    backup: omar.haddad\n" in people
    desk.edit(("    backup: omar.haddad\n", ""), name="people.yaml")
    request = asked(desk)
    desk.reply(request, "I am out of office until 20 November 2026, contact nina.falk@test.example or Omar Haddad.",
               subject="Automatic reply: x", headers={"Auto-Submitted": "auto-replied"})
    desk.once("2026-11-03 11:00")
    assert desk.letters("nadia.petrova")[-1][1].startswith("Please tell us")
    desk.once("2026-11-05 10:00")  # the next step knows whom the reply named
    assert desk.inbox("nina.falk") == [] and desk.letters("nadia.petrova")[-1][1].startswith("Reminder")


def test_long_absence_asks_the_lead(desk):
    """G21: of an absence longer than four weeks the lead is asked who takes the cases."""
    owned(desk)
    desk.cli("absence", "maya.brooks", "2026-12-20")
    desk.once("2026-11-03 10:00")
    assert any("that is long" in m.text for m in desk.inbox("lee.okafor"))


def test_bounced_notice_goes_to_the_backup(desk):
    """M6 BN-13: the very first mail to a department fails: the backup has it in the same hour; the backup fails too: the leadership;
    then the lead. A bounce satisfies no due date."""
    open_case(desk)
    due = desk.case()["due_at"]
    for n, (who, to) in enumerate((("grace.kim", "omar.haddad"), ("omar.haddad", "nadia.petrova"))):
        bounce(desk, desk.last(who), at=f"2026-11-02 1{n + 1}:00")
        assert desk.letters(to) == [(f"2026-11-02 1{n + 1}:00", "New case for Payroll: ER-000001")]
    bounce(desk, desk.last("nadia.petrova"), at="2026-11-02 14:00")
    assert any("Nobody of Payroll can be reached" in m.text for m in about(desk, "lee.okafor"))
    assert desk.case()["due_at"] == due and desk.cli("audit") == []


def test_bounces_of_bounces_end(desk):
    """M5 M6: the mail that tells of a bounce is refused by policy, and the one that tells of that: nothing goes round."""
    open_case(desk)
    bounce(desk, desk.last("grace.kim"), "5.7.1", at="2026-11-02 11:00")
    sent = len(desk.sent())
    for n in range(6):
        for m in [m for m in desk.sent() if m.first_line.startswith("A mail on ER-000001 did not")]:
            bounce(desk, m, "5.7.1")
        desk.once(f"2026-11-02 12:{n:02}")
    assert len(desk.sent()) - sent <= 2


def test_policy_goes_to_the_operators(desk):
    """BN-5: refused by policy: the operators hear, once a day for each domain; the address is not marked."""
    open_case(desk)
    notice = desk.last("grace.kim")
    bounce(desk, notice, "5.7.26", at="2026-11-02 11:00")
    bounce(desk, notice, "5.7.26", at="2026-11-02 12:00")
    assert len([m for m in desk.inbox("ruth.halloran") if "SPF, DKIM" in m.text]) == 1 and absences(desk) == {}


def test_too_large_is_sent_again_small(desk):
    """BN-5: too large: once more as plain text; too large again: the owner is told."""
    open_case(desk)
    notice = desk.last("grace.kim")
    bounce(desk, notice, "5.3.4", at="2026-11-02 11:00")
    again = desk.last("grace.kim")
    assert again.number > notice.number and again.html == "" and again.first_line == notice.first_line
    bounce(desk, again, "5.3.4", at="2026-11-02 12:00")
    assert len(desk.inbox("grace.kim")) == 2 and any("did not arrive" in m.first_line for m in about(desk, desk.case()["owner"]))


def test_suppression_ends_visibly(desk):
    """L15 BN-13: an address that failed is tried again after a while, and that is told; or at once, when a person says so."""
    open_case(desk)
    bounce(desk, desk.last("grace.kim"), at="2026-11-02 11:00")
    assert "grace.kim" in absences(desk)
    desk.once("2026-12-03 10:00")
    assert absences(desk) == {} and any("it is tried again" in m.text for m in desk.inbox("ruth.halloran"))
    bounce(desk, [m for m in desk.inbox("omar.haddad")][-1], at="2026-12-03 11:00")
    desk.cli("absence", desk["omar.haddad"], "reachable")
    assert absences(desk) == {}


def test_forwarded_bounce_is_a_mail(desk):
    """BN-1: a person forwards a report as an attachment and asks about it: that is a case, and marks nobody."""
    request = asked(desk)
    raw = report(request.id, desk["grace.kim"])
    m = desk.mail_from("alice.martin", "Fwd: Undelivered", "What is this?\n", send=False)
    body = (f"From: {m['From']}\r\nTo: {m['To']}\r\nSubject: Fwd: Undelivered\r\nMessage-ID: <fwd@x>\r\nDate: {m['Date']}\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\nContent-Type: text/plain\r\n\r\nWhat is this?\r\n"
            "--zz\r\nContent-Type: message/rfc822\r\n\r\n").encode() + raw + b"\r\n--zz--\r\n"
    desk.put(body)
    assert desk.once("2026-11-03 11:00")["opened"] == 1
    assert absences(desk) == {}


@pytest.mark.parametrize("code", ["Content-Transfer-Encoding: base64", "truncated"])
def test_report_whose_original_is_damaged(desk, code):
    """BN-8: the returned mail is cut or encoded, but In-Reply-To names ours."""
    request = asked(desk)
    raw = report("gone@elsewhere", desk["grace.kim"]).decode().replace("Auto-Submitted:", f"In-Reply-To: <{request.id}>\r\nAuto-Submitted:")
    raw = raw.split("Content-Type: text/rfc822-headers")[0]
    raw += "Content-Type: message/rfc822\r\n" + (f"{code}\r\n\r\nTWVzc2FnZS1JRDogPHg+DQo\r\n--b1--\r\n" if ":" in code else "\r\nMessage-")
    desk.put(raw.encode())
    desk.once("2026-11-03 11:00")
    assert "grace.kim" in absences(desk) and len(desk.inbox("omar.haddad")) == 1


def test_challenge_is_no_answer(desk):
    """AR-9 M5: a filter that wants a confirmation has not let the mail through: a person is told, the ladder goes on."""
    request = asked(desk)
    desk.reply(request, "Click here to prove that you are human.", subject="Please confirm your message")
    desk.once("2026-11-03 11:00")
    case = desk.case()
    assert case["state"] == "waiting-department" and any("wants a confirmation" in m.text for m in about(desk, case["owner"]))
    desk.once("2026-11-05 10:00")
    assert desk.last("grace.kim").first_line.startswith("Reminder")


def test_never_a_mail_to_who_is_away(desk):
    """G21 H10: three weeks in which people come and go: while a backup is there, nothing goes to anybody who is not."""
    owned(desk)
    plan = [("2026-11-03", "grace.kim", "2026-11-06"), ("2026-11-04", "maya.brooks", "2026-11-12"), ("2026-11-05", "lee.okafor", "2026-11-10"),
            ("2026-11-09", "nadia.petrova", "2026-11-20"), ("2026-11-10", "tomas.rivera", "2026-11-13"), ("2026-11-12", "ruth.halloran", "2026-11-18")]
    day = datetime.date(2026, 11, 3)
    while day < datetime.date(2026, 11, 21):
        for when, who, until in plan:
            if when == str(day):
                desk.cli("absence", who, until)
        desk.once(f"{day} 10:00")
        day += datetime.timedelta(days=1)
    for when, who, until in plan:
        if who == "nadia.petrova":  # nobody stands in for her: she can read it later, and the lead is told
            assert any("can be reached by mail" in m.text for m in about(desk, "sofia.lindgren") + about(desk, "lee.okafor"))
            continue
        wrong = [m for m in desk.inbox(who) if when < m.when[:10] < until]
        assert wrong == [], (who, [(m.when, m.first_line) for m in wrong])
    assert desk.cli("audit") == []


def test_a_case_given_to_who_is_away(desk):
    """G21: the letter to somebody who is away goes to who stands in, and says for whom; the case is theirs all the same."""
    no = open_case(desk)
    desk.cli("absence", "maya.brooks", "2026-11-20")
    desk.say(no, "assign", "maya.brooks", by="lee.okafor")
    desk.once("2026-11-02 11:00")
    assert about(desk, "maya.brooks") == [] and desk.case(no)["owner"] == "maya.brooks"
    assert any("For Maya Brooks" in m.text for who in ("tomas.rivera", "priya.shah") for m in about(desk, who))


def test_stand_in_reads_no_more_than_their_own_mail(desk):
    """G21 H6 DR-8: who stands in for an agent or a lead gets their daily lists and hand-over without confidential cases of theirs, unless
    they lead, and without any case that is about the stand-in; who is back reads all of it again."""
    desk.mail_from("alice.martin", "Somebody harasses me", "My manager keeps harassing me.\n")
    desk.mail_from("robo.tron", "About a grievance", "I file a grievance against Priya Shah.\n")
    desk.mail_from("alice.martin", "A question about my payslip", "Hello, what is the last line?\n")
    desk.once("2026-11-02 10:00")
    names = {c["risk"]: f"ER-{c['no']:06}" if isinstance(c["no"], int) else c["no"] for c in map(desk.case, (1, 2, 3))}
    for no in (1, 2, 3):
        desk.say(no, "own", by="maya.brooks")
    desk.cli("absence", "maya.brooks", "2026-11-06")
    desk.cli("absence", "tomas.rivera", "2026-11-06")
    desk.once("2026-11-03 09:00")
    read = "".join(m.raw.decode("ascii") + m.text + m.html for m in desk.inbox("priya.shah"))
    assert "For Maya Brooks" in read and "ER-000003" in read
    assert "ER-000001" not in read and "ER-000002" not in read, names
    desk.cli("absence", "maya.brooks", "back")
    desk.once("2026-11-04 09:00")
    work_list = next(m for m in desk.inbox("maya.brooks") if "work list" in m.subject and m.when >= "2026-11-04")
    assert all(f"ER-00000{no}" in work_list.text for no in (1, 2, 3))


def test_two_absences_of_one_person(desk):
    """G21: a holiday that is planned ahead leaves the absence that has begun as it is, and comes in its turn."""
    owned(desk)
    desk.cli("absence", "maya.brooks", "2026-11-13")
    desk.cli("absence", "maya.brooks", "2026-12-21", "until", "2026-12-28")
    desk.once("2026-11-03 10:00")
    had = len(desk.inbox("maya.brooks"))
    desk.once("2026-11-04 10:00")
    assert absences(desk)["maya.brooks"]["stand_in"] and len(desk.inbox("maya.brooks")) == had
    desk.once("2026-11-13 10:00")
    assert first_lines(desk, "maya.brooks").count("Handed back: what came in meanwhile") == 1
    desk.once("2026-12-21 10:00")
    assert absences(desk)["maya.brooks"]["stand_in"]
    desk.cli("absence", "maya.brooks", "2027-01-18", "until", "2027-01-25")
    desk.cli("absence", "maya.brooks", "back")
    assert absences(desk)["maya.brooks"]["absent_from"]  # what is planned stays
    desk.cli("absence", "maya.brooks", "back")
    assert absences(desk) == {}  # nothing had begun: the plan is off


def test_hand_back_after_years_of_cases(desk):
    """G21: who has had more cases than a list holds gets what came in meanwhile, and what was resolved, not the oldest of them all."""
    old, no = owned(desk), owned(desk, subject="Another", who="robo.tron")
    db = sqlite3.connect(desk.config.parent / "var/caseward.db")
    names = [r[1] for r in db.execute("PRAGMA table_xinfo(casefile)") if r[6] == 0 and r[1] not in ("no", "state", "closed_at", "opened_at")]
    both = ", ".join(names)
    db.execute(f"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO casefile (no, state, closed_at, opened_at, {both})"
               f" SELECT i, 'closed', 5, 4, {both} FROM n JOIN casefile WHERE casefile.no = {no}")
    db.commit()
    db.close()
    desk.cli("absence", "maya.brooks", "2026-11-06")
    desk.mail_from("alice.martin", f"[ER-{old:06}] more", "Please: walrus.\n")
    desk.mail_from("robo.tron", f"[ER-{no:06}] more", "Please: seal.\n")
    desk.once("2026-11-03 10:00")
    desk.say(no, "resolve", "it is done", by="lee.okafor")
    desk.once("2026-11-06 10:00")
    back = next(m for m in desk.inbox("maya.brooks") if m.first_line == "Handed back: what came in meanwhile")
    assert f"ER-{old:06}" in back.text and f"ER-{no:06}" in back.text and "ER-000010" not in back.text
