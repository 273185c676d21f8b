"""When things are due: weekends, holidays, other zones, the night when the clocks change, and days when the program was down."""


def ladder(desk, who, days, at=("08:30", "09:00", "10:00", "11:59", "12:00", "16:00", "23:00")):
    """Passes at these times of these days; what that person got about cases."""
    for day in days:
        for hour in at:
            desk.once(f"{day} {hour}")
    return [(m.when[5:], m.first_line.split(":")[0]) for m in desk.inbox(who) if "[ER-" in m.subject]


def open_case(desk, at, who="alice.martin", text="Hello, what is the last line of my payslip?\n", subject="A question"):
    desk.now = at
    desk.once(at)
    desk.mail_from(who, subject, text)
    assert desk.once(at)["opened"] == 1
    return desk.case()


def test_opened_at_the_weekend(desk):
    """G5 G16 CT-6: what comes in on Saturday night counts from Monday's opening; the employee is answered at once all the same."""
    case = open_case(desk, "2026-11-07 23:00")
    assert (case["due_at"], case["step_due_at"]) == ("2026-11-23T14:00:00Z", "2026-11-10T14:00:00Z")
    assert desk.last("alice.martin").when == "2026-11-07 23:00"
    got = ladder(desk, "grace.kim", [f"2026-11-{d:02}" for d in (8, 9, 10, 11, 12)])
    assert got == [("11-07 23:00", "New case for Payroll"), ("11-10 09:00", "Please tell us how ER-000001 stands"),
                   ("11-12 09:00", "Reminder")]


def test_holidays_are_no_working_days(desk):
    """G5 G6 CT-6 CT-7: Thanksgiving and the day after it lie between: the request waits for the next working day, and so does
    the due date."""
    case = open_case(desk, "2026-11-25 10:00")
    assert (case["due_at"], case["step_due_at"]) == ("2026-12-11T15:00:00Z", "2026-11-30T15:00:00Z")
    got = ladder(desk, "grace.kim", ["2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"])
    assert got[1:] == [("11-30 10:00", "Please tell us how ER-000001 stands"), ("12-02 10:00", "Reminder")]
    assert desk.cli("audit") == []


def test_department_in_another_zone(desk):
    """G16 G18 CT-1 CT-6: HRIS sits in Los Angeles: its requests come in its own hours, the lead in New York hears in hers."""
    case = open_case(desk, "2026-11-02 10:00", text="I am locked out of the portal, my password does not work.\n")
    assert case["department"] == "hris" and case["step_due_at"] == "2026-11-03T17:00:00Z"
    got = ladder(desk, "ivan.kolar", [f"2026-11-{d:02}" for d in (3, 4, 5, 6, 9, 10)])
    assert got == [("11-02 10:00", "New case for HRIS"), ("11-03 12:00", "Please tell us how ER-000001 stands"), ("11-05 12:00", "Reminder")]
    assert "11-09 10:00" in [when for when, _ in ladder(desk, "lee.okafor", [])]


def test_clocks_change(desk):
    """G6 G20 CT-5 CT-6: over the night of 14 March 2027 ten o'clock stays ten o'clock."""
    desk.edit(("holidays: [holidays-us.ics]", "holidays: []"))
    case = open_case(desk, "2027-03-08 10:00")
    assert case["due_at"] == "2027-03-22T14:00:00Z"
    days = [f"2027-03-{d:02}" for d in range(9, 23)]
    assert ladder(desk, "alice.martin", days, at=("08:59", "09:00", "09:59", "10:00", "11:00")) == [
        ("03-08 10:00", "We have your message"), ("03-15 10:00", "We are still working on your case"),
        ("03-22 10:00", "We are still working on your case")]
    assert [when for when, _ in ladder(desk, "lee.okafor", [])] == ["03-15 10:00", "03-16 10:00", "03-19 10:00"]
    assert desk.case()["breaches"] == 1 and desk.cli("audit") == []


def test_after_three_weeks_of_darkness(desk):
    """G6 G19 CT-8 L24: the program was down: at most one step a case and pass, none skipped, at least a day between; each is told
    once; every date lies ahead again after the first pass."""
    open_case(desk, "2026-11-02 10:00")
    desk.mail_from("samuel.greene", "My pension", "Hello.\n")
    desk.once("2026-11-02 11:00")
    assert desk.once("2026-11-23 10:00")["findings"] == 0
    assert [m.first_line for m in desk.inbox("grace.kim")][1:] == ["Please tell us how ER-000001 stands"]
    assert desk.case()["breaches"] == 1 and desk.case()["due_at"] > "2026-11-23" and desk.cli("audit") == []
    for day in (24, 25, 27, 30):
        for hour in ("09:30", "10:00", "15:00"):
            desk.once(f"2026-11-{day} {hour}")
    steps = [h["at"] for h in desk.history(1, "step")]
    assert len(steps) == len({s[:10] for s in steps}) >= 4
    assert desk.case()["step"] >= 4 and "Reminder" in desk.letters("grace.kim")[2][1]
    words = [line for _, line in desk.letters("alice.martin")]
    assert words.count("We are still working on your case") == 2  # late once, not three at once


def test_employee_is_waited_for(desk):
    """G19 G20 H12: while we wait for the employee nobody is escalated to; the employee is asked each week; an answer, or the end of
    the wait, sets the ladder going again."""
    open_case(desk, "2026-11-02 10:00")
    owner = desk.case()["owner"]
    desk.say(1, "wait", "employee", "15", "days", by=owner)
    for day in range(3, 17):
        desk.once(f"2026-11-{day:02} 10:00")
    assert desk.case()["state"] == "waiting-employee" and desk.case()["step"] == 0
    assert len(desk.inbox("grace.kim")) == 1 and desk.cli("audit") == []
    asked = [m for m in desk.outbox(to=desk["alice.martin"]) if m["template"] == "waiting-employee"]
    assert [m["created_at"][:10] for m in asked] == ["2026-11-02", "2026-11-09", "2026-11-16"]
    desk.reply(desk.last("alice.martin"), "Here is what you asked for.")
    desk.once("2026-11-16 11:00")
    assert desk.case()["state"] == "in-progress"
    for day in (17, 18):
        desk.once(f"2026-11-{day} 15:00")
    assert desk.case()["step"] >= 1 and len(desk.inbox("grace.kim")) >= 2
