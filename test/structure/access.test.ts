/** Every operation of the local platform says which permission it takes. */
import { expect, test } from 'vitest';
import { needsOf, needsTable } from '../../local/aws/access/table.ts';
import { services } from '../../local/aws/services.ts';

const operations = [...services].flatMap(([service, { operations }]) =>
  Object.keys(operations).map((operation) => [service, operation] as const),
);

test.each(operations)('%s %s has a row in local/aws/access/', (service, operation) => {
  expect(Object.hasOwn(needsTable, service) && Object.hasOwn(needsTable[service] ?? {}, operation)).toBe(true);
});

test('each row names actions of IAM and resources, whatever the input', () => {
  expect(operations.length).toBeGreaterThan(50);
  for (const [service, operation] of operations)
    for (const { action, resource } of needsOf(service, operation, { FunctionName: 7, Tags: [null] }) ?? []) {
      expect(action).toMatch(/^[a-z0-9]+:[A-Z]\w+$/);
      expect(resource).toMatch(/^(?:\*|arn:aws:.*|)$/);
    }
});

test('no row speaks of a service that is not there', () => {
  expect(Object.keys(needsTable).filter((service) => !services.has(service))).toEqual([]);
});
