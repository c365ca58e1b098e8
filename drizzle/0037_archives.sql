CREATE TABLE "archive_exports" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"subject_id" uuid,
	"language" text NOT NULL,
	"include_files" boolean NOT NULL,
	"passphrase_sealed" text,
	"with_secrets" boolean NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"status_reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"done_tables" integer DEFAULT 0 NOT NULL,
	"total_tables" integer DEFAULT 0 NOT NULL,
	"done_rows" bigint DEFAULT 0 NOT NULL,
	"total_rows" bigint DEFAULT 0 NOT NULL,
	"done_bytes" bigint DEFAULT 0 NOT NULL,
	"storage_key" text,
	"size_bytes" bigint,
	"sha256" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"expires_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "archive_imports" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"target_id" uuid,
	"emails" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"passphrase_sealed" text,
	"status" text DEFAULT 'checking' NOT NULL,
	"status_reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"report" jsonb,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"done_rows" bigint DEFAULT 0 NOT NULL,
	"total_rows" bigint DEFAULT 0 NOT NULL,
	"storage_key" text,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"result_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "archive_exports" ADD CONSTRAINT "archive_exports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "archive_imports" ADD CONSTRAINT "archive_imports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "archive_exports_list_idx" ON "archive_exports" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "archive_exports_kept_idx" ON "archive_exports" USING btree ("expires_at") WHERE "archive_exports"."storage_key" is not null;--> statement-breakpoint
CREATE INDEX "archive_exports_open_idx" ON "archive_exports" USING btree ("created_at") WHERE "archive_exports"."status" in ('pending', 'running');--> statement-breakpoint
CREATE INDEX "archive_imports_list_idx" ON "archive_imports" USING btree ("id");--> statement-breakpoint
CREATE INDEX "archive_imports_kept_idx" ON "archive_imports" USING btree ("expires_at") WHERE "archive_imports"."storage_key" is not null;
--> statement-breakpoint
-- Rows that an archive brings are as they were where it was made: what triggers would derive from them is among them already, and is not
-- told again. Only a transaction that says so itself is taken for one that puts in an archive.
CREATE FUNCTION is_importing() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('ulak.importing', true) = 'on', false)
$$;--> statement-breakpoint
-- To be called at the end of every migration that makes triggers. Those that only look at a row, or fill in its own columns, go on.
CREATE FUNCTION hold_triggers_while_importing() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  one record;
  made text;
BEGIN
  FOR one IN
    SELECT t.tgname, t.tgrelid::regclass AS owner, pg_get_triggerdef(t.oid) AS made FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND pg_get_triggerdef(t.oid) NOT LIKE '%is_importing()%'
      AND t.tgname NOT IN ('suppressions_hash', 'campaign_recipients_checked_insert')
      -- the audit trail is append-only for archives too
      AND pg_get_triggerdef(t.oid) NOT LIKE '%guard_activities()'
  LOOP
    IF one.made LIKE '% WHEN (%' THEN
      made := regexp_replace(one.made, ' WHEN \((.*)\) EXECUTE FUNCTION ', ' WHEN (NOT is_importing() AND (\1)) EXECUTE FUNCTION ');
    ELSE
      made := replace(one.made, ' EXECUTE FUNCTION ', ' WHEN (NOT is_importing()) EXECUTE FUNCTION ');
    END IF;
    EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.owner);
    EXECUTE made;
  END LOOP;
END $$;--> statement-breakpoint
SELECT hold_triggers_while_importing();
