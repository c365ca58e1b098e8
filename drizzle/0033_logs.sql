CREATE TABLE "error_groups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"message" text NOT NULL,
	"place" text,
	"level" smallint NOT NULL,
	"count" bigint NOT NULL,
	"first_seen_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"sample" jsonb NOT NULL,
	"search_text" text NOT NULL,
	"resolved_at" timestamp with time zone,
	"resolved_by" uuid,
	"reopened_at" timestamp with time zone,
	"reopenings" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "error_groups" ADD CONSTRAINT "error_groups_resolved_by_users_id_fk" FOREIGN KEY ("resolved_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "error_groups_last_seen_idx" ON "error_groups" USING btree ("last_seen_at","id");--> statement-breakpoint
CREATE INDEX "error_groups_first_seen_idx" ON "error_groups" USING btree ("first_seen_at","id");--> statement-breakpoint
CREATE INDEX "error_groups_count_idx" ON "error_groups" USING btree ("count","id");--> statement-breakpoint
CREATE INDEX "error_groups_open_idx" ON "error_groups" USING btree ("last_seen_at","id") WHERE "error_groups"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "error_groups_search_idx" ON "error_groups" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "error_groups_resolved_by_idx" ON "error_groups" USING btree ("resolved_by") WHERE "error_groups"."resolved_by" is not null;
--> statement-breakpoint
-- A day is dropped at once; what fits no day that was made lies in the rest.
CREATE TABLE "log_lines" (
	"at" timestamp with time zone NOT NULL,
	"id" uuid NOT NULL,
	"xid" bigint DEFAULT (pg_current_xact_id()::text::bigint) NOT NULL,
	"level" smallint NOT NULL,
	"message" text NOT NULL,
	"request_id" text,
	"user_id" uuid,
	"organization_id" uuid,
	"campaign_id" uuid,
	"job" text,
	"process" text NOT NULL,
	"fingerprint" uuid,
	"fields" jsonb NOT NULL,
	"search_text" text NOT NULL,
	CONSTRAINT "log_lines_at_id_pk" PRIMARY KEY("at","id")
) PARTITION BY RANGE ("at");--> statement-breakpoint
CREATE INDEX "log_lines_warnings_idx" ON "log_lines" USING btree ("at","id") WHERE level >= 40;--> statement-breakpoint
CREATE INDEX "log_lines_errors_idx" ON "log_lines" USING btree ("at","id") WHERE level >= 50;--> statement-breakpoint
CREATE INDEX "log_lines_fatal_idx" ON "log_lines" USING btree ("at","id") WHERE level >= 60;--> statement-breakpoint
CREATE INDEX "log_lines_request_idx" ON "log_lines" USING btree ("request_id","at","id") WHERE request_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "log_lines_user_idx" ON "log_lines" USING btree ("user_id","at","id") WHERE user_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "log_lines_organization_idx" ON "log_lines" USING btree ("organization_id","at","id") WHERE organization_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "log_lines_campaign_idx" ON "log_lines" USING btree ("campaign_id","at","id") WHERE campaign_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "log_lines_job_idx" ON "log_lines" USING btree ("job","at","id") WHERE job IS NOT NULL;--> statement-breakpoint
CREATE INDEX "log_lines_fingerprint_idx" ON "log_lines" USING btree ("fingerprint","at","id") WHERE fingerprint IS NOT NULL;--> statement-breakpoint
CREATE INDEX "log_lines_xid_idx" ON "log_lines" USING btree ("xid","id");--> statement-breakpoint
CREATE INDEX "log_lines_search_idx" ON "log_lines" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE TABLE "log_lines_rest" PARTITION OF "log_lines" DEFAULT;
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "request_id" text;
