CREATE TABLE registry_groups (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    basis TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
ALTER TABLE hand_overs ADD COLUMN note TEXT;
