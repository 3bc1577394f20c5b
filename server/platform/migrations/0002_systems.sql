CREATE TABLE systems (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    area BIGINT NOT NULL,
    organisation_id BIGINT,
    key_hash BYTEA NOT NULL UNIQUE,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT,
    closed_at BIGINT,
    closed_by BIGINT,
    used_at BIGINT
);
