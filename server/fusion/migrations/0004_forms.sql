ALTER TABLE forms ADD COLUMN age_from BIGINT;
ALTER TABLE forms ADD COLUMN age_to BIGINT;
CREATE UNIQUE INDEX form_answers_once ON form_answers (street_id, form_id, community, month);
