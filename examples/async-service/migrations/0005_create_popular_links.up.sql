CREATE VIEW popular_links AS
SELECT slug, target, visit_count FROM links WHERE visit_count > 0;
