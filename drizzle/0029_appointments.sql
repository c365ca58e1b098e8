-- Equality of plain columns in GiST: what an exclusion constraint over a consultant and a range of time needs.
CREATE EXTENSION IF NOT EXISTS btree_gist;--> statement-breakpoint
-- Minutes are as long everywhere and at any time of the year, so this depends on nothing but its arguments.
CREATE FUNCTION busy_range(starts_at timestamptz, ends_at timestamptz, buffer_minutes integer) RETURNS tstzrange
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN tstzrange(starts_at, ends_at + buffer_minutes * interval '1 minute');--> statement-breakpoint
CREATE TABLE "appointment_reminder_sends" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"appointment_id" uuid NOT NULL,
	"reminder_id" uuid,
	"version" integer NOT NULL,
	"channel" text NOT NULL,
	"minutes_before" integer NOT NULL,
	"template_id" uuid,
	"language" text,
	"due_at" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'planned' NOT NULL,
	"reason" text,
	"message_id" uuid,
	"mail_id" uuid,
	"sms_id" uuid,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "appointment_reminders" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"appointment_id" uuid,
	"series_id" uuid,
	"channel" text NOT NULL,
	"minutes_before" integer NOT NULL,
	"template_id" uuid,
	"language" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "appointment_reminders_owner" CHECK (num_nonnulls("appointment_reminders"."appointment_id", "appointment_reminders"."series_id") = 1)
);--> statement-breakpoint
CREATE TABLE "appointment_series" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"consultant_id" uuid,
	"title" text NOT NULL,
	"place" text,
	"link" text,
	"note" text,
	"buffer_minutes" smallint DEFAULT 0 NOT NULL,
	"requires_approval" boolean DEFAULT false NOT NULL,
	"rrule" text NOT NULL,
	"local_start" text NOT NULL,
	"duration_minutes" integer NOT NULL,
	"time_zone" text NOT NULL,
	"split_from_id" uuid,
	"expanded_until_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"created_by_type" text NOT NULL,
	"created_by_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "appointments" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"series_id" uuid,
	"occurrence_at" timestamp with time zone,
	"overrides" text[] DEFAULT '{}' NOT NULL,
	"customer_id" uuid NOT NULL,
	"consultant_id" uuid,
	"title" text NOT NULL,
	"place" text,
	"link" text,
	"note" text,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"time_zone" text NOT NULL,
	"buffer_minutes" smallint DEFAULT 0 NOT NULL,
	"busy" "tstzrange" GENERATED ALWAYS AS (busy_range(starts_at, ends_at, buffer_minutes)) STORED,
	"status" text NOT NULL,
	"status_reason" text,
	"status_changed_at" timestamp with time zone NOT NULL,
	"status_by_type" text NOT NULL,
	"status_by_id" text,
	"requires_approval" boolean DEFAULT false NOT NULL,
	"approved_at" timestamp with time zone,
	"approved_by_type" text,
	"approved_by_id" text,
	"proposed_start_at" timestamp with time zone,
	"proposed_end_at" timestamp with time zone,
	"proposed_note" text,
	"proposed_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_by_type" text NOT NULL,
	"created_by_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "appointments_length" CHECK ("appointments"."ends_at" > "appointments"."starts_at"),
	CONSTRAINT "appointments_buffer" CHECK ("appointments"."buffer_minutes" >= 0),
	CONSTRAINT "appointments_occurrence" CHECK (("appointments"."series_id" is null) = ("appointments"."occurrence_at" is null)),
	CONSTRAINT "appointments_proposal" CHECK (("appointments"."proposed_start_at" is null) = ("appointments"."proposed_end_at" is null))
);--> statement-breakpoint
CREATE TABLE "calendar_feeds" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"consultant_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_read_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);--> statement-breakpoint
CREATE TABLE "days_off" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"consultant_id" uuid,
	"from_date" date NOT NULL,
	"to_date" date NOT NULL,
	"start_minute" smallint,
	"end_minute" smallint,
	"reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "days_off_order" CHECK ("days_off"."from_date" <= "days_off"."to_date"),
	CONSTRAINT "days_off_minutes" CHECK (("days_off"."start_minute" is null) = ("days_off"."end_minute" is null))
);--> statement-breakpoint
CREATE TABLE "skipped_occurrences" (
	"organization_id" uuid NOT NULL,
	"series_id" uuid NOT NULL,
	"occurrence_at" timestamp with time zone NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"reason" text NOT NULL,
	"appointment_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "skipped_occurrences_series_id_occurrence_at_pk" PRIMARY KEY("series_id","occurrence_at")
);--> statement-breakpoint
CREATE TABLE "working_hours" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"consultant_id" uuid,
	"weekday" smallint NOT NULL,
	"start_minute" smallint NOT NULL,
	"end_minute" smallint NOT NULL,
	CONSTRAINT "working_hours_weekday" CHECK ("working_hours"."weekday" between 1 and 7),
	CONSTRAINT "working_hours_minutes" CHECK (0 <= "working_hours"."start_minute" and "working_hours"."start_minute" < "working_hours"."end_minute" and "working_hours"."end_minute" <= 1440)
);--> statement-breakpoint
ALTER TABLE "appointment_reminder_sends" ADD CONSTRAINT "appointment_reminder_sends_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_reminder_sends" ADD CONSTRAINT "appointment_reminder_sends_appointment_id_appointments_id_fk" FOREIGN KEY ("appointment_id") REFERENCES "public"."appointments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_reminder_sends" ADD CONSTRAINT "appointment_reminder_sends_reminder_id_appointment_reminders_id_fk" FOREIGN KEY ("reminder_id") REFERENCES "public"."appointment_reminders"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_reminders" ADD CONSTRAINT "appointment_reminders_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_reminders" ADD CONSTRAINT "appointment_reminders_appointment_id_appointments_id_fk" FOREIGN KEY ("appointment_id") REFERENCES "public"."appointments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_reminders" ADD CONSTRAINT "appointment_reminders_series_id_appointment_series_id_fk" FOREIGN KEY ("series_id") REFERENCES "public"."appointment_series"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_reminders" ADD CONSTRAINT "appointment_reminders_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."templates"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_series" ADD CONSTRAINT "appointment_series_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_series" ADD CONSTRAINT "appointment_series_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_series" ADD CONSTRAINT "appointment_series_consultant_id_users_id_fk" FOREIGN KEY ("consultant_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_series_id_appointment_series_id_fk" FOREIGN KEY ("series_id") REFERENCES "public"."appointment_series"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointments" ADD CONSTRAINT "appointments_consultant_id_users_id_fk" FOREIGN KEY ("consultant_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD CONSTRAINT "calendar_feeds_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD CONSTRAINT "calendar_feeds_consultant_id_users_id_fk" FOREIGN KEY ("consultant_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "days_off" ADD CONSTRAINT "days_off_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "days_off" ADD CONSTRAINT "days_off_consultant_id_users_id_fk" FOREIGN KEY ("consultant_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skipped_occurrences" ADD CONSTRAINT "skipped_occurrences_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skipped_occurrences" ADD CONSTRAINT "skipped_occurrences_series_id_appointment_series_id_fk" FOREIGN KEY ("series_id") REFERENCES "public"."appointment_series"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "working_hours" ADD CONSTRAINT "working_hours_consultant_id_users_id_fk" FOREIGN KEY ("consultant_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "appointment_reminder_sends_key" ON "appointment_reminder_sends" USING btree ("appointment_id","channel","minutes_before","version");--> statement-breakpoint
CREATE INDEX "appointment_reminder_sends_due_idx" ON "appointment_reminder_sends" USING btree ("due_at","id") WHERE "appointment_reminder_sends"."status" = 'planned';--> statement-breakpoint
CREATE INDEX "appointment_reminder_sends_reminder_idx" ON "appointment_reminder_sends" USING btree ("reminder_id");--> statement-breakpoint
CREATE UNIQUE INDEX "appointment_reminders_appointment_key" ON "appointment_reminders" USING btree ("appointment_id","channel","minutes_before") WHERE "appointment_reminders"."appointment_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "appointment_reminders_series_key" ON "appointment_reminders" USING btree ("series_id","channel","minutes_before") WHERE "appointment_reminders"."series_id" is not null;--> statement-breakpoint
CREATE INDEX "appointment_series_open_idx" ON "appointment_series" USING btree ("expanded_until_at") WHERE "appointment_series"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "appointment_series_customer_idx" ON "appointment_series" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "appointments_list_idx" ON "appointments" USING btree ("organization_id","starts_at","id") WHERE "appointments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "appointments_consultant_idx" ON "appointments" USING btree ("organization_id","consultant_id","starts_at","id") WHERE "appointments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "appointments_customer_idx" ON "appointments" USING btree ("organization_id","customer_id","starts_at","id") WHERE "appointments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "appointments_status_idx" ON "appointments" USING btree ("organization_id","status","starts_at","id") WHERE "appointments"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "appointments_by_customer_idx" ON "appointments" USING btree ("customer_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_feeds_token_key" ON "calendar_feeds" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_feeds_consultant_key" ON "calendar_feeds" USING btree ("organization_id","consultant_id") WHERE "calendar_feeds"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "days_off_list_idx" ON "days_off" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "days_off_consultant_idx" ON "days_off" USING btree ("organization_id","consultant_id","id");--> statement-breakpoint
CREATE INDEX "days_off_until_idx" ON "days_off" USING btree ("organization_id","to_date");--> statement-breakpoint
CREATE INDEX "working_hours_idx" ON "working_hours" USING btree ("organization_id","consultant_id","weekday","start_minute");--> statement-breakpoint
-- Double booking is impossible: of one consultant no two appointments that take his time overlap, whoever writes them.
ALTER TABLE appointments ADD CONSTRAINT appointments_no_overlap EXCLUDE USING gist (
  organization_id WITH =, consultant_id WITH =, busy WITH &&
) WHERE (status IN ('requested', 'approved', 'done') AND deleted_at IS NULL)
-- checked at the end of a statement: all of a series may move into one another's place at once
DEFERRABLE INITIALLY IMMEDIATE;--> statement-breakpoint
-- An occurrence is there once; checked at the end of a statement too, for the same reason.
ALTER TABLE appointments ADD CONSTRAINT appointments_occurrence_key UNIQUE (series_id, occurrence_at) DEFERRABLE INITIALLY IMMEDIATE;--> statement-breakpoint
CREATE TABLE "appointment_notices" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"appointment_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"kind" text NOT NULL,
	"audience" text NOT NULL,
	"attempt" smallint DEFAULT 1 NOT NULL,
	"user_id" uuid,
	"channel" text,
	"whole_series" boolean DEFAULT false NOT NULL,
	"status" text DEFAULT 'planned' NOT NULL,
	"reason" text,
	"message_id" uuid,
	"mail_id" uuid,
	"sms_id" uuid,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);--> statement-breakpoint
CREATE TABLE "appointment_settings" (
	"organization_id" uuid PRIMARY KEY NOT NULL,
	"mail_customers" boolean DEFAULT true NOT NULL,
	"remind_from_minute" smallint DEFAULT 480 NOT NULL,
	"remind_until_minute" smallint DEFAULT 1320 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "appointment_settings_hours" CHECK (0 <= "appointment_settings"."remind_from_minute" and "appointment_settings"."remind_from_minute" < "appointment_settings"."remind_until_minute" and "appointment_settings"."remind_until_minute" <= 1440)
);--> statement-breakpoint
ALTER TABLE "user_settings" ADD COLUMN "mail_appointments" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "once_key" text;--> statement-breakpoint
ALTER TABLE "appointment_notices" ADD CONSTRAINT "appointment_notices_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_notices" ADD CONSTRAINT "appointment_notices_appointment_id_appointments_id_fk" FOREIGN KEY ("appointment_id") REFERENCES "public"."appointments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_settings" ADD CONSTRAINT "appointment_settings_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "appointment_notices_key" ON "appointment_notices" USING btree ("appointment_id","version","kind","audience","attempt");--> statement-breakpoint
CREATE INDEX "appointment_notices_list_idx" ON "appointment_notices" USING btree ("appointment_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "mails_once_key" ON "mails" USING btree ("once_key") WHERE "mails"."once_key" is not null;--> statement-breakpoint
-- The catalogue of webhooks/outbound/event-catalogue.ts, which a test holds against this list.
CREATE OR REPLACE FUNCTION webhook_event_types() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[
    'message.received', 'message.edited', 'message.recalled', 'message.status-changed',
    'campaign.started', 'campaign.paused', 'campaign.resumed', 'campaign.completed', 'campaign.cancelled', 'campaign.failed',
    'instance.status-changed', 'instance.health-changed',
    'customer.opted-out', 'customer.unsubscribed',
    'appointment.booked', 'appointment.requested', 'appointment.approved', 'appointment.declined', 'appointment.time-proposed',
    'appointment.moved', 'appointment.cancelled', 'appointment.reminded', 'appointment.done', 'appointment.no-show',
    'credits.low'
  ]
$$;
