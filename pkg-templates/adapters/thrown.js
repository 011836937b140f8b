// Handles thrown values, which may be anything, and may throw again when they are inspected.

/** Runs `action`, and passes its error to `report`, which must not throw. */
export async function attempt(action, report) {
  try {
    await action();
  } catch (error) {
    report(error);
  }
}

export function codeOf(error) {
  try {
    const { code } = error;
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}
