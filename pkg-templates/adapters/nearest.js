// Finds the name that a mistyped one stands for.

/** Returns the nearest name: one with few different letters, or one that contains the word. */
export function nearest(text, names) {
  const word = text.slice(0, 50);
  const near = names.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far)[0];
  if (near.far <= Math.max(1, Math.floor(word.length / 3))) return near.name;
  return word.length < 3 ? undefined : names.find((name) => name.includes(word));
}

/** Counts the letters that are added, removed, replaced, or swapped with their neighbour. */
function distance(from, to) {
  const rows = Array.from({ length: from.length + 1 }, (_, at) => [at]);
  rows[0] = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let a = 1; a <= from.length; a++) {
    for (let b = 1; b <= to.length; b++) {
      const changed = rows[a - 1][b - 1] + (from[a - 1] === to[b - 1] ? 0 : 1);
      rows[a][b] = Math.min(changed, rows[a - 1][b] + 1, rows[a][b - 1] + 1);
      const isSwapped = a > 1 && b > 1 && from[a - 1] === to[b - 2] && from[a - 2] === to[b - 1];
      if (isSwapped) rows[a][b] = Math.min(rows[a][b], rows[a - 2][b - 2] + 1);
    }
  }
  return rows[from.length][to.length];
}
