"""What an operator finds installed: manual pages, completion, a unit that names what there is."""
import re
import subprocess

from desk import CASEWARD, TOP

UNITS = sorted((TOP / "contrib/systemd").iterdir())


def out(*args):
    return subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=True)


def man(*which):
    return out(CASEWARD, "manual", *which).stdout


def test_manual_pages_are_whole(tmp_path):
    """Every command with its options, every verb, every setting; groff finds nothing wrong with them."""
    for which in ((), ("settings",)):
        page = tmp_path / "page"
        page.write_text(man(*which))
        r = out("groff", "-man", "-ww", "-Tutf8", page)
        assert r.stderr == "" and len(r.stdout.splitlines()) > 150
    commands = re.findall(r"^  ([a-z]+) ", out(CASEWARD, "--help").stdout, re.M)
    assert len(commands) > 25
    assert [c for c in commands if f".TP\n\\fB{c}\\fR" not in man()] == []
    verbs = re.findall(r"^  ([a-z]+) ", out(CASEWARD, "case", "--help").stdout.split("VERB,")[1], re.M)
    assert len(verbs) > 12 and [v for v in verbs if f"\\fB{v}\\fR" not in man()] == []
    shown = out(CASEWARD, "-c", TOP / "config/caseward.yaml", "config", "show", "--json").stdout
    keys = {re.sub(r"\[.*?\]", "", k).rsplit(".", 1)[1] for k in re.findall(r'"key": "(.*?)"', shown)}
    assert len(keys) > 60 and [k for k in keys if f"\\fB{k}\\fR" not in man("settings")] == []


def test_units_name_what_there_is():
    """The commands of the units are commands with these options; user and folders are those of sysusers and tmpfiles."""
    text = {u.name: u.read_text() for u in UNITS}
    lines = re.findall(r"^ExecStart(?:Pre)?=/usr/bin/caseward (.*)$", "\n".join(text.values()), re.M)
    assert sorted(lines) == ["-q check", "backup --dir /var/lib/caseward/backup --keep 14", "run"]
    usage = out(CASEWARD, "backup", "--help").stdout
    assert "--dir" in usage and "--keep" in usage
    assert set(re.findall(r"^User=(.*)$", "\n".join(text.values()), re.M)) == {"caseward"}
    assert text["caseward.sysusers"].startswith("u caseward ")
    assert "/var/lib/caseward/backup 0700 caseward caseward" in text["caseward.tmpfiles"]
    # What a monitor reads has a folder of its own, which is there also when the service is not.
    assert "/run/caseward            0755 caseward caseward" in text["caseward.tmpfiles"]
    for line in ("RuntimeDirectory=caseward", "RuntimeDirectoryMode=0755", "RuntimeDirectoryPreserve=yes", "StateDirectoryMode=0700"):
        assert line in text["caseward.service"].splitlines()
    assert "Type=notify" in text["caseward.service"] and "WatchdogSec=" in text["caseward.service"]


def test_unit_shows_the_boot_id():
    """L24 M3: without /proc/sys a power cut looks like a clean end, and a killed pass forgets which mails had been taken."""
    assert not re.search("^ProcSubset=pid", (TOP / "contrib/systemd/caseward.service").read_text(), re.M)


def test_completion_knows_every_command(tmp_path):
    """bash offers the commands, and the words of one."""
    script = tmp_path / "completion"
    script.write_text(out(CASEWARD, "completion").stdout)

    def offers(*words):
        line = f'. {script}; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _caseward; echo "${{COMPREPLY[@]}}"'
        return out("bash", "-c", line).stdout.split()

    assert {"run", "once", "doctor", "manual"} <= set(offers("caseward", "''"))
    assert offers("caseward", "quar") == ["quarantine"]
    assert "escalate" in offers("caseward", "case", "esc")
    assert offers("caseward", "-c", "/etc/x.yaml", "-v", "clo") == ["clock"] and offers("caseward", "-c", "''") == []
    assert offers("caseward", "-c", "/etc/x.yaml", "clock", "acc") == ["accept"]
    assert offers("caseward", "backup", "--w") == ["--with-key"] and offers("caseward", "outbox", "--st") == ["--state"]
    assert "--state" not in offers("caseward", "restore", "--")
