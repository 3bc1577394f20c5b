CREATE TABLE review_decisions (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    pair_id BIGINT NOT NULL,
    decision TEXT NOT NULL,
    order_id BIGINT,
    merge_id BIGINT,
    apart_id BIGINT,
    bulk BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_account BIGINT,
    by_post BIGINT,
    undone_at BIGINT,
    undone_by BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX review_decisions_by_pair ON review_decisions (street_id, pair_id, id);
CREATE INDEX review_decisions_in_bulk ON review_decisions (street_id, id) WHERE bulk = 1;
CREATE INDEX review_pairs_decided ON review_pairs (street_id, decided_at, id) WHERE decided_at IS NOT NULL;
CREATE INDEX review_pairs_sampled ON review_pairs (street_id, audit, id) WHERE audit IS NOT NULL;
ALTER TABLE claims ADD COLUMN answered_by BIGINT;
ALTER TABLE claims ADD COLUMN closed_at BIGINT;
CREATE INDEX claims_by_source ON claims (street_id, source, state, id);
CREATE INDEX parcels_by_claim ON parcels (street_id, claim_id, id);
CREATE TABLE source_outlets (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    source TEXT NOT NULL,
    push_url TEXT,
    system_id BIGINT,
    set_at BIGINT NOT NULL,
    set_by BIGINT,
    PRIMARY KEY (street_id, id)
);
