CREATE TABLE duties (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    duty_level TEXT NOT NULL,
    parent_code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    basis TEXT,
    owner TEXT,
    co_owners TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE UNIQUE INDEX duties_in_force ON duties (code) WHERE valid_to IS NULL;
CREATE TABLE case_classes (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE UNIQUE INDEX case_classes_in_force ON case_classes (code) WHERE valid_to IS NULL;
CREATE TABLE standards (
    id BIGINT NOT NULL PRIMARY KEY,
    class_code TEXT NOT NULL,
    open_condition TEXT NOT NULL,
    close_condition TEXT NOT NULL,
    limit_text TEXT NOT NULL,
    organisation_key TEXT NOT NULL,
    basis TEXT,
    emergency BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE UNIQUE INDEX standards_in_force ON standards (class_code, open_condition) WHERE valid_to IS NULL;
CREATE TABLE flows (
    id BIGINT NOT NULL PRIMARY KEY,
    flow_key TEXT NOT NULL,
    flow_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    effective_from BIGINT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX flows_by_version ON flows (flow_key, flow_version);
CREATE TABLE clock_limits (
    id BIGINT NOT NULL PRIMARY KEY,
    flow_key TEXT NOT NULL,
    clock TEXT NOT NULL,
    limit_text TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT
);
CREATE UNIQUE INDEX clock_limits_in_force ON clock_limits (flow_key, clock) WHERE valid_to IS NULL;
CREATE TABLE calendars (
    id BIGINT NOT NULL PRIMARY KEY,
    calendar_year BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX calendars_by_edition ON calendars (calendar_year, edition);
CREATE TABLE rule_sets (
    id BIGINT NOT NULL PRIMARY KEY,
    rule_key TEXT NOT NULL,
    rule_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX rule_sets_by_version ON rule_sets (rule_key, rule_version);
