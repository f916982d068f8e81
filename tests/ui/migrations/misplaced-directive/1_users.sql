CREATE TABLE users (id INTEGER);
-- rungs: irreversible
