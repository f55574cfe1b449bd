import {
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  type ListCertificatesCommandInput,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from '@aws-sdk/client-acm';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

let platform: Platform;
let time = Date.UTC(2026, 10, 26);
beforeEach(async () => {
  platform = await startPlatform({ clock: () => time });
});
afterEach(() => platform.stop());

async function request(changes: Partial<RequestCertificateCommandInput> = {}): Promise<string> {
  const { CertificateArn } = await platform.acm.send(
    new RequestCertificateCommand({ DomainName: 'api.example.com', ValidationMethod: 'DNS', ...changes }),
  );
  return CertificateArn!;
}

async function describeCertificate(CertificateArn: string) {
  const { Certificate } = await platform.acm.send(new DescribeCertificateCommand({ CertificateArn }));
  return Certificate!;
}

/** Puts the records that prove a certificate into a zone. */
async function prove(arn: string): Promise<void> {
  const { HostedZone } = await platform.route53.send(
    new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: arn }),
  );
  const { DomainValidationOptions = [] } = await describeCertificate(arn);
  const Changes = DomainValidationOptions.map(({ ResourceRecord }) => ({
    Action: 'UPSERT' as const,
    ResourceRecordSet: {
      Name: ResourceRecord?.Name,
      Type: 'CNAME' as const,
      TTL: 300,
      ResourceRecords: [{ Value: ResourceRecord?.Value }],
    },
  }));
  await platform.route53.send(
    new ChangeResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id, ChangeBatch: { Changes } }),
  );
}

test('a certificate tells of its record a moment after it was asked for', async () => {
  const arn = await request({ SubjectAlternativeNames: ['*.example.com'] });
  expect(arn).toMatch(/^arn:aws:acm:us-east-1:000000000000:certificate\/[\w-]+$/);
  const before = await describeCertificate(arn);
  expect(before).toMatchObject({
    DomainName: 'api.example.com',
    SubjectAlternativeNames: ['api.example.com', '*.example.com'],
    Status: 'PENDING_VALIDATION',
    CreatedAt: new Date(time),
  });
  expect(before.DomainValidationOptions?.[0]?.ResourceRecord).toBeUndefined();
  time += 300;
  const [own, wildcard] = (await describeCertificate(arn)).DomainValidationOptions ?? [];
  expect(own?.ResourceRecord).toEqual({
    Name: expect.stringMatching(/^_[0-9a-f]{32}\.api\.example\.com\.$/),
    Type: 'CNAME',
    Value: expect.stringMatching(/^_[0-9a-f]{32}\.acm-validations\.aws\.$/),
  });
  expect(wildcard?.ResourceRecord?.Name).toMatch(/^_[0-9a-f]{32}\.example\.com\.$/);
});

test('it is issued a moment after Route 53 has the record, and not before', async () => {
  const arn = await request();
  time += 300;
  expect((await describeCertificate(arn)).Status).toBe('PENDING_VALIDATION');
  await prove(arn);
  expect((await describeCertificate(arn)).Status).toBe('PENDING_VALIDATION');
  time += 1_000;
  expect(await describeCertificate(arn)).toMatchObject({ Status: 'ISSUED', IssuedAt: new Date(time) });
});

test('the same token is the same certificate for an hour', async () => {
  const arn = await request({ IdempotencyToken: 'one' });
  expect(await request({ IdempotencyToken: 'one' })).toBe(arn);
  expect(await request({ IdempotencyToken: 'two' })).not.toBe(arn);
  time += 60 * 60 * 1000;
  expect(await request({ IdempotencyToken: 'one' })).not.toBe(arn);
});

test('certificates are listed by status and kind of key', async () => {
  const pending = await request();
  const other = await request({ DomainName: 'example.com', KeyAlgorithm: 'EC_prime256v1' });
  time += 300;
  await prove(other);
  time += 1_000;
  const list = async (input: ListCertificatesCommandInput) => {
    const { CertificateSummaryList = [] } = await platform.acm.send(new ListCertificatesCommand(input));
    return CertificateSummaryList.map(({ CertificateArn }) => CertificateArn);
  };
  expect(await list({})).toEqual([pending]);
  const keyTypes = ['RSA_2048', 'EC_prime256v1'] as const;
  expect((await list({ Includes: { keyTypes: [...keyTypes] } })).sort()).toEqual([pending, other].sort());
  expect(await list({ Includes: { keyTypes: [...keyTypes] }, CertificateStatuses: ['ISSUED'] })).toEqual([other]);
});

test('tags are given with the request, added, listed and removed', async () => {
  const CertificateArn = await request({ Tags: [{ Key: 'up:app', Value: 'shop' }] });
  const tags = async () => (await platform.acm.send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags;
  await platform.acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: 'a', Value: 'b' }] }));
  expect(await tags()).toEqual([
    { Key: 'up:app', Value: 'shop' },
    { Key: 'a', Value: 'b' },
  ]);
  const Tags = [{ Key: 'up:app' }, { Key: 'a', Value: 'other' }];
  await platform.acm.send(new RemoveTagsFromCertificateCommand({ CertificateArn, Tags }));
  expect(await tags()).toEqual([{ Key: 'a', Value: 'b' }]);
});

test('a certificate is deleted once', async () => {
  const CertificateArn = await request();
  await platform.acm.send(new DeleteCertificateCommand({ CertificateArn }));
  await expect(platform.acm.send(new DeleteCertificateCommand({ CertificateArn }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('what it cannot do it refuses', async () => {
  await expect(request({ ValidationMethod: 'EMAIL' })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(request({ DomainName: 'no domain' })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(describeCertificate('arn:aws:s3:::x')).rejects.toMatchObject({ name: 'InvalidArnException' });
});
