CREATE TABLE indicators (
    id BIGINT NOT NULL PRIMARY KEY,
    indicator_key TEXT NOT NULL,
    indicator_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX indicators_by_version ON indicators (indicator_key, indicator_version);
CREATE TABLE scorecards (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    scorecard_key TEXT NOT NULL,
    scorecard_version BIGINT NOT NULL,
    body TEXT NOT NULL,
    effective_from BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX scorecards_by_version ON scorecards (street_id, scorecard_key, scorecard_version);
CREATE TABLE freezes (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    scorecard_key TEXT NOT NULL,
    month BIGINT NOT NULL,
    body TEXT NOT NULL,
    frozen_at BIGINT NOT NULL,
    post_id BIGINT,
    objections_until BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX freezes_by_month ON freezes (street_id, scorecard_key, month);
CREATE TABLE frozen_lists (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    freeze_id BIGINT NOT NULL,
    indicator_key TEXT NOT NULL,
    organisation_id BIGINT NOT NULL,
    cases TEXT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX frozen_lists_by_freeze ON frozen_lists (street_id, freeze_id, indicator_key, organisation_id);
CREATE TABLE score_revisions (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    freeze_id BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    objection_id BIGINT,
    digits TEXT NOT NULL,
    digest TEXT NOT NULL,
    revised_at BIGINT NOT NULL,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX score_revisions_by_freeze ON score_revisions (street_id, freeze_id, revision);
CREATE TABLE objections (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    freeze_id BIGINT NOT NULL,
    indicator_key TEXT NOT NULL,
    organisation_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    order_number TEXT NOT NULL,
    reason TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    raised_by BIGINT NOT NULL,
    upheld BIGINT,
    decision_reason TEXT,
    decided_at BIGINT,
    decided_by BIGINT,
    PRIMARY KEY (street_id, id)
);
CREATE UNIQUE INDEX objections_by_case ON objections (street_id, freeze_id, indicator_key, organisation_id, order_id);
