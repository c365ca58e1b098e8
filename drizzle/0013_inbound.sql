CREATE TABLE "early_amendments" (
	"instance_id" uuid NOT NULL,
	"provider_message_id" text NOT NULL,
	"type" text NOT NULL,
	"from_me" boolean NOT NULL,
	"body" text,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "early_amendments_instance_id_provider_message_id_type_pk" PRIMARY KEY("instance_id","provider_message_id","type")
);
--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "reply_days" integer DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "replied_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "compared_until_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "instances" ADD COLUMN "compared_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "early_amendments_created_at_idx" ON "early_amendments" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "campaign_recipients_replied_idx" ON "campaign_recipients" USING btree ("campaign_id","position") WHERE "campaign_recipients"."replied_at" is not null;--> statement-breakpoint
CREATE INDEX "conversations_by_phone_idx" ON "conversations" USING btree ("organization_id","phone") WHERE "conversations"."phone" is not null;