CREATE TABLE areas (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    initials TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    successors TEXT NOT NULL
);
CREATE TABLE area_boundaries (
    id BIGINT NOT NULL PRIMARY KEY REFERENCES areas (id),
    version BIGINT NOT NULL,
    geometry TEXT NOT NULL,
    label_lon DOUBLE PRECISION NOT NULL,
    label_lat DOUBLE PRECISION NOT NULL
);
CREATE TABLE roads (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    initials TEXT NOT NULL,
    geometry TEXT NOT NULL,
    label_lon DOUBLE PRECISION NOT NULL,
    label_lat DOUBLE PRECISION NOT NULL
);
CREATE TABLE places (
    id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    initials TEXT NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    lat DOUBLE PRECISION NOT NULL
);
