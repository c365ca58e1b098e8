ALTER TABLE "organizations" ADD COLUMN "mail_tracking" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "email_hits" ADD COLUMN "judged_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "email_hits_pending_idx" ON "email_hits" USING btree ("id") WHERE "email_hits"."judged_at" is null;