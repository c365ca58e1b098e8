-- A suppressed email address is known by its hash, whoever writes it.
CREATE FUNCTION hash_suppressed_email() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.email IS NOT NULL THEN NEW.email_hash := address_hash(NEW.organization_id, NEW.email); END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER suppressions_hash BEFORE INSERT OR UPDATE OF email ON suppressions
  FOR EACH ROW EXECUTE FUNCTION hash_suppressed_email();--> statement-breakpoint
-- Consent is a history; what holds now is derived from it.
CREATE TRIGGER consents_append_only BEFORE UPDATE ON consents
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE FUNCTION derive_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM customers WHERE id IN (SELECT customer_id FROM added) ORDER BY id FOR NO KEY UPDATE;
  UPDATE customers c SET
    email_consent_id = CASE WHEN d.touches_email THEN d.email ELSE c.email_consent_id END,
    whatsapp_consent_id = CASE WHEN d.touches_whatsapp THEN d.whatsapp ELSE c.whatsapp_consent_id END,
    sms_consent_id = CASE WHEN d.touches_sms THEN d.sms ELSE c.sms_consent_id END
  FROM (
    SELECT customer_id,
      bool_or(channel = 'email') AS touches_email, bool_or(channel = 'whatsapp') AS touches_whatsapp,
      bool_or(channel = 'sms') AS touches_sms,
      max(given::text) FILTER (WHERE channel = 'email')::uuid AS email,
      max(given::text) FILTER (WHERE channel = 'whatsapp')::uuid AS whatsapp,
      max(given::text) FILTER (WHERE channel = 'sms')::uuid AS sms
    FROM (
      SELECT t.customer_id, t.channel, (
        SELECT CASE WHEN h.state = 'given' THEN h.id END FROM consents h
        WHERE h.customer_id = t.customer_id AND h.channel = t.channel AND h.purpose = 'marketing'
        ORDER BY h.given_at DESC, h.id DESC LIMIT 1
      ) AS given
      FROM (SELECT DISTINCT customer_id, channel FROM added WHERE purpose = 'marketing') t
    ) latest GROUP BY customer_id
  ) d WHERE c.id = d.customer_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER consents_derived AFTER INSERT ON consents
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION derive_consent();
