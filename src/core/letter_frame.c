/* letter_frame.c - page, first line, buttons and small print of a letter. */
#include "core/letter_frame.h"

#include "core/look.h"
#include "core/markdown.h"

#include <string.h>

static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

/* Percent-encode; a line break is CR LF. */
static void
add_encoded(struct str *out, const char *s, const char *also)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			str_add(out, "%0D%0A");
		else if (is_unreserved(*s) || strchr(also, *s) != NULL)
			str_addc(out, *s);
		else
			str_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
	}
}

void
letter_mailto(struct str *out, const char *address, const char *subject,
    const char *body)
{
	size_t start = out->len;
	char mark = '?';

	str_add(out, "mailto:");
	add_encoded(out, address, "@");
	if (*subject != '\0') {
		str_add(out, "?subject=");
		add_encoded(out, subject, "");
		mark = '&';
	}
	if (*body == '\0')
		return;
	str_addc(out, mark);
	str_add(out, "body=");
	for (size_t n; *body != '\0' && strcmp(body, "...") != 0; body += n) {
		char one[5] = "";

		n = utf8_len(body, strlen(body));
		n = n == 0 ? 1 : n;
		if (out->len - start + 3 * n + 6 > LETTER_MAX_MAILTO)
			break;
		memcpy(one, body, n);
		add_encoded(out, one, "");
	}
}

/* --- HTML --- */

static void
button(struct str *out, const char *href, const char *label, bool is_filled)
{
	if (is_filled)
		str_add(out, "<td class=\"b act\" bgcolor=\"" LOOK_ACTION
		    "\" style=\"background:" LOOK_ACTION ";padding:9px 15px\">");
	else
		str_add(out, "<td class=\"o act\" style=\"border:1px solid "
		    LOOK_ACTION ";padding:8px 14px\">");
	str_add(out, "<a href=\"");
	look_escape_text(out, href);
	str_printf(out, "\" style=\"color:%s;font-size:14px;line-height:18px;"
	    "%stext-decoration:none\">",
	    is_filled ? LOOK_ON_ACTION : LOOK_ACTION,
	    is_filled ? "font-weight:600;" : "");
	look_escape_text(out, label);
	str_add(out, "</a></td>");
}

void
letter_buttons(struct str *out, const char *address, const char *subject,
    const struct letter_action *actions, size_t n)
{
	if (n == 0)
		return;
	str_add(out, "<table role=\"presentation\" cellpadding=\"0\" "
	    "cellspacing=\"0\"><tr>");
	for (size_t i = 0; i < n && i < LETTER_MAX_ACTIONS; i++) {
		struct str href = { 0 };

		if (i != 0)
			str_add(out, "<td class=\"gap\" width=\"8\" "
			    "style=\"width:8px;font-size:0\">&nbsp;</td>");
		letter_mailto(&href, address, subject, actions[i].command);
		button(out, str_text(&href), actions[i].label, i == 0);
		str_fini(&href);
	}
	str_add(out, "</tr></table>\n");
}

static void
head(const struct letter_frame *l, struct str *out)
{
	str_printf(out, "<!doctype html>\n<html lang=\"%s\"><head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width,initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">"
	    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
	    "<title>", l->w->language);
	look_escape_text(out, l->title);
	str_printf(out, "</title>\n<style>%s</style></head>\n", look_mail_css);
	str_add(out, "<body style=\"margin:0;padding:0;background:" LOOK_PAGE
	    ";font-family:" LOOK_FONT "\">\n"
	    "<div style=\"display:none;max-height:0;overflow:hidden\">");
	look_escape_text(out, l->preheader);
	str_add(out, "</div>\n");
}

/* The delimiter stands above the card, the accent line on top of it. */
static void
open_card(const struct letter_frame *l, struct str *out)
{
	str_add(out, "<table role=\"presentation\" width=\"100%\" "
	    "cellpadding=\"0\" cellspacing=\"0\" class=\"page\" "
	    "style=\"background:" LOOK_PAGE "\"><tr><td class=\"out\" "
	    "align=\"center\" style=\"padding:16px 8px\">\n");
	if (l->asks_reply) {
		str_add(out, "<p class=\"m\" style=\"margin:0 0 8px;"
		    "padding:4px 0 0;font-size:12px;line-height:18px;color:"
		    LOOK_MUTED "\">");
		look_escape_text(out, l->w->reply_above);
		str_add(out, "</p>\n");
	}
	str_add(out, "<table role=\"presentation\" width=\"640\" "
	    "cellpadding=\"0\" cellspacing=\"0\" class=\"card\" "
	    "style=\"width:100%;max-width:640px;text-align:left;background:"
	    LOOK_CARD "\">\n<tr><td height=\"4\" bgcolor=\"" LOOK_ACTION
	    "\" style=\"height:4px;background:" LOOK_ACTION
	    ";font-size:0;line-height:0\">&nbsp;</td></tr>\n"
	    "<tr><td class=\"pad\" style=\"padding:20px 28px 8px\">\n"
	    "<p class=\"m\" style=\"margin:0 0 4px;font-size:13px;"
	    "line-height:18px;color:" LOOK_MUTED "\">");
	look_escape_text(out, l->eyebrow);
	str_add(out, "</p>\n");
}

void
letter_frame_html(const struct letter_frame *l, const struct str *body,
    struct str *out)
{
	head(l, out);
	open_card(l, out);
	str_addn(out, str_text(body), body->len);
	str_add(out, "</td></tr>\n");
	if (l->n_actions > 0 && !l->has_actions_inside) {
		str_add(out, "<tr><td class=\"pad\" style=\"padding:0 28px "
		    "10px\">");
		letter_actions_html(l, out);
		str_add(out, "</td></tr>\n");
	}
	str_add(out, "<tr><td class=\"pad\" style=\"padding:8px 28px 22px\">"
	    "<p class=\"m r\" style=\"margin:0;padding:12px 0 0;"
	    "border-top:1px solid " LOOK_RULE ";font-size:12px;"
	    "line-height:18px;color:" LOOK_MUTED "\">");
	look_escape_text(out, l->why);
	str_add(out, "</p></td></tr>\n</table></td></tr></table></body></html>\n");
}

/* --- plain text --- */

void
letter_actions_html(const struct letter_frame *l, struct str *out)
{
	if (l->n_actions == 0)
		return;
	str_add(out, "<div style=\"padding:4px 0 6px\">");
	letter_buttons(out, l->reply_address, l->reply_subject, l->actions,
	    l->n_actions);
	str_add(out, "</div>\n");
}

void
letter_actions_text(const struct letter_frame *l, struct str *out)
{
	size_t width = 0;

	if (l->n_actions == 0)
		return;
	str_printf(out, "%s\n", l->w->you_can);
	for (size_t n = text_columns(l->w->you_can, strlen(l->w->you_can)); n > 0;
	    n--)
		str_addc(out, '-');
	str_addc(out, '\n');
	for (size_t i = 0; i < l->n_actions; i++) {
		size_t n = text_columns(l->actions[i].label,
		    strlen(l->actions[i].label));

		width = n > width ? n : width;
	}
	for (size_t i = 0; i < l->n_actions; i++) {
		const struct letter_action *a = &l->actions[i];
		struct str first = { 0 }, rest = { 0 }, words = { 0 };

		str_add(&first, a->label);
		text_pad(&first, width + 2 - text_columns(a->label,
		    strlen(a->label)));
		text_pad(&rest, width + 2);
		if (*a->command == '\0')
			str_add(&words, l->w->reply_only);
		else
			str_printf(&words, "%s%s", l->w->reply_with, a->command);
		text_wrap(out, words.s, first.s, rest.s, MARKDOWN_COLUMNS);
		str_fini(&first);
		str_fini(&rest);
		str_fini(&words);
	}
}

void
letter_frame_text(const struct letter_frame *l, const struct str *body,
    struct str *out)
{
	if (l->asks_reply)
		str_printf(out, "%s\n\n", l->w->reply_above);
	text_wrap(out, l->eyebrow, "", "", MARKDOWN_COLUMNS);
	str_addc(out, '\n');
	str_addn(out, str_text(body), body->len);
	if (l->n_actions > 0 && !l->has_actions_inside) {
		str_addc(out, '\n');
		letter_actions_text(l, out);
	}
	str_add(out, "\n-- \n");
	text_wrap(out, l->why, "", "", MARKDOWN_COLUMNS);
}
