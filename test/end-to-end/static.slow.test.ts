/** A site without an app, deployed to the local platform. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox } from '../support/sandbox.ts';
import { checkSite, site } from '../support/site.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

describe('up --local', () => {
  beforeAll(() => sandbox.platform());

  test('builds, checks, deploys and serves it', async () => {
    const dir = sandbox.project('deployed', site);
    const { code, stdout, stderr } = await sandbox.up(['--local'], { cwd: dir });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/check: boots and answers/);
    expect(stderr).toMatch(/verify: GET \/ 200/);
    await checkSite(stdout.trim());
    const again = await sandbox.up(['--local'], { cwd: dir });
    expect(again.stderr).toContain('Nothing to deploy');
  });

  test('with AWS’s runtime client too', async () => {
    const config = '{"type": "static", "static": {"dir": "public"}, "lambda": {"runtime_client": "aws"}}';
    const dir = sandbox.project('client', { ...site, 'up.json': config });
    const { code, stdout, stderr } = await sandbox.up(['--local'], { cwd: dir });
    expect(code, stderr).toBe(0);
    await checkSite(stdout.trim());
  });
});
