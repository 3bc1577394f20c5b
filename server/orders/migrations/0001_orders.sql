CREATE TABLE orders (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    class TEXT NOT NULL,
    area BIGINT NOT NULL,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    address TEXT NOT NULL,
    description TEXT NOT NULL,
    words TEXT NOT NULL,
    urgent BIGINT NOT NULL,
    photos BIGINT NOT NULL,
    has_contact BIGINT NOT NULL,
    flow TEXT NOT NULL,
    flow_version BIGINT NOT NULL,
    standard_id BIGINT,
    organisation_id BIGINT,
    handled_by BIGINT,
    reported_at BIGINT NOT NULL,
    reported_by BIGINT,
    returned_at BIGINT,
    ended_at BIGINT,
    clock TEXT,
    due_at BIGINT,
    soon_at BIGINT,
    counts_working_time BIGINT NOT NULL,
    queue_at BIGINT NOT NULL,
    stars BIGINT,
    rating_comment TEXT,
    rated_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX orders_by_number ON orders (street_id, number);
CREATE INDEX orders_by_state ON orders (street_id, state, queue_at, id, area, soon_at, returned_at);
CREATE INDEX orders_by_organisation ON orders (street_id, organisation_id, state, queue_at, id) WHERE organisation_id IS NOT NULL;
CREATE INDEX orders_by_class ON orders (street_id, class, reported_at);
CREATE INDEX orders_by_reporter ON orders (street_id, reported_by, id) WHERE reported_by IS NOT NULL;
CREATE TABLE order_steps (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    action TEXT NOT NULL,
    state_from TEXT,
    state_to TEXT NOT NULL,
    at BIGINT NOT NULL,
    account_id BIGINT,
    post_id BIGINT,
    post_organisation_id BIGINT,
    organisation_id BIGINT,
    standard_id BIGINT,
    note TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_steps_by_order ON order_steps (street_id, order_id, id);
CREATE TABLE order_clocks (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    clock TEXT NOT NULL,
    organisation_id BIGINT,
    started_at BIGINT NOT NULL,
    time_limit TEXT NOT NULL,
    rules TEXT NOT NULL,
    calendar TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    soon_at BIGINT NOT NULL,
    provisional BIGINT NOT NULL,
    paused_at BIGINT,
    stopped_at BIGINT,
    overdue_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_clocks_by_order ON order_clocks (street_id, order_id, id);
CREATE TABLE order_pauses (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    clock_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    paused_at BIGINT NOT NULL,
    resumed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_pauses_by_order ON order_pauses (street_id, order_id, id);
CREATE TABLE order_files (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    step_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_files_by_order ON order_files (street_id, order_id, id);
CREATE TABLE order_comments (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    account_id BIGINT,
    post_id BIGINT,
    post_organisation_id BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_comments_by_order ON order_comments (street_id, order_id, id);
CREATE TABLE order_watchers (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX order_watchers_by_account ON order_watchers (street_id, account_id, order_id);
CREATE TABLE order_contacts (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name_sealed TEXT,
    phone_sealed TEXT,
    phone_index BYTEA,
    phone_tail_index BYTEA,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_contacts_by_phone ON order_contacts (street_id, phone_index);
CREATE TABLE order_tracking (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    token_hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE order_counts (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    community BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL,
    reported BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    dispatched BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    resolved BIGINT NOT NULL,
    on_time BIGINT NOT NULL,
    late BIGINT NOT NULL,
    reworked BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    self_resolved BIGINT NOT NULL,
    reopened BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    rated BIGINT NOT NULL,
    stars BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX order_counts_by_day ON order_counts (street_id, day);
