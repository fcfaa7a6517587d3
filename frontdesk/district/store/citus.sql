-- The district's store spread over several servers with Citus, or its reports kept by year in one.
-- For whoever runs the database; the program itself runs none of it. Tried: see the end.

-- 1. Citus: after `frontdesk district --store postgresql://… init`, on the coordinator, before any report has come.
--    What grows is keyed by the centre; everything that is asked beside it is small and stands on every server.

SELECT create_reference_table('centre');
SELECT create_reference_table('centre_key');
SELECT create_reference_table('period_lock');
SELECT create_reference_table('indicator_edition');
SELECT create_reference_table('indicator_assignment');
SELECT create_reference_table('exemption');

-- Triggers do not run on distributed tables. Without them it is the rights that keep what must stay.
DROP TRIGGER report_never_changes ON report;
DROP TRIGGER report_never_emptied ON report;
DROP TRIGGER audit_never_changes ON audit;
DROP TRIGGER audit_never_emptied ON audit;
DROP TRIGGER document_reading_never_changes ON document_reading;
DROP TRIGGER document_reading_never_emptied ON document_reading;
REVOKE UPDATE, DELETE, TRUNCATE ON report, audit, document_reading FROM frontdesk;

-- The key of a distributed table holds the column that it is spread by.
ALTER TABLE audit DROP CONSTRAINT audit_pkey;
ALTER TABLE audit ADD PRIMARY KEY (centre, number);

SELECT create_distributed_table('report', 'centre');
SELECT create_distributed_table('audit', 'centre', colocate_with => 'report');
SELECT create_distributed_table('document_reading', 'centre', colocate_with => 'report');

-- The rest (document, district_key, district_setting, enrolment_code, account, web_session, wrong_password) stays on the
-- coordinator.

-- 2. One server, reports by year of their last day: into a new database, before any report has come.
--    A unique key of a partitioned table holds the column that it is partitioned by, so that the last day joins each of
--    them. The same centre, period and revision have the same last day as long as the centre's week ends on one day; a
--    centre that moves it could report a revision of one week under two last days, and both would be kept. Nor is a
--    report's id told apart between two last days; no program of ours uses one twice.

BEGIN;
ALTER TABLE report RENAME TO report_plain;
ALTER INDEX report_period RENAME TO report_plain_period;
CREATE TABLE report (LIKE report_plain INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)
    PARTITION BY RANGE (last_day);
ALTER TABLE report ADD PRIMARY KEY (centre, report_id, last_day);
ALTER TABLE report ADD UNIQUE (centre, period, revision, last_day);
ALTER TABLE report ADD UNIQUE (centre, content_hash, last_day);
CREATE INDEX report_period ON report (period, centre, revision, received_at);
CREATE TABLE report_2026 PARTITION OF report FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE report_2027 PARTITION OF report FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE report_other PARTITION OF report DEFAULT;
CREATE TRIGGER report_never_changes BEFORE UPDATE OR DELETE ON report FOR EACH ROW EXECUTE FUNCTION stays_as_it_is();
INSERT INTO report SELECT * FROM report_plain;
DROP TABLE report_plain;
COMMIT;

-- Tried: part 2 on PostgreSQL 15 and 18 (tests/district/test_partitions.py): reports are accepted, told apart and added up.
-- Not tried: part 1, for want of a Citus; nor how fast either is.
