/** Which records of a domain are missing. Pure, and apart from dns.ts so that it loads no client. */
import type { Change } from '../model.ts';
import { addressRecords, findRecord, foreignRecords, isIssued, type LiveDomain, leadsTo } from './model.ts';

export function diffProof(live: LiveDomain): Change[] {
  const proof = live.certificate?.proof;
  if (!proof || live.zone === null || isIssued(live) || leadsTo(findRecord(live, proof), proof)) return [];
  return [{ field: 'record', from: undefined, to: proof.name }];
}

/** Each that is missing or leads to a target that is gone. None where something of somebody else's stands. */
export function diffRecords(live: LiveDomain): Change[] {
  if (live.zone === null || foreignRecords(live).length > 0) return [];
  return addressRecords(live)
    .filter((wanted) => !leadsTo(findRecord(live, wanted), wanted))
    .map((wanted) => ({
      field: wanted.type,
      from: findRecord(live, wanted)?.AliasTarget?.DNSName,
      to: wanted.value,
    }));
}
