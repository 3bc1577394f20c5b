CREATE TABLE registry_communities (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE sources (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    key TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    owner TEXT NOT NULL,
    rank BIGINT NOT NULL,
    fields TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    pull_url TEXT,
    mapping TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX sources_by_key ON sources (street_id, key);
CREATE TABLE buildings (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    area BIGINT NOT NULL,
    estate TEXT NOT NULL,
    name TEXT NOT NULL,
    building_key TEXT NOT NULL,
    floors BIGINT,
    lon DOUBLE PRECISION,
    lat DOUBLE PRECISION,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX buildings_by_key ON buildings (street_id, building_key);
CREATE INDEX buildings_by_area ON buildings (street_id, area, id);
CREATE INDEX buildings_by_estate ON buildings (street_id, estate, id);
CREATE TABLE dwellings (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    building_id BIGINT NOT NULL,
    area BIGINT NOT NULL,
    unit TEXT NOT NULL,
    floor BIGINT,
    room TEXT NOT NULL,
    address TEXT NOT NULL,
    dwelling_key TEXT NOT NULL,
    usage TEXT NOT NULL,
    usage_at BIGINT,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX dwellings_by_key ON dwellings (street_id, dwelling_key, unit);
CREATE INDEX dwellings_by_building ON dwellings (street_id, building_id, id);
CREATE TABLE residents (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    area BIGINT NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    reading TEXT NOT NULL,
    initials TEXT NOT NULL,
    sex TEXT NOT NULL,
    birth_date TEXT,
    birth_year BIGINT,
    since TEXT NOT NULL,
    ended_on TEXT,
    moved_to BIGINT,
    merged_into BIGINT,
    chosen TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX residents_by_name ON residents (street_id, name, id);
CREATE INDEX residents_by_reading ON residents (street_id, reading, id);
CREATE INDEX residents_by_initials ON residents (street_id, initials, id);
CREATE INDEX residents_by_area ON residents (street_id, area, id);
CREATE TABLE resident_identifiers (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sealed TEXT NOT NULL,
    value_index BYTEA NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    source TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX resident_identifiers_by_value ON resident_identifiers (street_id, value_index, id);
CREATE INDEX resident_identifiers_by_resident ON resident_identifiers (street_id, resident_id, id);
CREATE TABLE residences (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    dwelling_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT,
    source TEXT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX residences_by_resident ON residences (street_id, resident_id, id);
CREATE INDEX residences_by_dwelling ON residences (street_id, dwelling_id, id);
CREATE TABLE households (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    dwelling_id BIGINT NOT NULL,
    head_id BIGINT,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX households_by_dwelling ON households (street_id, dwelling_id, id);
CREATE TABLE household_members (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    household_id BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    relation TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_to BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX household_members_by_household ON household_members (street_id, household_id, id);
CREATE INDEX household_members_by_resident ON household_members (street_id, resident_id, id);
CREATE TABLE units (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    area BIGINT NOT NULL,
    name TEXT NOT NULL,
    initials TEXT NOT NULL,
    code TEXT,
    kind TEXT NOT NULL,
    dwelling_id BIGINT,
    address TEXT NOT NULL,
    phone_sealed TEXT,
    opened_on TEXT,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX units_by_code ON units (street_id, code) WHERE code IS NOT NULL;
CREATE INDEX units_by_name ON units (street_id, name, id);
CREATE INDEX units_by_initials ON units (street_id, initials, id);
CREATE INDEX units_by_dwelling ON units (street_id, dwelling_id, id);
CREATE TABLE records (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    resident_id BIGINT NOT NULL,
    batch_id BIGINT,
    sealed TEXT NOT NULL,
    content BYTEA NOT NULL,
    said_on TEXT,
    known_from BIGINT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX records_by_source ON records (street_id, source, external_id);
CREATE INDEX records_by_resident ON records (street_id, resident_id, id);
CREATE TABLE hand_overs (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    to_street BIGINT NOT NULL,
    arrived_id BIGINT,
    reason TEXT NOT NULL,
    address TEXT NOT NULL,
    left_on TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by BIGINT,
    answered_at BIGINT,
    answered_by BIGINT,
    answer TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX hand_overs_by_resident ON hand_overs (street_id, resident_id, id);
CREATE TABLE hand_overs_in (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    from_street BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE looks (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    account_id BIGINT,
    post_id BIGINT,
    system_id BIGINT,
    purpose TEXT NOT NULL,
    about TEXT,
    how TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX looks_by_resident ON looks (street_id, resident_id, id);
CREATE INDEX looks_by_account ON looks (street_id, account_id, id);
CREATE TABLE look_counts (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    searches BIGINT NOT NULL,
    looks BIGINT NOT NULL,
    reveals BIGINT NOT NULL,
    exported BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX look_counts_by_day ON look_counts (street_id, account_id, day);
CREATE TABLE look_alarms (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    post_id BIGINT,
    area BIGINT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    counted BIGINT NOT NULL,
    allowed BIGINT NOT NULL,
    raised_at BIGINT NOT NULL,
    reviewed_at BIGINT,
    reviewed_by BIGINT,
    verdict TEXT,
    note TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX look_alarms_by_account ON look_alarms (street_id, account_id, id);
CREATE TABLE look_delays (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    basis TEXT NOT NULL,
    about TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by BIGINT,
    asked_post BIGINT,
    approved_at BIGINT,
    approved_by BIGINT,
    approved_post BIGINT,
    until BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX look_delays_by_resident ON look_delays (street_id, resident_id, id);
CREATE TABLE exports (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    area BIGINT NOT NULL,
    filter TEXT NOT NULL,
    purpose TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by BIGINT,
    asked_post BIGINT,
    decided_at BIGINT,
    decided_by BIGINT,
    decided_post BIGINT,
    decision TEXT,
    decision_note TEXT,
    taken_at BIGINT,
    people BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE resident_keys (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    code_hash TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    issued_by BIGINT,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE TABLE corrections (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    resident_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    field TEXT,
    look_id BIGINT,
    sealed TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    answered_at BIGINT,
    answered_by BIGINT,
    answered_post BIGINT,
    outcome TEXT,
    answer TEXT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX corrections_by_resident ON corrections (street_id, resident_id, id);
CREATE INDEX corrections_open ON corrections (street_id, due_at, id) WHERE answered_at IS NULL;
