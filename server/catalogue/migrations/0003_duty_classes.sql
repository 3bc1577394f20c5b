ALTER TABLE duties ADD COLUMN class_codes TEXT;
