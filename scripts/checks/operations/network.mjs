/** API Gateway, ACM and Route 53: what makes an address of an app. */

const kept =
  (c, name, member = name) =>
  (out) => {
    c[name] = out[member];
    return c[name] !== undefined;
  };

export const route53 = (c) => {
  const zone = `${c.name}.example.com.`;
  const record = { Name: `www.${zone}`, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] };
  const batch = (Action, ResourceRecordSet) => ({ Changes: [{ Action, ResourceRecordSet }] });
  return [
    [
      'CreateHostedZone',
      { Name: zone, CallerReference: `once-${c.name}` },
      (out) => {
        c.zone = out.HostedZone.Id.replace('/hostedzone/', '');
        return true;
      },
    ],
    ['GetHostedZone', () => ({ Id: c.zone }), (out) => out.HostedZone.Name === zone],
    ['ListHostedZones', {}, (out) => out.HostedZones.some(({ Name }) => Name === zone)],
    ['ListHostedZonesByName', { DNSName: zone }, (out) => out.HostedZones[0].Name === zone],
    [
      'ChangeResourceRecordSets',
      () => ({ HostedZoneId: c.zone, ChangeBatch: batch('UPSERT', record) }),
      (out) => {
        c.change = out.ChangeInfo.Id.replace('/change/', '');
        return true;
      },
    ],
    ['GetChange', () => ({ Id: c.change }), (out) => out.ChangeInfo.Status.length > 0],
    [
      'ListResourceRecordSets',
      () => ({ HostedZoneId: c.zone }),
      (out) => out.ResourceRecordSets.some(({ Type }) => Type === 'A'),
    ],
    ['ChangeResourceRecordSets', () => ({ HostedZoneId: c.zone, ChangeBatch: batch('DELETE', record) })],
  ];
};

export const acm = (c) => {
  const arn = () => ({ CertificateArn: c.certificate });
  return [
    [
      'RequestCertificate',
      { DomainName: `${c.name}.example.com`, ValidationMethod: 'DNS' },
      kept(c, 'certificate', 'CertificateArn'),
    ],
    [
      'DescribeCertificate',
      arn,
      (out) => {
        c.proof = out.Certificate.DomainValidationOptions[0].ResourceRecord;
        return c.proof !== undefined;
      },
    ],
    ['AddTagsToCertificate', () => ({ ...arn(), Tags: [{ Key: 'a', Value: '1' }] })],
    ['ListTagsForCertificate', arn, (out) => out.Tags.length === 1],
    ['RemoveTagsFromCertificate', () => ({ ...arn(), Tags: [{ Key: 'a' }] })],
  ];
};

/** API Gateway takes no certificate that has not been issued, and none is issued without its record. */
export const proof = (c, Action = 'UPSERT') => [
  [
    'ChangeResourceRecordSets',
    () => {
      const { Name, Type, Value } = c.proof;
      const set = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] };
      return { HostedZoneId: c.zone, ChangeBatch: { Changes: [{ Action, ResourceRecordSet: set }] } };
    },
  ],
];

export const issued = (c) => [
  ['DescribeCertificate', () => ({ CertificateArn: c.certificate }), (out) => out.Certificate.Status === 'ISSUED'],
  [
    'ListCertificates',
    {},
    (out) => out.CertificateSummaryList.some(({ CertificateArn }) => CertificateArn === c.certificate),
  ],
];

export const apigatewayv2 = (c) => {
  const api = () => ({ ApiId: c.api });
  const integration = () => ({ ...api(), IntegrationId: c.integration });
  const route = () => ({ ...api(), RouteId: c.route });
  const stage = () => ({ ...api(), StageName: '$default' });
  const domain = `${c.name}.example.com`;
  const configuration = () => [{ CertificateArn: c.certificate, EndpointType: 'REGIONAL' }];
  const mapping = () => ({ DomainName: domain, ApiMappingId: c.mapping });
  const arn = () => `arn:aws:apigateway:us-east-1::/apis/${c.api}`;
  return [
    ['CreateApi', { Name: c.name, ProtocolType: 'HTTP' }, kept(c, 'api', 'ApiId')],
    ['GetApi', api, (out) => out.Name === c.name],
    ['GetApis', {}, (out) => out.Items.some(({ ApiId }) => ApiId === c.api)],
    ['UpdateApi', () => ({ ...api(), Description: 'mine' }), (out) => out.Description === 'mine'],
    [
      'CreateIntegration',
      () => ({ ...api(), IntegrationType: 'AWS_PROXY', IntegrationUri: c.arn, PayloadFormatVersion: '2.0' }),
      kept(c, 'integration', 'IntegrationId'),
    ],
    ['GetIntegration', integration, (out) => out.PayloadFormatVersion === '2.0'],
    ['GetIntegrations', api, (out) => out.Items.length === 1],
    ['UpdateIntegration', () => ({ ...integration(), TimeoutInMillis: 9_000 }), (out) => out.TimeoutInMillis === 9_000],
    [
      'CreateRoute',
      () => ({ ...api(), RouteKey: '$default', Target: `integrations/${c.integration}` }),
      kept(c, 'route', 'RouteId'),
    ],
    ['GetRoute', route, (out) => out.RouteKey === '$default'],
    ['GetRoutes', api, (out) => out.Items.length === 1],
    ['UpdateRoute', () => ({ ...route(), Target: `integrations/${c.integration}` })],
    ['CreateStage', () => ({ ...stage(), AutoDeploy: true })],
    ['GetStage', stage, (out) => out.AutoDeploy === true],
    ['GetStages', api, (out) => out.Items.length === 1],
    ['UpdateStage', () => ({ ...stage(), Description: 'the one' }), (out) => out.Description === 'the one'],
    ['CreateDomainName', () => ({ DomainName: domain, DomainNameConfigurations: configuration() })],
    ['GetDomainName', { DomainName: domain }, (out) => out.DomainNameConfigurations.length === 1],
    ['GetDomainNames', {}, (out) => out.Items.some(({ DomainName }) => DomainName === domain)],
    ['UpdateDomainName', () => ({ DomainName: domain, DomainNameConfigurations: configuration() })],
    [
      'CreateApiMapping',
      () => ({ DomainName: domain, ...stage(), StageName: undefined, Stage: '$default' }),
      kept(c, 'mapping', 'ApiMappingId'),
    ],
    ['GetApiMapping', mapping, (out) => out.ApiId === c.api],
    ['GetApiMappings', { DomainName: domain }, (out) => out.Items.length === 1],
    ['UpdateApiMapping', () => ({ ...mapping(), ...api(), ApiMappingKey: 'v1' }), (out) => out.ApiMappingKey === 'v1'],
    ['TagResource', () => ({ ResourceArn: arn(), Tags: { a: '1' } })],
    ['GetTags', () => ({ ResourceArn: arn() }), (out) => out.Tags.a === '1'],
    ['UntagResource', () => ({ ResourceArn: arn(), TagKeys: ['a'] })],
    ['DeleteApiMapping', mapping],
    ['DeleteDomainName', { DomainName: domain }],
    ['DeleteStage', stage],
    ['DeleteRoute', route],
    ['DeleteIntegration', integration],
    ['DeleteApi', api],
  ];
};

export const acmEnd = (c) => [['DeleteCertificate', () => ({ CertificateArn: c.certificate })]];
export const route53End = (c) => [['DeleteHostedZone', () => ({ Id: c.zone })]];
