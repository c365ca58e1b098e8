-- Conversations follow customers, whoever writes those and however many at once: an unknown number becomes the customer who has it,
-- a conversation is found by its customer's words, goes on under the customer's new phone, and ends when the customer is deleted.
CREATE FUNCTION attach_conversations(conversation_ids uuid[]) RETURNS void LANGUAGE sql AS $$
  UPDATE conversations v SET customer_id = c.id, search_text = split_part(v.search_text, E'\n', 1) || E'\n' || c.search_text
  FROM customers c
  WHERE v.id = ANY(conversation_ids) AND v.customer_id IS NULL
    AND c.organization_id = v.organization_id AND c.phone = v.phone AND c.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM conversations o WHERE o.instance_id = v.instance_id AND o.customer_id = c.id);
  UPDATE messages m SET customer_id = v.customer_id FROM conversations v
  WHERE v.id = ANY(conversation_ids) AND m.conversation_id = v.id AND m.customer_id IS NULL AND v.customer_id IS NOT NULL;
$$;--> statement-breakpoint
CREATE FUNCTION follow_customers_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_ids uuid[];
BEGIN
  SELECT array_agg(id) INTO found_ids FROM (
    SELECT v.id FROM added a JOIN conversations v ON v.organization_id = a.organization_id AND v.phone = a.phone
    WHERE v.customer_id IS NULL ORDER BY v.id FOR NO KEY UPDATE OF v
  ) v;
  IF found_ids IS NOT NULL THEN PERFORM attach_conversations(found_ids); END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_conversations_insert AFTER INSERT ON customers
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION follow_customers_added();--> statement-breakpoint
CREATE FUNCTION follow_customer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_ids uuid[];
BEGIN
  SELECT array_agg(id) INTO found_ids FROM (
    SELECT v.id FROM conversations v
    WHERE v.customer_id = NEW.id OR (v.organization_id = NEW.organization_id AND v.phone = NEW.phone)
    ORDER BY v.id FOR NO KEY UPDATE
  ) v;
  IF found_ids IS NULL THEN RETURN NULL; END IF;
  IF NEW.deleted_at IS NOT NULL THEN
    -- what he said and was told is erased by a job; whoever writes from his number now begins anew
    DELETE FROM lids l USING conversations v
    WHERE v.customer_id = NEW.id AND l.organization_id = v.organization_id AND (l.phone = v.phone OR l.lid = v.lid);
    UPDATE conversations SET phone = NULL, lid = NULL, profile_name = NULL, search_text = '', status = 'closed', unread_count = 0
    WHERE customer_id = NEW.id;
    RETURN NULL;
  END IF;
  IF NEW.phone IS DISTINCT FROM OLD.phone AND NEW.phone IS NOT NULL THEN
    -- where the new phone has a conversation of its own, the old one is the old number's again
    UPDATE conversations v SET customer_id = NULL, search_text = split_part(v.search_text, E'\n', 1)
    WHERE v.customer_id = NEW.id AND v.phone IS DISTINCT FROM NEW.phone
      AND EXISTS (SELECT FROM conversations o WHERE o.instance_id = v.instance_id AND o.phone = NEW.phone);
    UPDATE conversations v SET phone = NEW.phone, lid = NULL, search_text = replace(v.search_text, coalesce(v.phone, ''), NEW.phone)
    WHERE v.customer_id = NEW.id AND v.phone IS DISTINCT FROM NEW.phone;
    PERFORM attach_conversations(found_ids);
  END IF;
  UPDATE conversations SET search_text = split_part(search_text, E'\n', 1) || E'\n' || NEW.search_text WHERE customer_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_conversations_update AFTER UPDATE OF phone, search_text, deleted_at ON customers
  FOR EACH ROW WHEN (OLD.phone IS DISTINCT FROM NEW.phone OR OLD.search_text <> NEW.search_text OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
  EXECUTE FUNCTION follow_customer_changed();
