CREATE TABLE accounts (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    username TEXT NOT NULL UNIQUE,
    person_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret TEXT,
    totp_confirmed_at BIGINT,
    totp_last_step BIGINT NOT NULL,
    failed_count BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);
CREATE TABLE posts (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    area BIGINT NOT NULL,
    organisation_id BIGINT,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    place_zh TEXT NOT NULL,
    place_en TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE INDEX posts_by_area ON posts (area, kind);
CREATE TABLE tenures (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE INDEX tenures_by_account ON tenures (account_id);
CREATE INDEX tenures_by_post ON tenures (post_id);
CREATE TABLE sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    tenure_id BIGINT REFERENCES tenures (id),
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE TABLE bootstrap_codes (
    id BIGINT NOT NULL PRIMARY KEY,
    code_hash BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE ledger_entries (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    account_id BIGINT,
    post_id BIGINT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT,
    request TEXT NOT NULL,
    detail TEXT NOT NULL,
    leaf BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX ledger_waiting ON ledger_entries (street_id, id) WHERE leaf IS NULL;
CREATE INDEX ledger_by_leaf ON ledger_entries (street_id, leaf);
CREATE INDEX ledger_by_subject ON ledger_entries (street_id, subject, id);
CREATE TABLE events (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    area BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE jobs (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    held_until BIGINT NOT NULL,
    problem TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX jobs_due ON jobs (street_id, due_at);
CREATE TABLE answers (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    asked BYTEA NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE counters (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE uploads (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    account_id BIGINT,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE revisions (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
