"""`caseward config show`: each setting, its default, where it was set."""
import json
import pathlib
import subprocess

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
