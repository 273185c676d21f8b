"""A power cut behind every commit in turn: the next passes end where an undisturbed one would have; no mail is lost, none doubled."""
import shutil

from desk import TOP, clock
from faulty import copy_of, end_state, passes

CORPUS = ("alternative.eml", "html-gmail.eml", "auto-ooo-de.eml", "broken-headerless-part.eml")
FIRST = ("2026-11-02 10:00", "2026-11-02 10:30")
SECOND = ("2026-11-03 10:00", "2026-11-03 10:30", "2026-11-03 11:30")


def cut(desk, at, n):
    """A pass that ends behind its n-th commit; False: it had no such commit."""
    r = desk.run("once", "--now", clock(at), CASEWARD_TEST_KILL_AT_COMMIT=str(n))
    assert r.returncode in (0, -9), (r.returncode, r.stderr)
    return r.returncode == -9


def cut_everywhere(desk, times, want, folder):
    """How many places there were to cut."""
    n = 0
    while True:
        n += 1
        twin = copy_of(desk, folder)
        was_cut = cut(twin, times[0], n)
        assert end_state(passes(twin, times)) == want, f"commit {n}"
        shutil.rmtree(folder)
        if not was_cut:
            return n - 1


def test_power_cut_at_every_commit(desk, tmp_path):
    """M3 M7 L1 L8 H12: taking in eight mails (an attachment, a vacation, damage, one mail twice), deciding, sending; then a day
    later an answer, a tick, sending."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n", attachments=[("a.pdf", b"%PDF")])
    desk.mail_from("samuel.greene", "My pension", "Hello.\n")
    again = desk.mail_from("chloe.bennett", "I was harassed", "My manager, sexual harassment.\n")
    desk.put(again.raw.replace(b"Subject", b"X-Again: 1\r\nSubject", 1))
    for name in CORPUS:
        desk.put((TOP / "tests/corpus" / name).read_bytes())
    whole = passes(copy_of(desk, tmp_path / "whole"), FIRST)
    want = end_state(whole)
    assert len(want["cases"]) >= 4 and all(r[-1] == "sent" for r in want["outbox"]) and want["audit"] == []
    assert len(want["mails"]) == len(want["outbox"])
    assert cut_everywhere(desk, FIRST, want, tmp_path / "twin") >= 6

    whole.reply(whole.last("grace.kim"), "Paid today, see the file.", attachments=[("b.pdf", b"%PDF")])
    second_day = copy_of(whole, tmp_path / "second")
    want = end_state(passes(whole, SECOND))
    assert want["audit"] == [] and len(want["mails"]) == len(want["outbox"])
    assert cut_everywhere(second_day, SECOND, want, tmp_path / "twin") >= 6
