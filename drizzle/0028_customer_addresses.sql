-- The primary phone and email of a customer are columns of `customers`; every address stands in `customer_addresses` too.
INSERT INTO customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at, deleted_at)
SELECT c.organization_id, c.id, a.kind, a.address, true, c.created_at, c.deleted_at
FROM customers c CROSS JOIN LATERAL (VALUES ('phone', c.phone), ('email', c.email)) AS a (kind, address)
WHERE a.address IS NOT NULL;--> statement-breakpoint
CREATE FUNCTION copy_new_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at, deleted_at)
  SELECT c.organization_id, c.id, a.kind, a.address, true, c.created_at, c.deleted_at
  FROM inserted c CROSS JOIN LATERAL (VALUES ('phone', c.phone), ('email', c.email)) AS a (kind, address)
  WHERE a.address IS NOT NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_copy_new_addresses AFTER INSERT ON customers
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION copy_new_addresses();--> statement-breakpoint
-- A primary address that is replaced goes, unless it is written again as another address afterwards.
CREATE FUNCTION copy_changed_addresses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.deleted_at IS DISTINCT FROM OLD.deleted_at THEN
    UPDATE customer_addresses SET deleted_at = NEW.deleted_at WHERE customer_id = NEW.id;
  END IF;
  DELETE FROM customer_addresses a
  WHERE a.customer_id = NEW.id AND a.is_primary
    AND a.address IS DISTINCT FROM CASE a.kind WHEN 'phone' THEN NEW.phone ELSE NEW.email END;
  INSERT INTO customer_addresses (organization_id, customer_id, kind, address, is_primary, created_at, deleted_at)
  SELECT NEW.organization_id, NEW.id, a.kind, a.address, true, NEW.updated_at, NEW.deleted_at
  FROM (VALUES ('phone', NEW.phone), ('email', NEW.email)) AS a (kind, address)
  WHERE a.address IS NOT NULL
  ON CONFLICT (customer_id, kind, address) DO UPDATE SET is_primary = true;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER customers_copy_changed_addresses AFTER UPDATE ON customers FOR EACH ROW
  WHEN (NEW.phone IS DISTINCT FROM OLD.phone OR NEW.email IS DISTINCT FROM OLD.email OR NEW.deleted_at IS DISTINCT FROM OLD.deleted_at)
  EXECUTE FUNCTION copy_changed_addresses();
