ALTER TABLE orders ADD COLUMN clock_notes BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_supervised ON orders (street_id, queue_at, id) WHERE supervised = 1;
CREATE INDEX order_clocks_helping ON order_clocks (street_id, soon_at, id) WHERE clock = 'assistance' AND stopped_at IS NULL;
CREATE TABLE order_requests (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    clock_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    area BIGINT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT,
    pause_kind TEXT,
    until BIGINT,
    files TEXT NOT NULL,
    needs_endorsement BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by BIGINT,
    asked_post BIGINT,
    endorsed_at BIGINT,
    endorsed_by BIGINT,
    endorsed_post BIGINT,
    decided_at BIGINT,
    decided_by BIGINT,
    decided_post BIGINT,
    decision TEXT,
    decision_note TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_requests_by_order ON order_requests (street_id, order_id, id);
CREATE INDEX order_requests_pending ON order_requests (street_id, id) WHERE decided_at IS NULL;
CREATE INDEX order_requests_decided ON order_requests (street_id, decided_at, id) WHERE decided_at IS NOT NULL;
CREATE TABLE order_supervisions (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    organisation_id BIGINT,
    text TEXT NOT NULL,
    reply_by BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT,
    opened_post BIGINT,
    reply TEXT,
    replied_at BIGINT,
    replied_by BIGINT,
    replied_post BIGINT,
    lifted_at BIGINT,
    lifted_by BIGINT,
    lift_note TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_supervisions_by_order ON order_supervisions (street_id, order_id, id);
CREATE TABLE order_escalations (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    clock_id BIGINT NOT NULL,
    level BIGINT NOT NULL,
    post_kind TEXT NOT NULL,
    organisation_id BIGINT,
    at BIGINT NOT NULL,
    look_at BIGINT,
    acknowledged_at BIGINT,
    acknowledged_by BIGINT,
    acknowledged_post BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX order_escalations_once ON order_escalations (street_id, clock_id, level, post_kind);
CREATE INDEX order_escalations_by_order ON order_escalations (street_id, order_id, id);
CREATE INDEX order_escalations_open ON order_escalations (street_id, post_kind, order_id) WHERE acknowledged_at IS NULL;
CREATE INDEX order_escalations_to_look ON order_escalations (street_id, look_at, id) WHERE look_at IS NOT NULL;
CREATE TABLE deadline_changes (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    clock_id BIGINT NOT NULL,
    calendar_before TEXT NOT NULL,
    calendar_after TEXT NOT NULL,
    due_before BIGINT NOT NULL,
    due_after BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX deadline_changes_by_order ON deadline_changes (street_id, order_id, id);
