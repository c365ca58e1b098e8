CREATE TABLE "consents" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"purpose" text DEFAULT 'marketing' NOT NULL,
	"state" text NOT NULL,
	"source" text NOT NULL,
	"wording" text,
	"address_hash" text,
	"given_at" timestamp with time zone NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" text,
	"ip" text,
	"evidence" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carrier_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "carrier_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"carrier" text NOT NULL,
	"notice_id" text NOT NULL,
	"payload" jsonb NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_at" timestamp with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "carrier_rates" (
	"carrier" text PRIMARY KEY NOT NULL,
	"rate_per_second" double precision NOT NULL,
	"factor" double precision DEFAULT 1 NOT NULL,
	"tokens" double precision DEFAULT 0 NOT NULL,
	"filled_at" timestamp with time zone NOT NULL,
	"daily_quota" integer,
	"sent_in_day" integer DEFAULT 0 NOT NULL,
	"quota_read_at" timestamp with time zone,
	"throttled_at" timestamp with time zone,
	"closed_until_at" timestamp with time zone,
	"closed_reason" text
);
--> statement-breakpoint
CREATE TABLE "email_batches" (
	"campaign_id" uuid NOT NULL,
	"batch" integer NOT NULL,
	"organization_id" uuid NOT NULL,
	"due_at" timestamp with time zone,
	"leased_by" uuid,
	"lease_until_at" timestamp with time zone,
	"fence" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "email_batches_campaign_id_batch_pk" PRIMARY KEY("campaign_id","batch")
);
--> statement-breakpoint
CREATE TABLE "email_contents" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"language" text NOT NULL,
	"subject" text NOT NULL,
	"other_subject" text,
	"preheader" text,
	"source" jsonb NOT NULL,
	"html" text NOT NULL,
	"plain" text NOT NULL,
	"links" text[] DEFAULT '{}' NOT NULL,
	"size_bytes" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "email_hits" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "email_hits_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"organization_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"link" smallint,
	"automated" text,
	"user_agent" text,
	"hit_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity_days" (
	"identity_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"day" date NOT NULL,
	"sent_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "identity_days_identity_id_day_pk" PRIMARY KEY("identity_id","day")
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid,
	"kind" text NOT NULL,
	"language" text NOT NULL,
	"address" text NOT NULL,
	"data" jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"status_reason" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"dispatched_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sandbox_mails" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"sender" text NOT NULL,
	"recipients" text[] NOT NULL,
	"subject" text NOT NULL,
	"raw" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"rejected" boolean DEFAULT false NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sending_identities" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"from_name" text NOT NULL,
	"from_email" text NOT NULL,
	"domain" text NOT NULL,
	"reply_to" text,
	"trade_name" text NOT NULL,
	"contact" text NOT NULL,
	"carrier" text NOT NULL,
	"smtp_url_sealed" text,
	"dkim_selector" text NOT NULL,
	"dkim_key_sealed" text NOT NULL,
	"dkim_public_key" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"status_reason" text,
	"records" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"warm_up_since" date,
	"checked_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "subject_tests" (
	"campaign_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"share_percent" smallint NOT NULL,
	"winner_by" text NOT NULL,
	"after_minutes" integer NOT NULL,
	"decide_at" timestamp with time zone,
	"winner" smallint,
	"decided_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "suppressions" DROP CONSTRAINT "suppressions_one_address";--> statement-breakpoint
DROP INDEX "suppressions_email_key";--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "email_window" jsonb;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "batch" integer;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "consent_id" uuid;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "attempt" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "refusals" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "next_attempt_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "dispatched_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "provider_message_id" text;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "error_code" text;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "sent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "delivered_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "opened_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "clicked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "bounced_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "complained_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD COLUMN "unsubscribed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "identity_id" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "email_content_id" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "track_opens" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "track_clicks" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "email_consent_id" uuid;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "whatsapp_consent_id" uuid;--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN "sms_consent_id" uuid;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "email_hash" text;--> statement-breakpoint
UPDATE "suppressions" SET "email_hash" = address_hash("organization_id", "email") WHERE "email" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "scope" text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_batches" ADD CONSTRAINT "email_batches_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "email_contents" ADD CONSTRAINT "email_contents_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_days" ADD CONSTRAINT "identity_days_identity_id_sending_identities_id_fk" FOREIGN KEY ("identity_id") REFERENCES "public"."sending_identities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_identities" ADD CONSTRAINT "sending_identities_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subject_tests" ADD CONSTRAINT "subject_tests_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "consents_customer_idx" ON "consents" USING btree ("customer_id","channel","purpose","given_at","id");--> statement-breakpoint
CREATE INDEX "consents_list_idx" ON "consents" USING btree ("organization_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "carrier_events_notice_key" ON "carrier_events" USING btree ("carrier","notice_id");--> statement-breakpoint
CREATE INDEX "carrier_events_pending_idx" ON "carrier_events" USING btree ("id") WHERE "carrier_events"."applied_at" is null;--> statement-breakpoint
CREATE INDEX "carrier_events_applied_idx" ON "carrier_events" USING btree ("applied_at") WHERE "carrier_events"."applied_at" is not null;--> statement-breakpoint
CREATE INDEX "email_batches_due_idx" ON "email_batches" USING btree ("campaign_id","due_at","batch") WHERE "email_batches"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "email_batches_lease_idx" ON "email_batches" USING btree ("lease_until_at") WHERE "email_batches"."leased_by" is not null;--> statement-breakpoint
CREATE INDEX "email_contents_organization_idx" ON "email_contents" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "email_hits_campaign_idx" ON "email_hits" USING btree ("campaign_id","hit_at");--> statement-breakpoint
CREATE INDEX "email_hits_recipient_idx" ON "email_hits" USING btree ("recipient_id","hit_at");--> statement-breakpoint
CREATE INDEX "mails_open_idx" ON "mails" USING btree ("id") WHERE "mails"."status" in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "mails_created_at_idx" ON "mails" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "sandbox_mails_received_idx" ON "sandbox_mails" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sending_identities_from_key" ON "sending_identities" USING btree ("organization_id","from_email") WHERE "sending_identities"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "sending_identities_list_idx" ON "sending_identities" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "sending_identities_pending_idx" ON "sending_identities" USING btree ("checked_at") WHERE "sending_identities"."status" <> 'verified' and "sending_identities"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_recipients_address_key" ON "campaign_recipients" USING btree ("campaign_id","address") WHERE "campaign_recipients"."batch" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_batch_idx" ON "campaign_recipients" USING btree ("campaign_id","batch","position") WHERE "campaign_recipients"."batch" is not null;--> statement-breakpoint
CREATE INDEX "campaigns_emailing_idx" ON "campaigns" USING btree ("id") WHERE "campaigns"."channel" = 'email' and "campaigns"."status" = 'running';--> statement-breakpoint
CREATE INDEX "customers_email_consent_idx" ON "customers" USING btree ("organization_id","id") WHERE "customers"."deleted_at" is null and "customers"."email_consent_id" is not null;--> statement-breakpoint
CREATE INDEX "customers_whatsapp_consent_idx" ON "customers" USING btree ("organization_id","id") WHERE "customers"."deleted_at" is null and "customers"."whatsapp_consent_id" is not null;--> statement-breakpoint
CREATE INDEX "suppressions_email_idx" ON "suppressions" USING btree ("organization_id","email") WHERE "suppressions"."email" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "suppressions_email_key" ON "suppressions" USING btree ("organization_id","email_hash","level","scope") WHERE "suppressions"."email_hash" is not null;--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_one_address" CHECK (num_nonnulls("suppressions"."phone", "suppressions"."email_hash") = 1);