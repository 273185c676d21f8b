-- 0001_cases.sql - the case store.  Times are seconds since 1970, UTC; 0 is
-- "not yet" or "never".  Released migrations are never edited.

PRAGMA application_id = 1128354629; -- "CASE": the file is one of ours

CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;

-- Raw bytes, written and read in one place (blob_store.c).
CREATE TABLE blob (
	id    INTEGER PRIMARY KEY,
	codec INTEGER NOT NULL,            -- 0 plain, 1 zstd
	size  INTEGER NOT NULL,            -- before compression
	data  BLOB    NOT NULL
) STRICT;

-- ---- mail in ----------------------------------------------------------

CREATE TABLE mailbox (
	name        TEXT PRIMARY KEY,
	uidvalidity INTEGER NOT NULL DEFAULT 0,
	last_uid    INTEGER NOT NULL DEFAULT 0,
	ok_at       INTEGER NOT NULL DEFAULT 0, -- last successful poll
	tried_at    INTEGER NOT NULL DEFAULT 0,
	failures    INTEGER NOT NULL DEFAULT 0, -- in a row
	error       TEXT    NOT NULL DEFAULT '',
	alerted_at  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Every mail as it came, before anything else is done with it.
CREATE TABLE spool (
	id          INTEGER PRIMARY KEY,
	mailbox     TEXT    NOT NULL,
	uidvalidity INTEGER NOT NULL,
	uid         INTEGER NOT NULL,
	key         TEXT    NOT NULL,      -- Maildir name, file path; '' for IMAP
	sha256      BLOB    NOT NULL,
	size        INTEGER NOT NULL,
	received_at INTEGER NOT NULL,      -- INTERNALDATE
	taken_at    INTEGER NOT NULL,
	state       TEXT    NOT NULL CHECK (state IN ('new', 'done', 'quarantined')),
	attempts    INTEGER NOT NULL DEFAULT 0,
	problem     TEXT    NOT NULL DEFAULT '', -- why quarantined or only a stub
	blob        INTEGER NOT NULL REFERENCES blob (id),
	UNIQUE (mailbox, uidvalidity, uid, key),
	UNIQUE (mailbox, sha256)
) STRICT;
CREATE INDEX spool_new ON spool (id) WHERE state = 'new';
CREATE INDEX spool_quarantined ON spool (id) WHERE state = 'quarantined';

-- ---- cases ------------------------------------------------------------
-- Rows of cases, mails and events are never deleted, so that no number comes
-- twice: a purged case leaves its row behind, empty.

CREATE TABLE casefile (
	no         INTEGER PRIMARY KEY,    -- shown as ER-000123
	version    INTEGER NOT NULL,
	state      TEXT    NOT NULL CHECK (state IN ('new', 'triaged', 'assigned',
	    'in-progress', 'waiting-department', 'waiting-employee',
	    'resolved', 'closed')),
	is_open    INTEGER NOT NULL GENERATED ALWAYS AS
	    (state NOT IN ('resolved', 'closed')) STORED,
	priority   INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
	risk       INTEGER NOT NULL CHECK (risk BETWEEN 0 AND 3),
	category   TEXT NOT NULL, type TEXT NOT NULL,
	department TEXT NOT NULL, owner TEXT NOT NULL,
	notify_user TEXT NOT NULL, team TEXT NOT NULL,
	employee_name TEXT NOT NULL, employee_email TEXT NOT NULL,
	employee_id TEXT NOT NULL, client TEXT NOT NULL,
	client_id TEXT NOT NULL, division TEXT NOT NULL,
	language   TEXT NOT NULL, zone TEXT NOT NULL,
	brief      TEXT NOT NULL, subject TEXT NOT NULL,
	public_title TEXT NOT NULL, reported_by TEXT NOT NULL,
	stoppage_reason TEXT NOT NULL, escalated_why TEXT NOT NULL,
	opened_at  INTEGER NOT NULL,
	due_at     INTEGER NOT NULL,
	resolved_at INTEGER NOT NULL, closed_at INTEGER NOT NULL,
	resolution TEXT NOT NULL,
	step INTEGER NOT NULL, chain INTEGER NOT NULL,
	step_due_at INTEGER NOT NULL, step_planned_at INTEGER NOT NULL,
	step_postponed INTEGER NOT NULL, climbed_at INTEGER NOT NULL,
	ladder_from INTEGER NOT NULL,
	department_answered_at INTEGER NOT NULL,
	employee_told_at INTEGER NOT NULL,
	waiting_until INTEGER NOT NULL,
	breaches   INTEGER NOT NULL,
	resolution_proposed INTEGER NOT NULL,
	resolution_in_attachment INTEGER NOT NULL,
	needs_directory_check INTEGER NOT NULL,
	has_unreviewed INTEGER NOT NULL,
	-- Addresses of staff who must hear nothing of it: it is about them.
	parties    TEXT NOT NULL,
	-- The rule that must never break: an open case has a due date and a
	-- next step ahead of it (set in the same transaction that opens it).
	CHECK (state IN ('resolved', 'closed') OR
	    (due_at > opened_at AND step_due_at > 0)),
	CHECK (state <> 'closed' OR closed_at > 0)
) STRICT;
CREATE INDEX casefile_open_owner ON casefile (owner, opened_at) WHERE is_open;
CREATE INDEX casefile_open_team ON casefile (team, opened_at) WHERE is_open;
CREATE INDEX casefile_open_due ON casefile (due_at) WHERE is_open;
CREATE INDEX casefile_employee ON casefile (employee_email);

CREATE TABLE subscriber (
	case_no INTEGER NOT NULL REFERENCES casefile (no),
	name    TEXT    NOT NULL,
	PRIMARY KEY (case_no, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
	id      INTEGER PRIMARY KEY,
	case_no INTEGER NOT NULL REFERENCES casefile (no),
	kind    TEXT    NOT NULL CHECK (kind IN ('internal', 'case')),
	at      INTEGER NOT NULL,
	author  TEXT    NOT NULL,
	text    TEXT    NOT NULL
) STRICT;
CREATE INDEX note_case ON note (case_no, id);

CREATE TABLE task (
	id      INTEGER PRIMARY KEY,
	case_no INTEGER NOT NULL REFERENCES casefile (no),
	kind    TEXT    NOT NULL,
	owner   TEXT    NOT NULL,          -- staff id, '' = the queue
	text    TEXT    NOT NULL,
	opened_at INTEGER NOT NULL,
	due_at  INTEGER NOT NULL,
	done_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX task_open ON task (case_no, kind) WHERE done_at = 0;

-- ---- messages: every mail of a case, in and out -----------------------

CREATE TABLE message (
	id          INTEGER PRIMARY KEY,
	case_no     INTEGER NOT NULL,      -- 0: no case (filed, unverified)
	direction   TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
	audience    INTEGER NOT NULL CHECK (audience BETWEEN 0 AND 2),
	spool       INTEGER REFERENCES spool (id),   -- in
	outbox      INTEGER,                         -- out
	message_id  TEXT    NOT NULL,
	from_email  TEXT    NOT NULL,
	from_name   TEXT    NOT NULL,
	to_email    TEXT    NOT NULL,
	subject     TEXT    NOT NULL,
	at          INTEGER NOT NULL,      -- received or composed
	class       TEXT    NOT NULL,      -- human auto bounce list own
	outcome     TEXT    NOT NULL,      -- opened appended filed unverified duplicate quarantined sent
	words       TEXT    NOT NULL,      -- what is new in it, cut
	fingerprint BLOB,                  -- same mail delivered twice
	explain     TEXT    NOT NULL       -- why it went where it went
) STRICT;
CREATE INDEX message_case ON message (case_no, id);
CREATE INDEX message_fingerprint ON message (fingerprint)
	WHERE fingerprint IS NOT NULL;
-- Those of a case are found through known_id: a second index over random
-- keys of all mails would cost a page each time.
CREATE INDEX message_mid ON message (message_id) WHERE case_no = 0;
CREATE INDEX message_apart ON message (outcome, id)
	WHERE outcome IN ('unverified', 'quarantined');
CREATE UNIQUE INDEX message_spool ON message (spool) WHERE spool IS NOT NULL;

-- Message-IDs that lead to a case: ours, theirs, and rewritten ones (TH-2).
CREATE TABLE known_id (
	mid      TEXT    NOT NULL,
	case_no  INTEGER NOT NULL,
	audience INTEGER NOT NULL,
	outbox   INTEGER NOT NULL DEFAULT 0, -- the mail of ours it names
	PRIMARY KEY (mid, case_no, audience)
) STRICT, WITHOUT ROWID;

-- Who belongs to a case: a subject token is enough for them (M4).
CREATE TABLE participant (
	case_no  INTEGER NOT NULL REFERENCES casefile (no),
	email    TEXT    NOT NULL,         -- lower case
	audience INTEGER NOT NULL,
	PRIMARY KEY (case_no, email)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachment (
	id       INTEGER PRIMARY KEY,
	case_no  INTEGER NOT NULL,
	message  INTEGER NOT NULL REFERENCES message (id),
	idx      INTEGER NOT NULL,         -- in the order of the mail
	filename TEXT    NOT NULL,
	type     TEXT    NOT NULL,
	size     INTEGER NOT NULL,
	sha256   TEXT    NOT NULL,
	reviewed_at INTEGER NOT NULL DEFAULT 0,
	reviewed_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attachment_case ON attachment (case_no, id);

-- ---- time -------------------------------------------------------------

CREATE TABLE agenda (
	case_no INTEGER NOT NULL,          -- 0: not about one case
	kind    TEXT    NOT NULL,
	key     TEXT    NOT NULL,
	due_at  INTEGER NOT NULL,
	PRIMARY KEY (case_no, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX agenda_due ON agenda (due_at);

-- ---- mail out ---------------------------------------------------------

CREATE TABLE outbox (
	id         INTEGER PRIMARY KEY,    -- never reused: part of the tokens
	channel    TEXT    NOT NULL CHECK (channel IN ('mail', 'webhook')),
	case_no    INTEGER NOT NULL,       -- 0: digest
	audience   INTEGER NOT NULL,
	template   TEXT    NOT NULL,
	rcpt       TEXT    NOT NULL,       -- address, or webhook URL
	rcpt_name  TEXT    NOT NULL,
	subject    TEXT    NOT NULL,
	why        TEXT    NOT NULL,
	message_id TEXT    NOT NULL UNIQUE,
	refs       TEXT    NOT NULL,       -- References of it, blank separated
	dedup      TEXT    NOT NULL UNIQUE,-- doing it twice is harmless
	state      TEXT    NOT NULL CHECK (state IN ('queued', 'sending',
	    'unsure', 'sent', 'failed', 'held')),
	attempts   INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	next_try_at INTEGER NOT NULL,
	sent_at    INTEGER NOT NULL DEFAULT 0,
	reply      TEXT    NOT NULL DEFAULT '', -- last word of the server
	bounced_at INTEGER NOT NULL DEFAULT 0,
	blob       INTEGER NOT NULL REFERENCES blob (id),
	CHECK (state <> 'sent' OR sent_at > 0)
) STRICT;
CREATE INDEX outbox_next ON outbox (next_try_at, id)
	WHERE state IN ('queued', 'unsure');
CREATE INDEX outbox_stuck ON outbox (state, id)
	WHERE state IN ('sending', 'failed', 'held');
CREATE INDEX outbox_case ON outbox (case_no, rcpt);
CREATE INDEX outbox_rcpt ON outbox (rcpt, created_at);

-- ---- what happened ----------------------------------------------------

-- The chain of a case: an event holds the hash of the one before it.  `id`
-- counts all events without a gap, so that a missing one shows.
CREATE TABLE event (
	id       INTEGER PRIMARY KEY,
	case_no  INTEGER NOT NULL,         -- 0: about no case (digests)
	seq      INTEGER NOT NULL CHECK (seq > 0),
	at       INTEGER NOT NULL,
	actor    TEXT    NOT NULL,
	kind     TEXT    NOT NULL,
	text     TEXT    NOT NULL,
	public_text TEXT NOT NULL,
	hash     BLOB    NOT NULL CHECK (length(hash) = 32),
	UNIQUE (case_no, seq)
) STRICT;

-- Where each chain stands: to append, one row is read, not the chain; and a
-- chain that lost its end does not fit.
CREATE TABLE event_head (
	case_no INTEGER PRIMARY KEY,
	seq     INTEGER NOT NULL,
	hash    BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Daily, over all events since the anchor before and that anchor itself: a
-- whole case cannot vanish.
CREATE TABLE anchor (
	day        INTEGER PRIMARY KEY,    -- days since 1970
	last_event INTEGER NOT NULL,       -- event.id
	hash       BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- ---- people -----------------------------------------------------------

CREATE TABLE employee (
	id          INTEGER PRIMARY KEY,
	employee_id TEXT NOT NULL UNIQUE,
	name        TEXT NOT NULL,
	name_folded TEXT NOT NULL,         -- lower case, for look-up by name
	email       TEXT NOT NULL,         -- lower case
	client      TEXT NOT NULL, client_id TEXT NOT NULL,
	division    TEXT NOT NULL, region TEXT NOT NULL,
	zone        TEXT NOT NULL, language TEXT NOT NULL,
	manager     TEXT NOT NULL,
	status      TEXT NOT NULL CHECK (status IN ('active', 'left')),
	updated_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX employee_email ON employee (email);
CREATE INDEX employee_name ON employee (name_folded);

CREATE TABLE address (
	email        TEXT PRIMARY KEY,     -- lower case
	undeliverable_since INTEGER NOT NULL DEFAULT 0,
	undeliverable_why   TEXT NOT NULL DEFAULT '',
	soft_last    INTEGER NOT NULL DEFAULT 0, -- the last three soft bounces
	soft_before  INTEGER NOT NULL DEFAULT 0,
	soft_third   INTEGER NOT NULL DEFAULT 0,
	absent_until INTEGER NOT NULL DEFAULT 0,
	deputy       TEXT NOT NULL DEFAULT ''
) STRICT;

-- When a department was asked and when it answered: the silence ledger.
CREATE TABLE ask (
	id          INTEGER PRIMARY KEY,
	case_no     INTEGER NOT NULL,
	department  TEXT    NOT NULL,
	asked_at    INTEGER NOT NULL,
	answered_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX ask_asked ON ask (asked_at);
CREATE INDEX ask_open ON ask (case_no) WHERE answered_at = 0;
