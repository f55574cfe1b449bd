/**
 * `inject`: where snippets go, into which answers, and what becomes of their fields. One file, because pages and
 * streams are held to the same snippets.
 */
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getHeader, type Header } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/message.ts';
import { createScanner } from '../../middleware/inject/scanner.ts';
import { inject } from '../../middleware/inject.ts';
import { bytesOf, request } from '../proxy/apps.ts';
import { answering } from './pages.ts';

type Config = Parameters<typeof inject>[0];

const both: Config = { head: [{ type: 'literal', value: 'H' }], body: [{ type: 'literal', value: 'B' }] };
const html = 'text/html; charset=utf-8';
const page = '<html>\n  <head>\n  </head>\n  <body>\n  </body>\n</html>\n';
const injected = '<html>\n  <head>\n    H\n  </head>\n  <body>\n    B\n  </body>\n</html>\n';

async function through(res: HttpResponse, config = both, method = 'GET'): Promise<HttpResponse> {
  const middleware = inject(config);
  if (!middleware) throw new Error('it is not configured');
  return middleware(request('/', { method }), async () => res);
}

async function textOf(text: string, type = html, config = both): Promise<string> {
  return bytesOf(await through(answering(200, text, [['content-type', type]]), config)).toString();
}

test('apex-up.md 4: without rules there is none', () => {
  expect(inject({ head: [], body: [] })).toBeNull();
});

describe('the place', () => {
  test('apex-up.md 4: before </head> and </body>, indented', async () => {
    expect(await textOf(page)).toBe(injected);
  });

  test('apex-up.md 4: several rules in their order', async () => {
    const head: Config['head'] = [
      { type: 'literal', value: 'one' },
      { type: 'literal', value: 'two' },
    ];
    expect(await textOf('<head>\n  </head>', html, { head, body: [] })).toBe('<head>\n    one\n    two\n  </head>');
  });

  test.each<[string, string]>([
    ['in capitals', '<HEAD>|</HEAD>'],
    ['with space in the tag', '<head>|</head \n>'],
    ...['\t', '\f', '\r', '/'].map((end): [string, string] => ['with another end of its name', `|</head${end}>`]),
    ['after a name with what is no space', '</head\v>|</head>'],
    ['apex-up.md 4: the first of several', '|</head></head>'],
    ['after a comment', '<!-- </head> -->|</head>'],
    ['after an empty comment', '<!-->|</head>'],
    ['after an almost empty comment', '<!--->|</head>'],
    ['after a comment that ends with a bang', '<!-- --!>|</head>'],
    ['after a comment that begins like an end', '<!--!></head>-->|</head>'],
    ['after a comment with dashes', '<!-- a -- > - </head> --->|</head>'],
    ['after a script', '<script>"</head>"; a < b; "</scriptx>"</script>|</head>'],
    ['after a script with a case of its own', '<SCRIPT>"</head>"</Script >|</head>'],
    ['after a script whose end has attributes', '<script></script a="</head>">|</head>'],
    ['after a script that ends behind a less-than sign', '<script>a <</script>|</head>'],
    ['after an end of a script of a longer name', '<script>"</scriptx></head>"</script>|</head>'],
    ['after ends of what has not begun', '</xmp></style>|</head>'],
    ['after a style', '<style>/* </head> */</style>|</head>'],
    ['after a field', '<textarea></head></textarea>|</head>'],
    ['after a title', '<title></head></title>|</head>'],
    ['after a frame', '<iframe></head></iframe>|</head>'],
    ['after an example', '<xmp></head></xmp>|</head>'],
    ['after what is for those without frames', '<noframes></head></noframes>|</head>'],
    ['after what is for those without plugins', '<noembed></head></noembed>|</head>'],
    ['after an end of a script that is none', '<script></scr</head></script>|</head>'],
    ['after an end of a script that begins twice', '<script></scr</script>|</head>'],
    ['after an attribute', '<a title="</head>" b=\'</head>\'>|</head>'],
    ['after an attribute of the last of letters', '<z title="</head>">|</head>'],
    ['after an attribute without quotes', '<a href=x"y>|</head>'],
    ['after one that looks like an end', '<a href=x</head>|</head>'],
    ['after one before another', '<a href=x title="></head>">|</head>'],
    ['after one whose value is missing', '<a href=>|</head>'],
    ['after an attribute with space around its sign', '<a title = "</head>">|</head>'],
    ['after a sign of equality that no name stands before', '<p =">|</head>'],
    ['after one that follows a value', '<p a="b"=">|</head>'],
    ['after one that follows a value without quotes', '<p a=b =">|</head>'],
    ['after one that follows a slash', '<p a/=">|</head>'],
    ['after a quote that is none', '<p it"s>|</head>'],
    ['after a script with attributes', '<script src="a>b" defer></head></script>|</head>'],
    ['after a declaration', '<!doctype html>|</head>'],
    ['after a declaration of nothing', '<!>|</head>'],
    ['after one that is half a comment', '<!-x>|</head>'],
    ['after an instruction', '<?xml </head> ?>|</head>'],
    ['after a tag of a longer name', '</header></headers></heads>|</head>'],
    ['after less-than signs', '<<</ </><1|</head>'],
    ['after a less-than sign right before', '<|</head>'],
    ['after a name that is too long', `<${'a'.repeat(50)}>|</head>`],
  ])('%s', async (_title, marked) => {
    const plain = marked.replace('|', '');
    expect(await textOf(plain, html, { head: [{ type: 'literal', value: 'H' }], body: [] })).toBe(
      marked.replace('|', '  H\n  '),
    );
  });

  test.each<[string, string]>([
    ['no such tag', '<p>hello'],
    ['a page that breaks off in it', '<head></head'],
    ['a comment that stays open', '<!-- </head></body>'],
    ['a script that stays open', '<script></head></body>'],
    ['nothing', ''],
  ])('is nowhere: %s', async (_title, text) => {
    const res = answering(200, text, [
      ['content-type', html],
      ['etag', '"x"'],
    ]);
    expect(await through(res)).toBe(res);
  });
});

describe('which answers', () => {
  test.each<[string, number, readonly Header[], boolean]>([
    ['apex-up.md 4: text/html', 200, [['content-type', 'text/html']], true],
    ['apex-up.md 4: with a charset', 200, [['content-type', html]], true],
    ['a charset in quotes', 200, [['content-type', 'text/html;charset="UTF-8"']], true],
    ['apex-up.md 4: any other success', 201, [['content-type', html]], true],
    ['the last of them', 299, [['content-type', html]], true],
    ['no choice of several', 300, [['content-type', html]], false],
    ['apex-up.md 4: no error', 404, [['content-type', html]], false],
    ['no redirect', 302, [['content-type', html]], false],
    ['no part of a page', 206, [['content-type', html]], false],
    ['no other type', 200, [['content-type', 'application/xhtml+xml']], false],
    ['no type that begins like it', 200, [['content-type', 'text/html2']], false],
    ['no type at all', 200, [], false],
    ['no UTF-16', 200, [['content-type', 'text/html; charset=utf-16']], false],
    ['nor where nothing stands around it', 200, [['content-type', 'text/html;charset=utf-16']], false],
    ['UTF-16 of another parameter', 200, [['content-type', 'text/html; x-charset=utf-16']], true],
    ['no encoding nobody knows', 200, [['content-type', 'text/html; charset=shift_jis']], false],
    [
      'nothing compressed',
      200,
      [
        ['content-type', html],
        ['content-encoding', 'gzip'],
      ],
      false,
    ],
    [
      'identity is not compressed',
      200,
      [
        ['content-type', html],
        ['content-encoding', 'identity'],
      ],
      true,
    ],
    [
      'nothing that forbids it',
      200,
      [
        ['content-type', html],
        ['cache-control', 'max-age=1, no-transform'],
      ],
      false,
    ],
  ])('%s', async (_title, status, headers, changed) => {
    const res = await through(answering(status, page, headers));
    expect(res.status).toBe(status);
    expect(bytesOf(res).toString()).toBe(changed ? injected : page);
  });

  test('HEAD tells what GET would, but for the length', async () => {
    const own: readonly Header[] = [
      ['content-type', html],
      ['etag', '"1"'],
      ['content-length', '52'],
      ['accept-ranges', 'bytes'],
      ['digest', 'sha-256=x'],
      ['repr-digest', 'sha-256=:x:'],
      ['content-digest', 'sha-256=:x:'],
      ['content-md5', 'x'],
    ];
    const { headers } = await through(answering(200, null, own), both, 'HEAD');
    expect(headers).toEqual([
      ['content-type', html],
      ['etag', expect.stringMatching(/^W\/"1-.{8}"$/)],
    ]);
  });

  test('HEAD of anything else is left alone', async () => {
    const res = answering(200, null, [
      ['content-type', 'image/png'],
      ['content-length', '52'],
    ]);
    expect(await through(res, both, 'HEAD')).toBe(res);
  });

  test('a part of a page, which nobody is sent, is let go', async () => {
    const part = new PassThrough();
    const ranged = request('/', { headers: [['range', 'bytes=0-9']] });
    await inject(both)?.(ranged, async ({ headers }) =>
      headers.length > 0
        ? { status: 206, headers: [['content-type', html]], body: part }
        : answering(200, page, [['content-type', html]]),
    );
    expect(part.destroyed).toBe(true);
  });

  test('a range of a page is answered with the page, whose bytes the app does not know', async () => {
    const asked: string[][] = [];
    const fields: readonly Header[] = [
      ['range', 'bytes=0-9'],
      ['if-range', '"1"'],
      ['accept', 'text/html'],
    ];
    const res = await inject(both)?.(request('/', { headers: fields }), async ({ headers }) => {
      asked.push(headers.map(([name]) => name));
      const isPart = headers.some(([name]) => name === 'range');
      return answering(isPart ? 206 : 200, isPart ? page.slice(0, 10) : page, [['content-type', html]]);
    });
    expect(res?.status).toBe(200);
    expect(bytesOf(res as HttpResponse).toString()).toBe(injected);
    expect(asked).toEqual([['range', 'if-range', 'accept'], ['accept']]);
  });

  test('only GET is asked twice', async () => {
    let asked = 0;
    const ranged = request('/', { method: 'POST', headers: [['range', 'bytes=0-9']] });
    const res = await inject(both)?.(ranged, async () => {
      asked++;
      return answering(206, page, [['content-type', html]]);
    });
    expect(asked).toBe(1);
    expect(res?.status).toBe(206);
  });

  test.each([
    ['anything else', [['content-type', 'video/mp4']]],
    [
      'a page in a coding',
      [
        ['content-type', html],
        ['content-encoding', 'gzip'],
      ],
    ],
    [
      'a page that is not to be changed',
      [
        ['content-type', html],
        ['cache-control', 'no-transform'],
      ],
    ],
  ] as const)('a range of %s stays one', async (_what, headers) => {
    const res = answering(206, 'part', headers);
    const ranged = request('/', { headers: [['range', 'bytes=0-3']] });
    let asked = 0;
    const next = async () => {
      asked++;
      return res;
    };
    expect([await inject(both)?.(ranged, next), asked]).toEqual([res, 1]);
  });

  test('an app that answers a range with the page is asked once', async () => {
    let asked = 0;
    const ranged = request('/', { headers: [['range', 'bytes=0-3']] });
    const res = await inject(both)?.(ranged, async () => {
      asked++;
      return answering(200, page, [['content-type', html]]);
    });
    expect([asked, bytesOf(res as HttpResponse).toString()]).toEqual([1, injected]);
  });

  test.each([204, 304])('a %i is left alone', async (status) => {
    const res = answering(status, null, [['content-type', html]]);
    expect(await through(res)).toBe(res);
  });
});

test('apex-up.md 4, not here: the status stays', async () => {
  expect((await through(answering(201, page, [['content-type', html]]))).status).toBe(201);
});

describe('the encoding', () => {
  const snippet = (value: string): Config => ({ head: [{ type: 'literal', value }], body: [] });
  test.each<[string, string, string, string | null]>([
    ['UTF-8', 'utf-8', 'é€', 'c3a9e282ac'],
    ['UTF-8 without its hyphen', 'utf8', 'é€', 'c3a9e282ac'],
    ['ISO-8859-1', 'iso-8859-1', 'é', 'e9'],
    ['ISO-8859-1 by its short name', 'latin1', 'é', 'e9'],
    ['Windows-1252', 'windows-1252', 'é', 'e9'],
    ['Windows-1252 by its short name', 'cp1252', 'é', 'e9'],
    ['a character that ISO-8859-1 lacks', 'iso-8859-1', '€', null],
    ['a character that browsers take for another', 'iso-8859-1', '\u0080', null],
    ['ASCII', 'us-ascii', 'e', '65'],
    ['ASCII by its short name', 'ascii', 'e', '65'],
    ['a character that ASCII lacks', 'us-ascii', 'é', null],
  ])('%s', async (_title, charset, value, hex) => {
    const bytes = Buffer.concat([Buffer.from([0xe9, 0xff, 0x80]), Buffer.from('</head>')]);
    const res = answering(200, bytes, [['content-type', `text/html; charset=${charset}`]]);
    const got = bytesOf(await through(res, snippet(value))).toString('latin1');
    const inserted = hex === null ? '' : `  ${Buffer.from(hex, 'hex').toString('latin1')}\n  `;
    expect(got).toBe(`\xe9\xff\x80${inserted}</head>`);
  });
});

test('a page whose encoding lacks a character of one snippet gets none of them', async () => {
  const config: Config = { head: both.head, body: [{ type: 'literal', value: '€' }] };
  expect(await textOf(page, 'text/html; charset=iso-8859-1', config)).toBe(page);
});

describe('the fields', () => {
  const fields: readonly Header[] = [
    ['content-type', html],
    ['content-length', String(page.length)],
    ['etag', '"x"'],
    ['accept-ranges', 'bytes'],
    ['last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ['content-security-policy', "default-src 'self'"],
    ['link', '</a.css>; rel="preload"'],
  ];

  test('apex-up.md 4: Content-Length is that of the new page', async () => {
    const { headers } = await through(answering(200, page, fields));
    expect(headers.filter(([name]) => name === 'content-length')).toEqual([
      ['content-length', String(injected.length)],
    ]);
  });

  test('of a stream have no length', async () => {
    const { headers } = await through(answering(200, Readable.from([Buffer.from(page)]), fields));
    expect(getHeader(headers, 'content-length')).toBeUndefined();
  });

  test('say that it is not the same bytes any more', async () => {
    const { headers } = await through(answering(200, page, fields));
    expect(getHeader(headers, 'etag')).toMatch(/^W\/"x-.{8}"$/);
    expect(getHeader(headers, 'accept-ranges')).toBeUndefined();
    expect(getHeader(headers, 'last-modified')).toBeDefined();
  });

  test('the policy of the app stays, and what else it says of the page', async () => {
    const { headers } = await through(answering(200, page, fields));
    expect(getHeader(headers, 'link')).toBe('</a.css>; rel="preload"');
    expect(getHeader(headers, 'content-security-policy')).toBe("default-src 'self'");
  });
});

describe('apex-up.md 4: the types', () => {
  test.each<[Config['head'][number], string | RegExp]>([
    [{ type: 'literal', value: '<meta>' }, '<meta>'],
    [{ type: 'comment', value: 'a --> <b>' }, '<!-- a --&#62; &#60;b&#62; -->'],
    [{ type: 'style', value: '/a.css?b&"c' }, '<link rel="stylesheet" href="/a.css?b&#38;&#34;c">'],
    [{ type: 'script', value: '/a.js' }, '<script src="/a.js"></script>'],
    [{ type: 'inline style', value: 'a > b {}' }, '<style>a > b {}</style>'],
    [{ type: 'inline script', value: 'a < b' }, '<script>a < b</script>'],
    [
      { type: 'google analytics', value: 'G-ABC1234567' },
      /gtag\/js\?id=G-ABC1234567".*gtag\('config',"G-ABC1234567"\)/s,
    ],
    [{ type: 'segment', value: 'key12345' }, /_writeKey="key12345".*a\.page\(\)/s],
  ])('$type', async (rule, wanted) => {
    const text = await textOf('</head>', html, { head: [rule], body: [] });
    if (typeof wanted === 'string') expect(text).toBe(`  ${wanted}\n  </head>`);
    else expect(text).toMatch(wanted);
  });

  test('the loader of Segment queues calls for the library', async () => {
    const text = await textOf('</head>', html, { head: [{ type: 'segment', value: 'key12345' }], body: [] });
    const source = /<script>(.*)<\/script>/s.exec(text)?.[1] ?? '';
    const scripts: { src?: string; setAttribute(): void }[] = [];
    const window: { analytics?: unknown[] & Record<string, (...args: unknown[]) => unknown> } = {};
    const document = {
      createElement: () => ({ setAttribute() {} }),
      head: { appendChild: (script: (typeof scripts)[number]) => scripts.push(script) },
    };
    new Function('window', 'document', source)(window, document);
    window.analytics?.track?.('Bought', { price: 1 });
    expect([...(window.analytics ?? [])]).toEqual([['page'], ['track', 'Bought', { price: 1 }]]);
    expect(scripts.map(({ src }) => src)).toEqual([
      'https://cdn.segment.com/analytics.js/v1/key12345/analytics.min.js',
    ]);
    new Function('window', 'document', source)(window, document);
    expect(scripts).toHaveLength(1);
  });
});

describe('a stream', () => {
  const pieces = [
    '<',
    '/',
    'head',
    '>',
    '</head',
    ' >',
    '</body>',
    '<body',
    '<!--',
    '-->',
    '-',
    '!',
    '<script>',
    '</script>',
    '"',
    "'",
    '=',
    ' ',
    'x',
    '<textarea>',
    '</textarea>',
    '<a title="',
    '\n',
    '€',
  ];
  const document = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
  const insertions = { head: Buffer.from('[HEAD]'), body: Buffer.from('[BODY]') };

  function scanned(chunks: readonly Buffer[]): string {
    const scanner = createScanner(insertions);
    return Buffer.concat([...chunks.map((chunk) => scanner.push(chunk)), scanner.end()]).toString();
  }

  test('cut anywhere is the same as the whole', () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat(200)), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(scanned(chunks)).toBe(scanned([bytes]));
        expect(scanned([...bytes].map((byte) => Buffer.from([byte])))).toBe(scanned([bytes]));
      }),
      { numRuns: 500 },
    );
  });

  test('loses nothing and adds each at most once', () => {
    fc.assert(
      fc.property(document, (bytes) => {
        const text = scanned([bytes]);
        expect(text.replace('[HEAD]', '').replace('[BODY]', '')).toBe(bytes.toString());
      }),
    );
  });

  test('goes on as it comes, with no more than the beginning of a tag held back', () => {
    fc.assert(
      fc.property(document, (bytes) => {
        const scanner = createScanner(insertions);
        let held = 0;
        for (const byte of bytes) {
          const out = scanner
            .push(Buffer.from([byte]))
            // Bytes are counted, and half a letter is as many as it has.
            .toString('latin1')
            .replace(/\[(?:HEAD|BODY)\]/g, '');
          held += 1 - out.length;
          expect(held).toBeLessThanOrEqual('</body>'.length);
        }
      }),
      { examples: [[Buffer.from('</head€--></textarea>')]] },
    );
  });

  test('is passed on through the middleware', async () => {
    const chunks = page.match(/[\s\S]{1,3}/g)?.map((chunk) => Buffer.from(chunk)) ?? [];
    const res = await through(answering(200, Readable.from(chunks), [['content-type', html]]));
    expect((await buffer(res.body as Readable)).toString()).toBe(injected);
  });

  test('does not wait for the end', async () => {
    const source = new PassThrough();
    const { body } = await through(answering(200, source, [['content-type', html]]));
    const first = new Promise((resolve) => (body as Readable).once('data', resolve));
    source.write('<p>first');
    expect(String(await first)).toBe('<p>first');
  });

  test('that breaks off, breaks off', async () => {
    const source = new PassThrough();
    const { body } = await through(answering(200, source, [['content-type', html]]));
    const reading = buffer(body as Readable);
    source.write('<p>');
    source.destroy(new Error('the app died'));
    await expect(reading).rejects.toThrow('the app died');
  });

  test('that nobody reads any more is let go', async () => {
    const source = new PassThrough();
    const { body } = await through(answering(200, source, [['content-type', html]]));
    const closed = new Promise((resolve) => source.once('close', resolve));
    (body as Readable).destroy();
    await closed;
    expect(source.destroyed).toBe(true);
  });
});
