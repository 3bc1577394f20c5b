ALTER TABLE looks ADD COLUMN reason TEXT;
CREATE TABLE staff_links (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resident_street BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    linked_at BIGINT NOT NULL,
    linked_by BIGINT,
    PRIMARY KEY (street_id, id)
);
