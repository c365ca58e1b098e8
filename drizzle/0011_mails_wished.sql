ALTER TABLE "user_settings" ADD COLUMN "mail_campaign_finished" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "user_settings" ADD COLUMN "low_credits" integer DEFAULT 50;