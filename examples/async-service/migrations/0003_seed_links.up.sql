INSERT INTO links (slug, target) VALUES
    ('book', 'https://doc.rust-lang.org/book/'),
    ('std', 'https://doc.rust-lang.org/std/'),
    ('sqlite', 'https://sqlite.org/lang.html');
