/** The certificate of a domain, by ACM, in the region of the API. Proved by a record in DNS. */
import { createHash } from 'node:crypto';
import {
  type CertificateDetail,
  type CertificateStatus,
  type CertificateSummary,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-acm';
import { UpError } from '../../errors.ts';
import type { DomainClients } from '../clients.ts';
import { type LiveCertificate, type WantedRecord, withoutDot } from '../domains/model.ts';
import { isOurs, stageTags, type Tags } from '../tags.ts';
import { waitUntil } from '../wait.ts';

/** What API Gateway takes. A list leaves out most of them unless it is asked for them. */
const keyTypes = ['RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1'] as const;

type Acm = DomainClients['acm'];

/** The one that is given; else one that is issued and covers the name, `preferred` before all; else one of ours that waits. */
export async function readCertificate(
  acm: Acm,
  app: string,
  { name, given, preferred }: { readonly name: string; readonly given: string | null; readonly preferred?: string },
): Promise<LiveCertificate | null> {
  if (given !== null) return readGiven(acm, name, given);
  const found = await list(acm, ['ISSUED', 'PENDING_VALIDATION']);
  const issued = found
    .filter(({ Status }) => Status === 'ISSUED')
    .map((summary) => ({ arn: summary.CertificateArn ?? '', rank: rankOf(summary, name) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => Number(b.arn === preferred) - Number(a.arn === preferred) || b.rank - a.rank);
  if (issued[0]) return { arn: issued[0].arn, status: 'ISSUED', proof: null };
  const waiting = found.filter(({ Status, DomainName }) => Status === 'PENDING_VALIDATION' && DomainName === name);
  for (const { CertificateArn = '' } of waiting)
    if (isOurs(await readTags(acm, CertificateArn), app)) return describe(acm, CertificateArn);
  return null;
}

async function readGiven(acm: Acm, name: string, arn: string): Promise<LiveCertificate> {
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }));
  const names = [Certificate?.DomainName, ...(Certificate?.SubjectAlternativeNames ?? [])];
  if (names.some((covered) => covers(covered, name))) return toLive(arn, Certificate);
  throw new UpError('UP_DOMAIN_CERTIFICATE', `The certificate given for ${name} does not cover it`, {
    evidence: `It is for   ${names.filter(Boolean).join(', ')}`,
  });
}

async function list(acm: Acm, CertificateStatuses: CertificateStatus[] | undefined): Promise<CertificateSummary[]> {
  const found: CertificateSummary[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await acm.send(
      new ListCertificatesCommand({ CertificateStatuses, Includes: { keyTypes: [...keyTypes] }, NextToken }),
    );
    found.push(...(page.CertificateSummaryList ?? []));
    NextToken = page.NextToken;
    if (!NextToken) return found;
  }
}

/** 3 for one of that very name, 2 for one that also has it, 1 for a wildcard, 0 for none. */
function rankOf({ DomainName, SubjectAlternativeNameSummaries = [] }: CertificateSummary, name: string): number {
  if (DomainName === name) return 3;
  if (SubjectAlternativeNameSummaries.includes(name)) return 2;
  return [DomainName, ...SubjectAlternativeNameSummaries].some((covered) => covers(covered, name)) ? 1 : 0;
}

/** A wildcard stands for one label: RFC 6125 6.4.3. */
export function covers(covered: string | undefined, name: string): boolean {
  return covered === name || covered === name.replace(/^[^.]+/, '*');
}

async function describe(acm: Acm, CertificateArn: string): Promise<LiveCertificate> {
  const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
  return toLive(CertificateArn, Certificate);
}

function toLive(arn: string, detail: CertificateDetail | undefined): LiveCertificate {
  const record = detail?.DomainValidationOptions?.find(({ ResourceRecord }) => ResourceRecord)?.ResourceRecord;
  const proof: WantedRecord | null = record
    ? { name: withoutDot(record.Name), type: 'CNAME', value: withoutDot(record.Value) }
    : null;
  return { arn, status: detail?.Status ?? '', proof };
}

async function readTags(acm: Acm, CertificateArn: string): Promise<Tags> {
  const { Tags = [] } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn }));
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

const proofTimeoutMs = 60_000;

/** Requests one and waits for the record that proves the domain; a repeated request of an hour gives the same. */
export async function requestCertificate(
  acm: Acm,
  { app, stage, name }: { readonly app: string; readonly stage: string; readonly name: string },
): Promise<LiveCertificate> {
  const { CertificateArn = '' } = await acm.send(
    new RequestCertificateCommand({
      DomainName: name,
      ValidationMethod: 'DNS',
      IdempotencyToken: createHash('sha256').update(`${app} ${name}`).digest('hex').slice(0, 32),
      Tags: Object.entries(stageTags(app, stage)).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  return waitForProof(acm, CertificateArn);
}

/** ACM makes the record up some seconds after the request. */
function waitForProof(acm: Acm, arn: string): Promise<LiveCertificate> {
  return waitUntil(
    async () => {
      const live = await describe(acm, arn);
      return live.proof || live.status === 'ISSUED' ? live : null;
    },
    { timeout: proofTimeoutMs, for: 'ACM to say which record proves the domain' },
  );
}

/** Minutes, as a rule, after the record is there; ACM itself gives up after three days. */
const issueTimeoutMs = 30 * 60_000;

export async function waitForIssue(acm: Acm, arn: string): Promise<void> {
  await waitUntil(
    async () => {
      const { status } = await describe(acm, arn);
      if (status === 'ISSUED') return true;
      if (status === 'PENDING_VALIDATION') return null;
      throw new UpError('UP_DOMAIN_CERTIFICATE', `ACM will not issue the certificate: it is ${status}`, {
        evidence: `Certificate  ${arn}`,
        hint: 'deploy again, and a new one is requested',
      });
    },
    { timeout: issueTimeoutMs, for: 'the certificate to be issued' },
  );
}

const freeTimeoutMs = 30_000;

/**
 * Deletes what was requested for a domain: of that very name and with our tags, nothing else. `unprove` takes its proof
 * away before, because nobody else tells which record that is. One that something else uses as well stays, proved.
 */
export async function removeCertificates(
  acm: Acm,
  { app, name }: { readonly app: string; readonly name: string },
  unprove: (proof: WantedRecord) => Promise<void>,
): Promise<void> {
  for (const { CertificateArn = '', DomainName } of await list(acm, undefined)) {
    if (DomainName !== name || !isOurs(await readTags(acm, CertificateArn), app)) continue;
    const free = await waitForFree(acm, CertificateArn);
    if (free === null) continue;
    if (free.proof) await unprove(free.proof);
    await removeCertificate(acm, CertificateArn);
  }
}

/** ACM counts it as used for a moment after the last domain name that used it is gone. Null for one that stays in use. */
function waitForFree(acm: Acm, CertificateArn: string): Promise<LiveCertificate | null> {
  const started = Date.now();
  return waitUntil(
    async () => {
      const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
      if (!Certificate?.InUseBy?.length) return { found: toLive(CertificateArn, Certificate) };
      return Date.now() - started < freeTimeoutMs ? null : { found: null };
    },
    { timeout: 2 * freeTimeoutMs, for: 'the certificate to be free' },
  ).then(({ found }) => found);
}

async function removeCertificate(acm: Acm, CertificateArn: string): Promise<void> {
  const started = Date.now();
  await waitUntil(
    async () => {
      try {
        await acm.send(new DeleteCertificateCommand({ CertificateArn }));
        return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return true;
        if (!(error instanceof ResourceInUseException)) throw error;
        return Date.now() - started < freeTimeoutMs ? null : false;
      }
    },
    { timeout: 2 * freeTimeoutMs, for: 'the certificate to be deleted' },
  );
}
