// Errors point at the line of the user that caused them.

/**
 * Runs `action`. The stack of a `WebhookError` that it throws begins at the call of `entry`, a function of the public API:
 * Node prints that line of an uncaught error, not a line of this package.
 */
export function inCallOf(entry, action) {
  try {
    return action();
  } catch (error) {
    // In CommonJS, Node prints this line.
    throw atCallOf(entry, error);
  }
}

function atCallOf(entry, error) {
  // By name: the library of an adapter may be another copy.
  if (error?.name === "WebhookError") Error.captureStackTrace?.(error, entry);
  return error;
}
