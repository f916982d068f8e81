CREATE TABLE posts (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users (id));
CREATE INDEX posts_author ON posts (author);
