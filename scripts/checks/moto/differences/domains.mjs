/**
 * Certificates, which moto issues by the clock and AWS by the record that proves the domain; and domain names, for which
 * moto gives no target. As AWS answers:
 *
 * https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 * https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames.html
 */
import { createHash } from 'node:crypto';
import { isDone, isLacking } from '../answers.mjs';

/** moto reads of which service a call is from the scope of its signature, and checks nothing. */
const asApiGateway = 'AWS4-HMAC-SHA256 Credential=check/20260101/us-east-1/apigateway/aws4_request';

const byTheClock = 'it is issued by the clock, without the record that proves the domain';

export function domains(moto) {
  /** Names of the records that were put and not deleted, and by certificate the name of the one that proves it. */
  const records = new Set();
  const proofs = new Map();
  const isProved = (arn) => records.has(proofs.get(arn));

  const certificate = {
    call: 'acm DescribeCertificate',
    why: byTheClock,
    amend(_, answer) {
      if (!isDone(answer)) return null;
      const { Certificate: found } = answer.json();
      const [option] = found.DomainValidationOptions;
      proofs.set(found.CertificateArn, option.ResourceRecord.Name);
      if (isProved(found.CertificateArn) || found.Status !== 'ISSUED') return null;
      const DomainValidationOptions = [{ ...option, ValidationStatus: 'PENDING_VALIDATION' }];
      return {
        status: 200,
        json: { Certificate: { ...found, Status: 'PENDING_VALIDATION', DomainValidationOptions } },
      };
    },
  };

  const certificates = {
    call: 'acm ListCertificates',
    why: byTheClock,
    amend(_, answer) {
      const { CertificateSummaryList: found } = answer.json();
      const right = found.map((one) => (isProved(one.CertificateArn) ? one : { ...one, Status: 'PENDING_VALIDATION' }));
      if (found.every(({ Status }, index) => Status === right[index].Status)) return null;
      return { status: 200, json: { CertificateSummaryList: right } };
    },
  };

  const domainName = (operation) => ({
    call: `apigateway ${operation}`,
    why: 'it has no target, no zone of that and no status',
    amend(_, answer) {
      if (!isDone(answer)) return null;
      const found = answer.json();
      const [configuration] = found.domainNameConfigurations;
      if (configuration.apiGatewayDomainName) return null;
      const domainNameConfigurations = [{ ...configuration, ...targetOf(found.domainName) }];
      return { status: answer.status, json: { ...found, domainNameConfigurations } };
    },
  });

  const moved = {
    call: 'apigateway UpdateApiMapping',
    why: 'moto cannot move a mapping',
    /** Made anew instead: moto's ids are made of domain, path and stage, so it is the same one. */
    async amend({ input: { domainName, apiId, apiMappingKey, stage } }, answer) {
      if (!isLacking(answer)) return null;
      const body = JSON.stringify({ apiId, apiMappingKey, stage });
      const made = await fetch(`${moto.url}/v2/domainnames/${domainName}/apimappings`, {
        method: 'POST',
        headers: { authorization: asApiGateway },
        body,
      });
      return { status: made.ok ? 200 : made.status, json: await made.json() };
    },
  };

  return {
    entries: [certificate, certificates, domainName('CreateDomainName'), domainName('GetDomainName'), moved],
    watch({ operation, input }, answer) {
      if (operation !== 'ChangeResourceRecordSets' || !isDone(answer)) return;
      for (const { Action, ResourceRecordSet } of [input.ChangeBatch.Changes.Change].flat()) {
        const name = ResourceRecordSet.Name.replace(/\.?$/, '.');
        if (Action === 'DELETE') records.delete(name);
        else records.add(name);
      }
    },
  };
}

/** The zone is that of API Gateway in us-east-1: https://docs.aws.amazon.com/general/latest/gr/apigateway.html */
function targetOf(name) {
  const id = createHash('sha256').update(name).digest('hex').slice(0, 10);
  return {
    apiGatewayDomainName: `d-${id}.execute-api.us-east-1.amazonaws.com`,
    hostedZoneId: 'Z1UJRXOUMOOFQ8',
    domainNameStatus: 'AVAILABLE',
  };
}
