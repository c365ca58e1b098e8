CREATE TABLE "customer_interactions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"direction" text,
	"happened_at" timestamp with time zone NOT NULL,
	"duration_minutes" integer,
	"outcome" text,
	"text" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "report_schedules" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"enabled" boolean NOT NULL,
	"kind" text NOT NULL,
	"format" text NOT NULL,
	"last_month" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"format" text NOT NULL,
	"language" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"status_reason" text,
	"done_steps" smallint DEFAULT 0 NOT NULL,
	"total_steps" smallint DEFAULT 1 NOT NULL,
	"scheduled_month" text,
	"storage_key" text,
	"size_bytes" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"expires_at" timestamp with time zone
);--> statement-breakpoint
ALTER TABLE "customer_interactions" ADD CONSTRAINT "customer_interactions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_interactions" ADD CONSTRAINT "customer_interactions_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_schedules" ADD CONSTRAINT "report_schedules_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_schedules" ADD CONSTRAINT "report_schedules_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customer_interactions_list_idx" ON "customer_interactions" USING btree ("customer_id","happened_at","id");--> statement-breakpoint
CREATE INDEX "report_schedules_due_idx" ON "report_schedules" USING btree ("last_month") WHERE "report_schedules"."enabled";--> statement-breakpoint
CREATE INDEX "reports_list_idx" ON "reports" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "reports_own_idx" ON "reports" USING btree ("user_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "reports_scheduled_key" ON "reports" USING btree ("user_id","scheduled_month") WHERE "reports"."scheduled_month" is not null;--> statement-breakpoint
CREATE INDEX "reports_expiry_idx" ON "reports" USING btree ("expires_at") WHERE "reports"."expires_at" is not null and "reports"."storage_key" is not null;--> statement-breakpoint
CREATE INDEX "activities_customer_idx" ON "activities" USING btree ("subject_id","created_at","id") WHERE "activities"."subject_type" = 'customer';--> statement-breakpoint
CREATE INDEX "appointments_booked_idx" ON "appointments" USING btree ("customer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "appointments_settled_idx" ON "appointments" USING btree ("customer_id","status_changed_at","id") WHERE "appointments"."status" in ('declined', 'cancelled', 'done', 'no-show');--> statement-breakpoint
CREATE INDEX "appointments_approved_idx" ON "appointments" USING btree ("customer_id","approved_at","id") WHERE "appointments"."approved_at" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_failed_idx" ON "campaign_recipients" USING btree ("customer_id","updated_at","id") WHERE "campaign_recipients"."status" = 'failed';--> statement-breakpoint
CREATE INDEX "campaign_recipients_mailed_idx" ON "campaign_recipients" USING btree ("customer_id","sent_at","id") WHERE "campaign_recipients"."batch" is not null and "campaign_recipients"."sent_at" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_opened_idx" ON "campaign_recipients" USING btree ("customer_id","opened_at","id") WHERE "campaign_recipients"."opened_at" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_clicked_idx" ON "campaign_recipients" USING btree ("customer_id","clicked_at","id") WHERE "campaign_recipients"."clicked_at" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_bounced_idx" ON "campaign_recipients" USING btree ("customer_id","bounced_at","id") WHERE "campaign_recipients"."bounced_at" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_complaints_idx" ON "campaign_recipients" USING btree ("customer_id","complained_at","id") WHERE "campaign_recipients"."complained_at" is not null;--> statement-breakpoint
CREATE INDEX "campaign_recipients_unsubscribed_idx" ON "campaign_recipients" USING btree ("customer_id","unsubscribed_at","id") WHERE "campaign_recipients"."unsubscribed_at" is not null;--> statement-breakpoint
CREATE INDEX "campaigns_started_idx" ON "campaigns" USING btree ("organization_id","started_at") WHERE "campaigns"."started_at" is not null;--> statement-breakpoint
CREATE INDEX "credit_transactions_organization_idx" ON "credit_transactions" USING btree ("organization_id","created_at");--> statement-breakpoint
CREATE INDEX "consents_timeline_idx" ON "consents" USING btree ("customer_id","given_at","id");--> statement-breakpoint
CREATE INDEX "customers_won_idx" ON "customers" USING btree ("organization_id","created_at") WHERE "customers"."merged_into_id" is null;--> statement-breakpoint
CREATE INDEX "messages_said_idx" ON "messages" USING btree ("organization_id","said_at") WHERE "messages"."said_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_sent_idx" ON "messages" USING btree ("organization_id","sent_at") WHERE "messages"."sent_at" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_timeline_idx" ON "sms_messages" USING btree ("customer_id","created_at","id") WHERE "sms_messages"."customer_id" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_sent_idx" ON "sms_messages" USING btree ("organization_id","sent_at") WHERE "sms_messages"."sent_at" is not null;--> statement-breakpoint
CREATE TABLE "ledger_proofs" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"proved_at" timestamp with time zone NOT NULL,
	"accounts" integer NOT NULL,
	"differences" integer NOT NULL
);
