/**
 * `redirects` of up.json and of `_redirects`: what is a rule, what is refused, and in which order they hold. One file,
 * because both sources are held to the same rules.
 */
import { describe, expect, test } from 'vitest';
import { parseConfig, proxyConfig, renderProblems, resolveStage } from '../../config/index.ts';
import { parseRedirectsFile } from '../../config/redirects-file.ts';
import { errorOf, messagesOf, parse, placesOf } from './parse.ts';

type Rules = Record<string, unknown>;

const rules = (redirects: Rules) => parse({ redirects }).config.redirects;
const refusals = (redirects: Rules) => messagesOf({ redirects });
const warnings = (redirects: Rules) => parse({ redirects }).warnings.map(({ message }) => message);

/** An up.json and a `_redirects` file beside it. */
function both(config: object, text: string) {
  return parseConfig(JSON.stringify(config), {
    file: 'up.json',
    fallbackName: 'shop',
    redirects: { file: '_redirects', text },
  });
}

function placesInFile(text: string): string[] {
  return errorOf(() => both({}, text)).problems.map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
  );
}

describe('a rule', () => {
  test('apex-up.md 2: has a location, a status and force', () => {
    const rule = { location: '/new/:name', status: 301, force: true };
    expect(rules({ '/old/:name': rule })).toEqual({ '/old/:name': rule });
  });

  test('apex-up.md 4: is a rewrite without a status, or with 0', () => {
    const rewrite = { location: '/', status: 200, force: false };
    expect(rules({ '/a': { location: '/' }, '/b': { location: '/', status: 0 } })).toEqual({
      '/a': rewrite,
      '/b': rewrite,
    });
  });

  test('apex-up.md 4: for a single-page app is taken without a word', () => {
    expect(parse({ redirects: { '/*': { location: '/', status: 200 } } }).warnings).toEqual([]);
  });
});

const pattern = (text: string) => ({ [text]: { location: '/z', status: 301 } });

describe('a pattern is refused', () => {
  test.each<[title: string, pattern: string, message: string]>([
    ['without a slash', 'old', 'redirects.old must begin with "/" or "*"'],
    [
      'with a host',
      'https://a.example/b',
      'redirects["https://a.example/b"] must be a path: a rule holds for every host',
    ],
    ['with a query', '/a?b=1', 'redirects["/a?b=1"] must be a path: queries are not matched, and are kept'],
    ['apex-up.md 4 trap: with two `*`', '/a/*/b/*', 'redirects["/a/*/b/*"] has more than one "*": it may stand once'],
    [
      'with a `*` that is not all of the end, beside a name',
      '/:a/*.js',
      'redirects["/:a/*.js"] has names and a "*", which then must be all of the last segment',
    ],
    [
      'with a name that is not a whole segment',
      '/:name.html',
      'redirects["/:name.html"] has ":name.html": a name is a whole segment, a colon and then letters, digits and underscores',
    ],
    [
      'with a name inside a segment',
      '/a-:b',
      'redirects["/a-:b"] has ":b": a name is a whole segment, a colon and then letters, digits and underscores',
    ],
    ['with a name twice', '/:a/:a', 'redirects["/:a/:a"] has ":a" twice'],
    [
      'with a name that is that of the rest',
      '/:splat/*',
      'redirects["/:splat/*"] has ":splat" beside "*", which is called that',
    ],
    ['that is encoded', '/caf%C3%A9', 'redirects["/caf%C3%A9"] is never how a path is matched: write "/café"'],
    ['that goes around', '/a/../b//c', 'redirects["/a/../b//c"] is never how a path is matched: write "/b/c"'],
  ])('%s', (_title, text, message) => {
    expect(refusals(pattern(text))).toEqual([message]);
  });
});

describe('a location is refused', () => {
  test.each<[title: string, pattern: string, rule: object, message: string]>([
    ['that is missing', '/a', { status: 301 }, 'redirects["/a"].location is missing'],
    ['that is empty', '/a', { location: '' }, 'redirects["/a"].location must not be empty'],
    [
      'that is no path',
      '/a',
      { location: 'b' },
      'redirects["/a"].location must be a path that begins with "/", or an "https://" URL, not "b"',
    ],
    [
      'with another scheme',
      '/a',
      { location: 'javascript:alert(1)', status: 301 },
      'redirects["/a"].location must be a path that begins with "/", or an "https://" URL, not "javascript:alert(1)"',
    ],
    [
      'with two slashes, which name a host',
      '/a',
      { location: '//b.example', status: 301 },
      'redirects["/a"].location must begin with one slash, or with "https://" and a host, not "//b.example"',
    ],
    [
      'with a name in its host',
      '/:tenant',
      { location: 'https://:tenant.example.com/', status: 301 },
      'redirects["/:tenant"].location must name its host itself, without ":tenant"',
    ],
    [
      'with a name in place of the port',
      '/:port',
      { location: 'https://a.example:port/', status: 301 },
      'redirects["/:port"].location must name its host itself, without ":port"',
    ],
    [
      'with a name that follows the host at once',
      '/*',
      { location: 'https://a.example:splat', status: 301 },
      'redirects["/*"].location must name its host itself, without ":splat"',
    ],
    [
      'with a user',
      '/a',
      { location: 'https://b@c.example/', status: 301 },
      'redirects["/a"].location must not hold a user name or password',
    ],
    [
      'without a host',
      '/a',
      { location: 'https:///b', status: 301 },
      'redirects["/a"].location must be a URL with a host, not "https:///b"',
    ],
    [
      'with a blank in the host',
      '/a',
      { location: 'https://b.example ', status: 301 },
      'redirects["/a"].location must be a URL with a host, not "https://b.example "',
    ],
    [
      'with a backslash after the host',
      '/a',
      { location: 'https://b.example\\c', status: 301 },
      'redirects["/a"].location must be a URL with a host, not "https://b.example\\\\c"',
    ],
    [
      'of a rewrite with a host',
      '/a',
      { location: 'https://b.example/' },
      'redirects["/a"].location must be a path: a rewrite stays in the app, a status such as 302 sends the client there',
    ],
    [
      'of a rewrite with a fragment',
      '/a',
      { location: '/b#c' },
      'redirects["/a"].location has a fragment, which only browsers know: a rewrite is for the app',
    ],
    [
      'with a `*`',
      '/a/*',
      { location: '/b/*' },
      'redirects["/a/*"].location has a "*": what it stands for in the pattern is called ":splat" (or write %2A)',
    ],
    [
      'apex-up.md 2: with a name that is not in the pattern',
      '/shop/:product',
      { location: '/:prodct' },
      'redirects["/shop/:product"].location has ":prodct", which is not in "/shop/:product", did you mean ":product"?',
    ],
    [
      'with a rest that is not in the pattern',
      '/a',
      { location: '/b/:splat' },
      'redirects["/a"].location has ":splat", which is not in "/a" (for a colon write %3A)',
    ],
  ])('%s', (_title, text, rule, message) => {
    expect(refusals({ [text]: rule })).toEqual([message]);
  });
});

describe('the rest of a rule is refused', () => {
  test.each<[title: string, rule: unknown, message: string]>([
    [
      'with a status that is neither',
      { location: '/b', status: 404 },
      'redirects["/a"].status must be 200 for a rewrite, or 301, 302, 303, 307 or 308 for a redirect, not 404',
    ],
    [
      'with a status as a text',
      { location: '/b', status: '301' },
      'redirects["/a"].status must be 200 for a rewrite, or 301, 302, 303, 307 or 308 for a redirect, not "301"',
    ],
    [
      'with a text for force',
      { location: '/b', force: 'yes' },
      'redirects["/a"].force must be true or false, not "yes"',
    ],
    ['as a text', '/b', 'redirects["/a"] must be an object, not "/b"'],
    ['with an unknown key', { location: '/b', stauts: 301 }, 'unknown key "stauts", did you mean "status"?'],
  ])('%s', (_title, rule, message) => {
    expect(refusals({ '/a': rule })).toEqual([message]);
  });

  test('as a list', () => {
    expect(messagesOf({ redirects: [] })).toEqual(['redirects must be an object of paths and rules, not a list']);
  });
});

test('problems have their line and path, all at once', () => {
  const text = `{
  "redirects": {
    "/a": { "location": "/:x" },
    "/b": { "location": "//c", "status": 301 }
  },
  "stages": { "beta": { "redirects": {
    "/d": { "location": "/:y" },
    "/a": { "location": "/e" }
  } } }
}`;
  expect(placesOf(text)).toEqual([
    '3:25 redirects["/a"].location',
    '4:25 redirects["/b"].location',
    '7:25 stages.beta.redirects["/d"].location',
  ]);
});

describe('apex-up.md 4 trap: redirects that lead in a circle are refused', () => {
  test.each<[title: string, redirects: Record<string, string>, messages: string[]]>([
    ['to itself', { '/a': '/a' }, ['redirects["/a"].location leads in a circle: "/a" -> "/a"']],
    ['to itself with a slash', { '/a': '/a/' }, ['redirects["/a"].location leads in a circle: "/a" -> "/a"']],
    ['to itself with a query', { '/a': '/a?b=1' }, ['redirects["/a"].location leads in a circle: "/a" -> "/a"']],
    [
      'to what its own `*` matches, every time',
      { '/a/*': '/a/:splat' },
      ['redirects["/a/*"].location leads in a circle: "/a/*" -> "/a/*"'],
    ],
    ['to ever longer paths', { '/*': '/new/:splat' }, ['redirects["/*"].location leads in a circle: "/*" -> "/*"']],
    [
      'to what its own name matches, every time',
      { '/:lang': '/:lang' },
      ['redirects["/:lang"].location leads in a circle: "/:lang" -> "/:lang"'],
    ],
    [
      'to itself, whoever leads there',
      { '/start': '/a', '/a': '/a' },
      ['redirects["/a"].location leads in a circle: "/a" -> "/a"'],
    ],
    ['by two rules', { '/a': '/b', '/b': '/a' }, ['redirects["/a"].location leads in a circle: "/a" -> "/b" -> "/a"']],
    [
      'by three, and whoever leads there is not to blame',
      { '/start': '/b', '/a': '/b', '/b': '/c', '/c': '/a' },
      ['redirects["/a"].location leads in a circle: "/a" -> "/b" -> "/c" -> "/a"'],
    ],
    [
      'by names',
      { '/old/:x': '/new/:x', '/new/:x': '/old/:x' },
      ['redirects["/old/:x"].location leads in a circle: "/old/:x" -> "/new/:x" -> "/old/:x"'],
    ],
    [
      'by prefixes',
      { '/a/*': '/b/:splat', '/b/*': '/a/:splat' },
      ['redirects["/a/*"].location leads in a circle: "/a/*" -> "/b/*" -> "/a/*"'],
    ],
    [
      'where only nothing follows',
      { '/a/*': '/b/:splat', '/b': '/a' },
      ['redirects["/a/*"].location leads in a circle: "/a/*" -> "/b" -> "/a/*"'],
    ],
    [
      'twice',
      { '/a': '/a', '/b': '/c', '/c': '/b' },
      [
        'redirects["/a"].location leads in a circle: "/a" -> "/a"',
        'redirects["/b"].location leads in a circle: "/b" -> "/c" -> "/b"',
      ],
    ],
  ])('%s', (_title, redirects, messages) => {
    const written = Object.entries(redirects).map(([from, location]) => [from, { location, status: 301 }]);
    expect(refusals(Object.fromEntries(written))).toEqual(messages);
  });

  test.each<[title: string, redirects: Rules]>([
    ['another host', { '/*': { location: 'https://www.example/:splat', status: 301 } }],
    [
      'an earlier rule that rewrites',
      { '/en': { location: '/index', force: true }, '/:lang': { location: '/en', status: 302 } },
    ],
    ['a chain with an end', { '/a': { location: '/b', status: 301 }, '/b': { location: '/c', status: 301 } }],
    ['a segment less each time', { '/x/:a/*': { location: '/x/:splat', status: 301 } }],
    // middleware/redirects.ts: for the path it leads to a rule leads nowhere.
    ['everything to one path', { '/*': { location: '/soon', status: 302 } }],
    ['everything to the top', { '/*': { location: '/', status: 302 } }],
    ['every name to one of them', { '/:lang': { location: '/en', status: 302 } }],
    [
      'to a path that leads everything there',
      { '/old': { location: '/a/b', status: 301 }, '/a/*': { location: '/a/b', status: 301 } },
    ],
    [
      'rewrites, of which there is one',
      { '/a': { location: '/b' }, '/b': { location: '/a' }, '/*': { location: '/' } },
    ],
  ])('but not %s', (_title, redirects) => {
    expect(() => rules(redirects)).not.toThrow();
  });

  test('in the stage that closes the circle', () => {
    const config = {
      redirects: { '/a': { location: '/b', status: 301 } },
      stages: { beta: { redirects: { '/b': { location: '/a', status: 301 } } } },
    };
    expect(messagesOf(config)).toEqual([
      'stages.beta.redirects["/b"].location leads in a circle: "/b" -> "/a" -> "/b"',
    ]);
  });
});

describe('apex-up.md 4, not here: the most specific rule holds; one that is never reached is reported', () => {
  test.each<[title: string, patterns: string[], hidden: string[]]>([
    ['a path after everything', ['/*', '/a'], ['redirects["/a"] is never reached: "/*" stands before it']],
    ['a path after a name', ['/:x', '/a'], ['redirects["/a"] is never reached: "/:x" stands before it']],
    ['a name after a name', ['/:x/b', '/:y/b'], ['redirects["/:y/b"] is never reached: "/:x/b" stands before it']],
    ['a name after a rest', ['/a/*', '/a/:x'], ['redirects["/a/:x"] is never reached: "/a/*" stands before it']],
    ['a rest after a wider one', ['/a/*', '/a/b/*'], ['redirects["/a/b/*"] is never reached: "/a/*" stands before it']],
    ['the same with a slash', ['/a', '/a/'], ['redirects["/a/"] is never reached: "/a" stands before it']],
    [
      'the end of a file after everything',
      ['/*', '*.css'],
      ['redirects["*.css"] is never reached: "/*" stands before it'],
    ],
    [
      'a file after the end of its name',
      ['*.css', '/a.css'],
      ['redirects["/a.css"] is never reached: "*.css" stands before it'],
    ],
    ['the special before the general', ['/a', '/a/b/*', '/a/:x', '/a/*', '/*'], []],
    ['a rest after one name', ['/a/:x', '/a/*'], []],
    ['a name after a path', ['/a', '/:x'], []],
    ['a wider rest after the end of a name', ['*.css', '/a/*'], []],
    ['the beginning of a segment after that segment', ['/shop/*', '/shop*'], []],
    ['patterns that only cross', ['/:x/b', '/a/*'], []],
  ])('%s', (_title, patterns, hidden) => {
    expect(warnings(Object.fromEntries(patterns.map((text) => [text, { location: '/z/z/z' }])))).toEqual(hidden);
  });
});

describe('a stage', () => {
  const base = { '/a': { location: '/1', status: 301 }, '/*': { location: '/2' } };
  const staged = (redirects: unknown) =>
    resolveStage(parse({ redirects: base, stages: { beta: { redirects } } }).config, 'beta').redirects;

  test('has the rules of the file', () => {
    expect(Object.keys(staged({}))).toEqual(['/a', '/*']);
  });

  test('changes a part of a rule in its place', () => {
    expect(Object.entries(staged({ '/a': { location: '/3' } }))).toEqual([
      ['/a', { location: '/3', status: 301, force: false }],
      ['/*', { location: '/2', status: 200, force: false }],
    ]);
  });

  test('takes a rule away with null, and all of them', () => {
    expect(Object.keys(staged({ '/a': null }))).toEqual(['/*']);
    expect(staged(null)).toEqual({});
  });

  test('has rules of its own before the others', () => {
    expect(
      Object.keys(staged({ '/c': { location: '/3' }, '/*': { location: '/4' }, '/d': { location: '/5' } })),
    ).toEqual(['/c', '/d', '/a', '/*']);
  });

  test('cannot change a part of a rule there is not', () => {
    expect(messagesOf({ redirects: base, stages: { beta: { redirects: { '/c': { status: 301 } } } } })).toEqual([
      'stages.beta.redirects["/c"].location is missing',
    ]);
  });

  test('is held to what its rules become', () => {
    const redirects = { '/a': { location: 'https://b.example/', status: 301 } };
    expect(messagesOf({ redirects, stages: { beta: { redirects: { '/a': { status: 200 } } } } })).toEqual([
      'redirects["/a"].location must be a path: a rewrite stays in the app, a status such as 302 sends the client there',
    ]);
  });

  test('is shipped with its rules in their order', () => {
    const { stages } = proxyConfig(parse({ redirects: base }).config);
    expect(Object.entries(stages.production?.redirects ?? {})).toEqual(Object.entries(rules(base)));
  });
});

describe('apex-up.md 2, not here: _redirects is not read; it', () => {
  test('has a rule a line', () => {
    const text = [
      '\ufeff# old paths',
      '/a /b',
      '  /c/:x\t/d/:x   302  # and a comment',
      '',
      '/e/* https://docs.example/:splat 308!',
      '/v1/* /v2/:splat 200!',
      '/* /index.html 200',
      '/f /g#top',
    ].join('\r\n');
    expect(both({}, text).config.redirects).toEqual({
      '/a': { location: '/b', status: 301, force: false },
      '/c/:x': { location: '/d/:x', status: 302, force: false },
      '/e/*': { location: 'https://docs.example/:splat', status: 308, force: true },
      '/v1/*': { location: '/v2/:splat', status: 200, force: true },
      '/*': { location: '/index.html', status: 200, force: false },
      '/f': { location: '/g#top', status: 301, force: false },
    });
  });

  test.each<[title: string, text: string, problem: string]>([
    ['without a location', '\n/a', '_redirects:2:1 "/a" leads nowhere: write /from /to'],
    [
      'with a host to match',
      'https://a.example/* /b',
      '_redirects:1:1 "https://a.example/*" must be a path: a rule holds for every host',
    ],
    ['with a path that is none', 'a /b', '_redirects:1:1 "a" must begin with "/" or "*"'],
    [
      'with a condition on the query',
      '/a id=:id /b/:id 301',
      '_redirects:1:4 "id=:id" is a condition on the query, which is not supported: the rule would hold for every request',
    ],
    [
      'with a country',
      '# x\n/ /au 302 Country=au,nz',
      '_redirects:2:11 "Country=au,nz" is a condition on the client, which is not supported: the rule would hold for every request',
    ],
    [
      'with a language and without a status',
      '/ /de Language=de',
      '_redirects:1:7 "Language=de" is a condition on the client, which is not supported: the rule would hold for every request',
    ],
    [
      'with a status of its own',
      '/a /404.html 404',
      '_redirects:1:14 the status must be 200 for a rewrite, or 301, 302, 303, 307 or 308 for a redirect, not "404"',
    ],
    [
      'with a status of 0',
      '/a /b 000',
      '_redirects:1:7 the status must be 200 for a rewrite, or 301, 302, 303, 307 or 308 for a redirect, not "000"',
    ],
    ['with more than that', '/a /b 301 /c', '_redirects:1:11 "/c" is too much: a rule is /from /to 301'],
    ['with a rule twice', '/a /b\n/a /c', '_redirects:2:1 duplicate rule "/a", already on line 1'],
    [
      'with a name that is not there',
      '/shop/:product /:prodct',
      '_redirects:1:16 the location has ":prodct", which is not in "/shop/:product", did you mean ":product"?',
    ],
    [
      'with a proxy to another host',
      '/a https://b.example/ 200',
      '_redirects:1:4 the location must be a path: a rewrite stays in the app, a status such as 302 sends the client there',
    ],
    ['with a circle', '/a /b\n/b /a', '_redirects:1:4 the location leads in a circle: "/a" -> "/b" -> "/a"'],
  ])('is refused %s', (_title, text, problem) => {
    expect(placesInFile(text)).toEqual([problem]);
  });

  test('comes after up.json, which wins', () => {
    const redirects = { '/z': { location: '/1', status: 301 }, '/a': { location: '/2', status: 301 } };
    const { config, warnings } = both({ redirects }, '/a /3\n/b /4');
    expect(Object.entries(config.redirects).map(([from, { location }]) => `${from} ${location}`)).toEqual([
      '/z /1',
      '/a /2',
      '/b /4',
    ]);
    expect(warnings.map(({ message }) => message)).toEqual([
      '_redirects:1: "/a" is never reached: up.json has that rule',
    ]);
  });

  test('whose rule up.json hides is reported', () => {
    const { warnings } = both({ redirects: { '/*': { location: '/' } } }, '\n/a /b');
    expect(warnings.map(({ message }) => message)).toEqual([
      '_redirects:2: "/a" is never reached: "/*" stands before it',
    ]);
  });

  test('is overridden by a stage', () => {
    const { config } = both(
      { stages: { beta: { redirects: { '/a': null, '/b': { location: '/d' } } } } },
      '/a /c\n/b /c 302',
    );
    expect(resolveStage(config, 'beta').redirects).toEqual({ '/b': { location: '/d', status: 302, force: false } });
    expect(Object.keys(resolveStage(config, 'staging').redirects)).toEqual(['/a', '/b']);
  });

  test('may close a circle that up.json begins', () => {
    const redirects = { '/a': { location: '/b', status: 301 } };
    const error = errorOf(() => both({ redirects }, '/b /a'));
    expect(error.message).toBe('up.json has 1 problem');
    expect(renderProblems('', error.problems)).toContain('"/a" -> "/b" -> "/a"');
  });

  test('and up.json are both named when both are wrong', () => {
    const error = errorOf(() => both({ redirects: { '/a': { location: '//x' } } }, '/b x'));
    expect(error.message).toBe('_redirects and up.json have 2 problems');
  });

  test('of any text gives rules or problems, and never throws', () => {
    for (const text of [
      '',
      '#',
      '\0',
      '/ /',
      '=',
      '/a =',
      '/a\u2028/b',
      '!',
      '/a /b !',
      '__proto__ /a',
      '* /a',
      '/a # b',
    ])
      expect(() => parseRedirectsFile({ file: '_redirects', text })).not.toThrow();
  });
});

test('a chain that no browser follows to its end is refused', () => {
  const chain = (length: number) =>
    Object.fromEntries(Array.from({ length }, (_, i) => [`/${i}`, { location: `/${i + 1}`, status: 301 }]));
  expect(() => rules(chain(20))).not.toThrow();
  expect(refusals(chain(21))).toEqual([
    'redirects["/0"].location leads on by more than 20 redirects, where browsers give up',
  ]);
});

test('the time to check rules grows with their number', () => {
  const time = (count: number) => {
    const moved = Array.from({ length: count }, (_, i) => [
      `/old-${i}/:name/*`,
      { location: `/new-${i}/:name/:splat`, status: 301 },
    ]);
    const all = Object.fromEntries(moved);
    // Of the processor, and the least of some: what else the machine is at counts in neither.
    const turns = Array.from({ length: 3 }, () => {
      const start = process.cpuUsage();
      rules(all);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    });
    return Math.min(...turns);
  };
  time(100);
  expect(time(5_000) / time(500)).toBeLessThan(10 * 6);
});
