/** Where a line comes from that does not say so: the log stream names the version, and the version has a stage. */
import type { LogEvent } from './fetch.ts';
import type { Origin } from './record.ts';
import type { ReleaseIndex } from './release-index.ts';

export type FindOrigin = (event: LogEvent) => Promise<Origin>;

/** `releases` when the stage matters: it costs a call. */
export function createOrigins(releases: Pick<ReleaseIndex, 'find'> | null): FindOrigin {
  return async function originOf({ message, stream }) {
    const version = /\/\[(\d+)\][^/]*$/.exec(stream)?.[1];
    if (version === undefined || message.startsWith('{')) return {};
    const stage = (await releases?.find(version))?.stage;
    return { ...(stage && { stage }), version };
  };
}
