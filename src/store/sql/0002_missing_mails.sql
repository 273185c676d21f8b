-- Mails that a server lists but does not give: asked for again for a while,
-- then filed as a stub for a person to look at.  Times are seconds, UTC.

CREATE TABLE missing (
	mailbox     TEXT    NOT NULL,
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	tries       INTEGER NOT NULL,
	tried_at    INTEGER NOT NULL,      -- the last one that counted
	asked_at    INTEGER NOT NULL,      -- the last one
	why         TEXT    NOT NULL,
	PRIMARY KEY (mailbox, uidvalidity, uid)
) STRICT, WITHOUT ROWID;
