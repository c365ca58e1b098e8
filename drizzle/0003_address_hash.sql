-- An address, known again by an organization after it was erased.
CREATE FUNCTION address_hash(organization_id uuid, address text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT encode(sha256(convert_to(organization_id::text || ':' || address, 'UTF8')), 'hex')
$$;
