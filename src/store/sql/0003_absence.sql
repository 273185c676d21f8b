-- 0003_absence.sql - who is away from when until when, and who said so.

-- One span of time; those of one person may overlap.
CREATE TABLE absence (
	id       INTEGER PRIMARY KEY,
	email    TEXT    NOT NULL,          -- lower case
	source   TEXT    NOT NULL CHECK (source IN ('command', 'calendar',
	    'mail')),
	key      TEXT    NOT NULL,          -- of a calendar: which event
	from_at  INTEGER NOT NULL,
	until_at INTEGER NOT NULL,          -- first instant back
	deputy   TEXT    NOT NULL DEFAULT '', -- address an out-of-office names
	seen_at  INTEGER NOT NULL,          -- last time that it was said
	UNIQUE (email, source, key),
	CHECK (until_at > from_at)
) STRICT;
CREATE INDEX absence_until ON absence (until_at);
CREATE INDEX absence_seen ON absence (source, seen_at);

-- What follows from them for each address: the span that is now or comes
-- next (absent_until was there before), and how far we are with it.
ALTER TABLE address ADD COLUMN absent_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE address ADD COLUMN stand_in TEXT NOT NULL DEFAULT '';
ALTER TABLE address ADD COLUMN away_since INTEGER NOT NULL DEFAULT 0;
-- Whatever is known against somebody, in one look.
CREATE INDEX address_trouble ON address (email) WHERE undeliverable_since > 0
    OR absent_until > 0 OR away_since > 0;

INSERT INTO absence (email, source, key, from_at, until_at, deputy, seen_at)
	SELECT email, 'command', '', 1, absent_until, deputy, 1 FROM address
	WHERE absent_until > 1;
