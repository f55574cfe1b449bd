/**
 * What the program says while it works and when it fails: text on a terminal, plain lines off it, JSON for programs.
 * One file, because each sentence in it is looked at in all three ways.
 */
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import yargs from 'yargs';
import { commandAgain } from '../../cli/argv/again.ts';
import { build } from '../../cli/commands/build.ts';
import { domains } from '../../cli/commands/domains.ts';
import { logs } from '../../cli/commands/logs.ts';
import { url } from '../../cli/commands/url.ts';
import { UpError } from '../../cli/errors.ts';
import { requirePage } from '../../cli/help/command-help.ts';
import { isCi, wantsColor } from '../../cli/io.ts';
import { toAscii } from '../../cli/output/ascii.ts';
import { renderBar } from '../../cli/output/bar.ts';
import { errorJson, renderError } from '../../cli/output/report-error.ts';
import { plainReporter, type Reporter, silentReporter, textReporter } from '../../cli/output/reporter.ts';
import { spinnerFrames } from '../../cli/output/spinner.ts';
import { createStyle, isUnicode } from '../../cli/output/style.ts';
import { until } from '../support/until.ts';

const style = createStyle({ color: false, unicode: true });
const frames = spinnerFrames({}, true);

class Page extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
  /** Durations vary. */
  get lines(): string {
    return this.text.replaceAll(/\d+\.\ds/g, '0.0s');
  }
}

async function story(report: Reporter): Promise<void> {
  report.info('Target', 'staging, eu-central-1');
  report.warn('Config', 'lambda.timeout is taken as 900');
  await report.step('Build', async (say) => {
    say('packing');
    say('12 files, 231 kB');
  });
  await report
    .step('Check', async () => {
      throw new Error('failed');
    })
    .catch(() => {});
  report.live('https://abc.example/', 3_140);
}

describe('progress', () => {
  test('on a terminal has a gutter, labels of one width, and durations at the right', async () => {
    const stderr = new Page();
    await story(textReporter({ stderr, style, columns: 70, frames }));
    expect(stderr.lines).toMatchInlineSnapshot(`
      "  Target     staging, eu-central-1
      ! Config     lambda.timeout is taken as 900
      ✓ Build      12 files, 231 kB                                     0.0s

      ▲ https://abc.example/                                            0.0s
      "
    `);
  });

  test('keeps a label that is longer than its column apart from what is said of it', () => {
    const stderr = new Page();
    textReporter({ stderr, style, columns: 70, frames }).info('preview-my-branch', 'v3 has these variables already');
    expect(stderr.lines).toBe('  preview-my-branch v3 has these variables already\n');
  });

  test('off a terminal is one line for each step that ended well', async () => {
    const stderr = new Page();
    await story(plainReporter({ stderr }));
    expect(stderr.lines).toMatchInlineSnapshot(`
      "target: staging, eu-central-1
      warning: config: lambda.timeout is taken as 900
      build: 12 files, 231 kB (0.0s)
      "
    `);
  });

  test('with --json or -q is none, and the work is done all the same', async () => {
    await expect(silentReporter.step('Build', async () => 7)).resolves.toBe(7);
    await story(silentReporter);
  });

  test('a line is never wider than the terminal, or 80 columns of a wide one', async () => {
    for (const columns of [40, 80, 200]) {
      const stderr = new Page();
      await textReporter({ stderr, style, columns, frames }).step('Build', async (say) => say('x'));
      expect(stderr.text.trimEnd().length).toBe(Math.min(columns, 80));
    }
  });

  test('a spinner leaves nothing behind it', async () => {
    const stderr = new Page();
    await textReporter({ stderr, style, columns: 80, frames }).step('Wait', async (say) => {
      say('for IAM');
      await new Promise<void>((resolve) => {
        const seen = setInterval(() => {
          if (!stderr.text.includes('⠋')) return;
          clearInterval(seen);
          resolve();
        }, 5);
      });
    });
    const afterLastClear = stderr.text.split('\r\u001b[K').at(-1);
    expect(afterLastClear).toMatch(/^✓ Wait {7}for IAM +\d\.\ds\n$/);
  });

  test('a spinner has one line, in a terminal that is narrower than what it says, and was made so meanwhile', async () => {
    const stderr = new Page();
    const terminal = { stderr, style, columns: 80, frames: ['|'] };
    await textReporter(terminal).step('Build', async (say) => {
      say('prebuild: node make.js &&\nnode made.js', 0.5);
      await until('the spinner', () => stderr.text.includes('########........  50 %  prebuild: node make.js && node'));
      terminal.columns = 20;
      await until('a short one', () => stderr.text.includes('\u001b[K| Build      #####…\r'));
    });
  });

  test('a spinner without frames is none', async () => {
    const stderr = new Page();
    const report = textReporter({ stderr, style, columns: 80, frames: [] });
    await report.step('Wait', () => new Promise((resolve) => setTimeout(resolve, 200)));
    expect(stderr.text).toMatch(/^✓ Wait[^\r\u001b]+\n$/);
  });

  test('a warning in the middle of a step takes the line of the spinner', async () => {
    const stderr = new Page();
    const report = textReporter({ stderr, style, columns: 80, frames: ['|'] });
    await report.step('Wait', async () => {
      await until('the spinner', () => stderr.text.includes('| Wait'));
      report.warn('AWS', 'asks to slow down');
    });
    expect(stderr.text).toMatch(/\| Wait +\r\u001b\[K! AWS {8}asks to slow down\n/);
  });

  test.each<[title: string, env: NodeJS.ProcessEnv, color: boolean, first: string | undefined]>([
    ['turns in dots', { LANG: 'en_US.UTF-8' }, true, '⠋'],
    ['turns in ASCII in another locale', { LANG: 'C' }, true, '|'],
    ['is not there without colour', {}, false, undefined],
    ['is not there on a dumb terminal, whatever colour', { TERM: 'dumb' }, true, undefined],
  ])('a spinner %s', (_title, env, color, first) => {
    expect(spinnerFrames(env, color)[0]).toBe(first);
  });
});

describe('an error', () => {
  const error = new UpError('UP_VERIFY_FAILED', 'Version 3 does not work: the app exited with code 1', {
    evidence: 'TypeError: x\n    at app.js:1\n\nIt got no traffic: v2 is still live.',
    hint: 'fix the app',
    next: ['up start', 'up'],
  });

  test('is what happened, the evidence, the fix', () => {
    expect(renderError(error, style, 80)).toMatchInlineSnapshot(`
      "✗ Version 3 does not work: the app exited with code 1           UP_VERIFY_FAILED
        TypeError: x
            at app.js:1

        It got no traffic: v2 is still live.
        Fix        fix the app
      "
    `);
  });

  test('wraps words of a hint under each other, and leaves a command to be copied whole', () => {
    const shown = (hint: string) =>
      renderError(new UpError('UP_USAGE', 'no', { hint }), style, 80)
        .split('\n')
        .slice(1, -1);
    expect(shown('fix the app, trying it with "up start"; --no-check deploys it all the same')).toEqual([
      '  Fix        fix the app, trying it with "up start"; --no-check deploys it all',
      '             the same',
    ]);
    const command = `up delete production --retain log-group,role -C ${'folder/'.repeat(6)}app`;
    expect(shown(command)).toEqual([`  Fix        ${command}`]);
  });

  test('ends with the command to run again, where that is worth it', () => {
    const lines = renderError(error, style, 80, 'up staging').trimEnd().split('\n');
    expect(lines.slice(-2)).toEqual(['  Fix        fix the app', '  Then       up staging']);
    expect(JSON.parse(errorJson(error, 'up staging')).error.next).toEqual(['up start', 'up', 'up staging']);
  });

  test.each<[title: string, words: string[], again: string | null]>([
    ['is told as it was typed', ['staging', '--local'], 'up staging --local'],
    ['is quoted for a shell', ['logs', "it's 'here'"], `up logs 'it'\\''s '\\''here'\\'''`],
    ['is `up` when that was all', [], 'up'],
    ['is told for a rollback to somewhere', ['rollback', 'v3', '-s', 'production'], 'up rollback v3 -s production'],
    [
      'is a look at the releases where it would undo itself',
      ['--local', 'rollback', '-s', 'production'],
      'up --local releases -s production',
    ],
    ['is kept for itself when it may hold a secret', ['env', 'set', 'KEY=1'], null],
  ])('the command to run again %s', (_title, words, again) => {
    expect(commandAgain(words)).toBe(again);
  });

  test('wraps at words in a narrow terminal', () => {
    const text = renderError(error, style, 40);
    expect(text).toMatchInlineSnapshot(`
      "✗ Version 3 does not work: the app
        exited with code 1    UP_VERIFY_FAILED
        TypeError: x
            at app.js:1

        It got no traffic: v2 is still live.
        Fix        fix the app
      "
    `);
    for (const line of text.split('\n').slice(0, 3)) expect(line.length).toBeLessThanOrEqual(40);
  });

  test('is one line of JSON for programs', () => {
    const text = errorJson(error);
    expect(text.endsWith('}\n')).toBe(true);
    expect(text.trimEnd()).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({
      error: {
        code: 'UP_VERIFY_FAILED',
        message: 'Version 3 does not work: the app exited with code 1',
        hint: 'fix the app',
        next: ['up start', 'up'],
        evidence: error.evidence,
      },
    });
  });

  test('without evidence has none in either form', () => {
    const bare = new UpError('UP_USAGE', 'no');
    expect(renderError(bare, style, 80).split('\n')).toHaveLength(3);
    expect(JSON.parse(errorJson(bare)).error).not.toHaveProperty('evidence');
  });
});

describe('colour', () => {
  test.each<[title: string, env: NodeJS.ProcessEnv, isTty: boolean, flag: boolean | undefined, wanted: boolean]>([
    ['on a terminal', {}, true, undefined, true],
    ['not off it', {}, false, undefined, false],
    ['not on a dumb terminal', { TERM: 'dumb' }, true, undefined, false],
    ['not with NO_COLOR', { NO_COLOR: '1' }, true, undefined, false],
    ['with an empty NO_COLOR, which means nothing', { NO_COLOR: '' }, true, undefined, true],
    ['with FORCE_COLOR, off a terminal', { FORCE_COLOR: '1' }, false, undefined, true],
    ['with FORCE_COLOR over NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, false, undefined, true],
    ['with FORCE_COLOR on a dumb terminal', { FORCE_COLOR: '3', TERM: 'dumb' }, true, undefined, true],
    ['not with FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, undefined, false],
    ['not with --no-color, whatever else', { FORCE_COLOR: '1' }, true, false, false],
    ['with --color, whatever else', { NO_COLOR: '1' }, false, true, true],
  ])('%s', (_title, env, isTty, flag, wanted) => {
    expect(wantsColor(env, isTty, flag)).toBe(wanted);
  });

  test('paints and takes it back, or leaves the text alone', () => {
    expect(createStyle({ color: true, unicode: true }).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(createStyle({ color: false, unicode: true }).red('x')).toBe('x');
  });
});

describe('glyphs', () => {
  test.each<[title: string, env: NodeJS.ProcessEnv, unicode: boolean]>([
    ['a locale of UTF-8', { LANG: 'en_US.UTF-8' }, true],
    ['utf8, as others write it', { LC_CTYPE: 'C.utf8' }, true],
    ['no locale at all', {}, true],
    ['the POSIX locale', { LANG: 'C' }, false],
    ['LC_ALL over LANG', { LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
  ])('%s', (_title, env, unicode) => {
    expect(isUnicode(env)).toBe(unicode);
  });

  test('have an ASCII form', () => {
    const { ok, fail, warn, live } = createStyle({ color: false, unicode: false });
    expect([ok, fail, warn, live]).toEqual(['+', 'x', '!', '>']);
  });
});

describe('what was asked for', () => {
  test.each<[word: string | undefined]>([
    [undefined],
    ['build'],
    ['logs'],
    ['url'],
    ['domains ls'],
  ])('help of %s is given', (words) => {
    expect(() => requirePage(words === undefined ? [] : words.split(' '), [build, logs, url, domains])).not.toThrow();
  });

  test.each([
    ['frobnicate', '"frobnicate" is not a command. The commands are build, logs, url'],
    ['lgos', '"lgos" is not a command, did you mean "logs"? The commands are build, logs, url'],
    ['--nope', '"--nope" is not a command. The commands are build, logs, url'],
    ['logs extra', 'up help logs takes no "extra"'],
  ])('help of %s is an error', (word, message) => {
    expect(() => requirePage(word.split(' '), [build, logs, url])).toThrow(
      expect.objectContaining({ code: 'UP_USAGE', exit: 2, message }),
    );
  });

  test.each([
    [['url'], 'staging'],
    [['url', 'production'], 'production'],
    [['url', '-s', 'production'], 'production'],
    [['url', '--stage', 'production', '-o'], 'production'],
  ])('%j is the URL of %s', async (words, stage) => {
    const parser = yargs().command(
      String(url.usage),
      url.summary,
      (argv) => url.options(argv),
      () => {},
    );
    expect(await parser.strict().exitProcess(false).parseAsync(words)).toMatchObject({ stage });
  });
});

test.each<[share: number, unicode: boolean, bar: string]>([
  [0, true, '░░░░░░░░░░░░░░░░   0 %'],
  [0.259, true, '████░░░░░░░░░░░░  25 %'],
  [0.999, false, '###############.  99 %'],
  [1, false, '################ 100 %'],
  // A share of nothing.
  [Number.NaN, false, '................   0 %'],
])('a bar of %d, with unicode %s', (share, unicode, bar) => {
  expect(renderBar(share, unicode)).toBe(bar);
});

describe('a terminal that is not UTF-8', () => {
  test.each([
    ['what up writes, letter for letter', 'lambda.memory 512 → 1024 MB, don’t…', "lambda.memory 512 > 1024 MB, don't~"],
    ['letters without their accents', 'Café à Malmö', 'Cafe a Malmo'],
    ['nothing of what has no likeness', '日本 🚀', '?? ?'],
    ['colours as they are', '\u001b[32m+\u001b[39m', '\u001b[32m+\u001b[39m'],
  ])('is shown %s', (_title, text, shown) => {
    expect(toAscii(text)).toBe(shown);
  });

  test.each<[env: NodeJS.ProcessEnv, platform: NodeJS.Platform, unicode: boolean]>([
    [{}, 'linux', true],
    [{ LANG: 'C' }, 'linux', false],
    [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, 'linux', true],
    [{ LANG: 'de_DE.ISO-8859-1' }, 'darwin', false],
    [{ LANG: 'de_DE.utf8', TERM: 'linux' }, 'linux', false],
    [{}, 'win32', false],
    [{ WT_SESSION: '1' }, 'win32', true],
  ])('of %j on %s has our glyphs: %s', (env, platform, unicode) => {
    expect(isUnicode(env, platform)).toBe(unicode);
  });
});

test.each<[env: NodeJS.ProcessEnv, ci: boolean]>([
  [{}, false],
  [{ CI: 'true' }, true],
  [{ CI: '1' }, true],
  [{ CI: 'false' }, false],
  [{ CI: '' }, false],
])('%j is CI: %s', (env, ci) => {
  expect(isCi(env)).toBe(ci);
});
