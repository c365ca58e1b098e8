CREATE TABLE "activities" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid,
	"user_id" uuid,
	"actor_type" text NOT NULL,
	"actor_id" text,
	"verb" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"request_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"config_id" text DEFAULT 'default' NOT NULL,
	"name" text,
	"start" text,
	"prefix" text,
	"key" text NOT NULL,
	"reference_id" uuid NOT NULL,
	"refill_interval" integer,
	"refill_amount" integer,
	"last_refill_at" timestamp with time zone,
	"enabled" boolean DEFAULT true NOT NULL,
	"rate_limit_enabled" boolean DEFAULT true NOT NULL,
	"rate_limit_time_window" integer,
	"rate_limit_max" integer,
	"request_count" integer DEFAULT 0 NOT NULL,
	"remaining" integer,
	"last_request" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"permissions" text,
	"metadata" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_keys_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"user_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"applied_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"locked_until_at" timestamp with time zone NOT NULL,
	"status" smallint,
	"headers" jsonb,
	"body" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_route_key_pk" PRIMARY KEY("user_id","route","key")
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"inviter_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "members" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"metadata" text,
	"default_region" text DEFAULT 'TR' NOT NULL,
	"opt_out_words" text[],
	"unknown_policy" text DEFAULT 'hold' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organizations_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "platform_settings" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"window_start_minute" smallint DEFAULT 540 NOT NULL,
	"window_end_minute" smallint DEFAULT 1320 NOT NULL,
	"window_days" smallint[] DEFAULT '{1,2,3,4,5,6,7}' NOT NULL,
	"check_numbers" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL,
	CONSTRAINT "rate_limits_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"user_id" uuid NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"active_organization_id" uuid,
	"impersonated_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "user_settings" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"time_zone" text DEFAULT 'Europe/Istanbul' NOT NULL,
	"locale" text DEFAULT 'tr' NOT NULL,
	"window_start_minute" smallint DEFAULT 540 NOT NULL,
	"window_end_minute" smallint DEFAULT 1320 NOT NULL,
	"window_days" smallint[] DEFAULT '{1,2,3,4,5,6,7}' NOT NULL,
	"delay_min_seconds" integer DEFAULT 8 NOT NULL,
	"delay_max_seconds" integer DEFAULT 20 NOT NULL,
	"daily_cap" integer,
	"pacing" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"role" text DEFAULT 'user' NOT NULL,
	"banned" boolean DEFAULT false NOT NULL,
	"ban_reason" text,
	"ban_expires" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "campaign_progress" (
	"campaign_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"queued_count" integer DEFAULT 0 NOT NULL,
	"sending_count" integer DEFAULT 0 NOT NULL,
	"sent_count" integer DEFAULT 0 NOT NULL,
	"delivered_count" integer DEFAULT 0 NOT NULL,
	"read_count" integer DEFAULT 0 NOT NULL,
	"failed_count" integer DEFAULT 0 NOT NULL,
	"skipped_count" integer DEFAULT 0 NOT NULL,
	"unknown_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "campaign_recipients" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"variables" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"status_reason" text,
	"next_part" smallint DEFAULT 1 NOT NULL,
	"spent_credits" smallint DEFAULT 0 NOT NULL,
	"bucket" smallint DEFAULT 0 NOT NULL,
	"cold" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "campaign_recipients_spent" CHECK ("campaign_recipients"."spent_credits" >= 0)
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"status_reason" text,
	"instance_id" uuid,
	"text" text,
	"variants" text[],
	"media_ids" uuid[] DEFAULT '{}' NOT NULL,
	"plan" jsonb NOT NULL,
	"messages_per_recipient" smallint NOT NULL,
	"audience" jsonb NOT NULL,
	"excluded" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"delay_min_seconds" integer,
	"delay_max_seconds" integer,
	"start_at" timestamp with time zone NOT NULL,
	"next_run_at" timestamp with time zone,
	"valid_until_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "credit_accounts" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"settled_credits" bigint DEFAULT 0 NOT NULL,
	"unsettled_credits" bigint DEFAULT 0 NOT NULL,
	"held_credits" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "credit_accounts_available" CHECK ("credit_accounts"."settled_credits" - "credit_accounts"."unsettled_credits" - "credit_accounts"."held_credits" >= 0),
	CONSTRAINT "credit_accounts_parts" CHECK ("credit_accounts"."unsettled_credits" >= 0 and "credit_accounts"."held_credits" >= 0)
);
--> statement-breakpoint
CREATE TABLE "credit_holds" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"campaign_id" uuid,
	"message_id" uuid,
	"status" text DEFAULT 'open' NOT NULL,
	"held_credits" bigint DEFAULT 0 NOT NULL,
	"captured_credits" bigint DEFAULT 0 NOT NULL,
	"released_credits" bigint DEFAULT 0 NOT NULL,
	"settled_credits" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "credit_holds_bounds" CHECK ("credit_holds"."captured_credits" + "credit_holds"."released_credits" <= "credit_holds"."held_credits"),
	CONSTRAINT "credit_holds_settled" CHECK ("credit_holds"."settled_credits" <= "credit_holds"."captured_credits"),
	CONSTRAINT "credit_holds_parts" CHECK ("credit_holds"."captured_credits" >= 0 and "credit_holds"."released_credits" >= 0 and "credit_holds"."settled_credits" >= 0)
);
--> statement-breakpoint
CREATE TABLE "credit_transactions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"amount_credits" bigint NOT NULL,
	"balance_after_credits" bigint NOT NULL,
	"campaign_id" uuid,
	"message_id" uuid,
	"round" smallint DEFAULT 1 NOT NULL,
	"note" text,
	"created_by" uuid,
	"sequence" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customer_imports" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"status_reason" text,
	"dry_run" boolean DEFAULT false NOT NULL,
	"storage_key" text NOT NULL,
	"group_id" uuid,
	"total_count" integer DEFAULT 0 NOT NULL,
	"created_count" integer DEFAULT 0 NOT NULL,
	"updated_count" integer DEFAULT 0 NOT NULL,
	"rejected_count" integer DEFAULT 0 NOT NULL,
	"errors" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"first_name" text NOT NULL,
	"last_name" text,
	"phone" text,
	"email" text,
	"country_code" text,
	"source" text,
	"consultant_id" uuid,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"note" text,
	"search_text" text DEFAULT '' NOT NULL,
	"last_contacted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "group_members" (
	"group_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "group_members_group_id_customer_id_pk" PRIMARY KEY("group_id","customer_id")
);
--> statement-breakpoint
CREATE TABLE "groups" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"phone" text,
	"email" text,
	"level" text NOT NULL,
	"reason" text,
	"evidence" jsonb,
	"expires_at" timestamp with time zone,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressions_one_address" CHECK (num_nonnulls("suppressions"."phone", "suppressions"."email") = 1)
);
--> statement-breakpoint
CREATE TABLE "media" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"mime_type" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"file_name" text NOT NULL,
	"voice_note" boolean DEFAULT false NOT NULL,
	"duration_seconds" integer,
	"storage_key" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evolution_servers" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"url" text NOT NULL,
	"api_key" text NOT NULL,
	"capacity" integer DEFAULT 50 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"keeps_own_message_id" boolean,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "evolution_servers_url_unique" UNIQUE("url")
);
--> statement-breakpoint
CREATE TABLE "instances" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"evolution_server_id" uuid,
	"name" text NOT NULL,
	"provider_name" text NOT NULL,
	"token" text NOT NULL,
	"webhook_secret_hash" text NOT NULL,
	"webhook_secret" text NOT NULL,
	"webhook_jwt_key" text NOT NULL,
	"status" text DEFAULT 'connecting' NOT NULL,
	"status_reason" text,
	"disconnect_code" integer,
	"phone" text,
	"profile_name" text,
	"qr_code" text,
	"qr_image" text,
	"qr_expires_at" timestamp with time zone,
	"pairing_code" text,
	"status_changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"connected_at" timestamp with time zone,
	"number_since_at" timestamp with time zone,
	"provisioned_at" timestamp with time zone,
	"connect_asked_at" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"provider_event_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleting_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "instances_providerName_unique" UNIQUE("provider_name"),
	CONSTRAINT "instances_webhookSecretHash_unique" UNIQUE("webhook_secret_hash")
);
--> statement-breakpoint
CREATE TABLE "lane_health" (
	"instance_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"state" text DEFAULT 'closed' NOT NULL,
	"reason" text,
	"since_at" timestamp with time zone NOT NULL,
	"retry_at" timestamp with time zone,
	"openings" integer DEFAULT 0 NOT NULL,
	"probe_message_id" uuid,
	"watch_from_at" timestamp with time zone,
	"error_rate" real,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lane_health_instance_id_scope_pk" PRIMARY KEY("instance_id","scope")
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"instance_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"due_at" timestamp with time zone,
	"next_allowed_at" timestamp with time zone,
	"fence" integer DEFAULT 0 NOT NULL,
	"in_flight_message_id" uuid,
	"lease_until_at" timestamp with time zone,
	"until_pause" integer
);
--> statement-breakpoint
CREATE TABLE "live_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "live_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"xid" bigint DEFAULT (pg_current_xact_id()::text::bigint) NOT NULL,
	"organization_id" uuid NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "early_acks" (
	"instance_id" uuid NOT NULL,
	"provider_message_id" text NOT NULL,
	"status" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "early_acks_instance_id_provider_message_id_status_pk" PRIMARY KEY("instance_id","provider_message_id","status")
);
--> statement-breakpoint
CREATE TABLE "inbound_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbound_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"instance_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"event" text NOT NULL,
	"payload" jsonb NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_at" timestamp with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"direction" text DEFAULT 'out' NOT NULL,
	"instance_id" uuid,
	"campaign_id" uuid,
	"recipient_id" uuid,
	"customer_id" uuid,
	"part" smallint DEFAULT 1 NOT NULL,
	"purpose" text,
	"in_reply_to" text,
	"kind" text NOT NULL,
	"address" text NOT NULL,
	"body" text,
	"media_id" uuid,
	"status" text DEFAULT 'queued' NOT NULL,
	"status_reason" text,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempt" smallint DEFAULT 0 NOT NULL,
	"round" smallint DEFAULT 1 NOT NULL,
	"wanted_provider_id" text,
	"provider_message_id" text,
	"claimed_at" timestamp with time zone,
	"cold" boolean DEFAULT false NOT NULL,
	"dispatched_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"acked_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"read_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"reconcile_at" timestamp with time zone,
	"reconcile_tries" smallint DEFAULT 0 NOT NULL,
	"captured_at" timestamp with time zone,
	"refunded_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "number_checks" (
	"phone" text PRIMARY KEY NOT NULL,
	"on_whatsapp" boolean NOT NULL,
	"jid" text,
	"checked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refused_attempts" (
	"instance_id" uuid NOT NULL,
	"provider_message_id" text NOT NULL,
	"message_id" uuid NOT NULL,
	"round" smallint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refused_attempts_instance_id_provider_message_id_pk" PRIMARY KEY("instance_id","provider_message_id")
);
--> statement-breakpoint
CREATE TABLE "sent_sightings" (
	"instance_id" uuid NOT NULL,
	"provider_message_id" text NOT NULL,
	"remote_jid" text NOT NULL,
	"message_type" text NOT NULL,
	"body" text,
	"sent_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sent_sightings_instance_id_provider_message_id_pk" PRIMARY KEY("instance_id","provider_message_id")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_reference_id_users_id_fk" FOREIGN KEY ("reference_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_inviter_id_users_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_settings" ADD CONSTRAINT "user_settings_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_settings" ADD CONSTRAINT "user_settings_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_progress" ADD CONSTRAINT "campaign_progress_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD CONSTRAINT "campaign_recipients_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_recipients" ADD CONSTRAINT "campaign_recipients_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_accounts" ADD CONSTRAINT "credit_accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_accounts" ADD CONSTRAINT "credit_accounts_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_holds" ADD CONSTRAINT "credit_holds_user_id_credit_accounts_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."credit_accounts"("user_id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_transactions" ADD CONSTRAINT "credit_transactions_user_id_credit_accounts_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."credit_accounts"("user_id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_imports" ADD CONSTRAINT "customer_imports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_consultant_id_users_id_fk" FOREIGN KEY ("consultant_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "media" ADD CONSTRAINT "media_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instances" ADD CONSTRAINT "instances_evolution_server_id_evolution_servers_id_fk" FOREIGN KEY ("evolution_server_id") REFERENCES "public"."evolution_servers"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lane_health" ADD CONSTRAINT "lane_health_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_instance_id_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."instances"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refused_attempts" ADD CONSTRAINT "refused_attempts_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activities_organization_idx" ON "activities" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "activities_user_idx" ON "activities" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "api_keys_reference_idx" ON "api_keys" USING btree ("reference_id");--> statement-breakpoint
CREATE INDEX "credentials_user_idx" ON "credentials" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "invitations_organization_idx" ON "invitations" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "invitations_email_idx" ON "invitations" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "members_user_organization_key" ON "members" USING btree ("user_id","organization_id");--> statement-breakpoint
CREATE INDEX "members_organization_idx" ON "members" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_idx" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE UNIQUE INDEX "campaign_recipients_customer_key" ON "campaign_recipients" USING btree ("campaign_id","customer_id");--> statement-breakpoint
CREATE INDEX "campaign_recipients_claim_idx" ON "campaign_recipients" USING btree ("campaign_id","position") WHERE "campaign_recipients"."status" in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "campaign_recipients_warm_idx" ON "campaign_recipients" USING btree ("campaign_id","position") WHERE "campaign_recipients"."status" in ('queued', 'sending') and (not "campaign_recipients"."cold" or "campaign_recipients"."next_part" > 1);--> statement-breakpoint
CREATE INDEX "campaign_recipients_list_idx" ON "campaign_recipients" USING btree ("campaign_id","position");--> statement-breakpoint
CREATE INDEX "campaign_recipients_status_idx" ON "campaign_recipients" USING btree ("campaign_id","status","position");--> statement-breakpoint
CREATE INDEX "campaign_recipients_by_customer_idx" ON "campaign_recipients" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "campaigns_list_idx" ON "campaigns" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "campaigns_due_idx" ON "campaigns" USING btree ("next_run_at") WHERE "campaigns"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "campaigns_lane_idx" ON "campaigns" USING btree ("instance_id","start_at","id") WHERE "campaigns"."status" in ('pending', 'running', 'paused');--> statement-breakpoint
CREATE INDEX "campaigns_valid_until_idx" ON "campaigns" USING btree ("valid_until_at") WHERE "campaigns"."valid_until_at" is not null and "campaigns"."status" in ('pending', 'running', 'paused');--> statement-breakpoint
CREATE INDEX "campaigns_unsettled_idx" ON "campaigns" USING btree ("ended_at") WHERE "campaigns"."ended_at" is not null and "campaigns"."settled_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_holds_campaign_key" ON "credit_holds" USING btree ("campaign_id");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_holds_message_key" ON "credit_holds" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "credit_holds_open_idx" ON "credit_holds" USING btree ("user_id") WHERE "credit_holds"."status" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "credit_transactions_sequence_key" ON "credit_transactions" USING btree ("user_id","sequence");--> statement-breakpoint
CREATE UNIQUE INDEX "credit_transactions_campaign_key" ON "credit_transactions" USING btree ("campaign_id") WHERE "credit_transactions"."type" = 'campaign';--> statement-breakpoint
CREATE UNIQUE INDEX "credit_transactions_refund_key" ON "credit_transactions" USING btree ("message_id","type","round") WHERE "credit_transactions"."message_id" is not null;--> statement-breakpoint
CREATE INDEX "credit_transactions_chart_idx" ON "credit_transactions" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "customer_imports_list_idx" ON "customer_imports" USING btree ("organization_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "customers_phone_key" ON "customers" USING btree ("organization_id","phone") WHERE "customers"."deleted_at" is null and "customers"."phone" is not null;--> statement-breakpoint
CREATE INDEX "customers_email_idx" ON "customers" USING btree ("organization_id","email") WHERE "customers"."deleted_at" is null and "customers"."email" is not null;--> statement-breakpoint
CREATE INDEX "customers_list_idx" ON "customers" USING btree ("organization_id","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_source_idx" ON "customers" USING btree ("organization_id","source","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_consultant_idx" ON "customers" USING btree ("organization_id","consultant_id","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_country_idx" ON "customers" USING btree ("organization_id","country_code","id") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_contacted_idx" ON "customers" USING btree ("organization_id","last_contacted_at") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_created_idx" ON "customers" USING btree ("organization_id","created_at") WHERE "customers"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "customers_tags_idx" ON "customers" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "customers_search_idx" ON "customers" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "group_members_customer_idx" ON "group_members" USING btree ("customer_id");--> statement-breakpoint
CREATE UNIQUE INDEX "groups_name_key" ON "groups" USING btree ("organization_id",lower("name"));--> statement-breakpoint
CREATE INDEX "groups_list_idx" ON "groups" USING btree ("organization_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "suppressions_phone_key" ON "suppressions" USING btree ("organization_id","phone","level") WHERE "suppressions"."phone" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "suppressions_email_key" ON "suppressions" USING btree ("organization_id","email","level") WHERE "suppressions"."email" is not null;--> statement-breakpoint
CREATE INDEX "suppressions_list_idx" ON "suppressions" USING btree ("organization_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "media_content_key" ON "media" USING btree ("organization_id","sha256","kind","file_name");--> statement-breakpoint
CREATE INDEX "media_list_idx" ON "media" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "instances_list_idx" ON "instances" USING btree ("organization_id","id") WHERE "instances"."deleted_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "instances_user_key" ON "instances" USING btree ("user_id") WHERE "instances"."deleting_at" is null and "instances"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "instances_server_idx" ON "instances" USING btree ("evolution_server_id") WHERE "instances"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "lane_health_open_idx" ON "lane_health" USING btree ("retry_at") WHERE "lane_health"."state" <> 'closed';--> statement-breakpoint
CREATE INDEX "lanes_due_idx" ON "lanes" USING btree ("due_at") WHERE "lanes"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "live_events_organization_idx" ON "live_events" USING btree ("organization_id","xid","id");--> statement-breakpoint
CREATE INDEX "live_events_created_at_idx" ON "live_events" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "early_acks_created_at_idx" ON "early_acks" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "inbound_events_pending_idx" ON "inbound_events" USING btree ("id") WHERE "inbound_events"."applied_at" is null;--> statement-breakpoint
CREATE INDEX "inbound_events_applied_idx" ON "inbound_events" USING btree ("applied_at") WHERE "inbound_events"."applied_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_part_key" ON "messages" USING btree ("recipient_id","part") WHERE "messages"."recipient_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_provider_key" ON "messages" USING btree ("instance_id","provider_message_id") WHERE "messages"."provider_message_id" is not null;--> statement-breakpoint
CREATE INDEX "messages_reconcile_idx" ON "messages" USING btree ("reconcile_at") WHERE "messages"."reconcile_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_sending_idx" ON "messages" USING btree ("claimed_at") WHERE "messages"."status" = 'sending';--> statement-breakpoint
CREATE INDEX "messages_open_idx" ON "messages" USING btree ("campaign_id") WHERE "messages"."campaign_id" is not null and "messages"."status" in ('queued', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX "messages_single_idx" ON "messages" USING btree ("instance_id","id") WHERE "messages"."campaign_id" is null and "messages"."direction" = 'out' and "messages"."status" = 'queued';--> statement-breakpoint
CREATE UNIQUE INDEX "messages_answer_key" ON "messages" USING btree ("instance_id","in_reply_to","purpose") WHERE "messages"."purpose" is not null;--> statement-breakpoint
CREATE INDEX "messages_customer_idx" ON "messages" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "messages_dispatched_idx" ON "messages" USING btree ("instance_id","dispatched_at") WHERE "messages"."dispatched_at" is not null;--> statement-breakpoint
CREATE INDEX "messages_cold_idx" ON "messages" USING btree ("instance_id","dispatched_at") WHERE "messages"."cold" and "messages"."dispatched_at" is not null;--> statement-breakpoint
CREATE INDEX "refused_attempts_message_idx" ON "refused_attempts" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "sent_sightings_created_at_idx" ON "sent_sightings" USING btree ("created_at");