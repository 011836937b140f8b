CREATE TABLE IF NOT EXISTS agentmail_deliveries (
  endpoint text NOT NULL,
  key bytea NOT NULL,
  state text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (endpoint, key)
);
CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
