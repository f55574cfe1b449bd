/** Previews: what a branch is called as a stage, and what that stage is made of. */
import { describe, expect, test } from 'vitest';
import { previewStage } from '../../cli/deploy/preview-stage.ts';
import { isPreview, parseConfig, resolveStage } from '../../config/index.ts';

describe('the stage of a branch', () => {
  test.each([
    ['pr-12', 'preview-pr-12'],
    ['feature/Login page', 'preview-feature-login-page'],
    ['--weird__name--', 'preview-weird-name'],
    ['preview-pr-12', 'preview-pr-12'],
  ])('of %j is %s', (name, stage) => {
    expect(previewStage(name)).toBe(stage);
    expect(isPreview(stage)).toBe(true);
  });

  test('of a long name is a host name still, and no two long names share one', () => {
    const [a, b] = ['a', 'b'].map((end) => previewStage(`${'long-'.repeat(30)}${end}`));
    expect(a?.length).toBeLessThanOrEqual(63);
    expect(isPreview(a ?? '')).toBe(true);
    expect(a).not.toBe(b);
  });

  test('of a name without a letter is an error that shows how', () => {
    expect(() => previewStage('///')).toThrow(expect.objectContaining({ code: 'UP_USAGE' }));
  });
});

describe('its configuration', () => {
  const stages = { staging: { lambda: { memory: 1024 }, path: '/api' }, production: { lambda: { memory: 2048 } } };
  const { config } = parseConfig(JSON.stringify({ name: 'shop', stages }), { file: 'up.json' });

  test('is that of staging, without the base path of its domain', () => {
    const preview = resolveStage(config, 'preview-pr-12');
    expect(preview).toMatchObject({ stage: 'preview-pr-12', path: '', robots: false, lambda: { memory: 1024 } });
  });

  test.each(['preview-', 'preview-Big', 'preview-a--b', 'previews-a'])('there is none for %j', (stage) => {
    expect(() => resolveStage(config, stage)).toThrow(/unknown stage/);
  });
});
