/** The checks, in the order in which they are told. To add one: its file, and a line here. */
import { checkAccess } from './checks/access.ts';
import { checkApp } from './checks/app.ts';
import { checkConfig } from './checks/config.ts';
import { checkIdentity } from './checks/identity.ts';
import { checkIgnored } from './checks/ignored.ts';
import { checkLeftovers } from './checks/leftovers.ts';
import { checkNetwork } from './checks/network.ts';
import { checkNode } from './checks/node.ts';
import { checkQuotas } from './checks/quotas.ts';
import { checkRegion } from './checks/region.ts';
import { checkStages } from './checks/stages.ts';
import type { Finding } from './finding.ts';
import type { Patient } from './patient.ts';

export interface Check {
  /** For when it does not come to a finding. */
  readonly name: string;
  /** Milliseconds. */
  readonly limit: number;
  run(patient: Patient): Promise<Finding[]>;
}

const short = 15_000;

export const checks: readonly Check[] = [
  { name: 'Node', limit: short, run: checkNode },
  { name: 'Config', limit: short, run: checkConfig },
  { name: 'Git', limit: short, run: checkIgnored },
  { name: 'App', limit: 120_000, run: checkApp },
  { name: 'Endpoint', limit: short, run: checkNetwork },
  { name: 'Region', limit: short, run: checkRegion },
  { name: 'Identity', limit: short, run: checkIdentity },
  { name: 'Access', limit: short, run: checkAccess },
  { name: 'Quota', limit: short, run: checkQuotas },
  { name: 'Stages', limit: 30_000, run: checkStages },
  { name: 'Leftovers', limit: 30_000, run: checkLeftovers },
];
