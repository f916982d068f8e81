DROP TABLE users;
-- rungs: irreversible
