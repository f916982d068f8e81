CREATE TABLE colours (id int, name text);
COPY colours (id, name) FROM stdin;
1	red
2	green
\.
