/** Certificates and their tags. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Certificate, State, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { accountId, region, toCertificateArn } from '../identity.ts';
import { createReader, type Input } from '../input.ts';
import { byName, readPageSize, toPage } from '../pages.ts';
import { copyRecord, emptyRecord } from '../record.ts';
import { findRecord } from '../route53/records.ts';

const invalid = 'ValidationException';
const read = createReader(invalid);
const maxTags = 50;

/** Milliseconds after a request until its record is known: AWS takes seconds. */
const recordDelayMs = 300;
/** Milliseconds after the record until the certificate is issued: AWS takes minutes. */
const issueDelayMs = 1_000;
const tokenLifeMs = 60 * 60 * 1000;

const namePattern = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

export function requestCertificate({ store, now }: Call, input: Input): Output {
  const DomainName = checkName(read.needText(input, 'DomainName'));
  if ((read.text(input, 'ValidationMethod') ?? 'EMAIL') !== 'DNS')
    throw new AwsError(invalid, 'ValidationMethod EMAIL and HTTP are not implemented by the local platform: use DNS');
  const names = [...new Set([DomainName, ...(read.texts(input, 'SubjectAlternativeNames') ?? []).map(checkName)])];
  const IdempotencyToken = read.text(input, 'IdempotencyToken');
  if (IdempotencyToken !== undefined && !/^\w{1,32}$/.test(IdempotencyToken))
    throw new AwsError(invalid, `Value '${IdempotencyToken}' at 'idempotencyToken' must satisfy \\w+`);
  const time = now();
  const same = Object.values(store.state.certificates).find(
    (other) =>
      IdempotencyToken !== undefined &&
      other.IdempotencyToken === IdempotencyToken &&
      other.DomainName === DomainName &&
      time - other.CreatedAt < tokenLifeMs,
  );
  if (same) return { CertificateArn: same.CertificateArn };
  const certificate: Certificate = {
    CertificateArn: toCertificateArn(randomUUID()),
    DomainName,
    SubjectAlternativeNames: names,
    ...(IdempotencyToken !== undefined && { IdempotencyToken }),
    KeyAlgorithm: read.text(input, 'KeyAlgorithm') ?? 'RSA_2048',
    CreatedAt: time,
    ResourceRecords: Object.fromEntries(names.map((name) => [name, toProof(name)])),
    Tags: readTags(input, emptyRecord()),
  };
  store.state.certificates[certificate.CertificateArn] = certificate;
  return { CertificateArn: certificate.CertificateArn };
}

function checkName(name: string): string {
  if (namePattern.test(name) && name.length <= 253) return name.toLowerCase();
  throw new AwsError(invalid, `1 validation error detected: Value '${name}' at 'domainName' is not a domain name`);
}

/** A wildcard is proved where its base is. */
function toProof(name: string): { Name: string; Value: string } {
  const hex = () => randomBytes(16).toString('hex');
  return { Name: `_${hex()}.${name.replace(/^\*\./, '')}.`, Value: `_${hex()}.acm-validations.aws.` };
}

/** Its status now. That it was issued is remembered: removing the record later changes nothing. */
export function isIssued(state: State, certificate: Certificate, time: number): boolean {
  if (certificate.IssuedAt !== undefined) return true;
  const since = Object.values(certificate.ResourceRecords).map(({ Name, Value }) => {
    const record = findRecord(state, Name, 'CNAME');
    const proves = record?.Values.some((value) => withDot(value) === Value);
    return record && proves ? Math.max(record.changedAt, certificate.CreatedAt) : Number.POSITIVE_INFINITY;
  });
  const issuedAt = Math.max(...since) + issueDelayMs;
  if (issuedAt > time) return false;
  certificate.IssuedAt = issuedAt;
  return true;
}

function withDot(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

export function describeCertificate({ store: { state }, now }: Call, input: Input): Output {
  const certificate = find(state, input);
  const issued = isIssued(state, certificate, now());
  const known = now() - certificate.CreatedAt >= recordDelayMs;
  return {
    Certificate: {
      ...summary(certificate, issued),
      SubjectAlternativeNames: certificate.SubjectAlternativeNames,
      DomainValidationOptions: certificate.SubjectAlternativeNames.map((name) => ({
        DomainName: name,
        ValidationDomain: name,
        ValidationStatus: issued ? 'SUCCESS' : 'PENDING_VALIDATION',
        ...(known && { ResourceRecord: { ...certificate.ResourceRecords[name], Type: 'CNAME' } }),
        ValidationMethod: 'DNS',
      })),
      InUseBy: usersOf(state, certificate),
      Subject: `CN=${certificate.DomainName}`,
      Options: { CertificateTransparencyLoggingPreference: 'ENABLED' },
    },
  };
}

interface Summary extends Record<string, unknown> {
  readonly CertificateArn: string;
  readonly Status: 'ISSUED' | 'PENDING_VALIDATION';
}

/** What a list tells too. Times are in seconds. */
function summary(certificate: Certificate, issued: boolean): Summary {
  const { CertificateArn, DomainName, KeyAlgorithm, CreatedAt, IssuedAt } = certificate;
  return {
    CertificateArn,
    DomainName,
    Status: issued ? 'ISSUED' : 'PENDING_VALIDATION',
    Type: 'AMAZON_ISSUED',
    KeyAlgorithm,
    CreatedAt: CreatedAt / 1000,
    ...(IssuedAt !== undefined && { IssuedAt: IssuedAt / 1000, NotBefore: IssuedAt / 1000 }),
    RenewalEligibility: 'INELIGIBLE',
  };
}

function usersOf(state: State, { CertificateArn }: Certificate): string[] {
  return Object.values(state.domainNames)
    .filter((domain) => domain.CertificateArn === CertificateArn)
    .map(({ ApiGatewayDomainName }) => `arn:aws:elasticloadbalancing:${region}:${accountId}:${ApiGatewayDomainName}`);
}

export function listCertificates({ store: { state }, now }: Call, input: Input): Output {
  const statuses = read.texts(input, 'CertificateStatuses') ?? [];
  const keyTypes = read.texts(read.object(input, 'Includes') ?? {}, 'keyTypes') ?? ['RSA_1024', 'RSA_2048'];
  const found = byName(Object.values(state.certificates), ({ CertificateArn }) => CertificateArn)
    .filter(({ KeyAlgorithm }) => keyTypes.includes(KeyAlgorithm))
    .map((certificate) => ({
      ...summary(certificate, isIssued(state, certificate, now())),
      SubjectAlternativeNameSummaries: certificate.SubjectAlternativeNames,
      HasAdditionalSubjectAlternativeNames: false,
      InUse: usersOf(state, certificate).length > 0,
      Exported: false,
    }))
    .filter(({ Status }) => statuses.length === 0 || statuses.includes(Status));
  const size = readPageSize(read, input, 'MaxItems', { code: invalid, usual: 1000, min: 1, max: 1000 });
  const page = toPage(found, ({ CertificateArn }) => CertificateArn, {
    marker: read.text(input, 'NextToken'),
    size,
    code: invalid,
  });
  return { CertificateSummaryList: page.items, NextToken: page.next };
}

export function deleteCertificate({ store: { state } }: Call, input: Input): Output {
  const certificate = find(state, input);
  if (usersOf(state, certificate).length > 0)
    throw new AwsError(
      'ResourceInUseException',
      `Certificate ${certificate.CertificateArn} in account ${accountId} is in use.`,
    );
  delete state.certificates[certificate.CertificateArn];
  return {};
}

function find(state: State, input: Input): Certificate {
  const arn = read.needText(input, 'CertificateArn');
  if (!/^arn:aws[a-z-]*:acm:[a-z0-9-]*:\d{12}:certificate\/[\w-]+$/.test(arn))
    throw new AwsError('InvalidArnException', `Invalid ARN: ${arn}`);
  const certificate = state.certificates[arn];
  if (!certificate)
    throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn} in account ${accountId}.`);
  return certificate;
}

export function listTags({ store: { state } }: Call, input: Input): Output {
  return { Tags: Object.entries(find(state, input).Tags).map(([Key, Value]) => ({ Key, Value })) };
}

export function addTags({ store: { state } }: Call, input: Input): Output {
  const certificate = find(state, input);
  certificate.Tags = readTags(input, certificate.Tags);
  return {};
}

/** A tag with a value goes only if it has that value. */
export function removeTags({ store: { state } }: Call, input: Input): Output {
  const certificate = find(state, input);
  const tags = copyRecord(certificate.Tags);
  for (const tag of read.objects(input, 'Tags') ?? []) {
    const key = read.needText(tag, 'Key');
    const value = read.text(tag, 'Value');
    if (value === undefined || tags[key] === value) delete tags[key];
  }
  certificate.Tags = tags;
  return {};
}

function readTags(input: Input, before: Tags): Tags {
  const tags = copyRecord(before as Record<string, string>);
  for (const tag of read.objects(input, 'Tags') ?? []) tags[read.needText(tag, 'Key')] = read.text(tag, 'Value') ?? '';
  if (Object.keys(tags).length > maxTags)
    throw new AwsError('TooManyTagsException', `A certificate can have at most ${maxTags} tags`);
  return tags;
}
