ALTER TABLE order_counts ADD COLUMN signed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN verified BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN reopened_later BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN satisfied BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN handling_met BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN handling_missed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN handling_exempt BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN closing_met BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN closing_missed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN closing_exempt BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN response_met BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN response_missed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN hotline_closed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN hotline_dropped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN hotline_rated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_counts ADD COLUMN hotline_satisfied BIGINT NOT NULL DEFAULT 0;
CREATE TABLE order_verdicts (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    judged TEXT NOT NULL,
    organisation_id BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    judged_at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_verdicts_by_moment ON order_verdicts (street_id, judged, judged_at, id);
CREATE INDEX order_steps_by_action ON order_steps (street_id, action, at, id);
