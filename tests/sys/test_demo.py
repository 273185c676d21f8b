"""`caseward demo`: the whole of it, as a new user sees it."""
import re
import subprocess

import pytest

from conftest import CASEWARD

KINDS = ["acknowledged", "asked to look at it", "how does it stand?", "reminder", "task", "to the lead", "to leadership", "up the chain",
         "at once", "the due date is near", "resolved?", "what was done", "closed", "command refused", "we wait for your answer",
         "known already", "filed, never answered", "kept apart", "reopened", "due date reached", "that week"]


def caseward(*args, cwd=None, code=0):
    done = subprocess.run([str(CASEWARD), *map(str, args)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, (done.returncode, done.stdout[-2000:], done.stderr)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """(folder, what it printed)"""
    where = tmp_path_factory.mktemp("demo")
    return where / "demo", caseward("demo", cwd=where)


def test_it_tells_what_happens_to_whom(demo):
    """G6, G15, G17-G21, H5, M3-M9: each kind of thing is in the timeline; nothing is overdue; the audit is clean."""
    _, told = demo
    for kind in KINDS:
        assert kind in told, kind
    assert "Nothing is overdue and the audit is clean" in told
    assert "\033[" not in told  # colour is for terminals
    assert len(told.splitlines()) < 280


def test_every_mail_that_was_sent_is_there(demo):
    """G11, M10: as .eml and .html, and linked in the index, which loads nothing from elsewhere."""
    folder, told = demo
    sent = sorted(p.name for p in (folder / "mails").glob("*.eml"))
    boxed = list((folder / "config/var/mail/outbox/new").iterdir())
    assert len(sent) == len(boxed) > 200
    assert f"({len(sent)} mails" in told
    index = (folder / "index.html").read_text()
    for name in sent:
        assert re.match(r"\d{4}-2026-1[12]-\d\d-[a-z-]+(-ER-\d{6})?\.eml$", name), name
        assert f'"./mails/{name}"' in index
        page = (folder / "mails" / name).with_suffix(".html").read_text()
        assert "<html" in page and "</html>" in page
    assert "<svg" in index and "<script" not in index and "http" not in index
    assert {p.read_bytes() for p in boxed} == {(folder / "mails" / n).read_bytes() for n in sent}


def test_letters_tell_what_happened(demo):
    """G20: the weekly word says what came since; G19: the story of an escalation tells each thing once."""
    folder, _ = demo
    weekly = sorted((folder / "mails").glob("*-weekly-update-ER-000003.html"))
    assert "We asked the responsible department" in weekly[0].read_text()
    assert "Thursday 5 November" not in weekly[1].read_text()
    chain = sorted((folder / "mails").glob("*-escalation-supervisor-ER-000003.html"))[0].read_text()
    assert chain.count("step 1, ask") == 1 and chain.count("step 4, leadership") == 1


def test_mails_that_came_are_read_as_they_were_sent(demo):
    """M7: a wrong charset, an attachment, a damaged mail."""
    folder, _ = demo
    for name, word in (("juergen", "Mühlenstraße"), ("hannah", "marriage certificate.pdf"), ("aisha", "locked out")):
        file = next((folder / "inbox").glob(f"*-{name}.eml"))
        assert word in caseward("-c", folder / "config/caseward.yaml", "mail", "parse", file)


def test_the_commands_it_names_work(demo):
    """M4, W2: case show, plan, explain; and audit and verify, at the time where the clock stands."""
    folder, told = demo
    named = re.findall(r"^  \S+ (-c demo/config/caseward.yaml .*)$", told, re.M)
    assert len(named) == 3
    config = folder / "config/caseward.yaml"
    said = [caseward(*line.split(), cwd=folder.parent) for line in named]
    assert "Samuel Greene" in said[0] and "reminder" in said[1] and "outcome: unverified" in said[2]
    assert "its dates and alarms ahead" in caseward("-c", config, "audit")
    assert "Mon 14 Dec 09:00" in caseward("-c", config, "status")  # there the clock stands
    assert "due-ahead" in caseward("-c", config, "audit", "--now", "2027-03-01T12:00:00Z", code=1)
    assert "every chain is sound" in caseward("-c", config, "audit", "verify")


def test_again_into_the_same_folder(demo):
    """M10: a second run replaces the first, and tells the same."""
    folder, told = demo
    (folder / "mails/of-mine.txt").write_text("gone after this")
    assert caseward("demo", cwd=folder.parent) == told
    assert not (folder / "mails/of-mine.txt").exists()


def test_never_a_foreign_folder(tmp_path):
    """L3: what is not a demo stays as it is, also behind a link; an empty folder will do."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    (tmp_path / "link").symlink_to(mine)
    for name in ("mine", "link"):
        assert "stays as it is" in caseward("demo", tmp_path / name, code=4)
    assert [p.name for p in mine.iterdir()] == ["thesis.txt"]
    (tmp_path / "file").write_text("x")
    caseward("demo", tmp_path / "file", code=4)
    assert (tmp_path / "file").read_text() == "x"
