/* test_subject.c - what stands in front of a subject (TH-10, TH-13, L13). */
#include "mail/fold.h"
#include "mail/subject.h"
#include "mailtest.h"

static void
test_prefixes_TH10(void **state)
{
	static const struct {
		const char *name, *subject, *base;
		enum subject_kind kind;
	} tests[] = {
		{ "none", "Payroll question", "Payroll question",
		    SUBJECT_PLAIN },
		{ "reply", "Re: Payroll", "Payroll", SUBJECT_REPLY },
		{ "capitals, no blank", "RE:Payroll", "Payroll",
		    SUBJECT_REPLY },
		{ "many replies", "Re: AW: Sv: RE: Payroll", "Payroll",
		    SUBJECT_REPLY },
		{ "counter in brackets", "Re[2]: Payroll", "Payroll",
		    SUBJECT_REPLY },
		{ "counter in parentheses", "AW(12): Payroll", "Payroll",
		    SUBJECT_REPLY },
		{ "French blank before the colon", "RE : Paie", "Paie",
		    SUBJECT_REPLY },
		{ "no-break blank before the colon", "TR\xc2\xa0: Paie", "Paie",
		    SUBJECT_FORWARD },
		{ "full-width colon", "回复：工资", "工资", SUBJECT_REPLY },
		{ "Chinese forward", "转发: 工资", "工资", SUBJECT_FORWARD },
		{ "Greek reply", "ΑΠ: Μισθός", "Μισθός", SUBJECT_REPLY },
		{ "Greek, small with accent", "Σχετ: x", "x", SUBJECT_REPLY },
		{ "Greek forward", "ΠΡΘ: x", "x", SUBJECT_FORWARD },
		{ "Hungarian, accent in two parts", "VA\xcc\x81: x", "x",
		    SUBJECT_REPLY },
		{ "Polish", "ODP: x", "x", SUBJECT_REPLY },
		{ "Turkish", "YNT: x", "x", SUBJECT_REPLY },
		{ "Italian", "R: Stipendio", "Stipendio", SUBJECT_REPLY },
		{ "Italian forward", "I: Stipendio", "Stipendio",
		    SUBJECT_FORWARD },
		{ "German forward", "WG: Lohn", "Lohn", SUBJECT_FORWARD },
		{ "Spanish forward", "RV: Nómina", "Nómina",
		    SUBJECT_FORWARD },
		{ "reply in Finnish, forward in Danish", "VS: x", "x",
		    SUBJECT_UNKNOWN },
		{ "German, in full", "Antwort: Lohn", "Lohn", SUBJECT_REPLY },
		{ "Norwegian", "SV: Svar: L\xc3\xb8nn", "L\xc3\xb8nn",
		    SUBJECT_REPLY },
		{ "Russian", "Отв: x", "x", SUBJECT_REPLY },
		{ "Japanese", "返信: x", "x", SUBJECT_REPLY },
		{ "Korean", "회신: x", "x", SUBJECT_REPLY },
		{ "Turkish, in full", "Yanıt: x", "x", SUBJECT_REPLY },
		{ "Czech", "Odpověď: x", "x", SUBJECT_REPLY },
		{ "Dutch forward", "Doorst: x", "x", SUBJECT_FORWARD },
		{ "Japanese forward", "転送: x", "x", SUBJECT_FORWARD },
		{ "Turkish forward", "İLT: x", "x", SUBJECT_FORWARD },
		{ "the outermost decides", "Fwd: Re: x", "x",
		    SUBJECT_FORWARD },
		{ "a reply to a forward", "Re: Fwd: x", "x", SUBJECT_REPLY },
		{ "gateway tag", "[EXTERNAL] Re: x", "x", SUBJECT_REPLY },
		{ "gateway tag between", "Re: [EXT] x", "x", SUBJECT_REPLY },
		{ "gateway word", "EXTERNAL: x", "x", SUBJECT_PLAIN },
		{ "the token is no gateway tag", "Re: [ER-000123] Pay",
		    "[ER-000123] Pay", SUBJECT_REPLY },
		{ "a word with a colon", "Question: pay", "Question: pay",
		    SUBJECT_PLAIN },
		{ "a longer word", "Real: pay", "Real: pay", SUBJECT_PLAIN },
		{ "no colon", "Re Payroll", "Re Payroll", SUBJECT_PLAIN },
		{ "only a prefix", "Re:", "", SUBJECT_REPLY },
		{ "empty", "", "", SUBJECT_PLAIN },
		{ "only brackets", "[[[[[", "[[[[[", SUBJECT_PLAIN },
	};

	(void)state;
	for (size_t i = 0; i < N(tests); i++) {
		struct subject s;

		subject_parse(tests[i].subject, &s);
		check_text(tests[i].name, s.base, tests[i].base);
		check_int(tests[i].name, s.kind, tests[i].kind);
	}
}

static void
test_forward_TH13_L13(void **state)
{
	static const struct {
		const char *name, *subject, *text, *embedded;
		bool want;
	} tests[] = {
		{ "prefix alone is not enough", "Fwd: pay", "see below", "",
		    false },
		{ "prefix and embedded mail", "Fwd: pay", "see below",
		    "From: a@x.org\n", true },
		{ "prefix and header block", "FW: pay",
		    "FYI\n\nFrom: Ann Lee\nSent: Monday\nTo: ER\nSubject: pay\n",
		    "", true },
		{ "German header block", "WG: Lohn",
		    "Zur Info\n\nVon: Ann\nGesendet: Montag\nAn: ER\n", "",
		    true },
		{ "bold labels, quoted", "FW: pay",
		    "> *From:* Ann Lee\n> *Sent:* Monday\n", "", true },
		{ "header block without prefix", "pay",
		    "From: Ann Lee\nSent: Monday\n", "", false },
		{ "reply that carries the original", "Re: pay",
		    "From: Ann Lee\nSent: Monday\n", "From: a@x.org\n",
		    false },
		{ "labels far apart", "Fwd: pay",
		    "From: me\n1\n2\n3\n4\n5\n6\n7\nSent: x\n", "", false },
		{ "Danish forward or Finnish reply", "VS: pay", "",
		    "From: a@x.org\n", false },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++)
		check_int(tests[i].name, subject_is_forward(tests[i].subject,
		    tests[i].text, tests[i].embedded, a), tests[i].want);
	arena_free(&a);
}

static void
test_fold_AR11(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} tests[] = {
		{ "ASCII", "ReTurn 30", "return 30" },
		{ "accents in one piece", "RÉPONSE Frånvaro", "reponse franvaro" },
		{ "accents in two", "Re\xcc\x81ponse", "reponse" },
		{ "Latin Extended-A", "Łódź ČŠŽ Őű ıİ", "lodz csz ou ii" },
		{ "ligatures", "Straße Æ Œ", "strasse ae oe" },
		{ "Greek", "ΑΠΆΝΤΗΣΗ ς", "απαντηση σ" },
		{ "Cyrillic", "Автоответ ЙЁй", "автоответ иеи" },
		{ "full width", "［ＥＲ－１２］：", "[er-12]:" },
		{ "blanks and dashes", "a\xc2\xa0–b\xe3\x80\x80—", "a -b -" },
		{ "apostrophe", "jusqu’au", "jusqu'au" },
		{ "zero width is dropped", "a\xe2\x80\x8b" "b", "ab" },
		{ "Japanese stays", "自動応答", "自動応答" },
		{ "bad bytes are left out", "a\xff\xc3" "b", "ab" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < N(tests); i++)
		check_text(tests[i].name, fold_text(a, tests[i].in,
		    strlen(tests[i].in)), tests[i].want);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes_TH10),
		cmocka_unit_test(test_forward_TH13_L13),
		cmocka_unit_test(test_fold_AR11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
