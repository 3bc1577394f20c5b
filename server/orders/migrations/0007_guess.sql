CREATE TABLE guess_models (
    id BIGINT NOT NULL PRIMARY KEY,
    trained_at BIGINT NOT NULL,
    trained_by BIGINT,
    documents BIGINT NOT NULL,
    measure TEXT NOT NULL,
    body TEXT NOT NULL
);
