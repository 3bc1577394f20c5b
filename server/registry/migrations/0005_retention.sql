CREATE TABLE retention_runs (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    class TEXT NOT NULL,
    before_at BIGINT NOT NULL,
    due BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by BIGINT,
    asked_post BIGINT,
    approved_at BIGINT,
    approved_by BIGINT,
    approved_post BIGINT,
    erased BIGINT NOT NULL,
    done_at BIGINT,
    PRIMARY KEY (street_id, id)
);
