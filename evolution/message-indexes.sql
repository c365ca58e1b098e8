-- Indexes for Evolution's own database (2.3.7, PostgreSQL, schema evolution_api).
--
-- Its Message table has an index on "instanceId" only, so that every receipt and every findMessages walks all
-- messages of an instance: about 190 ms per receipt at a million rows, and three receipts follow each send.
-- With these each look-up took below 0.1 ms (PostgreSQL 18, 200,000 rows, prepared as Prisma prepares).
-- Run after Evolution's migrations (they do not know these indexes and leave them alone):
--
--   psql "$EVOLUTION_DATABASE_URL" -f evolution/message-indexes.sql
--
-- CONCURRENTLY does not lock the tables and must run outside a transaction. If a run is cut off, an index stays
-- behind marked INVALID: drop it and run again.

SET search_path TO evolution_api, public;

-- The look-up of the message a receipt is for, in raw SQL: "instanceId" = $1 AND "key"->>'id' = $2
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Message_key_id_text_idx"
  ON "Message" (("key" ->> 'id'), "instanceId");

-- The same look-up through Prisma (findMessages by key.id, quoted messages): "key" #> ARRAY[$1]::text[] = $2
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Message_key_id_json_idx"
  ON "Message" (("key" #> ARRAY['id']::text[]), "instanceId");

-- findMessages by chat through Prisma, newest first
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Message_key_remoteJid_json_idx"
  ON "Message" ("instanceId", ("key" #> ARRAY['remoteJid']::text[]), "messageTimestamp" DESC);

-- findStatusMessage: "instanceId" = $1 AND "keyId" = $2
CREATE INDEX CONCURRENTLY IF NOT EXISTS "MessageUpdate_keyId_idx"
  ON "MessageUpdate" ("keyId", "instanceId");

ANALYZE "Message";
ANALYZE "MessageUpdate";
