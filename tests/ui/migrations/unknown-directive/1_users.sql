-- rungs: no-transactoin
VACUUM;
