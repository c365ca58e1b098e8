-- Bytes that are there already.
INSERT INTO stored_contents (organization_id, sha256, storage_key, created_at)
  SELECT DISTINCT ON (organization_id, sha256) organization_id, sha256, storage_key, created_at FROM media
  ORDER BY organization_id, sha256, created_at;--> statement-breakpoint
ALTER TABLE media ADD CONSTRAINT media_content_fk FOREIGN KEY (organization_id, sha256) REFERENCES stored_contents (organization_id, sha256);--> statement-breakpoint
-- What had a medium and has it no more says so: a job looks whether anybody else has it.
CREATE FUNCTION note_loose_media() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO loose_media (media_id, organization_id)
    SELECT DISTINCT media_id, organization_id FROM removed ORDER BY media_id
    ON CONFLICT (media_id) DO UPDATE SET due_at = NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customer_files_loosen AFTER DELETE ON customer_files
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_loose_media();--> statement-breakpoint
CREATE TRIGGER received_files_loosen AFTER DELETE ON received_files
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_loose_media();--> statement-breakpoint
-- The last file takes its bytes' row with it. The lock comes first: whoever adds a file to the bytes just now is waited for, and then seen.
CREATE FUNCTION drop_last_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM stored_contents c
    WHERE (c.organization_id, c.sha256) IN (SELECT organization_id, sha256 FROM removed)
    ORDER BY c.organization_id, c.sha256 FOR UPDATE;
  DELETE FROM stored_contents c USING (SELECT DISTINCT organization_id, sha256 FROM removed) r
    WHERE c.organization_id = r.organization_id AND c.sha256 = r.sha256
      AND NOT EXISTS (SELECT FROM media m WHERE m.organization_id = r.organization_id AND m.sha256 = r.sha256);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER media_drop_content AFTER DELETE ON media
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION drop_last_content();--> statement-breakpoint
CREATE FUNCTION note_discarded_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO discarded_contents (storage_key, organization_id)
    SELECT key, organization_id FROM removed, unnest(ARRAY[storage_key, thumbnail_key]) AS key WHERE key IS NOT NULL
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER stored_contents_discard AFTER DELETE ON stored_contents
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_discarded_content();--> statement-breakpoint
-- Whoever erases a customer erases his files, and what he sent us.
CREATE FUNCTION drop_customer_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM customer_files WHERE customer_id = NEW.id;
  DELETE FROM received_files f USING messages m WHERE m.customer_id = NEW.id AND f.message_id = m.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_drop_files AFTER UPDATE OF deleted_at ON customers
  FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION drop_customer_files();
