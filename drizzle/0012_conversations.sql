CREATE TABLE "conversation_notes" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"conversation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"instance_id" uuid NOT NULL,
	"customer_id" uuid,
	"phone" text,
	"lid" text,
	"profile_name" text,
	"status" text DEFAULT 'open' NOT NULL,
	"assignee_id" uuid,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"last_message_id" uuid,
	"last_message_at" timestamp with time zone NOT NULL,
	"last_inbound_at" timestamp with time zone,
	"search_text" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lids" (
	"organization_id" uuid NOT NULL,
	"lid" text NOT NULL,
	"phone" text NOT NULL,
	"learnt_at" timestamp with time zone NOT NULL,
	CONSTRAINT "lids_organization_id_lid_pk" PRIMARY KEY("organization_id","lid")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "conversation_id" uuid;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "said_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "typed_on_phone" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "content" jsonb;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "attachment_status" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "edited_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "recalled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "answers_campaign_id" uuid;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "answers_recipient_id" uuid;--> statement-breakpoint
ALTER TABLE "conversation_notes" ADD CONSTRAINT "conversation_notes_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_notes" ADD CONSTRAINT "conversation_notes_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assignee_id_users_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lids" ADD CONSTRAINT "lids_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_notes_list_idx" ON "conversation_notes" USING btree ("conversation_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_customer_key" ON "conversations" USING btree ("instance_id","customer_id") WHERE "conversations"."customer_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_phone_key" ON "conversations" USING btree ("instance_id","phone") WHERE "conversations"."phone" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_lid_key" ON "conversations" USING btree ("instance_id","lid") WHERE "conversations"."lid" is not null;--> statement-breakpoint
CREATE INDEX "conversations_list_idx" ON "conversations" USING btree ("organization_id","status","last_message_at","id");--> statement-breakpoint
CREATE INDEX "conversations_assignee_idx" ON "conversations" USING btree ("organization_id","assignee_id","status","last_message_at","id");--> statement-breakpoint
CREATE INDEX "conversations_by_customer_idx" ON "conversations" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "conversations_search_idx" ON "conversations" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "lids_phone_idx" ON "lids" USING btree ("organization_id","phone");--> statement-breakpoint
CREATE INDEX "messages_conversation_idx" ON "messages" USING btree ("conversation_id","said_at","id") WHERE "messages"."conversation_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_campaign_customer_idx" ON "messages" USING btree ("customer_id","sent_at") WHERE "messages"."campaign_id" is not null and "messages"."sent_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_answers_idx" ON "messages" USING btree ("answers_campaign_id") WHERE "messages"."answers_campaign_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_attachment_idx" ON "messages" USING btree ("id") WHERE "messages"."attachment_status" = 'pending';