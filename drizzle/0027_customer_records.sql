CREATE TABLE "custom_fields" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"key" text NOT NULL,
	"label" text NOT NULL,
	"type" text NOT NULL,
	"options" text[] DEFAULT '{}' NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "customer_addresses" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"address" text NOT NULL,
	"label" text,
	"is_primary" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);--> statement-breakpoint
CREATE TABLE "segments" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "city" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "birthday" date;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "birthday_day" integer GENERATED ALWAYS AS ((extract(month from birthday) * 100 + extract(day from birthday))::integer) STORED;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "custom_fields" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "last_contacted_channel" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "created_by_type" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "created_by_id" text;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "merged_into_id" uuid;--> statement-breakpoint
ALTER TABLE "custom_fields" ADD CONSTRAINT "custom_fields_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_addresses" ADD CONSTRAINT "customer_addresses_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_addresses" ADD CONSTRAINT "customer_addresses_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "segments" ADD CONSTRAINT "segments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "custom_fields_key" ON "custom_fields" USING btree ("organization_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "customer_addresses_phone_key" ON "customer_addresses" USING btree ("organization_id","address") WHERE "customer_addresses"."kind" = 'phone' and "customer_addresses"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "customer_addresses_customer_key" ON "customer_addresses" USING btree ("customer_id","kind","address");--> statement-breakpoint
CREATE UNIQUE INDEX "customer_addresses_primary_key" ON "customer_addresses" USING btree ("customer_id","kind") WHERE "customer_addresses"."is_primary";--> statement-breakpoint
CREATE INDEX "customer_addresses_email_idx" ON "customer_addresses" USING btree ("organization_id","address") WHERE "customer_addresses"."kind" = 'email' and "customer_addresses"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "segments_name_key" ON "segments" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE INDEX "segments_list_idx" ON "segments" USING btree ("organization_id","id");--> statement-breakpoint
-- The primary phone and email of a customer are columns of `customers`; every address stands in `customer_addresses` too.
INSERT INTO customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at, deleted_at)
SELECT c.organization_id, c.id, a.kind, a.address, true, c.created_at, c.deleted_at
FROM customers c CROSS JOIN LATERAL (VALUES ('phone', c.phone), ('email', c.email)) AS a (kind, address)
WHERE a.address IS NOT NULL;--> statement-breakpoint
CREATE FUNCTION copy_new_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at, deleted_at)
  SELECT c.organization_id, c.id, a.kind, a.address, true, c.created_at, c.deleted_at
  FROM inserted c CROSS JOIN LATERAL (VALUES ('phone', c.phone), ('email', c.email)) AS a (kind, address)
  WHERE a.address IS NOT NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_copy_new_addresses AFTER INSERT ON customers
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION copy_new_addresses();--> statement-breakpoint
-- A primary address that is replaced goes, unless it is written again as another address afterwards. Who comes back from the bin finds his
-- conversations.
CREATE FUNCTION copy_changed_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.deleted_at IS DISTINCT FROM OLD.deleted_at THEN
    UPDATE customer_addresses SET deleted_at = NEW.deleted_at WHERE customer_id = NEW.id;
  END IF;
  DELETE FROM customer_addresses a
  WHERE a.customer_id = NEW.id AND a.is_primary
    AND a.address IS DISTINCT FROM CASE a.kind WHEN 'phone' THEN NEW.phone ELSE NEW.email END;
  INSERT INTO customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at, deleted_at)
  SELECT NEW.organization_id, NEW.id, a.kind, a.address, true, NEW.updated_at, NEW.deleted_at
  FROM (VALUES ('phone', NEW.phone), ('email', NEW.email)) AS a (kind, address)
  WHERE a.address IS NOT NULL
  ON CONFLICT (customer_id, kind, address) DO UPDATE SET is_primary = true;
  IF OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN PERFORM join_conversations(NEW.id, '{}'); END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_copy_changed_addresses AFTER UPDATE ON customers FOR EACH ROW
  WHEN (NEW.phone IS DISTINCT FROM OLD.phone OR NEW.email IS DISTINCT FROM OLD.email OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
  EXECUTE FUNCTION copy_changed_addresses();
