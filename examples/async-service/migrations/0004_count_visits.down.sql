DROP TRIGGER visit_counted;
ALTER TABLE links DROP COLUMN visit_count;
