-- From the list that was kept on paper.
INSERT INTO customers (email)
VALUES ('ada@example.com'), ('grace@example.com'), ('ada@example.com');
