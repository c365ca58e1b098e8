-- As src/customers/fold-text.ts folds: lower case, accents dropped, Turkish letters as Latin ones.
CREATE FUNCTION fold_text(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(replace(replace(
    translate(lower(regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g')), 'ıøđł', 'iodl'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
$$;--> statement-breakpoint
-- The words of conversations alone: what campaigns send is not in it and costs nothing.
CREATE INDEX "messages_search_idx" ON "messages" USING gin (fold_text("body") gin_trgm_ops)
  WHERE "messages"."conversation_id" is not null and "messages"."body" is not null;
