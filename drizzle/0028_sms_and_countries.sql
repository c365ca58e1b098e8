CREATE TABLE "countries" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"iso2" char(2) NOT NULL,
	"iso3" char(3) NOT NULL,
	"numeric" char(3) NOT NULL,
	"name_tr" text NOT NULL,
	"name_en" text NOT NULL,
	"phone_codes" text[] NOT NULL,
	"currency" text,
	"flag_path" text NOT NULL,
	"search_text" text NOT NULL,
	CONSTRAINT "countries_iso2_key" UNIQUE("iso2"),
	CONSTRAINT "countries_iso3_key" UNIQUE("iso3"),
	CONSTRAINT "countries_numeric_key" UNIQUE("numeric")
);--> statement-breakpoint
CREATE TABLE "sandbox_sms" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"sender" text NOT NULL,
	"phone" text NOT NULL,
	"body" text NOT NULL,
	"encoding" text NOT NULL,
	"segments" smallint NOT NULL,
	"fate" text NOT NULL,
	"answer_lost" boolean DEFAULT false NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "sms_messages" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"customer_id" uuid,
	"phone" text NOT NULL,
	"body" text NOT NULL,
	"purpose" text NOT NULL,
	"reference_type" text,
	"reference_id" uuid,
	"encoding" text NOT NULL,
	"segments" smallint NOT NULL,
	"cost_credits" integer DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"status_reason" text,
	"carrier" text,
	"provider_message_id" text,
	"attempt" smallint DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"not_after_at" timestamp with time zone NOT NULL,
	"lease_until_at" timestamp with time zone,
	"dispatched_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"reconcile_at" timestamp with time zone,
	"reconcile_tries" smallint DEFAULT 0 NOT NULL,
	"captured_at" timestamp with time zone,
	"refunded_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "sms_reports" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"carrier" text NOT NULL,
	"provider_message_id" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
ALTER TABLE "credit_holds" ADD COLUMN "sms_id" uuid;--> statement-breakpoint
ALTER TABLE "credit_transactions" ADD COLUMN "sms_id" uuid;--> statement-breakpoint
ALTER TABLE "sms_messages" ADD CONSTRAINT "sms_messages_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "countries_phone_codes_idx" ON "countries" USING gin ("phone_codes");--> statement-breakpoint
CREATE INDEX "sandbox_sms_received_idx" ON "sandbox_sms" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sms_messages_provider_key" ON "sms_messages" USING btree ("carrier","provider_message_id") WHERE "sms_messages"."provider_message_id" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_list_idx" ON "sms_messages" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "sms_messages_status_idx" ON "sms_messages" USING btree ("organization_id","status","id");--> statement-breakpoint
CREATE INDEX "sms_messages_purpose_idx" ON "sms_messages" USING btree ("organization_id","purpose","id");--> statement-breakpoint
CREATE INDEX "sms_messages_phone_idx" ON "sms_messages" USING btree ("organization_id","phone","id");--> statement-breakpoint
CREATE INDEX "sms_messages_customer_idx" ON "sms_messages" USING btree ("customer_id","id") WHERE "sms_messages"."customer_id" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_reference_idx" ON "sms_messages" USING btree ("reference_id","id") WHERE "sms_messages"."reference_id" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_due_idx" ON "sms_messages" USING btree ("due_at") WHERE "sms_messages"."status" = 'queued';--> statement-breakpoint
CREATE INDEX "sms_messages_sending_idx" ON "sms_messages" USING btree ("lease_until_at") WHERE "sms_messages"."status" = 'sending';--> statement-breakpoint
CREATE INDEX "sms_messages_reconcile_idx" ON "sms_messages" USING btree ("reconcile_at") WHERE "sms_messages"."reconcile_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "sms_reports_key" ON "sms_reports" USING btree ("carrier","provider_message_id","status");--> statement-breakpoint
CREATE INDEX "sms_reports_created_at_idx" ON "sms_reports" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_holds_sms_key" ON "credit_holds" USING btree ("sms_id") WHERE "credit_holds"."sms_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_transactions_sms_key" ON "credit_transactions" USING btree ("sms_id","type") WHERE "credit_transactions"."sms_id" is not null;--> statement-breakpoint
CREATE INDEX "sms_messages_user_idx" ON "sms_messages" USING btree ("organization_id","user_id","id");--> statement-breakpoint
CREATE INDEX "sms_messages_unknown_idx" ON "sms_messages" USING btree ("dispatched_at") WHERE "sms_messages"."status" = 'unknown';--> statement-breakpoint
CREATE INDEX "sms_messages_on_wire_idx" ON "sms_messages" USING btree ("phone") WHERE "sms_messages"."status" in ('sending', 'unknown');
