/** Recognises an event by what AWS guarantees of its kind, most specific first. */
import { isRecord } from '../../http/json.ts';
import { alb, isAlb } from './alb.ts';
import { behind } from './base-path.ts';
import type { EventSettings, Format } from './format.ts';
import { isLatticeV1, isLatticeV2, latticeV1, latticeV2 } from './lattice.ts';
import { isWebSocket, other } from './other.ts';
import { malformed } from './parse-event.ts';
import { isPayloadV1, payloadV1 } from './payload-v1.ts';
import { isPayloadV2, payloadV2, refused } from './payload-v2.ts';

export function detect(event: unknown, settings: EventSettings): Format {
  if (event === malformed) return refused();
  if (!isRecord(event)) return other(event, 'other', settings);
  // before payload 1.0: it sends `httpMethod` and `path` as well
  if (isAlb(event)) return behind(settings.path, alb(event));
  // before payload 2.0: it has the same `version`
  if (isLatticeV2(event)) return behind(settings.path, latticeV2(event));
  if (isPayloadV2(event)) return behind(settings.path, payloadV2(event));
  // before payload 1.0: $connect has its headers, and no method of its own
  if (isWebSocket(event)) return other(event, 'websocket', settings);
  if (isPayloadV1(event)) return behind(settings.path, payloadV1(event));
  if (isLatticeV1(event)) return behind(settings.path, latticeV1(event));
  return other(event, 'other', settings);
}
