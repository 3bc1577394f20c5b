CREATE TABLE webhooks (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    url TEXT NOT NULL,
    secret_sealed TEXT NOT NULL,
    types TEXT NOT NULL,
    feed_cursor TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    paused_at BIGINT,
    paused_because TEXT,
    closed_at BIGINT,
    tries BIGINT NOT NULL,
    failing_at BIGINT,
    next_at BIGINT NOT NULL,
    delivered_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE webhook_deliveries (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    webhook_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    event TEXT NOT NULL,
    body TEXT NOT NULL,
    feed_cursor TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    tried_at BIGINT,
    status BIGINT,
    problem TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (street_id, webhook_id, id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (street_id, webhook_id, id) WHERE state = 'waiting';
