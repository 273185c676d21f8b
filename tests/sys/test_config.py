"""`caseward config show`: each setting, its default, where it was set."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import CASEWARD

CONFIG = pathlib.Path(__file__).resolve().parents[2] / "config"


def show(*args, code=0, config=CONFIG / "caseward.yaml"):
    done = subprocess.run([str(CASEWARD), "-c", str(config), "config", "show", *args], capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def test_every_setting_and_where_it_stands():
    """G5, L24: value, default and line of what is set; what is not set shows its default."""
    rows = json.loads(show("--json"))
    for row in rows:
        assert row["help"], row
        assert row["file"] or row["value"] == row["default"], row
        if row["file"]:
            line = pathlib.Path(row["file"]).read_text().splitlines()[row["line"] - 1]
            assert row["key"].rsplit(".", 1)[1] in line or row["value"].split(",")[0] in line, row
    keys = {r["key"] for r in rows}
    assert len(keys) == len(rows)
    assert {"timing.weekly_word", "desk.address", "people[lee.okafor].manager", "ladder.steps[ask].after"} <= keys


def test_one_and_some_and_none(tmp_path):
    """G14: one setting is shown whole, a group as a table; a changed value says where."""
    for file in CONFIG.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_text(file.read_text())
    main = tmp_path / "caseward.yaml"
    main.write_text(main.read_text().replace("poll_every_minutes: 30 ", "poll_every_minutes: 7 ").replace("../templates",
                                             str(CONFIG.parent / "templates")))
    whole = show("timing.poll", config=main)
    assert "value    7" in whole and "default  30" in whole and f"{main}:" in whole
    table = show("timing", config=main)
    assert table.startswith("SETTING") and "timing.acks_per_day" in table and "desk" not in table
    show("nosuch", code=2)


def test_templates_of_another_language(tmp_path):
    """M11: a folder beside en is a language: its mistakes are found, it is used for who speaks it, the rest stays English."""
    shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("var"))
    shutil.copytree(CONFIG.parent / "templates", tmp_path / "templates")
    german = tmp_path / "templates/de"
    german.mkdir()
    (german / "ack.md").write_text("---\npreheader: Angekommen.\nwhy: Sie haben uns geschrieben.\n---\n# Wir haben Ihre Nachricht {{nosuch}}\n")

    def run(*args):
        return subprocess.run([str(CASEWARD), "-c", "config/caseward.yaml", *args], cwd=tmp_path, capture_output=True, text=True,
                              timeout=60, check=False)

    bad = run("check")
    assert bad.returncode == 1 and "de/ack.md:5" in bad.stdout and "nosuch" in bad.stdout
    (german / "ack.md").write_text((german / "ack.md").read_text().replace("{{nosuch}}", "{{case}}"))
    assert run("check").returncode == 0 and run("init", "--manual-clock").returncode == 0
    for who in ("hannah.weiss", "alice.martin"):
        letter = tmp_path / f"{who}.eml"
        letter.write_text(f"From: {who}@northwind.example\nTo: er@northwind.example\nMessage-ID: <{who}@x.example>\n\nA question.\n")
        assert "1 opened a case" in run("ingest", letter.name, "--now", "2026-11-02T15:00:00Z").stdout
    assert run("once", "--now", "2026-11-02T15:00:00Z").returncode == 0
    sent = "".join(p.read_text() for p in (tmp_path / "config/var/mail/outbox/new").iterdir())
    assert "Wir haben Ihre Nachricht ER-000001\n" in sent and "Wir haben Ihre Nachricht ER-000002" not in sent
    assert "Hello Alice Martin" in sent and "We have your message" in sent


@pytest.mark.parametrize("old, new, wanted", [
    ("  address: er@", "   address: er@", [r"caseward\.yaml:\d+: this is not valid YAML: .*check the indentation"]),
    ("organisation:", "organization:", [r":\d+: desk\.organisation: is missing", r':\d+: desk\.organization: .*did you mean "organisation"']),
    ("  phone:", "  phone: 1\n  phone:", [r":\d+: phone: this key stands twice here \(first in line \d+\)"]),
    ("templates: ../templates", "templates: ../nowhere", [r"nowhere/en: there are no templates in this folder"])])
def test_mistakes_are_told_once(tmp_path, old, new, wanted):
    """M11: each mistake of an operator is one line: where, what, what to do; no line without a meaning."""
    shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("var"))
    shutil.copytree(CONFIG.parent / "templates", tmp_path / "templates")
    path = tmp_path / "config/caseward.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    r = subprocess.run([str(CASEWARD), "-c", "config/caseward.yaml", "check"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    lines = r.stdout.splitlines()
    assert r.returncode == 1 and len(lines) == len(wanted) and all(re.search(w, line) for w, line in zip(wanted, lines)), r.stdout


@pytest.mark.skipif(os.path.exists("/etc/caseward/caseward.yaml"), reason="this machine has settings of its own")
@pytest.mark.parametrize("command", ["check", "run", "doctor", "status"])
def test_no_settings_at_all(tmp_path, command):
    """M11: in a folder without settings every command says where it looked, and how to name them."""
    env = {k: v for k, v in os.environ.items() if k != "CASEWARD_CONFIG"}
    r = subprocess.run([str(CASEWARD), command], cwd=tmp_path, capture_output=True, text=True, timeout=60, env=env)
    assert r.returncode == 4 and "/etc/caseward/caseward.yaml" in r.stderr and "-c FILE" in r.stderr, r
