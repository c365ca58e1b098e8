-- Transactions that notify commit one after the other, whoever they belong to: the acks of campaigns do without, and are found a moment later.
-- Whoever tells front ends tells endpoints, in the same transaction: nobody can forget it. Where there is no endpoint it costs one look
-- into an index. An endpoint that is switched off gets no deliveries, but what it missed can be replayed.
CREATE OR REPLACE FUNCTION queue_webhooks() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
