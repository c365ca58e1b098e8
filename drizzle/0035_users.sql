CREATE TABLE "sent_tallies" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sent_tallies_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"sent_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_deletions" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"step" text DEFAULT 'campaigns' NOT NULL,
	"user_ids" uuid[] NOT NULL,
	"done_steps" smallint DEFAULT 0 NOT NULL,
	"total_steps" smallint NOT NULL,
	"counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"requested_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "user_figures" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"search_text" text DEFAULT '' NOT NULL,
	"name_key" text DEFAULT '' NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT 'epoch' NOT NULL,
	"sent_month" date DEFAULT '1970-01-01' NOT NULL,
	"sent_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "credit_accounts" ADD COLUMN "available_credits" bigint GENERATED ALWAYS AS (settled_credits - unsettled_credits - held_credits) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "user_figures" ADD CONSTRAINT "user_figures_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "user_deletions_running_idx" ON "user_deletions" USING btree ("id") WHERE "user_deletions"."status" = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "user_deletions_user_key" ON "user_deletions" USING btree ("user_id","organization_id");--> statement-breakpoint
CREATE INDEX "user_figures_name_idx" ON "user_figures" USING btree ("name_key","user_id");--> statement-breakpoint
CREATE INDEX "user_figures_seen_idx" ON "user_figures" USING btree ("last_seen_at","user_id");--> statement-breakpoint
CREATE INDEX "user_figures_sent_idx" ON "user_figures" USING btree ("sent_count","user_id");--> statement-breakpoint
CREATE INDEX "user_figures_month_idx" ON "user_figures" USING btree ("sent_month") WHERE "user_figures"."sent_count" > 0;--> statement-breakpoint
CREATE INDEX "user_figures_search_idx" ON "user_figures" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "sessions_impersonated_idx" ON "sessions" USING btree ("impersonated_by") WHERE "sessions"."impersonated_by" is not null;--> statement-breakpoint
CREATE INDEX "users_created_idx" ON "users" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "users_admins_idx" ON "users" USING btree ("id") WHERE "users"."role" = 'admin';--> statement-breakpoint
CREATE INDEX "users_banned_idx" ON "users" USING btree ("id") WHERE "users"."banned";--> statement-breakpoint
CREATE INDEX "users_unverified_idx" ON "users" USING btree ("id") WHERE not "users"."email_verified";--> statement-breakpoint
CREATE INDEX "campaigns_user_status_idx" ON "campaigns" USING btree ("user_id","status","id");--> statement-breakpoint
CREATE INDEX "credit_accounts_available_idx" ON "credit_accounts" USING btree ("available_credits","user_id");--> statement-breakpoint
CREATE INDEX "instances_user_idx" ON "instances" USING btree ("user_id","id");
--> statement-breakpoint
-- What the list of users is searched and sorted by follows users, members and organizations, whoever changes them.
CREATE FUNCTION write_user_words(ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO user_figures (user_id, search_text, name_key)
  SELECT u.id, fold_text(concat_ws(' ', u.name, u.email, o.name)), fold_text(u.name)
  FROM users u
  LEFT JOIN LATERAL (
    SELECT organizations.name FROM members m JOIN organizations ON organizations.id = m.organization_id
    WHERE m.user_id = u.id ORDER BY m.created_at, m.id LIMIT 1
  ) o ON true
  WHERE u.id = ANY (ids) AND u.deleted_at IS NULL ORDER BY u.id
  ON CONFLICT (user_id) DO UPDATE SET search_text = excluded.search_text, name_key = excluded.name_key
$$;--> statement-breakpoint
CREATE FUNCTION keep_words_of_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.deleted_at IS NOT NULL THEN
    DELETE FROM user_figures WHERE user_id = NEW.id;
  ELSE
    PERFORM write_user_words(ARRAY[NEW.id]);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER users_words_inserted AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION keep_words_of_user();--> statement-breakpoint
CREATE TRIGGER users_words_updated AFTER UPDATE OF name, email, deleted_at ON users FOR EACH ROW EXECUTE FUNCTION keep_words_of_user();--> statement-breakpoint
CREATE FUNCTION keep_words_of_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM write_user_words(ARRAY[CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END]);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER members_words AFTER INSERT OR DELETE ON members FOR EACH ROW EXECUTE FUNCTION keep_words_of_member();--> statement-breakpoint
CREATE FUNCTION keep_words_of_organization() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM write_user_words(ARRAY(SELECT user_id FROM members WHERE organization_id = NEW.id));
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER organizations_words AFTER UPDATE OF name ON organizations FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION keep_words_of_organization();--> statement-breakpoint
-- Last seen outlives the session and the key by which he was. An admin who acts as a user is not the user.
CREATE FUNCTION keep_user_seen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  who uuid;
  seen timestamptz;
BEGIN
  IF TG_TABLE_NAME = 'sessions' THEN
    IF NEW.impersonated_by IS NOT NULL THEN
      RETURN NULL;
    END IF;
    who := NEW.user_id;
    seen := coalesce(NEW.last_used_at, NEW.created_at);
  ELSE
    who := NEW.reference_id;
    seen := NEW.last_request;
  END IF;
  UPDATE user_figures SET last_seen_at = seen WHERE user_id = who AND last_seen_at < seen;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER sessions_seen AFTER INSERT OR UPDATE OF last_used_at ON sessions FOR EACH ROW EXECUTE FUNCTION keep_user_seen();--> statement-breakpoint
CREATE TRIGGER api_keys_seen AFTER UPDATE OF last_request ON api_keys FOR EACH ROW EXECUTE FUNCTION keep_user_seen();--> statement-breakpoint
-- A row a message sent: nobody waits for anybody, and a job counts them within a minute.
CREATE FUNCTION tally_sent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO sent_tallies (user_id, organization_id, sent_at) VALUES (NEW.user_id, NEW.organization_id, NEW.sent_at);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER messages_tallied AFTER UPDATE OF sent_at ON messages FOR EACH ROW
  WHEN (NEW.direction = 'out' AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL) EXECUTE FUNCTION tally_sent();--> statement-breakpoint
CREATE TRIGGER sms_messages_tallied AFTER UPDATE OF sent_at ON sms_messages FOR EACH ROW
  WHEN (OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL) EXECUTE FUNCTION tally_sent();--> statement-breakpoint
CREATE FUNCTION tally_mailed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO sent_tallies (user_id, organization_id, sent_at)
  SELECT user_id, organization_id, NEW.sent_at FROM campaigns WHERE id = NEW.campaign_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER campaign_recipients_tallied AFTER UPDATE OF sent_at ON campaign_recipients FOR EACH ROW
  WHEN (NEW.batch IS NOT NULL AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL) EXECUTE FUNCTION tally_mailed();--> statement-breakpoint
-- Where a user stands now, with his account locked against whoever is about to shut him out: asked first in every transaction of
-- a request, so that what it writes is committed before, and seen by that, or not at all. One statement inside sees what another
-- committed while the lock was waited for.
CREATE FUNCTION lock_standing(who uuid, of_organization uuid, on_behalf uuid)
RETURNS TABLE (role text, banned boolean, ban_expires timestamptz, deleted boolean, member_role text, impersonator_stands boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF on_behalf IS NOT NULL AND on_behalf < who THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(on_behalf::text, 1));
  END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(who::text, 1));
  IF on_behalf > who THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(on_behalf::text, 1));
  END IF;
  RETURN QUERY SELECT u.role, u.banned, u.ban_expires, u.deleted_at IS NOT NULL, m.role,
    on_behalf IS NULL OR EXISTS (SELECT FROM users a WHERE a.id = on_behalf AND a.role = 'admin' AND NOT a.banned AND a.deleted_at IS NULL)
  FROM users u LEFT JOIN members m ON m.user_id = u.id AND m.organization_id = of_organization WHERE u.id = who;
END $$;--> statement-breakpoint
INSERT INTO user_figures (user_id, search_text, name_key, last_seen_at)
SELECT u.id, fold_text(concat_ws(' ', u.name, u.email, o.name)), fold_text(u.name), coalesce(s.seen_at, 'epoch')
FROM users u
LEFT JOIN LATERAL (
  SELECT organizations.name FROM members m JOIN organizations ON organizations.id = m.organization_id
  WHERE m.user_id = u.id ORDER BY m.created_at, m.id LIMIT 1
) o ON true
LEFT JOIN (SELECT user_id, max(coalesce(last_used_at, created_at)) AS seen_at FROM sessions WHERE impersonated_by IS NULL GROUP BY 1) s ON s.user_id = u.id
ON CONFLICT (user_id) DO NOTHING;--> statement-breakpoint
INSERT INTO sent_tallies (user_id, organization_id, sent_at)
SELECT user_id, organization_id, sent_at FROM messages
WHERE direction = 'out' AND dispatched_at IS NOT NULL AND sent_at >= date_trunc('month', now() AT TIME ZONE 'Europe/Istanbul') AT TIME ZONE 'Europe/Istanbul'
UNION ALL
SELECT user_id, organization_id, sent_at FROM sms_messages
WHERE sent_at >= date_trunc('month', now() AT TIME ZONE 'Europe/Istanbul') AT TIME ZONE 'Europe/Istanbul'
UNION ALL
SELECT c.user_id, c.organization_id, r.sent_at FROM campaign_recipients r JOIN campaigns c ON c.id = r.campaign_id
WHERE r.batch IS NOT NULL AND r.sent_at >= date_trunc('month', now() AT TIME ZONE 'Europe/Istanbul') AT TIME ZONE 'Europe/Istanbul';
