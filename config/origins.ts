/**
 * Origins as `cors.allowed_origins` names them: one origin, or all subdomains of a domain, in the form in which browsers
 * send them. What would let in more than it seems to is refused.
 */

export type ReadOrigin = { readonly origin: string } | { readonly refusal: string };

/** In place of the labels of `*.`, while the URL parser looks at it. */
const anyLabels = 'any.';

/** https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin */
export function readOrigin(written: string): ReadOrigin {
  if (written === '*') return { origin: '*' };
  if (written === 'null') return { refusal: 'must not be "null": any page can make its origin that' };
  const [, scheme = '', star = '', host = ''] = /^([A-Za-z][\w+.-]*):\/\/(\*\.)?(.*)$/.exec(written) ?? [];
  if (scheme === '' || host === '') return { refusal: notAnOrigin };
  if (host.includes('*'))
    return { refusal: 'may have a "*" only as the first label of a host: "https://*.example.com"' };
  if (/[/?#\\]/.test(host)) return { refusal: 'must end with its host or port: an origin has no path' };
  if (host.includes('@')) return { refusal: 'must not hold a user: an origin has none' };
  if (scheme.toLowerCase() === 'file') return { refusal: 'cannot be let in: browsers send "null" for files' };
  return star === '' ? one(scheme.toLowerCase(), host) : below(scheme.toLowerCase(), host);
}

function one(scheme: string, written: string): ReadOrigin {
  const read = readHost(scheme, written);
  return read ? { origin: `${scheme}://${read.host}${read.port}` } : { refusal: notAnOrigin };
}

function below(scheme: string, written: string): ReadOrigin {
  // An address has no subdomains, which the parser finds out only where there is one.
  const read = readHost(scheme, `${anyLabels}${written}`);
  if (!read) return { refusal: notAnOrigin };
  const base = read.host.slice(anyLabels.length);
  if (isSuffix(base)) return { refusal: `lets in whoever owns a name below "${base}": name a domain of yours` };
  return { origin: `${scheme}://*.${base}${read.port}` };
}

const notAnOrigin = 'must be an origin such as "https://example.com" or "https://*.example.com", not {value}';

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** The host as browsers send it, and its port unless it is the usual one. */
function readHost(scheme: string, written: string): { host: string; port: string } | null {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(written) ?? [];
  // The parser turns other scripts into what is sent for them; what else it would change was not meant.
  const host = URL.canParse(`https://${name}`) ? new URL(`https://${name}`).hostname : '';
  const asWritten = host === name.toLowerCase() || /[^\u0000-\u007f]/.test(name);
  if (!asWritten || !/^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+$|^\[[0-9a-f:.]+\]$/.test(host)) return null;
  const number = Number(port ?? defaultPorts[scheme] ?? 1);
  if (number < 1 || number > 65_535) return null;
  return { host, port: port === undefined || number === defaultPorts[scheme] ? '' : `:${number}` };
}

/** Below these anybody can have a name: top-level domains, and the likes of `co.uk`. */
function isSuffix(domain: string): boolean {
  if (domain === 'localhost') return false;
  return /^[^.]+$|^(?:ac|co|com|edu|gov|net|or|org)\.[a-z]{2}$/.test(domain);
}

/** http:// that leaves the machine: whoever is on the way can be that origin. */
export function isInsecure(origin: string): boolean {
  const [, host] = /^http:\/\/(?:\*\.)?(.*?)(?::\d+)?$/.exec(origin) ?? [];
  if (host === undefined) return false;
  return !/^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}
