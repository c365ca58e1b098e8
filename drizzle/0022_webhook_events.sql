-- What endpoints may be told of what front ends are told live: the catalogue of webhooks/outbound/event-catalogue.ts, which a test
-- holds against this list. Everything else is for front ends only.
CREATE FUNCTION webhook_event_types() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[
    'message.received', 'message.edited', 'message.recalled', 'message.status-changed',
    'campaign.started', 'campaign.paused', 'campaign.resumed', 'campaign.completed', 'campaign.cancelled', 'campaign.failed',
    'instance.status-changed', 'instance.health-changed',
    'customer.opted-out', 'customer.unsubscribed',
    'credits.low'
  ]
$$;--> statement-breakpoint
-- Whether an endpoint that chose so wants an event of the type.
CREATE FUNCTION chooses_event(chosen text[], type text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT chosen && ARRAY['*', split_part(type, '.', 1) || '.*', type]
$$;--> statement-breakpoint
-- Transactions that notify commit one after the other, whoever they belong to: the acks of campaigns do without, and are found a moment later.
-- Whoever tells front ends tells endpoints, in the same transaction: nobody can forget it. Where there is no endpoint it costs one look
-- into an index. An endpoint that is switched off gets no deliveries, but what it missed can be replayed.
CREATE FUNCTION queue_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM (SELECT DISTINCT organization_id FROM told WHERE type = ANY (webhook_event_types())) o
    CROSS JOIN LATERAL (
      SELECT FROM webhook_endpoints e WHERE e.organization_id = o.organization_id AND e.deleted_at IS NULL LIMIT 1) endpoint
  ) THEN
    RETURN NULL;
  END IF;
  WITH wanted AS (
    INSERT INTO webhook_events (organization_id, type, data, occurred_at)
    SELECT t.organization_id, t.type, t.data, t.created_at FROM told t
    WHERE t.type = ANY (webhook_event_types()) AND EXISTS (
      SELECT FROM webhook_endpoints e
      WHERE e.organization_id = t.organization_id AND e.deleted_at IS NULL AND chooses_event(e.events, t.type))
    RETURNING id, organization_id, type, occurred_at
  )
  INSERT INTO webhook_deliveries (organization_id, endpoint_id, event_id, event_type, due_at, created_at)
  SELECT w.organization_id, e.id, w.id, w.type, w.occurred_at, w.occurred_at FROM wanted w
  JOIN webhook_endpoints e ON e.organization_id = w.organization_id AND e.deleted_at IS NULL AND e.enabled AND chooses_event(e.events, w.type);
  IF FOUND AND EXISTS (SELECT FROM told WHERE type <> 'message.status-changed' AND type = ANY (webhook_event_types())) THEN
    PERFORM pg_notify('webhooks', '');
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER live_events_queue_webhooks AFTER INSERT ON live_events
  REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION queue_webhooks();--> statement-breakpoint
-- A campaign that changes its status says so, whoever changed it: a user, the window, an administrator, the end of its list. A window that
-- closes and opens again is no news.
CREATE FUNCTION announce_campaign() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  news text := CASE
    WHEN NEW.status IN ('paused', 'completed', 'cancelled', 'failed') THEN 'campaign.' || NEW.status
    WHEN OLD.status IN ('paused', 'completed', 'cancelled', 'failed') THEN 'campaign.resumed'
    WHEN NEW.status = 'running' AND OLD.started_at IS NULL THEN 'campaign.started'
  END;
BEGIN
  IF news IS NOT NULL THEN
    INSERT INTO live_events (organization_id, type, data, created_at)
    VALUES (NEW.organization_id, news, jsonb_build_object(
      'campaignId', NEW.id, 'channel', NEW.channel, 'status', NEW.status, 'statusReason', NEW.status_reason), NEW.updated_at);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER campaigns_announced AFTER UPDATE OF status ON campaigns
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION announce_campaign();
