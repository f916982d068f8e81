-- Counting all visits for every page of statistics became too slow: keep the count beside the link.
ALTER TABLE links ADD COLUMN visit_count INTEGER NOT NULL DEFAULT 0;

UPDATE links
SET visit_count = (SELECT count(*) FROM visits WHERE visits.slug = links.slug);

CREATE TRIGGER visit_counted AFTER INSERT ON visits
BEGIN
    UPDATE links SET visit_count = visit_count + 1 WHERE slug = new.slug;
END;
