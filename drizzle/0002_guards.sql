-- The statement is append-only.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;--> statement-breakpoint
CREATE TRIGGER credit_transactions_append_only BEFORE UPDATE OR DELETE ON credit_transactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- campaign_progress follows campaign_recipients, whoever changes them and however many at once.
-- Rows are locked in campaign order, so two batches over the same campaigns cannot deadlock.
CREATE FUNCTION count_recipients_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE campaign_progress p SET
    queued_count = p.queued_count + d.queued, sending_count = p.sending_count + d.sending,
    sent_count = p.sent_count + d.sent, delivered_count = p.delivered_count + d.delivered,
    read_count = p.read_count + d.read, failed_count = p.failed_count + d.failed,
    skipped_count = p.skipped_count + d.skipped, unknown_count = p.unknown_count + d.unknown
  FROM (
    SELECT campaign_id,
      count(*) FILTER (WHERE status = 'queued') AS queued, count(*) FILTER (WHERE status = 'sending') AS sending,
      count(*) FILTER (WHERE status = 'sent') AS sent, count(*) FILTER (WHERE status = 'delivered') AS delivered,
      count(*) FILTER (WHERE status = 'read') AS read, count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'skipped') AS skipped, count(*) FILTER (WHERE status = 'unknown') AS unknown
    FROM added GROUP BY campaign_id
  ) d WHERE p.campaign_id = d.campaign_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_recipients_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE campaign_progress p SET
    queued_count = p.queued_count - d.queued, sending_count = p.sending_count - d.sending,
    sent_count = p.sent_count - d.sent, delivered_count = p.delivered_count - d.delivered,
    read_count = p.read_count - d.read, failed_count = p.failed_count - d.failed,
    skipped_count = p.skipped_count - d.skipped, unknown_count = p.unknown_count - d.unknown
  FROM (
    SELECT campaign_id,
      count(*) FILTER (WHERE status = 'queued') AS queued, count(*) FILTER (WHERE status = 'sending') AS sending,
      count(*) FILTER (WHERE status = 'sent') AS sent, count(*) FILTER (WHERE status = 'delivered') AS delivered,
      count(*) FILTER (WHERE status = 'read') AS read, count(*) FILTER (WHERE status = 'failed') AS failed,
      count(*) FILTER (WHERE status = 'skipped') AS skipped, count(*) FILTER (WHERE status = 'unknown') AS unknown
    FROM removed GROUP BY campaign_id
  ) d WHERE p.campaign_id = d.campaign_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION count_recipients_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM campaign_progress
    WHERE campaign_id IN (SELECT campaign_id FROM after_rows) ORDER BY campaign_id FOR NO KEY UPDATE;
  UPDATE campaign_progress p SET
    queued_count = p.queued_count + d.queued, sending_count = p.sending_count + d.sending,
    sent_count = p.sent_count + d.sent, delivered_count = p.delivered_count + d.delivered,
    read_count = p.read_count + d.read, failed_count = p.failed_count + d.failed,
    skipped_count = p.skipped_count + d.skipped, unknown_count = p.unknown_count + d.unknown
  FROM (
    SELECT campaign_id,
      sum(step) FILTER (WHERE status = 'queued') AS queued, sum(step) FILTER (WHERE status = 'sending') AS sending,
      sum(step) FILTER (WHERE status = 'sent') AS sent, sum(step) FILTER (WHERE status = 'delivered') AS delivered,
      sum(step) FILTER (WHERE status = 'read') AS read, sum(step) FILTER (WHERE status = 'failed') AS failed,
      sum(step) FILTER (WHERE status = 'skipped') AS skipped, sum(step) FILTER (WHERE status = 'unknown') AS unknown
    FROM (
      SELECT campaign_id, status, count(*)::int AS step FROM after_rows GROUP BY 1, 2
      UNION ALL
      SELECT campaign_id, status, -count(*)::int FROM before_rows GROUP BY 1, 2
    ) moves GROUP BY campaign_id
  ) d0 CROSS JOIN LATERAL (
    SELECT coalesce(d0.queued, 0) AS queued, coalesce(d0.sending, 0) AS sending, coalesce(d0.sent, 0) AS sent,
      coalesce(d0.delivered, 0) AS delivered, coalesce(d0.read, 0) AS read, coalesce(d0.failed, 0) AS failed,
      coalesce(d0.skipped, 0) AS skipped, coalesce(d0.unknown, 0) AS unknown
  ) d WHERE p.campaign_id = d0.campaign_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER campaign_recipients_counted_insert AFTER INSERT ON campaign_recipients
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_recipients_inserted();--> statement-breakpoint
CREATE TRIGGER campaign_recipients_counted_delete AFTER DELETE ON campaign_recipients
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION count_recipients_deleted();--> statement-breakpoint
CREATE TRIGGER campaign_recipients_counted_update AFTER UPDATE ON campaign_recipients
  REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION count_recipients_updated();
