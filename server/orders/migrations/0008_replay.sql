CREATE TABLE flow_replays (
    id BIGINT NOT NULL PRIMARY KEY,
    draft_id BIGINT NOT NULL,
    draft_version BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    total BIGINT NOT NULL,
    walked BIGINT NOT NULL,
    body TEXT,
    asked_at BIGINT NOT NULL,
    asked_by BIGINT,
    done_at BIGINT
);
