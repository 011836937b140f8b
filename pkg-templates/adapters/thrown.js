// What was thrown may be anything, and may throw again when it is looked at.

/** Runs it, and tells `report`, which must not throw, of what it throws. */
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
