/** The requests an app may be speaking of: those that are in flight, and the last that was answered. */
export interface RequestIds {
  began(id: string): void;
  ended(id: string): void;
  /** The id that a line carries, when it is one of them. */
  carriedBy(line: string): string | undefined;
}

/** Shorter ones would be found in lines that mean something else. */
const leastLength = 8;

export function createRequestIds(): RequestIds {
  const inFlight = new Set<string>();
  let last = '';

  return {
    began(id) {
      if (id.length >= leastLength) inFlight.add(id);
    },
    ended(id) {
      if (inFlight.delete(id)) last = id;
    },
    carriedBy(line) {
      for (const id of inFlight) if (line.includes(id)) return id;
      return last !== '' && line.includes(last) ? last : undefined;
    },
  };
}
