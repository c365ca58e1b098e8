-- Who becomes a customer had sent files before: they are due in his Files tab.
CREATE FUNCTION note_late_files() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE received_files SET filing = 'due' WHERE message_id = NEW.id AND filing = 'waits';
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER messages_late_files AFTER UPDATE OF customer_id ON messages
  FOR EACH ROW WHEN (OLD.customer_id IS NULL AND NEW.customer_id IS NOT NULL AND NEW.kind IN ('image', 'document'))
  EXECUTE FUNCTION note_late_files();--> statement-breakpoint
CREATE TRIGGER template_media_loosen AFTER DELETE ON template_media
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION note_loose_media();
