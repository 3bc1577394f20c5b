ALTER TABLE orders ADD COLUMN attendances BIGINT NOT NULL DEFAULT 0;
CREATE TABLE order_obligations (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    duty_code TEXT,
    clause TEXT,
    note TEXT,
    sent_at BIGINT NOT NULL,
    sent_by BIGINT,
    signed_at BIGINT,
    done_at BIGINT,
    done_note TEXT,
    done_step_id BIGINT,
    released_at BIGINT,
    release_reason TEXT,
    clock_id BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_obligations_by_order ON order_obligations (street_id, order_id, id);
CREATE INDEX order_obligations_by_unit ON order_obligations (street_id, organisation_id, id);
CREATE TABLE order_attendances (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    place TEXT NOT NULL,
    arrive_by BIGINT NOT NULL,
    note TEXT,
    summoned_at BIGINT NOT NULL,
    summoned_by BIGINT,
    acknowledged_at BIGINT,
    acknowledged_by BIGINT,
    arrived_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_attendances_by_order ON order_attendances (street_id, order_id, id);
CREATE INDEX order_attendances_by_unit ON order_attendances (street_id, organisation_id, order_id);
CREATE TABLE order_rulings (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    area BIGINT NOT NULL,
    returned_by BIGINT,
    return_step_id BIGINT,
    designated BIGINT NOT NULL,
    class TEXT NOT NULL,
    duty_code TEXT,
    clause TEXT NOT NULL,
    reason TEXT NOT NULL,
    charged_to TEXT NOT NULL,
    charged_minutes BIGINT NOT NULL,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    post_id BIGINT,
    post_organisation_id BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_rulings_by_order ON order_rulings (street_id, order_id, id);
CREATE INDEX order_rulings_by_class ON order_rulings (street_id, class, id);
