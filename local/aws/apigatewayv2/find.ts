/** Finding APIs and their parts, and what reading their requests has in common. */
import { randomBytes } from 'node:crypto';
import type { DomainName, HttpApi, State } from '../../model.ts';
import { AwsError } from '../error.ts';
import { accountId } from '../identity.ts';
import { createReader, type Input } from '../input.ts';
import { toPage } from '../pages.ts';

const badRequest = 'BadRequestException';
export const read = createReader(badRequest);

export function invalid(message: string): AwsError {
  return new AwsError(badRequest, message);
}

/** What a client may ask of AWS and not of this platform; silence would make a deployment look complete. */
export function refuse(input: Input, members: readonly string[]): void {
  for (const member of members)
    if (input[member] !== undefined && input[member] !== null)
      throw invalid(`${member} is not implemented by the local platform`);
}

export function findApi(state: State, input: Input): HttpApi {
  const id = read.needText(input, 'apiId');
  const api = state.apis[id];
  if (!api) throw notFound(`Invalid API identifier specified ${accountId}:${id}`);
  return api;
}

export function findDomain(state: State, input: Input): DomainName {
  const domain = state.domainNames[read.needText(input, 'domainName').toLowerCase()];
  if (!domain) throw notFound('Invalid domain name identifier specified');
  return domain;
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message);
}

/** Calls on one API take turns; a new one has no id yet. */
export function lockApi(input: Input): string {
  const tagged = typeof input.resourceArn === 'string' ? parseApiArn(input.resourceArn)?.apiId : undefined;
  return String(input.apiId ?? tagged ?? '');
}

export interface ApiArn {
  readonly apiId: string;
  readonly stageName?: string;
}

export function parseApiArn(arn: string): ApiArn | null {
  const match = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]*::\/apis\/(\w+)(?:\/stages\/([\w$-]+))?$/.exec(arn);
  if (!match?.[1]) return null;
  return match[2] === undefined ? { apiId: match[1] } : { apiId: match[1], stageName: match[2] };
}

/** An id of lower case letters and digits, as long as AWS's. */
export function toId(length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** ISO 8601 to the second, as API Gateway prints it. */
export function toTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** A page of items, shown. */
export function showPage<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  show: (item: T) => Record<string, unknown>,
  input: Input,
): Record<string, unknown> {
  const size = Math.min(Math.max(read.number(input, 'maxResults') ?? 100, 1), 500);
  const page = toPage(items, nameOf, { marker: read.text(input, 'nextToken'), size, code: badRequest });
  return { items: page.items.map(show), nextToken: page.next };
}
