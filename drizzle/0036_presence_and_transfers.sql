CREATE TABLE "held_samples" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid,
	"user_id" uuid,
	"sampled_at" timestamp with time zone NOT NULL,
	"held_credits" bigint NOT NULL,
	CONSTRAINT "held_samples_key" UNIQUE NULLS NOT DISTINCT("user_id","sampled_at")
);
--> statement-breakpoint
CREATE TABLE "presence_peaks" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid,
	"day" date NOT NULL,
	"user_count" integer NOT NULL,
	"reached_at" timestamp with time zone NOT NULL,
	CONSTRAINT "presence_peaks_key" UNIQUE NULLS NOT DISTINCT("organization_id","day")
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "last_address" text;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "online_since_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "online_until_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "credit_transactions" ADD COLUMN "transfer_id" uuid;--> statement-breakpoint
CREATE INDEX "sessions_online_idx" ON "sessions" USING btree ("online_until_at") WHERE "sessions"."online_until_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "credit_transactions_transfer_key" ON "credit_transactions" USING btree ("transfer_id","user_id") WHERE "credit_transactions"."transfer_id" is not null;--> statement-breakpoint
CREATE INDEX "credit_transactions_type_idx" ON "credit_transactions" USING btree ("user_id","type","sequence");--> statement-breakpoint
CREATE INDEX "credit_transactions_platform_idx" ON "credit_transactions" USING btree ("created_at","type","amount_credits");--> statement-breakpoint
ALTER TABLE "credit_transactions" ADD CONSTRAINT "credit_transactions_transfer" CHECK (("credit_transactions"."type" = 'transfer') = ("credit_transactions"."transfer_id" is not null));
--> statement-breakpoint
-- Whoever ends a session or takes a key away: the live streams that were opened with it end at once, in every process.
CREATE FUNCTION tell_of_ended_credentials() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM gone) THEN PERFORM pg_notify('ulak_live', 'ended'); END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tell_of_ended_credentials();--> statement-breakpoint
CREATE TRIGGER api_keys_ended AFTER DELETE ON api_keys
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION tell_of_ended_credentials();
--> statement-breakpoint
-- A session's token is kept as its SHA-256 from now on; those there are stay good.
UPDATE sessions SET token = encode(sha256(convert_to(token, 'UTF8')), 'hex');
