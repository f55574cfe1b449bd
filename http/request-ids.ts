/** The requests that a log line of the app may refer to: those in flight, and the last that was answered. */
export interface RequestIds {
  /** `trace`: the id of the trace that the request is part of. */
  began(id: string, trace?: string): void;
  ended(id: string): void;
  /** The id that a line carries, when it is one of them. */
  carriedBy(line: string): string | undefined;
  /** Of a request that `carriedBy` has just found. */
  traceOf(id: string): string | undefined;
}

/** Shorter ids would be found by accident. */
const leastLength = 8;

export function createRequestIds(): RequestIds {
  const inFlight = new Map<string, string | undefined>();
  let last = '';
  let lastTrace: string | undefined;

  return {
    began(id, trace) {
      if (id.length >= leastLength) inFlight.set(id, trace);
    },
    ended(id) {
      const trace = inFlight.get(id);
      if (!inFlight.delete(id)) return;
      last = id;
      lastTrace = trace;
    },
    carriedBy(line) {
      for (const id of inFlight.keys()) if (line.includes(id)) return id;
      return last !== '' && line.includes(last) ? last : undefined;
    },
    traceOf: (id) => inFlight.get(id) ?? (id === last ? lastTrace : undefined),
  };
}
