CREATE TABLE totals (user_id INTEGER PRIMARY KEY, total INTEGER);
INSERT INTO totals (user_id, total)
SELECT id, sum(total) FROM users JOIN orders ON user_id = users.id GROUP BY 1;
