-- {{prefix}} belongs before this name.
CREATE TABLE users (id INTEGER PRIMARY KEY);
