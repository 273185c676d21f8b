"""Each reader gets letters in a language of their own; what people wrote stays as they wrote it (M10, M11, LESSONS 5)."""
import re
import shutil
import unicodedata

import pytest
from desk import TOP
from test_reply import open_case

SPANISH = "Hola, no me han pagado las horas extra de octubre y la renta vence el viernes. ¿Me pueden ayudar? Gracias.\n"


def speak(desk, *who):
    """Spanish is the language of these people of the staff; of everybody, and of the desk, when nobody is named."""
    path = desk.config.parent / "people.yaml"
    text = path.read_text().replace(", language: en }", " }")
    path.write_text(re.sub(r"(\{ id: ([\w.]+),[^}]*) \}", lambda m: m.group(1) + (", language: es }" if not who or m.group(2) in who else " }"),
                           text))
    if not who:
        desk.edit(("language: en ", "language: es "))


def test_each_reader_has_a_language(desk):
    """M11 M10 H11 G20 G14: a Spanish-speaking employee and contact read Spanish, the agent English; the threads hold."""
    speak(desk, "grace.kim")
    desk.mail_from("jorge.medina", "Mi pago", SPANISH)
    desk.once("2026-11-02 10:00")
    ack, notice = desk.last("jorge.medina"), desk.last("grace.kim")
    assert (ack.subject, ack.first_line) == ("Re: [ER-000001] Su consulta de nómina", "Recibimos su mensaje")
    assert "lunes 9 de noviembre" in ack.words and "Cómo protegemos lo que nos cuenta" in ack.text
    assert (notice.subject, notice.first_line) == ("[ER-000001] Consulta de nómina", "Caso nuevo para Nómina: ER-000001")
    assert "no me han pagado" in notice.words
    owner = desk.case()["owner"]
    desk.reply(ack, "¿Hay noticias?")
    assert desk.once("2026-11-02 11:00")["appended"] == 1
    told = desk.last(owner)
    assert told.first_line == "A mail came in on ER-000001" and "The employee wrote." in told.words and "¿Hay noticias?" in told.text
    desk.once("2026-11-03 10:00")
    asked = desk.last("grace.kim")
    assert asked.first_line == "Por favor, díganos cómo va el caso ER-000001" and asked["References"]
    desk.reply(asked, "Estamos trabajando en esto y esperamos terminar a más tardar el: viernes")
    desk.once("2026-11-03 11:00")
    assert not desk.case()["resolution_proposed"]
    desk.reply(asked, "Resuelto: ya se pagó con la nómina del viernes.")
    desk.once("2026-11-03 12:00")
    told = desk.last(owner)
    assert desk.case()["resolution_proposed"] and told.first_line == "Is ER-000001 resolved? Please confirm"
    desk.once("2026-11-09 10:00")
    weekly = desk.last("jorge.medina")
    assert weekly.subject == ack.subject and weekly.first_line == "Seguimos trabajando en su caso"
    assert "martes 3 de noviembre: Pedimos noticias al departamento responsable." in weekly.words
    assert "Qué ha pasado" in weekly.text and "We asked" not in weekly.words
    desk.reply(weekly, "Gracias.", threads=False)
    assert desk.once("2026-11-09 11:00")["appended"] == 1 and len(desk.cli("case", "list")) == 1


@pytest.mark.parametrize("who, text, heading", [
    ("someone.private", SPANISH, "Recibimos su mensaje"),
    ("someone.private", "Hello, my pay is two days short. Could you look into it, please? Thank you.\n", "We have your message"),
    ("someone.private", "Nómina\n", "We have your message"),
    ("alice.martin", SPANISH, "We have your message"),
    ("jorge.medina", "Hello, my pay is two days short. Could you look into it, please? Thank you.\n", "Recibimos su mensaje")])
def test_whose_language_is_unknown(desk, who, text, heading):
    """M11: the directory's word goes first; a stranger gets the language of the mail where it is plain, else the desk's."""
    desk.mail_from(who, "100113", text)
    desk.once("2026-11-02 10:00")
    assert desk.last(who).first_line == heading


def test_commands_in_spanish(desk):
    """M7 M11: an agent may say commands in Spanish, and is answered in Spanish; the buttons carry the English ones."""
    speak(desk, "maya.brooks")
    open_case(desk)
    desk.say(1, "assign", "maya.brooks")
    desk.once("2026-11-02 11:00")
    mail = desk.last("maya.brooks")
    assert mail.first_line == "El caso ER-000001 ahora está a su cargo" and "body=%23resolve%20" in mail.html
    desk.reply(mail, "#nota hablé con Nómina\n#prioridad alta\n#plazo 30 de noviembre\n#esperar departamento 3 días hábiles\n#prioridad mucha")
    desk.once("2026-11-02 12:00")
    said, c = desk.last("maya.brooks"), desk.case()
    assert c["priority"] == "high" and c["due_at"].startswith("2026-11-30") and c["state"] == "waiting-department"
    for words in ("No se pudo hacer todo.", "Anotado, solo para uso interno.", "La prioridad ahora es alta.", "Vence el lun 30 nov 2026",
                  "En espera (departamento) hasta el jue 5 nov 2026", 'Rechazado: "mucha" no es una prioridad'):
        assert words in said.words, words
    assert [h["text"] for h in desk.history(kind="note")] == ["hablé con Nómina"]
    desk.reply(said, "#resuelto se pagó\n#cerrar")
    desk.once("2026-11-02 13:00")
    assert desk.case()["state"] == "closed"
    assert desk.last("alice.martin").first_line == "Your case is closed"
    desk.mail_from("maya.brooks", "ayuda", "#ayuda\n")
    desk.once("2026-11-02 14:00")
    helped = desk.last("maya.brooks")
    assert helped.first_line == "Qué puede indicar por correo" and "#close (o #cerrar)" in helped.words and "take the case" not in helped.words


def test_lint_says_what_is_missing(desk):
    """M11: a letter, or a name of the settings, that is not there in Spanish is named, and stays English as a whole."""
    shutil.copytree(TOP / "templates", desk.dir / "templates")
    desk.edit((f"templates: {TOP}/templates", f"templates: {desk.dir}/templates"))
    assert desk.run("template", "lint").stdout == "Every template is sound.\n"
    (desk.dir / "templates/es/ack.md").unlink()
    desk.edit(("name: Grievance,", "name: Bad blood,"), name="rules.yaml")
    said = desk.run("template", "lint").stdout
    assert 'es: letter "ack" is not there' in said and 'es: category "Bad blood" is not there' in said
    assert [g["name"] for g in desk.cli("template", "lint")] == ["ack", "Bad blood"]
    desk.mail_from("jorge.medina", "Mi pago", SPANISH)
    desk.once("2026-11-02 10:00")
    ack = desk.last("jorge.medina")
    assert ack.first_line == "We have your message" and "Monday 9 November" in ack.words and ack.subject == "Re: [ER-000001] Your payroll question"
    (desk.dir / "templates/es/phrases.txt").write_text("Payroll\nBenefits\n\tPrestaciones\n")
    bad = desk.run("template", "lint")
    assert bad.returncode in (1, 4) and "es/phrases.txt:2" in bad.stdout + bad.stderr


# --- no English word in weeks of letters ---

def tokens(text):
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).lower()
    return set(re.findall(r"[a-z]+", plain))


def vocabulary():
    """Words of our English that our Spanish has not."""
    en, es = (" ".join(p.read_text() for p in (TOP / "templates" / lang).glob("*.md")) for lang in ("en", "es"))
    lines = [line for line in (TOP / "templates/es/phrases.txt").read_text().splitlines() if not line.startswith("# ")]
    en += " ".join(line for line in lines if not line.startswith("\t"))
    es += " ".join(line for line in lines if line.startswith("\t"))
    return tokens(en) - tokens(es)


def test_no_english_in_a_spanish_desk(desk):
    """M11 G13 LESSONS 5: where everybody reads Spanish, weeks of silence, answers, absences and bounces bring no English word."""
    speak(desk)
    desk.mail_from("jorge.medina", "xx", SPANISH, attachments=[("xx.pdf", b"x")])
    desk.mail_from("rosa.delgado", "yy", "Sufro acoso laboral y quiero presentar una queja formal contra mi jefe.\n")
    desk.mail_from("someone.private", "zz", "Quiero saber cuántos días de vacaciones me quedan y cómo los pido.\n")
    desk.once("2026-11-02 10:00")
    desk.reply(desk.last("grace.kim"), "xx", attachments=[("yy.pdf", b"y")])
    desk.mail_from("someone.else", "[ER-000001] xx", "Una pregunta de otra persona.\n")
    for day in range(2, 30):
        desk.once(f"2026-11-{day:02} 12:00")
        if day == 4:
            desk.reply(desk.last("grace.kim"), "xx", headers={"Auto-Submitted": "auto-replied", "X-Autoreply": "yes"},
                       subject="Fuera de la oficina")
        if day == 6:
            desk.reply(desk.last(desk.case()["owner"]), "#nota xx\n#nada\n#plazo ayer\n#esperar empleado 3 días\n#asignar nadie\n#campo zz")
        if day == 9:
            desk.reply(desk.last("jorge.medina"), "xx", who="someone.else")
        if day == 12:
            desk.reply(desk.last("jorge.medina"), "xx")
        if day == 20:
            desk.say(1, "resolve", "xx")
    english, found = vocabulary(), {}
    for m in desk.sent():
        text = "\n".join(line for line in m.text.splitlines() if not line.startswith(">"))
        text = re.sub(r"\S+@\S+|#wait department 2\s+business days|#\w+|caseward \w+|\S+\.pdf", " ", text)
        for word in (tokens(text) | tokens(m.subject)) & english:
            found.setdefault(word, (m.first_line, [line for line in text.splitlines() if re.search(rf"\b{word}\b", line, re.I)][:2]))
    assert len(desk.sent()) > 60 and found == {}


# Where the sentences are made that stand in histories, reasons, tasks and answers: all that is said in these files of core, and
# what these calls say elsewhere.
ALL = re.compile("(intake|ladder|lifecycle|verb|duedate|weekly|thread|guard|alarm)")
SPEAKS = re.compile(r'(?:plan_(?:event|note|task|mail|state)\(|tell_owner\(|\.reason =|history_store_add\(|alarm_raise\()((?:[^;"]|"(?:[^"\\]|\\.)*")*);')
NEVER_SHOWN = {"none to remove", "to review; subscribers", "the employee is not in it"}  # of the daily review


def spoken(path):
    text = re.sub(r"/\*.*?\*/|^#include.*?$", " ", path.read_text(), flags=re.S | re.M)
    text = re.sub(r'" PRI\w+ "', "lld", text)
    return text if path.parent.name == "core" and ALL.match(path.name) else " , ".join(SPEAKS.findall(text))


def sentences():
    """(file, a piece of a sentence) of what our code says to people: between the holes."""
    for path in sorted([*(TOP / "src/core").glob("*.c"), *(TOP / "src/app").glob("*.c")]):
        if re.match("policy|letter", path.name):
            continue
        for run in re.findall(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*', spoken(path)):
            words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', run)).replace('\\"', '"').replace("\\n", " ")
            for piece in re.split(r"%[.*0-9]*l*z?[sdux]|ER-", words):
                piece = " ".join(piece.split()).strip(" :;,.()")
                if piece.count(" ") >= 2 and piece[0] != "#":
                    yield path.name, piece


def test_every_sentence_has_a_phrase():
    """M11: a sentence of ours that templates/es/phrases.txt does not have would stand in English in a Spanish letter: add a line."""
    known = re.sub(r"\{[sld]?\}", "%", (TOP / "templates/es/phrases.txt").read_text())
    known = "\n".join(" ".join(line.split()) for line in known.splitlines() if not line.startswith("\t"))
    keys = [line for line in (TOP / "templates/es/phrases.txt").read_text().splitlines() if line and line[0] not in "\t#"]
    assert [k for k in set(keys) if keys.count(k) > 1] == []  # the second one would never be said
    assert [k for k in keys if "{d} {" in k] == []  # where would the date end?
    said = list(sentences())
    assert len(said) > 150 and [s for s in said if s[1] not in known and s[1] not in NEVER_SHOWN] == []
