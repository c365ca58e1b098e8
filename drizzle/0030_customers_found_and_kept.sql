CREATE TABLE "customer_import_rejects" (
	"import_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"row" integer NOT NULL,
	"cells" jsonb NOT NULL,
	"errors" jsonb NOT NULL,
	CONSTRAINT "customer_import_rejects_import_id_row_pk" PRIMARY KEY("import_id","row")
);--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "file_name" text;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "size_bytes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "format" text;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "reading" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "mapping" jsonb;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "rules" jsonb DEFAULT '{"twins":"overwrite","splitNumbers":true,"dateOrder":"day-first","defaults":{}}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "header" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "skipped_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "warnings" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "customer_import_rejects" ADD CONSTRAINT "customer_import_rejects_import_id_customer_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."customer_imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_import_rejects" ADD CONSTRAINT "customer_import_rejects_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_imports_expiry_idx" ON "customer_imports" USING btree ("expires_at") WHERE "customer_imports"."expires_at" is not null;--> statement-breakpoint
DROP INDEX "customers_contacted_idx";--> statement-breakpoint
DROP INDEX "customers_created_idx";--> statement-breakpoint
CREATE INDEX "customers_name_idx" ON "customers" USING btree ("organization_id",(("first_name" || coalesce(' ' || "last_name", '')) collate "tr-x-icu"),"id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_city_idx" ON "customers" USING btree ("organization_id",("city" collate "tr-x-icu"),"id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_language_idx" ON "customers" USING btree ("organization_id","language","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_created_by_idx" ON "customers" USING btree ("organization_id","created_by_id","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_birthday_idx" ON "customers" USING btree ("organization_id","birthday_day","id") WHERE "customers"."deleted_at" is null and "customers"."birthday_day" is not null;--> statement-breakpoint
CREATE INDEX "customers_custom_fields_idx" ON "customers" USING gin ("custom_fields" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "customers_sms_consent_idx" ON "customers" USING btree ("organization_id","id") WHERE "customers"."deleted_at" is null and "customers"."sms_consent_id" is not null;--> statement-breakpoint
CREATE INDEX "customers_contacted_idx" ON "customers" USING btree ("organization_id","last_contacted_at","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_created_idx" ON "customers" USING btree ("organization_id","created_at","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
ALTER TABLE "suppressions" DROP CONSTRAINT "suppressions_one_address";--> statement-breakpoint
DROP INDEX "suppressions_phone_key";--> statement-breakpoint
ALTER TABLE "custom_fields" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "customer_addresses" ADD COLUMN "hash" text GENERATED ALWAYS AS (address_hash(organization_id, address)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "name_key" text GENERATED ALWAYS AS (fold_text(first_name || ' ' || coalesce(last_name, ''))) STORED;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "phone_hash" text;--> statement-breakpoint
CREATE INDEX "activities_subject_idx" ON "activities" USING btree ("organization_id","subject_type","subject_id","id");--> statement-breakpoint
CREATE INDEX "customers_same_birthday_idx" ON "customers" USING btree ("organization_id","name_key","birthday","id") WHERE "customers"."deleted_at" is null and "customers"."birthday" is not null;--> statement-breakpoint
CREATE INDEX "customers_same_city_idx" ON "customers" USING btree ("organization_id","name_key","city","id") WHERE "customers"."deleted_at" is null and "customers"."city" is not null;--> statement-breakpoint
CREATE INDEX "customers_bin_idx" ON "customers" USING btree ("organization_id","deleted_at","id") WHERE "customers"."deleted_at" is not null and "customers"."erased_at" is null;--> statement-breakpoint
CREATE INDEX "customers_to_erase_idx" ON "customers" USING btree ("deleted_at","id") WHERE "customers"."deleted_at" is not null and "customers"."erased_at" is null;--> statement-breakpoint
CREATE INDEX "customers_merged_idx" ON "customers" USING btree ("merged_into_id") WHERE "customers"."merged_into_id" is not null;--> statement-breakpoint
CREATE INDEX "suppressions_phone_idx" ON "suppressions" USING btree ("organization_id","phone") WHERE "suppressions"."phone" is not null;--> statement-breakpoint
CREATE INDEX "mails_address_idx" ON "mails" USING btree ("organization_id","address");--> statement-breakpoint
CREATE INDEX "webhook_events_customer_idx" ON "webhook_events" USING btree (("data" ->> 'customerId')) WHERE "webhook_events"."data" ->> 'customerId' is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "suppressions_phone_key" ON "suppressions" USING btree ("organization_id","phone_hash","level") WHERE "suppressions"."phone_hash" is not null;--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_one_address" CHECK (num_nonnulls(coalesce("suppressions"."phone_hash", "suppressions"."phone"), "suppressions"."email_hash") = 1);--> statement-breakpoint
-- A suppressed address is known by its hash, whoever writes it.
UPDATE suppressions SET phone_hash = address_hash(organization_id, phone) WHERE phone IS NOT NULL;--> statement-breakpoint
DROP TRIGGER suppressions_hash ON suppressions;--> statement-breakpoint
DROP FUNCTION hash_suppressed_email();--> statement-breakpoint
CREATE FUNCTION hash_suppressed_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.email IS NOT NULL THEN NEW.email_hash := address_hash(NEW.organization_id, NEW.email); END IF;
  IF NEW.phone IS NOT NULL THEN NEW.phone_hash := address_hash(NEW.organization_id, NEW.phone); END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER suppressions_hash BEFORE INSERT OR UPDATE OF email, phone ON suppressions
  FOR EACH ROW EXECUTE FUNCTION hash_suppressed_address();--> statement-breakpoint
-- Makes one of all conversations that one customer has on one number of ours: his own, those of customers he took over from, and those of
-- numbers that are his by now. Messages and notes move to the one kept, what is unread adds up, what was last said stays last.
CREATE FUNCTION join_conversations(of_customer uuid, taken_over uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  his customers%ROWTYPE;
  ids uuid[];
  keepers uuid[];
  gone conversations[];
BEGIN
  SELECT * INTO his FROM customers WHERE id = of_customer;
  PERFORM 1 FROM conversations v
    WHERE v.customer_id = of_customer OR v.customer_id = ANY (taken_over) OR (v.customer_id IS NULL AND v.organization_id = his.organization_id
      AND v.phone IN (SELECT address FROM customer_addresses WHERE customer_id = of_customer AND kind = 'phone' AND deleted_at IS NULL))
    ORDER BY v.id FOR NO KEY UPDATE;
  SELECT array_agg(id ORDER BY id), array_agg(keeper ORDER BY id) INTO ids, keepers FROM (
    SELECT v.id, first_value(v.id) OVER (PARTITION BY v.instance_id
      ORDER BY (v.customer_id = of_customer) DESC NULLS LAST, v.customer_id IS NULL, v.phone IS NULL, v.id) AS keeper
    FROM conversations v
    WHERE v.customer_id = of_customer OR v.customer_id = ANY (taken_over) OR (v.customer_id IS NULL AND v.organization_id = his.organization_id
      AND v.phone IN (SELECT address FROM customer_addresses WHERE customer_id = of_customer AND kind = 'phone' AND deleted_at IS NULL))
  ) found;
  IF ids IS NULL THEN RETURN; END IF;
  UPDATE messages m SET conversation_id = u.keeper FROM unnest(ids, keepers) AS u(id, keeper)
    WHERE m.conversation_id = u.id AND u.id <> u.keeper;
  UPDATE conversation_notes n SET conversation_id = u.keeper FROM unnest(ids, keepers) AS u(id, keeper)
    WHERE n.conversation_id = u.id AND u.id <> u.keeper;
  WITH removed AS (
    DELETE FROM conversations v USING unnest(ids, keepers) AS u(id, keeper) WHERE v.id = u.id AND u.id <> u.keeper RETURNING v AS one
  ) SELECT array_agg(one) INTO gone FROM removed;
  UPDATE conversations v SET unread_count = v.unread_count + s.unread, last_inbound_at = greatest(v.last_inbound_at, s.last_inbound_at),
    status = CASE WHEN s.open THEN 'open' ELSE v.status END, assignee_id = coalesce(v.assignee_id, s.assignee_id),
    profile_name = coalesce(v.profile_name, s.profile_name), phone = coalesce(v.phone, s.phone), lid = coalesce(v.lid, s.lid),
    last_message_id = CASE WHEN s.last_message_at > v.last_message_at THEN s.last_message_id ELSE v.last_message_id END,
    last_message_at = greatest(v.last_message_at, s.last_message_at)
  FROM (
    SELECT u.keeper, sum(g.unread_count) AS unread, max(g.last_inbound_at) AS last_inbound_at, bool_or(g.status = 'open') AS open,
      (array_agg(g.phone ORDER BY g.last_message_at DESC) FILTER (WHERE g.phone IS NOT NULL))[1] AS phone,
      (array_agg(g.lid ORDER BY g.last_message_at DESC) FILTER (WHERE g.lid IS NOT NULL))[1] AS lid,
      (array_agg(g.assignee_id) FILTER (WHERE g.assignee_id IS NOT NULL))[1] AS assignee_id,
      (array_agg(g.profile_name ORDER BY g.last_message_at DESC) FILTER (WHERE g.profile_name IS NOT NULL))[1] AS profile_name,
      (array_agg(g.last_message_id ORDER BY g.last_message_at DESC))[1] AS last_message_id, max(g.last_message_at) AS last_message_at
    FROM unnest(ids, keepers) AS u(id, keeper) JOIN unnest(gone) AS g ON g.id = u.id GROUP BY u.keeper
  ) s WHERE v.id = s.keeper;
  -- a conversation that was put away with its customer has its number back, unless somebody else has it now
  UPDATE conversations v SET phone = his.phone
  WHERE v.id = ANY (keepers) AND v.phone IS NULL AND v.lid IS NULL AND his.phone IS NOT NULL
    AND NOT EXISTS (SELECT FROM conversations o WHERE o.instance_id = v.instance_id AND o.phone = his.phone);
  UPDATE conversations v SET customer_id = of_customer,
    search_text = fold_text(concat_ws(' ', v.profile_name, v.phone)) || E'\n' || his.search_text
  WHERE v.id = ANY (keepers);
  UPDATE messages m SET customer_id = of_customer WHERE m.conversation_id = ANY (keepers) AND m.customer_id IS NULL;
END $$;--> statement-breakpoint
-- Whoever had written from a number that is now a customer's, be it his first or another, is that customer.
DROP TRIGGER customers_conversations_insert ON customers;--> statement-breakpoint
DROP FUNCTION follow_customers_added();--> statement-breakpoint
CREATE FUNCTION follow_addresses_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  one uuid;
BEGIN
  FOR one IN
    SELECT DISTINCT a.customer_id FROM added a JOIN conversations v ON v.organization_id = a.organization_id AND v.phone = a.address
    WHERE a.kind = 'phone' AND a.deleted_at IS NULL AND v.customer_id IS NULL ORDER BY a.customer_id
  LOOP
    PERFORM join_conversations(one, '{}');
  END LOOP;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customer_addresses_conversations AFTER INSERT ON customer_addresses
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION follow_addresses_added();--> statement-breakpoint
-- A customer who is deleted leaves his conversations without a number: whoever writes from it now begins anew. What was said stays until
-- he is erased, and is his again when he is restored.
CREATE OR REPLACE FUNCTION follow_customer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_ids uuid[];
BEGIN
  SELECT array_agg(id) INTO found_ids FROM (
    SELECT v.id FROM conversations v
    WHERE v.customer_id = NEW.id OR (v.organization_id = NEW.organization_id AND v.phone = NEW.phone)
    ORDER BY v.id FOR NO KEY UPDATE
  ) v;
  IF found_ids IS NULL THEN RETURN NULL; END IF;
  IF NEW.deleted_at IS NOT NULL THEN
    UPDATE conversations SET phone = NULL, lid = NULL, search_text = '', status = 'closed', unread_count = 0
    WHERE customer_id = NEW.id AND (phone IS NOT NULL OR lid IS NOT NULL OR search_text <> '');
    RETURN NULL;
  END IF;
  IF OLD.deleted_at IS NOT NULL THEN RETURN NULL; END IF;
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
-- Whoever erases a customer erases his files, and what he sent us.
DROP TRIGGER customers_drop_files ON customers;--> statement-breakpoint
CREATE TRIGGER customers_drop_files AFTER UPDATE OF erased_at ON customers
  FOR EACH ROW WHEN (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL) EXECUTE FUNCTION drop_customer_files();--> statement-breakpoint
-- A recipient stays with its campaign and its customer, or goes to the one who took over from him.
DROP TRIGGER campaign_recipients_unmoved ON campaign_recipients;--> statement-breakpoint
CREATE OR REPLACE FUNCTION refuse_moved_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.campaign_id = NEW.campaign_id AND EXISTS (SELECT FROM customers WHERE id = OLD.customer_id AND merged_into_id = NEW.customer_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a recipient stays with its campaign and its customer';
END $$;--> statement-breakpoint
CREATE TRIGGER campaign_recipients_unmoved BEFORE UPDATE OF campaign_id, customer_id ON campaign_recipients
  FOR EACH ROW WHEN (OLD.campaign_id <> NEW.campaign_id OR OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION refuse_moved_recipient();--> statement-breakpoint
-- Customers who were erased before there was a bin.
UPDATE customers SET erased_at = deleted_at WHERE deleted_at IS NOT NULL AND merged_into_id IS NULL;--> statement-breakpoint
CREATE INDEX "customer_addresses_hash_idx" ON "customer_addresses" USING btree ("organization_id",left("hash", 32)) WHERE "customer_addresses"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "suppressions_hash_idx" ON "suppressions" USING btree ("organization_id",left(coalesce("phone_hash", "email_hash"), 32));--> statement-breakpoint
-- How many addresses there are behind one hash: one. PostgreSQL keeps no count of its own for what an index with a condition computes.
CREATE STATISTICS customer_addresses_hash_stats ON (left(hash, 32)) FROM customer_addresses;--> statement-breakpoint
CREATE STATISTICS suppressions_hash_stats ON (left(coalesce(phone_hash, email_hash), 32)) FROM suppressions;
