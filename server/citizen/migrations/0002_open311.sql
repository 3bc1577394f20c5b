CREATE TABLE open311_posts (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    mark BYTEA NOT NULL,
    span BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX open311_posts_by_mark ON open311_posts (street_id, mark, span);
CREATE TABLE open311_updates (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    system_id BIGINT NOT NULL,
    update_id TEXT NOT NULL,
    order_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX open311_updates_by_id ON open311_updates (street_id, system_id, update_id);
