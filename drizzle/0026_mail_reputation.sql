CREATE TABLE "identity_provider_days" (
	"identity_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"day" date NOT NULL,
	"provider" text NOT NULL,
	"sent_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "identity_provider_days_identity_id_day_provider_pk" PRIMARY KEY("identity_id","day","provider")
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "reputation_mark" jsonb;--> statement-breakpoint
ALTER TABLE "sending_identities" ADD COLUMN "provider_warm_up" jsonb;--> statement-breakpoint
ALTER TABLE "platform_settings" ADD COLUMN "mail_guard" jsonb DEFAULT '{"minimumMails":500,"bouncePercent":5,"complaintPercent":0.1}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "identity_provider_days" ADD CONSTRAINT "identity_provider_days_identity_id_sending_identities_id_fk" FOREIGN KEY ("identity_id") REFERENCES "public"."sending_identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaign_recipients_complained_idx" ON "campaign_recipients" USING btree ("campaign_id") WHERE "campaign_recipients"."complained_at" is not null;