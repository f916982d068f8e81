DROP VIEW popular_links;
