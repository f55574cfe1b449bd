import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getHeader, type Header } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { maxPageBytes } from '../../http/pages/files.ts';
import { compilePage } from '../../http/pages/template.ts';
import { errorPages } from '../../middleware/error-pages.ts';
import { bytesOf, recorder } from '../proxy/apps.ts';
import { answering, asking, browser, browserAccept, folder } from './pages.ts';

interface Given {
  readonly files?: Readonly<Record<string, string | Uint8Array>> | undefined;
  readonly dir?: string;
  readonly root?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly req?: HttpRequest;
}

async function through(res: HttpResponse, { files = {}, dir = '.', root, variables = {}, req = browser }: Given = {}) {
  const { log, records } = recorder();
  const middleware = errorPages({ enable: true, dir, variables }, root ?? folder(files), log);
  if (!middleware) throw new Error('it is not configured');
  const answered = await middleware(req, async () => res);
  return { ...answered, text: bytesOf(answered).toString(), records };
}

const sorry = (status: number, headers: readonly Header[] = []) =>
  answering(status, 'sorry', [['content-type', 'text/plain'], ...headers]);

test('apex-up.md 2: without `enable` there are none', () => {
  expect(errorPages({ enable: false, dir: '.', variables: {} }, '/nowhere', recorder().log)).toBeNull();
});

test('a page for a range that is not there still tells how long the file is', async () => {
  const { headers } = await through(sorry(416, [['content-range', 'bytes */52']]));
  expect(getHeader(headers, 'content-range')).toBe('bytes */52');
});

describe('the page is chosen by the status', () => {
  const files = {
    'error.html': 'any',
    '4xx.html': 'class',
    '404.html': 'code',
    '200.html': 'fine',
    '3xx.html': 'away',
  };
  test.each<[string, number, Given['files'], string | RegExp]>([
    ['apex-up.md 4: the code goes before the class', 404, files, 'code'],
    ['apex-up.md 4: the class goes before error.html', 403, files, 'class'],
    ['the first of a class is of it', 400, files, 'class'],
    ['the last is, too', 499, files, 'class'],
    ['apex-up.md 4: error.html is for the rest', 500, files, 'any'],
    ['apex-up.md 4: 5xx.html', 503, { '5xx.html': 'ours' }, 'ours'],
    ['apex-up.md 4: a page is built in', 500, {}, /^<!doctype html>[\s\S]*Internal Server Error/],
    ['a status nobody has named has a page too', 599, {}, /599 Error/],
    ['apex-up.md 4: 200.html, which here is a file like any other', 200, files, 'sorry'],
    ['redirects have none', 302, files, 'sorry'],
    ['nor has what is just below errors', 399, files, 'sorry'],
    ['a status beyond errors has none', 600, files, 'sorry'],
  ])('%s', async (_title, status, given, text) => {
    const res = await through(sorry(status), { files: given });
    expect(res.status).toBe(status);
    if (typeof text === 'string') expect(res.text).toBe(text);
    else expect(res.text).toMatch(text);
  });

  test.each([204, 304])('a %i stays without a body', async (status) => {
    const res = answering(status, null);
    expect(await through(res)).toMatchObject({ status, body: null, headers: [] });
  });

  test('apex-up.md 2: `dir` is where they are', async () => {
    const files = { 'errors/404.html': 'in there', '404.html': 'at the top' };
    expect((await through(sorry(404), { files, dir: 'errors' })).text).toBe('in there');
  });
});

describe('only who prefers HTML gets one', () => {
  test.each<[string, string | undefined, string | null, boolean]>([
    ['apex-up.md 4: Accept that negotiates text/html', browserAccept, 'application/json', true],
    ['apex-up.md 4, not here: absent Accept', undefined, 'application/json', false],
    ['apex-up.md 4, not here: */*', '*/*', 'application/json', false],
    ['*/* in place of a page of the app', '*/*', 'text/html', false],
    ['no type at all', '*/*', null, false],
    ['JSON more than a page, of no type at all', 'application/json, text/html;q=0.9', null, false],
    ['JSON more than a page, of an empty type', 'application/json, text/html;q=0.9', '', false],
    ['html less than what is there', 'text/plain, text/html;q=0.9', 'text/plain', false],
    ['html more than what is there', 'text/plain;q=0.5, text/html;q=0.9', 'text/plain', true],
    ['html refused', 'text/html;q=0, */*', 'text/plain', false],
    ['an image of a page', 'image/avif,image/webp,image/*,*/*;q=0.8', 'text/plain', false],
    ['fetch with JSON', 'application/json, text/plain, */*', 'application/json', false],
    ['apex-up.md 4: an app’s own HTML is replaced too', browserAccept, 'text/html; charset=utf-8', true],
    ['whatever the case of its type', 'text/html, text/*;q=0.5', 'Text/HTML ; charset=utf-8', true],
  ])('%s', async (_title, accept, type, replaced) => {
    const res = answering(404, 'as it was', type === null ? [] : [['content-type', type]]);
    const { text, headers } = await through(res, { req: asking(accept) });
    expect(text.includes('<h1>')).toBe(replaced);
    if (!replaced) expect(text).toBe('as it was');
    expect(getHeader(headers, 'vary')).toBe('accept');
  });
});

describe('the fields of the answer', () => {
  const cleared = [
    ...['content-encoding', 'content-language', 'content-security-policy', 'content-disposition'],
    ...['cache-control', 'etag', 'last-modified', 'accept-ranges', 'digest', 'repr-digest'],
  ];
  test.each(cleared)('apex-up.md 4: %s goes with the body it spoke of', async (name) => {
    const { headers } = await through(sorry(404, [[name, 'x']]), { files: { '404.html': 'gone' } });
    expect(getHeader(headers, name)).toBeUndefined();
  });

  test.each([
    'access-control-allow-origin',
    'set-cookie',
    'retry-after',
    'x-app',
    'www-authenticate',
  ])('apex-up.md 4: %s stays', async (name) => {
    expect(getHeader((await through(sorry(503, [[name, 'x']]))).headers, name)).toBe('x');
  });

  test('say what the page is', async () => {
    const { headers, text } = await through(sorry(404));
    expect(getHeader(headers, 'content-type')).toBe('text/html; charset=utf-8');
    expect(getHeader(headers, 'content-length')).toBe(String(Buffer.byteLength(text)));
  });

  test.each<[string, readonly Header[], string]>([
    ['apex-up.md 4: Vary: Accept', [], 'accept'],
    ['Accept is added to what is there', [['vary', 'Origin']], 'Origin, accept'],
    ['once', [['vary', 'Origin, accept']], 'Origin, accept'],
    ['and not to a star', [['vary', '*']], '*'],
  ])('%s', async (_title, given, vary) => {
    const { headers } = await through(sorry(404, given));
    expect(headers.filter(([name]) => name === 'vary')).toEqual([['vary', vary]]);
  });

  test('a failure of ours is not to be kept', async () => {
    const failed = { ...sorry(502, [['cache-control', 'no-store']]), failure: 'UP_APP_CRASHED' };
    const res = await through(failed);
    expect(getHeader(res.headers, 'cache-control')).toBe('no-store');
    expect(res.failure).toBe('UP_APP_CRASHED');
  });

  test('only the built-in page has a policy', async () => {
    const policy = (res: HttpResponse) => getHeader(res.headers, 'content-security-policy');
    expect(policy(await through(sorry(404)))).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    expect(policy(await through(sorry(404), { files: { '404.html': 'own' } }))).toBeUndefined();
  });
});

test('HEAD has the fields of the page and no body', async () => {
  const res = await through(sorry(404), { req: asking(browserAccept, { method: 'HEAD' }) });
  expect(res.body).toBeNull();
  expect(Number(getHeader(res.headers, 'content-length'))).toBeGreaterThan(500);
});

test('the body that is replaced is let go', async () => {
  const body = Readable.from(['never read']);
  await through(answering(500, body));
  expect(body.destroyed).toBe(true);
});

describe('the template', () => {
  const variables = { name: 'Tea & <b>', color: '#fff' };
  test.each<[string, string, string]>([
    ['apex-up.md 4: .StatusCode', '{{.StatusCode}}', '404'],
    ['apex-up.md 4: .StatusText', '{{.StatusText}}', 'Not Found'],
    ['apex-up.md 4: .Variables', '{{.Variables.color}}', '#fff'],
    ['.RequestID', '{{.RequestID}}', 'request-1'],
    ['spaces', '{{ .StatusCode }}', '404'],
    ['escapes', 'a {{.Variables.name}} b', 'a Tea &#38; &#60;b&#62; b'],
    ['several, with text between', '{{.StatusCode}}-{{.StatusCode}}', '404-404'],
    ['one brace is text', '{ .StatusCode }', '{ .StatusCode }'],
    ['a mark of the order of bytes is no text', '\ufeffx', 'x'],
  ])('%s', async (_title, page, text) => {
    const res = await through(sorry(404), { files: { '404.html': page }, variables });
    expect(res).toMatchObject({ text, records: [] });
  });

  test.each<[string, string, number, RegExp]>([
    [
      'apex-up.md 4, not here: an action of Go',
      '<p>\n{{if .StatusCode}}x{{end}}',
      2,
      /^\{\{if .StatusCode\}\} is not understood/,
    ],
    ['a field nobody knows', '{{.Path}}', 1, /^\{\{\.Path\}\} is not understood/],
    ['a field of every object', '{{.constructor}}', 1, /is not understood/],
    ['braces that stay open', 'a\n\n{{.StatusCode', 3, /never closed/],
  ])('%s makes a page useless, and the log says where', async (_title, page, line, reason) => {
    const res = await through(sorry(404), { files: { '404.html': page, 'error.html': 'the next best' } });
    expect(res.text).toBe('the next best');
    expect(res.records[0]).toMatchObject({
      level: 'warn',
      message: 'page not used',
      fields: { file: '404.html', line },
    });
    expect(res.records[0]?.fields.reason).toMatch(reason);
  });

  test.each([
    'missing',
    'toString',
    '__proto__',
  ])('a variable that is not set is empty, and told of: %s', async (name) => {
    const res = await through(sorry(404), { files: { '404.html': `a{{.Variables.${name}}}b` } });
    expect(res.text).toBe('ab');
    expect(res.records).toMatchObject([{ level: 'warn', message: 'page has a problem', fields: { line: 1 } }]);
  });
});

describe('a file that is no page is told of and left out', () => {
  test('because it is too large', async () => {
    const res = await through(sorry(404), { files: { '404.html': Buffer.alloc(maxPageBytes + 1, 'x') } });
    expect(res.text).toContain('<h1>');
    expect(res.records).toMatchObject([{ fields: { file: '404.html', reason: expect.stringContaining('larger') } }]);
  });

  test('because it leads out of the app', async () => {
    const [root, outside] = [folder(), folder({ 'secret.txt': 'secret' })];
    symlinkSync(join(outside, 'secret.txt'), join(root, '404.html'));
    const res = await through(sorry(404), { root });
    expect(res.text).not.toContain('secret');
    expect(res.records).toMatchObject([{ fields: { reason: 'it lies outside of the app' } }]);
  });

  test('because it is a folder', async () => {
    const res = await through(sorry(404), { files: { '404.html/x': '' } });
    expect(res.records).toMatchObject([{ fields: { reason: 'it is not a file' } }]);
  });

  test('because the folder is not there', async () => {
    const res = await through(sorry(404), { dir: 'nowhere' });
    expect(res.text).toContain('<h1>');
    expect(res.records).toMatchObject([{ fields: { dir: 'nowhere', reason: 'ENOENT' } }]);
  });
});

describe('the built-in page', () => {
  test.each<[string, Given['variables'], string]>([
    ['apex-up.md 4: color', { color: '#f06' }, '--accent: #f06;'],
    ['a color as a function', { color: 'oklch(60% 0.2 20 / 90%)' }, '--accent: oklch(60% 0.2 20 / 90%);'],
    ['what is no color', { color: 'red; } body { display: none' }, '--accent: #228ae6;'],
    ['apex-up.md 4: support_email', { support_email: 'a@b.example' }, '<a href="mailto:a@b.example">a@b.example</a>'],
    ['the request, for who asks for help', {}, 'Request request-1'],
  ])('%s', async (_title, variables, text) => {
    expect((await through(sorry(500), { variables: variables ?? {} })).text).toContain(text);
  });

  test('loads nothing and runs nothing', async () => {
    const { text } = await through(sorry(500));
    expect(text).not.toMatch(/<script|src=|url\(|@import|<link/);
    expect(Buffer.byteLength(text)).toBeLessThan(2_500);
  });
});

describe('nothing that is filled in breaks out of the HTML', () => {
  const hostile = fc.array(
    fc.oneof(fc.constantFrom(...'<>&"\'`{}/= \n', '</style>', '<script>', '-->', '{{'), fc.string()),
  );
  const text = hostile.map((parts) => parts.join(''));

  test('of a template: between tags and in attributes', () => {
    const page = compilePage('<p title="{{.Variables.v}}" id=\'{{.RequestID}}\'>{{.Variables.v}}</p>', { v: 'x' }).page;
    const marks = (page?.({ status: 404, requestId: 'x' }) ?? '').match(/[<>"'`]/g);
    fc.assert(
      fc.property(text, text, (v, requestId) => {
        const filled = compilePage('<p title="{{.Variables.v}}" id=\'{{.RequestID}}\'>{{.Variables.v}}</p>', {
          v,
        }).page;
        expect(filled?.({ status: 404, requestId }).match(/[<>"'`]/g)).toEqual(marks);
      }),
    );
  });

  test('of the built-in page', async () => {
    const { log } = recorder();
    const root = folder();
    const pageOf = async (variables: Readonly<Record<string, string>>, requestId: string) => {
      const req = { ...browser, context: { ...browser.context, requestId } };
      const res = await errorPages({ enable: true, dir: '.', variables }, root, log)?.(req, async () => sorry(500));
      return (res ? bytesOf(res).toString() : '').match(/[<>{}"]/g);
    };
    const marks = await pageOf({ color: 'red', support_email: 'a@b.example' }, 'x');
    await fc.assert(
      fc.asyncProperty(text, text, text, async (color, email, requestId) => {
        const found = await pageOf({ color, support_email: `a${email}` }, requestId.replace(/[{}]/g, ''));
        expect(found?.filter((mark) => mark !== '{' && mark !== '}')).toEqual(
          marks?.filter((mark) => mark !== '{' && mark !== '}'),
        );
      }),
      { numRuns: 60 },
    );
  });
});
