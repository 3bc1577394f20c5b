CREATE TABLE organisations (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    street BIGINT NOT NULL,
    parent_id BIGINT,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE UNIQUE INDEX organisations_by_key ON organisations (key, street);
CREATE TABLE quotas (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    organisation_id BIGINT NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL,
    quota BIGINT NOT NULL
);
CREATE UNIQUE INDEX quotas_by_organisation ON quotas (organisation_id, kind);
CREATE TABLE grid_duties (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    grid BIGINT NOT NULL,
    role TEXT NOT NULL,
    person_name TEXT NOT NULL,
    account_id BIGINT,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX grid_duties_by_grid ON grid_duties (street_id, grid, role);
CREATE TABLE grid_bodies (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    grid BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE INDEX grid_bodies_by_grid ON grid_bodies (street_id, grid, kind);
