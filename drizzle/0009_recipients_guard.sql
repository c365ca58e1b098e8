-- What foreign keys from campaign_recipients to campaigns and customers would see to, a statement instead of a row at a time.
-- Whoever deletes a campaign or a customer waits for those who are adding recipients, and they for him.
CREATE FUNCTION check_recipients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT campaign_id FROM added) a LEFT JOIN campaigns c ON c.id = a.campaign_id WHERE c.id IS NULL)
    OR EXISTS (SELECT FROM added a LEFT JOIN customers c ON c.id = a.customer_id WHERE c.id IS NULL)
  THEN
    RAISE foreign_key_violation USING MESSAGE = 'a recipient needs a campaign and a customer that exist', TABLE = 'campaign_recipients';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER campaign_recipients_checked_insert AFTER INSERT ON campaign_recipients
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION check_recipients();--> statement-breakpoint
CREATE FUNCTION refuse_moved_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a recipient stays with its campaign and its customer';
END $$;--> statement-breakpoint
CREATE TRIGGER campaign_recipients_unmoved BEFORE UPDATE OF campaign_id, customer_id ON campaign_recipients
  FOR EACH ROW WHEN (OLD.campaign_id <> NEW.campaign_id OR OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION refuse_moved_recipient();--> statement-breakpoint
CREATE FUNCTION delete_recipients_of_campaigns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM removed) THEN
    LOCK TABLE campaign_recipients IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM campaign_recipients WHERE campaign_id IN (SELECT id FROM removed);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER campaigns_recipients_deleted AFTER DELETE ON campaigns
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION delete_recipients_of_campaigns();--> statement-breakpoint
CREATE FUNCTION keep_customers_of_recipients() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM removed) THEN
    LOCK TABLE campaign_recipients IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM removed c WHERE EXISTS (SELECT FROM campaign_recipients r WHERE r.customer_id = c.id)) THEN
      RAISE foreign_key_violation USING MESSAGE = 'a customer is in a campaign', TABLE = 'customers';
    END IF;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_recipients_kept AFTER DELETE ON customers
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_customers_of_recipients();--> statement-breakpoint
-- PostgreSQL 18 makes them itself, in half the time.
DO $$ BEGIN
  IF current_setting('server_version_num')::int >= 180000 THEN
    CREATE OR REPLACE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
  END IF;
END $$;
