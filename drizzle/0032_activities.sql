ALTER TABLE "activities" ADD COLUMN "changes" jsonb;--> statement-breakpoint
ALTER TABLE "activities" ADD COLUMN "impersonator_id" uuid;--> statement-breakpoint
ALTER TABLE "activities" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "last_used_at" timestamp with time zone;
--> statement-breakpoint
-- The audit trail by month. What there is becomes the default partition; 0034 moves it into its months.
DROP INDEX "activities_organization_idx";--> statement-breakpoint
DROP INDEX "activities_user_idx";--> statement-breakpoint
DROP INDEX "activities_customer_idx";--> statement-breakpoint
DROP INDEX "activities_subject_idx";--> statement-breakpoint
ALTER TABLE "activities" DROP CONSTRAINT "activities_pkey";--> statement-breakpoint
ALTER TABLE "activities" RENAME TO "activities_default";--> statement-breakpoint
CREATE TABLE "activities" (LIKE "activities_default" INCLUDING DEFAULTS) PARTITION BY RANGE ("created_at");--> statement-breakpoint
ALTER TABLE "activities" ADD CONSTRAINT "activities_id_created_at_pk" PRIMARY KEY ("id","created_at");--> statement-breakpoint
CREATE INDEX "activities_created_at_idx" ON "activities" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "activities_organization_verb_idx" ON "activities" USING btree ("organization_id","verb","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_verb_idx" ON "activities" USING btree ("verb","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_organization_actor_type_idx" ON "activities" USING btree ("organization_id","actor_type","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_actor_type_idx" ON "activities" USING btree ("actor_type","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_actor_idx" ON "activities" USING btree ("actor_id","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_impersonator_idx" ON "activities" USING btree ("impersonator_id","created_at","id") WHERE "activities"."impersonator_id" is not null;--> statement-breakpoint
CREATE INDEX "activities_impersonated_idx" ON "activities" USING btree ("organization_id","created_at","id") WHERE "activities"."impersonator_id" is not null;--> statement-breakpoint
CREATE INDEX "activities_address_idx" ON "activities" USING btree ("address","created_at","id") WHERE "activities"."address" is not null;--> statement-breakpoint
CREATE INDEX "activities_request_idx" ON "activities" USING btree ("request_id","created_at","id") WHERE "activities"."request_id" is not null;--> statement-breakpoint
CREATE INDEX "activities_organization_idx" ON "activities" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_user_idx" ON "activities" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "activities_customer_idx" ON "activities" USING btree (("details" ->> 'customerId')) WHERE "activities"."details" ? 'customerId';--> statement-breakpoint
CREATE INDEX "activities_subject_idx" ON "activities" USING btree ("subject_id","created_at","id");--> statement-breakpoint
ALTER TABLE "activities" ATTACH PARTITION "activities_default" DEFAULT;
--> statement-breakpoint
-- Append-only, for everybody: what was written is never changed or deleted. `erase_activities` may take away what a row says of a person, and nothing else.
CREATE FUNCTION guard_activities() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  called_by text;
BEGIN
  IF TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN
    GET DIAGNOSTICS called_by = PG_CONTEXT;
    IF called_by ~ '\serase_activities\(uuid,uuid\)' AND NEW.details = '{}' AND NEW.changes IS NULL
      AND to_jsonb(NEW) - '{details,changes}'::text[] = to_jsonb(OLD) - '{details,changes}'::text[] THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'activities is append-only';
END $$;--> statement-breakpoint
CREATE TRIGGER activities_append_only BEFORE UPDATE OR DELETE ON activities FOR EACH ROW EXECUTE FUNCTION guard_activities();--> statement-breakpoint
CREATE TRIGGER activities_no_truncate BEFORE TRUNCATE ON activities FOR EACH STATEMENT EXECUTE FUNCTION guard_activities();--> statement-breakpoint
CREATE TRIGGER activities_no_truncate BEFORE TRUNCATE ON activities_default FOR EACH STATEMENT EXECUTE FUNCTION guard_activities();--> statement-breakpoint
-- Erases what the audit trail says of one customer beyond that something was done: of him, and of what hangs on him. Called before that is gone.
CREATE FUNCTION erase_activities(organization uuid, customer uuid) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  touched bigint;
BEGIN
  WITH about AS (
    SELECT 'customer' AS kind, customer::text AS id
    UNION ALL SELECT 'appointment', a.id::text FROM appointments a WHERE a.customer_id = customer
    UNION ALL SELECT 'appointment-series', s.id::text FROM appointment_series s WHERE s.customer_id = customer
    UNION ALL SELECT 'interaction', i.id::text FROM customer_interactions i WHERE i.customer_id = customer
    UNION ALL SELECT 'customer-file', f.id::text FROM customer_files f WHERE f.customer_id = customer
    UNION ALL SELECT 'conversation', c.id::text FROM conversations c WHERE c.customer_id = customer
  ), found AS (
    SELECT a.id, a.created_at FROM about JOIN activities a ON a.subject_id = about.id AND a.subject_type = about.kind
      WHERE a.organization_id = organization
    UNION SELECT a.id, a.created_at FROM activities a
      WHERE a.details ? 'customerId' AND a.details ->> 'customerId' = customer::text AND a.organization_id = organization
  )
  UPDATE activities a SET details = '{}', changes = NULL FROM found
    WHERE a.id = found.id AND a.created_at = found.created_at AND (a.details <> '{}' OR a.changes IS NOT NULL);
  GET DIAGNOSTICS touched = ROW_COUNT;
  RETURN touched;
END $$;--> statement-breakpoint
-- Makes the partition of a month, with what the default partition has of it; false: it is there. Processes take turns; a lock that does not come
-- within half a second is an error, and the next call makes it. Bounds are UTC.
CREATE FUNCTION make_activity_month(month date) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' SET timezone = 'UTC' AS $$
DECLARE
  partition text := 'activities_' || to_char(month, 'YYYY_MM');
  from_at timestamptz := date_trunc('month', month::timestamp);
  until_at timestamptz := date_trunc('month', month::timestamp) + interval '1 month';
BEGIN
  PERFORM pg_advisory_xact_lock(7105252);
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE activities INCLUDING DEFAULTS)', partition);
  -- no writer but one of a month without a partition waits for this, and no reader holds it when it is asked for more
  LOCK TABLE activities_default IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM activities_default WHERE created_at >= from_at AND created_at < until_at) THEN
    ALTER TABLE activities_default DISABLE TRIGGER activities_append_only;
    EXECUTE format('WITH moved AS (DELETE FROM activities_default WHERE created_at >= $1 AND created_at < $2 RETURNING *)
      INSERT INTO %I SELECT * FROM moved', partition) USING from_at, until_at;
    ALTER TABLE activities_default ENABLE TRIGGER activities_append_only;
  END IF;
  EXECUTE format('ALTER TABLE activities ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, from_at, until_at);
  EXECUTE format('CREATE TRIGGER activities_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION guard_activities()', partition);
  RETURN true;
END $$;--> statement-breakpoint
-- Takes the partition of a month out of the table, to be dropped: retention. With a default partition there is no DETACH CONCURRENTLY, so
-- writers wait for it half a second at the longest.
CREATE FUNCTION detach_activity_month(month date) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  partition text := 'activities_' || to_char(month, 'YYYY_MM');
BEGIN
  IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(partition) AND inhparent = 'activities'::regclass) THEN
    EXECUTE format('ALTER TABLE activities DETACH PARTITION %I', partition);
  END IF;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION erase_activities(uuid, uuid), make_activity_month(date), detach_activity_month(date) FROM PUBLIC;--> statement-breakpoint
DO $$
DECLARE
  month date;
BEGIN
  FOR month IN SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC')::date FROM activities_default LOOP
    PERFORM make_activity_month(month);
  END LOOP;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ulak_tenant') THEN
    GRANT EXECUTE ON FUNCTION erase_activities(uuid, uuid) TO ulak_tenant;
  END IF;
END $$;
