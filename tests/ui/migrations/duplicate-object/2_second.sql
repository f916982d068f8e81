CREATE INDEX by_email ON orders (email);
