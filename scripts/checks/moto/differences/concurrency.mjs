/**
 * Provisioned concurrency, all of which moto lacks: an entry for each alias, ready at once, and no more than is reserved
 * for the function.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
import { isLacking } from '../answers.mjs';

const why = 'moto has no provisioned concurrency';

export function concurrency() {
  const kept = new Map();
  const reserved = new Map();
  const keyOf = ({ FunctionName, Qualifier }) => `${FunctionName}:${Qualifier}`;
  const answering = (name, answer) => ({
    call: `lambda ${name}`,
    why,
    amend: ({ input }, motos) => (isLacking(motos) ? answer(input, keyOf(input)) : null),
  });
  const notFound = {
    status: 404,
    headers: { 'x-amzn-errortype': 'ProvisionedConcurrencyConfigNotFoundException' },
    json: { Type: 'User', Message: 'No Provisioned Concurrency Config found for this function' },
  };
  return {
    entries: [
      answering('PutProvisionedConcurrencyConfig', (input, key) => {
        const count = input.ProvisionedConcurrentExecutions;
        if (count > (reserved.get(input.FunctionName) ?? count)) return tooMany;
        kept.set(key, count);
        return {
          status: 202,
          json: { ...describe(count), Status: 'IN_PROGRESS', AvailableProvisionedConcurrentExecutions: 0 },
        };
      }),
      answering('GetProvisionedConcurrencyConfig', (_, key) =>
        kept.has(key) ? { status: 200, json: describe(kept.get(key)) } : notFound,
      ),
      answering('DeleteProvisionedConcurrencyConfig', (_, key) => {
        kept.delete(key);
        return { status: 204 };
      }),
    ],
    watch({ operation, input: { FunctionName, ReservedConcurrentExecutions } }) {
      if (operation === 'PutFunctionConcurrency') reserved.set(FunctionName, ReservedConcurrentExecutions);
      if (operation === 'DeleteFunctionConcurrency') reserved.delete(FunctionName);
    },
  };
}

const tooMany = {
  status: 400,
  headers: { 'x-amzn-errortype': 'InvalidParameterValueException' },
  json: {
    Type: 'User',
    message:
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
  },
};

function describe(count) {
  return {
    RequestedProvisionedConcurrentExecutions: count,
    AvailableProvisionedConcurrentExecutions: count,
    AllocatedProvisionedConcurrentExecutions: count,
    Status: 'READY',
    LastModified: '2026-01-01T00:00:00+0000',
  };
}
