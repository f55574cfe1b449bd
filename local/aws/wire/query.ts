/**
 * AWS Query: a form in, XML out.
 *
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { isRecord } from '../../../http/json.ts';
import type { Input } from '../input.ts';
import type { Wire, WireRequest } from './wire.ts';
import { escapeXml } from './xml.ts';

/**
 * The wire of a service whose answers are in `namespace`. `isTime` tells which members are times: texts here, and seconds
 * for its operations.
 */
export function createQuery(namespace: string, isTime: (member: string) => boolean = () => false): Wire {
  return {
    parse(req) {
      const { Action, Version: _, ...input } = parseForm(toForm(req));
      const operation = typeof Action === 'string' ? Action : '';
      return { operation, input: withTimes(input, isTime, toSeconds), status: 200 };
    },
    answer({ operation, status }, output, requestId) {
      const shown = output && withTimes(output, isTime, toIso);
      const result = shown ? `<${operation}Result>${toXml(shown)}</${operation}Result>` : '';
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>\n`;
      return { status, headers: headersOf(requestId), body };
    },
    fail(error, requestId) {
      const type = error.status < 500 ? 'Sender' : 'Receiver';
      const detail = toXml({ Type: type, Code: error.code, Message: error.message });
      const body = `<ErrorResponse xmlns="${namespace}"><Error>${detail}</Error><RequestId>${requestId}</RequestId></ErrorResponse>\n`;
      return { status: error.status, headers: headersOf(requestId), body };
    },
  };
}

/** The values of members that are times, at any depth, as `change` makes them. */
function withTimes<T>(
  value: T,
  isTime: (member: string) => boolean,
  change: (time: unknown) => unknown,
  member = '',
): T {
  const inside = (item: unknown, name: string) => withTimes(item, isTime, change, name);
  if (value instanceof Map) return value;
  if (Array.isArray(value)) return value.map((item) => inside(item, member)) as T;
  if (!isRecord(value)) return (isTime(member) ? change(value) : value) as T;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inside(item, name)])) as T;
}

function toIso(time: unknown): unknown {
  return typeof time === 'number' ? new Date(time * 1000).toISOString() : time;
}

/** What is no time stays as it is, for the operation to refuse. */
function toSeconds(time: unknown): unknown {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(milliseconds) ? time : milliseconds / 1000;
}

function headersOf(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}

/** The parameters of a request, from its body or its query string. */
export function toForm({ method, query, body }: Pick<WireRequest, 'method' | 'query' | 'body'>): URLSearchParams {
  return method === 'POST' && body.length > 0 ? new URLSearchParams(body.toString('utf8')) : query;
}

type Node = string | Map<string, Node>;

/** `Tags.member.1.Key=a` becomes `{ Tags: [{ Key: 'a' }] }`. */
export function parseForm(form: URLSearchParams): Input {
  const root = new Map<string, Node>();
  for (const [name, value] of form) setPath(root, name.split('.'), value);
  return Object.fromEntries([...root].map(([name, node]) => [name, toValue(node)]));
}

function setPath(root: Map<string, Node>, path: readonly string[], value: string): void {
  let node = root;
  for (const step of path.slice(0, -1)) {
    const child = node.get(step);
    const next: Map<string, Node> = child instanceof Map ? child : new Map();
    node.set(step, next);
    node = next;
  }
  node.set(path.at(-1) ?? '', value);
}

function toValue(node: Node): unknown {
  if (typeof node === 'string') return node;
  const members = node.get('member');
  if (members instanceof Map) return [...members.values()].map(toValue);
  const entries = node.get('entry');
  if (entries instanceof Map) return Object.fromEntries([...entries.values()].map(toEntry));
  // An empty list is sent as `Tags=`.
  return Object.fromEntries([...node].map(([name, child]) => [name, toValue(child)]));
}

/** Of a map. Most services call the two `key` and `value`, the attributes of SNS's messages have capitals. */
function toEntry(node: Node): [name: string, value: unknown] {
  if (typeof node === 'string') return ['', node];
  const name = node.get('key') ?? node.get('Name');
  return [typeof name === 'string' ? name : '', toValue(node.get('value') ?? node.get('Value') ?? '')];
}

/** A `Map` is a map of the protocol, whose names are data; an object is a structure. */
function toXml(value: unknown): string {
  if (value instanceof Map)
    return [...value].map(([key, item]) => `<entry>${toXml({ key, value: item })}</entry>`).join('');
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (!isRecord(value)) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `<${name}>${toXml(item)}</${name}>`)
    .join('');
}
