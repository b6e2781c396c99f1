-- Times are milliseconds since 1970, in UTC. Names and IDs are compared byte by
-- byte. Tables are clustered by what lists are made of: a person's albums, an
-- album's photos.

CREATE TABLE people (
	id       TEXT    NOT NULL PRIMARY KEY,
	name     TEXT    NOT NULL UNIQUE,
	password TEXT    NOT NULL,
	created  INTEGER NOT NULL,
	albums   INTEGER NOT NULL DEFAULT 0 -- how many there are: the limit is checked without counting
) STRICT, WITHOUT ROWID;

CREATE TABLE albums (
	id              TEXT    NOT NULL UNIQUE,
	owner           TEXT    NOT NULL REFERENCES people (id),
	name            TEXT    NOT NULL,
	created         INTEGER NOT NULL,
	updated         INTEGER NOT NULL,
	version         INTEGER NOT NULL,
	photos          INTEGER NOT NULL DEFAULT 0,
	cover           TEXT    NOT NULL DEFAULT '',
	sharing         TEXT    NOT NULL, -- JSON
	sharing_version INTEGER NOT NULL,
	PRIMARY KEY (owner, id),
	UNIQUE (owner, name)
) STRICT, WITHOUT ROWID;

-- One row for each pattern of each reading rule: the same as albums.sharing says,
-- in the order in which lists are read.
CREATE TABLE read_rules (
	pattern     TEXT    NOT NULL,
	credentials INTEGER NOT NULL,
	album       TEXT    NOT NULL REFERENCES albums (id) ON DELETE CASCADE,
	owner       TEXT    NOT NULL,
	PRIMARY KEY (pattern, credentials, album)
) STRICT, WITHOUT ROWID;

CREATE INDEX read_rules_by_owner ON read_rules (owner, pattern, credentials, album);
CREATE INDEX read_rules_by_album ON read_rules (album);

CREATE TABLE photos (
	id        TEXT    NOT NULL UNIQUE,
	album     TEXT    NOT NULL REFERENCES albums (id) ON DELETE CASCADE,
	owner     TEXT    NOT NULL,
	name      TEXT    NOT NULL,
	type      TEXT    NOT NULL,
	size      INTEGER NOT NULL,
	width     INTEGER NOT NULL,
	height    INTEGER NOT NULL,
	hash      TEXT    NOT NULL,
	created   INTEGER NOT NULL,
	redaction TEXT    NOT NULL, -- JSON, or empty
	PRIMARY KEY (album, id),
	UNIQUE (album, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
	hash    BLOB    NOT NULL PRIMARY KEY,
	id      TEXT    NOT NULL UNIQUE,
	person  TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	origin  TEXT    NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_person ON sessions (person);
CREATE INDEX sessions_by_end ON sessions (expires);

CREATE TABLE tokens (
	hash    BLOB    NOT NULL PRIMARY KEY,
	id      TEXT    NOT NULL UNIQUE,
	person  TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	label   TEXT    NOT NULL,
	origin  TEXT    NOT NULL,
	scopes  INTEGER NOT NULL,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_by_person ON tokens (person, id);
CREATE INDEX tokens_by_origin ON tokens (origin, scopes, expires);
CREATE INDEX tokens_by_end ON tokens (expires);
