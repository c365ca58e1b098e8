CREATE TABLE "campaign_recalls" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"instance_id" uuid NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"sent_after_at" timestamp with time zone NOT NULL,
	"reached_at" timestamp with time zone,
	"reached_id" uuid,
	"total_count" integer DEFAULT 0 NOT NULL,
	"recalled_count" integer DEFAULT 0 NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "waits_until_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recalls" ADD CONSTRAINT "campaign_recalls_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_recalls" ADD CONSTRAINT "campaign_recalls_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_recalls_running_key" ON "campaign_recalls" USING btree ("campaign_id") WHERE "campaign_recalls"."status" = 'running';--> statement-breakpoint
CREATE INDEX "campaign_recalls_list_idx" ON "campaign_recalls" USING btree ("campaign_id","id");--> statement-breakpoint
CREATE INDEX "conversations_all_idx" ON "conversations" USING btree ("organization_id","last_message_at","id");--> statement-breakpoint
CREATE INDEX "conversations_unread_idx" ON "conversations" USING btree ("organization_id","last_message_at","id") WHERE "conversations"."unread_count" > 0;--> statement-breakpoint
CREATE INDEX "conversations_number_idx" ON "conversations" USING btree ("instance_id","last_message_at","id");--> statement-breakpoint
CREATE INDEX "conversations_assigned_idx" ON "conversations" USING btree ("organization_id","assignee_id","last_message_at","id");--> statement-breakpoint
CREATE INDEX "messages_reactions_idx" ON "messages" USING btree ("conversation_id","in_reply_to") WHERE "messages"."conversation_id" is not null and "messages"."kind" = 'reaction';--> statement-breakpoint
CREATE INDEX "messages_lost_single_idx" ON "messages" USING btree ("dispatched_at") WHERE "messages"."campaign_id" is null and "messages"."direction" = 'out' and "messages"."status" = 'unknown';