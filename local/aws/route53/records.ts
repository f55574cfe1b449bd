/** The records of a zone. A batch of changes holds as a whole or not at all. */
import { isRecord } from '../../../http/json.ts';
import type { HostedZone, RecordSet, State } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkChoice, checkRange, type Input } from '../input.ts';
import { copyRecord } from '../record.ts';
import { listOf } from '../wire/xml.ts';
import { readChangeId, toChangeInfo } from './changes.ts';
import { byDnsName, toDnsName } from './names.ts';
import { nameProblem, recordTypes, valueProblems } from './values.ts';
import { findZone, read } from './zones.ts';

const invalid = 'InvalidInput';
const maxChanges = 1_000;
const maxTtl = 2_147_483_647;

/** The record of a name in whatever public zone has it. */
export function findRecord(state: State, name: string, type: string): RecordSet | undefined {
  const zones = Object.values(state.hostedZones).filter(({ PrivateZone }) => !PrivateZone);
  return zones.map((zone) => zone.records[`${toDnsName(name)} ${type}`]).find((record) => record !== undefined);
}

export function changeRecords({ store, now }: Call, input: Input): Output {
  const zone = findZone(store.state, input);
  const changes = list(read.object(read.object(input, 'ChangeBatch') ?? {}, 'Changes') ?? {}, 'Change');
  if (changes.length === 0) throw new AwsError(invalid, 'Number of records limit of 1 not reached');
  if (changes.length > maxChanges) throw new AwsError(invalid, `Number of records limit of ${maxChanges} exceeded.`);
  const records = copyRecord(zone.records);
  for (const change of changes) apply(zone, records, change, now());
  zone.records = records;
  return { ChangeInfo: toChangeInfo(now(), now()) };
}

function list(input: Input, key: string): Input[] {
  return listOf(input[key]).filter(isRecord);
}

function apply(zone: HostedZone, records: Record<string, RecordSet>, change: Input, changedAt: number): void {
  const action = read.needText(change, 'Action');
  const record = readRecord(read.object(change, 'ResourceRecordSet') ?? {}, changedAt);
  const { Name, Type } = record;
  const key = `${Name} ${Type}`;
  const there = records[key];
  const called = `[name='${Name}', type='${Type}']`;
  if (Name !== zone.Name && !Name.endsWith(`.${zone.Name}`))
    throw refused(`RRSet with DNS name ${Name} is not permitted in zone ${zone.Name}`);
  if (action === 'DELETE') {
    if (Name === zone.Name && (Type === 'NS' || Type === 'SOA'))
      throw refused(`A HostedZone must contain at least one ${Type} record for the zone itself.`);
    if (!there) throw refused(`Tried to delete resource record set ${called} but it was not found`);
    if (textOf(there) !== textOf(record))
      throw refused(
        `Tried to delete resource record set ${called} but the values provided do not match the current values`,
      );
    delete records[key];
    return;
  }
  if (action !== 'CREATE' && action !== 'UPSERT') throw new AwsError(invalid, `Invalid change action: ${action}`);
  const problems = [nameProblem(Name), ...valueProblems(Type, record.Values)].filter((problem) => problem !== null);
  if (problems.length > 0) throw refused(problems.join(', '));
  if (action === 'CREATE' && there)
    throw refused(`Tried to create resource record set ${called} but it already exists`);
  checkCname(zone, records, record);
  records[key] = record;
}

/** RFC 1034 3.6.2: an alias stands alone at its name. */
function checkCname(zone: HostedZone, records: Record<string, RecordSet>, { Name, Type }: RecordSet): void {
  const others = Object.values(records).filter((other) => other.Name === Name && other.Type !== Type);
  if (Type === 'CNAME') {
    if (Name === zone.Name)
      throw refused(`RRSet of type CNAME with DNS name ${Name} is not permitted at apex in zone ${zone.Name}`);
    if (others.length > 0)
      throw refused(
        `RRSet of type CNAME with DNS name ${Name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.Name}`,
      );
  }
  if (others.some((other) => other.Type === 'CNAME'))
    throw refused(
      `RRSet of type ${Type} with DNS name ${Name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${zone.Name}`,
    );
}

function refused(message: string): AwsError {
  return new AwsError('InvalidChangeBatch', `[${message}]`);
}

function readRecord(set: Input, changedAt: number): RecordSet {
  const alias = read.object(set, 'AliasTarget');
  const TTL = read.number(set, 'TTL');
  const values = list(read.object(set, 'ResourceRecords') ?? {}, 'ResourceRecord');
  const isPlain = TTL !== undefined && values.length > 0;
  if (alias ? TTL !== undefined || values.length > 0 : !isPlain)
    throw new AwsError(invalid, 'Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords]]');
  if (TTL !== undefined) checkRange(invalid, 'TTL', TTL, { min: 0, max: maxTtl });
  const Type = read.needText(set, 'Type');
  checkChoice(invalid, 'Type', Type, recordTypes);
  if (set.SetIdentifier !== undefined || set.Weight !== undefined)
    throw new AwsError(invalid, 'Routing policies are not implemented by the local platform: use simple records');
  return {
    Name: toDnsName(read.needText(set, 'Name')),
    Type,
    ...(TTL !== undefined && { TTL }),
    Values: values.map((value) => read.needText(value, 'Value')),
    ...(alias && {
      AliasTarget: {
        HostedZoneId: read.needText(alias, 'HostedZoneId'),
        DNSName: toDnsName(read.needText(alias, 'DNSName')),
        EvaluateTargetHealth: read.flag(alias, 'EvaluateTargetHealth') ?? false,
      },
    }),
    changedAt,
  };
}

function textOf({ TTL, Values, AliasTarget }: RecordSet): string {
  return JSON.stringify([TTL, [...Values].sort(), AliasTarget]);
}

/** In DNS's order, from a name and type on. */
export function listRecords({ store }: Call, input: Input): Output {
  const zone = findZone(store.state, input);
  const from = read.text(input, 'name');
  const type = read.text(input, 'type');
  const size = Math.min(Math.max(read.number(input, 'maxitems') ?? 300, 1), 300);
  const rest = Object.values(zone.records)
    .sort((a, b) => byDnsName(a.Name, b.Name) || (a.Type < b.Type ? -1 : 1))
    .filter((record) => {
      if (from === undefined) return true;
      const order = byDnsName(record.Name, toDnsName(from));
      return order > 0 || (order === 0 && (type === undefined || record.Type >= type));
    });
  const next = rest[size];
  return {
    ResourceRecordSets: { ResourceRecordSet: rest.slice(0, size).map(show) },
    IsTruncated: next !== undefined,
    NextRecordName: next?.Name,
    NextRecordType: next?.Type,
    MaxItems: size,
  };
}

function show({ Name, Type, TTL, Values, AliasTarget }: RecordSet): Record<string, unknown> {
  return {
    Name,
    Type,
    TTL,
    ...(Values.length > 0 && { ResourceRecords: { ResourceRecord: Values.map((Value) => ({ Value })) } }),
    AliasTarget,
  };
}

export function getChange({ now }: Call, input: Input): Output {
  return { ChangeInfo: toChangeInfo(readChangeId(read.needText(input, 'Id')), now()) };
}
