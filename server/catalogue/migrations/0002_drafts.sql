CREATE TABLE flow_drafts (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    flow_key TEXT NOT NULL,
    base_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by BIGINT,
    ended_at BIGINT,
    published_version BIGINT
);
