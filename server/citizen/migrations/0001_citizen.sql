CREATE TABLE order_urges (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX order_urges_by_day ON order_urges (street_id, order_id, day);
