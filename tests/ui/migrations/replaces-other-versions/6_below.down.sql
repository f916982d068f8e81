-- rungs: replaces(5, 6)
DROP TABLE tags;
