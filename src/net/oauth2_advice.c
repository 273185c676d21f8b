/* oauth2_advice.c - the well-known refusals, and what to do about each. */
#include "net/oauth2.h"

#include "base/str.h"

/* The first row of which a mark stands in the text; narrow ones first. */
static const struct {
	const char *mark, *advice;
} rows[] = {
	/* Microsoft Entra: the token endpoint */
	{ "AADSTS7000222", "the client secret has expired: make a new one in"
	    " the app registration (Certificates & secrets) and put it into"
	    " client_secret_file" },
	{ "AADSTS7000215", "the client secret is wrong: put the secret's"
	    " Value, not its ID, into client_secret_file" },
	{ "AADSTS700016", "client_id is not known in this tenant: compare it"
	    " and the tenant in token_url with the app registration" },
	{ "AADSTS90002", "there is no such tenant: correct it in token_url" },
	{ "AADSTS900023", "there is no such tenant: correct it in"
	    " token_url" },
	{ "AADSTS70011", "the scope is wrong: for client-credentials it is"
	    " https://outlook.office365.com/.default" },
	{ "AADSTS1002012", "the scope is wrong: for client-credentials it is"
	    " https://outlook.office365.com/.default" },
	{ "AADSTS65001", "the consent is missing: an administrator must grant"
	    " it (API permissions, Grant admin consent)" },
	{ "AADSTS700082", "the refresh token was not used for too long: sign"
	    " in again and put the new one into refresh_token_file" },
	{ "AADSTS50173", "the password was changed: sign in again and put the"
	    " new refresh token into refresh_token_file" },
	{ "AADSTS53003", "a Conditional Access policy blocks this app: let an"
	    " administrator exempt it" },
	/* what any endpoint may say */
	{ "unauthorized_client", "the app may not use this grant or scope:"
	    " with Google, authorize the service account's client id with this"
	    " scope (Admin console, Security, API controls, Domain-wide"
	    " delegation); with Microsoft, grant admin consent" },
	{ "invalid_client", "client_id or client secret is wrong, or the"
	    " secret has expired: compare both, make a new secret if need"
	    " be" },
	{ "invalid_grant", "the grant is no longer good: with a refresh token,"
	    " sign in again and put the new one into refresh_token_file; with"
	    " a service account, check subject, key and the machine's clock" },
	{ "invalid_scope", "the scope is wrong: compare it with the example"
	    " for your provider" },
	{ "consent_required", "an administrator must grant consent to the"
	    " app" },
	{ "interaction_required", "a person must sign in again: put the new"
	    " refresh token into refresh_token_file" },
	{ "not to be trusted", "the certificate does not hold: if a proxy of"
	    " yours signs it, name its authority with ca_file" },
	{ "redirect", "correct token_url" },
	{ "no JSON", "is token_url right, and does no proxy stand between?" },
	{ "token endpoint gives no answer", "is the token endpoint reachable"
	    " from this machine (port 443, name service)?" },
	/* Exchange Online and Gmail: the login */
	{ "5.7.139", "SMTP AUTH is off for this mailbox or tenant:"
	    " Set-CASMailbox er@... -SmtpClientAuthenticationDisabled $false;"
	    " security defaults must be off, too" },
	{ "5.7.3 ", "the token is not taken: is user the mailbox, has the app"
	    " SMTP.SendAsApp (or SMTP.Send) with admin consent, was"
	    " New-ServicePrincipal given the Enterprise application's object"
	    " id, and is SMTP AUTH on for the mailbox?" },
	{ "5.7.30", "this server takes no passwords any more: use oauth2" },
	{ "authenticated but not connected", "the app may log in but not open"
	    " this mailbox: Add-MailboxPermission -Identity er@... -User"
	    " OBJECT-ID -AccessRights FullAccess, and wait up to an hour" },
	{ "AUTHENTICATE failed", "the token is not taken: has the app"
	    " IMAP.AccessAsApp with admin consent, was New-ServicePrincipal"
	    " given the Enterprise application's object id, has it"
	    " FullAccess to the mailbox, and is IMAP on for it?" },
	{ "5.7.60", "the app may not send as this address:"
	    " Add-RecipientPermission er@... -Trustee OBJECT-ID -AccessRights"
	    " SendAs" },
	{ "Invalid SASL argument", "Google does not take the token: is user"
	    " the mailbox of subject, and the scope https://mail.google.com/"
	    "?" },
	{ "AUTHENTICATIONFAILED", "the server does not take the token: is user"
	    " the mailbox, has it allowed this app, is the scope right?" },
	{ "\"status\":\"40", "the server does not take the token: is user"
	    " the mailbox, has it allowed this app, is the scope right?" },
	{ "535 ", "the server does not take the token: is user the mailbox,"
	    " has it allowed this app, is the scope right?" },
};

const char *
oauth2_advice(const char *text)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_casefind(text, rows[i].mark) != NULL)
			return rows[i].advice;
	return NULL;
}
