CREATE UNIQUE INDEX tenures_open ON tenures (post_id, account_id) WHERE valid_to IS NULL;
