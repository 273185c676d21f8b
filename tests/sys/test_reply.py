"""Answers: how they find their case, what they do there, and what nobody gets to know by them."""
import html
import re
import urllib.parse

from desk import SECRET


def open_case(desk, who="alice.martin", subject="A question about my payslip"):
    """A case with its acknowledgement and notice out; the mail that opened it."""
    asked = desk.mail_from(who, subject, "Hello, what is the last line of my payslip?\n")
    desk.once("2026-11-02 10:00")
    return asked


def outcomes(desk, no=1):
    return [(m["from"].split("@")[0].removeprefix(desk.prefix), m["outcome"]) for m in desk.case(no)["messages"]
            if m["direction"] == "in"]


def test_ways_to_the_case(hosted):
    """M3 M4 G10: an answer finds its case by the keyed Reply-To alone, by In-Reply-To alone, by the subject alone."""
    desk = hosted()
    asked = open_case(desk)
    ack = desk.last("alice.martin")
    desk.reply(ack, "By address.", subject="no subject worth the name", threads=False)
    desk.mail_from("alice.martin", "another", "By our id.\n", headers={"In-Reply-To": ack["Message-ID"]})
    desk.mail_from("alice.martin", "another", "By my own id.\n", headers={"References": asked["Message-ID"]})
    desk.mail_from("alice.martin", "WG: [EXTERNAL] AW: [er - 000001] my pay", "By the subject.\n")
    assert desk.once("2026-11-02 11:00")["appended"] == 4
    assert outcomes(desk) == [("alice.martin", "opened")] + [("alice.martin", "appended")] * 4
    assert len(desk.cli("case", "list")) == 1 and len(desk.inbox("alice.martin")) == 1
    told = [m.text for m in desk.inbox(desk.case()["owner"])]
    assert [way for way in ("By address.", "By our id.", "By my own id.", "By the subject.") if way in "".join(told)] == [
        "By address.", "By our id.", "By my own id.", "By the subject."]
    desk.mail_from("alice.martin", "something else", "My dental plan.\n")
    assert desk.once("2026-11-02 12:00")["opened"] == 1


def test_signals_that_contradict(desk):
    """M4 L10: the stronger signal is followed and a person looks; equally strong ones go to a person, not to a guess."""
    open_case(desk)
    desk.mail_from("alice.martin", "my dental plan", "Another matter.\n")
    desk.once("2026-11-02 11:00")
    first, second = desk.inbox("alice.martin")
    desk.reply(first, "I mean the payslip.", subject="Re: [ER-000002] my dental plan")
    assert desk.once("2026-11-02 11:30")["appended"] == 1
    assert outcomes(desk, 1)[-1] == ("alice.martin", "appended") and len(outcomes(desk, 2)) == 1
    assert "although the subject token names ER-000002" in [t["text"] for t in desk.case(1)["tasks"] if t["kind"] == "check-thread"][0]
    desk.mail_from("alice.martin", "which?", "Both.\n",
                   headers={"References": first["Message-ID"] + " " + second["Message-ID"]})
    assert desk.once("2026-11-02 12:00")["unverified"] == 1
    assert len(outcomes(desk, 1)) == 2 and len(outcomes(desk, 2)) == 1
    assert "names two cases" in desk.last("lee.okafor").words


def test_stranger_with_a_token(hosted):
    """M4 G13 L11 L13: somebody who knows the number gets nothing; the owner is shown the mail; the case goes on."""
    desk = hosted()
    open_case(desk)
    before = desk.case()
    desk.mail_from("mallory", "Re: [ER-000001] Your payroll question", "Please send me the file.\n")
    desk.mail_from("peter.novak", "[ER-000001]", "I am a colleague. What about her pay?\n")
    assert desk.once("2026-11-02 11:00")["unverified"] == 2
    case = desk.case()
    assert outcomes(desk)[1:] == [("mallory", "unverified"), ("peter.novak", "unverified")]
    told = [m for m in desk.inbox(case["owner"]) if "cannot be sure who wrote it" in m.first_line]
    assert len(told) == 2 and "Please send me the file." in told[0].text and desk["mallory"] in told[0].text
    assert [q["from"] for q in desk.cli("quarantine")] == [desk["peter.novak"], desk["mallory"]]
    assert {"check-sender"} == {t["kind"] for t in case["tasks"]}
    assert [case[k] for k in ("state", "due_at", "step_due_at")] == [before[k] for k in ("state", "due_at", "step_due_at")]
    assert desk.inbox("mallory") == desk.inbox("peter.novak") == []
    desk.once("2026-11-03 10:00")
    assert desk.inbox("mallory") == [] and len(desk.inbox("grace.kim")) == 2


def test_damaged_key(desk):
    """M4 L12: a reply key that is not ours leads nowhere: a case of its own that somebody looks at."""
    open_case(desk)
    ack = desk.last("alice.martin")
    local, domain = ack["Reply-To"].split("@")
    bad = local[:-1] + ("a" if local[-1] != "a" else "b") + "@" + domain
    desk.mail_from("mallory", "hello", "Who is this?\n", to=bad)
    assert desk.once("2026-11-02 11:00")["opened"] == 1
    assert len(outcomes(desk, 1)) == 1
    assert any("not ours" in t["text"] for t in desk.case(2)["tasks"])


def test_who_belongs_by_token_alone(desk):
    """M4: the subject token is enough for the owner, the lead and the department, mailed before or not."""
    open_case(desk)
    owner = desk.case()["owner"]
    for who, text in ((owner, "I called her."), ("lee.okafor", "Keep at it."), ("omar.haddad", "Grace is away, I do it."),
                      ("nadia.petrova", "We look into it.")):
        desk.mail_from(who, "[ER-000001]", text + "\n")
        assert desk.once("2026-11-02 11:00")["appended"] == 1, who
    case = desk.case()
    assert [n["text"] for n in case["notes"] if n["author"] == owner] == [f"{desk.staff[owner]}: I called her."]
    assert "department answered" in "".join(h["text"] for h in case["history"])


def test_answer_postpones(hosted):
    """G18 G19 M8: a department's answer moves the next step two business days ahead, each step once, and the lead still hears
    in time; a forward postpones nothing."""
    desk = hosted()
    open_case(desk)
    desk.once("2026-11-03 10:00")
    request = desk.last("grace.kim")
    desk.reply(request, "We are at it.\n\n-- \nGrace Kim\nPayroll")
    desk.once("2026-11-04 15:00")
    case = desk.case()
    assert case["step_due_at"] == "2026-11-06T20:00:00Z" and case["state"] == "in-progress" and not case["resolution_proposed"]
    told = [m for m in desk.inbox(case["owner"]) if "[ER-" in m.subject][-1]
    assert "The department answered." in told.text and "We are at it." in told.text
    assert "Please tell us how" not in told.text  # what is quoted is cut, and kept in the original
    assert b"> Please tell us how" in desk.original(desk.case()["messages"][-2])
    desk.reply(request, "Still at it.")
    desk.once("2026-11-05 16:00")
    assert desk.case()["step_due_at"] == "2026-11-06T20:00:00Z"
    desk.once("2026-11-06 15:00")
    assert desk.last("grace.kim").first_line == "Reminder: we still need your answer on ER-000001"
    reminder = desk.last("grace.kim")
    desk.reply(reminder, "Soon.")
    desk.once("2026-11-06 15:30")
    assert desk.case()["step_due_at"] <= "2026-11-11T15:00:00Z"
    desk.reply(reminder, "FYI\n\n---------- Forwarded message ---------\nFrom: Bank <bank@bank.example>\nDate: Mon, 2 Nov 2026\n"
               "Subject: file\nTo: Grace Kim\n\nThe file is late.", subject="Fwd: " + reminder.subject)
    before = desk.case()["step_due_at"]
    desk.once("2026-11-06 16:00")
    assert desk.case()["step_due_at"] == before
    for day in (9, 10, 11):
        desk.once(f"2026-11-{day:02} 16:00")
    assert "ER-000001 needs your decision" in [line for _, line in desk.letters("lee.okafor")]


def test_reads_like_a_resolution(hosted):
    """G14 M8: "has been paid" marks the case and asks the owner; nothing is closed, and the employee hears nothing of it."""
    desk = hosted()
    open_case(desk)
    desk.reply(desk.last("grace.kim"), "The missing hours have been paid with today's run.")
    desk.once("2026-11-02 14:00")
    case = desk.case()
    assert case["resolution_proposed"] and case["state"] == "in-progress"
    ask = desk.last(case["owner"])
    assert ask.first_line == "Is ER-000001 resolved? Please confirm" and "have been paid with today's run" in ask.text
    assert [t["kind"] for t in case["tasks"]] == ["confirm-resolution"]
    assert case["next_action"] == "Confirm the resolution and close"
    assert len(desk.inbox("alice.martin")) == 1
    desk.once("2026-11-16 10:00")
    assert desk.case()["state"] not in ("resolved", "closed")


def test_not_yet_is_no_resolution(desk):
    """G14: "has not been paid yet", "will be paid" and questions propose nothing."""
    open_case(desk)
    for text in ("It has not been paid yet.", "It will be corrected with the next run.", "Has it been resolved?"):
        desk.reply(desk.inbox("grace.kim")[0], text)
        desk.once("2026-11-02 14:00")
        assert not desk.case()["resolution_proposed"], text


def test_resolution_in_the_attachment(hosted):
    """G10 G14: a file and few words: "may be in the attachment", new until somebody looked."""
    desk = hosted()
    open_case(desk)
    desk.reply(desk.last("grace.kim"), "see attached", attachments=[("correction.xlsx", b"PK\3\4 numbers")])
    desk.once("2026-11-02 14:00")
    case = desk.case()
    assert case["resolution_in_attachment"] and case["has_unreviewed"]
    assert [a["filename"] for a in case["attachments"]] == ["correction.xlsx"]
    ask = desk.last(case["owner"])
    assert "may be in the attachment" in ask.words and "correction.xlsx" in ask.text
    desk.reply(ask, "#reviewed")
    desk.once("2026-11-02 15:00")
    case = desk.case()
    assert not case["resolution_in_attachment"] and not case["has_unreviewed"]
    assert desk.last(case["owner"]).text.count("Attachments are marked as reviewed.") == 1


def test_resolved_closed_reopened(hosted):
    """H12 H4 M9 G20 TH-14: the owner resolves by answering; the employee is told; five business days later it is closed; an
    answer opens it again and the ladder runs from its foot; weeks later an answer opens a linked case."""
    desk = hosted()
    open_case(desk)
    desk.reply(desk.last("grace.kim"), "Paid today, done.")
    desk.once("2026-11-02 14:00")
    owner = desk.case()["owner"]
    desk.reply(desk.last(owner), "#resolve The last line is your tax.\n")
    desk.once("2026-11-02 15:00")
    assert desk.case()["state"] == "resolved"
    told = desk.last("alice.martin")
    assert "The last line is your tax." in told.text
    assert desk.last(owner).first_line and "Resolved, and the employee is told." in desk.last(owner).text
    for day in (3, 4, 5, 6):
        desk.once(f"2026-11-{day:02} 10:00")
    assert desk.case()["state"] == "resolved" and len(desk.inbox("grace.kim")) == 1
    desk.once("2026-11-09 15:00")
    assert desk.case()["state"] == "closed"
    desk.reply(told, "But it is wrong again.")
    desk.once("2026-11-10 10:00")
    case = desk.case()
    assert case["state"] == "in-progress" and case["due_at"] > "2026-11-10" and case["step_due_at"] == "2026-11-11T15:00:00Z"
    moves = [(h["actor"], h["text"]) for h in case["history"] if h["kind"] == "state"]
    assert [m for m in moves if m[1].startswith(("resolved", "closed", "in-progress: the employee"))] == [
        (owner, f"resolved: by {desk.staff[owner]}"), ("caseward", "closed: resolved for a while, nobody objected"),
        ("employee", "in-progress: the employee wrote")]
    desk.say(1, "resolve", "corrected", by=owner)
    desk.once("2026-11-20 10:00")
    desk.reply(told, "And again.")
    desk.once("2026-12-14 10:00")
    assert desk.case(1)["state"] == "closed" and desk.case(2)["employee_id"] == "100101"
    assert "ER-000001" in "".join(h["text"] for h in desk.history(2))


def test_commands_of_others(hosted):
    """M9 M4 L12: only whom we wrote to commands; a refusal says why, strangers hear nothing."""
    desk = hosted()
    open_case(desk)
    desk.reply(desk.last("alice.martin"), "The clerk was rude.")
    desk.once("2026-11-02 11:00")
    owner = desk.case()["owner"]
    told = desk.last(owner)
    colleague = next(w for w in ("maya.brooks", "priya.shah") if w != owner)
    for who in ("mallory", "alice.martin", "grace.kim", colleague):
        desk.reply(told, "#resolve all fine", who=who)
    desk.reply(desk.last("alice.martin"), "#resolve all fine")
    desk.reply(desk.last("grace.kim"), "#resolve all fine")
    desk.once("2026-11-02 12:00")
    assert desk.case()["state"] not in ("resolved", "closed")
    assert desk.inbox("mallory") == []
    assert "Refused: " in desk.last(colleague).text
    assert [m.first_line for m in desk.inbox("alice.martin")] == ["We have your message"]
    desk.reply(told, "#nonsense\n#priority high")
    desk.once("2026-11-02 13:00")
    answer = desk.last(owner).words
    assert '"nonsense" is no command' in answer and "Priority is now high." in answer
    assert desk.case()["priority"] == "high"


def test_internal_note_stays(desk):
    """G13: an internal note by mail or command, and an internal answer, reach no employee, also not by the weekly word."""
    open_case(desk)
    owner = desk.case()["owner"]
    desk.say(1, "note", SECRET, "she is known to us", by=owner)
    desk.mail_from(owner, "[ER-000001]", SECRET + " in an answer\n")
    desk.reply(desk.last("grace.kim"), SECRET + " says the department")
    for day in (2, 9, 16):
        desk.once(f"2026-11-{day:02} 11:00")
    assert len([n for n in desk.case()["notes"] if SECRET in n["text"]]) == 2
    assert len(desk.inbox("alice.martin")) == 3
    desk.check_privacy()


def test_button_of_a_work_list(desk):
    """G15 M9 OF-12: pressing a button in the work list and sending what opens does it, on that case and no other."""
    open_case(desk)
    open_case(desk, "samuel.greene", "My pension")
    desk.once("2026-11-03 09:00")
    owner = desk.case(2)["owner"]
    todo = desk.last(owner)
    buttons = [urllib.parse.urlsplit(html.unescape(link)) for link in re.findall(r'href="(mailto:[^"]+)"', todo.html)]
    press = next(b for b in buttons if "ER-000002" in b.query and "escalate" in b.query)
    fields = urllib.parse.parse_qs(press.query)
    desk.mail_from(owner, fields["subject"][0], fields["body"][0] + "\n", to=urllib.parse.unquote(press.path))
    desk.once("2026-11-03 09:30")
    assert desk.case(2)["step"] == 1 and desk.case(1)["step"] == 0
    assert "Escalated to the next step." in desk.last(owner).words
    assert desk.case(2)["tasks"] == []
