/** Custom domain names. What is mapped on them is answered by the platform's own port, found by the Host of a request. */
import type { DomainName, State } from '../../model.ts';
import { isIssued } from '../acm/certificates.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { region, toDomainArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { findDomain, invalid, read, refuse, showPage, toId } from './find.ts';
import { readTags } from './tags.ts';

const notImplemented = ['mutualTlsAuthentication'];

/** The hosted zone of regional endpoints: https://docs.aws.amazon.com/general/latest/gr/apigateway.html */
const hostedZoneId = 'Z1UJRXOUMOOFQ8';

type Settings = Pick<DomainName, 'CertificateArn' | 'SecurityPolicy' | 'IpAddressType' | 'RoutingMode'>;

export function createDomainName({ store, now }: Call, input: Input): Output {
  const name = read.needText(input, 'domainName').toLowerCase();
  if (!/^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/.test(name))
    throw invalid('Invalid domain name identifier specified');
  if (store.state.domainNames[name])
    throw new AwsError('ConflictException', 'The domain name you provided already exists.');
  const settings = readSettings(store.state, name, input, now(), {
    CertificateArn: '',
    SecurityPolicy: 'TLS_1_2',
    IpAddressType: 'ipv4',
    RoutingMode: 'API_MAPPING_ONLY',
  });
  const domain: DomainName = {
    DomainName: name,
    ApiGatewayDomainName: `d-${toId(10)}.execute-api.${region}.amazonaws.com`,
    ...settings,
    Tags: readTags(input, emptyRecord()),
    mappings: emptyRecord(),
  };
  store.state.domainNames[name] = domain;
  return show(domain);
}

function readSettings(state: State, name: string, input: Input, time: number, before: Settings): Settings {
  refuse(input, notImplemented);
  const [settings = {}] = read.objects(input, 'domainNameConfigurations') ?? [];
  if ((read.text(settings, 'endpointType') ?? 'REGIONAL') !== 'REGIONAL')
    throw invalid('Only REGIONAL endpoints are supported for HTTP APIs');
  const RoutingMode = read.text(input, 'routingMode') ?? before.RoutingMode;
  if (RoutingMode !== 'API_MAPPING_ONLY')
    throw invalid(`Routing mode ${RoutingMode} is not implemented by the local platform: use API_MAPPING_ONLY`);
  return {
    CertificateArn: checkCertificate(state, name, read.text(settings, 'certificateArn') ?? before.CertificateArn, time),
    SecurityPolicy: read.text(settings, 'securityPolicy') ?? before.SecurityPolicy,
    IpAddressType: read.text(settings, 'ipAddressType') ?? before.IpAddressType,
    RoutingMode,
  };
}

function checkCertificate(state: State, name: string, arn: string, time: number): string {
  const certificate = state.certificates[arn];
  if (!certificate) throw invalid('The provided certificate does not exist.');
  if (!isIssued(state, certificate, time))
    throw invalid(`Unsupported certificate status PENDING_VALIDATION: ${arn} is not issued`);
  const covers = certificate.SubjectAlternativeNames.some(
    (covered) => covered === name || covered === name.replace(/^[^.]+/, '*'),
  );
  if (!covers) throw invalid(`The domain name to be created is not covered by the provided certificate: ${name}`);
  return arn;
}

function show(domain: DomainName): Record<string, unknown> {
  return {
    apiMappingSelectionExpression: '$request.basepath',
    domainName: domain.DomainName,
    domainNameArn: toDomainArn(domain.DomainName),
    domainNameConfigurations: [
      {
        apiGatewayDomainName: domain.ApiGatewayDomainName,
        certificateArn: domain.CertificateArn,
        domainNameStatus: 'AVAILABLE',
        endpointType: 'REGIONAL',
        hostedZoneId,
        ipAddressType: domain.IpAddressType,
        securityPolicy: domain.SecurityPolicy,
      },
    ],
    routingMode: domain.RoutingMode,
    tags: domain.Tags,
  };
}

export function getDomainName({ store }: Call, input: Input): Output {
  return show(findDomain(store.state, input));
}

export function getDomainNames({ store }: Call, input: Input): Output {
  const items = byName(Object.values(store.state.domainNames), ({ DomainName }) => DomainName);
  return showPage(items, ({ DomainName }) => DomainName, show, input);
}

export function updateDomainName({ store, now }: Call, input: Input): Output {
  const domain = findDomain(store.state, input);
  Object.assign(domain, readSettings(store.state, domain.DomainName, input, now(), domain));
  return show(domain);
}

/** Its mappings go with it. */
export function deleteDomainName({ store }: Call, input: Input): Output {
  delete store.state.domainNames[findDomain(store.state, input).DomainName];
  return undefined;
}
