/** Returns the first quartile, the median and the third quartile. */
export function quartiles(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (part) => {
    const place = part * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
  };
  return [at(0.25), at(0.5), at(0.75)];
}

/** Returns the median and quartiles of the ratio of two times in each round. */
export function ratio(one, other) {
  return quartiles(one.map((time, round) => time / other[round]));
}
