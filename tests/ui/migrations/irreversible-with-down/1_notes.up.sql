-- rungs: irreversible
CREATE TABLE notes (text TEXT);
