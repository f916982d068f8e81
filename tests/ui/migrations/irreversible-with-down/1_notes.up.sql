-- rungs: irreversible
DROP TABLE notes;
