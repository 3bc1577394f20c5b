CREATE INDEX residents_by_merged ON residents (street_id, merged_into, id) WHERE merged_into IS NOT NULL;
CREATE INDEX look_delays_running ON look_delays (street_id, until, id) WHERE approved_at IS NOT NULL;
