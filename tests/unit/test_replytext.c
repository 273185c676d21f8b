/* test_replytext.c - what is new in a reply (M8, HT-5 - HT-10, L23). */
#include "base/str.h"
#include "mail/replytext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

struct row {
	const char *name, *in, *want;
};

static void
check(const struct row *rows, size_t n)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < n; i++) {
		const char *got = replytext_extract(rows[i].in, a);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: got \"%s\", want \"%s\"", rows[i].name,
			    got, rows[i].want);
	}
	arena_free(&a);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))

static void
test_wrote_lines_M8_HT6(void **state)
{
	static const struct row rows[] = {
		{ "English", "Yes.\n\nOn Mon, Nov 2, 2026 at 10:00 AM ER "
		    "<er@hr.example> wrote:\n> Paid?\n", "Yes." },
		{ "English over two lines", "Yes.\n\nOn Mon, Nov 2, 2026 at "
		    "10:00 AM Employee Relations\n<er@hr.example> wrote:\n\n"
		    "> Paid?\n", "Yes." },
		{ "English over three lines", "Yes.\nOn Monday, November 2, "
		    "2026, 10:00\nEmployee Relations of the whole company\n"
		    "<er@hr.example> wrote:\n> Paid?\n", "Yes." },
		{ "English without quote marks", "Yes.\n\nOn Mon, 2 Nov 2026 "
		    "10:00, ER <er@hr.example> wrote:\n\nPaid?\nER\n", "Yes." },
		{ "German", "Ja.\n\nAm 02.11.2026 um 10:00 schrieb ER:\n> Bez?\n",
		    "Ja." },
		{ "German with the name behind", "Ja.\n\nAm Mo., 2. Nov. 2026 um "
		    "10:00 Uhr schrieb Max <m@x.org>:\n\n> Bez?\n", "Ja." },
		{ "French with a no-break space", "Oui.\n\nLe lun. 2 nov. 2026 "
		    "à 10:00, ER <er@hr.example> a écrit\u00a0:\n\n> Payé ?\n",
		    "Oui." },
		{ "Spanish", "Sí.\n\nEl lun, 2 nov 2026 a las 10:00, ER "
		    "(<er@hr.example>) escribió:\n\n> ¿Pagado?\n", "Sí." },
		{ "Italian", "Sì.\n\nIl giorno lun 2 nov 2026 alle ore 10:00 "
		    "ER <er@hr.example> ha scritto:\n\n> Pagato?\n", "Sì." },
		{ "Portuguese", "Sim.\n\nEm seg., 2 de nov. de 2026 às 10:00, "
		    "ER <er@hr.example> escreveu:\n\n> Pago?\n", "Sim." },
		{ "Dutch", "Ja.\n\nOp ma 2 nov. 2026 om 10:00 schreef ER "
		    "<er@hr.example>:\n\n> Betaald?\n", "Ja." },
		{ "Swedish", "Ja.\n\nDen mån 2 nov. 2026 kl 10:00 skrev ER "
		    "<er@hr.example>:\n\n> Betalt?\n", "Ja." },
		{ "Finnish", "Kyllä.\n\nma 2. marrask. 2026 klo 10.00 ER "
		    "(er@hr.example) kirjoitti:\n\n> Maksettu?\n", "Kyllä." },
		{ "Polish", "Tak.\n\nW dniu 02.11.2026 o 10:00, ER pisze:\n"
		    "> Zapłacono?\n", "Tak." },
		{ "Polish, other verb", "Tak.\n\nW dniu pon., 2 lis 2026 o "
		    "10:00 ER <er@hr.example> napisał(a):\n> Z?\n", "Tak." },
		{ "Russian", "Да.\n\nпн, 2 нояб. 2026 г., 10:00 пользователь "
		    "ER <er@hr.example> написал:\n\n> Оплачено?\n", "Да." },
		{ "Chinese", "是的。\n\n在 2026年11月2日，10:00，ER "
		    "<er@hr.example> 写道：\n\n> 付了吗？\n", "是的。" },
		{ "Japanese", "はい。\n\n2026/11/02 10:00、ER <er@hr.example>"
		    "のメッセージ:\n\n> 支払いは？\n", "はい。" },
		{ "Korean", "네.\n\n2026년 11월 2일 (월) 오전 10:00, ER "
		    "<er@hr.example>님이 작성:\n\n> 지급?\n", "네." },
		{ "Danish (Outlook for Mac)", "Ja.\n\nDen 2. nov. 2026 kl. 10.00"
		    " skrev ER <er@hr.example>:\n\n> Betalt?\n", "Ja." },
		{ "Norwegian (Gmail)", "Ja.\n\nman. 2. nov. 2026 kl. 10:00"
		    " skrev ER <er@hr.example>:\n\n> Betalt?\n", "Ja." },
		{ "Czech (Gmail)", "Ano.\n\npo 2. 11. 2026 v 10:00 ER <er@hr.example>"
		    " napsal(a):\n\n> Zaplaceno?\n", "Ano." },
		{ "Czech (Thunderbird)", "Ano.\n\nDne 02. 11. 26 v 10:00 ER"
		    " napsal(a):\n> Zaplaceno?\n", "Ano." },
		{ "Turkish (Gmail)", "Evet.\n\nER <er@hr.example>, 2 Kas 2026"
		    " Pzt, 10:00 tarihinde \u015funu yazd\u0131:\n\n> \u00d6dendi"
		    " mi?\n", "Evet." },
		{ "Hungarian (Apple Mail)", "Igen.\n\n2026. nov. 2. d\u00e1tummal,"
		    " 10:00 id\u0151pontban ER <er@hr.example> \u00edrta:\n\n>"
		    " Fizetve?\n", "Igen." },
		{ "Greek (Thunderbird)", "\u039d\u03b1\u03b9.\n\n\u03a3\u03c4\u03b9"
		    "\u03c2 2/11/26 10:00, \u03bf ER \u03ad\u03b3\u03c1\u03b1"
		    "\u03c8\u03b5:\n> x\n", "\u039d\u03b1\u03b9." },
		{ "Ukrainian (Gmail)", "Так.\n\nпн, 2 лист. 2026 р. о 10:00 ER"
		    " <er@hr.example> пише:\n\n> x\n", "Так." },
		{ "Romanian (Gmail)", "Da.\n\nPe lun., 2 nov. 2026 la 10:00, ER"
		    " <er@hr.example> a scris:\n\n> x\n", "Da." },
		{ "German (Apple Mail)", "Ja.\n\n> Am 02.11.2026 um 10:00 schrieb"
		    " ER <er@hr.example>:\n> \n> Bez?\n", "Ja." },
		{ "Spanish (Apple Mail)", "S\u00ed.\n\nEl 2 nov 2026, a las 10:00,"
		    " ER <er@hr.example> escribi\u00f3:\n\n\u00bfPagado?\n",
		    "S\u00ed." },
		{ "French (Thunderbird)", "Oui.\n\nLe 02/11/2026 \u00e0 10:00, ER"
		    " a \u00e9crit :\n> Pay\u00e9 ?\n", "Oui." },
		{ "date and address, no verb", "はい。\n\n2026年11月2日(月) "
		    "10:00 ER <er@hr.example>:\n\n> 支払い\n", "はい。" },
		{ "a sentence that only sounds alike stays", "On Monday my "
		    "manager wrote:\nyou are late.\nI was not.",
		    "On Monday my manager wrote:\nyou are late.\nI was not." },
		{ "a quoted line of a colleague stays", "On Monday she wrote:\n"
		    "you may go.\n", "On Monday she wrote:\nyou may go." },
	};

	(void)state;
	CHECK(rows);
}

static void
test_header_blocks_of_Outlook_HT7(void **state)
{
	static const struct row rows[] = {
		{ "Dutch (Outlook)", "Ja.\n\nVan: ER <er@hr.example>\nVerzonden:"
		    " maandag 2 november 2026 10:00\nAan: Bo\nOnderwerp: x\n\n"
		    "oud\n", "Ja." },
		{ "Polish (Outlook)", "Tak.\n\nOd: ER <er@hr.example>\nWys\u0142ano:"
		    " poniedzia\u0142ek, 2 listopada 2026 10:00\nDo: Bo\nTemat:"
		    " x\n\nstare\n", "Tak." },
		{ "Turkish (Outlook)", "Evet.\n\nKimden: ER <er@hr.example>\n"
		    "G\u00f6nderildi: 2 Kas\u0131m 2026 10:00\nKime: Bo\nKonu:"
		    " x\n\neski\n", "Evet." },
		{ "Czech (Outlook)", "Ano.\n\nOd: ER <er@hr.example>\n"
		    "Odesl\u00e1no: 2. listopadu 2026 10:00\nKomu: Bo\n"
		    "P\u0159edm\u011bt: x\n\nstar\u00e9\n", "Ano." },
		{ "Finnish (Outlook)", "Kyll\u00e4.\n\nL\u00e4hett\u00e4j\u00e4: ER"
		    " <er@hr.example>\nL\u00e4hetetty: 2.11.2026 10:00\n"
		    "Vastaanottaja: Bo\nAihe: x\n\nvanha\n", "Kyll\u00e4." },
		{ "Korean (Outlook)", "네.\n\n보낸 사람: ER <er@hr.example>\n"
		    "보낸 날짜: 2026년 11월 2일\n받는 사람: Bo\n제목: x\n\n옛\n",
		    "네." },
		{ "Hungarian (Outlook)", "Igen.\n\nFelad\u00f3: ER"
		    " <er@hr.example>\nElk\u00fcldve: 2026. november 2.\n"
		    "C\u00edmzett: Bo\nT\u00e1rgy: x\n\nr\u00e9gi\n", "Igen." },
	};

	(void)state;
	CHECK(rows);
}

static void
test_older_mail_below_HT5_HT7(void **state)
{
	static const struct row rows[] = {
		{ "Outlook's dashes", "Done.\n\n-----Original Message-----\n"
		    "From: ER\nold\n", "Done." },
		{ "German dashes", "Fertig.\n\n-----Ursprüngliche Nachricht-----"
		    "\nVon: ER\nalt\n", "Fertig." },
		{ "French dashes", "Fait.\n\n-----Message d'origine-----\nx\n",
		    "Fait." },
		{ "Spanish dashes", "Hecho.\n-----Mensaje original-----\nx\n",
		    "Hecho." },
		{ "Danish dashes", "Ja.\n-----Oprindelig meddelelse-----\nx\n",
		    "Ja." },
		{ "Chinese dashes", "好\n-----原始邮件-----\nx\n", "好" },
		{ "ruler", "Done.\n________________________________\nFrom: ER\n",
		    "Done." },
		{ "Gmail forward", "FYI\n\n---------- Forwarded message "
		    "---------\nFrom: x\n", "FYI" },
		{ "Apple forward", "FYI\n\nBegin forwarded message:\n\nFrom: x\n",
		    "FYI" },
		{ "header block", "Done.\n\nFrom: ER <er@hr.example>\nSent: "
		    "Monday\nTo: Bo\nSubject: Pay\n\nold\n", "Done." },
		{ "header block in bold", "Done.\n\n*From:* ER\n*Sent:* Monday\n"
		    "*To:* Bo\n\nold\n", "Done." },
		{ "German header block", "Ok.\n\nVon: ER\nGesendet: Montag\nAn: "
		    "Bo\nBetreff: x\n\nalt\n", "Ok." },
		{ "French header block", "Ok.\n\nDe : ER\nEnvoyé : lundi\nÀ : "
		    "Bo\nObjet : x\n\nvieux\n", "Ok." },
		{ "Chinese header block", "好\n\n发件人: ER\n发送时间: 周一\n"
		    "收件人: Bo\n主题: x\n\n旧\n", "好" },
		{ "a request for leave is no header", "I ask for leave.\n"
		    "From: 3 May\nTo: 10 May\nThank you.\n", "I ask for leave.\n"
		    "From: 3 May\nTo: 10 May\nThank you." },
		{ "a request for leave with an address below",
		    "I ask for leave.\nFrom: 3 May\nTo: 10 May\n"
		    "I am at ann@home.example\n", "I ask for leave.\n"
		    "From: 3 May\nTo: 10 May\nI am at ann@home.example" },
		{ "a form that was filled in is no header", "Name: Ann\n"
		    "Date: 3 May\nSubject: Overtime\n\nI complain.\n",
		    "Name: Ann\nDate: 3 May\nSubject: Overtime\n\n"
		    "I complain." },
		{ "one label is no header", "Hello,\nSubject: not this\nBye\n",
		    "Hello,\nSubject: not this\nBye" },
		{ "a letter that begins like a memo is shown", "To: HR\nFrom: "
		    "Ann\nDate: 3 May\nSubject: Grievance\n\nI complain.\n",
		    "To: HR\nFrom: Ann\nDate: 3 May\nSubject: Grievance\n\n"
		    "I complain.\n" },
	};

	(void)state;
	CHECK(rows);
}

static void
test_quotes_and_signatures_HT9_HT10_L23(void **state)
{
	static const struct row rows[] = {
		{ "nothing to cut", "Hello\n\nBye\n", "Hello\n\nBye" },
		{ "empty", "", "" },
		{ "only blanks", " \n\n", " \n\n" },
		{ "answer below the quote", "> Paid?\n\nYes.\n", "Yes." },
		{ "answers between the quotes", "> Paid?\nYes.\n> When?\nMonday."
		    "\n", "Yes.\nMonday." },
		{ "nothing but quotes is shown", "> Paid?\n> When?\n",
		    "> Paid?\n> When?\n" },
		{ "signature", "Yes.\n-- \nBo Berg\nPayroll\n", "Yes." },
		{ "signature without the blank", "Yes.\n--\nBo\n", "Yes." },
		{ "signature, then a quote", "Yes.\n--\nBo\n\n> Paid?\n\n"
		    "And more.\n", "Yes.\n\nAnd more." },
		{ "two dashes in a long text are no signature", "a\n--\n"
		    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n"
		    "17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27\n", "a\n--\n"
		    "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n"
		    "17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27" },
		{ "iPhone", "Yes.\n\nSent from my iPhone\n", "Yes." },
		{ "iPhone right below", "Yes.\nSent from my iPhone\n", "Yes." },
		{ "Outlook for iOS", "Yes.\n\nGet Outlook for iOS <https://x>\n",
		    "Yes." },
		{ "German telephone", "Ja.\n\nGesendet von Mail für Windows\n",
		    "Ja." },
		{ "French telephone", "Oui.\n\nEnvoyé de mon iPhone\n", "Oui." },
		{ "Spanish telephone", "Sí.\n\nEnviado desde mi iPhone\n",
		    "Sí." },
		{ "Dutch telephone", "Ja.\n\nVerzonden vanaf mijn iPhone\n",
		    "Ja." },
		{ "a sentence with these words stays",
		    "The note was\nsent from my desk by Bo.\nI saw it.\n",
		    "The note was\nsent from my desk by Bo.\nI saw it." },
		{ "clear-signed", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: X\n"
		    "\nYes.\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
		    "-----END PGP SIGNATURE-----\n", "Yes." },
		{ "a command on the first line", "#resolve\n\n> old\n",
		    "#resolve" },
	};

	(void)state;
	CHECK(rows);
}

static void
test_our_own_line_HT8(void **state)
{
	static const struct row rows[] = {
		{ "above, quoted", "Yes.\n\nOn Mon, 2 Nov 2026 10:00, ER "
		    "<er@hr.example> wrote:\n> " REPLYTEXT_DELIMITER "\n> Paid?",
		    "Yes." },
		{ "above, not quoted", "Yes.\n\n" REPLYTEXT_DELIMITER "\nPaid?\n"
		    "Please answer.\n", "Yes." },
		{ "below all the same", "> " REPLYTEXT_DELIMITER "\n> Paid?\n\n"
		    "Yes, below.\n", "Yes, below." },
		{ "nothing new at all", "> " REPLYTEXT_DELIMITER "\n> Paid?\n",
		    "> " REPLYTEXT_DELIMITER "\n> Paid?\n" },
	};

	(void)state;
	CHECK(rows);
}

static clock_t
time_of(struct arena *a, const char *again, size_t size)
{
	struct str b = { 0 };
	clock_t start;

	while (b.len < size)
		str_add(&b, again);
	start = clock();
	(void)replytext_extract(b.s, a);
	start = clock() - start;
	str_fini(&b);
	arena_reset(a);
	return start;
}

static void
test_linear_time_L22(void **state)
{
	static const char *const worst[] = { "--\n", "From:\n", "On 1:\n",
		">\n", "-----\n", "a:\n", "Sent from my x\n", "\n", "On ",
		"On 2026\n10:00\nwrote\n" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(worst) / sizeof(worst[0]); i++)
		/* Squared time would be sixteen times as much. */
		if (time_of(a, worst[i], 400000) > CLOCKS_PER_SEC +
		    10 * time_of(a, worst[i], 100000))
			fail_msg("\"%s\" takes too long", worst[i]);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrote_lines_M8_HT6),
		cmocka_unit_test(test_header_blocks_of_Outlook_HT7),
		cmocka_unit_test(test_older_mail_below_HT5_HT7),
		cmocka_unit_test(test_quotes_and_signatures_HT9_HT10_L23),
		cmocka_unit_test(test_our_own_line_HT8),
		cmocka_unit_test(test_linear_time_L22),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
