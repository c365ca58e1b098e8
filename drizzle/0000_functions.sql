CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
-- uuid v7 (RFC 9562) for PostgreSQL before 18: 48 bits of milliseconds, then version, variant and random bits.
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(
    set_bit(
      set_bit(
        overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6),
        52, 1),
      53, 1),
    'hex')::uuid
$$;
