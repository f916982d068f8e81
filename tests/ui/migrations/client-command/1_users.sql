\restrict pBBCNWUc3
CREATE TABLE users (id bigint);
\unrestrict pBBCNWUc3
