/** A custom domain: certificate, proof, domain name, mapping and records, moved to another stage, and taken away. */
import { expect, require } from '../check.mjs';
import { codeCalls, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

const name = 'shop.example.com';
const tagsOf = (list) => Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));

export async function domain(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'shop');
  const zone = (await read('route53', 'CreateHostedZone', { Name: 'example.com.', CallerReference: 'once' }))
    .HostedZone;
  const record = async (Type, Name) => {
    const { ResourceRecordSets } = await read('route53', 'ListResourceRecordSets', { HostedZoneId: zone.Id });
    return ResourceRecordSets.find((one) => one.Type === Type && (!Name || one.Name === Name));
  };
  const certificate = async () => {
    const { CertificateSummaryList } = await read('acm', 'ListCertificates');
    const found = CertificateSummaryList.find(({ DomainName }) => DomainName === name);
    return (await read('acm', 'DescribeCertificate', { CertificateArn: found.CertificateArn })).Certificate;
  };
  const mappings = async () => (await read('apigatewayv2', 'GetApiMappings', { DomainName: name })).Items;
  const apiOf = async (stage) =>
    (await read('apigatewayv2', 'GetApis')).Items.find(({ Name }) => Name === `shop-${stage}`);

  await check.case(
    'domain: with its zone elsewhere, a first deploy requests the certificate and tells the proof',
    async () => {
      app.configure({ stages: { staging: { domain: name, zone: false } } });
      const { changing, stdout, stderr } = await app.deploy();
      expect(changing.slice(-2), ['CreateStage', 'RequestCertificate'], 'last changing calls');
      require(stderr.includes(`${name} waits for its certificate`), stderr);
      require(stderr.includes(
        (await certificate()).DomainValidationOptions[0].ResourceRecord.Value.slice(0, 20),
      ), stderr);
      require(stdout.includes('execute-api'), `stdout ${stdout}`);
      expect((await app.deploy()).changing, [], 'changing calls of another deploy');
    },
  );

  await check.case('domain: with its zone here, a deploy proves it by the same certificate', async () => {
    expect((await certificate()).Status, 'PENDING_VALIDATION', 'status');
    app.configure({ stages: { staging: { domain: name } } });
    expect((await app.deploy()).changing, ['ChangeResourceRecordSets'], 'changing calls');
  });

  await check.case('domain: boto3 finds the certificate, and the record that proves it', async () => {
    const { CertificateArn, Status, DomainValidationOptions } = await certificate();
    const [{ ValidationMethod, ResourceRecord }] = DomainValidationOptions;
    expect([Status, ValidationMethod], ['ISSUED', 'DNS'], 'certificate');
    const proof = await record('CNAME', ResourceRecord.Name);
    expect([proof.TTL, proof.ResourceRecords.length], [300, 1], 'proof');
    expect(proof.ResourceRecords[0].Value.replace(/\.$/, ''), ResourceRecord.Value.replace(/\.$/, ''), 'proof');
    const { Tags } = await read('acm', 'ListTagsForCertificate', { CertificateArn });
    expect(tagsOf(Tags), { 'up:app': 'shop', 'up:stage': 'staging' }, 'tags');
  });

  await check.case('domain: the next deploy makes domain name, mapping and records', async () => {
    const made = ['CreateDomainName', 'CreateApiMapping', 'ChangeResourceRecordSets'];
    expect((await app.deploy()).changing, made, 'changing calls');
  });

  await check.case('domain: boto3 finds them', async () => {
    const found = await read('apigatewayv2', 'GetDomainName', { DomainName: name });
    const [{ EndpointType, SecurityPolicy, IpAddressType, ...rest }] = found.DomainNameConfigurations;
    expect([EndpointType, SecurityPolicy, IpAddressType], ['REGIONAL', 'TLS_1_2', 'dualstack'], 'domain name');
    expect(
      [rest.CertificateArn, found.Tags],
      [(await certificate()).CertificateArn, { 'up:app': 'shop' }],
      'domain name',
    );
    for (const type of ['A', 'AAAA']) {
      const { DNSName, HostedZoneId, EvaluateTargetHealth } = (await record(type)).AliasTarget;
      const target = [rest.ApiGatewayDomainName, rest.HostedZoneId, false];
      expect([DNSName.replace(/\.$/, ''), HostedZoneId, EvaluateTargetHealth], target, `record ${type}`);
    }
    const api = await apiOf('staging');
    expect(api.Tags, { 'up:app': 'shop', 'up:stage': 'staging', 'up:domain': name }, 'tags of the api');
    const [{ ApiId, Stage, ApiMappingKey }, ...others] = await mappings();
    expect([ApiId, Stage, ApiMappingKey, others.length], [api.ApiId, '$default', '', 0], 'mapping');
  });

  await check.case('domain: then a deploy makes no changing call', async () => {
    expect((await app.deploy()).changing, [], 'changing calls');
  });

  await check.case('domain: a record that somebody deleted is put again, and nothing else', async () => {
    const Changes = [{ Action: 'DELETE', ResourceRecordSet: await record('AAAA') }];
    await read('route53', 'ChangeResourceRecordSets', { HostedZoneId: zone.Id, ChangeBatch: { Changes } });
    expect((await app.deploy()).changing, ['ChangeResourceRecordSets'], 'changing calls');
    require(await record('AAAA'), 'there is no AAAA');
  });

  await check.case('domain: another path makes one mapping and removes the other', async () => {
    app.configure({ stages: { staging: { domain: name, path: '/next' } } });
    expect((await app.deploy()).changing, [...codeCalls, 'CreateApiMapping', 'DeleteApiMapping'], 'changing calls');
    expect(
      (await mappings()).map(({ ApiMappingKey }) => ApiMappingKey),
      ['next'],
      'mappings',
    );
  });

  await check.case('domain: another stage takes it over by moving the mapping', async () => {
    app.configure({ stages: { production: { domain: name, path: '/next' } } });
    const { changing } = await app.deploy('production');
    expect(changing.at(-1), 'UpdateApiMapping', 'last changing call');
    const [{ ApiId }, ...others] = await mappings();
    expect([ApiId, others.length], [(await apiOf('production')).ApiId, 0], 'mapping');
    await app.deploy();
    expect((await apiOf('staging')).Tags['up:domain'], undefined, 'tag of the stage that had it');
    require(await record('A'), 'the records are gone');
  });

  await check.case('domain: taken out of up.json, all of it goes', async () => {
    app.configure({ stages: { production: {} } });
    const { changing } = await app.deploy('production');
    const gone = ['DeleteApiMapping', ...Array(2).fill('ChangeResourceRecordSets'), 'DeleteDomainName'];
    const rest = ['ChangeResourceRecordSets', 'DeleteCertificate', 'UntagResource'];
    expect(changing, ['UpdateFunctionConfiguration', ...codeCalls, ...gone, ...rest], 'changing calls');
    expect(await leftOf(bench, name), [], 'left');
  });

  await check.case('domain: with --wait one deploy makes all of it', async () => {
    app.configure({ stages: { production: { domain: `www.${name}` } } });
    const { changing } = await app.run(['deploy', 'production', '--no-check', '--wait'], { answers: true });
    const made = ['CreateDomainName', 'CreateApiMapping', 'ChangeResourceRecordSets'];
    expect(changing.slice(-5), ['RequestCertificate', 'ChangeResourceRecordSets', ...made], 'last changing calls');
  });

  await check.case('domain: up domains tells of it', async () => {
    const { domains } = JSON.parse((await app.run(['domains', '--json'])).stdout);
    const [{ certificate: state, zone: its, mapped, records }] = domains;
    expect([domains.length, state, its, mapped, records], [1, 'ISSUED', 'example.com', true, []], 'domains');
  });

  await check.case('domain: up delete takes the domain with it', async () => {
    const { changing } = await app.run(['delete', '-y']);
    require(changing.includes('DeleteCertificate'), `changing calls: ${changing}`);
    expect(await leftOf(bench, 'shop'), [], 'left');
    await read('route53', 'DeleteHostedZone', { Id: zone.Id });
  });
}
