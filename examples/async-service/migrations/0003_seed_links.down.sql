DELETE FROM visits WHERE slug IN ('book', 'std', 'sqlite');
DELETE FROM links WHERE slug IN ('book', 'std', 'sqlite');
