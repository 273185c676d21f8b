"""A disk that is full at any moment: nothing is lost, nothing sent twice, and the operator is told; then it goes on."""
import shutil

import pytest
from desk import TOP, clock
from faulty import copy_of, each, end_state, faulty, operations, passes

TIMES = ("2026-11-02 10:00", "2026-11-02 10:30")
NEXT_DAY = ("2026-11-03 10:00", "2026-11-03 10:30", "2026-11-03 11:30")


def full_everywhere(desk, times, folder, most, **how):
    """The disk is full from each operation on in turn (or for that one alone); with room again all ends as it would have."""
    want = end_state(passes(copy_of(desk, folder), times))
    assert want["audit"] == [] and len(want["mails"]) == len(want["outbox"]) > 0
    shutil.rmtree(folder)
    total, told = operations(desk, folder, "once", "--now", clock(times[0])), 0
    for n in each(total, most):
        twin = copy_of(desk, folder)
        r = faulty(twin, "once", "--now", clock(times[0]), full_at=n, **how)
        assert r.returncode in (0, 1, 3), (n, r.returncode, r.stderr)
        if r.returncode == 3:
            told += 1
            assert any(w in r.stderr for w in ("the disk full", "disk is full", "No space left", "does the disk work")), (n, r.stderr)
        assert end_state(passes(twin, times)) == want, (n, r.stderr)
        shutil.rmtree(folder)
    return total, told


@pytest.mark.parametrize("once", [0, 1])
def test_full_while_mails_come_and_go(desk, tmp_path, once):
    """M3 M7 G6 L1 L8 L20: database, log of it, lock file and Maildir, at any write, sync or new name."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n", attachments=[("a.pdf", b"%PDF")])
    desk.mail_from("samuel.greene", "My pension", "Hello.\n")
    desk.put((TOP / "tests/corpus/auto-ooo-de.eml").read_bytes())
    total, told = full_everywhere(desk, TIMES, tmp_path / "twin", 7, once=once)
    assert total > 100 and (told >= 3 or once)


def test_full_during_a_tick(desk, tmp_path):
    """G6 G17 L24: a step that is due when the disk is full is asked when it is not, once."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    passes(desk, TIMES)
    total, told = full_everywhere(desk, NEXT_DAY, tmp_path / "twin", 6, once=0)
    assert total > 50 and told >= 3


def test_full_while_commands_write(desk, tmp_path):
    """H6 L1: init, backup and a note at any write of theirs: done, or a failure with its reason; never half of it."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    passes(desk, TIMES)
    copy = tmp_path / "b.db"
    for n in each(operations(desk, tmp_path / "twin", "backup", str(copy)), 8):
        copy.unlink(missing_ok=True)
        r = faulty(desk, "backup", str(copy), full_at=n)
        assert r.returncode in (0, 3) and (r.returncode == 0) <= copy.exists(), (n, r.stderr)
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith("b.db")] == ["b.db"] * copy.exists(), n
    notes = 0
    for n in range(1, 9):
        r = faulty(desk, "case", "note", "1", f"note {n}", full_at=n)
        assert r.returncode in (0, 3, 4), (n, r.stderr)
        assert (f"note {n}" in str(desk.case()["notes"])) == (r.returncode == 0), (n, r.stderr)
        notes += r.returncode == 0
    assert notes < 8 and desk.cli("audit", "verify")["sound"]

    var = desk.config.parent / "var"
    shutil.rmtree(var)
    for n in range(1, 400, 3):
        r = faulty(desk, "init", "--manual-clock", full_at=n)
        if r.returncode == 0:
            break
        assert r.returncode in (3, 4) and r.stderr.count("\n") == 1, (n, r.stderr)
    assert n > 10 and (var / "caseward.key").stat().st_size > 60
    desk.cli("status")


def test_status_file_on_a_full_disk(make_desk, tmp_path):
    """L17 L20: the file for the monitor cannot be written: the pass itself is whole, and says so."""
    desk = make_desk()
    desk.once("2026-11-02 10:00")
    old = (desk.config.parent / "var/status.json").read_bytes()
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    total = operations(desk, tmp_path / "twin", "once", "--now", clock("2026-11-02 10:10"))
    for n in range(total, 0, -2):
        twin = copy_of(desk, tmp_path / "twin")
        r = faulty(twin, "once", "--now", clock("2026-11-02 10:10"), full_at=n)
        if r.returncode == 3:
            break
        shutil.rmtree(twin.dir)
    assert "status.json" in r.stderr and "No space left" in r.stderr
    assert (twin.config.parent / "var/status.json").read_bytes() == old
    assert len(twin.inbox("alice.martin")) == 1 and twin.once("2026-11-02 10:20")["sent"] == 0
