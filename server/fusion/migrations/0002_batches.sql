ALTER TABLE batches ADD COLUMN held_until BIGINT;
CREATE INDEX batches_by_source ON batches (street_id, source, id);
CREATE INDEX records_by_batch ON records (street_id, batch_id, id);
