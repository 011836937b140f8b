CREATE TABLE IF NOT EXISTS agentmail_deliveries (
  key TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS agentmail_deliveries_expires_at ON agentmail_deliveries (expires_at);
