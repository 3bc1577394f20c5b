CREATE TABLE order_tickets (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    external_number TEXT NOT NULL,
    category TEXT,
    urgency TEXT,
    confidential BIGINT NOT NULL,
    wants_reply BIGINT NOT NULL,
    agent TEXT,
    received_at BIGINT,
    reply_by BIGINT,
    note TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX order_tickets_by_number ON order_tickets (street_id, channel, external_number);
CREATE TABLE order_followers (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    joined_id BIGINT,
    mark BYTEA,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_followers_by_order ON order_followers (street_id, order_id, id);
CREATE UNIQUE INDEX order_followers_by_mark ON order_followers (street_id, order_id, mark);
CREATE TABLE intake_mappings (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    channel TEXT,
    columns TEXT NOT NULL,
    classes TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX intake_mappings_by_name ON intake_mappings (street_id, name);
