"""Shared by the system tests: the mail host, and where the build is."""
import itertools
import os
import pathlib
import subprocess
import sys

import pytest

PREFIX = itertools.count(1)  # each desk on the mail host has addresses of its own
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from desk import Desk  # noqa: E402
from mailhost import Mailhost  # noqa: E402

CASEWARD = pathlib.Path(os.environ.get("CASEWARD", HERE.parent.parent / "build/gcc/caseward"))


@pytest.fixture(scope="session")
def mailhost():
    """A private Postfix and Dovecot; see mailhost.py."""
    with Mailhost() as m:
        yield m


@pytest.fixture(scope="session")
def netprobe():
    """Run tests/tools/netprobe: netprobe("fetch", user="ann", ...) -> Probe."""
    tool = CASEWARD.parent / "tools/netprobe"

    def run(command, **options):
        return Probe(tool, command, options)

    return run


class Probe:
    """One run of netprobe: .rc, .error, .lines, and the mails or results that it printed, as dicts. Started at once; what it
    printed is waited for when it is asked for."""

    def __init__(self, tool, command, options):
        args = [f"{k}={v}" for k, v in options.items()]
        self.process = subprocess.Popen([str(tool), command, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.lines = []

    def until(self, word):
        """Read on to the first line that begins with `word`."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(word):
                return self.lines[-1]
        raise AssertionError(f"no {word}: {self.lines}")

    def finish(self):
        if self.process.returncode is None:
            self.lines += self.process.stdout.read().splitlines()
            self.process.wait(60)
        return self

    @property
    def last(self):
        self.finish()
        assert self.lines and self.lines[-1].startswith("rc="), (self.process.returncode, self.lines)
        return self.lines[-1]

    @property
    def rc(self):
        return self.last.split(" ")[0][3:]

    @property
    def error(self):
        return self.last.split(" ", 1)[1]

    def words(self, kind):
        """The key=value pairs of each line of a kind; the last value may hold blanks."""
        self.finish()
        found = []
        for line in self.lines:
            if line.startswith(kind + " "):
                row, key = {}, None
                for word in line.split(" ")[1:]:
                    if "=" in word and key not in ("problem", "note"):
                        key, value = word.split("=", 1)
                        row[key] = value
                    elif key:
                        row[key] += " " + word
                found.append(row)
        return found

    @property
    def mails(self):
        return self.words("mail")

    @property
    def uids(self):
        return [int(m["uid"]) for m in self.mails]

    @property
    def sent(self):
        """[(rc, code, auth, reply)] of a send."""
        self.finish()
        rows = [line.split(" ", 4) for line in self.lines if line.startswith("sent ")]
        return [(r[1], int(r[2][5:]), r[3] == "auth=1", r[4]) for r in rows]


@pytest.fixture
def desk(tmp_path):
    """A desk on folders. What it sent to employees is looked over at the end (G13)."""
    d = Desk(tmp_path)
    yield d
    d.check_privacy()


@pytest.fixture
def make_desk(tmp_path):
    """make_desk(edit=[(old, new)], host=...) -> Desk, several in one test."""
    made = []

    def make(**options):
        made.append(Desk(tmp_path / f"desk{len(made)}", **options))
        return made[-1]

    yield make
    for d in made:
        d.check_privacy()


@pytest.fixture
def hosted(mailhost, tmp_path):
    """hosted(edit=[...]) -> a desk on the real servers, with people of its own."""
    made = []

    def make(edit=(), **options):
        prefix = f"t{next(PREFIX)}-"
        made.append(Desk(tmp_path / f"desk{len(made)}", mailhost, prefix, edit, **options))
        return made[-1]

    yield make
    for d in made:
        d.check_privacy()
