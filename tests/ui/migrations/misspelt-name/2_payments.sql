CREATE TABLE biling.payments (invoice bigint REFERENCES billing.invoices);
