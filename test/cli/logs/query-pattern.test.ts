/**
 * The query language, fact by fact: what apex/up's grammar had, what CloudWatch gets for it, and what apex/up could not
 * say. Where our pattern differs from apex/up's, the title says why.
 */
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../cli/logs/query/parse.ts';
import { createQuery } from '../../../cli/logs/query/query.ts';

function patternsOf(query: string): readonly string[] {
  const expression = parseQuery(query, { stages: ['beta', 'pr-12'] });
  return createQuery(expression, null, { marks: false }).patterns;
}

/** The pattern for records; what else is asked of AWS has tests of its own. */
function patternOf(query: string): string {
  return patternsOf(query)[0] ?? '';
}

type Row = readonly [title: string, query: string, pattern: string];

describe('severities and stages', () => {
  test.each<Row>([
    ['debug is a level', 'debug', '{ $.level = "debug" }'],
    ['info is a level', 'info', '{ $.level = "info" }'],
    ['warn is a level', 'warn', '{ $.level = "warn" }'],
    ['error is a level', 'error', '{ $.level = "error" }'],
    ['fatal is a level', 'fatal', '{ $.level = "fatal" }'],
    ['production is a stage', 'production', '{ $.fields.stage = "production" }'],
    ['staging is a stage', 'staging', '{ $.fields.stage = "staging" }'],
    ['development is a stage', 'development', '{ $.fields.stage = "development" }'],
    ['a custom stage may be said in full', 'stage = "beta"', '{ $.fields.stage = "beta" }'],
    ['a custom stage of up.json is a word as well', 'beta', '{ $.fields.stage = "beta" }'],
    ['a custom stage may have a hyphen', 'pr-12 error', '{ $.fields.stage = "pr-12" && $.level = "error" }'],
    ['a stage and a severity', 'production error', '{ $.fields.stage = "production" && $.level = "error" }'],
    ['a severity that is compared is a field', 'error = "x"', '{ $.fields.error = "x" }'],
    ['a stage that is compared is a field', 'production = 1', '{ $.fields.production = 1 }'],
    ['levels have an order', 'level >= warn', '{ $.level = "warn" || $.level = "error" || $.level = "fatal" }'],
    ['below a level', 'level < info', '{ $.level = "debug" }'],
    ['levels are written small', 'level = ERROR', '{ $.level = "error" }'],
    ['also where they are compared', 'level >= ERROR', '{ $.level = "error" || $.level = "fatal" }'],
    ['also in part', 'level contains ERR', '{ $.level = "*err*" }'],
  ])('%s: %s', (_title, query, pattern) => expect(patternOf(query)).toBe(pattern));
});

describe('fields', () => {
  test.each<Row>([
    ['level stands at the top', 'level = "warn"', '{ $.level = "warn" }'],
    ['message stands at the top', 'message = "hi"', '{ $.message = "hi" }'],
    ['timestamp stands at the top', 'timestamp = "2026*"', '{ $.timestamp = "2026*" }'],
    ['any other is one of fields', 'method = "GET"', '{ $.fields.method = "GET" }'],
    ['a field inside another', 'user.name = "ada"', '{ $.fields.user.name = "ada" }'],
    ['an element of a list', 'items[2] = "a"', '{ $.fields.items[2] = "a" }'],
    ['both', 'order.items[2].sku = "a1"', '{ $.fields.order.items[2].sku = "a1" }'],
    ['fields may be said', 'fields.status = 200', '{ $.fields.status = 200 }'],
    ['a field of that name', 'fields = 1', '{ $.fields.fields = 1 }'],
    ['a field inside one of a name from the top', 'level.x = 1', '{ $.fields.level.x = 1 }'],
    [
      'inside of one that holds text',
      'version.major = 7 path.depth = 3',
      '{ $.fields.version.major = 7 && $.fields.path.depth = 3 }',
    ],
    ['a message of digits', 'message = 5', '{ $.message = "5" }'],
    ['a message above another', 'message > 5', '{ $.message > 5 }'],
    ['underscores', 'request_id = "r"', '{ $.fields.request_id = "r" }'],
    ['hyphens, which apex/up did not read', 'x-request-id = "r"', '{ $.fields.x-request-id = "r" }'],
    ['digits', 'p95 > 3', '{ $.fields.p95 > 3 }'],
    ['a quoted name, which apex/up did not read', '"user" = "ada"', '{ $.fields.user = "ada" }'],
    ['a quoted name that no selector holds is left to the evaluator', '"odd key" = 1', ''],
    ['beside others it is too', 'error "odd key" = 1', '{ $.level = "error" }'],
    ['a quoted name inside another', 'a["b"].c = 1', '{ $.fields.a.b.c = 1 }'],
    ['a name of no letters is left to the evaluator too', 'a[""] = 1', ''],
    [
      'and what is left stands without parentheses',
      'info or (warn "odd key" = 1)',
      '{ $.level = "info" || $.level = "warn" }',
    ],
    ['a field named like a keyword, in quotes', '"in" = 1', '{ $.fields.in = 1 }'],
    ['a field named like a unit', 's = 1', '{ $.fields.s = 1 }'],
    ['a field named like a question', 'exists = 1', '{ $.fields.exists = 1 }'],
  ])('%s: %s', (_title, query, pattern) => expect(patternOf(query)).toBe(pattern));
});

describe('comparisons', () => {
  test.each<Row>([
    ['=', 'status = 200', '{ $.fields.status = 200 }'],
    ['== is =', 'status == 200', '{ $.fields.status = 200 }'],
    ['!=', 'status != 200', '{ $.fields.status != 200 }'],
    ['>', 'status > 200', '{ $.fields.status > 200 }'],
    ['>=', 'status >= 500', '{ $.fields.status >= 500 }'],
    ['<', 'status < 200', '{ $.fields.status < 200 }'],
    ['<=', 'status <= 200', '{ $.fields.status <= 200 }'],
    ['without spaces', 'status>=500', '{ $.fields.status >= 500 }'],
    ['contains', 'message contains "sign"', '{ $.message = "*sign*" }'],
    ['contains of a word', 'path contains pets', '{ $.fields.path = "*pets*" }'],
    ['contains of capitals', 'path contains Pets', '{ $.fields.path = "*Pets*" }'],
    ['not contains', 'message not contains "x"', '{ $.message != "*x*" }'],
    ['in', 'method in (GET, HEAD)', '{ $.fields.method = "GET" || $.fields.method = "HEAD" }'],
    ['in, of one', 'method in (GET)', '{ $.fields.method = "GET" }'],
    ['in, of numbers', 'status in (500, 502)', '{ $.fields.status = 500 || $.fields.status = 502 }'],
    ['in, of quoted texts', 'path in ("/a", "/b")', '{ $.fields.path = "/a" || $.fields.path = "/b" }'],
    ['in, beside others', 'a = 1 b in (2, 3)', '{ $.fields.a = 1 && ($.fields.b = 2 || $.fields.b = 3) }'],
    ['true', 'cold = true', '{ $.fields.cold IS TRUE }'],
    ['false', 'cold = false', '{ $.fields.cold IS FALSE }'],
    ['not true is false', 'cold != true', '{ $.fields.cold IS FALSE }'],
    ['null', 'user = null', '{ $.fields.user IS NULL }'],
    ['existence, which apex/up could not ask for, is left to the evaluator', 'exists user', ''],
    ['absence', 'not exists user', '{ $.fields.user NOT EXISTS }'],
    ['a regular expression', 'path ~ "^/api/v[0-9]+"', '{ $.fields.path = %^/api/v[0-9]+% }'],
    ['a regular expression that must not match', 'path !~ "^/api"', '{ $.fields.path != %^/api% }'],
    [
      'a regular expression that CloudWatch does not read is left to the evaluator',
      'error path ~ "(a|b)"',
      '{ $.level = "error" }',
    ],
    ...['(a|b)c', 'a(b)', 'a b'].map(
      (regex) => ['wherever it says so', `error path ~ "${regex}"`, '{ $.level = "error" }'] as const,
    ),
    ['repetitions are read by both', 'path ~ "a?b*c+"', '{ $.fields.path = %a?b*c+% }'],
    ['escapes are too', 'path ~ "a\\?b\\*c\\+"', '{ $.fields.path = %a\\?b\\*c\\+% }'],
    ['what JavaScript forgives is not', 'error path ~ "a{"', '{ $.level = "error" }'],
    ['nor is nothing', 'error path ~ ""', '{ $.level = "error" }'],
    ['so is the third, of which CloudWatch reads two', 'a ~ x b ~ y c ~ z', '{ $.fields.a = %x% && $.fields.b = %y% }'],
    ['a version is text', 'version = 7', '{ $.fields.version = "7" }'],
    ['a version as releases are shown, in any letters', 'version = V7', '{ $.fields.version = "7" }'],
    [
      'a version that is no number',
      'version in (v, v7a, dev7)',
      '{ $.fields.version = "v" || $.fields.version = "v7a" || $.fields.version = "dev7" }',
    ],
    ['a version above another is left to the evaluator', 'error version > 7', '{ $.level = "error" }'],
    ['so is a time', 'error timestamp > "2026-11-26T12:00"', '{ $.level = "error" }'],
    ...['app', 'request_id', 'trace_id', 'method', 'path', 'query', 'ip', 'host', 'user_agent'].map(
      (name) => ['so is what looks like a number', `${name} = 404`, `{ $.fields.${name} = "404" }`] as const,
    ),
    ['but not one of that name further inside', 'order.version = 7', '{ $.fields.order.version = 7 }'],
    ['a commit of digits is text', 'commit = 1234567', '{ $.fields.commit = "1234567" }'],
  ])('%s: %s', (_title, query, pattern) => expect(patternOf(query)).toBe(pattern));
});

describe('values', () => {
  test.each<Row>([
    ['a fraction', 'x = 1.5', '{ $.fields.x = 1.5 }'],
    ['a fraction without its zero', 'x = .5', '{ $.fields.x = 0.5 }'],
    ['a negative number, which apex/up did not read', 'x < -5', '{ $.fields.x < -5 }'],
    ['a positive number', 'x > +5', '{ $.fields.x > 5 }'],
    ['a power of ten', 'x > 1e3', '{ $.fields.x > 1000 }'],
    ['its signs', 'x > 1e+3 x < 25e-1', '{ $.fields.x > 1000 && $.fields.x < 2.5 }'],
    ['b', 'size > 5b', '{ $.fields.size > 5 }'],
    ['kb', 'size > 5kb', '{ $.fields.size > 5120 }'],
    ['mb', 'size > 1.5mb', '{ $.fields.size > 1572864 }'],
    ['gb', 'size > 1gb', '{ $.fields.size > 1073741824 }'],
    ['B as people write it', 'size > 5B', '{ $.fields.size > 5 }'],
    ['MB as people write it', 'size > 1MB', '{ $.fields.size > 1048576 }'],
    ['ms', 'duration > 5ms', '{ $.fields.duration > 5 }'],
    ['s', 'duration > 2s', '{ $.fields.duration > 2000 }'],
    ['a fraction of a second', 'duration > 2.3s', '{ $.fields.duration > 2300 }'],
    ['m', 'duration > 1m', '{ $.fields.duration > 60000 }'],
    ['h', 'age > 2h', '{ $.fields.age > 7200000 }'],
    ['a unit that stands apart', 'duration > 2 s', '{ $.fields.duration > 2000 }'],
    ['and one in capitals', 'size > 1 MB', '{ $.fields.size > 1048576 }'],
    ['a text in quotes is none', 'status = 502 "b"', '{ $.fields.status = 502 && $.message = "b" }'],
    ['a field is none', 'size > 5 b = 1', '{ $.fields.size > 5 && $.fields.b = 1 }'],
    ['a negative duration', 'drift < -1.5s', '{ $.fields.drift < -1500 }'],
    ['a word at the right is text', 'method = GET', '{ $.fields.method = "GET" }'],
    ['a path at the right is text', 'path = /v1/pets', '{ $.fields.path = "/v1/pets" }'],
    ['an address is text', 'ip = 10.0.0.7', '{ $.fields.ip = "10.0.0.7" }'],
    ['what begins like a number is text', 'peer = 10.0.0.7', '{ $.fields.peer = "10.0.0.7" }'],
    ['so is what ends like one', 'host = web5', '{ $.fields.host = "web5" }'],
    ['so is a day', 'day = 2026-11-26', '{ $.fields.day = "2026-11-26" }'],
    ['single quotes', "method = 'GET'", '{ $.fields.method = "GET" }'],
    ['wildcards pass through', 'path = "/v1/*"', '{ $.fields.path = "/v1/*" }'],
    ['wildcards in a word', 'ip = 10.0.*', '{ $.fields.ip = "10.0.*" }'],
    ['a quoted text by itself is a message', '"Signed up"', '{ $.message = "Signed up" }'],
    ['and may have wildcards', '"Signed *"', '{ $.message = "Signed *" }'],
    ['a word by itself is looked for, which apex/up could not', 'timeout', '{ $.message = "*timeout*" }'],
    ['several words are all looked for', 'connection reset', '{ $.message = "*connection*" && $.message = "*reset*" }'],
    ['text of any script', 'message = "naïve 日本"', '{ $.message = "naïve 日本" }'],
    [
      'escapes, which apex/up doubled: a wildcard stands for a quote',
      'message = "say \\"hi\\""',
      '{ $.message = "say *hi*" }',
    ],
    ['an escaped wildcard is itself', 'message = "2 \\* 3"', '{ $.message = "2 * 3" }'],
    ['an escaped line break', 'message = "a\\nb"', '{ $.message = "a*b" }'],
    ['escaped tabs and returns', 'message = "a\\tb\\rc"', '{ $.message = "a*b*c" }'],
    ['a backslash that escapes nothing', 'path = a\\', '{ $.fields.path = "a*" }'],
    ['a wildcard is one with what stands beside it', 'message = "a\\n*b"', '{ $.message = "a*b" }'],
    ['and which no opposite has', 'error message != "a\\nb*c"', '{ $.level = "error" }'],
    [
      'operators and keywords in quotes are texts',
      'warn "||" "(" "or" "not"',
      '{ $.level = "warn" && $.message = "||" && $.message = "(" && $.message = "or" && $.message = "not" }',
    ],
    ['empty text', 'query = ""', '{ $.fields.query = "" }'],
    ['empty text in single quotes', "query = ''", '{ $.fields.query = "" }'],
  ])('%s: %s', (_title, query, pattern) => expect(patternOf(query)).toBe(pattern));
});

describe('connectives, from what binds least', () => {
  test.each<Row>([
    ['nothing asks for everything', '', ''],
    ['white space too', '  \n ', ''],
    ['and', 'warn and a = 1', '{ $.level = "warn" && $.fields.a = 1 }'],
    ['&&', 'warn && a = 1', '{ $.level = "warn" && $.fields.a = 1 }'],
    ['side by side is and', 'warn a = 1', '{ $.level = "warn" && $.fields.a = 1 }'],
    ['or', 'warn or error', '{ $.level = "warn" || $.level = "error" }'],
    ['||', 'warn || error', '{ $.level = "warn" || $.level = "error" }'],
    [
      'or binds less than and, and we say so with parentheses',
      'debug or warn a = 1',
      '{ $.level = "debug" || ($.level = "warn" && $.fields.a = 1) }',
    ],
    ['or of fields', 'status >= 500 or duration > 2s', '{ $.fields.status >= 500 || $.fields.duration > 2000 }'],
    [
      'parentheses',
      '(warn or error) path = "/v1/*"',
      '{ ($.level = "warn" || $.level = "error") && $.fields.path = "/v1/*" }',
    ],
    ['parentheses around everything say nothing', '((warn))', '{ $.level = "warn" }'],
    ['not, by De Morgan: CloudWatch has no !(...)', 'not debug', '{ $.level != "debug" }'],
    ['! is not', '!debug', '{ $.level != "debug" }'],
    ['not takes all that follows', 'not warn or error', '{ $.level != "warn" && $.level != "error" }'],
    ['! takes one', '!warn or error', '{ $.level != "warn" || $.level = "error" }'],
    ['not takes no more than its parentheses', '(not warn) or error', '{ $.level != "warn" || $.level = "error" }'],
    ['not within', 'production not error', '{ $.fields.stage = "production" && $.level != "error" }'],
    ['not behind a word', 'timeout not (error)', '{ $.message = "*timeout*" && $.level != "error" }'],
    [
      'also before a group',
      'timeout not slow (error)',
      '{ $.message = "*timeout*" && ($.message != "*slow*" || $.level != "error") }',
    ],
    ['not not', 'not not error', '{ $.level = "error" }'],
    ['! of a group', '!(warn or error)', '{ $.level != "warn" && $.level != "error" }'],
    ['not of and', 'not (warn a = 1)', '{ $.level != "warn" || $.fields.a NOT EXISTS || $.fields.a != 1 }'],
    [
      'not in',
      'method not in (GET, HEAD)',
      '{ ($.fields.method NOT EXISTS || $.fields.method != "GET") && ($.fields.method NOT EXISTS || $.fields.method != "HEAD") }',
    ],
    ['not of an order turns it round', 'not status > 200', '{ $.fields.status NOT EXISTS || $.fields.status <= 200 }'],
    ['not >=', 'not a >= 1', '{ $.fields.a NOT EXISTS || $.fields.a < 1 }'],
    ['not <', 'not a < 1', '{ $.fields.a NOT EXISTS || $.fields.a >= 1 }'],
    ['not <=', 'not a <= 1', '{ $.fields.a NOT EXISTS || $.fields.a > 1 }'],
    ['not = null has no pattern', 'not a = null', ''],
    ['not of a text that no pattern says', 'not message = "a\\"b"', ''],
    ['keywords are small letters or capitals: others are words', 'Not', '{ $.message = "*Not*" }'],
  ])('%s: %s', (_title, query, pattern) => expect(patternOf(query)).toBe(pattern));
});

describe('lines that are no JSON, which apex/up never found', () => {
  const others = '-"\\"level\\":" -"START RequestId" -"END RequestId" -"REPORT RequestId" -"INIT_START"';
  const withMarks = '-"\\"level\\":"';

  test.each<Row>([
    ['errors: a timeout is one', 'error', others],
    ['words', 'timed', others],
    ['a stage, as the log stream tells the version', 'production error', others],
    ['START, END and REPORT, by their level', 'debug', withMarks],
    ['REPORT, by what it alone says', 'max_memory_used > 500', withMarks],
    ['INIT_START, by what it alone says', 'runtime_version = "nodejs:24.v1"', withMarks],
    ['a request', 'request_id = "8f5c"', withMarks],
    ...['start', 'end', 'report', 'init'].map((word) => [word, `debug message = ${word}`, withMarks] as const),
    ...['billed_duration', 'memory_size'].map((name) => ['a figure', `${name} > 500`, withMarks] as const),
    ...['timeout', 'init_duration'].map((name) => ['what went wrong', `error ${name} > 1s`, others] as const),
    ['what kind of error it was', 'error error_type = "Runtime.ExitError"', others],
    ['what became of it', 'error outcome = timeout', others],
    ['extensions', 'debug message = other', others],
    ['not the marks where other lines are as good', 'debug or info', others],
  ])('are looked for by a second pattern: %s: %s', (_title, query, pattern) => {
    expect(patternsOf(query)[1]).toBe(pattern);
  });

  test.each([
    'status >= 500',
    'duration > 1s',
    'path = "/v1"',
    'warn',
    'error status = 500',
  ])('are not, for %s', (query) => {
    expect(patternsOf(query)).toHaveLength(1);
  });

  test('nothing asked, nothing narrowed', () => expect(patternsOf('')).toEqual(['']));
});

test('a pattern longer than AWS takes loses what is longest, and the evaluator decides', () => {
  const long = `message contains "${'x'.repeat(1_100)}"`;
  expect(patternOf(`error ${long}`)).toBe('{ $.level = "error" }');
  expect(patternOf(`error or ${long}`)).toBe('');
  expect(patternOf(long)).toBe('');
});

test('a pattern may be as long as AWS takes', () => {
  const ofLength = (length: number) =>
    `error a = ${'x'.repeat(length - '{ $.level = "error" && $.fields.a = "" }'.length)}`;
  expect(patternOf(ofLength(1_024))).toHaveLength(1_024);
  expect(patternOf(ofLength(1_025))).toBe('{ $.level = "error" }');
});
