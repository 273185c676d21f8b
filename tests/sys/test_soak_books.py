"""The soak's books (tests/soak/books.py) find what they are there to find: each way in which a mail could be lost or doubled, made by hand."""
import sqlite3
import sys

import pytest

from desk import TOP

sys.path.insert(0, str(TOP / "tests/soak"))
from books import Books  # noqa: E402

LOST_IN = "in the mailbox, not kept"
TAMPERED = {
    "a mail in the inbox that nobody took": (LOST_IN, None),
    "a mail without a fate": ("without a fate", "DELETE FROM message WHERE spool = 1"),
    "a mail that was never there": ("never in the mailbox", "UPDATE spool SET sha256 = zeroblob(32) WHERE id = 1"),
    "a case that no mail opened": ("no mail opened", "UPDATE message SET outcome = 'filed' WHERE outcome = 'opened'"),
    "an open case with nothing ahead": ("nothing ahead", "DELETE FROM agenda"),
    "sent, and it arrived nowhere": ("never arrived", "UPDATE outbox SET message_id = 'x' WHERE id = 1"),
    "a dead letter that nobody was told of": ("nobody was told", "UPDATE outbox SET state = 'failed', template = 'ack' WHERE case_no > 0"),
}


@pytest.fixture
def busy(desk):
    """Two cases, an answer, mails out; (desk, books of what arrived as often as said)."""
    for who in ("alice.martin", "samuel.greene"):
        desk.mail_from(who, "My payslip", "It is wrong.\n")
    desk.once("2026-11-02 10:00")
    desk.once("2026-11-03 10:00")

    def books(twice=()):
        copies = {m.id: 1 for m in desk.sent()}
        copies.update(dict.fromkeys(twice, 2))
        return Books(desk.config.parent / "var/caseward.db", desk.config.parent / "var/mail/inbox", copies, lambda address: False).problems

    return desk, books


def test_all_is_accounted_for(busy):
    """M3: a desk that did its work has clean books."""
    assert busy[1]() == []


@pytest.mark.parametrize("what", TAMPERED)
def test_what_is_missing_shows(busy, what):
    """M3: and each fault shows under its name."""
    desk, books = busy
    told, sql = TAMPERED[what]
    if sql is None:
        desk.mail_from("alice.martin", "Another matter")
    else:
        with sqlite3.connect(desk.config.parent / "var/caseward.db") as db:
            db.execute("PRAGMA foreign_keys = OFF")
            assert db.execute(sql).rowcount > 0
    assert [p for p in books() if told in p] != []


def test_a_mail_that_came_twice_shows(busy):
    """M3: twice without a lost answer of the server is a fault."""
    desk, books = busy
    assert "more than once" in books(twice=[desk.sent()[0].id])[0]
