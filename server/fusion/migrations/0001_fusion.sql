CREATE TABLE batches (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    mapping TEXT NOT NULL,
    heading TEXT NOT NULL,
    content BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    stage TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    unplaced BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    for_review BIGINT NOT NULL,
    problem_zh TEXT,
    problem_en TEXT,
    received_at BIGINT NOT NULL,
    received_by BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE batch_rejects (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    field TEXT NOT NULL,
    reason_zh TEXT NOT NULL,
    reason_en TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX batch_rejects_by_batch ON batch_rejects (street_id, batch_id, id);
CREATE TABLE review_pairs (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    batch_id BIGINT NOT NULL,
    area BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    own_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL,
    weight DOUBLE PRECISION NOT NULL,
    steps TEXT NOT NULL,
    state TEXT NOT NULL,
    order_id BIGINT,
    merge_id BIGINT,
    decided_at BIGINT,
    decided_by BIGINT,
    decided_post BIGINT,
    bulk BIGINT NOT NULL,
    audited_at BIGINT,
    audit TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX review_pairs_waiting ON review_pairs (street_id, weight, id) WHERE state = 'waiting';
CREATE INDEX review_pairs_by_batch ON review_pairs (street_id, batch_id, id);
CREATE INDEX review_pairs_by_own ON review_pairs (street_id, own_id, id);
CREATE INDEX review_pairs_by_other ON review_pairs (street_id, other_id, id);
CREATE TABLE merges (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    kept_id BIGINT NOT NULL,
    gone_id BIGINT NOT NULL,
    moved TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_account BIGINT,
    by_post BIGINT,
    undone_at BIGINT,
    undone_by BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX merges_by_kept ON merges (street_id, kept_id, id);
CREATE INDEX merges_by_gone ON merges (street_id, gone_id, id);
CREATE TABLE apart (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    one_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_account BIGINT,
    by_post BIGINT,
    lifted_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX apart_by_one ON apart (street_id, one_id, id);
CREATE INDEX apart_by_other ON apart (street_id, other_id, id);
CREATE TABLE claims (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    number TEXT NOT NULL,
    source TEXT NOT NULL,
    record_id BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    area BIGINT NOT NULL,
    field TEXT NOT NULL,
    sealed TEXT NOT NULL,
    basis TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by BIGINT,
    made_post BIGINT,
    due_at BIGINT NOT NULL,
    sent_at BIGINT,
    answered_at BIGINT,
    answer TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX claims_by_number ON claims (street_id, number);
CREATE INDEX claims_by_resident ON claims (street_id, resident_id, id);
CREATE INDEX claims_by_state ON claims (street_id, state, id);
CREATE TABLE parcels (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    claim_id BIGINT NOT NULL,
    source TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    try_at BIGINT NOT NULL,
    delivered_at BIGINT,
    problem TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX parcels_waiting ON parcels (street_id, try_at, id) WHERE delivered_at IS NULL;
CREATE TABLE forms (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    basis TEXT NOT NULL,
    every TEXT NOT NULL,
    columns TEXT NOT NULL,
    column_count BIGINT NOT NULL,
    known_count BIGINT NOT NULL,
    seconds_per_cell BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_note TEXT,
    received_at BIGINT NOT NULL,
    received_by BIGINT,
    decided_at BIGINT,
    decided_by BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE form_answers (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    form_id BIGINT NOT NULL,
    community BIGINT NOT NULL,
    month TEXT NOT NULL,
    people BIGINT NOT NULL,
    typed BIGINT NOT NULL,
    filled BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    finished_at BIGINT,
    finished_by BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX form_answers_by_form ON form_answers (street_id, form_id, id);
CREATE INDEX form_answers_by_month ON form_answers (street_id, month, id);
