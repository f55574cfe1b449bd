import { expect, test } from 'vitest';
import { pageWarnings } from '../../cli/build/pages.ts';
import { resolveStage } from '../../config/index.ts';
import { parse } from '../config/parse.ts';
import { project } from './project.ts';

function warningsOf(files: Readonly<Record<string, string>>, config: object): string[] {
  return pageWarnings(project(files), resolveStage(parse(config).config, 'staging'));
}

const broken = { 'errors/404.html': '<h1>\n{{if .StatusCode}}', 'later.html': '{{.Variables.shop}}' };

test('a page with a mistake is told of before it is deployed, with its place', () => {
  const config = { error_pages: { enable: true, dir: 'errors' }, maintenance: { page: 'later.html' } };
  expect(warningsOf(broken, config)).toEqual([
    expect.stringMatching(/^errors\/404\.html:2: page not used: \{\{if \.StatusCode\}\} is not understood/),
    'later.html:1: page has a problem: the variable "shop" is not set in up.json',
  ]);
});

test.each<[string, object, string[]]>([
  [
    'a folder that is missing',
    { error_pages: { enable: true, dir: 'no' } },
    ['no: folder of error pages not read: ENOENT'],
  ],
  ['a page that is missing', { maintenance: { page: 'no.html' } }, ['no.html: page not used: ENOENT']],
  ['pages that are not used', { error_pages: { dir: 'errors' } }, []],
])('%s', (_title, config, warnings) => {
  expect(warningsOf(broken, config)).toEqual(warnings);
});
