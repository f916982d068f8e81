ALTER TYPE state ADD VALUE 'pending';
INSERT INTO tickets (state) VALUES ('pending');
