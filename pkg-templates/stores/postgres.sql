DO $$
BEGIN
  IF to_regclass('agentmail_deliveries_expires_at') IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('agentmail_deliveries', 0));
    CREATE TABLE IF NOT EXISTS agentmail_deliveries (
      endpoint text NOT NULL,
      key bytea NOT NULL,
      state text NOT NULL,
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (endpoint, key)
    );
    CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
  END IF;
END
$$;
