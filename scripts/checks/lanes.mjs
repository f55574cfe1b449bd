/** Runs at most so many works at a time, those that come later after those that came first. */
export function createLanes(count) {
  const waiting = [];
  let free = count;

  return async function inLane(work) {
    if (free === 0) await new Promise((resolve) => waiting.push(resolve));
    else free--;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
