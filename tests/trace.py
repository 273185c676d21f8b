#!/usr/bin/env python3
"""Which requirement has no test.

Reads the ids of tests/requirements.txt and looks for them where a test says
what it proves: in the comments, names and row texts of the C unit tests, and
in names, docstrings and comments of the Python system tests.  An id marked *
must have a test; exit 1 if one has none.  With -v: the tests of each id.
"""
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ID = re.compile(r"(?<![A-Za-z0-9])((?:[GWCPHML]|OA-?|BN-?)\d{1,2})(?![A-Za-z0-9])")


def requirements():
    """{id: (must have a test, words)} in the order of the file."""
    found = {}
    for line in (HERE / "requirements.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            ident, rest = line.split(None, 1)
            found[ident] = (rest.startswith("*"), rest.lstrip("* "))
    return found


def ids_of(path):
    """{id: names of tests} of one test file."""
    test = re.compile(r"^(?:static void )?(?:async )?(?:def )?(test_\w+)\(", re.M)
    text = path.read_text()
    starts = [(m.start(), m.group(1)) for m in test.finditer(text)]
    found = {}
    for match in ID.finditer(text.replace("_", " ")):
        before = [name for start, name in starts if start <= match.start()]
        name = before[-1] if before else path.stem
        found.setdefault(match.group(1).replace("-", ""), {})[f"{path.name}:{name}"] = True
    return found


def main():
    wanted = requirements()
    tests = {ident: {} for ident in wanted}
    files = [*HERE.glob("unit/test_*.c"), *HERE.glob("sys/test_*.py")]
    for path in sorted(files):
        for ident, names in ids_of(path).items():
            if ident in tests:
                tests[ident].update(names)
    if "-v" in sys.argv[1:]:
        for ident, names in tests.items():
            print(f"{ident:4} {', '.join(names) or '-'}")
    none = [i for i in wanted if not tests[i]]
    must = [i for i in none if wanted[i][0]]
    for ident in none:
        print(f"{'MISSING' if ident in must else 'later':8}{ident:5}{wanted[ident][1]}")
    print(f"trace: {len(wanted) - len(none)} of {len(wanted)} requirements have a test, "
          f"{len(must)} missing")
    return 1 if must else 0


if __name__ == "__main__":
    sys.exit(main())
