CREATE TABLE "instance_leftovers" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"instance_id" uuid NOT NULL,
	"evolution_server_id" uuid NOT NULL,
	"provider_name" text NOT NULL,
	"checked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "instance_leftovers_providerName_unique" UNIQUE("provider_name")
);
--> statement-breakpoint
CREATE TABLE "platform_settings_versions" (
	"version" integer PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL,
	"changes" jsonb NOT NULL,
	"restored_version" integer,
	"user_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "operator_note" text;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "operator_hold" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "reachable" boolean;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "version" text;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "latency_ms" integer;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "checked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "reachable_since_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "last_error" text;--> statement-breakpoint
ALTER TABLE "evolution_servers" ADD COLUMN "last_error_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "moving_to_server_id" uuid;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "moving_since_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "delay_floor_seconds" integer;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "new_users" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "new_organizations" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "prices" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "retention" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "media" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "features" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_leftovers" ADD CONSTRAINT "instance_leftovers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instance_leftovers" ADD CONSTRAINT "instance_leftovers_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instance_leftovers" ADD CONSTRAINT "instance_leftovers_evolution_server_id_evolution_servers_id_fk" FOREIGN KEY ("evolution_server_id") REFERENCES "public"."evolution_servers"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "instance_leftovers_server_idx" ON "instance_leftovers" USING btree ("evolution_server_id");--> statement-breakpoint
CREATE INDEX "instance_leftovers_instance_idx" ON "instance_leftovers" USING btree ("instance_id");--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_moving_to_server_id_evolution_servers_id_fk" FOREIGN KEY ("moving_to_server_id") REFERENCES "public"."evolution_servers"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_progress_errors_idx" ON "campaign_progress" USING btree (("failed_count" + "unknown_count"),"campaign_id") WHERE "campaign_progress"."failed_count" + "campaign_progress"."unknown_count" > 0;--> statement-breakpoint
CREATE INDEX "campaign_recipients_rate_idx" ON "campaign_recipients" USING btree ("campaign_id","dispatched_at") WHERE "campaign_recipients"."batch" is not null and "campaign_recipients"."dispatched_at" is not null;--> statement-breakpoint
CREATE INDEX "campaigns_created_idx" ON "campaigns" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "campaigns_status_idx" ON "campaigns" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "campaigns_user_idx" ON "campaigns" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "campaigns_organization_idx" ON "campaigns" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "campaigns_name_idx" ON "campaigns" USING gin (fold_text("name") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "instances_moving_idx" ON "instances" USING btree ("moving_to_server_id") WHERE "instances"."moving_to_server_id" is not null;
