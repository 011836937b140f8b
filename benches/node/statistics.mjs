/** Median and quartiles. */
export function quartiles(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (part) => {
    const place = part * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return [at(0.25), at(0.5), at(0.75)];
}

/** How many times as long one took as the other, in each round, as median and quartiles. */
export function ratio(one, other) {
  return quartiles(one.map((time, round) => time / other[round]));
}
