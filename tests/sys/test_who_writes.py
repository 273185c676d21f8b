"""Mail by way of lists, to several cases at once, to no case at all, and several times about one matter."""
from test_reply import open_case, outcomes


def test_person_behind_a_list(desk):
    """M5 AR-3 AR-8: who writes to us and a list at once is heard, though not acknowledged; what is sent to many is filed."""
    group = {"List-Id": "<class.lists.test.example>", "Precedence": "list"}
    desk.mail_from("alice.martin", "My overtime", "My overtime is not paid.\n", headers=group)
    assert desk.once("2026-11-02 10:00")["opened"] == 1
    assert desk.inbox("alice.martin") == [] and len(desk.inbox("grace.kim")) == 1
    for headers in ({"Precedence": "bulk"}, {"Feedback-ID": "7:mailer"}, {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
                    {"List-Unsubscribe": "<https://shop.example>"}):
        desk.mail_from("news", "Ten trends", f"Read on {headers}.\n", headers=group | headers)
        assert desk.once("2026-11-02 10:30")["filed"] == 1, headers
    desk.mail_from("no-reply", "Your receipt", "Thank you.\n", headers=group)
    assert desk.once("2026-11-02 10:40")["filed"] == 1


def test_answer_by_way_of_a_list(desk):
    """M4 M5: a department's answer that comes through its own mail group is an answer."""
    open_case(desk)
    desk.reply(desk.last("grace.kim"), "We look into it.", headers={"List-Id": "<payroll.test.example>"})
    assert desk.once("2026-11-02 12:00")["appended"] == 1
    assert "the department answered" in [h["text"] for h in desk.history(kind="mail-in")]


def test_two_keys(desk):
    """M4 L10: reply addresses of two cases in one mail: a person looks, nothing is guessed."""
    open_case(desk)
    desk.mail_from("alice.martin", "my dental plan", "Another matter.\n")
    desk.once("2026-11-02 11:00")
    first, second = desk.inbox("alice.martin")
    desk.mail_from("alice.martin", "both", "For both.\n", to=f'{first["Reply-To"]}, {second["Reply-To"]}')
    assert desk.once("2026-11-02 12:00")["unverified"] == 1
    assert len(outcomes(desk, 1)) == len(outcomes(desk, 2)) == 1
    assert "names two cases" in desk.last("lee.okafor").words


def test_answer_to_a_work_list(desk):
    """M9 G15: an answer to a work list opens no case; commands without a case are refused with the reason."""
    open_case(desk)
    desk.once("2026-11-03 09:00")
    owner = desk.case()["owner"]
    desk.reply(desk.last(owner), "#resolve all of them")
    assert desk.once("2026-11-03 09:30")["opened"] == 0
    told = desk.last(owner)
    assert "names no case" in told.words and "#resolve <what was done>" in told.words
    desk.mail_from("maya.brooks", "urgent", "#close\n")
    assert desk.once("2026-11-03 10:00")["opened"] == 0
    assert "names no case" in desk.last("maya.brooks").words
    assert desk.case()["state"] not in ("resolved", "closed") and len(desk.cli("case", "list")) == 1


def test_three_mails_within_minutes(desk):
    """C3 M3: three mails about one matter are three cases that name each other, and the owner is asked."""
    for minute, text in enumerate(("My pay is short.", "By two days!", "The slip is attached.")):
        desk.mail_from("alice.martin", "My pay", text + "\n")
        desk.once(f"2026-11-02 10:0{minute}")
    assert desk.history(1, "same-person") == []
    assert "ER-000001 (My pay), ER-000002 (My pay)" in desk.history(3, "same-person")[0]["text"]
    assert [t["text"] for t in desk.case(3)["tasks"] if t["kind"] == "same-matter"] == [
        'Is it the same matter as ER-000002, "My pay", which came shortly before?']


def test_complaint_about_staff(desk):
    """H5 G13 H10: staff whom a complaint names neither handle it nor get a mail of it, whatever becomes due; the owner can put it right."""
    desk.mail_from("alice.martin", "Harassment", "Lee Okafor and Peter Lang harass me, and I want it to end.\n")
    desk.once("2026-11-02 10:00")
    case = desk.case()
    assert set(case["parties"].split()) == {desk["lee.okafor"], desk["peter.lang"]}
    assert case["owner"] not in ("lee.okafor", "peter.lang")
    for day in (3, 5, 9, 10, 12, 13, 16, 18):
        desk.once(f"2026-11-{day:02} 10:00")
    for who in ("lee.okafor", "peter.lang"):
        assert not any("ER-000001" in m.text + m.subject for m in desk.inbox(who)), who
    assert any("ER-000001" in m.subject for m in desk.inbox("yusuf.demir"))
    desk.say(1, "include", "peter.lang", by=case["owner"])
    assert desk.case()["parties"] == desk["lee.okafor"]
